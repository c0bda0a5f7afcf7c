"""Filters of the lists."""

from __future__ import annotations

import django_filters

from notifications.models import (
    InAppNotification,
    Language,
    Notification,
    NotificationTemplate,
    NotificationTypes,
    Status,
)


class HistoryFilter(django_filters.FilterSet):  # type: ignore[misc]
    status = django_filters.MultipleChoiceFilter(choices=Status.choices)
    notification_type = django_filters.MultipleChoiceFilter(choices=NotificationTypes.choices)
    user_id = django_filters.NumberFilter()
    email = django_filters.CharFilter(lookup_expr="iexact")
    event_id = django_filters.CharFilter()
    created_after = django_filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")
    created_before = django_filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="lt")

    class Meta:
        model = Notification
        fields: list[str] = []


class TemplateFilter(django_filters.FilterSet):  # type: ignore[misc]
    notification_type = django_filters.ChoiceFilter(choices=NotificationTypes.choices)
    language = django_filters.ChoiceFilter(choices=Language.choices, help_text="Left out: the default language.")

    class Meta:
        model = NotificationTemplate
        fields: list[str] = []


class InAppFilter(django_filters.FilterSet):  # type: ignore[misc]
    is_read = django_filters.BooleanFilter(field_name="read_at", lookup_expr="isnull", exclude=True)
    notification_type = django_filters.MultipleChoiceFilter(choices=NotificationTypes.choices)
    ticket_number = django_filters.CharFilter(help_text="What the notification is about.")

    class Meta:
        model = InAppNotification
        fields: list[str] = []
