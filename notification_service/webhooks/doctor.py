"""What can be wrong with webhooks: deliveries that nobody makes, endpoints that were switched off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ticketing_common.database import database_now
from ticketing_common.doctor import Finding
from webhooks.models import WebhookDelivery, WebhookEndpoint

LATE = timedelta(minutes=5)


def webhooks() -> Iterator[Finding]:
    now = database_now()
    oldest = WebhookDelivery.objects.heads(now).order_by("due_at").values_list("due_at", flat=True).first()
    if oldest is not None and now - oldest > LATE:
        yield Finding(
            "webhooks_late",
            f"A webhook delivery that was due {(now - oldest).total_seconds() / 60:.0f} minutes ago was not tried.",
            "See whether notification-webhooks runs.",
        )
    for endpoint in WebhookEndpoint.objects.filter(is_active=False).exclude(off_reason="").order_by("id"):
        name = endpoint.description or endpoint.url
        yield Finding(
            "webhook_switched_off",
            f"The webhook {endpoint.pk} ({name}) was switched off: {endpoint.off_reason}.",
            "Repair its receiver and switch it on again under /admin/system, or delete it.",
        )
