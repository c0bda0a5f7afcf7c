"""Numbered events of a ticket as the frames that clients get, over sockets and over REST.

An event travels between processes as a dictionary: the encoded frame, who may see it, and the ratings it shows. What
differs between recipients is put into the encoded text, so that a frame is encoded once.
"""

from __future__ import annotations

from typing import Any

import orjson

from tickets.models import Ticket, TicketEvent

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


def ticket_frame(*, payload: dict[str, Any], seq: int) -> dict[str, Any]:
    return {
        "type": "ticket_update",
        "event": payload["event"],
        "task": payload["task"],
        "occurred_at": payload["occurred_at"],
        "seq": seq,
    }


def event_of(
    ticket: Ticket,
    row: TicketEvent,
    *,
    frame: dict[str, Any],
    ratings: dict[int, str] | None = None,
) -> Event:
    """Return the event as it travels between processes; `ratings` are the values by user id."""
    return {
        "type": "event",
        "ticket": ticket.ticket_number,
        "access": ticket.access_version,
        "seq": row.seq,
        "kind": str(row.kind),
        "at": row.occurred_at.timestamp(),
        "text": encode(frame),
        "internal": row.is_internal,
        "mine": {str(user_id): value for user_id, value in (ratings or {}).items()},
    }


def text_for(event: Event, *, user_id: int, sees_internal: bool) -> str:
    """Return the frame of the event as this person gets it."""
    if event["internal"] and not sees_internal:
        return skip_frame(event["seq"])
    return with_rating(event["text"], event["mine"].get(str(user_id)))
