"""Record security events, in the transaction of what they tell of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from security.models import SecurityEvent
from ticketing_common.context import current_request_id

Kind = SecurityEvent.Kind


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a request came from."""

    address: str | None = None
    device: str = ""


NOWHERE = Origin()


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who does something, and from where. Without an id: a service with the named `key`, or the operators' command."""

    user_id: int | None = None
    origin: Origin = NOWHERE
    key: str = ""


OPERATOR = Actor()


def record(
    kind: SecurityEvent.Kind, *, now: datetime, by: Actor = OPERATOR, user_id: int | None = None, **details: Any
) -> SecurityEvent:
    """Record that `by` did this, or had it happen, to the person `user_id`."""
    event = _event(kind, now, by, user_id, details)
    event.save(force_insert=True)
    return event


def record_of_each(
    kind: SecurityEvent.Kind, *, now: datetime, by: Actor = OPERATOR, user_ids: Iterable[int], **details: Any
) -> None:
    """Record one event for each of these people, with the same details, in one statement."""
    SecurityEvent.objects.bulk_create([_event(kind, now, by, user_id, details) for user_id in user_ids])


def _event(
    kind: SecurityEvent.Kind, now: datetime, by: Actor, user_id: int | None, details: dict[str, Any]
) -> SecurityEvent:
    return SecurityEvent(
        kind=kind,
        occurred_at=now,
        actor_id=by.user_id,
        user_id=user_id,
        address=by.origin.address,
        device=by.origin.device[:120],
        request_id=current_request_id(),
        details=details | ({"api_key": by.key} if by.key else {}),
    )
