"""What is told of the conversation: public comments to the ticket's help desk, new ones to the workflow."""

from __future__ import annotations

from datetime import datetime

from comments.documents import Document, iso
from comments.models import Comment, SourceReply
from comments.quotes import without_markup
from ticketing_common.contracts.messages import Message, ReportPublicComment, SendEmail, SendTicketComment

#: How our events are named, so that a help desk that sends one back is not listened to.
EVENT_PREFIX = "tts-comment-"
#: The source of tickets that came by mail: their requesters have no account here.
MAIL_SOURCE = "mail"
ACTIONS = {
    "create": "create",
    "reply": "create",
    "update": "update",
    "attach_document": "update",
    "delete": "delete",
}


def message_to_source(comment: Comment, action: str, *, document: Document, now: datetime) -> Message | None:
    """Return what the source is told of a change, None where it is not concerned.

    Never an internal note, and never what came from there: that would be an echo. The source of a ticket that came by
    mail is its requester's mailbox: they get what is new, once.
    """
    ticket = comment.ticket
    if comment.is_internal or comment.author_id is None or not ticket.source_number or action not in ACTIONS:
        return None
    seq = ticket.seq
    if ticket.source_service == MAIL_SOURCE:
        return _answer_by_mail(comment, document) if action in {"create", "reply"} else None
    files = [
        {name: file[name] for name in ("id", "file_name", "content_type", "size", "url")}
        for file in document["attachments"]
    ]
    return SendTicketComment(
        ticket_number=ticket.source_number,
        source_service=ticket.source_service,
        action=ACTIONS[action],
        comment_id=comment.pk,
        version=seq,
        text=comment.text,
        author=document["author"],
        attachments=files,
        occurred_at=iso(now) or "",
        event_id=f"{EVENT_PREFIX}{comment.pk}-{seq}",
        parent_id=comment.parent_id,
        parent_reply_id=_reply_id(comment.parent_id),
    )


def _answer_by_mail(comment: Comment, document: Document) -> SendEmail:
    names = ", ".join(file["file_name"] for file in document["attachments"])
    text = without_markup(comment.text)
    return SendEmail(
        notification_type="ticket_answer",
        context={
            "ticket_number": comment.ticket.ticket_number,
            "message": f"{comment.author_name}:\n\n{text}" if text else f"{comment.author_name}: {names}",
            "actor_id": comment.author_id,
            "comment_id": comment.pk,
            **({"file_names": names} if names else {}),
        },
        event_id=f"{EVENT_PREFIX}{comment.pk}-{comment.ticket.seq}",
    )


def message_to_workflow(comment: Comment) -> ReportPublicComment:
    """Return that a public comment was added: it may be the answer that a ticket on hold waits for."""
    return ReportPublicComment(
        ticket_number=comment.ticket.ticket_number,
        author_id=comment.author_id,
        occurred_at=iso(comment.created_at) or "",
        event_id=f"comment-{comment.pk}-added",
    )


def _reply_id(comment_id: int | None) -> str | None:
    """Return the source's own id of a comment that came from there."""
    if comment_id is None:
        return None
    return SourceReply.objects.filter(comment_id=comment_id).values_list("reply_id", flat=True).first()
