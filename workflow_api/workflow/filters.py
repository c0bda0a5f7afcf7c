"""Filters of the workflow list."""

from __future__ import annotations

import django_filters

from workflow.models import Workflow


class WorkflowFilter(django_filters.FilterSet):  # type: ignore[misc]
    """`category`, `sub_category` and `department` compare without case."""

    category = django_filters.CharFilter(lookup_expr="iexact")
    sub_category = django_filters.CharFilter(lookup_expr="iexact")
    department = django_filters.CharFilter(lookup_expr="iexact")

    class Meta:
        model = Workflow
        fields = ("status", "category", "sub_category", "department", "end_logic", "is_default", "is_archived")
