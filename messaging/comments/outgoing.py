"""What is told of the conversation: public comments to the ticket's help desk, new ones to the workflow."""

from __future__ import annotations

from datetime import datetime

from comments.documents import Document, iso
from comments.models import Comment, SourceReply
from ticketing_common.contracts.messages import ReportPublicComment, SendTicketComment

#: How our events are named, so that a help desk that sends one back is not listened to.
EVENT_PREFIX = "tts-comment-"
ACTIONS = {
    "create": "create",
    "reply": "create",
    "update": "update",
    "attach_document": "update",
    "delete": "delete",
}


def message_to_source(comment: Comment, action: str, *, document: Document, now: datetime) -> SendTicketComment | None:
    """Return what the source is told of a change, None where it is not concerned.

    Never an internal note, and never what came from there: that would be an echo.
    """
    ticket = comment.ticket
    if comment.is_internal or comment.author_id is None or not ticket.source_number or action not in ACTIONS:
        return None
    seq = ticket.seq
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
