"""What the beat's tick repairs."""

from __future__ import annotations

import pytest

from role.models import Role
from task.models import Task
from task.tests.test_perform import press
from workflowmanager import schedule
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def support() -> Role:
    role = factories.make_role("IT Support", factories.make_person(11, "Amara Okafor"))
    factories.one_step(role, name="Support", category="IT Support", department="IT Department")
    return role


def test_a_task_that_an_older_worker_moved_says_again_which_role_has_it(support: Role) -> None:
    for number in ("TX1", "TX2", "TX3"):
        factories.take_in(number, category="IT Support", department="IT Department")
    done = factories.task_of("TX3")
    assert done.assignee is not None
    press(done.assignee, done, "Work to Done")
    assert schedule.name_roles() == 0, "what the engine writes needs no repair"

    Task.objects.filter(ticket_number="TX1").update(role=None)
    Task.objects.filter(ticket_number="TX3").update(role=support)
    assert schedule.name_roles() == 2
    named = dict(Task.objects.values_list("ticket_number", "role_id"))
    assert named == {"TX1": support.pk, "TX2": support.pk, "TX3": None}


def test_it_is_part_of_the_tick(support: Role) -> None:
    factories.take_in("TX1", category="IT Support", department="IT Department")
    Task.objects.update(role=None)
    schedule.tick()
    assert factories.task_of("TX1").role_id == support.pk
