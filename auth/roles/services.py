"""Roles of the systems: define, rename, delete."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from roles.models import Role
from security.services import Actor, Kind, record
from system_roles.models import SystemRole
from system_roles.services import lock_people, lock_system, roles_changed
from systems.models import System
from ticketing_common.errors import Conflict, NotFound
from tts import sync


class RoleExists(Conflict):
    code = "role_exists"
    default_detail = "The system has a role of this name already."


class RoleProtected(Conflict):
    code = "role_protected"
    default_detail = "The system relies on this role: it can be neither renamed nor deleted."


class RoleInUse(Conflict):
    """The answer carries how many `holders` there are, or the live `workflows` that need the role."""

    code = "role_in_use"
    default_detail = "People hold this role. Take it from them first."


@transaction.atomic
def create_role(
    *, system_id: int, name: str, description: str = "", is_custom: bool = True, by: Actor, now: datetime
) -> Role:
    system = lock_system(system_id)
    if Role.objects.filter(system=system, name__iexact=name).exists():
        raise RoleExists(attr="name")
    role = Role.objects.create(system=system, name=name, description=description, is_custom=is_custom, created_at=now)
    sync.publish_role(role)
    record(Kind.ROLE_CREATED, now=now, by=by, system=system.slug, role=name)
    return role


@transaction.atomic
def change_role(
    *, role_id: int, name: str | None = None, description: str | None = None, by: Actor, now: datetime
) -> Role:
    """Rename or describe the role. Those who hold it get tokens with the new name at once."""
    role = _lock_role(role_id)
    old_name = role.name
    is_renamed = name is not None and name != old_name
    if name is not None and is_renamed:
        refuse_protected(role)
        if Role.objects.filter(system=role.system_id, name__iexact=name).exclude(pk=role.pk).exists():
            raise RoleExists(attr="name")
        role.name = name
    if description is not None:
        role.description = description
    role.version += 1
    role.save(update_fields=["name", "description", "version"])
    sync.publish_role(role)
    record(Kind.ROLE_CHANGED, now=now, by=by, system=role.system.slug, role=role.name, was=old_name)
    if is_renamed:
        holders = lock_people(role.holds.values_list("user_id", flat=True))
        roles_changed(list(holders.values()), now=now)
    return role


@transaction.atomic
def delete_role(*, role_id: int, by: Actor, now: datetime, needed_by: Collection[str] = ()) -> None:
    """Delete the role. `needed_by` are the live workflows that give work to it: they would strand."""
    role = require_unheld(role_id=role_id)
    if needed_by:
        raise RoleInUse(f"Deployed workflows need this role: {', '.join(needed_by)}.", workflows=list(needed_by))
    role.version += 1
    sync.publish_role(role, sync.DELETE)
    record(Kind.ROLE_DELETED, now=now, by=by, system=role.system.slug, role=role.name)
    role.delete()


@transaction.atomic
def require_unheld(*, role_id: int) -> Role:
    """Return the role, locked, or refuse one that people hold or that the system relies on."""
    role = _lock_role(role_id)
    refuse_protected(role)
    holders = role.holds.count()
    if holders:
        raise RoleInUse(holders=holders)
    return role


def _lock_role(role_id: int) -> Role:
    system_id = Role.objects.filter(pk=role_id).values_list("system_id", flat=True).first()
    if system_id is None:
        raise NotFound("There is no such role.")
    lock_system(system_id)
    role = Role.objects.select_related("system").filter(pk=role_id).first()
    if role is None:
        raise NotFound("There is no such role.")
    return role


def refuse_protected(role: Role) -> None:
    if SystemRole.objects.filter(system=role.system_id, name__iexact=role.name, is_protected=True).exists():
        raise RoleProtected()


def system_by_slug(slug: str) -> System:
    system = System.objects.filter(slug=slug).first()
    if system is None:
        raise NotFound("There is no such system.", attr="system")
    return system
