"""A list of tasks as CSV: the rows that are shown, streamed, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from rest_framework import serializers

from audit.actor import Actor
from audit.exports import BOM, cell
from audit.services import record
from task.lists import COLUMNS as READ
from task.lists import TaskList, list_rows
from task.models import Task
from ticketing_common.errors import Invalid

MAX_ROWS = 100_000
CHUNK = 500
Row = Mapping[str, Any]


def _name(key: str) -> Callable[[Row], Any]:
    return lambda row: row[key] and row[key].get("full_name", row[key].get("name"))


COLUMNS: dict[str, Callable[[Row], Any]] = {
    "ticket_number": lambda row: row["ticket_number"],
    "subject": lambda row: row["subject"],
    "priority": lambda row: row["priority"],
    "status": lambda row: row["status"],
    "workflow": _name("workflow"),
    "workflow_version": lambda row: row["workflow_version"],
    "step": _name("current_step"),
    "role": lambda row: row["current_step"] and row["current_step"]["role"],
    "assignee": _name("assignee"),
    "owner": _name("owner"),
    "requester": lambda row: row["requester"],
    "category": lambda row: row["category"],
    "department": lambda row: row["department"],
    "created_at": lambda row: row["created_at"],
    "updated_at": lambda row: row["updated_at"],
    "closed_at": lambda row: row["closed_at"],
    "closed_by": _name("closed_by"),
    "due_at": lambda row: row["sla"]["due_at"],
    "sla": lambda row: row["sla"]["state"],
    "remaining_seconds": lambda row: row["sla"]["remaining_seconds"],
}


class ExportTooLarge(Invalid):
    code = "export_too_large"
    default_detail = f"At most {MAX_ROWS:,} tickets can be exported at once. Narrow the list with filters."


class ColumnsIn(serializers.Serializer):  # type: ignore[type-arg]
    columns = serializers.CharField(required=False, allow_blank=True, default="")

    def validate_columns(self, value: str) -> list[str]:
        wanted = list(dict.fromkeys(value.split(","))) if value else list(COLUMNS)
        unknown = [name for name in wanted if name not in COLUMNS]
        if unknown:
            message = f"Unknown columns: {', '.join(unknown)[:200]}. Choose from: {', '.join(COLUMNS)}."
            raise serializers.ValidationError(message, code="unknown_column")
        return wanted


@transaction.atomic
def start_export(
    *, tasks: TaskList, columns: Sequence[str], asked: Mapping[str, str], actor: Actor, now: datetime
) -> Iterator[str]:
    """Note who exports which list with how many tasks, and return the lines; `asked` is the request's query.

    Which tasks they are, and their order, is settled here. Raises `ExportTooLarge` beyond `MAX_ROWS`.
    """
    ids = tasks.ids(MAX_ROWS + 1)
    if len(ids) > MAX_ROWS:
        raise ExportTooLarge()
    record(
        actor=actor,
        action="tasks.exported",
        object_type="tasks",
        object_id="export",
        at=now,
        new={"filters": dict(asked), "columns": list(columns), "count": len(ids)},
    )
    return lines(ids, columns=columns, actor=actor, now=now)


def lines(ids: Sequence[int], *, columns: Sequence[str], actor: Actor, now: datetime) -> Iterator[str]:
    """Yield the byte order mark and the header, then the tasks in this order, `CHUNK` of them at a time in memory.

    A task that the person may no longer see when its turn comes is left out.
    """
    buffer = io.StringIO()
    buffer.write(BOM)
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for start in range(0, max(1, len(ids)), CHUNK):
        part = ids[start : start + CHUNK]
        visible = Task.objects.visible_to(actor).filter(pk__in=part).values(*READ) if part else []
        found = {row["id"]: row for row in visible}
        for row in list_rows([found[task_id] for task_id in part if task_id in found], now):
            writer.writerow([cell(COLUMNS[name](row)) for name in columns])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
