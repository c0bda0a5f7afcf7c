"""Filters of the ticket list."""

from __future__ import annotations

import django_filters

from tickets.models import Ticket


class TicketFilter(django_filters.FilterSet):  # type: ignore[misc]
    status = django_filters.MultipleChoiceFilter(choices=Ticket.Status.choices)
    priority = django_filters.MultipleChoiceFilter(choices=Ticket.Priority.choices)
    category = django_filters.CharFilter(lookup_expr="iexact")
    sub_category = django_filters.CharFilter(lookup_expr="iexact")
    department = django_filters.CharFilter(lookup_expr="iexact")
    ticket_number = django_filters.CharFilter()
    employee = django_filters.NumberFilter(field_name="employee_user_id")
    submitted_after = django_filters.IsoDateTimeFilter(field_name="submitted_at", lookup_expr="gte")
    submitted_before = django_filters.IsoDateTimeFilter(field_name="submitted_at", lookup_expr="lt")

    class Meta:
        model = Ticket
        fields: list[str] = []
