"""All tasks of a filtered list, for acts on many: the ids of what the person was shown the number of."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from task.lists import TaskList
from ticketing_common.errors import Conflict, Invalid

MAX_SELECTED = 1_000


class SelectionTooLarge(Invalid):
    code = "selection_too_large"
    default_detail = f"At most {MAX_SELECTED} tickets can be selected. Narrow the list with filters."


class SelectionChanged(Conflict):
    code = "selection_changed"
    default_detail = "The list has changed meanwhile. Look at it again before you select all."


class SelectionIn(serializers.Serializer):  # type: ignore[type-arg]
    count = serializers.IntegerField(min_value=0, max_value=1_000_000)


class SelectedTaskOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.IntegerField()
    ticket_number = serializers.CharField()


class SelectionOut(serializers.Serializer):  # type: ignore[type-arg]
    tasks = SelectedTaskOut(many=True)


def select_all(tasks: TaskList, *, shown: int) -> list[dict[str, Any]]:
    """Return `id` and `ticket_number` of every task of the list.

    Refuses lists of more than `MAX_SELECTED`, and those that no longer have the number of tasks that was `shown`.
    """
    found = tasks.selection(MAX_SELECTED + 1)
    if len(found) > MAX_SELECTED:
        raise SelectionTooLarge()
    if len(found) != shown:
        raise SelectionChanged(count=len(found))
    return found
