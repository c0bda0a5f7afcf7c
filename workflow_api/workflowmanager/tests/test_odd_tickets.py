"""Invalid, unreadable and unmatched tickets: kept, shown, corrected, never in the way."""

from __future__ import annotations

import json
from typing import Any

import pytest
from celery.exceptions import Reject

from role.models import Role
from task.models import Task
from ticketing_common.inbox.dead_letters import record_dead_letter
from ticketing_common.inbox.models import DeadLetter
from ticketing_testing.clients import assert_problem, deliver, published_messages
from tickets.models import IntakeRecord, Ticket
from workflow.models import Workflow
from workflowmanager import schedule
from workflowmanager.tasks import receive_ticket
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db

WRONG: dict[str, Any] = {
    "unknown priority": {"priority": "shouting"},
    "subject too long": {"subject": "x" * 256},
    "blank subject": {"subject": "   "},
    "no category": {"category": None},
    "bad number": {"ticket_number": "TX 1"},
    "number with a line break": {"ticket_number": "TX1\n"},
    "source with a line break": {"source_service": "hdts\n"},
    "priority with a line break": {"priority": "high\n"},
    "version is text": {"source_version": "one"},
    "huge version": {"source_version": 2**70},
    "employee is a list": {"employee": ["Noor"]},
    "attachment without a name": {"attachments": [{"id": 1}]},
    "more than a mebibyte": {"dynamic_data": {"text": "x" * (1024 * 1024)}},
}


@pytest.fixture
def support() -> Role:
    role = factories.make_role("IT Support", factories.make_person(11), factories.make_person(12))
    factories.one_step(role)
    return role


class TestInvalid:
    @pytest.mark.parametrize("name", sorted(WRONG))
    def test_is_dead_lettered_with_its_reason_and_kept(self, name: str, support: Role) -> None:
        with pytest.raises(Reject):
            deliver(receive_ticket, message_id="m-1", ticket_data=factories.ticket_data("TX1") | WRONG[name])
        record = IntakeRecord.objects.get()
        letter = DeadLetter.objects.get()
        assert record.verdict == "invalid"
        assert record.reason == letter.reason
        assert record.reason
        assert record.dead_letter_id == letter.pk
        assert Ticket.objects.count() == 0

    def test_a_priority_that_is_none_is_named_with_those_there_are(self, support: Role) -> None:
        with pytest.raises(Reject):
            factories.take_in("TX1", priority="Sky high")
        reason = IntakeRecord.objects.get().reason
        assert reason == "priority: 'Sky high' is not one of Low, Medium, High, Urgent, Critical, in any case."

    @pytest.mark.parametrize("body", [None, [], "text", 7, {}, {"ticket_number": None}])
    def test_whatever_the_body_is(self, body: Any, support: Role) -> None:
        with pytest.raises(Reject):
            deliver(receive_ticket, ticket_data=body)
        assert IntakeRecord.objects.get().verdict == "invalid"

    def test_deep_nesting_is_invalid(self, support: Role) -> None:
        nested: Any = {}
        for _ in range(500):
            nested = {"deeper": nested}
        with pytest.raises(Reject):
            factories.take_in("TX1", dynamic_data=nested)
        assert IntakeRecord.objects.get().verdict == "invalid"

    def test_characters_that_cannot_be_stored_are_replaced(self, support: Role) -> None:
        factories.take_in("TX1", subject="a\x00b", dynamic_data={"k\x00": ["\ud800", float("nan"), 2**80]})
        assert Ticket.objects.get().subject == "a\N{REPLACEMENT CHARACTER}b"
        assert Task.objects.count() == 1
        assert factories.admin_client().get("/tickets/TX1/").status_code == 200

    @pytest.mark.parametrize(("given", "kept"), [("CRITICAL", "urgent"), ("hIgH", "high"), (None, "medium")])
    def test_priorities_take_any_case_and_critical_is_urgent(self, given: str | None, kept: str, support: Role) -> None:
        factories.take_in("TX1", priority=given)
        assert factories.task_of().priority == kept

    def test_a_date_that_is_none_is_left_out(self, support: Role) -> None:
        factories.take_in("TX1", submitted_at="last Tuesday")
        assert Ticket.objects.get().submitted_at is None
        assert Task.objects.count() == 1


