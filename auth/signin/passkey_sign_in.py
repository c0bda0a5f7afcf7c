"""Sign in with a passkey: alone, no name typed, or as the second step after the password."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from security.services import Actor, Kind, Origin, record
from signin import ceremonies, guard, services
from signin.ceremonies import Answer, PasskeyCopied, PasskeyInvalid, Purpose
from signin.housekeeping import tidy_now_and_then
from signin.models import LoginChallenge, Passkey, PasskeyOwner
from signin.password_sign_in import refuse_unless_allowed
from signin.sessions import Pair
from ticketing_common.errors import Conflict, Refusal

QUARTER = timedelta(minutes=15)
# Sign-ins begun from one address: an office may share it.
STARTS = guard.Limit("passkey_starts", 500, QUARTER)
# Answers of one address that did not fit.
ANSWERS_FROM_ADDRESS = guard.Limit("passkey_answers", 100, QUARTER)


class NoPasskey(Conflict):
    code = "no_passkey"
    default_detail = "This account has no passkey. Use the code instead."


def begin(*, token: str | None, browser: str, origin: Origin, now: datetime) -> dict[str, Any]:
    """Return what the browser needs to ask for a passkey. `token` is the challenge of a second step, if it is one."""
    tidy_now_and_then(now=now)
    guard.reserve(STARTS, origin.address or "unknown", now=now)
    step = None
    if token is not None:
        step = LoginChallenge.objects.open(now).filter(token_hash=services.hash_token(token)).first()
        if step is None:
            raise services.OtpExpired()
        if not Passkey.objects.filter(user=step.user_id).exists():
            raise NoPasskey()
    return ceremonies.sign_in_options(browser=browser, step=step, now=now)


def sign_in(*, answer: Answer, browser: str, device: str | None, origin: Origin, now: datetime) -> Pair:
    """Open a session for the owner of the passkey, which must have verified them. `device` is the browser's cookie.

    Whether the account is active, locked or may sign in here at all is told only to whoever holds the true key.
    """
    address = origin.address or "unknown"
    guard.reserve(ANSWERS_FROM_ADDRESS, address, now=now)
    challenge = ceremonies.take_challenge(answer=answer, purpose=Purpose.SIGN_IN, holder=browser, now=now)
    passkey = _passkey(answer)
    try:
        if passkey is None or not _is_owners(answer, passkey):
            raise PasskeyInvalid()
        ceremonies.verify_answer(answer, passkey=passkey, challenge=challenge, is_alone=True, now=now)
        user = passkey.user
        if not user.is_active:
            raise PasskeyInvalid()
    except PasskeyInvalid as refusal:
        _record_refusal(passkey, refusal, origin=origin, now=now)
        if passkey is not None:
            services.count_failure(passkey.user, origin=origin, now=now, device=device)
        raise
    guard.give_back(ANSWERS_FROM_ADDRESS, address)
    services.refuse_locked(user, device=device, now=now)
    refuse_unless_allowed(user, origin=origin, now=now)
    return services.open_session_of(user, origin=origin, now=now, device=device, passkey=passkey.pk)


def finish(*, token: str, answer: Answer, browser: str, device: str | None, origin: Origin, now: datetime) -> Pair:
    """Finish a sign-in with a passkey of whoever gave the password. It counts as a try, as a code does."""
    step = services.take_attempt(token, now=now)
    challenge = ceremonies.take_challenge(
        answer=answer, purpose=Purpose.SECOND_FACTOR, holder=browser, step=step, now=now
    )
    passkey = _passkey(answer)
    try:
        if passkey is None or passkey.user_id != step.user_id:
            raise PasskeyInvalid()
        ceremonies.verify_answer(answer, passkey=passkey, challenge=challenge, is_alone=False, now=now)
    except PasskeyInvalid as refusal:
        own = passkey if passkey and passkey.user_id == step.user_id else None
        _record_refusal(own, refusal, origin=origin, now=now, user_id=step.user_id)
        raise
    return services.finish_step(step, origin=origin, now=now, device=device, passkey=passkey.pk)


def _passkey(answer: Answer) -> Passkey | None:
    rows = Passkey.objects.select_related("user")
    return rows.filter(credential_id=ceremonies.credential_id_of(answer)).first()


def _is_owners(answer: Answer, passkey: Passkey) -> bool:
    """Whether the authenticator keeps this passkey for the person to whom it belongs here."""
    handle = ceremonies.user_handle_of(answer)
    return bool(handle) and PasskeyOwner.objects.filter(user=passkey.user_id, handle=handle).exists()


def _record_refusal(
    passkey: Passkey | None, refusal: Refusal, *, origin: Origin, now: datetime, user_id: int | None = None
) -> None:
    owner = passkey.user_id if passkey else user_id
    details = {"method": "passkey"} | ({"passkey": passkey.pk} if passkey else {})
    by = Actor(origin=origin)
    if isinstance(refusal, PasskeyCopied):
        record(Kind.PASSKEY_COUNT_WENT_BACK, now=now, by=by, user_id=owner, **details)
    kind = Kind.OTP_FAILED if user_id else Kind.SIGN_IN_FAILED
    record(kind, now=now, by=by, user_id=owner, reason=refusal.code, **details)
