"""Filters of the workflow list."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import OrderBy, QuerySet
from rest_framework.request import Request

from ticketing_common.filters import StrictOrdering
from workflow.models import PRIORITY_RANK, Workflow


class WorkflowFilter(django_filters.FilterSet):  # type: ignore[misc]
    """`category`, `sub_category` and `department` compare without case."""

    category = django_filters.CharFilter(lookup_expr="iexact")
    sub_category = django_filters.CharFilter(lookup_expr="iexact")
    department = django_filters.CharFilter(lookup_expr="iexact")

    class Meta:
        model = Workflow
        fields = ("status", "category", "sub_category", "department", "end_logic", "is_default", "is_archived")


def ordering_term(term: str) -> str | OrderBy:
    """Return a term of `?ordering` for the ORM: `priority` puts the most urgent first."""
    if term.lstrip("-") != "priority":
        return term
    return PRIORITY_RANK.asc() if term.startswith("-") else PRIORITY_RANK.desc()


class PriorityOrdering(StrictOrdering):
    """Orders by priority in its meaning."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        ordering = self.get_ordering(request, queryset, view)
        return queryset.order_by(*map(ordering_term, ordering)) if ordering else queryset