class TestReplay:
    def reject(self) -> IntakeRecord:
        with pytest.raises(Reject):
            factories.take_in("TX1", priority="shouting")
        return IntakeRecord.objects.get()

    def test_corrected_message_becomes_a_task_and_settles_its_dead_letter(self, support: Role) -> None:
        record = self.reject()
        answer = factories.admin_client().post(
            f"/intake/{record.pk}/replay/", {"body": factories.ticket_data("TX1", priority="high")}
        )
        assert answer.status_code == 200, answer.json()
        assert (answer.json()["verdict"], answer.json()["replay_of_id"]) == ("accepted", record.pk)
        assert factories.task_of().priority == "high"
        assert DeadLetter.objects.get().resolved_at is not None

    def test_what_is_still_wrong_is_named(self, support: Role) -> None:
        record = self.reject()
        answer = factories.admin_client().post(f"/intake/{record.pk}/replay/")
        assert_problem(answer, 400, attr="body.priority")
        assert IntakeRecord.objects.count() == 1
        assert DeadLetter.objects.get().resolved_at is None

    def test_is_for_admins(self, support: Role) -> None:
        record = self.reject()
        agent = factories.as_client(factories.make_person(70))
        assert_problem(agent.post(f"/intake/{record.pk}/replay/"), 403)

    def test_unknown_message_is_not_found(self) -> None:
        assert_problem(factories.admin_client().post("/intake/99/replay/"), 404)


def unreadable(code: str, body: bytes) -> None:
    record_dead_letter(
        queue="TICKET_TASKS_PRODUCTION", message_id="", task="", code=code, reason="Odd.", headers={}, body=body
    )


class TestUnreadable:
    def test_what_could_not_be_decoded_stands_in_the_ledger(self) -> None:
        record_dead_letter(
            queue="TICKET_TASKS_PRODUCTION",
            message_id="",
            task="",
            code="undecodable",
            reason="The body can't be decoded",
            headers={"x": "y"},
            body=b'{"ticket_number": \x00 broken',
        )
        record = IntakeRecord.objects.get()
        assert record.verdict == "unreadable"
        assert "broken" in record.raw_body
        assert_problem(factories.admin_client().post(f"/intake/{record.pk}/replay/"), 400, attr="body")

    @pytest.mark.parametrize(
        ("code", "body"),
        [
            ("undecodable", json.dumps(factories.ticket_data("TX9")).encode("utf-16")),
            ("undecodable", json.dumps(factories.ticket_data("TX9")).encode()),
            ("delayed_delivery", json.dumps([[factories.ticket_data("TX9")], {}, {}]).encode()),
            ("delayed_delivery", json.dumps([[], {"ticket_data": factories.ticket_data("TX9")}, {}]).encode()),
            (
                "forged_headers",
                json.dumps({"task": "x", "kwargs": {"ticket_data": factories.ticket_data("TX9")}}).encode(),
            ),
            (
                "undecodable",
                json.dumps({**factories.ticket_data("TX9"), "dynamic_data": {"log": "x" * 250_000}}).encode(),
            ),
        ],
    )
    def test_its_raw_body_is_replayed_once_it_is_readable(self, support: Role, code: str, body: bytes) -> None:
        unreadable(code, body)
        record = IntakeRecord.objects.get()
        assert record.ticket_number == "TX9"
        answer = factories.admin_client().post(f"/intake/{record.pk}/replay/")
        assert answer.status_code == 200, answer.json()
        assert (answer.json()["verdict"], answer.json()["replay_of_id"]) == ("accepted", record.pk)
        assert factories.task_of("TX9").status == "in_progress"
        assert DeadLetter.objects.get().resolved_at is not None

    def test_in_the_charset_that_the_administrator_names(self, support: Role) -> None:
        data = factories.ticket_data("TX9", subject="Ger\u00e4t f\u00e4llt aus")
        unreadable("undecodable", json.dumps(data, ensure_ascii=False).encode("windows-1252"))
        record = IntakeRecord.objects.get()
        assert record.ticket_number == "TX9"
        url = f"/intake/{record.pk}/replay/"
        problem = assert_problem(factories.admin_client().post(url), 400, "still_unreadable", "body")
        assert "decode" in problem["errors"][0]["detail"]
        assert_problem(factories.admin_client().post(url, {"charset": "no-such"}), 400, "still_unreadable", "body")
        assert factories.admin_client().post(url, {"charset": "windows-1252"}).status_code == 200
        assert factories.task_of("TX9").subject == "Ger\u00e4t f\u00e4llt aus"

    @pytest.mark.parametrize("body", [b"\x1f\x8b\x08\x00", b"[1, 2, 3]", b'"text"', b"", b"{"])
    def test_what_holds_no_ticket_says_why(self, support: Role, body: bytes) -> None:
        unreadable("undecodable", body)
        record = IntakeRecord.objects.get()
        assert_problem(factories.admin_client().post(f"/intake/{record.pk}/replay/"), 400, "still_unreadable", "body")
        assert DeadLetter.objects.get().resolved_at is None

    def test_a_dead_letter_of_it_is_sent_again_the_same_way(self, support: Role) -> None:
        unreadable("undecodable", json.dumps(factories.ticket_data("TX9")).encode("utf-16"))
        answer = factories.admin_client().post(f"/dead-letters/{DeadLetter.objects.get().pk}/replay/")
        assert answer.status_code == 200, answer.json()
        assert factories.task_of("TX9").status == "in_progress"

    def test_other_queues_are_none_of_its_business(self) -> None:
        record_dead_letter(queue="tts.role.sync", message_id="1", task="role", code="x", reason="y", headers={})
        assert IntakeRecord.objects.count() == 0

    def test_a_failed_handler_can_be_replayed_as_it_was(self, support: Role) -> None:
        record_dead_letter(
            queue="TICKET_TASKS_PRODUCTION",
            message_id="m-9",
            task="tickets.tasks.receive_ticket",
            code="handler_failed",
            reason="RuntimeError",
            headers={},
            payload={"args": [], "kwargs": {"ticket_data": factories.ticket_data("TX9")}},
        )
        record = IntakeRecord.objects.get()
        assert record.ticket_number == "TX9"
        assert factories.admin_client().post(f"/intake/{record.pk}/replay/").status_code == 200
        assert factories.task_of("TX9").status == "in_progress"


