"""Replies of people without an account, made at the help desk that sent the ticket: stored once, kept up to date.

A reply is kept before it is shown: its ticket may not be known here yet, because no workflow has taken it. It is
shown as soon as the ticket is.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from comments.changes import announce, save_change
from comments.documents import new_comment_document
from comments.models import Comment, SourceReply
from comments.outgoing import EVENT_PREFIX
from comments.quotes import by_code, excerpt_of
from comments.services import clean_text
from comments.uploads import take_over
from ticketing_common.contracts.messages import CreateInAppNotification, ReceiveReply, SendEmail
from ticketing_common.logs import logger
from ticketing_common.outbox import enqueue
from ticketing_common.texts import normalized
from tickets.models import Ticket
from tickets.workflow_events import HOME_SOURCE, lock_sources

log = logger(__name__)

NOTIFICATION_TYPE = "requester_reply"


@transaction.atomic
def receive_reply(*, message: ReceiveReply, now: datetime) -> SourceReply | None:
    """Keep the reply and show it, unless it is known in this version, or is one of our own comments sent back."""
    reply_data = message.reply
    source, number = reply_data.get("source_service", HOME_SOURCE), reply_data["ticket_number"]
    if str(reply_data.get("event_id", "")).startswith(EVENT_PREFIX):
        log.info("echo_ignored", event_id=reply_data["event_id"])
        return None
    lock_sources([(source, number)])
    reply, is_new = SourceReply.objects.select_for_update().get_or_create(
        source_service=source,
        reply_id=str(reply_data["reply_id"]),
        defaults={"ticket_number": number, "received_at": now},
    )
    is_deletion = reply_data.get("action") == "delete"
    version = reply_data.get("version", 1)
    if reply.is_deleted or (not is_new and not is_deletion and version <= reply.version):
        return None
    if reply.ticket_number != number:
        log.warning("reply_moved", reply_id=reply.reply_id, ticket_number=number)
        return None
    reply.is_deleted, reply.version = is_deletion, max(version, reply.version)
    if not is_deletion:
        reply.text, reply.author_name = clean_text(reply_data["text"]), one_line(reply_data["author"]["name"])
        reply.parent_comment_id = reply_data.get("parent_id") or reply.parent_comment_id
        reply.parent_reply_id = str(reply_data.get("parent_reply_id") or reply.parent_reply_id)
    else:
        reply.text = ""
    reply.save()
    ticket = Ticket.objects.select_for_update().filter(source_service=source, source_number=number).first()
    if ticket is not None:
        _show(reply, ticket, now, reply_data.get("uploads") or ())
    return reply


def show_waiting(*, tickets: Collection[Ticket], now: datetime) -> None:
    """Show the replies that came before their tickets were known. The caller holds the locks of sources and tickets."""
    by_source = {(ticket.source_service, ticket.source_number): ticket for ticket in tickets if ticket.source_number}
    if not by_source:
        return
    waiting = SourceReply.objects.filter(
        source_service__in={service for service, _ in by_source},
        ticket_number__in={number for _, number in by_source},
        comment=None,
        is_deleted=False,
    )
    for reply in waiting.select_for_update().order_by("id"):
        ticket = by_source.get((reply.source_service, reply.ticket_number))
        if ticket is None:
            continue
        try:
            with transaction.atomic():
                _show(reply, ticket, now)
        except Exception as error:
            ticket.refresh_from_db()
            log.error("reply_not_shown", reply_id=reply.reply_id, error=type(error).__name__, exc_info=error)


def _show(reply: SourceReply, ticket: Ticket, now: datetime, uploads: Collection[int] = ()) -> None:
    """Bring the conversation up to the reply's state. A new one takes over the requester's `uploads`."""
    comment = reply.comment
    if comment is None:
        if not reply.is_deleted:
            reply.comment = _add(reply, ticket, now, uploads)
            reply.save(update_fields=["comment"])
        return
    comment.ticket = ticket
    if comment.is_deleted:
        return  # an administrator took it away here
    if reply.is_deleted:
        comment.mark_deleted(by_id=None, now=now)
        save_change(comment, "delete", now=now)
    elif comment.text != reply.text:
        comment.rewrite(text=reply.text, by_id=None, by_name=reply.author_name, now=now)
        save_change(comment, "update", now=now)


def _add(reply: SourceReply, ticket: Ticket, now: datetime, uploads: Collection[int]) -> Comment:
    parent = _parent_of(reply, ticket)
    comment = Comment(
        ticket=ticket,
        author_id=None,
        author_name=reply.author_name,
        text=reply.text,
        visibility=Comment.Visibility.PUBLIC,
        parent=parent,
        seq=ticket.seq + 1,
        created_at=now,
    )
    comment.save(force_insert=True)
    attached = take_over(comment, uploads, uploader_id=None)
    announce(
        comment,
        "reply" if parent else "create",
        now=now,
        document=new_comment_document(comment, mentions=(), attachments=attached),
        ratings={},
    )
    _notify(comment)
    return comment


def _parent_of(reply: SourceReply, ticket: Ticket) -> Comment | None:
    """Return the comment to show it under; where that is gone or not public, None."""
    public = ticket.comments.visible(sees_internal=False)
    if reply.parent_comment_id is not None:
        answered = public.filter(pk=reply.parent_comment_id).first()
    elif reply.parent_reply_id:
        answered = public.filter(
            source_reply__source_service=reply.source_service, source_reply__reply_id=reply.parent_reply_id
        ).first()
    else:
        return None
    if answered is not None and answered.parent_id is not None:
        answered = public.filter(pk=answered.parent_id).first()  # replies nest one level
    return answered


def one_line(name: str) -> str:
    """Return the name without what does not show: it stands in subjects of mails and notifications."""
    return (
        " ".join("".join(letter if letter.isprintable() else " " for letter in normalized(name)).split())
        or "The help desk"
    )


def _notify(comment: Comment) -> None:
    """Notify the assignee of the ticket; its owner while there is none."""
    ticket = comment.ticket
    person: dict[str, Any] | None = ticket.task.get("assignee") or ticket.task.get("owner")
    if person is None:
        return
    user_id, number = int(person["user_id"]), ticket.ticket_number
    event_id = f"{NOTIFICATION_TYPE}-{comment.pk}-{user_id}"
    link, excerpt = f"/tickets/{number}", excerpt_of(comment.text)
    enqueue(
        CreateInAppNotification(
            user_id=user_id,
            notification_type=NOTIFICATION_TYPE,
            subject=f"{comment.author_name} replied on {number}"[:255],
            message=excerpt,
            link=link,
            comment_id=comment.pk,
            event_id=event_id,
            text=by_code("requester_reply", actor=comment.author_name, ticket=number, excerpt=excerpt),
        ),
        SendEmail(
            notification_type=NOTIFICATION_TYPE,
            user_id=user_id,
            context={
                "ticket_number": number,
                "task_title": ticket.task.get("subject", ""),
                "actor_name": comment.author_name,
                "excerpt": excerpt,
                "link": link,
                "comment_id": comment.pk,
            },
            event_id=f"{event_id}-mail",
        ),
    )
