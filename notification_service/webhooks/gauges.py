"""What an operator watches: events that wait for their receivers."""

from __future__ import annotations

from django.utils import timezone

from ticketing_common.metrics import gauge
from webhooks.models import WebhookDelivery


@gauge("webhooks_waiting", "Webhook deliveries to active endpoints that are not made yet.")
def waiting() -> float:
    return float(WebhookDelivery.objects.waiting().count())


@gauge("webhooks_overdue_seconds", "How long the webhook delivery that should have been tried first is late.")
def overdue() -> float:
    now = timezone.now()
    oldest = WebhookDelivery.objects.heads(now).order_by("due_at").values_list("due_at", flat=True).first()
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
