"""People: create, change, switch on and off, delete. Every change tells the services that keep a copy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from roles.models import Role
from security.services import Actor, Kind, record
from signin import guard
from signin.mails import by_code, notify_profile_change
from signin.sessions import Reason, end_all_sessions
from system_roles.services import (
    assign_role,
    holds_of,
    lock_person,
    lock_systems,
    lock_with_systems,
    publish_removed,
    refuse_last_member,
    republish_holds,
)
from ticketing_common.errors import Conflict, Forbidden
from tts import sync
from users.models import User
from users.password_policy import check_password_policy
from users.texts import login_name

# Changes that the person is told of by mail.
WORDS = {"email": "mail address", "username": "user name", "phone_number": "phone number"}
TOLD_FIELDS = frozenset(
    {"email", "first_name", "middle_name", "last_name", "suffix", "avatar", "time_zone", "language"}
)


class EmailTaken(Conflict):
    code = "email_taken"
    default_detail = "Somebody else has this e-mail address."


class UsernameTaken(Conflict):
    code = "username_taken"
    default_detail = "Somebody else has this user name."


class CompanyIdTaken(Conflict):
    code = "company_id_taken"
    default_detail = "Somebody else has this company id."


class PersonAnonymised(Conflict):
    code = "person_anonymised"
    default_detail = "This account was anonymised and can't be used again. Add the person anew."


class WrongPassword(Forbidden):
    code = "password_wrong"
    default_detail = "The present password is wrong."


@transaction.atomic
def create_user(
    *,
    email: str,
    first_name: str,
    last_name: str,
    username: str = "",
    password: str | None = None,
    roles: Sequence[Role] = (),
    by: Actor,
    now: datetime,
    **profile: Any,
) -> User:
    """Add a person, with roles. Without a password they can't sign in until they have set one."""
    user = User(
        email=login_name(email),
        username=username.strip().lower() or free_username(email),
        first_name=first_name,
        last_name=last_name,
        date_joined=now,
        **profile,
    )
    if password is not None:
        check_password_policy(password, user=user)
        user.set_password(password)
        user.password_changed_at = now
    else:
        user.set_unusable_password()
    if roles:
        lock_systems(role.system_id for role in roles)
    _save_unless_taken(user)
    record(Kind.USER_CREATED, now=now, by=by, user_id=user.pk)
    if roles:
        for role in roles:
            assign_role(user_id=user.pk, role_id=role.pk, by=by, now=now)
        user.refresh_from_db()
    else:
        sync.publish_people([user])
    return user


def free_username(email: str) -> str:
    """Return a user name made of the address's local part that nobody has yet."""
    local = unicodedata.normalize("NFKD", email.split("@")[0].lower()).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9._-]", "", local).lstrip("._-")[:56] or "person"
    taken = set(User.objects.filter(username__startswith=base).values_list("username", flat=True))
    number = 1
    name = base
    while name in taken:
        number += 1
        name = f"{base}{number}"
    return name


@transaction.atomic
def update_user(*, user_id: int, changes: dict[str, Any], by: Actor, now: datetime) -> User:
    """Change a person's profile and tell those who show it."""
    user = lock_person(user_id)
    if user.anonymised_at is not None:
        raise PersonAnonymised()
    before = {name: getattr(user, name) for name in changes}
    for name, value in changes.items():
        setattr(user, name, login_name(value) if name in {"email", "username"} else value)
    changed = sorted(name for name in changes if getattr(user, name) != before[name])
    if not changed:
        return user
    user.version += 1
    _save_unless_taken(user, fields=[*changed, "version"])
    if TOLD_FIELDS.intersection(changed):
        sync.publish_people([user])
    if TOLD_FIELDS.difference({"avatar", "time_zone"}).intersection(changed):
        republish_holds(user)
    record(Kind.USER_CHANGED, now=now, by=by, user_id=user.pk, fields=changed)
    if "email" in changed:
        void_password_links(user)  # a link that waits at the old address is void
    told = [name for name in changed if name in WORDS]
    if told:
        # To the old address when that is what changed, so that a stolen account is noticed.
        notify_profile_change(
            user,
            event_id=f"profile-{user.pk}-{user.version}",
            changes=f"Changed: {', '.join(WORDS[name] for name in told)}.",
            text=by_code("profile_fields", fields=told),
            now=now,
            origin=by.origin,
            email=before["email"] if "email" in changed else None,
        )
    return user


