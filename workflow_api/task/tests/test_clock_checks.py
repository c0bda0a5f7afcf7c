"""A clock whose row was changed behind the engine's back is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from role.models import Person, Role
from task.clock_checks import verify
from task.deadlines import sweep_clocks
from task.models import SlaClock, SlaFact, StepVisit, Task
from task.tests.test_perform import press
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def support() -> Role:
    return factories.make_role("IT Support", factories.make_person(11, "Amara Okafor"))


@pytest.fixture
def running(support: Role) -> Task:
    """A task that has missed its deadlines, by a sweep."""
    factories.one_step(support, name="Support", category="IT Support", department="IT Department")
    with time_machine.travel(NOON, tick=False):
        factories.take_in("TX1", priority="urgent", category="IT Support", department="IT Department")
    sweep_clocks(now=NOON + timedelta(days=1))
    return factories.task_of()


@pytest.fixture
def done(running: Task) -> Task:
    press(Person.objects.get(pk=11), running, "Work to Done")
    return running


def problems() -> list[str]:
    return [item.problem for item in verify().wrong]


def test_what_the_engine_wrote_is_good(done: Task) -> None:
    out = StringIO()
    call_command("verify_clocks", stdout=out)
    assert out.getvalue() == "2 clocks, each as the replay of its events.\n"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"due_at": NOON}, "its row says"),
        ({"at_risk_at": None}, "it is due at"),
        ({"verdict": "met"}, "its events say running"),
        ({"stopped_at": NOON}, "its events say running, its row stopped"),
        ({"events": []}, "it has no events"),
        ({"events": [{"at": NOON.isoformat(), "kind": "paused"}]}, "can't be replayed"),
        ({"target_seconds": 60}, "it is due at"),
    ],
)
def test_a_running_clock_that_was_changed_is_named(running: Task, changed: dict[str, Any], said: str) -> None:
    SlaClock.objects.filter(visit=None).update(**changed)
    assert len(problems()) == 1
    assert said in problems()[0]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"verdict": "met"}, "its verdict is met, its deadline was missed"),
        ({"stopped_at": NOON}, "its row says"),
        ({"verdict": ""}, "its events say stopped"),
    ],
)
def test_a_stopped_clock_that_was_changed_is_named(done: Task, changed: dict[str, Any], said: str) -> None:
    SlaClock.objects.filter(visit=None).update(**changed)
    assert len(problems()) == 1
    assert said in problems()[0]


def test_due_times_of_task_and_visit_are_those_of_their_clocks(running: Task) -> None:
    StepVisit.objects.update(due_at=NOON)
    Task.objects.update(due_at=NOON)
    assert sorted(text.split("its ")[1].split()[0] for text in problems()) == ["task", "visit"]


def test_a_fact_that_was_moved_or_lost_is_named(done: Task) -> None:
    facts = SlaFact.objects.filter(clock__visit=None)
    facts.filter(kind="at_risk").update(happened_at=NOON)
    assert "it was at_risk at" in problems()[0]
    facts.delete()
    assert problems() == ["it was breached, and no fact says so"]


def test_the_command_fails_and_names_the_ticket(running: Task) -> None:
    SlaClock.objects.filter(visit=None).update(due_at=NOON)
    with pytest.raises(CommandError, match=f"of {running.ticket_number}: it is due at"):
        call_command("verify_clocks")


def test_no_more_than_wanted_are_named(running: Task) -> None:
    SlaClock.objects.update(due_at=NOON)
    assert len(verify(most=1).wrong) == 1
