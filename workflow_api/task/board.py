"""The board: open tasks by step, each step with how many there are and the first of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from rest_framework import serializers

from role.fields import NamedOut
from task.lists import COLUMNS, TaskList, list_rows
from task.models import Task
from task.serializers import TaskRowOut
from workflow.graph import VersionGraph, version_graph

CARDS = 20  # of each column, for a start
MAX_FILLED = 40  # columns that come with their first cards; what is beyond has its number only


class BoardStepOut(serializers.Serializer):  # type: ignore[type-arg]
    key = serializers.IntegerField(help_text="The same in all versions of the workflow; what the filter takes.")
    name = serializers.CharField()


class BoardColumnOut(serializers.Serializer):  # type: ignore[type-arg]
    workflow = NamedOut()
    step = BoardStepOut(allow_null=True, help_text="Null: the steps are done, and another system has the ticket.")
    step_ids = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="The step's ids in the versions that its tasks have here.",
    )
    count = serializers.IntegerField()
    tasks = TaskRowOut(many=True)


class BoardOut(serializers.Serializer):  # type: ignore[type-arg]
    columns = BoardColumnOut(many=True)


def board_of(tasks: TaskList, now: datetime) -> list[dict[str, Any]]:
    """Return the columns of the list's open tasks by workflow and step, each with its first `CARDS` tasks.

    Versions of a workflow share their columns: a step keeps its key. Reads the totals in one statement, and the cards
    in two more, or three where a clock is paused.
    """
    narrowed = tasks.everything().open()
    totals = (
        narrowed.order_by()
        .values("workflow_id", "workflow_version_id", "current_step_id", "current_step__key")
        .annotate(count=Count("id"))
    )
    columns: dict[tuple[int, int | None], dict[str, Any]] = {}
    newest: dict[tuple[int, int | None], tuple[int, int]] = {}
    graphs: dict[int, dict[int, VersionGraph]] = {}
    for row in totals:
        graph = version_graph(row["workflow_version_id"])
        graphs.setdefault(row["workflow_id"], {})[graph.number] = graph
        key, step = row["current_step__key"], graph.steps.get(row["current_step_id"] or 0)
        place = row["workflow_id"], key
        order = list(graph.steps).index(step.id) if step else len(graph.steps)
        column = columns.setdefault(
            place, {"workflow": graph.as_workflow, "step": None, "step_ids": [], "count": 0, "tasks": []}
        )
        column["count"] += row["count"]
        # The newest version of these says what the step is called, and where it stands.
        if place not in newest or graph.number > newest[place][0]:
            newest[place] = graph.number, order
            column["step"] = step and {"key": key, "name": step.name}
    ordered = sorted(
        columns, key=lambda place: (columns[place]["workflow"]["name"].casefold(), place[0], newest[place][1])
    )
    for workflow_id, key in ordered:
        found = [graph.step_by_key(key) for graph in graphs[workflow_id].values()] if key is not None else []
        columns[workflow_id, key]["step_ids"] = [step.id for step in found if step]
    for row, shown in _first_cards(narrowed, ordered[:MAX_FILLED], now):
        columns[row["workflow_id"], row["current_step__key"]]["tasks"].append(shown)
    return [columns[place] for place in ordered]


def _first_cards(
    narrowed: Any, places: Iterable[tuple[int, int | None]], now: datetime
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return the first tasks of each of these columns, in the order of the list: as read, and as answered."""
    wanted = set(places)
    workflows = {workflow_id for workflow_id, _ in wanted}
    ranked = narrowed.filter(workflow_id__in=workflows).annotate(
        rank=Window(
            RowNumber(),
            partition_by=[F("workflow_id"), F("current_step__key")],
            order_by=list(narrowed.query.order_by),
        )
    )
    # Ranked by their ids alone: a sort of whole rows takes several times as long.
    ids = list(ranked.filter(rank__lte=CARDS).order_by("rank").values_list("id", flat=True))
    rows = {
        row["id"]: row for row in Task.objects.filter(pk__in=ids).values("workflow_id", "current_step__key", *COLUMNS)
    }
    found = [rows[task_id] for task_id in ids if task_id in rows]
    kept = [row for row in found if (row["workflow_id"], row["current_step__key"]) in wanted]
    return list(zip(kept, list_rows(kept, now), strict=True))
