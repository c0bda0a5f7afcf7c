"""Passwords: change, forget and reset, and the links by which people set one."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from security.services import Actor, Kind, record
from signin import captcha, guard
from signin.mails import by_code, mail_reset_link, notify_profile_change
from signin.password_sign_in import PasswordSignInOff, is_allowed
from signin.sessions import Pair, Reason, end_all_sessions, open_session
from system_roles.services import lock_person, publish_can_sign_in
from ticketing_common.errors import Conflict, Invalid
from users.models import PasswordLink, User
from users.password_policy import check_password_policy
from users.services import confirm_password, forget_tries, void_password_links

RESET_LIFETIME = timedelta(minutes=30)
HOUR = timedelta(hours=1)
RESETS_FOR_LOGIN = guard.Limit("resets_for_login", 5, HOUR)
RESETS_FROM_ADDRESS = guard.Limit("resets_from_address", 30, HOUR)
WRONG_LINKS = guard.Limit("wrong_links", 30, timedelta(minutes=15))

Purpose = PasswordLink.Purpose


class LinkInvalid(Invalid):
    code = "link_invalid"
    default_detail = "The link is wrong, has expired or has been used. Ask for a new one."


class PasswordSet(Conflict):
    code = "password_set"
    default_detail = "The account has a password: change it with the present one."


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def new_link(
    user: User, purpose: PasswordLink.Purpose, *, lifetime: timedelta, by: Actor, now: datetime
) -> tuple[PasswordLink, str]:
    """Make a link; the person's earlier ones of the kind are void."""
    user.password_links.filter(purpose=purpose, used_at__isnull=True).delete()
    token = secrets.token_urlsafe(32)
    link = PasswordLink.objects.create(
        user=user,
        purpose=purpose,
        token_hash=_hash(token),
        created_at=now,
        expires_at=now + lifetime,
        invited_by_id=by.user_id if purpose == Purpose.INVITATION else None,
    )
    return link, token


# --- forgotten -----------------------------------------------------------------------------------------------------


def request_reset(*, login: str, solution: str | None, by: Actor, now: datetime) -> None:
    """Mail a link to the person, if there is one: the answer is the same in any case."""
    captcha.check_solution(solution, now=now)
    guard.reserve(RESETS_FROM_ADDRESS, by.origin.address or "unknown", now=now)
    tries, _ = guard.count(RESETS_FOR_LOGIN, guard.fingerprint(login), now=now)
    user = User.objects.active().filter(pk__in=User.objects.by_login(login)).first()
    if user is not None and tries <= RESETS_FOR_LOGIN.count:
        send_reset_link(user_id=user.pk, by=by, now=now)


def request_first_password(*, user_id: int, by: Actor, now: datetime) -> None:
    """Mail whoever is signed in and has no password a link to set one.

    The mail proves the address, where a session alone would not: a stolen one must not gain a password.
    """
    user = User.objects.get(pk=user_id)
    if user.has_usable_password():
        raise PasswordSet()
    if not is_allowed(user):
        raise PasswordSignInOff()
    guard.reserve(RESETS_FOR_LOGIN, f"user:{user_id}", now=now)
    send_reset_link(user_id=user_id, by=by, now=now)


@transaction.atomic
def send_reset_link(*, user_id: int, by: Actor, now: datetime) -> None:
    user = lock_person(user_id)
    link, address = _reset_link(user, by=by, now=now)
    mail_reset_link(user, link=address, link_id=link.pk, expires_at=link.expires_at, origin=by.origin)


def _reset_link(user: User, *, by: Actor, now: datetime) -> tuple[PasswordLink, str]:
    link, token = new_link(user, Purpose.RESET, lifetime=RESET_LIFETIME, by=by, now=now)
    record(Kind.PASSWORD_RESET_REQUESTED, now=now, by=by, user_id=user.pk)
    return link, f"{settings.FRONTEND_URL}/reset/{token}"


@transaction.atomic
def expire_password(*, user_id: int, by: Actor, now: datetime) -> None:
    """Make the present password useless, end all sessions, and mail a link to set a new one."""
    _expire(lock_person(user_id), by=by, now=now)
    send_reset_link(user_id=user_id, by=by, now=now)


