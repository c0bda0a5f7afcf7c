"""A comment as the API, the sockets and the event list show it: one shape, made in one place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from comments.models import Comment, CommentAttachment, CommentRating

Document = dict[str, Any]


def iso(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def attachment_document(attachment: CommentAttachment) -> Document:
    return {
        "id": attachment.pk,
        "comment_id": attachment.comment_id,
        "file_name": attachment.file_name,
        "content_type": attachment.content_type,
        "size": attachment.size,
        "url": f"/attachments/{attachment.pk}/",
        # Null for somebody without an account, who is the comment's author.
        "uploaded_by": None
        if attachment.uploaded_by_id is None
        else {"user_id": attachment.uploaded_by_id, "full_name": attachment.uploaded_by_name},
        "created_at": iso(attachment.created_at),
        "removed_at": iso(attachment.removed_at),
        "removed_after_days": attachment.removed_after_days,
    }


def comment_document(comment: Comment, *, mine: str | None = None) -> Document:
    """Return the document of a comment loaded `with_parts()`. `mine` is the reader's own rating."""
    is_deleted = comment.is_deleted
    return {
        "id": comment.pk,
        "ticket_id": comment.ticket.ticket_number,
        "author": None
        if comment.author_id is None
        else {"user_id": comment.author_id, "full_name": comment.author_name},
        # Who wrote at the help desk and has no account here.
        "outside_author": {"full_name": comment.author_name, "service": comment.ticket.source_service}
        if comment.author_id is None
        else None,
        "text": comment.text,
        "visibility": comment.visibility,
        "parent_id": comment.parent_id,
        "client_id": comment.client_id,
        "rating": {"up": comment.up_count, "down": comment.down_count, "mine": mine},
        "mentions": []
        if is_deleted
        else [{"user_id": mention.user_id, "full_name": mention.full_name} for mention in comment.mentions.all()],
        "attachments": []
        if is_deleted
        else [attachment_document(attachment) for attachment in comment.attachments.all()],
        "created_at": iso(comment.created_at),
        "edited_at": iso(comment.edited_at),
        "deleted_at": iso(comment.deleted_at),
        "seq": comment.seq,
    }


def new_comment_document(
    comment: Comment, *, mentions: Iterable[dict[str, Any]], attachments: Iterable[CommentAttachment] = ()
) -> Document:
    """Return the document of a comment just written, which has no ratings yet, without asking again."""
    comment._prefetched_objects_cache = {  # type: ignore[attr-defined]
        "attachments": tuple(attachments),
        "mentions": (),
    }
    return comment_document(comment) | {"mentions": list(mentions)}


def comment_documents(comments: Iterable[Comment], *, reader_id: int) -> list[Document]:
    """Return the documents of comments loaded `with_parts()`, each with the reader's own rating."""
    comments = list(comments)
    rated = [comment.pk for comment in comments if comment.up_count or comment.down_count]
    mine: dict[int, str] = {}
    if rated:
        mine = dict(
            CommentRating.objects.filter(user_id=reader_id, comment_id__in=rated).values_list("comment_id", "value")
        )
    return [comment_document(comment, mine=mine.get(comment.pk)) for comment in comments]
