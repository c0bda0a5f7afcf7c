"""Mails about accounts. They go through the outbox, in the transaction of what they tell of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

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
            language=user.language or None,
            context={name: value for name, value in context.items() if value},
            event_id=event_id,
        )
    )


def readable(moment: datetime) -> str:
    """Return a time as people read it; mails know no time zone of theirs."""
    return f"{moment:%d %B %Y, %H:%M} UTC".lstrip("0")


def by_code(code: str, **params: Any) -> dict[str, Any]:
    """Return a sentence by code, for readers in other languages than English."""
    return {"code": code, "params": params}


def _place(origin: Origin) -> dict[str, Any]:
    browser, _, system = origin.device.partition(" on ")
    device_text = by_code("device", browser=browser, system=system) if system else None
    return {"device": origin.device, "device_text": device_text, "ip_address": origin.address}


def mail_code(user: User, *, code: str, event_id: str, expires_at: datetime, origin: Origin) -> None:
    """Say as well who asks: of several codes at once, people must tell theirs from an attacker's."""
    send("otp_code", user, event_id=f"otp-{event_id}", code=code, expires_at=readable(expires_at), **_place(origin))


def mail_address_code(
    user: User, *, email: str, code: str, now: datetime, expires_at: datetime, origin: Origin
) -> None:
    """Mail a code to an address that is to become the person's. By id, it would go to the present address."""
    context = {"code": code, "expires_at": readable(expires_at), **_place(origin)}
    with transaction.atomic():
        enqueue(
            SendEmail(
                notification_type="address_code",
                user_id=None,
                user_email=email,
                language=user.language or None,
                context={name: value for name, value in context.items() if value},
                event_id=f"address-{user.pk}-{int(now.timestamp() * 1000)}",
            )
        )


def notify_locked(user: User, *, until: datetime, attempts: int, now: datetime, origin: Origin) -> None:
    send(
        "account_locked",
        user,
        event_id=f"locked-{user.pk}-{int(until.timestamp())}",
        locked_until=readable(until),
        attempts=attempts,
        occurred_at=readable(now),
        **_place(origin),
    )


def notify_failures(user: User, *, attempts: int, now: datetime, origin: Origin) -> None:
    send(
        "failed_login",
        user,
        event_id=f"failed-{user.pk}-{int(now.timestamp())}",
        attempts=attempts,
        occurred_at=readable(now),
        **_place(origin),
    )


def notify_new_device(user: User, *, sid: str, origin: Origin, now: datetime) -> None:
    send("login_alert", user, event_id=f"login-{sid}", occurred_at=readable(now), **_place(origin))


def notify_profile_change(
    user: User,
    *,
    event_id: str,
    changes: str,
    text: dict[str, Any],
    now: datetime,
    origin: Origin,
    actor_name: str = "",
    email: str | None = None,
) -> None:
    """Tell of a change to the account; at the old address when the address itself has changed.

    `text` says by code what `changes` says in English.
    """
    context = {
        "changes": changes,
        "changes_text": text,
        "occurred_at": readable(now),
        "actor_name": actor_name,
        **_place(origin),
    }
    with transaction.atomic():
        enqueue(
            SendEmail(
                notification_type="profile_change",
                # By id, the mail would go to the address of now.
                user_id=user.pk if email is None else None,
                user_email=email or user.email,
                language=user.language or None,
                context={name: value for name, value in context.items() if value},
                event_id=event_id,
            )
        )


def mail_reset_link(user: User, *, link: str, link_id: int, expires_at: datetime, origin: Origin) -> None:
    send(
        "password_reset",
        user,
        event_id=f"reset-{link_id}",
        link=link,
        expires_at=readable(expires_at),
        ip_address=origin.address,
    )


def mail_invitation(user: User, *, link: str, link_id: int, expires_at: datetime, invited_by: str) -> None:
    send(
        "invitation",
        user,
        event_id=f"invitation-{link_id}",
        link=link,
        expires_at=readable(expires_at),
        invited_by=invited_by,
    )
