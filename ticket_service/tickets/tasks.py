"""What the workflow tells the help desk."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from ticketing_common.contracts.messages import SendTicketStatus
from ticketing_common.inbox.consume import Delivery, consumes
from tickets import services


@consumes(SendTicketStatus)
def send_ticket_status(message: SendTicketStatus, _delivery: Delivery) -> None:
    occurred_at = datetime.fromisoformat(message.occurred_at)
    services.apply_status(
        ticket_number=message.ticket_number,
        new_status=message.new_status,
        event_id=message.event_id,
        occurred_at=occurred_at if occurred_at.tzinfo else timezone.make_aware(occurred_at),
        detail=message.detail or "",
        now=timezone.now(),
    )
