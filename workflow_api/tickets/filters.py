"""Filters of tickets and of the ledger."""

from __future__ import annotations

import django_filters

from tickets.models import IntakeRecord, Ticket


class TicketFilter(django_filters.FilterSet):  # type: ignore[misc]
    received_after = django_filters.IsoDateTimeFilter(field_name="received_at", lookup_expr="gte")
    received_before = django_filters.IsoDateTimeFilter(field_name="received_at", lookup_expr="lt")

    class Meta:
        model = Ticket
        fields = (
            "ticket_number",
            "intake_state",
            "unmatched_reason",
            "source_service",
            "category",
            "sub_category",
            "department",
            "priority",
        )


class IntakeFilter(django_filters.FilterSet):  # type: ignore[misc]
    received_after = django_filters.IsoDateTimeFilter(field_name="received_at", lookup_expr="gte")
    received_before = django_filters.IsoDateTimeFilter(field_name="received_at", lookup_expr="lt")

    class Meta:
        model = IntakeRecord
        fields = ("verdict", "ticket_number", "queue", "message_id", "request_id")
