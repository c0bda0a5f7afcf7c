"""Open work of who is away is handed over by itself once the absence has lasted as long as the workflow waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from audit.models import AuditLog
from role.models import Person, Role
from task.hand_over import hand_over_absent
from task.models import Assignment, Task, Timeline
from ticketing_testing.clients import published_messages
from workflowmanager import schedule
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db

NOON = factories.LONG_AGO + timedelta(hours=12)
HOUR = timedelta(hours=1)


@pytest.fixture
def support() -> Role:
    return factories.make_role("IT Support", factories.make_person(11), factories.make_person(12))


def start(support: Role, *, hours: int | None = 8) -> Task:
    factories.one_step(support, policy={"hand_over_seconds": hours * 3600} if hours is not None else {})
    with time_machine.travel(NOON, tick=False):
        factories.take_in("TX1")
    return factories.task_of()


def sweep(at: timedelta) -> int:
    # The tick asks the database for the time, which no test can set.
    with time_machine.travel(NOON + at, tick=False):
        return hand_over_absent(now=timezone.now())


def go_away(user_id: int, **fields: Any) -> None:
    Person.objects.filter(pk=user_id).update(**{"away_from": NOON + HOUR, **fields})


def test_after_the_hours_it_goes_to_the_next_and_says_so(support: Role) -> None:
    task = start(support)
    assert task.assignee_id == 11
    go_away(11)
    assert sweep(HOUR * 9 - factories.minutes(1)) == 0
    assert sweep(HOUR * 9) == 1
    assert factories.assignee_of(task).pk == 12
    line = Timeline.objects.get(event="transferred")
    assert (line.actor_id, line.detail["handed_over"]) == (None, True)
    assert line.detail["reason"] == "Away for longer than the workflow waits."
    entry = AuditLog.objects.get(action="task.handed_over")
    assert (entry.actor_id, entry.new) == (None, {"assignee": 12})
    told = [
        m
        for m in published_messages("notifications.create_inapp_notification")
        if m["notification_type"] == "task_transferred"
    ]
    assert {m["user_id"] for m in told} == {11, 12}
    assert sweep(HOUR * 10) == 0


def test_it_goes_to_the_substitute_first(support: Role) -> None:
    factories.join(support, factories.make_person(13))
    task = start(support)
    go_away(11, substitute_id=13)
    sweep(HOUR * 10)
    assert factories.assignee_of(task).pk == 13
    assert Assignment.objects.get(person_id=13).origin == "substitute"


@pytest.mark.parametrize(
    "absence",
    [{"away_until": NOON + HOUR * 8}, {"away_from": NOON + HOUR * 5}, {"away_from": None}],
    ids=["is back", "not long enough", "not away"],
)
def test_otherwise_it_stays(support: Role, absence: dict[str, Any]) -> None:
    task = start(support)
    go_away(11, **absence)
    assert sweep(HOUR * 10) == 0
    assert factories.assignee_of(task).pk == 11


def test_without_the_setting_it_stays(support: Role) -> None:
    task = start(support, hours=None)
    go_away(11)
    assert sweep(timedelta(days=30)) == 0
    assert factories.assignee_of(task).pk == 11


def test_work_on_hold_is_handed_over_and_stays_on_hold(support: Role) -> None:
    task = start(support)
    with time_machine.travel(NOON, tick=False):
        factories.admin_client().post(f"/tasks/{task.pk}/hold/", {"reason": "Waiting."})
    go_away(11)
    assert sweep(HOUR * 9) == 1
    task.refresh_from_db()
    assert (task.status, task.assignee_id) == ("on_hold", 12)


def test_what_nobody_can_take_stays_and_is_flagged_once_then_goes_when_somebody_is_back(support: Role) -> None:
    factories.make_role("Admin", factories.make_person(90))
    task = start(support)
    go_away(11)
    go_away(12, away_until=NOON + HOUR * 20)
    for hours in (9, 10, 11):
        assert sweep(HOUR * hours) == 0
    task.refresh_from_db()
    assert task.assignee_id == 11
    assert task.current_visit is not None
    assert task.current_visit.needs_lead
    told = [m for m in published_messages("notifications.create_inapp_notification") if m["user_id"] == 90]
    assert len(told) == 1
    assert sweep(HOUR * 20) == 1
    assert factories.assignee_of(task).pk == 12


def test_an_approval_is_not_given_to_who_may_not_decide_it(support: Role) -> None:
    factories.join(support, factories.make_person(13))
    factories.one_step(support, step={"kind": "approval"}, outcome="approve", policy={"hand_over_seconds": 3600})
    with time_machine.travel(NOON, tick=False):
        factories.take_in("TX1", employee={"id": "12", "name": "Person 12", "email": "person.12@example.com"})
    task = factories.task_of()
    assert task.assignee_id == 11
    go_away(11)
    assert sweep(HOUR * 5) == 1
    assert factories.assignee_of(task).pk == 13


def test_the_beat_does_it(support: Role) -> None:
    task = start(support)
    Person.objects.filter(pk=11).update(away_from=timezone.now() - HOUR * 9)
    schedule.tick()
    assert factories.assignee_of(task).pk == 12


def test_a_substitute_who_is_away_too_is_passed_over(support: Role) -> None:
    factories.join(support, factories.make_person(13, away_from=factories.LONG_AGO))
    task = start(support)
    go_away(11, substitute_id=13)
    assert sweep(HOUR * 10) == 1
    assert factories.assignee_of(task).pk == 12


def test_each_workflow_waits_as_long_as_it_says(support: Role) -> None:
    soon = start(support, hours=2)
    factories.one_step(support, name="Later", category="Later", policy={"hand_over_seconds": 36 * 3600})
    with time_machine.travel(NOON, tick=False):
        factories.take_in("TX2", category="Later")
        factories.take_in("TX3", category="Later")
    later = next(task for task in Task.objects.exclude(pk=soon.pk) if task.assignee_id == 11)
    go_away(11)
    assert sweep(HOUR * 20) == 1
    assert factories.assignee_of(soon).pk == 12
    assert factories.assignee_of(later).pk == 11
    assert sweep(HOUR * 38) == 1
    assert factories.assignee_of(later).pk == 12
