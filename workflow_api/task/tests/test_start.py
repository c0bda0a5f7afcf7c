"""Starting a workflow on a ticket."""

from __future__ import annotations

from time import process_time

import pytest

from task.clock_checks import verify
from task.models import SlaClock
from workflowmanager.schedule import tick
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db


def test_a_task_that_ends_at_once_has_its_clock_stopped() -> None:
    support = factories.make_role("IT Support", factories.make_person(11))
    factories.make_workflow(
        "Sorted",
        coordinators=support,
        steps=[{"name": "Sort", "role": support}, {"name": "Done", "is_end": True, "end_status": "completed"}],
        edges=[("Sort", "Done", "forward", {"is_automatic": True})],
    )
    factories.take_in()
    task = factories.task_of()
    clock = SlaClock.objects.get(task=task)
    assert (task.status, clock.verdict, clock.stopped_at) == ("completed", "met", task.closed_at)
    assert task.owner_id == 11


def test_a_calendar_with_too_few_hours_means_no_deadline_and_holds_up_nobody() -> None:
    """Of a version that was deployed before such calendars were refused."""
    support = factories.make_role("IT Support", factories.make_person(11))
    hours = {"name": "Rare", "time_zone": "UTC", "hours": {"0": [["08:00", "08:01"]]}, "holidays": []}
    factories.one_step(support, calendar=hours, sla=dict.fromkeys(factories.SLA, 3650 * 24 * factories.HOUR))
    began = process_time()
    factories.take_in()
    task = factories.task_of()
    assert (task.is_open, task.assignee_id, task.due_at) == (True, 11, None)

    rows = factories.admin_client().get("/tasks/").json()["results"]
    assert [row["sla"]["state"] for row in rows] == ["no_deadline"]
    clock = factories.admin_client().get(f"/tasks/{task.pk}/sla/").json()["task"]
    assert (clock["state"], clock["due_at"], clock["paused"]) == ("no_deadline", None, False)
    assert process_time() - began < 20
    tick()
    assert factories.task_of().due_at is None
    assert verify().is_valid
