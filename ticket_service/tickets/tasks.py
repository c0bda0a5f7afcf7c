"""What the workflow tells the help desk."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from ticketing_common.contracts.messages import ErasePersonAtHelpDesk, SendTicketComment, SendTicketStatus
from ticketing_common.inbox.consume import Delivery, consumes
from tickets import conversation, erasure, services


@consumes(SendTicketStatus)
def send_ticket_status(message: SendTicketStatus, _delivery: Delivery) -> None:
    services.apply_status(
        ticket_number=message.ticket_number,
        new_status=message.new_status,
        event_id=message.event_id,
        occurred_at=_moment(message.occurred_at),
        detail=message.detail or "",
        now=timezone.now(),
    )


@consumes(SendTicketComment)
def send_ticket_comment(message: SendTicketComment, _delivery: Delivery) -> None:
    conversation.apply_comment(message=message, occurred_at=_moment(message.occurred_at))


@consumes(ErasePersonAtHelpDesk)
def erase_person(message: ErasePersonAtHelpDesk, _delivery: Delivery) -> None:
    erasure.erase(message=message, now=timezone.now())


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else timezone.make_aware(moment)
