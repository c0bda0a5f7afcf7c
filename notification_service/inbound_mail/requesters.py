"""Requesters of tickets that came by mail: they are answered by mail, and their answers go into the conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from inbound_mail.models import InboundMail, MailTicket
from notifications.models import NotificationTypes, Person
from notifications.services import queue_mail
from ticketing_common.contracts.messages import ReceiveReply
from ticketing_common.logs import logger
from ticketing_common.texts import is_blank

log = logger(__name__)

TYPE = NotificationTypes.TICKET_ANSWER.value
SOURCE = "mail"
MAX_MESSAGE_IDS = 10
MAX_MESSAGE = 5_000  # characters of what a mail quotes
MORE = "… (The text goes on; ask for the rest by answering this mail.)"


def ticket_of(ticket_number: str) -> MailTicket | None:
    """Return the ticket that was made from a mail; its number has the source before it where another has the same."""
    return MailTicket.objects.filter(number=ticket_number.removeprefix(f"{SOURCE}-")).first()


def queue_answer(*, context: Mapping[str, Any], event_id: str, now: datetime) -> None:
    """Queue a mail to the requester of the ticket, once per event, in the thread of their own mails.

    Nothing is sent for a ticket that came by another program under this source, nor to who wrote it themselves.
    """
    number = str(context.get("ticket_number") or "")
    ticket = ticket_of(number)
    if ticket is None:
        log.info("answer_of_no_mail_ticket", ticket_number=number)
        return
    actor = Person.objects.filter(user_id=_id(context.get("actor_id"))).first()
    if actor is not None and actor.email.lower() == ticket.email.lower():
        return
    message = str(context.get("message") or "")
    queue_mail(
        notification_type=TYPE,
        user_email=ticket.email,
        context={
            **context,
            "task_title": ticket.subject,
            "recipient_name": "" if "@" in ticket.name else ticket.name,
            "message": message if len(message) <= MAX_MESSAGE else message[: MAX_MESSAGE - len(MORE)] + MORE,
            "answered_ids": ticket.message_ids,
        },
        event_id=event_id,
        now=now,
    )


def reply_of(
    row: InboundMail,
    ticket: MailTicket,
    *,
    reply_id: str,
    message_id: str,
    text: str,
    uploads: Sequence[int],
    comment_id: int | None,
) -> ReceiveReply:
    """Return what messaging is told of the requester's answer, and note the mail as the newest of its thread."""
    ticket.message_ids = [*ticket.message_ids, message_id][-MAX_MESSAGE_IDS:]
    ticket.save(update_fields=["message_ids"])
    names = ", ".join(file["name"] for file in row.files or [] if file["outcome"] == "attached")
    return ReceiveReply(
        reply={
            "ticket_number": ticket.number,
            "source_service": SOURCE,
            "reply_id": reply_id,
            "author": {"name": ticket.name},
            "text": f"Files: {names}"[:1_000] if is_blank(text) else text,
            "occurred_at": row.received_at.isoformat(),
            **({"uploads": list(uploads)} if uploads else {}),
            **({"parent_id": comment_id} if comment_id is not None else {}),
        }
    )


def _id(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else 0
