"""Messages about the conversation, and about the tickets that it belongs to."""

from __future__ import annotations

from django.utils import timezone

from comments import replies, services
from ticketing_common.contracts.messages import ApplyTicketEvent, PostComment, ReceiveReply
from ticketing_common.errors import Refusal
from ticketing_common.inbox.consume import Delivery, Rejected, consumes
from tickets import services as tickets


@consumes(ReceiveReply)
def receive_reply(message: ReceiveReply, delivery: Delivery) -> Rejected | None:
    try:
        replies.receive_reply(message=message, now=timezone.now())
    except Refusal as refusal:
        return Rejected(refusal.code, refusal.detail)
    return None


@consumes(ApplyTicketEvent)
def apply_ticket_event(message: ApplyTicketEvent, delivery: Delivery) -> None:
    now = timezone.now()
    event = tickets.apply_ticket_event(message=message, now=now)
    if event is not None and event.ticket.source_number:
        replies.show_waiting(ticket=event.ticket, now=now)


@consumes(PostComment)
def post_comment(message: PostComment, delivery: Delivery) -> Rejected | None:
    try:
        services.post_of_act(message=message, now=timezone.now())
    except Refusal as refusal:
        services.notify_author(message=message, reason=refusal.detail)
        return Rejected(refusal.code, refusal.detail)
    return None
