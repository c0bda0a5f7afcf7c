"""Change one's own profile. A new address counts once the code that was mailed to it comes back."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from security.services import Actor, Kind, record
from signin import guard
from signin.mails import mail_address_code
from signin.services import OTP_LIFETIME, RESEND_PAUSE, TooEarly
from system_roles.services import lock_person
from ticketing_common.errors import Invalid
from users.models import AddressChange, User
from users.services import EmailTaken, confirm_password, update_user
from users.texts import ascii_code, login_name

# Codes sent to one address, whoever asks.
CODES_TO_ADDRESS = guard.Limit("codes_to_address", 5, timedelta(hours=1))


class EmailCodeInvalid(Invalid):
    code = "email_code_invalid"
    default_detail = "The code is wrong."


class EmailCodeExpired(Invalid):
    code = "email_code_expired"
    default_detail = "There is no valid code for this address. Ask for a new one."


@dataclass(frozen=True, kw_only=True)
class CodeSent:
    """A code is on its way to `email`, good for `expires_in` seconds. Nothing has been changed yet."""

    email: str
    expires_in: int


def update_self(
    *, user_id: int, changes: dict[str, Any], password: str | None, code: str | None, by: Actor, now: datetime
) -> CodeSent | None:
    """Change one's own profile. A new address needs the password and a code that is mailed to that address.

    Without a code, one is sent and nothing is changed; the same changes with the code are made as a whole.
    """
    if "email" in changes:
        user = confirm_password(user_id=user_id, password=password, now=now)
        email = login_name(changes["email"])
        if email != user.email:
            if code is None:
                return send_code(user=user, email=email, by=by, now=now)
            confirm(user_id=user_id, email=email, code=code, changes=changes, by=by, now=now)
            return None
    update_user(user_id=user_id, changes=changes, by=by, now=now)
    return None


def send_code(*, user: User, email: str, by: Actor, now: datetime) -> CodeSent:
    """Mail a code to the new address. The person's earlier code, for whatever address, is void."""
    if User.objects.by_login(email).exists():
        raise EmailTaken(attr="email")
    with transaction.atomic():
        lock_person(user.pk)
        before = AddressChange.objects.filter(user=user, email=email).first()
        wait = (before.created_at + RESEND_PAUSE - now).total_seconds() if before else 0
        if wait > 0:
            raise TooEarly(retry_after=int(wait) + 1)
        guard.reserve(guard.CODES_SENT, _key(user.pk), now=now)
        guard.reserve(CODES_TO_ADDRESS, guard.fingerprint(email), now=now)
        code = f"{secrets.randbelow(1_000_000):06d}"
        row, _ = AddressChange.objects.update_or_create(
            user=user,
            defaults={
                "email": email,
                "code_hash": _hash_code(user.pk, email, code),
                "attempts": 0,
                "created_at": now,
                "expires_at": now + OTP_LIFETIME,
            },
        )
        mail_address_code(user, email=email, code=code, now=now, expires_at=row.expires_at, origin=by.origin)
        record(Kind.OTP_SENT, now=now, by=by, user_id=user.pk, purpose="email_change")
    return CodeSent(email=email, expires_in=int(OTP_LIFETIME.total_seconds()))


def confirm(*, user_id: int, email: str, code: str, changes: dict[str, Any], by: Actor, now: datetime) -> None:
    """Make the changes if this is the code for this address. Tries are counted before anything is compared."""
    open_ones = AddressChange.objects.filter(user=user_id, email=email, expires_at__gt=now)
    if not open_ones.filter(attempts__lt=AddressChange.MAX_ATTEMPTS).update(attempts=F("attempts") + 1):
        raise EmailCodeExpired(attr="email_code")
    guard.reserve(guard.ACCOUNT_CODES, _key(user_id), now=now)
    code_hash = _hash_code(user_id, email, ascii_code(code))
    stored = open_ones.values_list("code_hash", flat=True).first()
    if stored is None or not hmac.compare_digest(stored, code_hash):
        record(Kind.OTP_FAILED, now=now, by=by, user_id=user_id, purpose="email_change")
        raise EmailCodeInvalid(attr="email_code")
    with transaction.atomic():
        lock_person(user_id)
        if not open_ones.filter(code_hash=code_hash).delete()[0]:
            raise EmailCodeExpired(attr="email_code")
        update_user(user_id=user_id, changes=changes, by=by, now=now)
    guard.clear_one(guard.ACCOUNT_CODES, _key(user_id))


def _key(user_id: int) -> str:
    """Return the name under which codes for a new address are counted."""
    return f"user:{user_id}@email"


def _hash_code(user_id: int, email: str, code: str) -> str:
    """Keyed: of six digits, a plain hash would tell the code. Bound to the person and the address."""
    return hmac.new(
        settings.SECRET_KEY.encode(), f"email:{user_id}:{email}:{code}".encode(), hashlib.sha256
    ).hexdigest()
