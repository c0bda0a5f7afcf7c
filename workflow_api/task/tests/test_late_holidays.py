"""Holidays that were declared late: previewed, applied to running clocks, and what was recorded stays true."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from task.clock_checks import verify
from task.models import SlaClock
from ticketing_testing.clients import assert_problem
from workflow.models import Calendar, Workflow
from workflowmanager.schedule import tick
from workflowmanager.tests import factories

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOURS = {str(day): [["08:00", "16:00"]] for day in range(5)}
TUESDAY, THURSDAY = "2026-03-03", "2026-03-05"


@pytest.fixture
def calendar(db: None) -> Calendar:
    support = factories.make_role("Support", factories.make_person(11, "Amara"))
    found = Calendar.objects.create(name="Office", hours=HOURS, holidays=[])
    factories.one_step(support, calendar=found.snapshot(), sla=dict.fromkeys(factories.SLA, 16 * factories.HOUR))
    Workflow.objects.update(calendar=found)
    with time_machine.travel(MONDAY, tick=False):
        factories.take_in()
    found.holidays = [TUESDAY, THURSDAY]
    found.save()
    return found


def post(calendar: Calendar, days: list[str], at: datetime = MONDAY, **fields: Any) -> Any:
    with time_machine.travel(at, tick=False):
        return factories.admin_client().post(f"/calendars/{calendar.pk}/apply-holidays/", {"days": days, **fields})


def due() -> datetime | None:
    return factories.task_of().due_at


def test_a_preview_names_the_deadlines_that_move_and_changes_nothing(calendar: Calendar) -> None:
    answer = post(calendar, [TUESDAY], dry_run=True)

    assert answer.status_code == 200, answer.json()
    moves = answer.json()["moves"]
    assert [(move["step"], move["due_at_before"], move["due_at"]) for move in moves] == [
        (None, "2026-03-04T09:00:00Z", "2026-03-05T09:00:00Z"),
        ("Work", "2026-03-04T09:00:00Z", "2026-03-05T09:00:00Z"),
    ]
    assert due() == datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def test_the_act_moves_the_deadlines_and_is_recorded(calendar: Calendar) -> None:
    post(calendar, [TUESDAY], reason="Declared on Monday.")

    task = factories.task_of()
    assert task.due_at == datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
    line = task.timeline.get(event="deadline_moved")
    assert line.detail["due_at"] == "2026-03-05T09:00:00Z"
    assert line.detail["reason"] == "Declared on Monday."
    assert verify().is_valid
    assert post(calendar, [TUESDAY]).json()["moves"] == []


def test_a_breach_that_was_recorded_stays(calendar: Calendar) -> None:
    late = datetime(2026, 3, 6, 10, 0, tzinfo=UTC)
    with time_machine.travel(late, tick=False):
        tick()

    moves = post(calendar, [TUESDAY], at=late).json()["moves"]

    assert {move["is_kept"] for move in moves} == {True}
    assert all(clock.calendar["holidays"] == [] for clock in SlaClock.objects.all() if clock.calendar)
    assert verify().is_valid


def test_a_day_that_is_no_holiday_of_the_calendar_is_refused(calendar: Calendar) -> None:
    assert_problem(post(calendar, [TUESDAY, "2026-03-04"]), 400, "invalid", "days.1")
