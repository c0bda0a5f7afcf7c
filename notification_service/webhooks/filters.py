from __future__ import annotations

import django_filters

from webhooks.models import WebhookDelivery


class DeliveryFilter(django_filters.FilterSet):  # type: ignore[misc]
    status = django_filters.MultipleChoiceFilter(choices=WebhookDelivery.Status.choices)
    event_type = django_filters.CharFilter()
    event_id = django_filters.CharFilter()
    ticket_number = django_filters.CharFilter()

    class Meta:
        model = WebhookDelivery
        fields: list[str] = []
