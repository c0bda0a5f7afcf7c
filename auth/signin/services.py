"""Signing in: the password, then the second factor where the account has one."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core import signing
from django.db import transaction
from django.db.models import F

from security.services import Actor, Kind, Origin, record
from signin import captcha, guard, sessions, totp
from signin.housekeeping import tidy_now_and_then
from signin.mails import mail_code, notify_failures, notify_locked, notify_new_device
from signin.models import LoginChallenge, ProviderSession, RefreshSession
from signin.password_sign_in import refuse_unless_allowed
from signin.sessions import Pair, Reason
from ticketing_common.errors import Refusal
from users.models import User, normal_password
from users.texts import ascii_code

OTP_LIFETIME = timedelta(minutes=10)
MAX_RESENDS = 3
RESEND_PAUSE = timedelta(seconds=30)
DEVICE_LIFETIME = timedelta(days=180)
DEVICE_SALT = "signin.device"
ALERT_MEMORY = timedelta(days=90)


class InvalidCredentials(Refusal):
    code = "invalid_credentials"
    status_code = 401
    default_detail = "The e-mail address or the password is wrong."


class AccountLocked(Refusal):
    code = "account_locked"
    status_code = 423
    default_detail = "Too many wrong tries: the account is locked for a while. Resetting the password unlocks it."


class OtpRequired(Refusal):
    code = "otp_required"
    status_code = 401
    default_detail = "This account needs a second factor: sign in with /login/."


class OtpInvalid(Refusal):
    code = "otp_invalid"
    status_code = 401
    default_detail = "The code is wrong."


class OtpUsed(OtpInvalid):
    code = "otp_used"
    default_detail = "This code was used already. Wait for the next one."


class OtpExpired(Refusal):
    code = "otp_expired"
    status_code = 401
    default_detail = "This sign-in has expired or has been used. Start again."


class TooEarly(guard.Throttled):
    default_detail = "A code was sent just now. Wait a little before asking for another."


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """What the client sends back with the code."""

    token: str
    method: str
    expires_in: int
    # Whether a passkey of the person will do instead of the code.
    takes_passkey: bool = False


def check_password(
    *, login: str, password: str, solution: str | None, device: str | None, origin: Origin, now: datetime
) -> User:
    """Return the active person with this password, or refuse.

    Unknown, inactive and known accounts take the same way: the same counters, one hash, the same answer. Tries are
    counted before the hash and given back when it fits. An account that is being attacked stays open to a browser
    that has signed in to it before.
    """
    user = User.objects.by_login(login).first()
    # By what was typed: a counter that address and user name shared would tell that they belong to one account.
    name = guard.name_key(login)
    address = origin.address or "unknown"
    here = f"{name}@{address}"
    known_device = device_key(user, device) if user else ""
    if user is not None and known_device:
        here = f"user:{user.pk}@device:{known_device}"

    guard.reserve(guard.ACCOUNT_AT_ADDRESS, here, now=now)
    if not known_device:
        at_address = guard.reserve(guard.ADDRESS_CAPTCHA, address, now=now, at_most=guard.ADDRESS_LIMIT_COUNT)
        tries, _ = guard.count(guard.ACCOUNT_CAPTCHA, name, now=now)
        is_flooded = guard.is_flooded(now=now)
        if is_flooded or tries > guard.ACCOUNT_CAPTCHA.count or at_address > guard.ADDRESS_CAPTCHA.count:
            try:
                captcha.check_solution(solution, now=now)
            except captcha.CaptchaRequired:
                _give_back(here, name, address, bool(known_device))  # nothing was tried
                raise

    is_right = _is_right_password(user, password)
    if user is None or not is_right or not user.is_active:
        _record_failure(user, name, origin, now, is_counted=not known_device)
        raise InvalidCredentials()
    _give_back(here, name, address, bool(known_device))
    refuse_locked(user, device=device, now=now)
    return user


def refuse_locked(user: User, *, device: str | None, now: datetime) -> None:
    """Raise `AccountLocked`, except to a browser that the person has signed in with before."""
    if user.is_locked(now) and not knows_device(user, device):
        seconds = int((user.locked_until - now).total_seconds()) + 1  # type: ignore[operator]
        raise AccountLocked(retry_after=seconds)


def _give_back(here: str, name: str, address: str, is_known_device: bool) -> None:
    guard.give_back(guard.ACCOUNT_AT_ADDRESS, here)
    if not is_known_device:
        guard.give_back(guard.ADDRESS_CAPTCHA, address)
        guard.give_back(guard.ACCOUNT_CAPTCHA, name)
        guard.give_back_flood()


def _is_right_password(user: User | None, password: str) -> bool:
    """Compare the password; for nobody, take as long as comparing takes, for each spelling that would be tried."""
    if user is not None:
        return user.check_password(password)
    for spelling in {normal_password(password), password}:
        make_password(spelling)
    return False


@transaction.atomic
def _record_failure(user: User | None, name: str, origin: Origin, now: datetime, *, is_counted: bool) -> None:
    record(Kind.SIGN_IN_FAILED, now=now, by=Actor(origin=origin), user_id=user.pk if user else None)
    if is_counted:
        _count_failure(user, name, origin, now)


@transaction.atomic
def count_failure(user: User, *, origin: Origin, now: datetime, device: str | None) -> None:
    """Count a failed sign-in of this person towards the lock, unless it came from a browser of theirs."""
    if not knows_device(user, device):
        _count_failure(user, "", origin, now)


def _count_failure(user: User | None, name: str, origin: Origin, now: datetime) -> None:
    account = f"user:{user.pk}" if user else name
    tries, _ = guard.count(guard.ACCOUNT_LOCK, account, now=now)
    if user is None or not user.is_active or user.is_locked(now):
        return
    if tries >= guard.ACCOUNT_CAPTCHA.count and guard.count(guard.WARNINGS, account, now=now)[0] == 1:
        notify_failures(user, attempts=tries, now=now, origin=origin)
    if tries < guard.ACCOUNT_LOCK.count:
        return
    until = now + guard.LOCK_FOR
    # Of many failures at once, one locks and sends the mail.
    if User.objects.filter(pk=user.pk).exclude(locked_until__gt=now).update(locked_until=until):
        record(Kind.ACCOUNT_LOCKED, now=now, by=Actor(origin=origin), user_id=user.pk, until=until.isoformat())
        notify_locked(user, until=until, attempts=guard.ACCOUNT_LOCK.count, now=now, origin=origin)


def log_in(
    *, login: str, password: str, solution: str | None, device: str | None, origin: Origin, now: datetime
) -> Pair | Challenge:
    """Open a session, or ask for the second factor."""
    tidy_now_and_then(now=now)
    user = check_password(login=login, password=password, solution=solution, device=device, origin=origin, now=now)
    refuse_unless_allowed(user, origin=origin, now=now)
    if user.otp_method == User.OtpMethod.NONE:
        return open_session_of(user, origin=origin, now=now, device=device)
    return challenge_person(user, origin=origin, now=now, device=device)


def obtain_tokens(*, login: str, password: str, solution: str | None, origin: Origin, now: datetime) -> Pair:
    """Open a session for a script. Accounts with a second factor can't be used so."""
    user = check_password(login=login, password=password, solution=solution, device=None, origin=origin, now=now)
    refuse_unless_allowed(user, origin=origin, now=now)
    if user.otp_method != User.OtpMethod.NONE:
        raise OtpRequired()
    return open_session_of(user, origin=origin, now=now, device=None)