class TestUnmatched:
    def test_waits_with_its_reason_and_the_nearest_workflows(self, support: Role) -> None:
        factories.take_in("TX1", department="Facilities")
        ticket = factories.admin_client().get("/tickets/TX1/").json()
        assert ticket["intake_state"] == "unmatched"
        assert ticket["unmatched_reason"] == "no_workflow"
        assert ticket["unmatched_detail"][0]["name"] == "Simple"
        assert Task.objects.count() == 0
        assert [m["new_status"] for m in published_messages("send_ticket_status")] == ["received"]
        listed = factories.admin_client().get("/tickets/", {"intake_state": "unmatched"}).json()
        assert listed["count"] == 1

    def test_a_paused_workflow_keeps_its_tickets_waiting(self, support: Role) -> None:
        Workflow.objects.update(status="paused")
        factories.take_in("TX1")
        assert Ticket.objects.get().unmatched_reason == "workflow_paused"

    def test_button_routes_what_now_matches(self, support: Role) -> None:
        Workflow.objects.update(status="paused")
        factories.take_in("TX1")
        Workflow.objects.update(status="deployed")
        answer = factories.admin_client().post("/tickets/TX1/reroute/")
        assert answer.json()["intake_state"] == "matched"
        assert factories.task_of().status == "in_progress"
        assert_problem(factories.admin_client().post("/tickets/TX1/reroute/"), 409, "already_running")

    def test_an_update_that_makes_it_match_starts_it(self, support: Role) -> None:
        factories.take_in("TX1", department="Facilities")
        factories.take_in("TX1")
        assert factories.task_of().status == "in_progress"
        assert Ticket.objects.get().intake_state == "matched"

    def test_a_deploy_routes_what_now_matches(self, support: Role, django_capture_on_commit_callbacks: Any) -> None:
        old = Workflow.objects.get()
        factories.straight(support, support, name=old.name)
        Workflow.objects.update(status="paused")
        factories.take_in("TX1")
        assert Ticket.objects.get().intake_state == "unmatched"
        with django_capture_on_commit_callbacks(execute=True):
            answer = factories.admin_client().post(f"/workflows/{old.pk}/versions/1/redeploy/")
        assert answer.status_code == 201, answer.json()
        assert factories.task_of().status == "in_progress"

    def test_an_edit_routes_what_now_matches(self, support: Role, django_capture_on_commit_callbacks: Any) -> None:
        factories.take_in("TX1", department="Facilities")
        workflow = Workflow.objects.get()
        change = {"department": "Facilities", "edit_version": workflow.edit_version}
        with django_capture_on_commit_callbacks(execute=True):
            answer = factories.admin_client().patch(f"/workflows/{workflow.pk}/", change)
        assert answer.status_code == 200, answer.json()
        assert factories.task_of().status == "in_progress"

    def test_tick_catches_up_with_a_deploy(self, support: Role) -> None:
        Workflow.objects.update(status="paused")
        factories.take_in("TX1")
        workflow = Workflow.objects.get()
        workflow.status = "deployed"
        workflow.save()
        schedule.tick()
        assert factories.task_of().status == "in_progress"
