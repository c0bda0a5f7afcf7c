"""A requester is found, read and erased: in this database at once, in the others by message; the rest remains."""

from __future__ import annotations

import json
from typing import Any

import pytest
from celery.exceptions import Reject
from django.db import connection
from rest_framework.test import APIClient

from audit.models import AuditLog
from audit.services import verify
from audit.tests.test_chain import tamper
from privacy.models import OTHERS, Erasure
from privacy.people import Subject
from privacy.tasks import report_erasure
from role.models import Person, Role
from task.models import Task, Timeline
from task.tests.test_perform import press
from ticketing_common.inbox.models import DeadLetter
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.clients import assert_problem, client_for, deliver, published_messages
from tickets.models import IntakeRecord, Ticket
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db

MIA = {"id": "emp-q4711", "name": "Mia Berg", "email": "Mia.Berg@example.com"}
OLGA = {"id": "emp-q4712", "name": "Olga Ruiz", "email": "olga@example.com"}
BODY = {"source_service": "hdts", "requester_id": "emp-q4711", "email": "mia.berg@example.com"}
ASKED = {**BODY, "reason": "Mia Berg asked for it.", "confirmation": "mia.berg@example.com"}
SECRETS = ("mia berg", "mia.berg@example.com", "emp-q4711", "cracked", "0171 555")


@pytest.fixture
def agent() -> Person:
    return factories.make_person(11, "Amara Okafor")


@pytest.fixture
def support(agent: Person) -> Role:
    role = factories.make_role("IT Support", agent)
    factories.one_step(role)
    return role


@pytest.fixture
def admin() -> APIClient:
    return factories.admin_client()


def take_in(number: str, employee: dict[str, str] = MIA, **fields: Any) -> None:
    given = {"subject": "My screen is cracked", "description": "Mia here: cracked.", **fields}
    factories.take_in(number, employee=employee, dynamic_data={"phone": "0171 555"}, **given)


@pytest.fixture
def closed(support: Role, agent: Person) -> Task:
    take_in("TX1")
    take_in("TX1", subject="My screen is cracked, badly", source_version=2)
    press(agent, factories.task_of("TX1"), "Work to Done", comment="Mia Berg (mia.berg@example.com) was called.")
    return factories.task_of("TX1")


