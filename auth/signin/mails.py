"""Mails about signing in. They go through the outbox, in the transaction of what they tell of."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from security.services import Origin
from ticketing_common.contracts.messages import SendEmail
from ticketing_common.outbox import enqueue
from users.models import User


@transaction.atomic
def send(notification_type: str, user: User, *, event_id: str, **context: Any) -> None:
    """Mail the person. Their address travels along: notification_service may not know them yet."""
    enqueue(
        SendEmail(
            notification_type=notification_type,
            user_id=user.pk,
            user_email=user.email,
            context={"full_name": user.full_name, **context},
            event_id=event_id,
        )
    )


def _place(origin: Origin) -> dict[str, str]:
    return {"device": origin.device, "address": origin.address or "unknown"}


def tell_code(user: User, *, code: str, event_id: str, lifetime: timedelta, origin: Origin) -> None:
    minutes = int(lifetime.total_seconds() // 60)
    send("otp_code", user, event_id=f"otp-{event_id}", code=code, expires_minutes=minutes, **_place(origin))


def tell_locked(user: User, *, until: datetime, origin: Origin) -> None:
    send(
        "account_locked",
        user,
        event_id=f"locked-{user.pk}-{int(until.timestamp())}",
        locked_until=until.isoformat(),
        link=f"{settings.FRONTEND_URL}/forgot",
        **_place(origin),
    )


def tell_new_device(user: User, *, sid: str, origin: Origin, now: datetime) -> None:
    send(
        "login_alert",
        user,
        event_id=f"login-{sid}",
        occurred_at=now.isoformat(),
        link=f"{settings.FRONTEND_URL}/profile",
        **_place(origin),
    )


def tell_profile_change(user: User, *, event_id: str, what: str, now: datetime, email: str | None = None) -> None:
    """Tell of a change to the account; at the old address when the address itself has changed."""
    with transaction.atomic():
        enqueue(
            SendEmail(
                notification_type="profile_change",
                user_id=user.pk,
                user_email=email or user.email,
                context={
                    "full_name": user.full_name,
                    "what": what,
                    "occurred_at": now.isoformat(),
                    "link": f"{settings.FRONTEND_URL}/profile",
                },
                event_id=event_id,
            )
        )
