"""How far behind publishing is: the first alarm that matters."""

from __future__ import annotations

from django.db.models import Min
from django.utils import timezone

from ticketing_common.metrics import gauge
from ticketing_common.outbox.models import OutboxMessage


@gauge("outbox_unpublished", "Messages committed and not yet published.")
def unpublished() -> float:
    return float(OutboxMessage.objects.unpublished().count())


@gauge("outbox_oldest_seconds", "Age of the oldest unpublished message.")
def oldest_seconds() -> float:
    oldest = OutboxMessage.objects.unpublished().aggregate(at=Min("created_at"))["at"]
    return (timezone.now() - oldest).total_seconds() if oldest else 0.0
