"""A role's members, read under the lock of its cursor: one transaction at a time assigns work of the role."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, DateTimeField, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from role.models import Person, Role, RoleCursor, RoleMember
from task.assignment import AT_CAPACITY, LEAST_LOADED, Choice, Member, choose
from task.models import Assignment


@dataclass
class Rotation:
    """One role, its cursor locked: its members and who was assigned last."""

    cursor: RoleCursor
    name: str
    lead_id: int | None
    members: list[Member] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)  # the members, as rows
    has_moved: bool = False
    given: dict[int, int] = field(default_factory=dict)  # assignments made in this transaction, by person

    @property
    def role_id(self) -> int:
        return self.cursor.role_id

    def member(self, user_id: int | None) -> Member | None:
        return next((member for member in self.members if member.user_id == user_id), None)

    def choose(
        self,
        strategy: str,
        *,
        excluded: Mapping[int, str] | None = None,
        preferred_id: int | None = None,
        is_for_owner: bool = False,
    ) -> Choice:
        """Choose a member and advance the cursor. The caller stores it with `save_rotations`.

        An owner has no work in hand by that: capacity neither bars from it nor is used up by it.
        """
        barred = dict(excluded or {})
        while True:
            choice = choose(
                strategy,
                [
                    replace(member, capacity=None)
                    if is_for_owner
                    else replace(member, load=member.load + self.given.get(member.user_id, 0))
                    for member in self.members
                ],
                last_user_id=self.cursor.last_user_id,
                excluded=barred,
                preferred_id=preferred_id,
            )
            member = self.member(choice.user_id)
            if is_for_owner or member is None or member.capacity is None or _has_room(member):
                break
            # Another role gave them work since they were read.
            barred[member.user_id] = AT_CAPACITY
        if choice.user_id is not None:
            self.given[choice.user_id] = self.given.get(choice.user_id, 0) + (not is_for_owner)
            self.cursor.last_user_id = choice.cursor
            if choice.origin != "return":
                self.cursor.turns += 1
                self.has_moved = True
        return choice


def _has_room(member: Member) -> bool:
    """Count again under the person's own lock: a capacity holds over all of their roles."""
    person = Person.objects.select_for_update().filter(pk=member.user_id).first()
    if person is None:
        return False
    return person.capacity is None or _in_hand(member.user_id).count() < person.capacity


def _in_hand(user_id: Any) -> QuerySet[Assignment]:
    return Assignment.objects.filter(person_id=user_id, ended_at__isnull=True, is_owner=False)


def lock_rotations(
    role_ids: Collection[int | None], now: datetime, *, strategies: Collection[str] = ()
) -> dict[int, Rotation]:
    """Lock the cursors of the roles, in the order of their ids, and read their members afterwards.

    What each member has in hand is read where one of the `strategies` or a capacity needs it.
    """
    wanted = sorted({role_id for role_id in role_ids if role_id is not None})
    if not wanted:
        return {}
    cursors = _lock_cursors(wanted)
    if len(cursors) < len(wanted):
        known = {cursor.role_id for cursor in cursors}
        missing = Role.objects.filter(pk__in=set(wanted) - known)
        new = [RoleCursor(role=role) for role in missing]
        if new:
            RoleCursor.objects.bulk_create(new, ignore_conflicts=True)
            cursors = _lock_cursors(wanted)
    rotations = {cursor.role_id: Rotation(cursor, cursor.role.name, cursor.role.lead_id) for cursor in cursors}
    for row in _members(wanted, counts_loads=LEAST_LOADED in strategies):
        person: Person = row.person
        rotations[row.role_id].people.append(person)
        rotations[row.role_id].members.append(
            Member(
                user_id=person.user_id,
                full_name=person.full_name,
                is_away=person.is_away(now),
                substitute_id=person.substitute_id,
                capacity=person.capacity,
                load=row.load,
                last_assigned_at=row.last_assigned_at,
            )
        )
    return rotations


def _lock_cursors(role_ids: list[int]) -> list[RoleCursor]:
    cursors = RoleCursor.objects.select_for_update(of=("self",)).select_related("role")
    return list(cursors.filter(role_id__in=role_ids).order_by("role_id"))


def _members(role_ids: list[int], *, counts_loads: bool) -> Iterable[Any]:
    """Return the roles' active members by id, each with `load` and `last_assigned_at` where they matter."""
    open_count = Coalesce(
        Subquery(
            _in_hand(OuterRef("person_id")).order_by().values("person_id").annotate(n=Count("pk")).values("n"),
            output_field=IntegerField(),
        ),
        0,
    )
    last = (
        Assignment.objects.filter(person_id=OuterRef("person_id"), is_owner=False)
        .order_by()
        .values("person_id")
        .annotate(at=Max("started_at"))
        .values("at")
    )
    has_capacity = Q(person__capacity__isnull=False)
    return (
        RoleMember.objects.active()
        .filter(role_id__in=role_ids)
        .select_related("person")
        .annotate(
            load=open_count if counts_loads else Case(When(has_capacity, then=open_count), default=Value(0)),
            last_assigned_at=Subquery(last) if counts_loads else Value(None, output_field=DateTimeField()),
        )
        .order_by("role_id", "person_id")
    )


def save_rotations(rotations: Mapping[int, Rotation]) -> None:
    """Store the cursors that moved."""
    moved = [rotation for rotation in rotations.values() if rotation.has_moved]
    if not moved:
        return
    RoleCursor.objects.bulk_update([rotation.cursor for rotation in moved], ["last_user_id", "turns"])
    for rotation in moved:
        rotation.has_moved = False
