"""Escalation by the workflow's own policy: at risk as its trigger, and a second one for what still stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from role.models import Person, Role
from task.deadlines import sweep_clocks
from task.models import Assignment, StepVisit, Task, Timeline
from ticketing_testing.clients import published_messages
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db

NOON = factories.LONG_AGO + timedelta(hours=12)
HOUR = timedelta(hours=1)


@pytest.fixture
def roles() -> dict[str, Role]:
    return {
        "support": factories.make_role("IT Support", factories.make_person(11), lead=factories.make_person(15)),
        "leads": factories.make_role("IT Lead", factories.make_person(21)),
        "head": factories.make_role("Head of IT", factories.make_person(31)),
    }


def start(
    roles: dict[str, Role], *, above: str | None = "leads", after: timedelta | None = HOUR, **policy: Any
) -> Task:
    """Start an urgent ticket of four hours in one step; a second escalation to the head an hour after the first."""
    second = (
        {"second_escalation_role": roles["head"], "second_escalation_seconds": int(after.total_seconds())}
        if after
        else {}
    )
    factories.one_step(
        roles["support"],
        step={"escalate_to": roles[above] if above else None, **policy.pop("step", {})},
        policy={**second, **policy.pop("policy", {})},
        **policy,
    )
    with time_machine.travel(NOON, tick=False):
        factories.take_in("TX1", priority="urgent")
    return factories.task_of()


def who(task: Task, at: timedelta) -> int | None:
    """Return who has the task after a sweep at this time."""
    sweep_clocks(now=NOON + at)
    task.refresh_from_db()
    return task.assignee_id


def told(kind: str = "task_escalated") -> list[int]:
    notices = published_messages("notifications.create_inapp_notification")
    return [m["user_id"] for m in notices if m["notification_type"] == kind]


def test_at_risk_as_the_trigger_escalates_then_and_not_again_when_breached(roles: dict[str, Role]) -> None:
    task = start(roles, after=None, policy={"escalation_trigger": "at_risk"})
    assert who(task, HOUR * 3) == 11
    assert who(task, HOUR * 3 + factories.minutes(1)) == 21
    assert who(task, HOUR * 9) == 21
    assert Assignment.objects.filter(origin="escalation").count() == 1
    line = Timeline.objects.get(event="escalated")
    assert line.detail["reason"] == "The step is at risk of missing its deadline."


def test_what_still_stands_goes_to_the_second_role_once(roles: dict[str, Role]) -> None:
    task = start(roles)
    assert who(task, HOUR * 4 + factories.minutes(1)) == 21
    assert who(task, HOUR * 5) == 21
    assert who(task, HOUR * 5 + factories.minutes(2)) == 31
    assert task.role_id == roles["head"].pk
    assert who(task, HOUR * 30) == 31
    second = Timeline.objects.filter(event="escalated").order_by("seq").last()
    assert second is not None
    assert second.detail["level"] == 2
    assert second.detail["role"] == "Head of IT"
    assert second.detail["from_person"]["user_id"] == 21
    assert Assignment.objects.filter(origin="escalation").count() == 2
    assert told().count(31) == 1
    assert factories.admin_client().get("/tasks/").json()["results"][0]["current_step"]["role"] == "Head of IT"


def test_done_in_time_after_the_first_escalation_is_not_escalated_again(roles: dict[str, Role]) -> None:
    task = start(roles)
    who(task, HOUR * 4 + factories.minutes(1))
    with time_machine.travel(NOON + HOUR * 4 + factories.minutes(30), tick=False):
        client = factories.as_client(Person.objects.get(pk=21))
        body = {
            "task_id": task.pk,
            "transition_id": factories.edge(task, "Work to Done").pk,
            "expected_version": task.version,
        }
        assert client.post("/transitions/", body).status_code in (200, 201)
    who(task, HOUR * 9)
    assert task.status == "completed"
    assert 31 not in told()


def test_time_on_hold_does_not_count(roles: dict[str, Role]) -> None:
    task = start(roles)
    who(task, HOUR * 4 + factories.minutes(1))
    with time_machine.travel(NOON + HOUR * 4 + factories.minutes(30), tick=False):
        factories.admin_client().post(f"/tasks/{task.pk}/hold/", {"reason": "Waiting."})
    assert who(task, HOUR * 6) == 21
    with time_machine.travel(NOON + HOUR * 10, tick=False):
        factories.admin_client().post(f"/tasks/{task.pk}/resume/", {})
    assert who(task, HOUR * 10 + factories.minutes(20)) == 21
    assert who(task, HOUR * 10 + factories.minutes(32)) == 31


def test_time_outside_working_hours_does_not_count(roles: dict[str, Role]) -> None:
    # 1 January 2026 is a Thursday.
    hours = {str(day): [["08:00", "17:00"]] for day in range(5)}
    calendar = {"name": "Office", "time_zone": "UTC", "hours": hours, "holidays": []}
    task = start(roles, calendar=calendar, after=HOUR * 2)
    assert who(task, HOUR * 4 + factories.minutes(1)) == 21  # 16:01
    assert who(task, HOUR * 12) == 21
    assert who(task, HOUR * 20 + factories.minutes(55)) == 21  # 8:55 on Friday
    assert who(task, HOUR * 21 + factories.minutes(5)) == 31  # 9:05: an hour yesterday, an hour today


def test_without_a_role_of_its_own_a_step_goes_to_the_lead_and_then_to_the_second_role(roles: dict[str, Role]) -> None:
    factories.join(roles["support"], Person.objects.get(pk=15))
    task = start(roles, above=None)
    Role.objects.filter(pk=roles["support"].pk).update(lead_id=15)
    first = who(task, HOUR * 4 + factories.minutes(1))
    assert first == (15 if task.assignee_id == 15 else 11)
    assert who(task, HOUR * 5 + factories.minutes(5)) == 31


def test_the_second_role_is_reached_although_nobody_of_the_first_was_available(roles: dict[str, Role]) -> None:
    Person.objects.filter(pk=21).update(away_from=factories.LONG_AGO)
    task = start(roles)
    assert who(task, HOUR * 4 + factories.minutes(1)) == 11
    assert StepVisit.objects.get().needs_lead
    assert who(task, HOUR * 5 + factories.minutes(2)) == 31
    assert not StepVisit.objects.get().needs_lead


def test_with_nobody_in_the_second_role_it_stays_and_is_told_once(roles: dict[str, Role]) -> None:
    factories.make_role("Admin", factories.make_person(90))
    Person.objects.filter(pk=31).update(is_active=False)
    task = start(roles)
    who(task, HOUR * 4 + factories.minutes(1))
    assert told().count(90) == 0
    for hours in (6, 7, 8):
        assert who(task, HOUR * hours) == 21
    assert told().count(90) == 1


def test_by_hand_it_goes_up_one_level_at_a_time(roles: dict[str, Role]) -> None:
    task = start(roles)
    with time_machine.travel(NOON + HOUR, tick=False):
        admin = factories.admin_client()
        for expected in (21, 31):
            answer = admin.post(f"/tasks/{task.pk}/escalate/", {"reason": "Stuck."})
            assert answer.status_code == 200, answer.json()
            assert answer.json()["assignee"]["user_id"] == expected
    assert who(task, HOUR * 9) == 31


def test_an_approval_that_nobody_of_the_first_role_may_decide_goes_to_the_second_at_once(
    roles: dict[str, Role],
) -> None:
    employee = {"id": "21", "name": "Person 21", "email": "person.21@example.com"}
    factories.one_step(
        roles["support"],
        step={"kind": "approval", "escalate_to": roles["leads"], "approval": {"required": 1, "mode": "count"}},
        outcome="approve",
        policy={"second_escalation_role": roles["head"], "second_escalation_seconds": 3600},
    )
    Person.objects.filter(pk=11).update(email="person.21@example.com")  # both addresses are the requester's
    factories.take_in("TX1", employee=employee)
    assert factories.task_of().assignee_id == 31


def test_a_second_escalation_keeps_the_votes_and_their_roles(roles: dict[str, Role]) -> None:
    factories.join(roles["leads"], factories.make_person(22))
    task = start(roles, step={"kind": "approval", "approval": {"required": 2, "mode": "count"}}, outcome="approve")
    assert task.role_id == roles["leads"].pk  # one of support can't give two approvals
    with time_machine.travel(NOON + HOUR, tick=False):
        edge = factories.edge(task, "Work to Done").pk
        body = {"task_id": task.pk, "transition_id": edge, "expected_version": task.version}
        answer = factories.as_client(Person.objects.get(pk=21)).post("/transitions/", body)
        assert answer.status_code in (200, 201), answer.json()
    who(task, HOUR * 4 + factories.minutes(1))
    assert who(task, HOUR * 6) == 31
    detail = factories.admin_client().get(f"/tasks/{task.pk}/").json()
    assert [vote["is_role_since_removed"] for vote in detail["approval"]["votes"]] == [False]
    assert detail["current_step"]["role"] == "Head of IT"


def test_a_role_of_a_second_escalation_is_in_use(roles: dict[str, Role]) -> None:
    start(roles)
    found = {row["name"]: row["used_by"] for row in factories.admin_client().get("/roles/").json()["results"]}
    assert found["Head of IT"] == ["Simple"]


def test_several_sweeps_find_nothing_more(roles: dict[str, Role]) -> None:
    task = start(roles)
    who(task, HOUR * 4 + factories.minutes(1))
    assert sweep_clocks(now=NOON + HOUR * 6) == 1
    assert sweep_clocks(now=NOON + HOUR * 6) == 0
