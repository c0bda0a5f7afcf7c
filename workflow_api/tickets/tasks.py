"""Tickets from the help desk."""

from __future__ import annotations

from django.utils import timezone

from ticketing_common.contracts.messages import ReceiveTicket
from ticketing_common.inbox.consume import Delivery, Rejected, consumes
from tickets.models import IntakeRecord
from workflowmanager import intake
from workflowmanager.ledger import Origin


@consumes(ReceiveTicket, is_validated_here=False)
def receive_ticket(message: ReceiveTicket, delivery: Delivery) -> Rejected | None:
    origin = Origin(delivery.queue, delivery.message_id, delivery.headers)
    record = intake.receive(message.ticket_data, origin=origin, now=timezone.now())
    if record.verdict == IntakeRecord.Verdict.INVALID:
        return Rejected("invalid_ticket", record.reason)
    return None
