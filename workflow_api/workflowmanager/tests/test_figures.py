"""Figures agree: each count of a report is that of a list, and of the rows counted one by one."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from amscheckout.models import AmsCheckout
from role.models import Person, Role
from task.deadlines import sweep_clocks
from task.models import Assignment, SlaClock, SlaFact, StepVisit, Task
from task.tests.test_perform import press
from ticketing_testing.clients import assert_problem, client_for
from tickets.models import Ticket
from workflow.models import WorkflowVersion
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
START, END = NOW - timedelta(days=20), NOW - timedelta(days=5)
PERIOD = {"from": START.isoformat(), "to": END.isoformat()}
OPEN = "pending,in_progress,on_hold,handing_off"
CLOSED = "completed,rejected"
TASKS = 300


def scatter(seed: int = 1) -> None:
    """Write tasks of every state, priority, deadline and version, without the engine."""
    rng = random.Random(seed)
    people = [factories.make_person(number) for number in (11, 12, 13)]
    roles = [factories.make_role("One", *people), factories.make_role("Two", *people)]
    versions = [factories.one_step(role, name=name, category=name) for name in ("A", "B") for role in roles]
    for number in range(TASKS):
        _write(number, rng, people, roles, rng.choice(versions))


def _write(number: int, rng: random.Random, people: list[Person], roles: list[Role], version: WorkflowVersion) -> None:
    status = rng.choice(Task.Status.values)
    is_working = status in ("pending", "in_progress", "on_hold")
    created_at = NOW - timedelta(hours=rng.randrange(1, 700))
    closed_at = created_at + (NOW - created_at) * rng.random()
    due_at = rng.choice([None, NOW + timedelta(hours=rng.randrange(-40, 40))])
    ticket = Ticket.objects.create(
        ticket_number=f"TX{number}",
        source_service="hdts",
        source_number=f"TX{number}",
        data={},
        intake_state="matched",
        received_at=created_at,
    )
    role = rng.choice(roles) if is_working else None
    step = version.steps.get(is_start=True)
    task = Task.objects.create(
        ticket=ticket,
        ticket_number=ticket.ticket_number,
        workflow=version.workflow,
        workflow_version=version,
        status=status,
        priority=rng.choice(["low", "medium", "high", "urgent"]),
        assignee=rng.choice([None, *people]) if is_working else None,
        role=role,
        current_step=step if is_working else None,
        due_at=None if status == "on_hold" else due_at,
        at_risk_at=due_at - timedelta(hours=5) if due_at else None,
        is_breached=rng.random() < 0.3,
        is_at_risk=rng.random() < 0.3,
        created_at=created_at,
        closed_at=closed_at if status in ("completed", "rejected", "cancelled") else None,
    )
    visit = StepVisit.objects.create(
        task=task,
        step=step,
        role=role,
        number=1,
        opened_at=created_at,
        closed_at=None if is_working else closed_at,
        needs_lead=is_working and rng.random() < 0.3,
    )
    if is_working:
        Task.objects.filter(pk=task.pk).update(current_visit=visit)
    if status in ("handing_off", "completed") and rng.random() < 0.5:
        AmsCheckout.objects.create(
            task=task,
            ticket_number=ticket.ticket_number,
            payload={},
            status=rng.choice(["failed", "sent"]),
            created_at=closed_at,
        )


def listed(**parameters: Any) -> int:
    answer = factories.admin_client().get("/tasks/", {name: str(value) for name, value in parameters.items()})
    assert answer.status_code == 200, answer.json()
    return int(answer.json()["count"])


def counted(rule: Callable[[Task], bool]) -> int:
    return sum(rule(task) for task in Task.objects.select_related("current_visit", "workflow_version"))


def report(name: str) -> Any:
    return factories.admin_client().get(f"/analytics/{name}/", PERIOD).json()


def is_late(task: Task) -> bool:
    return task.is_breached or (task.due_at is not None and task.due_at < NOW)


def is_breached(task: Task) -> bool:
    return task.status in ("pending", "in_progress") and is_late(task)


def is_at_risk(task: Task) -> bool:
    is_warned = task.is_at_risk or (task.at_risk_at is not None and task.at_risk_at < NOW)
    return task.status in ("pending", "in_progress") and is_warned and not is_late(task)


def is_closed(task: Task) -> bool:
    return task.status in ("completed", "rejected") and task.closed_at is not None and START <= task.closed_at < END


def is_open(task: Task) -> bool:
    return task.status in OPEN.split(",")


RANGE = {"closed_after": START.isoformat(), "closed_before": END.isoformat()}
RECEIVED = {"created_after": START.isoformat(), "created_before": END.isoformat()}


@time_machine.travel(NOW, tick=False)
def test_a_reopened_task_is_listed_once_whatever_came_of_its_hand_offs() -> None:
    scatter()
    first = AmsCheckout.objects.filter(status="failed").order_by("pk")[0]
    before = listed(handoff="failed")
    AmsCheckout.objects.create(
        task_id=first.task_id, ticket_number=first.ticket_number, cycle=2, payload={}, status="failed", created_at=NOW
    )

    assert report("overview")["now"]["failed_handoffs"] == listed(handoff="failed") == before
    assert listed(handoff="failed,sent") == AmsCheckout.objects.values("task").distinct().count()


@time_machine.travel(NOW, tick=False)
def test_every_count_of_tasks_is_that_of_a_list_and_of_the_rows() -> None:
    scatter()
    overview = report("overview")
    now = overview["now"]
    assert now["open"] == listed(status=OPEN) == counted(is_open) > 100
    assert now["breached"] == listed(view="breached") == counted(is_breached) > 10
    assert now["at_risk"] == listed(view="at_risk") == counted(is_at_risk) > 5
    assert now["unassigned"] == listed(view="unassigned")
    assert now["failed_handoffs"] == listed(handoff="failed") > 5
    for priority in ("low", "medium", "high", "urgent"):
        assert now[priority] == listed(status=OPEN, priority=priority)
    for status in OPEN.split(","):
        assert now[status] == listed(status=status) == Task.objects.filter(status=status).count()

    period = overview["period"]
    met = listed(verdict="met", **RANGE)
    missed = listed(verdict="missed", **RANGE)
    assert period["received"] == listed(**RECEIVED) == sum(day["received"] for day in overview["per_day"])
    for status in ("completed", "rejected", "cancelled"):
        assert period[status] == listed(status=status, **RANGE)
    assert met == counted(lambda task: is_closed(task) and not task.is_breached) > 10
    assert missed == counted(lambda task: is_closed(task) and task.is_breached) > 5
    assert period["sla_compliance"] == round(met / (met + missed), 4)
    assert sum(day["closed"] for day in overview["per_day"]) == met + missed
    assert sum(day["breached"] for day in overview["per_day"]) == missed

    for row in overview["by_workflow"]:
        assert row["open"] == listed(status=OPEN, workflow=row["workflow_id"])
        assert row["breached"] == listed(view="breached", workflow=row["workflow_id"])
    for row in overview["by_role"]:
        assert row["open"] == listed(status=OPEN, role=row["role_id"])
        assert row["unassigned"] == listed(view="unassigned", role=row["role_id"])
        assert row["needs_lead"] == listed(status=OPEN, role=row["role_id"], needs_lead="true")
    for row in overview["by_assignee"]:
        assert row["open"] == listed(status=OPEN, assignee=row["user_id"])
        assert row["breached"] == listed(view="breached", assignee=row["user_id"])

    for row in report("sla")["results"]:
        which = {"workflow": row["workflow_id"], "priority": row["priority"], **RANGE}
        assert row["closed"] == listed(status=CLOSED, **which)
        assert (row["met"], row["breached"]) == (listed(verdict="met", **which), listed(verdict="missed", **which))
    for row in report("workflows")["results"]:
        which = {"workflow": row["workflow_id"], "version": row["version"], **RECEIVED}
        assert (row["started"], row["open"]) == (listed(**which), listed(status=OPEN, **which))
        for status in ("completed", "rejected", "cancelled"):
            assert row[status] == listed(status=status, **which)
    steps = report("steps")["results"]
    assert sum(row["open"] for row in steps) == counted(lambda task: task.current_step_id is not None)
    for row in steps:
        assert row["open"] == listed(step=row["step_id"])


@time_machine.travel(NOW, tick=False)
def test_a_stopped_or_paused_clock_is_neither_breaching_nor_at_risk() -> None:
    support = factories.make_role("IT Support", factories.make_person(11))
    factories.one_step(support)
    factories.take_in("TX1")
    for status, state in (("on_hold", "paused"), ("handing_off", "breached")):
        Task.objects.update(status=status, is_breached=True, is_at_risk=True, due_at=None)
        now = report("overview")["now"]
        assert (now["breached"], now["at_risk"]) == (0, 0)
        (row,) = factories.admin_client().get("/tasks/").json()["results"]
        assert row["sla"]["state"] == state


@time_machine.travel(NOW, tick=False)
def test_a_step_that_nobody_has_left_yet_is_in_the_report() -> None:
    support = factories.make_role("IT Support", factories.make_person(11))
    factories.one_step(support)
    factories.take_in("TX1")
    (row,) = report("steps")["results"]
    assert (row["step"], row["visits"], row["open"], row["median_seconds"]) == ("Work", 0, 1, None)


def test_a_breach_is_charged_to_the_assignment_in_which_it_happened() -> None:
    cy, gus = factories.make_person(11, "Cy"), factories.make_person(21, "Gus")
    support, leads = factories.make_role("IT Support", cy), factories.make_role("IT Lead", gus)
    factories.one_step(support, step={"escalate_to": leads})
    with time_machine.travel(NOW - timedelta(days=8), tick=False) as clock:
        factories.take_in("TX1", priority="urgent")
        clock.shift(timedelta(hours=5))
        sweep_clocks(now=timezone.now())
        assert factories.assignee_of(factories.task_of()) == gus
        clock.shift(timedelta(hours=1))
        press(gus, factories.task_of(), "Work to Done")
    assert Assignment.objects.filter(is_owner=False).count() == 2
    assert SlaFact.objects.filter(kind="breached", clock__visit__isnull=False).count() == 1
    late = {row["full_name"]: row["steps_late"] for row in report("agents")["results"]}
    assert late == {"Cy": 1, "Gus": 0}


def test_the_target_is_that_of_the_present_priority() -> None:
    amara = factories.make_person(11, "Amara")
    factories.one_step(factories.make_role("IT Support", amara))
    with time_machine.travel(NOW - timedelta(days=8), tick=False):
        factories.take_in("TX1", priority="low")
        task = factories.task_of()
        answer = factories.as_client(amara).post(f"/tasks/{task.pk}/priority/", {"priority": "high", "reason": "Now."})
        assert answer.status_code == 200, answer.json()
        press(amara, factories.task_of(), "Work to Done")
    assert SlaClock.objects.get(visit__isnull=True).target_seconds == factories.SLA["low"]
    (row,) = report("sla")["results"]
    assert (row["priority"], row["target_seconds"]) == ("high", factories.SLA["high"])


class TestDays:
    def test_one_day_of_another_zone_is_one_row(self) -> None:
        factories.one_step(factories.make_role("IT Support", factories.make_person(11)))
        with time_machine.travel(datetime(2026, 3, 1, 17, tzinfo=UTC), tick=False):  # 01:00 of the 2nd in Manila
            factories.take_in("TX1")
        asked = {"from": "2026-03-02", "to": "2026-03-02", "tz": "Asia/Manila"}
        overview = factories.admin_client().get("/analytics/overview/", asked).json()
        assert [(day["date"], day["received"]) for day in overview["per_day"]] == [("2026-03-02", 1)]
        of_profile = client_for(1, roles={"tts": ["Admin"]}, zoneinfo="Asia/Manila")
        del asked["tz"]
        assert of_profile.get("/analytics/overview/", asked).json()["per_day"] == overview["per_day"]
        unknown = client_for(1, roles={"tts": ["Admin"]}, zoneinfo="Mars/Base")
        assert unknown.get("/analytics/overview/", asked).json()["per_day"][0]["received"] == 0
        utc = of_profile.get("/analytics/overview/", asked | {"tz": "UTC"}).json()
        assert [(day["date"], day["received"]) for day in utc["per_day"]] == [("2026-03-02", 0)]

    @pytest.mark.parametrize("zone", ["Mars/Base", "../etc/passwd", "+08:00"])
    def test_an_unknown_zone_is_refused(self, zone: str) -> None:
        assert_problem(factories.admin_client().get("/analytics/sla/", {"tz": zone}), 400, attr="tz")


class TestSavedViewsOfAPage:
    def test_page_numbers_pages_and_for_page_names_the_page_of_the_application(self) -> None:
        client = factories.as_client(factories.make_person(11))
        for name, page in (("One", "inbox"), ("Two", "tickets")):
            assert client.post("/views/", {"name": name, "page": page}).status_code == 201
        first = client.get("/views/", {"page": "1", "page_size": "1"}).json()
        assert (first["count"], [row["name"] for row in first["results"]]) == (2, ["One"])
        second = client.get("/views/", {"page": "2", "page_size": "1"}).json()
        assert [row["name"] for row in second["results"]] == ["Two"]
        narrowed = client.get("/views/", {"for_page": "tickets", "page": "1"}).json()
        assert [row["name"] for row in narrowed["results"]] == ["Two"]