@transaction.atomic
def open_session_of(
    user: User, *, origin: Origin, now: datetime, device: str | None, passkey: int | None = None
) -> Pair:
    """Open a session for a person who has proved who they are, and tell them of a device that is new.

    `passkey` is the id of the one that they proved it with.
    """
    earlier = RefreshSession.objects.filter(user=user, created_at__gt=now - ALERT_MEMORY)
    is_news = (
        earlier.exists()
        and not knows_device(user, device)
        and not earlier.filter(device=origin.device, address=origin.address).exists()
    )
    details = {} if passkey is None else {"method": "passkey", "passkey": passkey}
    pair = sessions.open_session(user_id=user.pk, origin=origin, now=now, **details)
    if is_news:
        notify_new_device(user, sid=pair.sid, origin=origin, now=now)
    return pair


# --- the second factor -------------------------------------------------------------------------------------------


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _hash_code(token_hash: str, code: str) -> str:
    """Six digits are quickly tried through, so the hash is keyed by the secret and bound to its challenge."""
    return hmac.new(settings.SECRET_KEY.encode(), f"otp:{token_hash}:{code}".encode(), hashlib.sha256).hexdigest()


def challenge_person(user: User, *, origin: Origin, now: datetime, device: str | None) -> Challenge:
    """Ask a person who has proved who they are for their second factor. `device` is the browser's cookie."""
    return _challenge(user, origin=origin, now=now, device=device_key(user, device))


@transaction.atomic
def _challenge(user: User, *, origin: Origin, now: datetime, device: str, resends: int = 0) -> Challenge:
    """Start the second step. A newer challenge closes the older ones, those of known browsers apart.

    Whoever knows the password could otherwise keep the person out by starting over and over.
    """
    LoginChallenge.objects.filter(user=user, device=device, closed_at__isnull=True).update(closed_at=now)
    token = secrets.token_urlsafe(32)
    token_hash = hash_token(token)
    row = LoginChallenge(
        user=user,
        token_hash=token_hash,
        method=user.otp_method,
        device=device,
        resends=resends,
        created_at=now,
        expires_at=now + OTP_LIFETIME,
    )
    if user.otp_method == User.OtpMethod.EMAIL:
        guard.reserve(guard.CODES_SENT, codes_key(user.pk, device), now=now)
        code = f"{secrets.randbelow(1_000_000):06d}"
        row.code_hash = _hash_code(token_hash, code)
        mail_code(user, code=code, event_id=token_hash[:32], expires_at=row.expires_at, origin=origin)
        record(Kind.OTP_SENT, now=now, by=Actor(origin=origin), user_id=user.pk)
    row.save()
    return Challenge(
        token=token,
        method=user.otp_method,
        expires_in=int(OTP_LIFETIME.total_seconds()),
        takes_passkey=user.passkeys.exists(),
    )


