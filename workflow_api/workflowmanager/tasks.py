"""Tickets from the help desk, and the timer tick of the hand-offs, which waits for other systems."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from ticketing_common.contracts.messages import ReceiveTicket
from ticketing_common.inbox.consume import Delivery, Rejected, consumes
from tickets.models import IntakeRecord
from workflowmanager import handing_off, intake


@consumes(ReceiveTicket, is_validated_here=False)
def receive_ticket(message: ReceiveTicket, delivery: Delivery) -> Rejected | None:
    origin = intake.Origin(delivery.queue, delivery.message_id, delivery.headers)
    record = intake.receive(message.ticket_data, origin=origin, now=timezone.now())
    if record.verdict == IntakeRecord.Verdict.INVALID:
        return Rejected("invalid_ticket", record.reason)
    return None


@shared_task(name="workflowmanager.tasks.send_checkouts")
def send_checkouts() -> None:
    handing_off.send_due(now=timezone.now())
