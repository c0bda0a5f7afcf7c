"""What notifications may quote of a comment."""

from __future__ import annotations

import re
from typing import Any

from comments.models import Comment
from ticketing_common.contracts.messages import CommentChanged

EXCERPT = 200

# What the browser application shows as markup. Underscores stay: they are mostly names of files.
_MARKUP = re.compile(
    r"(?P<address>https?://[^\s*]+)"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?<!!)\[(?P<label>[^\[\]\n]+)\]\(<?(?P<href>(?:https?://|mailto:)[^\s<>()]+)>?\)"
    r"|(?<![\w*)\\/])(?P<run>\*{1,3})(?![\s*.)])(?P<stressed>[^*\n]+)(?<!\s)(?P=run)(?![\w*])"
)
_FENCE = re.compile(r"^ {0,3}`{3,}[^`\n]*(?:\n|\Z)", re.MULTILINE)


def _plain(found: re.Match[str]) -> str:
    if found["code"]:
        return found["code"]
    if found["label"]:
        return f"{without_markup(found['label'])} ({found['href']})"
    if found["stressed"]:
        return without_markup(found["stressed"])
    return found[0]


def without_markup(text: str) -> str:
    """Return a comment's text as mails and notifications say it: no stars and backticks, a link with its address.

    Lists and quotes stay as typed; they read well as they are.
    """
    return _MARKUP.sub(_plain, _FENCE.sub("", text))


def by_code(code: str, **params: Any) -> dict[str, Any]:
    """Return subject and message by code, for readers in other languages: notification_service has their sentences."""
    return {"code": code, "params": params}


def excerpt_of(text: str) -> str:
    plain = without_markup(text)
    text = plain if plain.strip() else text
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