def everything() -> str:
    """Return all rows of all tables as text, but those of the erasure and the messages that ask for it."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table == "erasures":
                continue
            cursor.execute(f"SELECT row_to_json(t)::text FROM {connection.ops.quote_name(table)} t")  # noqa: S608
            parts += [row for (row,) in cursor.fetchall() if '"privacy.tasks.erase_person"' not in row]
    return "\n".join(parts).lower()


def report(erasure_id: int, service: str, *, erased: dict[str, int] | None = None, **fields: Any) -> None:
    deliver(
        report_erasure,
        erasure_id=erasure_id,
        service=service,
        erased=erased or {"comments": 2},
        occurred_at="2026-03-02T12:00:00Z",
        event_id=f"erasure-{erasure_id}-{service}",
        **fields,
    )


class TestFinding:
    def test_finds_requesters_by_name_address_and_id(self, support: Role, admin: APIClient) -> None:
        take_in("TX1")
        take_in("TX2")
        take_in("TX3", OLGA)

        for text in ("mia b", "berg@example", "emp-q4711"):
            (row,) = admin.get("/privacy/requesters/", {"search": text}).json()
            assert (row["name"], row["email"], row["ticket_count"]) == ("Mia Berg", MIA["email"], 2)
        assert admin.get("/privacy/requesters/", {"search": "nobody"}).json() == []

    def test_wants_three_characters(self, admin: APIClient) -> None:
        assert_problem(admin.get("/privacy/requesters/", {"search": "mi"}), 400, "min_length", "search")
        assert_problem(admin.get("/privacy/requesters/"), 400, "required", "search")

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("get", "/privacy/requesters/?search=mia"),
            ("post", "/privacy/person/"),
            ("get", "/privacy/erasures/"),
            ("post", "/privacy/erasures/"),
            ("get", "/privacy/erasures/1/"),
            ("post", "/privacy/erasures/1/resend/"),
        ],
    )
    def test_is_for_administrators_only(self, method: str, path: str) -> None:
        assert_problem(getattr(client_for(7), method)(path, ASKED, format="json"), 403, "permission_denied")
        assert_problem(getattr(APIClient(), method)(path), 401)
        assert not Erasure.objects.exists()


class TestReading:
    def test_shows_everything_that_an_erasure_would_take(self, closed: Task, admin: APIClient) -> None:
        answer = admin.post("/privacy/person/", BODY, format="json").json()

        assert answer["person"] == {
            "emails": [MIA["email"], BODY["email"]],
            "names": ["Mia Berg"],
            "requesters": [{"source_service": "hdts", "id": "emp-q4711"}],
            "tickets": [{"ticket_number": "TX1", "source_service": "hdts", "source_number": "TX1"}],
        }
        assert answer["open_tickets"] == []
        assert answer["counts"]["tickets"] == 1
        assert answer["counts"]["intake_messages"] == 2
        assert answer["counts"] == {kind: len(rows) for kind, rows in answer["data"].items()}
        assert answer["data"]["tickets"][0]["data"]["dynamic_data"] == {"phone": "0171 555"}

    def test_names_open_tickets(self, support: Role, admin: APIClient) -> None:
        take_in("TX1")

        assert admin.post("/privacy/person/", BODY, format="json").json()["open_tickets"] == ["TX1"]

    @pytest.mark.parametrize("body", [{}, {"requester_id": "emp-q4711"}, {"source_service": "hdts"}])
    def test_wants_an_address_or_an_id(self, body: dict[str, str], admin: APIClient) -> None:
        assert_problem(admin.post("/privacy/person/", body, format="json"), 400, "required", "email")

    def test_knows_nobody_by_name_alone(self, closed: Task, admin: APIClient) -> None:
        assert_problem(admin.post("/privacy/person/", {"email": "Mia Berg"}, format="json"), 404, "person_not_found")


class TestErasing:
    def test_leaves_nothing_of_the_person_in_any_table(self, closed: Task, admin: APIClient) -> None:
        assert all(secret in everything() for secret in SECRETS)

        answer = admin.post("/privacy/erasures/", ASKED, format="json")

        assert answer.status_code == 201, answer.json()
        rest = everything()
        left = [row for row in rest.splitlines() if any(secret in row for secret in SECRETS)]
        assert left == []

    def test_keeps_the_ticket_its_task_and_its_history(self, closed: Task, admin: APIClient) -> None:
        before = list(Timeline.objects.order_by("seq").values_list("task_id", "seq", "event", "at"))
        admin.post("/privacy/erasures/", ASKED, format="json")

        ticket, task = Ticket.objects.get(), Task.objects.get()
        assert (ticket.ticket_number, ticket.category, ticket.requester_name) == ("TX1", "IT Support", "Erased person")
        assert (task.status, task.closed_at, task.owner_id) == ("completed", closed.closed_at, closed.owner_id)
        assert list(Timeline.objects.order_by("seq").values_list("task_id", "seq", "event", "at")) == before
        assert task.performed.get().comment == "Erased person ([erased]) was called."
        assert set(IntakeRecord.objects.values_list("body", "raw_body")) == {(None, "")}

    def test_leaves_an_audit_trail_that_verifies_and_shows_tampering(self, closed: Task, admin: APIClient) -> None:
        count = AuditLog.objects.count()
        erasure_id = admin.post("/privacy/erasures/", ASKED, format="json").json()["id"]

        assert verify().is_valid
        assert AuditLog.objects.count() == count + 2
        said = AuditLog.objects.get(action="person.erased")
        assert (said.object_id, said.actor_name, said.reason) == (
            str(erasure_id),
            "Ada Admin",
            "Erased person asked for it.",
        )
        redacted = AuditLog.objects.exclude(content_hash=None).latest("id")
        tamper("UPDATE audit_logs SET reason = 'invented' WHERE id = %s", redacted.pk)
        assert verify().first_bad_id == redacted.pk

    def test_touches_nobody_else(self, closed: Task, admin: APIClient) -> None:
        take_in("TX2", OLGA, subject="For Olga", description="Mine.")
        before = Ticket.objects.filter(ticket_number="TX2").values().get()

        admin.post("/privacy/erasures/", ASKED, format="json")

        assert Ticket.objects.filter(ticket_number="TX2").values().get() == before

    def test_forgets_an_earlier_requester_of_somebody_elses_ticket(self, closed: Task, admin: APIClient) -> None:
        take_in("TX2", subject="For Olga", description="Mine.")
        take_in("TX2", OLGA, subject="For Olga", description="Mine.", source_version=2)

        assert admin.post("/privacy/erasures/", ASKED, format="json").status_code == 201

        ticket = Ticket.objects.get(ticket_number="TX2")
        assert (ticket.requester_name, ticket.description) == ("Olga Ruiz", "Mine.")
        assert "mia berg" not in json.dumps(ticket.requesters).lower()

    def test_refuses_while_a_ticket_is_open(self, support: Role, admin: APIClient) -> None:
        take_in("TX1")

        body = assert_problem(admin.post("/privacy/erasures/", ASKED, format="json"), 409, "person_has_open_tickets")

        assert body["ticket_numbers"] == ["TX1"]
        assert Ticket.objects.get().requester_name == "Mia Berg"
        assert not Erasure.objects.exists()

    def test_refuses_another_confirmation(self, closed: Task, admin: APIClient) -> None:
        asked = {**ASKED, "confirmation": "olga@example.com"}

        assert_problem(admin.post("/privacy/erasures/", asked, format="json"), 400, "confirmation_mismatch")
        assert Ticket.objects.get().requester_name == "Mia Berg"

    def test_wants_a_reason(self, closed: Task, admin: APIClient) -> None:
        assert_problem(admin.post("/privacy/erasures/", {**ASKED, "reason": " "}, format="json"), 400, attr="reason")

    def test_takes_nothing_out_of_a_trail_that_was_tampered_with(self, closed: Task, admin: APIClient) -> None:
        row = AuditLog.objects.filter(ticket_number="TX1", new__isnull=False).first()
        assert row is not None
        tamper('UPDATE audit_logs SET new = \'{"subject": "x"}\' WHERE id = %s', row.pk)

        assert_problem(admin.post("/privacy/erasures/", ASKED, format="json"), 409, "audit_chain_broken")
        assert Ticket.objects.get().requester_name == "Mia Berg"

    def test_finds_nobody_the_second_time(self, closed: Task, admin: APIClient) -> None:
        admin.post("/privacy/erasures/", ASKED, format="json")

        assert_problem(admin.post("/privacy/erasures/", ASKED, format="json"), 404, "person_not_found")

    def test_gives_a_retry_the_first_answer(self, closed: Task, admin: APIClient) -> None:
        first = admin.post("/privacy/erasures/", ASKED, format="json", HTTP_IDEMPOTENCY_KEY="erase-1")
        again = admin.post("/privacy/erasures/", ASKED, format="json", HTTP_IDEMPOTENCY_KEY="erase-1")

        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json()["id"] == again.json()["id"]
        assert Erasure.objects.count() == 1

    def test_keeps_an_unmatched_ticket_from_being_taken_up(self, support: Role, admin: APIClient) -> None:
        take_in("TX1", category="Gardening")

        admin.post("/privacy/erasures/", ASKED, format="json")

        assert Ticket.objects.get().intake_state == "withdrawn"


class TestTheOtherServices:
    def test_are_asked_in_the_same_transaction(self, closed: Task, admin: APIClient) -> None:
        erasure_id = admin.post("/privacy/erasures/", ASKED, format="json").json()["id"]

        asked = published_messages("privacy.tasks.erase_person")
        assert [message["erasure_id"] for message in asked] == [erasure_id] * 4
        assert {message["tickets"][0]["source_number"] for message in asked} == {"TX1"}
        queues = OutboxMessage.objects.filter(task="privacy.tasks.erase_person").values_list("queue", flat=True)
        assert set(queues) == {
            "person-erasure-accounts",
            "person-erasure-messaging",
            "person-erasure-notifications",
            "person-erasure-help-desk",
        }

    def test_confirm_one_by_one_and_the_next_pass_gets_its_time(self, closed: Task, admin: APIClient) -> None:
        erasure_id = admin.post("/privacy/erasures/", ASKED, format="json").json()["id"]

        for service in ("auth", "messaging", "notification_service"):
            report(erasure_id, service)
        shown = admin.get(f"/privacy/erasures/{erasure_id}/").json()
        assert [part["service"] for part in shown["parts"] if part["erased_at"] is None] == ["ticket_service"]
        assert shown["completed_at"] is None
        report(erasure_id, "ticket_service")

        (shown,) = admin.get("/privacy/erasures/").json()["results"]
        assert (shown["pass_number"], shown["last_pass"], shown["completed_at"]) == (1, 3, None)
        assert shown["next_pass_at"] is not None
        assert not OutboxMessage.objects.filter(task="privacy.tasks.erase_person").exists()
        done = AuditLog.objects.get(action="person.erasure_pass_done")
        said = done.new or {}
        assert (done.actor_id, said["pass"], said["erased"]["messaging"]) == (None, 1, {"comments": 2})

    def test_count_once(self, closed: Task, admin: APIClient) -> None:
        erasure_id = admin.post("/privacy/erasures/", ASKED, format="json").json()["id"]
        report(erasure_id, "messaging")
        before = Erasure.objects.get().parts
        report(erasure_id, "messaging")

        assert Erasure.objects.get().parts == before

    def test_are_asked_again_while_they_have_not_confirmed(self, closed: Task, admin: APIClient) -> None:
        erasure_id = admin.post("/privacy/erasures/", ASKED, format="json").json()["id"]
        report(erasure_id, "auth")
        report(erasure_id, "messaging")
        OutboxMessage.objects.filter(task="privacy.tasks.erase_person").delete()

        assert admin.post(f"/privacy/erasures/{erasure_id}/resend/").status_code == 200

        queues = OutboxMessage.objects.filter(task="privacy.tasks.erase_person").values_list("queue", flat=True)
        assert set(queues) == {"person-erasure-notifications", "person-erasure-help-desk"}
        for service in ("notification_service", "ticket_service"):
            report(erasure_id, service)
        assert_problem(admin.post(f"/privacy/erasures/{erasure_id}/resend/"), 409, "erasure_complete")
        assert_problem(admin.post("/privacy/erasures/999/resend/"), 404, "erasure_not_found")

    def test_auth_is_asked_again_about_accounts_that_were_active(self, closed: Task, admin: APIClient) -> None:
        erasure_id = admin.post("/privacy/erasures/", ASKED, format="json").json()["id"]
        for service in OTHERS[1:]:
            report(erasure_id, service)
        report(erasure_id, "auth", erased={"accounts": 0, "active_accounts_kept": 1})
        shown = admin.get(f"/privacy/erasures/{erasure_id}/").json()
        assert (shown["kept_accounts"], shown["next_pass_at"] is None) == (1, False)

        again = admin.post(f"/privacy/erasures/{erasure_id}/resend/").json()

        assert (again["kept_accounts"], again["next_pass_at"]) == (0, None)
        (message,) = OutboxMessage.objects.filter(task="privacy.tasks.erase_person")
        assert (message.queue, message.kwargs["emails"]) == ("person-erasure-accounts", [MIA["email"], BODY["email"]])
        report(erasure_id, "auth", erased={"accounts": 1, "active_accounts_kept": 0})
        assert Erasure.objects.get().next_pass_at is not None
        assert_problem(admin.post(f"/privacy/erasures/{erasure_id}/resend/"), 409, "erasure_complete")

    def test_are_rejected_for_an_erasure_that_is_not_known(self) -> None:
        with pytest.raises(Reject):
            report(999, "messaging")

        assert DeadLetter.objects.get().code == "erasure_not_found"


def test_the_digest_finds_the_same_person_and_says_nothing() -> None:
    one, two = Subject(email="Mia@example.com"), Subject(email="mia@example.com", requester_id="1")
    assert one.digest == two.digest != Subject(email="olga@example.com").digest
    assert len(one.digest) == 64
