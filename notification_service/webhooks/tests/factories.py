"""Endpoints and events of the tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from notifications.tests.factories import NOON
from ticketing_common.contracts.messages import DeliverTicketEvent, examples
from ticketing_common.jwt import Identity
from webhooks import services
from webhooks.delivery import deliver_next
from webhooks.models import EventType, WebhookDelivery, WebhookEndpoint

EXAMPLE = examples("webhooks.tasks.ticket_event")["transitioned"]
ADA = Identity(1, "ada", "ada@example.com", "Ada Admin", {"tts": ("Admin",)}, sid="s", ver=1, expires_at=0, token="")


def endpoint(url: str, **values: Any) -> tuple[WebhookEndpoint, str]:
    given = {"url": url, "event_types": list(EventType.values)} | values
    return services.create_endpoint(values=given, person=ADA, now=NOON)


def message(event_id: str = "e1", *, number: str = "TX1", sequence: int = 1, **changes: Any) -> DeliverTicketEvent:
    data = EXAMPLE["data"] | {"ticket_number": number} | changes.pop("data", {})
    values = EXAMPLE | {"event_id": event_id, "ticket_number": number, "sequence": sequence, "data": data} | changes
    return DeliverTicketEvent.parse(values)


def happens(event_id: str = "e1", *, now: datetime = NOON, **changes: Any) -> None:
    with transaction.atomic():
        services.record_event(message=message(event_id, **changes), now=now)


def deliver_all(now: datetime = NOON) -> list[WebhookDelivery]:
    """Try everything that is due at this moment."""
    tried = []
    while (delivery := deliver_next(clock=lambda: now)) is not None:
        tried.append(delivery)
    return tried