@transaction.atomic
def recovery_link(*, user_id: int, by: Actor, now: datetime) -> str:
    """Like `expire_password`, but return the link instead of mailing it: for operators at the console."""
    user = lock_person(user_id)
    _expire(user, by=by, now=now)
    return _reset_link(user, by=by, now=now)[1]


def _expire(user: User, *, by: Actor, now: datetime) -> None:
    user.set_unusable_password()
    user.save(update_fields=["password"])
    end_all_sessions(user_id=user.pk, reason=Reason.PASSWORD, by=by, now=now)


def reset_password(*, token: str, password: str, by: Actor, now: datetime) -> None:
    """Set the password by a link. Everybody who is signed in with the old one is out; the second factor stays."""
    link = find_link(token=token, purpose=Purpose.RESET, by=by, now=now)
    use_link(link, password=password, by=by, now=now, kind=Kind.PASSWORD_RESET)


def find_link(*, token: str, purpose: PasswordLink.Purpose, by: Actor, now: datetime) -> PasswordLink:
    """Return the open link, or refuse; wrong tries are limited for each address."""
    key = by.origin.address or "unknown"
    guard.reserve(WRONG_LINKS, key, now=now)
    link = (
        PasswordLink.objects.select_related("user")
        .filter(
            token_hash=_hash(token),
            purpose=purpose,
            used_at__isnull=True,
            expires_at__gt=now,
            user__is_active=True,
        )
        .first()
    )
    if link is None:
        raise LinkInvalid(attr="token")
    guard.give_back(WRONG_LINKS, key)
    return link


@transaction.atomic
def use_link(link: PasswordLink, *, password: str, by: Actor, now: datetime, kind: Kind) -> User:
    # The policy first: a password that is too weak does not use up the link.
    check_password_policy(password, user=link.user)
    user = lock_person(link.user_id)
    if not user.is_active or not PasswordLink.objects.filter(pk=link.pk, used_at__isnull=True).update(used_at=now):
        raise LinkInvalid(attr="token")
    own = Actor(user_id=user.pk, origin=by.origin)
    had_password, could_sign_in = user.has_usable_password(), user.can_sign_in
    _set_password(user, password, now)
    void_password_links(user)
    user.locked_until = None
    user.save(update_fields=["locked_until"])
    forget_tries(user)
    end_all_sessions(user_id=user.pk, reason=Reason.PASSWORD, by=own, now=now)
    record(kind, now=now, by=own, user_id=user.pk)
    if had_password:
        _notify_password_changed(user, own, now)
    if not could_sign_in:
        publish_can_sign_in(user)
    return user


def _set_password(user: User, password: str, now: datetime) -> None:
    user.set_password(password)
    user.password_changed_at = now
    user.save(update_fields=["password", "password_changed_at"])


def _notify_password_changed(user: User, by: Actor, now: datetime) -> None:
    """Say as well which passkeys still sign in: whoever changes the password after a theft must know of them."""
    names = ", ".join(user.passkeys.order_by("id").values_list("name", flat=True))
    still = f" Passkeys that still sign in to your account: {names}. Remove any that is not yours." if names else ""
    notify_profile_change(
        user,
        event_id=f"password-{user.pk}-{int(now.timestamp() * 1000)}",
        changes=f"Your password was changed.{still}",
        text=by_code("password_changed_passkeys", passkeys=names) if names else by_code("password_changed"),
        now=now,
        origin=by.origin,
    )


# --- changed -------------------------------------------------------------------------------------------------------


def change_password(*, user_id: int, current_password: str, new_password: str, by: Actor, now: datetime) -> Pair:
    """Set a new password, end every session, and open a fresh one for whoever changed it."""
    user = confirm_password(user_id=user_id, password=current_password, now=now)
    check_password_policy(new_password, user=user, attr="new_password")
    with transaction.atomic():
        user = lock_person(user_id)
        _set_password(user, new_password, now)
        void_password_links(user)
        end_all_sessions(user_id=user_id, reason=Reason.PASSWORD, by=by, now=now)
        record(Kind.PASSWORD_CHANGED, now=now, by=by, user_id=user_id)
        _notify_password_changed(user, by, now)
        return open_session(user_id=user_id, origin=by.origin, now=now)
