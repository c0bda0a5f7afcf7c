"""Drift: the workflow API's copy compared with the truth, over HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from keys.api_keys import create_key
from roles.models import Role
from security.services import OPERATOR
from system_roles.models import UserSystemRole
from ticketing_testing.clients import assert_problem
from tts import doctor
from users.models import User
from users.tests.factories import client_of

pytestmark = pytest.mark.django_db


class Workflow:
    """Answers `/roles/` as the workflow API does, two roles a page."""

    def __init__(self) -> None:
        self.rows: Any = []
        self.tokens: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.tokens.append(self.headers["Authorization"])
                page = int(parse_qs(urlsplit(self.path).query)["page"][0])
                part = outer.rows[2 * (page - 1) : 2 * page]
                body = json.dumps({"results": part, "next": "more" if len(outer.rows) > 2 * page else None}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def copy(self) -> None:
        """Know everything that auth knows now."""
        self.rows = [
            {
                "id": role.pk,
                "name": role.name,
                "version": role.version,
                "members": [
                    {
                        "user_system_role_id": hold.pk,
                        "user_id": hold.user_id,
                        "full_name": hold.user.full_name,
                        "version": hold.version,
                    }
                    for hold in UserSystemRole.objects.filter(role=role).select_related("user")
                ],
            }
            for role in Role.objects.of_system("tts").order_by("id")
        ]


@pytest.fixture
def workflow(settings: Any, admin: User, agent: User) -> Iterator[Workflow]:
    started = Workflow()
    settings.WORKFLOW_API_URL = f"http://127.0.0.1:{started.server.server_port}"
    started.copy()
    yield started
    started.server.shutdown()
    started.server.server_close()


class TestDrift:
    def test_an_equal_copy_is_in_sync(self, workflow: Workflow, admin: User) -> None:
        body = client_of(admin).get("/api/v1/tts/drift/").json()

        assert body["is_in_sync"] is True
        assert len(set(workflow.tokens)) == 1

    def test_names_what_is_missing_extra_and_outdated(self, workflow: Workflow, admin: User, agent: User) -> None:
        desk = client_of(admin)
        support = Role.objects.get(name="IT Support")
        workflow.rows = [row for row in workflow.rows if row["name"] != "IT Lead"]
        ghost = {"user_system_role_id": 9999, "user_id": 99, "full_name": "Ghost", "version": 1}
        for row in workflow.rows:
            if row["id"] == support.pk:
                row["version"], row["members"] = 0, [ghost]

        body = desk.get("/api/v1/tts/drift/").json()

        assert body["is_in_sync"] is False
        assert [entry["name"] for entry in body["roles"]["missing"]] == ["IT Lead"]
        assert [(entry["name"], entry["their_version"]) for entry in body["roles"]["outdated"]] == [("IT Support", 0)]
        assert [(entry["user_id"], entry["role_name"]) for entry in body["members"]["missing"]] == [
            (agent.pk, "IT Support")
        ]
        assert [entry["user_id"] for entry in body["members"]["extra"]] == [99]

    def test_a_switched_off_person_is_no_member(self, workflow: Workflow, admin: User, agent: User) -> None:
        desk = client_of(admin)
        desk.post(f"/api/v1/users/{agent.pk}/deactivate/")

        body = desk.get("/api/v1/tts/drift/").json()

        assert {entry["user_id"] for entry in body["members"]["extra"]} == {agent.pk}
        assert body["messages_waiting"] == 2

    def test_who_has_not_accepted_an_invitation_is_not_missing(
        self, workflow: Workflow, admin: User, agent: User
    ) -> None:
        for role in workflow.rows:
            role["members"] = [row for row in role["members"] if row["user_id"] != agent.pk]
        assert not client_of(admin).get("/api/v1/tts/drift/").json()["is_in_sync"]

        agent.set_unusable_password()
        agent.save(update_fields=["password"])

        assert client_of(admin).get("/api/v1/tts/drift/").json()["is_in_sync"]

    def test_says_so_when_the_workflow_api_is_away(self, admin: User, settings: Any) -> None:
        settings.WORKFLOW_API_URL = "http://127.0.0.1:9"

        assert_problem(client_of(admin).get("/api/v1/tts/drift/"), 503, "consumer_unreachable")

    def test_says_so_when_it_answers_nonsense(self, workflow: Workflow, admin: User) -> None:
        workflow.rows = [{"id": 1}]

        assert_problem(client_of(admin).get("/api/v1/tts/drift/"), 503, "consumer_unreachable")

    def test_only_admins(self, agent: User) -> None:
        assert_problem(client_of(agent).get("/api/v1/tts/drift/"), 403)


class TestDoctor:
    def test_finds_nothing_where_nothing_is_wrong(self, workflow: Workflow) -> None:
        assert [*doctor.administrators(), *doctor.api_keys(), *doctor.role_copies()] == []

    def test_names_a_copy_that_differs_and_what_heals_it(self, workflow: Workflow) -> None:
        workflow.rows = [row for row in workflow.rows if row["name"] != "IT Lead"]

        (finding,) = doctor.role_copies()

        assert finding.code == "role_drift"
        assert "1 roles missing" in finding.detail
        assert "sync" in finding.fix

    def test_names_a_workflow_api_that_is_away(self, admin: User, settings: Any) -> None:
        settings.WORKFLOW_API_URL = "http://127.0.0.1:9"

        assert [finding.code for finding in doctor.role_copies()] == ["workflow_api_unreachable"]

    def test_names_that_nobody_can_administer(self, admin: User) -> None:
        User.objects.filter(pk=admin.pk).update(is_active=False)

        assert [finding.code for finding in doctor.administrators()] == ["no_administrator"]
        assert list(doctor.role_copies()) == []

    def test_names_a_key_that_ends_until_a_newer_one_is_there(self, db: None) -> None:
        now = timezone.now()
        key, _ = create_key(
            name="ams", scopes=["ams"], expires_at=now + timedelta(days=3), by=OPERATOR, now=now - timedelta(days=1)
        )
        assert [(found.code, key.prefix in found.detail) for found in doctor.api_keys()] == [("api_key_expiring", True)]

        create_key(name="ams", scopes=["ams"], by=OPERATOR, now=now)
        assert list(doctor.api_keys()) == []
