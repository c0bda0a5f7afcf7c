"""Clocks that ran on after the end of their ticket are stopped, and what was changed is reported."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from audit.models import AuditLog
from role.models import Person
from task.clock_checks import verify
from task.models import SlaClock, SlaFact, Task
from task.tests.test_perform import press
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db


def finished(**fields: Any) -> Task:
    factories.one_step(factories.make_role("IT Support", factories.make_person(11)), **fields)
    factories.take_in("TX1")
    task = factories.task_of()
    press(Person.objects.get(pk=11), task, "Work to Done")
    return factories.task_of()


def run_on() -> None:
    """Set the clocks back to what they were before their end."""
    for clock in SlaClock.objects.select_related("task", "visit"):
        clock.events = [event for event in clock.events if event["kind"] != "stopped"]
        clock.stopped_at, clock.verdict = None, ""
        clock.save()


@pytest.mark.parametrize("end_logic", ["notification", "asset"])
def test_are_stopped_at_the_end_with_a_verdict(end_logic: str) -> None:
    task = finished(end_logic=end_logic)
    before = list(SlaClock.objects.order_by("pk").values("stopped_at", "verdict", "due_at", "events"))
    run_on()
    out = StringIO()
    call_command("stop_finished_clocks", stdout=out)
    assert list(SlaClock.objects.order_by("pk").values("stopped_at", "verdict", "due_at", "events")) == before
    assert "2 clocks stopped." in out.getvalue()
    assert out.getvalue().count(task.ticket_number) == 2
    assert AuditLog.objects.filter(action="sla.clock_stopped").count() == 2
    assert verify().is_valid
    again = StringIO()
    call_command("stop_finished_clocks", stdout=again)
    assert again.getvalue() == "0 clocks stopped.\n"


def test_one_that_had_missed_its_target_by_then_is_breached() -> None:
    task = finished()
    run_on()
    for clock in SlaClock.objects.all():
        clock.target_seconds = 1
        clock.events[0]["at"] = (task.created_at - timedelta(days=1)).isoformat()
        clock.save()
    call_command("stop_finished_clocks", stdout=StringIO())
    assert set(SlaClock.objects.values_list("verdict", flat=True)) == {"breached"}
    assert SlaFact.objects.filter(kind="breached").count() == 2
    task.refresh_from_db()
    assert task.is_breached


def test_running_work_is_left_alone() -> None:
    factories.one_step(factories.make_role("IT Support", factories.make_person(11)))
    factories.take_in("TX1")
    call_command("stop_finished_clocks", stdout=StringIO())
    assert set(SlaClock.objects.values_list("stopped_at", flat=True)) == {None}
