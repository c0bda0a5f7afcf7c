"""Codes of an authenticator app, and recovery codes for the day it is lost."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime
from enum import Enum

import pyotp
from cryptography.fernet import InvalidToken
from django.db import transaction

from keys.services import cipher, secret_keys
from signin.models import RecoveryCode, TotpDevice
from users.models import User

ISSUER = "Ticket Tracking System"
STEP_SECONDS = 30
RECOVERY_CODES = 10
# Without letters and digits that look alike.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def begin(*, user: User, now: datetime) -> tuple[str, str]:
    """Start or restart the set-up; return the secret and the address that the app reads from a QR code."""
    secret = pyotp.random_base32()
    TotpDevice.objects.update_or_create(
        user=user,
        defaults={
            "secret_encrypted": cipher("totp").encrypt(secret.encode()),
            "created_at": now,
            "confirmed_at": None,
            "last_step": 0,
        },
    )
    return secret, pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=ISSUER)


class Verdict(Enum):
    """What became of a code that was typed."""

    RIGHT = "right"
    WRONG = "wrong"
    USED = "used"


def use_code(*, user_id: int, code: str, now: datetime) -> Verdict:
    """Use up the code of the app, or a recovery code. Each is good once, however many try it at the same moment."""
    if len(code) == 6 and code.isascii() and code.isdigit():
        device = TotpDevice.objects.filter(user_id=user_id, confirmed_at__isnull=False).first()
        return Verdict.WRONG if device is None else _use_step(device, code, now)
    plain = code.lower().replace("-", "")
    wanted = [_hash(user_id, plain, secret) for secret in secret_keys()]
    rows = RecoveryCode.objects.filter(user_id=user_id, code_hash__in=wanted, used_at__isnull=True)
    return Verdict.RIGHT if rows.update(used_at=now) else Verdict.WRONG


def confirm(*, user: User, code: str, now: datetime) -> bool:
    """Take the app into use when it shows the right code."""
    device = TotpDevice.objects.filter(user=user, confirmed_at__isnull=True).first()
    if device is None or _use_step(device, code, now) is not Verdict.RIGHT:
        return False
    TotpDevice.objects.filter(pk=device.pk).update(confirmed_at=now)
    return True


def _use_step(device: TotpDevice, code: str, now: datetime) -> Verdict:
    try:
        secret = cipher("totp").decrypt(bytes(device.secret_encrypted)).decode()
    except InvalidToken:  # sealed with a secret that was given up: an administrator must reset the factor
        return Verdict.WRONG
    clock = pyotp.TOTP(secret)
    present = int(now.timestamp()) // STEP_SECONDS
    for step in (present, present - 1, present + 1):
        if hmac.compare_digest(clock.generate_otp(step).encode(), code.encode()):
            is_new = TotpDevice.objects.filter(pk=device.pk, last_step__lt=step).update(last_step=step)
            return Verdict.RIGHT if is_new else Verdict.USED
    return Verdict.WRONG


@transaction.atomic
def new_recovery_codes(*, user: User) -> list[str]:
    """Replace the person's recovery codes; the plain codes are shown this one time."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(user=user, code_hash=_hash(user.pk, code, secret_keys()[0])) for code in codes]
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def recovery_codes_left(*, user_id: int) -> int:
    return RecoveryCode.objects.filter(user_id=user_id, used_at__isnull=True).count()


@transaction.atomic
def forget(*, user: User) -> None:
    TotpDevice.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()


def _hash(user_id: int, code: str, secret: str) -> str:
    return hmac.new(secret.encode(), f"recovery:{user_id}:{code}".encode(), hashlib.sha256).hexdigest()
