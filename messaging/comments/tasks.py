"""Messages about the conversation, and about the tickets that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from comments import erasure, mail_answers, replies, services
from ticketing_common.contracts.messages import (
    ApplyTicketEvent,
    ErasePerson,
    PostComment,
    PostMailComment,
    ReceiveReply,
)
from ticketing_common.errors import Refusal
from ticketing_common.inbox.consume import Arrival, Delivery, Outcome, Rejected, consumes, consumes_batches
from tickets.workflow_events import apply_ticket_events


@consumes(ReceiveReply)
def receive_reply(message: ReceiveReply, delivery: Delivery) -> Rejected | None:
    try:
        replies.receive_reply(message=message, now=timezone.now())
    except Refusal as refusal:
        return Rejected(refusal.code, refusal.detail)
    return None


def ticket_key(args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    """Return the number of the ticket that an event is of: those of one ticket are applied in their order."""
    number = args[0] if args else kwargs.get("ticket_number")
    return str(number or "")


@consumes_batches(ApplyTicketEvent, key=ticket_key)
def apply_ticket_event(arrivals: Sequence[Arrival[ApplyTicketEvent]]) -> list[Outcome]:
    now = timezone.now()
    events = apply_ticket_events([arrival.message for arrival in arrivals], now=now)
    replies.show_waiting(tickets={event.ticket for event in events if event is not None}, now=now)
    return [None] * len(arrivals)


@consumes(PostComment)
def post_comment(message: PostComment, delivery: Delivery) -> Rejected | None:
    try:
        services.post_of_act(message=message, now=timezone.now())
    except Refusal as refusal:
        services.notify_author(message=message, reason=refusal.detail)
        return Rejected(refusal.code, refusal.detail)
    return None


@consumes(PostMailComment)
def post_mail_comment(message: PostMailComment, delivery: Delivery) -> Rejected | None:
    try:
        mail_answers.post_mail_comment(message=message, now=timezone.now())
    except Refusal as refusal:
        mail_answers.tell_author(message=message, reason=refusal.detail)
        return Rejected(refusal.code, refusal.detail)
    return None


@consumes(ErasePerson)
def erase_person(message: ErasePerson, delivery: Delivery) -> None:
    erasure.erase(message=message, now=timezone.now())
