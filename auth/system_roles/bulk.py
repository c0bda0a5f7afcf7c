"""Give a role to many people and take it from many, in a number of statements that does not depend on how many."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from roles.models import Role
from security.services import Actor, Kind, record_of_each
from system_roles.models import UserSystemRole
from system_roles.services import lock_people, lock_system, refuse_last_members, roles_changed
from ticketing_common.errors import NotFound
from tts import sync
from users.models import User


class NoSuchPeople(NotFound):
    """The answer carries the `user_ids` that nobody has."""

    default_detail = "There are no such people."


@transaction.atomic
def change_members(*, role: Role, add: Collection[int], remove: Collection[int], by: Actor, now: datetime) -> None:
    """Give the role to the people `add` and take it from the people `remove`, all or nothing.

    Somebody of `add` who holds the role already, or of `remove` who does not, stays as they are. A hold that is
    switched off is switched on by `add`. Each change is published and recorded as by `assign_role`, `change_hold` and
    `remove_hold`. Raises `NoSuchPeople`, `LastMember`, `LastLocalAdmin`. `role` comes with its system.
    """
    lock_system(role.system_id)
    people = lock_people({*add, *remove})
    if unknown := set(add).difference(people):
        raise NoSuchPeople(user_ids=sorted(unknown))
    holds = {hold.user_id: hold for hold in UserSystemRole.objects.filter(role=role, user__in=people)}
    for hold in holds.values():
        hold.user, hold.role, hold.system = people[hold.user_id], role, role.system
    given = [people[user_id] for user_id in sorted(set(add)) if user_id not in holds or not holds[user_id].is_active]
    taken = [holds[user_id] for user_id in sorted(set(remove)) if user_id in holds]
    _give(role, given, holds, by, now)
    _take(role, taken, by, now)


def _give(role: Role, given: Sequence[User], holds: dict[int, UserSystemRole], by: Actor, now: datetime) -> None:
    if not given:
        return
    switched_on = [holds[person.pk] for person in given if person.pk in holds]
    if switched_on:
        rows = UserSystemRole.objects.filter(pk__in=[hold.pk for hold in switched_on])
        rows.update(is_active=True, version=F("version") + 1)
    for hold in switched_on:
        hold.is_active, hold.version = True, hold.version + 1
    made = UserSystemRole.objects.bulk_create(
        UserSystemRole(user=person, system=role.system, role=role, assigned_at=now, assigned_by_id=by.user_id)
        for person in given
        if person.pk not in holds
    )
    sync.publish_holds([*switched_on, *made])
    _tell(Kind.ROLE_ASSIGNED, role, given, by, now)


def _take(role: Role, taken: Sequence[UserSystemRole], by: Actor, now: datetime) -> None:
    if not taken:
        return
    refuse_last_members(role, taken)
    for hold in taken:
        hold.version += 1  # above all that were sent before
    sync.publish_holds(taken, sync.DELETE)
    UserSystemRole.objects.filter(pk__in=[hold.pk for hold in taken]).delete()
    _tell(Kind.ROLE_REMOVED, role, [hold.user for hold in taken], by, now)


def _tell(kind: Kind, role: Role, people: Sequence[User], by: Actor, now: datetime) -> None:
    roles_changed(people, now=now)
    record_of_each(
        kind, now=now, by=by, user_ids=[person.pk for person in people], system=role.system.slug, role=role.name
    )
