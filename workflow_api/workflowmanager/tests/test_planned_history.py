"""A history by plan is made by the ordinary acts, as a whole or not at all, and tells other services what they keep."""

from __future__ import annotations

import io
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit.services import verify
from task.clocks import reading_of
from task.models import SlaClock, SlaFact, StepVisit, Task, TaskTransition, Timeline
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.clients import published_messages
from workflowmanager import planned_history
from workflowmanager.planned_history import Course, PlannedHistory, record_of
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db
END = datetime(2026, 3, 5, 12, tzinfo=UTC)  # a Thursday


def found_the_desk() -> None:
    support = factories.make_role("IT Support", *(factories.make_person(number) for number in (11, 12, 13)))
    leads = factories.make_role("IT Lead", *(factories.make_person(number) for number in (21, 22)))
    factories.approval(support, leads, coordinators=support, approve={"escalate_to": None})


def entry(number: int, *, hours: float = 250, **course: Any) -> dict[str, Any]:
    """Return a ticket of the plan that came so many hours before the end."""
    ticket = factories.ticket_data(f"HX{number:06}") | {
        "priority": "Medium",
        "submitted_at": (END - timedelta(hours=hours)).isoformat(),
        "employee": {"name": "Noor Haddad", "email": "noor.haddad@example.com"},
    }
    return {"ticket_data": ticket, "done": "Replaced.", **course}


def history(*entries: dict[str, Any]) -> PlannedHistory:
    courses = [Course.read(each, place) for place, each in enumerate(entries, start=1)]
    return PlannedHistory(tickets=len(courses), days=30, seed=1, end=END, courses=courses)


def task_of(number: int) -> Task:
    return Task.objects.get(ticket_number=f"HX{number:06}")


def events_of(number: int) -> Counter[str]:
    return Counter(Timeline.objects.filter(task=task_of(number)).values_list("event", flat=True))


HOLD = {"reason_code": "waiting_for_supplier", "reason": "A part is ordered.", "hours": 20}


