"""What notifications may quote of a comment."""

from __future__ import annotations

from comments.models import Comment
from ticketing_common.contracts.messages import CommentChanged

EXCERPT = 200


def excerpt_of(text: str) -> str:
    return text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…"


def quoted_text(comment: Comment) -> str:
    """Return what may be quoted of a comment; of an internal note nothing, for who reads it later may be no agent."""
    return "" if comment.is_internal or comment.is_deleted else excerpt_of(comment.text)


def change_message(comment: Comment) -> CommentChanged:
    """Return the message that takes the former words of a comment out of notifications."""
    return CommentChanged(
        comment_id=comment.pk,
        is_deleted=comment.is_deleted,
        excerpt=quoted_text(comment),
        event_id=f"comment-{comment.pk}-changed-{comment.seq}",
    )
