"""Filters of the audit trail."""

from __future__ import annotations

import django_filters

from audit.models import AuditLog


class AuditLogFilter(django_filters.FilterSet):  # type: ignore[misc]
    """`at_after` and `at_before` bound the time; the first is included, the second is not."""

    at_after = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte")
    at_before = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt")
    actor_id = django_filters.NumberFilter(field_name="actor_id", decimal_places=0, max_digits=18)
    on_behalf_of_id = django_filters.NumberFilter(field_name="on_behalf_of_id", decimal_places=0, max_digits=18)

    class Meta:
        model = AuditLog
        fields = ("ticket_number", "actor_id", "on_behalf_of_id", "action", "object_type", "object_id", "request_id")
