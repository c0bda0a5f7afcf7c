"""Choose, confirm and give up a second factor. Each needs the password again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from security.services import Actor, Kind, record
from signin import guard, passkeys, totp
from signin.mails import by_code, notify_profile_change
from signin.models import LoginChallenge, Passkey, TotpDevice
from signin.services import OtpInvalid
from system_roles.services import lock_person, publish_can_sign_in
from ticketing_common.errors import Conflict
from users.models import User
from users.services import confirm_password
from users.texts import ascii_code

Method = User.OtpMethod
SENTENCES = {
    Method.NONE: "Your account no longer asks for a second factor.",
    Method.EMAIL: "Your account now asks for a code that comes by mail.",
    Method.TOTP: "Your account now asks for a code of your authenticator app.",
    Method.PASSKEY: "Your account now asks for a passkey after the password.",
}

TEXT_CODES = {
    Method.NONE: "second_factor_none",
    Method.EMAIL: "second_factor_email",
    Method.TOTP: "second_factor_totp",
    Method.PASSKEY: "second_factor_passkey",
}

# Whoever loses the thing itself gets in by a recovery code.
WITH_CODES = (Method.TOTP, Method.PASSKEY)


class NothingToConfirm(Conflict):
    code = "nothing_to_confirm"
    default_detail = "No authenticator app is being set up. Start again."


class NoAuthenticator(Conflict):
    code = "no_authenticator"
    default_detail = "Recovery codes belong to an authenticator app or a passkey, and this account asks for none."


class NoPasskeyYet(Conflict):
    code = "no_passkey"
    default_detail = "Add a passkey first."


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What the app needs; shown this one time."""

    secret: str
    uri: str


def choose_email(*, user_id: int, password: str, by: Actor, now: datetime) -> User:
    confirm_password(user_id=user_id, password=password, now=now)
    return _switch(user_id, Method.EMAIL, by, now)


def choose_passkey(*, user_id: int, password: str, by: Actor, now: datetime) -> list[str]:
    """Ask for a passkey after the password from now on; return the recovery codes for the day it is lost."""
    confirm_password(user_id=user_id, password=password, now=now)
    with transaction.atomic():
        user = lock_person(user_id)
        if not Passkey.objects.filter(user=user).exists():
            raise NoPasskeyYet(attr="method")
        _switch(user_id, Method.PASSKEY, by, now)
        return totp.new_recovery_codes(user=user)


def begin_totp(*, user_id: int, password: str, now: datetime) -> Setup:
    """Make a secret for the app. The present factor stays in force until the app is confirmed."""
    user = confirm_password(user_id=user_id, password=password, now=now)
    if user.otp_method == Method.TOTP:
        raise Conflict("Give up the present authenticator app first.")
    secret, uri = totp.begin(user=user, now=now)
    return Setup(secret=secret, uri=uri)


def confirm_totp(*, user_id: int, code: str, by: Actor, now: datetime) -> list[str]:
    """Take the app into use when it shows the right code; return the recovery codes."""
    user = User.objects.get(pk=user_id)
    if not TotpDevice.objects.filter(user=user, confirmed_at__isnull=True).exists():
        raise NothingToConfirm()
    guard.reserve(guard.ACCOUNT_CODES, f"user:{user_id}@self", now=now)
    with transaction.atomic():
        if not totp.confirm(user=user, code=ascii_code(code), now=now):
            raise OtpInvalid(attr="code")
        guard.clear_one(guard.ACCOUNT_CODES, f"user:{user_id}@self")
        user = _switch(user_id, Method.TOTP, by, now)
        return totp.new_recovery_codes(user=user)


def give_up(*, user_id: int, password: str, by: Actor, now: datetime) -> User:
    confirm_password(user_id=user_id, password=password, now=now)
    return _switch(user_id, Method.NONE, by, now)


@transaction.atomic
def take_away(*, user_id: int, by: Actor, now: datetime) -> User:
    """Switch off the second factor of somebody who has lost it, as an administrator. Their passkeys go with it."""
    user = lock_person(user_id)
    could_sign_in = user.can_sign_in
    passkeys.remove_all(user, by=by, now=now)
    user = _switch(user_id, Method.NONE, by, now)
    if user.can_sign_in != could_sign_in:
        publish_can_sign_in(user)
    return user


def renew_recovery_codes(*, user_id: int, password: str, by: Actor, now: datetime) -> list[str]:
    user = confirm_password(user_id=user_id, password=password, now=now)
    if user.otp_method not in WITH_CODES:
        raise NoAuthenticator()
    record(Kind.OTP_CHANGED, now=now, by=by, user_id=user_id, what="recovery_codes")
    return totp.new_recovery_codes(user=user)


@transaction.atomic
def _switch(user_id: int, method: User.OtpMethod, by: Actor, now: datetime) -> User:
    user = lock_person(user_id)
    if method != Method.TOTP:
        totp.forget(user=user)
    if user.otp_method == method:
        return user
    user.otp_method = method
    user.save(update_fields=["otp_method"])
    LoginChallenge.objects.filter(user=user, closed_at__isnull=True).update(closed_at=now)
    record(Kind.OTP_CHANGED, now=now, by=by, user_id=user_id, method=method)
    notify_profile_change(
        user,
        event_id=f"otp-method-{user_id}-{int(now.timestamp() * 1000)}",
        changes=SENTENCES[method],
        text=by_code(TEXT_CODES[method]),
        now=now,
        origin=by.origin,
    )
    return user
