"""Messages about the conversation."""

from __future__ import annotations

from django.utils import timezone

from comments import replies
from ticketing_common.contracts.messages import ReceiveReply
from ticketing_common.errors import Refusal
from ticketing_common.inbox.consume import Delivery, Rejected, consumes


@consumes(ReceiveReply)
def receive_reply(message: ReceiveReply, delivery: Delivery) -> Rejected | None:
    try:
        replies.receive_reply(message=message, now=timezone.now())
    except Refusal as refusal:
        return Rejected(refusal.code, refusal.detail)
    return None
