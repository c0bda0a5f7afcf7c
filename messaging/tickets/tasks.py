"""Messages about tickets."""

from __future__ import annotations

from django.utils import timezone

from comments import replies
from ticketing_common.contracts.messages import ApplyTicketEvent
from ticketing_common.inbox.consume import Delivery, consumes
from tickets import services


@consumes(ApplyTicketEvent)
def apply_ticket_event(message: ApplyTicketEvent, delivery: Delivery) -> None:
    now = timezone.now()
    event = services.apply_ticket_event(message=message, now=now)
    if event is not None and event.ticket.source_number:
        replies.show_waiting(ticket=event.ticket, now=now)
