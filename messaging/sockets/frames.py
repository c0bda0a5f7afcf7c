"""Frames, encoded once; and events read from the database as the frames that were, or should have been, sent.

An event travels between processes as a small dictionary: the encoded frame, who may see it, and whose own rating
it must show. What differs between recipients is put into the encoded text, so nothing is encoded per socket.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from comments.documents import comment_document
from comments.models import Comment, CommentRating
from tickets.models import Ticket, TicketEvent
from tickets.readers import versions_of_readers

Event = dict[str, Any]

# A colon cannot follow an unescaped `"mine"` inside a JSON string, so this finds the field and nothing else.
NOT_RATED = '"mine":null'


def encode(frame: dict[str, Any]) -> str:
    return orjson.dumps(frame).decode()


def with_rating(text: str, value: str | None) -> str:
    """Return the frame as the person who rated so sees it."""
    return text.replace(NOT_RATED, f'"mine":"{value}"', 1) if value else text


def with_ref(text: str, ref: str | int) -> str:
    return f'{text[:-1]},"ref":{orjson.dumps(ref).decode()}}}'


def skip_frame(seq: int) -> str:
    """Return what a recipient gets for an event that is not for them: its number, so that no gap shows."""
    return f'{{"type":"skip","seq":{seq}}}'


def comment_frame(*, action: str, document: dict[str, Any], seq: int) -> dict[str, Any]:
    return {"type": "comment_update", "action": action, "comment": document, "seq": seq}


def ticket_frame(*, payload: dict[str, Any], seq: int) -> dict[str, Any]:
    return {
        "type": "ticket_update",
        "event": payload["event"],
        "task": payload["task"],
        "occurred_at": payload["occurred_at"],
        "seq": seq,
    }


def event(
    *,
    ticket_number: str,
    access_version: int,
    seq: int,
    frame: dict[str, Any],
    is_internal: bool = False,
    ratings: dict[int, str] | None = None,
) -> Event:
    return {
        "type": "event",
        "ticket": ticket_number,
        "access": access_version,
        "seq": seq,
        "text": encode(frame),
        "internal": is_internal,
        "mine": {str(user_id): value for user_id, value in (ratings or {}).items()},
    }


def text_for(event: Event, *, user_id: int, sees_internal: bool) -> str:
    """Return the frame of the event as this person gets it."""
    if event["internal"] and not sees_internal:
        return skip_frame(event["seq"])
    return with_rating(event["text"], event["mine"].get(str(user_id)))


@dataclass(frozen=True)
class TicketState:
    """What an open ticket needs from the database."""

    ticket_number: str
    seq: int
    access_version: int
    readers: dict[int, int | None]  # who may read, and which version of the person was asked
    events: list[Event]
    has_more: bool


def ticket_state(ticket_number: str, *, after: int | None = None, limit: int = 500) -> TicketState | None:
    """Return the ticket's number, readers and, with `after`, its later events. None for an unknown ticket."""
    ticket = Ticket.objects.filter(ticket_number=ticket_number).first()
    if ticket is None:
        return None
    readers = versions_of_readers(ticket)
    events = events_after(ticket, after, limit=limit) if after is not None and after < ticket.seq else []
    return TicketState(
        ticket_number=ticket_number,
        seq=ticket.seq,
        access_version=ticket.access_version,
        readers=readers,
        events=events,
        has_more=bool(events) and events[-1]["seq"] < ticket.seq,
    )


def events_after(ticket: Ticket, after: int, *, limit: int) -> list[Event]:
    """Return the events after a number, oldest first. Comments are shown as they are now: nothing deleted returns."""
    return build_events(ticket, ticket.events.filter(seq__gt=after).order_by("seq")[:limit])


def build_events(ticket: Ticket, rows: Iterable[TicketEvent]) -> list[Event]:
    rows = list(rows)
    wanted = {row.comment_id for row in rows if row.comment_id is not None}
    comments: dict[int, Comment] = {}
    ratings: dict[int, dict[int, str]] = {}
    if wanted:
        comments = {comment.pk: comment for comment in Comment.objects.with_parts().filter(pk__in=wanted)}
        rated = [comment.pk for comment in comments.values() if comment.up_count or comment.down_count]
        if rated:
            for comment_id, user_id, value in CommentRating.objects.filter(comment_id__in=rated).values_list(
                "comment_id", "user_id", "value"
            ):
                ratings.setdefault(comment_id, {})[user_id] = value
    events = []
    for row in rows:
        if row.comment_id is None:
            frame = ticket_frame(payload=row.payload, seq=row.seq)
        else:
            frame = comment_frame(
                action=row.payload["action"], document=comment_document(comments[row.comment_id]), seq=row.seq
            )
        events.append(
            event(
                ticket_number=ticket.ticket_number,
                access_version=ticket.access_version,
                seq=row.seq,
                frame=frame,
                is_internal=row.is_internal,
                ratings=ratings.get(row.comment_id or 0),
            )
        )
    return events
