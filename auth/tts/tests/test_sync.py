"""What TTS and the keepers of copies are told, and the list of agents."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from security.services import OPERATOR
from ticketing_common.contracts.messages import SyncSnapshot, check
from ticketing_testing.clients import assert_problem, published_messages
from users.models import User
from users.services import set_active
from users.tests.factories import a_person, client_of

pytestmark = pytest.mark.django_db


class TestAgents:
    def test_lists_active_people_by_role(self, agent: User, admin: User, requester: User) -> None:
        gone = a_person("Tomas", "Herrera", tts=["Agent", "IT Support"])
        set_active(user_id=gone.pk, is_active=False, by=OPERATOR, now=timezone.now())
        client = client_of(agent)

        everyone = client.get("/api/v1/tts/agents/").json()["results"]
        support = client.get("/api/v1/tts/agents/?role=it support").json()["results"]

        assert [row["full_name"] for row in everyone] == ["Miriam Castellanos", "Priya Raman"]
        assert support == [
            {
                "user_id": agent.pk,
                "full_name": "Priya Raman",
                "email": agent.email,
                "avatar_url": "",
                "is_active": True,
                "roles": ["Agent", "IT Support"],
            }
        ]

    def test_plain_users_may_not(self, requester: User) -> None:
        assert_problem(client_of(requester).get("/api/v1/tts/agents/"), 403)

    def test_takes_few_statements(self, agent: User) -> None:
        client = client_of(agent)
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/v1/tts/agents/")

        assert len(queries) <= 4


class TestSnapshot:
    def test_sends_all_roles_members_and_people(self, admin: User, agent: User) -> None:
        set_active(user_id=agent.pk, is_active=False, by=OPERATOR, now=timezone.now())
        response = client_of(admin).post("/api/v1/tts/sync/")

        (snapshot,) = published_messages("role.tasks.sync_snapshot")
        parsed = SyncSnapshot.parse(snapshot)
        assert response.status_code == 202
        assert response.json()["snapshot_id"] == parsed.snapshot_id
        assert (response.json()["roles"], response.json()["members"]) == (len(parsed.roles), len(parsed.members))
        members = {(entry["user_id"], entry["role_name"]): entry["is_active"] for entry in parsed.members}
        assert members == {
            (admin.pk, "Admin"): True,
            (agent.pk, "Agent"): False,
            (agent.pk, "IT Support"): False,
        }
        assert {entry["system"] for entry in parsed.roles} == {"tts"}
        people = published_messages("users.tasks.sync_user")
        assert {person["user_id"] for person in people[-4:]} == {admin.pk, agent.pk}
        for person in people:
            check("users.tasks.sync_user", person)

    def test_says_how_far_ids_had_come_even_when_the_last_ones_are_gone(self, admin: User, agent: User) -> None:
        client = client_of(admin)
        role_id = client.post("/api/v1/roles/", {"system": "tts", "name": "Network Team"}).json()["id"]
        hold = client.post("/api/v1/user-system-roles/", {"user_id": agent.pk, "role_id": role_id}).json()["id"]
        client.delete(f"/api/v1/user-system-roles/{hold}/")
        client.delete(f"/api/v1/roles/{role_id}/")
        client.post("/api/v1/tts/sync/")

        (snapshot,) = published_messages("role.tasks.sync_snapshot")
        assert (snapshot["last_role_id"], snapshot["last_member_id"]) == (role_id, hold)

    def test_carries_the_versions_of_now(self, admin: User) -> None:
        role_id = client_of(admin).post("/api/v1/roles/", {"system": "tts", "name": "Network Team"}).json()["id"]
        client_of(admin).patch(f"/api/v1/roles/{role_id}/", {"description": "Cables."})
        client_of(admin).post("/api/v1/tts/sync/")

        (snapshot,) = published_messages("role.tasks.sync_snapshot")
        assert {entry["role_id"]: entry["version"] for entry in snapshot["roles"]}[role_id] == 2

    def test_after_a_restored_backup_everything_is_newer_than_what_was_told_before(
        self, admin: User, agent: User
    ) -> None:
        client = client_of(admin)
        role_id = client.post("/api/v1/roles/", {"system": "tts", "name": "Network Team"}).json()["id"]
        told = {entry["role_id"]: entry["version"] for entry in published_messages("role.tasks.sync_role")}
        call_command("outrun_copies")

        (snapshot,) = published_messages("role.tasks.sync_snapshot")
        assert {entry["role_id"]: entry["version"] for entry in snapshot["roles"]}[role_id] > told[role_id] + 1000
        assert all(entry["version"] > 1000 and entry["user_version"] > 1000 for entry in snapshot["members"])
        assert snapshot["last_role_id"] > role_id + 1000
        next_id = client.post("/api/v1/roles/", {"system": "tts", "name": "Server Team"}).json()["id"]
        assert next_id > snapshot["last_role_id"]

    def test_only_admins(self, agent: User) -> None:
        assert_problem(client_of(agent).post("/api/v1/tts/sync/"), 403)
        assert_problem(APIClient().post("/api/v1/tts/sync/"), 401)
