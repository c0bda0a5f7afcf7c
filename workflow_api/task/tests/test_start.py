"""Starting a workflow on a ticket."""

from __future__ import annotations

import pytest

from task.models import SlaClock
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
