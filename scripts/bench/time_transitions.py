"""Perform transitions and F4 in turn in this process; print the milliseconds of each, the statements, as JSON.

Runs in the workflow API's folder with its settings, on a copy of a database: what it does stays done. F4 is a plain ORM
lock, update and history row in one transaction, on tables of its own in the same database.
"""

from __future__ import annotations

import json
import sys
import time

import django

django.setup()

from django.db import connection, models, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402
from task.guards import holds  # noqa: E402
from workflowmanager.running import as_run  # noqa: E402
from workflowmanager.writing import Actor, Change  # noqa: E402

from task.models import Task  # noqa: E402
from workflowmanager import transitions  # noqa: E402

TABLES = """
CREATE TABLE IF NOT EXISTS floor_items (id bigserial PRIMARY KEY, status varchar(16) NOT NULL,
  version integer NOT NULL, updated_at timestamptz NOT NULL);
CREATE TABLE IF NOT EXISTS floor_item_changes (id bigserial PRIMARY KEY, item_id bigint NOT NULL
  REFERENCES floor_items, old_status varchar(16) NOT NULL, new_status varchar(16) NOT NULL, at timestamptz NOT NULL);
INSERT INTO floor_items (status, version, updated_at) SELECT 'pending', 1, now() FROM generate_series(1, 1000);
"""
TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


class Item(models.Model):
    status = models.CharField(max_length=16)
    version = models.IntegerField()
    updated_at = models.DateTimeField()

    class Meta:
        app_label = "task"
        managed = False
        db_table = "floor_items"

    def __str__(self) -> str:
        return self.status


class ItemChange(models.Model):
    item = models.ForeignKey(Item, on_delete=models.CASCADE)
    old_status = models.CharField(max_length=16)
    new_status = models.CharField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        app_label = "task"
        managed = False
        db_table = "floor_item_changes"

    def __str__(self) -> str:
        return self.new_status


def floor(item_id: int) -> None:
    now = timezone.now()
    with transaction.atomic():
        item = Item.objects.select_for_update().get(pk=item_id)
        old, item.status = item.status, "in_progress"
        item.version, item.updated_at = item.version + 1, now
        item.save(update_fields=["status", "version", "updated_at"])
        ItemChange.objects.create(item=item, old_status=old, new_status=item.status, at=now)


def ways(most: int) -> list[tuple[Task, int]]:
    """Return open tasks with a way on that their holder may take without a word of anybody else."""
    found = []
    tasks = Task.objects.select_related("ticket", "assignee", "current_visit", "owner")
    for task in tasks.filter(status="in_progress", assignee__isnull=False).order_by("-id")[: most * 3]:
        run = as_run(task, Change(timezone.now()))
        step = run.graph.steps[task.current_step_id or 0]
        for way in run.graph.outgoing(step.id):
            is_plain = way.outcome == "forward" and not way.is_automatic and step.kind != "approval"
            if is_plain and not run.graph.steps[way.to_step_id].is_end and holds(way.condition, run.fields):
                found.append((task, way.id))
                break
    return found[:most]


def perform(task: Task, transition_id: int) -> None:
    assert task.assignee is not None
    transitions.perform(
        actor=Actor(task.assignee.user_id, task.assignee.full_name),
        task_id=task.pk,
        transition_id=transition_id,
        comment="Done.",
        expected_version=task.version,
        now=timezone.now(),
    )


def main() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
    work = ways(int(sys.argv[1]))
    real, plain, counted = [], [], []
    for number, (task, transition_id) in enumerate(work):
        if number % 4 == 3:  # counting slows down
            with CaptureQueriesContext(connection) as captured:
                perform(task, transition_id)
            counted.append(sum(not query["sql"].startswith(TRANSACTION) for query in captured.captured_queries))
            continue
        began = time.perf_counter()
        perform(task, transition_id)
        between = time.perf_counter()
        floor(number + 1)
        real.append((between - began) * 1000)
        plain.append((time.perf_counter() - between) * 1000)
    # The first ones open the connection, read graphs, prepare statements.
    sys.stdout.write(json.dumps({"transition": real[4:], "floor": plain[4:], "statements": counted[1:]}))


main()
