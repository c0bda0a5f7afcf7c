"""What this service knows of people by itself: whether they take work now, and who leads a role."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction

from audit.services import record
from role.models import Person, Role, RoleMember
from ticketing_common.errors import Forbidden, Invalid, NotFound

FIELDS = ("away_from", "away_until", "substitute_id", "capacity")


class Caller(Protocol):
    """Who asks: an access token's identity, for example."""

    @property
    def user_id(self) -> int: ...

    @property
    def full_name(self) -> str: ...

    @property
    def is_admin(self) -> bool: ...


class PersonNotFound(NotFound):
    default_detail = "There is no such person here."


class SubstituteOutsideRole(Invalid):
    code = "substitute_outside_role"
    default_detail = "A substitute must hold one of the person's roles, and stands in for them in those only."


class RoleNotFound(NotFound):
    default_detail = "There is no such role."


@transaction.atomic
def set_availability(*, user_id: int, values: Mapping[str, Any], actor: Caller, now: datetime) -> Person:
    """Note when a person is away, who stands in, and how much they take at once.

    For the person themselves, a lead of one of their roles, and administrators. What they have already stays theirs.
    """
    person = Person.objects.select_for_update(no_key=True).filter(pk=user_id).first()
    if person is None:
        raise PersonNotFound()
    if not (actor.is_admin or actor.user_id == user_id or leads_one_of_their_roles(actor, user_id)):
        raise Forbidden("Only the person, a lead of their role or an administrator may do this.")
    old = {name: getattr(person, name) for name in FIELDS}
    for name in FIELDS:
        if name in values:
            setattr(person, name, values[name])
    if person.away_until is not None and (person.away_from is None or person.away_until <= person.away_from):
        raise Invalid("The end must come after the beginning.", attr="away_until")
    if person.substitute_id is not None and person.substitute_id != old["substitute_id"]:
        _check_substitute(user_id, person.substitute_id)
    person.save(update_fields=[*FIELDS])
    record(
        actor=actor,
        action="person.availability_changed",
        object_type="person",
        object_id=user_id,
        at=now,
        old=old,
        new={name: getattr(person, name) for name in FIELDS},
        on_behalf_of_id=user_id if actor.user_id != user_id else None,
    )
    return person


@transaction.atomic
def set_lead(*, role_id: int, user_id: int | None, actor: Caller, now: datetime) -> Role:
    """Name the role's lead, who decides where the rules leave it open; None: nobody but administrators."""
    role = Role.objects.select_for_update(no_key=True).filter(pk=role_id, is_active=True).first()
    if role is None:
        raise RoleNotFound()
    if user_id is not None and not RoleMember.objects.active().of_role(role_id).filter(person_id=user_id).exists():
        raise Invalid("The lead must hold the role.", attr="user_id")
    old, role.lead_id = role.lead_id, user_id
    role.save(update_fields=["lead"])
    record(
        actor=actor,
        action="role.lead_changed",
        object_type="role",
        object_id=role_id,
        at=now,
        old={"lead": old},
        new={"lead": user_id},
    )
    return role


def leads_one_of_their_roles(actor: Caller, user_id: int) -> bool:
    """Return whether the caller leads a role that the person holds."""
    return (
        RoleMember.objects.active()
        .filter(person_id=user_id, role__is_active=True, role__lead_id=actor.user_id)
        .exists()
    )


def _check_substitute(user_id: int, substitute_id: int) -> None:
    if substitute_id == user_id:
        raise Invalid("Nobody stands in for themselves.", attr="substitute_id")
    if not Person.objects.filter(pk=substitute_id, is_active=True).exists():
        raise Invalid("There is no such person here.", attr="substitute_id")
    held = RoleMember.objects.active().filter(person_id=user_id, role__is_active=True)
    if not RoleMember.objects.active().filter(person_id=substitute_id, role_id__in=held.values("role_id")).exists():
        raise SubstituteOutsideRole(attr="substitute_id")
