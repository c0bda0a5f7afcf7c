"""Reports count each cycle of a reopened task once, in the period in which it was closed."""

from __future__ import annotations

import importlib
import random
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.utils import timezone

from role.models import Person
from task.cycles import ClosedCycle
from task.deadlines import sweep_clocks
from task.models import Task
from task.tests.test_perform import press
from workflowmanager import reports
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
DAYS = 12

# From timeline and clocks alone: a closing is a line of the timeline, its cycle one more than the reopenings before.
CLOSINGS = """
SELECT (l.at AT TIME ZONE 'UTC')::date::text AS day, l.event,
    EXISTS (SELECT FROM sla_clocks c WHERE c.task_id = l.task_id AND c.visit_id IS NULL AND c.verdict = 'breached'
        AND c.cycle = 1 + (SELECT count(*) FROM task_timeline r
            WHERE r.task_id = l.task_id AND r.event = 'reopened' AND r.seq < l.seq)) AS is_late
FROM task_timeline l WHERE l.event IN ('completed', 'rejected', 'cancelled')
"""


def closings() -> list[tuple[str, str, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(CLOSINGS)
        return list(cursor.fetchall())


def report(name: str, first: int, last: int) -> Any:
    days = [f"{factories.LONG_AGO + DAY * number:%Y-%m-%d}" for number in (first, last)]
    return factories.admin_client().get(f"/analytics/{name}/", {"from": days[0], "to": days[1]}).json()


def history(seed: int) -> None:
    """Close and reopen tickets at random for some days, a few of them too late."""
    rng = random.Random(seed)
    amara = factories.make_person(11, "Amara")
    support = factories.make_role("IT Support", amara)
    factories.approval(support, support, coordinators=support, reopen_days=30)
    factories.join(support, factories.make_person(12))
    factories.make_role("IT Lead", factories.make_person(21))
    with time_machine.travel(factories.LONG_AGO + HOUR, tick=False) as clock:
        for number in range(8):
            factories.take_in(f"TX{number}", priority=rng.choice(["urgent", "low"]))
        for _ in range(DAYS * 3):
            clock.shift(8 * HOUR)
            sweep_clocks(now=timezone.now())
            for task in list(Task.objects.order_by("pk")):
                if rng.random() < 0.4:
                    _step(task, rng)


def _step(task: Task, rng: random.Random) -> None:
    if not task.is_open:
        factories.take_in(task.ticket_number, status="Reopened", note=str(rng.random()))
        return
    if rng.random() < 0.1:
        factories.take_in(task.ticket_number, status="Withdrawn", note=str(rng.random()))
        return
    step = task.current_step
    names = {"Review": ["Review to Approve"], "Approve": ["Approve to Granted", "Approve to Rejected"]}
    press(factories.assignee_of(task), task, rng.choice(names[step.name if step else ""]), comment="Seen.")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_closing_is_counted_once_in_its_period(seed: int) -> None:
    history(seed)
    assert ClosedCycle.objects.count() > 5
    found = closings()
    for first, last in ((0, DAYS), (0, 3), (4, 6), (7, DAYS)):
        inside = [row for row in found if f"{factories.LONG_AGO + DAY * first:%Y-%m-%d}" <= row[0]]
        inside = [row for row in inside if row[0] <= f"{factories.LONG_AGO + DAY * last:%Y-%m-%d}"]
        counts = {event: sum(row[1] == event for row in inside) for event in ("completed", "rejected", "cancelled")}
        closed = [row for row in inside if row[1] != "cancelled"]
        late = sum(row[2] for row in closed)
        overview = report("overview", first, last)
        assert {name: overview["period"][name] for name in counts} == counts
        assert sum(day["closed"] for day in overview["per_day"]) == len(closed)
        assert sum(day["breached"] for day in overview["per_day"]) == late
        rows = report("sla", first, last)["results"]
        assert sum(row["closed"] for row in rows) == len(closed)
        assert (sum(row["met"] for row in rows), sum(row["breached"] for row in rows)) == (len(closed) - late, late)
    (started,) = report("workflows", 0, DAYS)["results"]
    assert started["started"] == Task.objects.count() + ClosedCycle.objects.count()
    parts = ("open", "completed", "rejected", "cancelled")
    assert started["started"] == sum(started[part] for part in parts)


def test_a_reopening_changes_no_figure_of_the_past_and_a_cycle_lasts_from_its_own_beginning() -> None:
    amara = factories.make_person(11, "Amara")
    factories.one_step(factories.make_role("IT Support", amara))
    start = factories.LONG_AGO + HOUR
    with time_machine.travel(start, tick=False) as clock:
        factories.take_in("TX1", priority="urgent")
        clock.shift(5 * HOUR)
        press(amara, factories.task_of(), "Work to Done")
        before = report("overview", 0, 0)
        sla = report("sla", 0, 0)
        clock.shift(5 * DAY)
        factories.take_in("TX1", priority="urgent", status="Reopened")
        assert report("overview", 0, 0)["per_day"] == before["per_day"]
        clock.shift(2 * HOUR)
        press(Person.objects.get(pk=11), factories.task_of(), "Work to Done")
    assert report("overview", 0, 0)["per_day"] == before["per_day"]
    assert report("sla", 0, 0)["results"] == sla["results"]
    (first,), (second,) = (report("sla", *days)["results"] for days in ((0, 0), (5, 5)))
    assert (first["met"], first["breached"], first["mean_seconds"]) == (0, 1, 5 * 3600)
    assert (second["met"], second["breached"], second["mean_seconds"]) == (1, 0, 2 * 3600)
    assert report("overview", 5, 5)["period"]["mean_resolution_seconds"] == 2 * 3600


@pytest.mark.parametrize(
    ("statement", "indexes"),
    [
        (reports._TOTALS, ("tasks_closed_at", "tasks_created_at")),
        (reports._SLA, ("tasks_closed_at",)),
        (reports._WORKFLOWS, ("tasks_created_at", "tasks_reopened_at")),
    ],
    ids=["totals", "sla", "workflows"],
)
def test_a_period_is_found_by_indexes_of_each_part(statement: str, indexes: tuple[str, ...]) -> None:
    period = reports.Period(factories.LONG_AGO, factories.LONG_AGO + DAY)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {statement}", period.parameters)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    for index in indexes:
        assert index in plan, plan
    # Earlier cycles are few: they are read by themselves, never by way of all tasks.
    assert "closed_cycles" in plan
    assert "_row_per_closed_cycle" not in plan, plan


def test_what_was_reopened_before_is_made_up_by_the_migration() -> None:
    history(4)
    fields = ("task_id", "cycle", "status", "is_breached", "opened_at", "closed_at")
    known = list(ClosedCycle.objects.order_by("task_id", "cycle").values_list(*fields))
    reopened = dict(Task.objects.values_list("pk", "reopened_at"))
    ClosedCycle.objects.all().delete()
    Task.objects.update(reopened_at=None)
    migration = importlib.import_module("task.migrations.0010_closed_cycles")
    for _ in range(2):
        migration.write_earlier_cycles(apps, None)
        assert list(ClosedCycle.objects.order_by("task_id", "cycle").values_list(*fields)) == known
        assert dict(Task.objects.values_list("pk", "reopened_at")) == reopened
