"""Invitations: a person is added, gets a link by mail, and sets their first password by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from roles.models import Role
from security.services import Actor, Kind, record
from signin.mails import mail_invitation
from system_roles.models import UserSystemRole
from system_roles.services import assign_role, lock_person, lock_with_systems, remove_hold
from systems.models import System
from ticketing_common.errors import Conflict, NotFound
from users.models import PasswordLink, User
from users.passwords import find_link, new_link, use_link
from users.services import create_user, update_user

INVITATION_LIFETIME = timedelta(days=7)

Purpose = PasswordLink.Purpose


class AlreadyRegistered(Conflict):
    code = "already_registered"
    default_detail = "This person has an account with a password already."


class PersonInactive(Conflict):
    code = "person_inactive"
    default_detail = "This person's account is switched off. Switch it on under People, then invite them again."


@transaction.atomic
def invite(
    *, email: str, roles: Sequence[Role] | None = None, by: Actor, now: datetime, **profile: Any
) -> PasswordLink:
    """Add a person and mail them a link to set their password.

    Inviting again replaces the link, and takes over the roles (unless None) and the profile given this time.
    """
    user = User.objects.by_login(email).first()
    if user is None:
        user = create_user(email=email, roles=roles or (), by=by, now=now, **profile)
        return send_invitation(user_id=user.pk, by=by, now=now)
    _refuse_uninvitable(user, attr="email")
    lock_with_systems(user.pk, roles=roles or ())
    update_user(user_id=user.pk, changes=profile, by=by, now=now)
    if roles is not None:
        _replace_roles(user, roles, by=by, now=now)
    return send_invitation(user_id=user.pk, by=by, now=now)


def _replace_roles(user: User, roles: Sequence[Role], *, by: Actor, now: datetime) -> None:
    """Give the person these roles and take the others; what the help desk's directory gave is the help desk's."""
    holds = UserSystemRole.objects.filter(user=user).select_related("system", "role")
    for hold in holds.exclude(role__in=roles).exclude(system__slug=System.HDTS, role__name="Employee"):
        remove_hold(hold_id=hold.pk, by=by, now=now)
    held = set(holds.values_list("role_id", flat=True))
    for role in roles:
        if role.pk not in held:
            assign_role(user_id=user.pk, role_id=role.pk, by=by, now=now)


@transaction.atomic
def send_invitation(*, user_id: int, by: Actor, now: datetime) -> PasswordLink:
    user = lock_person(user_id)
    _refuse_uninvitable(user)
    inviter = User.objects.filter(pk=by.user_id).first() if by.user_id else None
    link, token = new_link(user, Purpose.INVITATION, lifetime=INVITATION_LIFETIME, by=by, now=now)
    record(Kind.USER_INVITED, now=now, by=by, user_id=user.pk)
    mail_invitation(
        user,
        link=f"{settings.FRONTEND_URL}/invite/{token}",
        link_id=link.pk,
        expires_at=link.expires_at,
        invited_by=inviter.full_name if inviter else "",
    )
    return link


def _refuse_uninvitable(user: User, attr: str | None = None) -> None:
    if not user.is_active:
        raise PersonInactive(attr=attr)
    if user.has_usable_password():
        raise AlreadyRegistered(attr=attr)


@transaction.atomic
def change_person(*, user_id: int, changes: dict[str, Any], by: Actor, now: datetime) -> User:
    """Change a person's profile as an administrator. An open invitation follows them to a corrected address."""
    invited = PasswordLink.objects.filter(
        user=user_id, purpose=Purpose.INVITATION, used_at__isnull=True, user__is_active=True
    )
    address = User.objects.filter(pk__in=invited.values("user")).values_list("email", flat=True).first()
    user = update_user(user_id=user_id, changes=changes, by=by, now=now)
    if address is not None and user.email != address and not user.has_usable_password():
        send_invitation(user_id=user_id, by=by, now=now)
    return user


def accept_invitation(*, token: str, password: str, by: Actor, now: datetime) -> User:
    link = find_link(token=token, purpose=Purpose.INVITATION, by=by, now=now)
    return use_link(link, password=password, by=by, now=now, kind=Kind.INVITATION_ACCEPTED)


@transaction.atomic
def withdraw_invitation(*, link_id: int) -> None:
    """Make the link void. The person stays, and can be invited again or deleted."""
    if not PasswordLink.objects.filter(pk=link_id, purpose=Purpose.INVITATION, used_at__isnull=True).delete()[0]:
        raise NotFound("There is no such open invitation.")