class TestPlannedHistory:
    def test_what_is_planned_happens_once_and_the_rest_is_closed_in_time(self) -> None:
        found_the_desk()
        history(
            entry(1),
            entry(2, hours=300, hold=HOLD),
            entry(3, returned="Which building?"),
            entry(4, rejected="Not within the policy."),
            entry(5, transferred="You know this better."),
            entry(6, released="Wrong queue for me."),
            entry(7, hours=400, is_late=True),
        ).run()
        assert {task_of(number).status for number in (1, 2, 3, 5, 6, 7)} == {"completed"}
        assert task_of(4).status == "rejected"
        assert events_of(2)["held"] == events_of(2)["resumed"] == 1
        assert events_of(5)["transferred"] == 1
        assert events_of(6)["released"] == 1
        returns = TaskTransition.objects.filter(outcome="return")
        assert list(returns.values_list("task__ticket_number", "comment")) == [("HX000003", "Which building?")]
        assert [task_of(number).is_breached for number in range(1, 8)] == [False] * 6 + [True]

    def test_tickets_are_left_as_planned(self) -> None:
        found_the_desk()
        history(
            entry(1, hours=8, ending="unassigned", released="Not mine."),
            entry(2, hours=30, ending="on_hold", hold=HOLD),
            entry(3, hours=20, ending="approval"),
            entry(4, hours=40, ending="first_step"),
        ).run()
        assert (task_of(1).status, task_of(1).assignee_id) == ("pending", None)
        held = task_of(2)
        assert held.status == "on_hold"
        assert held.hold_until is not None
        assert held.hold_until > END
        visit = task_of(3).current_visit
        assert visit is not None
        assert visit.step.kind == "approval"
        assert StepVisit.objects.filter(task=task_of(4)).count() == 1

    def test_clocks_and_audit_chain_are_those_of_ordinary_work(self) -> None:
        found_the_desk()
        history(
            *(entry(number, hours=20 * number, hold=HOLD) for number in range(1, 9)), entry(9, ending="first_step")
        ).run()
        assert verify().is_valid
        assert SlaFact.objects.filter(recorded_at__gt=END).count() == 0
        for clock in SlaClock.objects.select_related("visit", "task"):
            reading = reading_of(clock, END)
            assert (clock.due_at, clock.at_risk_at) == (reading.due_at, reading.at_risk_at)
            if clock.stopped_at is not None:
                assert clock.verdict == ("breached" if reading.breached_at else "met")

    def test_people_work_in_office_hours(self) -> None:
        found_the_desk()
        # All came at ten o'clock, on a Monday, Tuesday or Wednesday.
        history(*(entry(days, hours=24 * days + 2) for days in (2, 3, 8, 9, 10, 15, 16, 17, 22, 23, 24))).run()
        moments = list(TaskTransition.objects.values_list("performed_at", flat=True))
        in_office = [at for at in moments if at.weekday() < 5 and 8 <= at.hour < 18]
        assert len(in_office) / len(moments) > 0.8

    def test_others_are_told_states_only_and_nobody_is_notified(self) -> None:
        found_the_desk()
        history(entry(1), entry(2, returned="Which building?"), entry(3, hours=8, ending="approval")).run()
        tasks = {message.task for message in OutboxMessage.objects.all()}
        assert tasks == {"tickets.tasks.apply_ticket_event", "send_ticket_status"}
        states = published_messages("tickets.tasks.apply_ticket_event")
        assert sorted(state["ticket_number"] for state in states) == ["HX000001", "HX000002", "HX000003"]
        for state in states:
            assert state["task"]["status"] == Task.objects.get(ticket_number=state["ticket_number"]).status

    def test_nothing_is_added_where_the_tickets_are_known(self) -> None:
        found_the_desk()
        history(entry(1), entry(2)).run()
        before = Timeline.objects.count(), OutboxMessage.objects.count()
        assert history(entry(1), entry(2)).run()["known"] == 2
        assert (Timeline.objects.count(), OutboxMessage.objects.count()) == before

    def test_what_stops_halfway_leaves_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found_the_desk()
        monkeypatch.setattr(planned_history, "sweep_clocks", _fails)
        with pytest.raises(RuntimeError):
            history(entry(1), entry(2, hours=48, ending="first_step")).run()
        assert not Task.objects.exists()
        assert not OutboxMessage.objects.exists()

    def test_the_record_names_who_had_each_step(self) -> None:
        found_the_desk()
        history(entry(1), entry(2, hours=8, ending="approval")).run()
        done, waiting = record_of(["HX000001", "HX000002"])
        assert done["status"] == "completed"
        assert done["closed_at"] is not None
        assert [visit["kind"] for visit in waiting["visits"]][-1] == "approval"
        assert waiting["visits"][-1]["closed_at"] is None
        assert all(visit["person"]["full_name"] for visit in done["visits"] + waiting["visits"])


def _fails(**_arguments: Any) -> int:
    raise RuntimeError("stopped")


class TestCommand:
    def run(self, monkeypatch: pytest.MonkeyPatch, text: str) -> Any:
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        out = io.StringIO()
        call_command("play_history", until=END, stdout=out, stderr=io.StringIO())
        return json.loads(out.getvalue())

    def test_answers_with_the_record_again_and_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found_the_desk()
        plan = json.dumps({"utc_offset_minutes": 60, "tickets": [entry(1), entry(2)]})
        record = self.run(monkeypatch, plan)
        assert {each["ticket_number"] for each in record} == {"HX000001", "HX000002"}
        assert self.run(monkeypatch, plan) == record

    @pytest.mark.parametrize(
        "text",
        [
            "{",
            "[]",
            json.dumps({"utc_offset_minutes": "x", "tickets": []}),
            json.dumps({"utc_offset_minutes": 0, "tickets": [{}]}),
            json.dumps({"utc_offset_minutes": 0, "tickets": [entry(1, ending="lost")]}),
            json.dumps({"utc_offset_minutes": 0, "tickets": [entry(1, hold={"reason": "x"})]}),
            json.dumps({"utc_offset_minutes": 0, "tickets": [entry(1)]}),  # no workflow is deployed
        ],
    )
    def test_refuses_what_it_cannot_play(self, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
        with pytest.raises(CommandError):
            self.run(monkeypatch, text)
        assert not Task.objects.exists()
