"""The list of security events."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from security.models import SecurityEvent
from security.services import Actor, Kind, Origin, record
from security.views import safe_cell
from ticketing_testing.clients import assert_problem
from users.models import User
from users.tests.factories import PASSWORD, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(admin: User) -> APIClient:
    return client_of(admin)


def rows(desk: APIClient, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.get(f"/api/v1/security-events/?{query}").json()["results"]
    return found


class TestEvents:
    def test_tell_who_what_from_where(self, desk: APIClient, agent: User) -> None:
        APIClient().post(
            "/login/",
            {"email": agent.email, "password": PASSWORD},
            REMOTE_ADDR="203.0.113.9",
            HTTP_X_REQUEST_ID="r-17",
            HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10) Firefox/128",
        )

        (row,) = rows(desk, "request_id=r-17")
        assert (row["kind"], row["user_id"], row["actor_id"]) == ("signed_in", agent.pk, agent.pk)
        assert (row["address"], row["device"]) == ("203.0.113.9", "Firefox on Windows")

    def test_can_be_filtered(self, desk: APIClient, agent: User, admin: User) -> None:
        old = timezone.now() - timedelta(days=3)
        record(Kind.SIGN_IN_FAILED, now=old, user_id=agent.pk, by=Actor(origin=Origin(address="198.51.100.1")))
        record(Kind.ACCOUNT_LOCKED, now=timezone.now(), user_id=agent.pk)
        day = (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")

        assert [row["kind"] for row in rows(desk, f"occurred_before={day}")] == ["sign_in_failed"]
        assert [row["kind"] for row in rows(desk, "address=198.51.100.1")] == ["sign_in_failed"]
        both = rows(desk, f"kind=sign_in_failed&kind=account_locked&user_id={agent.pk}")
        assert [row["kind"] for row in both] == ["account_locked", "sign_in_failed"]
        assert_problem(desk.get("/api/v1/security-events/?kind=nonsense"), 400, attr="kind")

    def test_failed_tries_of_unknown_people_keep_no_name(self, desk: APIClient) -> None:
        APIClient().post("/login/", {"email": "my-secret-password", "password": "x"})

        event = SecurityEvent.objects.get(kind="sign_in_failed")
        assert (event.user_id, event.details) == (None, {})

    def test_export_leaves_nothing_out_however_long_it_is(self, desk: APIClient) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO security_events (kind, occurred_at, device, request_id, details)
                SELECT 'signed_in', now() - make_interval(secs => n), '', '', '{}' FROM generate_series(1, 100200) AS n
                """
            )

        response: Any = desk.get("/api/v1/security-events/export/?kind=signed_in&occurred_before=2100-01-01T00:00:00Z")

        assert sum(chunk.count(b"\r\n") for chunk in response.streaming_content) > 100_200

    def test_export_is_itself_an_event(self, desk: APIClient, admin: User, agent: User) -> None:
        response: Any = desk.get("/api/v1/security-events/export/?kind=user_created")

        text = b"".join(response.streaming_content).decode()
        assert text.startswith("\ufeff")
        text = text[1:]
        table = list(csv.DictReader(io.StringIO(text)))
        assert {row["kind"] for row in table} == {"user_created"}
        assert {row["user_id"] for row in table} == {str(admin.pk), str(agent.pk)}
        assert "attachment" in response["Content-Disposition"]
        assert SecurityEvent.objects.get(kind="events_exported").actor_id == admin.pk

    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
    def test_no_cell_is_a_formula(self, text: str) -> None:
        assert safe_cell(text) == f"'{text}"

    def test_can_not_be_changed(self, desk: APIClient) -> None:
        event = SecurityEvent.objects.order_by("id").first()
        assert event is not None
        for method in ("put", "patch", "delete"):
            assert_problem(getattr(desk, method)(f"/api/v1/security-events/{event.pk}/"), 405)

    def test_only_admins(self, agent: User) -> None:
        for path in ("", "export/"):
            assert_problem(client_of(agent).get(f"/api/v1/security-events/{path}"), 403)

    def test_takes_few_statements(self, desk: APIClient) -> None:
        with CaptureQueriesContext(connection) as queries:
            rows(desk, "page_size=100")

        assert len(queries) <= 3
