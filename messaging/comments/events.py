"""A ticket's events read from the database, as the frames that were, or should have been, sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from comments.documents import comment_document
from comments.models import Comment, CommentRating
from tickets.events import Event, event_of, ticket_frame
from tickets.models import Ticket, TicketEvent
from tickets.readers import versions_of_readers


def comment_frame(*, action: str, document: dict[str, Any], seq: int) -> dict[str, Any]:
    return {"type": "comment_update", "action": action, "comment": document, "seq": seq}


@dataclass(frozen=True)
class TicketState:
    """What an open ticket needs from the database."""

    ticket_number: str
    seq: int
    access_version: int
    readers: dict[int, int | None]  # who may read, and the version of the person that was read
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
    comments = Comment.objects.with_parts().in_bulk({row.comment_id for row in rows if row.comment_id is not None})
    ratings: dict[int, dict[int, str]] = {}
    rated = [comment.pk for comment in comments.values() if comment.up_count or comment.down_count]
    for rating in CommentRating.objects.filter(comment_id__in=rated):
        ratings.setdefault(rating.comment_id, {})[rating.user_id] = rating.value
    events = []
    for row in rows:
        if row.comment_id is None:
            frame = ticket_frame(payload=row.payload, seq=row.seq)
        else:
            document = comment_document(comments[row.comment_id])
            frame = comment_frame(action=row.payload["action"], document=document, seq=row.seq)
        shown = ratings.get(row.comment_id or 0)
        events.append(event_of(ticket, row, frame=frame, ratings=shown))
    return events
