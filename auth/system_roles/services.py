"""Who holds which role: assign, switch, take away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from roles.models import Role
from security.services import Actor, Kind, record
from signin.sessions import invalidate_tokens
from system_roles.models import SystemRole, UserSystemRole
from systems.models import System
from ticketing_common.errors import Conflict, NotFound
from tts import sync
from users.models import User

ROLES_CHANGED = "roles_changed"


class RoleAlreadyHeld(Conflict):
    code = "role_already_held"
    default_detail = "The person holds this role already."


class LastMember(Conflict):
    code = "last_admin"
    default_detail = "Somebody must keep this role: its last active holder can't lose it."


class LastLocalAdmin(LastMember):
    code = "last_local_admin"
    default_detail = (
        "Password sign-in is off for a system, and no other administrator has a password. Give another one first."
    )


def lock_system(system_id: int) -> System:
    """Take the turn of everybody who changes roles or holds of this system."""
    return System.objects.select_for_update().get(pk=system_id)


def lock_systems(system_ids: Iterable[int]) -> None:
    """Lock several systems in the order of their ids, so that two changes cannot wait for each other."""
    list(System.objects.select_for_update().filter(pk__in=set(system_ids)).order_by("pk"))


def lock_with_systems(user_id: int, *, roles: Iterable[Role] = ()) -> User:
    """Lock the systems in which the person holds roles, and those of `roles`, and then the person."""
    held = UserSystemRole.objects.filter(user=user_id).values_list("system_id", flat=True)
    lock_systems({*held, *(role.system_id for role in roles)})
    return lock_person(user_id)


def lock_people(user_ids: Iterable[int]) -> dict[int, User]:
    """Lock these people in the order of their ids, after the systems; return those who are there.

    Whoever changes roles of several people takes all these locks at once: one person after the other, two changes
    could wait for each other.
    """
    locked = User.objects.get_queryset().filter(pk__in=set(user_ids)).order_by("pk").select_for_update()
    return {person.pk: person for person in locked.prefetch_related("identities", "passkeys")}


def lock_person(user_id: int) -> User:
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound("There is no such person.", attr="user_id")
    return user


@transaction.atomic
def assign_role(
    *, user_id: int, role_id: int, settings: dict[str, Any] | None = None, by: Actor, now: datetime
) -> UserSystemRole:
    """Give the person the role and tell everybody concerned."""
    role = Role.objects.select_related("system").filter(pk=role_id).first()
    if role is None:
        raise NotFound("There is no such role.", attr="role_id")
    lock_system(role.system_id)
    user = lock_person(user_id)
    if UserSystemRole.objects.filter(user=user, role=role).exists():
        raise RoleAlreadyHeld(attr="role_id")
    hold = UserSystemRole.objects.create(
        user=user,
        system=role.system,
        role=role,
        settings=settings or {},
        assigned_at=now,
        assigned_by_id=by.user_id,
    )
    sync.publish_hold(hold)
    roles_changed([user], now=now)
    _record(Kind.ROLE_ASSIGNED, hold, by, now)
    return hold


@transaction.atomic
def change_hold(
    *,
    hold_id: int,
    is_active: bool | None = None,
    settings: dict[str, Any] | None = None,
    by: Actor,
    now: datetime,
) -> UserSystemRole:
    """Switch the hold on or off, or change its settings."""
    hold = _lock_hold(hold_id)
    is_switched = is_active is not None and is_active != hold.is_active
    if is_switched and not is_active:
        refuse_last_member(hold)
    if is_active is not None:
        hold.is_active = is_active
    if settings is not None:
        hold.settings = settings
    hold.version += 1
    hold.save(update_fields=["is_active", "settings", "version"])
    sync.publish_hold(hold)
    if is_switched:
        roles_changed([hold.user], now=now)
        _record(Kind.ROLE_ASSIGNED if is_active else Kind.ROLE_REMOVED, hold, by, now)
    return hold


@transaction.atomic
def remove_hold(*, hold_id: int, by: Actor, now: datetime) -> None:
    """Take the role from the person; their tokens that still claim it die at once."""
    hold = _lock_hold(hold_id)
    refuse_last_member(hold)
    publish_removed(hold)
    _record(Kind.ROLE_REMOVED, hold, by, now)
    user = hold.user
    hold.delete()
    roles_changed([user], now=now)


def publish_removed(hold: UserSystemRole) -> None:
    """Send that the hold is gone, with a version above all that were sent before."""
    hold.version += 1
    sync.publish_hold(hold, sync.DELETE)


def holds_of(user: User) -> list[UserSystemRole]:
    return list(UserSystemRole.objects.filter(user=user).with_names().order_by("id"))


def republish_holds(user: User) -> None:
    """Send the person's holds again: the name, the address or the state of the person has changed."""
    UserSystemRole.objects.filter(user=user).update(version=F("version") + 1)
    for hold in holds_of(user):
        sync.publish_hold(hold)


def publish_can_sign_in(user: User) -> None:
    """Send whether the person can sign in from now on, and be given work."""
    User.objects.filter(pk=user.pk).update(version=F("version") + 1)
    republish_holds(user)


def refuse_last_member(hold: UserSystemRole) -> None:
    """Raise when nobody else would effectively hold a role that needs a holder. Needs the system's lock."""
    refuse_last_members(hold.role, [hold])


def refuse_last_members(role: Role, holds: Iterable[UserSystemRole]) -> None:
    """Raise when without these holds of the role nobody would effectively hold it, though somebody must.

    Likewise for the last administrators with a password while password sign-in is off for a system: somebody must get
    in when the provider is away. Needs the system's lock.
    """
    leaving = {hold.user_id for hold in holds if hold.is_active and hold.user.is_active}
    if not leaving:
        return
    needed = SystemRole.objects.filter(system=role.system_id, name=role.name, needs_holder=True)
    others = UserSystemRole.objects.effective().filter(role=role).exclude(user__in=leaving)
    if needed.exists() and not others.exists():
        raise LastMember()
    local = {hold.user_id for hold in UserSystemRole.objects.local_administrators() if hold.role_id == role.pk}
    if local and local <= leaving and System.objects.filter(password_sign_in=False).exists():
        raise LastLocalAdmin()


def _lock_hold(hold_id: int) -> UserSystemRole:
    found = UserSystemRole.objects.filter(pk=hold_id).values_list("system_id", "user_id").first()
    if found is None:
        raise NotFound("There is no such assignment.")
    lock_system(found[0])
    lock_person(found[1])
    hold = UserSystemRole.objects.with_names().filter(pk=hold_id).first()
    if hold is None:
        raise NotFound("There is no such assignment.")
    return hold


def roles_changed(people: Sequence[User], *, now: datetime) -> None:
    """Publish who these people are now and invalidate their tokens with the former roles. Needs the people's locks."""
    ids = [person.pk for person in people]
    User.objects.filter(pk__in=ids).update(version=F("version") + 1)
    for person in people:
        person.version += 1
    invalidate_tokens(user_ids=ids, reason=ROLES_CHANGED, now=now)
    sync.publish_people(people)


def _record(kind: Kind, hold: UserSystemRole, by: Actor, now: datetime) -> None:
    record(kind, now=now, by=by, user_id=hold.user_id, system=hold.system.slug, role=hold.role.name)
