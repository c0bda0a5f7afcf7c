"""A ticket that its source puts on hold is held, and goes on when its source says so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from audit.models import AuditLog
from role.models import Person
from task.clock_checks import verify
from task.models import SlaClock, Task, Timeline
from ticketing_testing.clients import published_messages
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db

NOON = factories.LONG_AGO + timedelta(hours=12)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _workflow() -> None:
    factories.one_step(factories.make_role("IT Support", factories.make_person(11)))


def says(status: str | None, at: timedelta, **fields: Any) -> Task:
    """Deliver a message of the source with this status; None says none."""
    with time_machine.travel(NOON + at, tick=False):
        factories.take_in("TX1", priority="urgent", **({"status": status} if status is not None else {}), **fields)
    return factories.task_of()


def act(verb: str, at: timedelta, user_id: int = 11) -> None:
    with time_machine.travel(NOON + at, tick=False):
        client = factories.as_client(Person.objects.get(pk=user_id))
        body = {"reason": "Waiting for a part."} if verb == "hold" else {}
        answer = client.post(f"/tasks/{factories.task_of().pk}/{verb}/", body)
    assert answer.status_code == 200, answer.json()


@pytest.mark.parametrize("word", ["In Progress", "in_progress", "IN  PROGRESS", "Open", "Reopened"])
def test_goes_on_with_timeline_audit_and_clock_when_the_source_does(word: str) -> None:
    says("On Hold", timedelta(0))
    task = says(word, HOUR * 5)
    assert (task.status, task.assignee_id) == ("in_progress", 11)
    line = Timeline.objects.get(event="resumed")
    assert (line.actor_id, line.detail["reason"]) == (None, "The source goes on with the ticket.")
    assert AuditLog.objects.filter(action="task.resumed", actor_id=None).count() == 1
    assert task.due_at == NOON + HOUR * 9  # four hours, all of them left
    told = [m["new_status"] for m in published_messages("send_ticket_status")]
    assert told[-2:] == ["on_hold", "in_progress"]
    assert verify().is_valid


def test_is_held_when_the_source_says_so_later_and_goes_on_again() -> None:
    says("New", timedelta(0))
    task = says("On Hold", HOUR)
    assert task.status == "on_hold"
    assert task.due_at is None
    assert says("In Progress", HOUR * 3).due_at == NOON + HOUR * 6
    events = [event["kind"] for event in SlaClock.objects.get(visit=None).events]
    assert events == ["started", "paused", "resumed"]


def test_another_update_or_another_status_does_not_end_the_hold() -> None:
    says("On Hold", timedelta(0))
    assert says(None, HOUR, description="Still waiting.").status == "on_hold"
    assert says("Pending Vendor", HOUR * 2).status == "on_hold"
    assert says("In Progress", HOUR * 3).status == "in_progress"


def test_what_a_person_held_the_source_does_not_let_go_on() -> None:
    says("New", timedelta(0))
    act("hold", HOUR)
    assert says("In Progress", HOUR * 2).status == "on_hold"
    assert says("On Hold", HOUR * 3).status == "on_hold"
    assert says("In Progress", HOUR * 4).status == "on_hold"
    act("resume", HOUR * 5)
    assert factories.task_of().due_at == NOON + HOUR * 8


def test_what_a_person_held_again_after_the_source_is_theirs() -> None:
    says("On Hold", timedelta(0))
    act("resume", HOUR)
    act("hold", HOUR * 2)
    assert says("In Progress", HOUR * 3).status == "on_hold"


def test_a_repeated_hold_does_not_undo_what_a_person_resumed() -> None:
    says("On Hold", timedelta(0))
    act("resume", HOUR)
    assert says("On Hold", HOUR * 2, description="Something else.").status == "in_progress"
    assert says("ON HOLD", HOUR * 3).status == "in_progress"


def test_a_paused_workflow_lets_it_go_on_itself() -> None:
    task = says("New", timedelta(0))
    with time_machine.travel(NOON + HOUR, tick=False):
        admin = factories.admin_client()
        admin.post(f"/tasks/{task.pk}/hold/", {"reason": "The workflow is paused."})
    assert says("In Progress", HOUR * 2).status == "on_hold"


def test_a_closed_ticket_is_not_held() -> None:
    says("New", timedelta(0))
    says("Withdrawn", HOUR)
    assert says("On Hold", HOUR * 2).status == "cancelled"