def confirm_password(*, user_id: int, password: str | None, now: datetime) -> User:
    """Return the person when this is their password. Tries are limited as at sign-in."""
    user = User.objects.get(pk=user_id)
    key = f"user:{user_id}@self"
    guard.reserve(guard.ACCOUNT_AT_ADDRESS, key, now=now)
    if not user.check_password(password or ""):
        raise WrongPassword(attr="current_password")
    guard.give_back(guard.ACCOUNT_AT_ADDRESS, key)
    return user


def void_password_links(user: User) -> None:
    """Make every link void that would let its holder set this person's password."""
    user.password_links.filter(used_at__isnull=True).delete()


def _save_unless_taken(user: User, fields: list[str] | None = None) -> None:
    _refuse_taken(user)
    try:
        with transaction.atomic():
            user.save(update_fields=fields)
    except IntegrityError:
        _refuse_taken(user)  # somebody was faster; this names what they took
        raise


def _refuse_taken(user: User) -> None:
    others = User.objects.exclude(pk=user.pk)
    if others.filter(email=user.email).exists():
        raise EmailTaken(attr="email")
    if others.filter(username=user.username).exists():
        raise UsernameTaken(attr="username")
    if user.company_id and others.filter(company_id=user.company_id).exists():
        raise CompanyIdTaken(attr="company_id")


@transaction.atomic
def set_active(*, user_id: int, is_active: bool, by: Actor, now: datetime) -> User:
    """Switch an account on or off. Off ends every session at once, in all services."""
    user = lock_with_systems(user_id)
    if user.is_active == is_active:
        if not is_active and user.deactivated_at is None:
            user.deactivated_at = now
            user.save(update_fields=["deactivated_at"])
        return user
    if is_active and user.anonymised_at is not None:
        raise PersonAnonymised()
    if not is_active:
        for hold in holds_of(user):
            refuse_last_member(hold)
    user.is_active, user.deactivated_at = is_active, None if is_active else now
    user.version += 1
    user.save(update_fields=["is_active", "deactivated_at", "version"])
    record(Kind.USER_ACTIVATED if is_active else Kind.USER_DEACTIVATED, now=now, by=by, user_id=user.pk)
    if not is_active:
        end_all_sessions(user_id=user.pk, reason=Reason.DEACTIVATED, by=by, now=now)
        void_password_links(user)
    republish_holds(user)
    sync.publish_people([user])
    return user


@transaction.atomic
def unlock_user(*, user_id: int, by: Actor, now: datetime) -> User:
    """End a lock-out and forget the wrong tries."""
    user = lock_person(user_id)
    user.locked_until = None
    user.save(update_fields=["locked_until"])
    forget_tries(user)
    record(Kind.ACCOUNT_UNLOCKED, now=now, by=by, user_id=user.pk)
    return user


def forget_tries(user: User) -> None:
    for name in (guard.name_key(user.email), guard.name_key(user.username)):
        guard.clear(guard.ACCOUNT_AT_ADDRESS, f"{name}@")
        guard.clear_one(guard.ACCOUNT_CAPTCHA, name)
    guard.clear(guard.ACCOUNT_AT_ADDRESS, f"user:{user.pk}@")
    guard.clear_one(guard.ACCOUNT_LOCK, f"user:{user.pk}")
    guard.clear(guard.ACCOUNT_CODES, f"user:{user.pk}@")
    guard.clear_one(guard.ACCOUNT_CODES, f"user:{user.pk}")


@transaction.atomic
def delete_user(*, user_id: int, by: Actor, now: datetime) -> None:
    """Delete a person for good: sessions end, roles go, the other services are told. Records keep the id."""
    user = lock_with_systems(user_id)
    for hold in holds_of(user):
        refuse_last_member(hold)
        publish_removed(hold)
    end_all_sessions(user_id=user.pk, reason=Reason.DEACTIVATED, by=by, now=now)
    user.refresh_from_db()
    user.version += 1
    sync.publish_person_deleted(user)
    record(Kind.USER_DELETED, now=now, by=by, user_id=user.pk)
    user.delete()
