"""The values that filters of tasks can have: what stands in the tickets that the person may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, F, Max, Q, QuerySet, When
from django.db.models.functions import Lower
from rest_framework import serializers

from audit.actor import Actor
from task.models import Task
from workflow.fields import StorableText

FIELDS = ("category", "department", "requester")
SOURCE, ID, ADDRESS = "ticket__source_service", "ticket__requester_id", "ticket__requester_email"


class ChoicesIn(serializers.Serializer):  # type: ignore[type-arg]
    field = serializers.ChoiceField(FIELDS)
    search = StorableText(required=False, allow_blank=True, max_length=200, default="")
    value = StorableText(required=False, allow_blank=True, max_length=400, default="")


class ChoiceOut(serializers.Serializer):  # type: ignore[type-arg]
    value = serializers.CharField(help_text="What the filter takes.")
    label = serializers.CharField()  # type: ignore[assignment]
    hint = serializers.CharField(help_text="What tells two of one label apart; may be empty.")


def choices_of(*, person: Actor, field: str, search: str, value: str) -> QuerySet[Any, Any]:
    """Return the distinct values of one of `FIELDS` in order, as rows for `choices_shown`.

    A requester is known by their id within the source, or by their address there where it gives no id, as on the
    requester's card; who has neither is no choice.
    """
    tasks = Task.objects.visible_to(person, is_gathered=True)
    if field != "requester":
        column = f"ticket__{field}"
        tasks = tasks.exclude(**{column: ""})
        if search:
            tasks = tasks.filter(**{f"{column}__icontains": search})
        if value:
            tasks = tasks.filter(**{column: value})
        return tasks.order_by(column).values(value=F(column)).distinct()
    if search:
        tasks = tasks.filter(Q(ticket__requester_name__icontains=search) | Q(**{f"{ADDRESS}__icontains": search}))
    if value:
        source, _, key = value.partition(":")
        tasks = tasks.filter(Q(**{ID: key}) | Q(**{ID: "", f"{ADDRESS}__iexact": key}), **{SOURCE: source})
    return (
        tasks.exclude(**{ID: "", ADDRESS: ""})
        .annotate(source=F(SOURCE), key=Case(When(**{ID: ""}, then=Lower(ADDRESS)), default=F(ID)))
        .values("source", "key")
        .annotate(name=Max("ticket__requester_name"), address=Max(ADDRESS))
        .order_by("name", "source", "key")
    )


def choices_shown(field: str, rows: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    if field != "requester":
        return [{"value": row["value"], "label": row["value"], "hint": ""} for row in rows]
    return [
        {
            "value": f"{row['source']}:{row['key']}",
            "label": row["name"] or row["address"] or row["key"],
            "hint": row["address"] or row["key"],
        }
        for row in rows
    ]
