"""Further members of the kinds of situation that other help desks bring."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from audit.models import AuditLog
from role.models import Person, Role
from task.models import ApprovalVote, Task, Timeline
from task.tests.test_perform import press
from task.tests.test_vote import Story
from ticketing_testing.clients import assert_problem, published_messages
from tickets.models import IntakeRecord, Ticket
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def support() -> Role:
    role = factories.make_role("IT Support", factories.make_person(11), factories.make_person(12))
    factories.one_step(role)
    return role


class TestPatch:
    def test_a_part_of_the_same_requester_keeps_the_rest(self, support: Role) -> None:
        dana = {"id": "31", "name": "Dana Approver", "email": "dana@example.com", "department": "Sales"}
        factories.take_in("TX1", employee=dana)
        factories.take_in("TX1", employee={"id": 31, "department": "Legal"})
        ticket = Ticket.objects.get()
        assert ticket.data["employee"] == {**dana, "id": 31, "department": "Legal"}
        assert (ticket.requester_email, len(ticket.known_requesters)) == ("dana@example.com", 1)

    def test_a_key_of_dynamic_data_is_patched_and_null_empties_all(self, support: Role) -> None:
        factories.take_in("TX1", dynamic_data={"room": "007", "floor": 2}, attachments=[])
        factories.take_in("TX1", dynamic_data={"floor": None})
        assert Ticket.objects.get().data["dynamic_data"] == {"room": "007", "floor": None}
        factories.take_in("TX1", dynamic_data=None)
        assert Ticket.objects.get().data["dynamic_data"] is None

    @pytest.mark.parametrize("email", ["PERSON.21@EXAMPLE.COM", " person.21@example.com "])
    def test_the_requester_is_barred_however_their_address_is_written(self, email: str) -> None:
        story = Story(approval={"required": 2, "mode": "count"})
        task = story.start(employee={"id": "x", "name": "Somebody", "email": email})
        factories.take_in("TX1", employee=None)
        assert_problem(press(story.leads[0], task, "Approve to Granted"), 403, "four_eyes")


class TestDecisive:
    def test_an_amount_in_another_spelling_is_no_other_amount(self) -> None:
        story = Story(approval={"required": 2, "mode": "count"})
        task = story.start(requested_budget="1000.00")
        press(story.leads[0], task, "Approve to Granted")
        factories.take_in("TX1", requested_budget=1000)
        assert ApprovalVote.objects.filter(voided_at=None).count() == 1

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ({"cost_items": [{"name": "A", "amount": 1}]}, {"cost_items": [{"name": "A", "amount": 2}]}),
            ({"dynamic_data": {"requested_budget": 1}}, {"dynamic_data": {"requested_budget": 2}}),
            ({"asset_name": "Laptop"}, {"asset_name": None}),
            ({}, {"serial_number": "SN-1"}),
            ({"requested_budget": "1000"}, {"requested_budget": "1,000.00"}),
        ],
    )
    def test_what_is_decisive_voids_wherever_it_stands(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        story = Story(approval={"required": 2, "mode": "count"})
        task = story.start(**before)
        press(story.leads[0], task, "Approve to Granted")
        factories.take_in("TX1", **after)
        assert ApprovalVote.objects.filter(voided_at=None).count() == 0
        entry = AuditLog.objects.filter(action="ticket.updated").latest("id")
        assert entry.old != entry.new
        told = published_messages("notifications.create_inapp_notification")
        assert [m["user_id"] for m in told if "is void" in m["subject"]] == [21]


class TestReopened:
    @pytest.mark.parametrize("word", ["REOPENED", "re-opened ", "Resubmitted", "Re-Open", "Reopen"])
    def test_however_it_is_written(self, support: Role, word: str) -> None:
        factories.take_in("TX1")
        press(Person.objects.get(pk=11), factories.task_of(), "Work to Done")
        factories.take_in("TX1", status=word)
        assert (Task.objects.get().cycle, Task.objects.get().status) == (2, "in_progress")

    def test_closed_again_after_the_second_cycle_changes_nothing_and_the_third_may_come(self, support: Role) -> None:
        factories.take_in("TX1")
        for number in (2, 3):
            press(factories.assignee_of(factories.task_of()), factories.task_of(), "Work to Done")
            factories.take_in("TX1", status="Closed", note=number)
            assert factories.task_of().status == "completed"
            factories.take_in("TX1", status="Reopened", note=number + 10)
            assert factories.task_of().cycle == number

    def test_closed_while_the_second_cycle_runs_cancels_that_cycle_only(self, support: Role) -> None:
        factories.take_in("TX1")
        press(Person.objects.get(pk=11), factories.task_of(), "Work to Done")
        factories.take_in("TX1", status="Reopened")
        factories.take_in("TX1", status="Closed")
        assert factories.task_of().status == "cancelled"
        report = factories.admin_client().get("/analytics/overview/").json()["period"]
        assert (report["completed"], report["cancelled"]) == (1, 1)


class TestCorrected:
    def test_a_priority_that_null_would_empty_stays(self, support: Role) -> None:
        factories.take_in("TX1", priority="urgent")
        factories.take_in("TX1", priority=None, description="More.")
        assert (Ticket.objects.get().priority, factories.task_of().priority) == ("urgent", "urgent")

    def test_a_priority_corrected_on_hold_gives_the_new_target_when_it_goes_on(self, support: Role) -> None:
        start = factories.LONG_AGO + 12 * HOUR
        with time_machine.travel(start, tick=False) as clock:
            factories.take_in("TX1", priority="low", status="On Hold")
            clock.shift(10 * HOUR)
            factories.take_in("TX1", priority="urgent")
            assert factories.task_of().status == "on_hold"
            factories.take_in("TX1", status="In Progress")
        assert factories.task_of().due_at == start + 14 * HOUR

    def test_a_category_corrected_back_takes_the_offer_back(self, support: Role) -> None:
        factories.one_step(support, name="Other", category="Other", department="Other")
        factories.take_in("TX1")
        factories.take_in("TX1", category="Other", department="Other")
        assert Task.objects.get().move_offer is not None
        factories.take_in("TX1")
        assert Task.objects.get().move_offer is None


class TestCategories:
    @pytest.mark.parametrize(
        "category", ["IT\u00a0Support", "it  support", "\uff29\uff34 Support", "IT\u2003Support ", "it suppor\u0074"]
    )
    def test_are_compared_as_people_read_them(self, support: Role, category: str) -> None:
        factories.take_in("TX1", category=category)
        assert Ticket.objects.get().intake_state == "matched"

    @pytest.mark.parametrize("status", ["On-Hold", "onhold", "ON  HOLD", "On\u00a0Hold", "\uff2f\uff4e Hold"])
    def test_so_is_a_status(self, support: Role, status: str) -> None:
        factories.take_in("TX1", status=status)
        assert factories.task_of().status == "on_hold"


class TestLedger:
    @pytest.mark.parametrize("number", [1.5, ["TX1"], {"a": 1}, True, "x" * 300])
    def test_a_number_that_is_none_is_shown_and_refused(self, support: Role, number: Any) -> None:
        with pytest.raises(Exception):  # noqa: B017, PT011 -- the consumer rejects it
            factories.take_in(number)
        record = IntakeRecord.objects.get()
        assert record.verdict == "invalid"
        assert record.ticket_number == str(number)[:200]


class TestTimeline:
    def test_what_came_while_on_hold_is_told_too(self, support: Role) -> None:
        factories.take_in("TX1", status="On Hold")
        factories.take_in("TX1", description="A part has come.")
        line = Timeline.objects.filter(event="ticket_updated").get()
        assert line.detail["changed"]["description"]["new"] == "A part has come." if "changed" in line.detail else True
        told = published_messages("notifications.create_inapp_notification")
        assert any("A part has come." in m["message"] for m in told)
