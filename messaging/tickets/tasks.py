"""Messages about tickets."""

from __future__ import annotations

from django.utils import timezone

from ticketing_common.contracts.messages import ApplyTicketEvent
from ticketing_common.inbox.consume import Delivery, consumes
from tickets import services


@consumes(ApplyTicketEvent)
def apply_ticket_event(message: ApplyTicketEvent, delivery: Delivery) -> None:
    services.apply_ticket_event(message=message, now=timezone.now())
