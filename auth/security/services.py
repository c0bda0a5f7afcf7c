"""Record security events, in the transaction of what they tell of."""

from __future__ import annotations

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
    where = by.origin
    if by.key:
        details["api_key"] = by.key
    return SecurityEvent.objects.create(
        kind=kind,
        occurred_at=now,
        actor_id=by.user_id,
        user_id=user_id,
        address=where.address,
        device=where.device[:120],
        request_id=current_request_id(),
        details=details,
    )