def finish_otp(*, token: str, code: str, origin: Origin, now: datetime, device: str | None = None) -> Pair:
    """Finish a sign-in with the code."""
    row = take_attempt(token, now=now)
    user = row.user
    verdict = _verdict(row, code, now)
    if verdict is not totp.Verdict.RIGHT:
        record(Kind.OTP_FAILED, now=now, by=Actor(origin=origin), user_id=user.pk, method=row.method)
        refusal = OtpUsed if verdict is totp.Verdict.USED else OtpInvalid
        raise refusal(attempts_left=max(0, LoginChallenge.MAX_ATTEMPTS - row.attempts))
    return finish_step(row, origin=origin, now=now, device=device)


def finish_step(
    row: LoginChallenge, *, origin: Origin, now: datetime, device: str | None, passkey: int | None = None
) -> Pair:
    """Open the session for whoever has answered this challenge rightly. Of many at once, one wins."""
    user = row.user
    if not ProviderSession.objects.filter(challenge=row).exists():
        refuse_unless_allowed(user, origin=origin, now=now)  # it may have been switched off since the first step
    with transaction.atomic():
        if not LoginChallenge.objects.filter(pk=row.pk, closed_at__isnull=True).update(closed_at=now):
            raise OtpExpired()
        guard.clear_one(guard.ACCOUNT_CODES, codes_key(user.pk, row.device))
        pair = open_session_of(user, origin=origin, now=now, device=device, passkey=passkey)
        session = RefreshSession.objects.get(sid=pair.sid)
        ProviderSession.objects.filter(challenge=row).update(session=session, challenge=None)
        return pair


def take_attempt(token: str, *, now: datetime) -> LoginChallenge:
    """Use up one of the challenge's attempts, and one of the account's, before anything is compared."""
    rows = LoginChallenge.objects.filter(token_hash=hash_token(token), closed_at__isnull=True, expires_at__gt=now)
    if not rows.filter(attempts__lt=LoginChallenge.MAX_ATTEMPTS).update(attempts=F("attempts") + 1):
        raise OtpExpired()
    row = LoginChallenge.objects.select_related("user").filter(token_hash=hash_token(token)).first()
    if row is None or not row.user.is_active:
        raise OtpExpired()
    guard.reserve(guard.ACCOUNT_CODES, codes_key(row.user_id, row.device), now=now)
    return row


def _verdict(row: LoginChallenge, code: str, now: datetime) -> totp.Verdict:
    typed = ascii_code(code)
    if row.method == User.OtpMethod.EMAIL:
        is_right = bool(row.code_hash) and hmac.compare_digest(row.code_hash, _hash_code(row.token_hash, typed))
        return totp.Verdict.RIGHT if is_right else totp.Verdict.WRONG
    return totp.use_code(user_id=row.user_id, code=typed, now=now)


def resend_code(*, token: str, origin: Origin, now: datetime) -> Challenge:
    """Replace the challenge by a new one with a new code; the old code is dead."""
    row = (
        LoginChallenge.objects.select_related("user")
        .filter(token_hash=hash_token(token), closed_at__isnull=True, expires_at__gt=now)
        .first()
    )
    if row is None or not row.user.is_active or row.method != User.OtpMethod.EMAIL or row.resends >= MAX_RESENDS:
        raise OtpExpired()
    wait = (row.created_at + RESEND_PAUSE - now).total_seconds()
    if wait > 0:
        raise TooEarly(retry_after=int(wait) + 1)
    with transaction.atomic():
        if not LoginChallenge.objects.filter(pk=row.pk, closed_at__isnull=True).update(closed_at=now):
            raise OtpExpired()
        next_one = _challenge(row.user, origin=origin, now=now, device=row.device, resends=row.resends + 1)
        successor = LoginChallenge.objects.get(token_hash=hash_token(next_one.token))
        ProviderSession.objects.filter(challenge=row).update(challenge=successor)
        return next_one


# --- devices that are known --------------------------------------------------------------------------------------


def device_cookie(user: User) -> str:
    """Return a signed note for the browser: this person has signed in here. It grants nothing but a hearing."""
    return signing.dumps({"u": user.pk, "n": secrets.token_hex(8)}, salt=DEVICE_SALT)


def device_key(user: User, cookie: str | None) -> str:
    """Return the name under which tries of a browser that this person has signed in with are counted, else ""."""
    return guard.fingerprint(cookie or "")[:32] if knows_device(user, cookie) else ""


def codes_key(user_id: int, device: str) -> str:
    return f"user:{user_id}@device:{device}" if device else f"user:{user_id}"


def knows_device(user: User, cookie: str | None) -> bool:
    if not cookie:
        return False
    try:
        note = signing.loads(cookie, salt=DEVICE_SALT, max_age=DEVICE_LIFETIME)
    except signing.BadSignature:
        return False
    return isinstance(note, dict) and note.get("u") == user.pk


def log_out(*, sid: str, by: Actor, now: datetime) -> None:
    sessions.end_session(sid=sid, reason=Reason.LOGOUT, by=by, now=now)
