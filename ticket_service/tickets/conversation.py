"""The conversation on a ticket: what those who work on it say in public arrives here, what is said here goes there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from ticketing_common.contracts.messages import ReceiveReply, SendTicketComment
from ticketing_common.errors import Conflict, Forbidden, Invalid, NotFound
from ticketing_common.jwt import Identity
from ticketing_common.logs import logger
from ticketing_common.outbox import enqueue
from tickets.models import Ticket, TicketComment, is_help_desk_staff
from tickets.services import lock_ticket

log = logger(__name__)

MAX_TEXT = 10_000


class CommentNotFound(NotFound):
    code = "comment_not_found"
    default_detail = "There is no such entry in this conversation."


class NotYourComment(Forbidden):
    code = "not_your_comment"
    default_detail = "Only who wrote it and the help desk's staff may change it, and only what was written here."


class CommentDeleted(Conflict):
    code = "comment_deleted"
    default_detail = "This entry was deleted."


class ReplyToReply(Invalid):
    code = "reply_to_reply"
    default_detail = "Replies nest one level: answer the first entry instead."


@transaction.atomic
def apply_comment(*, message: SendTicketComment, occurred_at: datetime) -> TicketComment | None:
    """Bring the entry up to the state that the message tells. Nothing is sent: it would come back as an echo."""
    tickets = Ticket.objects.select_for_update().filter(source_service=message.source_service)
    ticket = tickets.filter(ticket_number=message.ticket_number).first()
    if ticket is None:
        log.info("comment_of_no_ticket_here", ticket_number=message.ticket_number, source=message.source_service)
        return None
    comment, is_new = TicketComment.objects.get_or_create(
        workflow_id=message.comment_id,
        defaults={
            "ticket": ticket,
            "origin": TicketComment.Origin.WORKFLOW,
            "parent": _parent_of(message, ticket),
            "author_id": message.author["user_id"],
            "author_name": message.author["full_name"][:255],
            "text": message.text,
            "created_at": occurred_at,
            "version": 0,
        },
    )
    if message.version <= comment.version:
        return None
    if message.action == "delete":
        comment.mark_deleted(now=occurred_at)
    else:
        if not is_new and comment.text != message.text:
            comment.edited_at = occurred_at
        comment.text, comment.attachments = message.text, message.attachments
    comment.version = message.version
    comment.save()
    return comment


def _parent_of(message: SendTicketComment, ticket: Ticket) -> TicketComment | None:
    if message.parent_reply_id is not None:
        number = message.parent_reply_id.removeprefix("reply-")
        return ticket.comments.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    if message.parent_id is not None:
        return ticket.comments.filter(workflow_id=message.parent_id).first()
    return None


@transaction.atomic
def post_reply(
    *, ticket_number: str, text: str, parent_id: int | None = None, person: Identity, now: datetime
) -> TicketComment:
    """Say something on the ticket, and send it to those who work on it."""
    ticket = lock_ticket(ticket_number, person)
    parent = None if parent_id is None else _entry(ticket, parent_id)
    if parent is not None:
        if parent.parent_id is not None:
            raise ReplyToReply(attr="parent_id")
        _refuse_deleted(parent)
    comment = TicketComment.objects.create(
        ticket=ticket,
        origin=TicketComment.Origin.HELP_DESK,
        parent=parent,
        author_id=person.user_id,
        author_name=person.full_name[:255],
        text=text,
        created_at=now,
    )
    _send(comment, "create", now)
    return comment


@transaction.atomic
def change_reply(*, ticket_number: str, comment_id: int, text: str, person: Identity, now: datetime) -> TicketComment:
    """Change what was said here; saying the same changes nothing."""
    comment = _own_entry(ticket_number, comment_id, person)
    _refuse_deleted(comment)
    if comment.text != text:
        comment.text, comment.edited_at = text, now
        comment.version += 1
        comment.save()
        _send(comment, "update", now)
    return comment


@transaction.atomic
def delete_reply(*, ticket_number: str, comment_id: int, person: Identity, now: datetime) -> None:
    """Leave a tombstone here and there. Deleting again changes nothing."""
    comment = _own_entry(ticket_number, comment_id, person)
    if comment.deleted_at is None:
        comment.mark_deleted(now=now)
        comment.version += 1
        comment.save()
        _send(comment, "delete", now)


def _entry(ticket: Ticket, comment_id: int) -> TicketComment:
    comment = ticket.comments.filter(pk=comment_id).first()
    if comment is None:
        raise CommentNotFound()
    comment.ticket = ticket
    return comment


def file_of(*, ticket: Ticket, comment_id: int, attachment_id: int) -> dict[str, Any]:
    """Return what is known of a file of an entry: its name and content type among others."""
    for file in _entry(ticket, comment_id).attachments:
        if file["id"] == attachment_id:
            return dict(file)
    raise NotFound("There is no such file, or you may not see it.")


def _own_entry(ticket_number: str, comment_id: int, person: Identity) -> TicketComment:
    comment = _entry(lock_ticket(ticket_number, person), comment_id)
    is_theirs = comment.author_id == person.user_id or is_help_desk_staff(person)
    if comment.origin != TicketComment.Origin.HELP_DESK or not is_theirs:
        raise NotYourComment()
    return comment


def _refuse_deleted(comment: TicketComment) -> None:
    if comment.deleted_at is not None:
        raise CommentDeleted()


def _send(comment: TicketComment, action: str, now: datetime) -> None:
    parent = comment.parent
    reply = {
        "ticket_number": comment.ticket.ticket_number,
        "source_service": comment.ticket.source_service,
        "reply_id": comment.reply_id,
        "action": action,
        "version": comment.version,
        "occurred_at": now.isoformat().replace("+00:00", "Z"),
    }
    if action != "delete":
        reply |= {"author": {"name": comment.author_name}, "text": comment.text}
        if parent is not None and parent.workflow_id is not None:
            reply["parent_id"] = parent.workflow_id
        elif parent is not None:
            reply["parent_reply_id"] = parent.reply_id
    enqueue(ReceiveReply(reply=reply))
