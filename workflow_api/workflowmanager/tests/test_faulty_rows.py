"""A row that nothing can be done with, at the head of each loop: it is logged, and the others go on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from amscheckout.models import AmsCheckout
from role.models import Person
from task import electorate, hand_over, unassigned_queue
from task.journal import Journal
from task.models import ApprovalVote, SlaClock, SlaFact, Task
from tickets.models import Ticket
from workflowmanager import handoffs, intake, schedule
from workflowmanager.tests import factories
from workflowmanager.tests.test_handoffs import ams, task  # noqa: F401 -- fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def support() -> Any:
    role = factories.make_role("IT Support", factories.make_person(11, "Amara Okafor"))
    factories.one_step(role)
    return role


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the database's clock say that all deadlines are over."""
    monkeypatch.setattr(schedule, "database_now", lambda: timezone.now() + timedelta(days=365))


class TestClocks:
    def test_one_that_can_not_be_read_stops_neither_the_others_nor_the_tick(self, support: Any, late: None) -> None:
        for number in ("TX1", "TX2", "TX3"):
            factories.take_in(number)
        SlaClock.objects.filter(task__ticket_number="TX1").update(events=[{"at": "never", "kind": "started"}])
        schedule.tick()
        told = set(SlaFact.objects.filter(kind="breached").values_list("clock__task__ticket_number", flat=True))
        assert told == {"TX2", "TX3"}

    def test_a_whole_batch_of_them_does_not_hide_what_comes_after(
        self, support: Any, late: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("task.deadlines.BATCH", 2)
        for number in ("TX1", "TX2", "TX3", "TX4"):
            factories.take_in(number)
        SlaClock.objects.exclude(task__ticket_number="TX4").update(events=[{"at": "never", "kind": "started"}])
        schedule.sweep()
        assert set(SlaFact.objects.values_list("clock__task__ticket_number", flat=True)) == {"TX4"}


def test_a_role_that_can_not_be_settled_does_not_stop_the_next(support: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    amara, kenji = Person.objects.get(pk=11), factories.make_person(12, "Kenji Mori")
    other = factories.make_role("Network", kenji)
    factories.one_step(other, name="Network", category="Network")
    factories.take_in("TX1")
    factories.take_in("TX2", category="Network")
    factories.leave(support, amara)
    factories.leave(other, kenji)
    factories.join(other, factories.make_person(13, "Rosa Lim"))
    settle = unassigned_queue.settle

    def settle_others(journal: Journal, role_ids: Collection[int]) -> int:
        if support.pk in role_ids:
            raise ValueError("a row that nothing can be done with")
        return settle(journal, role_ids)

    monkeypatch.setattr(unassigned_queue, "settle", settle_others)
    schedule.tick()
    assert factories.task_of("TX2").assignee_id == 13


def test_an_approval_that_can_not_be_judged_does_not_stop_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    board = [factories.make_person(user_id) for user_id in (21, 22, 23)]
    role = factories.make_role("Board", *board)
    step = {"kind": "approval", "approval": {"mode": "count", "required": 3}}
    for name in ("First", "Second"):
        factories.one_step(role, name=name, category=name, step=step, outcome="approve")
        factories.take_in(name, category=name)
    for open_task in Task.objects.order_by("pk"):
        assert open_task.current_visit is not None
        for person in board[:2]:
            ApprovalVote.objects.create(
                visit=open_task.current_visit,
                person=person,
                transition=factories.edge(open_task, "Work to Done"),
                outcome="approve",
                cast_at=timezone.now(),
            )
    first, judged = factories.task_of("First").pk, electorate._judge

    def judge(task_id: int, now: Any) -> bool:
        if task_id == first:
            raise ValueError("a row that nothing can be done with")
        seen.append(task_id)
        return judged(task_id, now)

    seen: list[int] = []
    monkeypatch.setattr(electorate, "_judge", judge)
    schedule.tick()
    assert seen == [factories.task_of("Second").pk]


def test_work_of_who_is_away_that_can_not_be_handed_over_does_not_stop_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    role = factories.make_role("IT Support", factories.make_person(11, "Amara Okafor"))
    factories.one_step(role, policy={"hand_over_seconds": 60})
    for number in ("TX1", "TX2"):
        factories.take_in(number)
    now = timezone.now()
    Person.objects.filter(pk=11).update(away_from=now - timedelta(days=1), away_until=now + timedelta(days=1))
    first, seen = factories.task_of("TX1").pk, []

    def by_rule(task_id: int, user_id: int, *, now: datetime) -> int:
        if task_id == first:
            raise ValueError("a row that nothing can be done with")
        seen.append(task_id)
        return 1

    monkeypatch.setattr(hand_over, "_hand_over_by_rule", by_rule)
    assert hand_over.hand_over_absent(now=now) == 1
    assert seen == [factories.task_of("TX2").pk]


def test_a_ticket_that_can_not_be_started_does_not_stop_the_next(support: Any) -> None:
    factories.take_in("TX1", category="Network", priority="Urgent")
    factories.take_in("TX2", category="Network", priority="Low")
    factories.one_step(support, name="Network", category="Network", sla={"low": factories.HOUR})
    assert intake.reroute_unmatched(now=timezone.now()) == 1
    states = dict(Ticket.objects.values_list("ticket_number", "intake_state"))
    assert states == {"TX1": "unmatched", "TX2": "matched"}


def test_a_hand_off_that_can_not_be_built_is_tried_again_and_given_up_with_its_reason(
    task: Task,  # noqa: F811
    ams: Any,  # noqa: F811
) -> None:
    AmsCheckout.objects.update(payload=[])
    now = timezone.now()
    for _ in range(handoffs.MAX_ATTEMPTS):
        assert handoffs.send_due(now=now) == 1
        now += handoffs.MAX_WAIT
    checkout = AmsCheckout.objects.get()
    assert (checkout.status, checkout.attempts) == ("failed", handoffs.MAX_ATTEMPTS)
    assert checkout.last_error == "TypeError: the hand-off could not be sent."
    assert ams.calls == []
