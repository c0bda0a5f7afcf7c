"""The audit trail over HTTP: filters, export, verification, and nobody but administrators."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from audit.context import current_client_address
from audit.middleware import ClientAddressMiddleware
from audit.models import AuditLog
from audit.services import record_many
from audit.tests.test_chain import NOON, Somebody, entry, tamper
from ticketing_testing.clients import assert_problem, client_for

BENEDIKT = Somebody(8, "Benedikt Ivers")


@pytest.fixture
def admin() -> APIClient:
    return client_for(1, full_name="Ines Duarte", roles={"tts": ["Admin"]})


def lines(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff"), "Excel takes it for UTF-8"
    text = text[1:]
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.django_db
class TestList:
    @pytest.mark.parametrize("path", ["/audit/", "/audit/1/", "/audit/export/", "/audit/verify/"])
    def test_is_for_administrators_only(self, path: str) -> None:
        assert_problem(client_for(7).get(path), 403, "permission_denied")
        assert_problem(APIClient().get(path), 401)

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_takes_no_change(self, method: str, admin: APIClient) -> None:
        record_many([entry()])
        path = "/audit/" if method == "post" else "/audit/1/"

        assert_problem(getattr(admin, method)(path, {}), 405)

        assert AuditLog.objects.count() == 1

    def test_filters_by_ticket_actor_action_object_and_time(self, admin: APIClient) -> None:
        record_many(
            [
                entry(1, action="workflow.created"),
                entry(2, action="task.claimed", object_type="task", ticket_number="TX1", actor=BENEDIKT),
                entry(3, action="task.held", object_type="task", ticket_number="TX2", at=NOON + timedelta(days=1)),
                entry(4, action="sla.breached", object_type="task", ticket_number="TX2", actor=None),
            ]
        )

        def objects(query: str) -> list[str]:
            answer = admin.get(f"/audit/?{query}")
            assert answer.status_code == 200, answer.json()
            return [row["object_id"] for row in answer.json()["results"]]

        assert objects("") == ["4", "3", "2", "1"]
        assert objects("ordering=id") == ["1", "2", "3", "4"]
        assert objects("ticket_number=TX2") == ["4", "3"]
        assert objects("actor_id=8") == ["2"]
        assert objects("action=task.held") == ["3"]
        assert objects("object_type=task&object_id=2") == ["2"]
        assert objects("at_after=2026-03-03T00:00:00Z") == ["3"]
        assert objects("at_before=2026-03-03T00:00:00Z&ticket_number=TX1") == ["2"]
        assert_problem(admin.get("/audit/?actor=8"), 400, "unknown_filter")
        assert_problem(admin.get("/audit/?ordering=reason"), 400, "unknown_ordering")

    def test_shows_people_and_the_system(self, admin: APIClient) -> None:
        record_many([entry(1, old={"status": "draft"}, new={"status": "deployed"}), entry(2, actor=None)])

        system, person = admin.get("/audit/").json()["results"]

        assert system["actor"] is None
        assert person["actor"] == {"user_id": 7, "full_name": "Amara Okafor"}
        assert (person["old"], person["new"]) == ({"status": "draft"}, {"status": "deployed"})

    def test_counts_without_looking_at_every_row(self, admin: APIClient) -> None:
        record_many([entry(number) for number in range(30)])

        with CaptureQueriesContext(connection) as queries:
            body = admin.get("/audit/").json()

        assert (body["count"], len(body["results"])) == (30, 25)
        assert len(queries) == 2
        assert not any("COUNT(" in query["sql"] for query in queries)


@pytest.mark.django_db
class TestExport:
    def test_streams_every_row_and_notes_itself(self, admin: APIClient) -> None:
        record_many([entry(number) for number in range(1200)])

        rows = lines(admin.get("/audit/export/?action=workflow.updated", HTTP_ACCEPT="text/csv"))

        assert [row["object_id"] for row in rows] == [str(number) for number in range(1200)]
        note = AuditLog.objects.get(action="audit.exported")
        assert (note.actor_id, note.new) == (1, {"filters": {"action": "workflow.updated"}, "up_to_id": 1200})

    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1"])
    def test_lets_no_cell_be_a_formula(self, text: str, admin: APIClient) -> None:
        record_many([entry(reason=text, ticket_number="-2+3", new=text)])

        (row,) = lines(admin.get("/audit/export/"))

        assert row["reason"] == f"'{text}"
        assert row["ticket_number"] == "'-2+3"
        assert row["new"][0] not in "=+-@\t\r"

    def test_refuses_unknown_filters_in_the_form_of_every_refusal(self, admin: APIClient) -> None:
        assert_problem(admin.get("/audit/export/?colour=red", HTTP_ACCEPT="text/csv"), 400, "unknown_filter")


@pytest.mark.django_db
class TestVerify:
    def test_says_that_the_chain_is_whole(self, admin: APIClient) -> None:
        record_many([entry(number) for number in range(4)])

        body = admin.get("/audit/verify/").json()

        assert (body["valid"], body["is_complete"], body["checked"], body["first_bad_id"]) == (True, True, 4, None)

    def test_goes_piece_by_piece_and_names_the_first_bad_row(self, admin: APIClient) -> None:
        rows = record_many([entry(number) for number in range(6)])
        tamper("UPDATE audit_logs SET reason = 'other' WHERE id = %s", rows[4].pk)

        first = admin.get("/audit/verify/?limit=3").json()
        second = admin.get(f"/audit/verify/?limit=3&after_id={first['last_id']}").json()

        assert (first["valid"], first["is_complete"]) == (True, False)
        assert (second["valid"], second["first_bad_id"]) == (False, rows[4].pk)

    def test_refuses_a_limit_that_is_no_number(self, admin: APIClient) -> None:
        assert_problem(admin.get("/audit/verify/?limit=all"), 400, attr="limit")


class TestClientAddress:
    @pytest.mark.parametrize(
        ("remote", "forwarded", "expected"),
        [
            ("203.0.113.9", "", "203.0.113.9"),
            ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
            ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("127.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
            ("127.0.0.1", "198.51.100.1, 10.0.0.5", "198.51.100.1"),
            ("127.0.0.1", "", "127.0.0.1"),
        ],
    )
    def test_is_the_last_one_that_no_proxy_of_ours_added(self, remote: str, forwarded: str, expected: str) -> None:
        seen: list[str | None] = []

        def note(request: Any) -> Any:
            seen.append(current_client_address())

        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        with override_settings(TRUSTED_PROXIES=["127.0.0.1", "10.0.0.0/8"]):
            ClientAddressMiddleware(note)(RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers))

        assert seen == [expected]
        assert current_client_address() is None
