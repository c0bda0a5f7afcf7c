"""What this service deletes by its `KEEP_…` settings, so that administrators see it beside what they set themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, F, Func, QuerySet
from django.db.models.functions import Coalesce

from inbound_mail.models import InboundBody
from notifications.models import InAppNotification, Notification
from ticketing_common.retention.kinds import Kind
from webhooks.models import WebhookDelivery


def _stored(column: str) -> Coalesce:
    """As it lies on disk, compressed: reading it costs nothing."""
    return Coalesce(Func(F(column), function="pg_column_size", output_field=BigIntegerField()), 0)


def _closed(model: Any) -> Any:
    def old(cutoff: datetime) -> QuerySet[Any]:
        found: QuerySet[Any] = model.objects.filter(closed_at__lt=cutoff)
        return found

    return old


MAILS = Kind(
    name="mails",
    rows=Notification.objects.all,
    old=_closed(Notification),
    size=_stored("body_text") + _stored("body_html"),
    setting="KEEP_MAILS_DAYS",
)
NOTICES = Kind(
    name="notices",
    rows=InAppNotification.objects.all,
    old=lambda cutoff: InAppNotification.objects.filter(created_at__lt=cutoff),
    setting="KEEP_NOTICES_DAYS",
)
WEBHOOK_DELIVERIES = Kind(
    name="webhook-deliveries",
    rows=WebhookDelivery.objects.all,
    old=_closed(WebhookDelivery),
    size=_stored("body") + _stored("response_body"),
    setting="KEEP_WEBHOOK_DELIVERIES_DAYS",
)
INBOUND_MAILS = Kind(
    name="inbound-mails",
    rows=InboundBody.objects.all,
    old=lambda cutoff: InboundBody.objects.filter(mail__received_at__lt=cutoff),
    size=_stored("raw"),
    setting="KEEP_INBOUND_MAILS_DAYS",
)
