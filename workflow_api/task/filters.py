"""Filters of the task list. Several values of one filter are separated by commas."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import F, OrderBy, QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from task.models import PRIORITY_RANK, Task
from ticketing_common.filters import StrictOrdering
from workflow.models import PRIORITIES


class IdsFilter(django_filters.BaseInFilter, django_filters.NumberFilter):  # type: ignore[misc]
    """Ids separated by commas."""


class ChoicesFilter(django_filters.BaseInFilter, django_filters.ChoiceFilter):  # type: ignore[misc]
    """Words of a list, separated by commas."""


class TaskFilter(django_filters.FilterSet):  # type: ignore[misc]
    status = ChoicesFilter(field_name="status", choices=Task.Status.choices)
    priority = ChoicesFilter(field_name="priority", choices=[(name, name) for name in PRIORITIES])
    workflow = IdsFilter(field_name="workflow_id")
    step = IdsFilter(field_name="current_step_id")
    step_key = IdsFilter(field_name="current_step__key")
    role = IdsFilter(field_name="role_id")
    assignee = IdsFilter(field_name="assignee_id")
    owner = IdsFilter(field_name="owner_id")
    ticket_number = django_filters.CharFilter(field_name="ticket_number")
    created_after = django_filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")
    created_before = django_filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="lt")
    closed_after = django_filters.IsoDateTimeFilter(field_name="closed_at", lookup_expr="gte")
    closed_before = django_filters.IsoDateTimeFilter(field_name="closed_at", lookup_expr="lt")

    class Meta:
        model = Task
        fields: list[str] = []


class TaskFilters(DjangoFilterBackend):  # type: ignore[misc]
    """Makes the form of all filters only where one is asked for: that costs more than the list's statement."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filterset = self.get_filterset_class(view, queryset)
        if filterset is None or not set(request.query_params) & set(filterset.base_filters):
            return queryset
        narrowed: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return narrowed


class TaskOrdering(StrictOrdering):
    """Orders by time left with paused tasks last, by priority in its meaning, and by the id at the end."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        ordering = self.get_ordering(request, queryset, view) or ["due_at"]
        terms: list[OrderBy | str] = []
        for term in ordering:
            name, is_descending = term.lstrip("-"), term.startswith("-")
            column: Any = PRIORITY_RANK if name == "priority" else F(name)
            if name in ("due_at", "closed_at"):
                terms.append(column.desc(nulls_last=True) if is_descending else column.asc(nulls_last=True))
            else:
                terms.append(column.desc() if is_descending else column.asc())
        return queryset.order_by(*terms, "-id" if ordering[0].startswith("-") else "id")
