"""What is stuck can be seen and moved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from celery.exceptions import Reject
from django.utils import timezone

from audit.models import AuditLog
from ticketing_common.inbox.dead_letters import record_dead_letter
from ticketing_common.inbox.models import DeadLetter
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.clients import assert_problem
from tickets.models import IntakeRecord
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db


def letter(**fields: object) -> DeadLetter:
    values = {
        "queue": "tts.role.sync",
        "message_id": "m-1",
        "task": "role.tasks.sync_role",
        "code": "handler_failed",
        "reason": "RuntimeError: away",
        "headers": {},
        "payload": {"args": [], "kwargs": {"role_id": 7}},
        **fields,
    }
    record_dead_letter(**values)  # type: ignore[arg-type]
    return DeadLetter.objects.latest("id")


class TestOverview:
    def test_counts_each_kind(self) -> None:
        factories.one_step(factories.make_role("IT Support"))
        factories.take_in("TX1")
        factories.take_in("TX2", department="Facilities")
        letter()
        found = factories.admin_client().get("/stuck/").json()
        assert found["dead_letters"]["count"] == found["pool"]["count"] == found["unmatched_tickets"]["count"] == 1
        assert found["needs_lead"] == 1
        assert found["outbox"]["count"] == OutboxMessage.objects.count()
        (row,) = factories.admin_client().get("/pool/").json()["results"]
        assert (row["ticket_number"], row["role"]["name"]) == ("TX1", "IT Support")

    @pytest.mark.parametrize("path", ["/stuck/", "/pool/", "/outbox/", "/dead-letters/"])
    def test_is_for_admins(self, path: str) -> None:
        assert_problem(factories.as_client(factories.make_person(70)).get(path), 403)


class TestPool:
    def test_gives_out_what_somebody_may_have_by_now(self) -> None:
        role = factories.make_role("IT Support")
        factories.one_step(role)
        factories.take_in("TX1")
        factories.join(role, factories.make_person(11))
        admin = factories.admin_client()
        assert admin.post("/pool/retry/").json() == {"given": 1}
        assert factories.task_of().assignee_id == 11
        assert admin.get("/pool/").json()["count"] == 0
        assert AuditLog.objects.get(action="pool.retried").actor_id == 1


class TestDeadLetters:
    def test_is_sent_again_through_its_queue_once(self) -> None:
        row = letter()
        admin = factories.admin_client()
        assert admin.post(f"/dead-letters/{row.pk}/replay/").status_code == 200
        message = OutboxMessage.objects.get()
        assert (message.queue, message.task, message.kwargs) == (
            "tts.role.sync",
            "role.tasks.sync_role",
            {"role_id": 7},
        )
        assert_problem(admin.post(f"/dead-letters/{row.pk}/replay/"), 409, "already_resolved")
        assert AuditLog.objects.filter(action="dead_letter.replayed").count() == 1

    def test_a_ticket_goes_through_the_ledger(self) -> None:
        factories.one_step(factories.make_role("IT Support", factories.make_person(11)))
        row = letter(
            queue="TICKET_TASKS_PRODUCTION",
            task="tickets.tasks.receive_ticket",
            payload={"args": [], "kwargs": {"ticket_data": factories.ticket_data("TX9")}},
        )
        assert factories.admin_client().post(f"/dead-letters/{row.pk}/replay/").status_code == 200
        assert factories.task_of("TX9").assignee_id == 11

    def test_a_wrong_ticket_stays_and_says_what_is_wrong(self) -> None:
        with pytest.raises(Reject):
            factories.take_in("TX1", priority="shouting")
        row = DeadLetter.objects.get()
        assert_problem(factories.admin_client().post(f"/dead-letters/{row.pk}/replay/"), 400, attr="body.priority")
        row.refresh_from_db()
        assert row.resolved_at is None

    @pytest.mark.parametrize("body", [b"\xff broken", b"[]", b'{"args": [1], "kwargs": {}}'])
    def test_what_cannot_be_read_is_not_sent(self, body: bytes) -> None:
        row = letter(body=body, payload=None)
        assert_problem(factories.admin_client().post(f"/dead-letters/{row.pk}/replay/"), 409, "not_replayable")

    def test_is_dismissed_for_a_reason(self) -> None:
        row = letter()
        admin = factories.admin_client()
        assert_problem(admin.post(f"/dead-letters/{row.pk}/dismiss/", {}), 400, attr="reason")
        assert admin.post(f"/dead-letters/{row.pk}/dismiss/", {"reason": "A test."}).json()["resolved_at"]
        assert admin.get("/dead-letters/", {"is_resolved": "false"}).json()["count"] == 0

    def test_is_linked_to_its_row_of_the_ledger(self) -> None:
        with pytest.raises(Reject):
            factories.take_in("TX1", priority="shouting")
        other = letter()
        admin = factories.admin_client()

        rows = {row["id"]: row for row in admin.get("/dead-letters/").json()["results"]}

        record = IntakeRecord.objects.get()
        assert rows[record.dead_letter_id]["intake_id"] == record.pk
        assert rows[record.dead_letter_id]["ticket_number"] == "TX1"
        assert rows[other.pk]["intake_id"] is None

    def test_are_counted_by_queue_and_reason_while_open(self) -> None:
        admin = factories.admin_client()
        for code in ("handler_failed", "handler_failed", "invalid_message"):
            row = letter(code=code)
        letter(queue="tts.user_system_role.sync", code="handler_failed")
        admin.post(f"/dead-letters/{row.pk}/dismiss/", {"reason": "A test."})

        assert [(row["queue"], row["code"], row["count"]) for row in admin.get("/dead-letters/counts/").json()] == [
            ("tts.role.sync", "handler_failed", 2),
            ("tts.user_system_role.sync", "handler_failed", 1),
        ]
        assert_problem(factories.as_client(factories.make_person(70)).get("/dead-letters/counts/"), 403)

    def test_are_settled_together_each_by_itself(self) -> None:
        admin = factories.admin_client()
        good, broken, other = letter(), letter(body=b"[]", payload=None), letter()

        body = admin.post("/dead-letters/settle/", {"resolution": "replay", "ids": [good.pk, broken.pk, 4711]}).json()

        assert [(row["id"], row["ok"], row.get("error", {}).get("code")) for row in body["results"]] == [
            (good.pk, True, None),
            (broken.pk, False, "not_replayable"),
            (4711, False, "not_found"),
        ]
        assert OutboxMessage.objects.count() == 1
        wanted = {"resolution": "dismiss", "ids": [broken.pk, other.pk], "reason": "Of a test."}
        assert [row["ok"] for row in admin.post("/dead-letters/settle/", wanted).json()["results"]] == [True, True]
        assert admin.get("/dead-letters/", {"is_resolved": "false"}).json()["count"] == 0
        rows = AuditLog.objects.filter(action="dead_letter.dismissed")
        assert {row.reason for row in rows} == {"Of a test."}

    def test_are_dismissed_together_for_a_reason_only(self) -> None:
        row = letter()
        admin = factories.admin_client()

        unsaid = {"resolution": "dismiss", "ids": [row.pk], "reason": " "}
        assert_problem(admin.post("/dead-letters/settle/", unsaid), 400, attr="reason")
        assert_problem(
            admin.post("/dead-letters/settle/", {"resolution": "burn", "ids": [row.pk]}), 400, attr="resolution"
        )
        row.refresh_from_db()
        assert row.resolved_at is None


class TestOutbox:
    def test_a_failing_message_is_tried_at_once(self) -> None:
        later = timezone.now() + timedelta(hours=1)
        message = OutboxMessage.objects.create(
            queue="ticket_status-default", task="send_ticket_status", kwargs={}, next_attempt_at=later, attempts=3
        )
        admin = factories.admin_client()
        assert admin.get("/outbox/", {"is_failing": "true", "is_published": "false"}).json()["count"] == 1
        assert admin.post(f"/outbox/{message.pk}/retry/").status_code == 200
        message.refresh_from_db()
        assert message.next_attempt_at <= timezone.now()
        OutboxMessage.objects.update(published_at=timezone.now())
        assert_problem(admin.post(f"/outbox/{message.pk}/retry/"), 409, "already_published")
