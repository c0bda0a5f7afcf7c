"""A role's members, read under the lock of its cursor: one transaction at a time assigns work of the role."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Count, OuterRef, QuerySet, Subquery

from role.models import Person, Role, RoleMember, RoleRotation
from task.assignment import AT_CAPACITY, LEAST_LOADED, ROUND_ROBIN, Choice, Member, choose
from task.hot_sql import CompiledRead, update
from task.models import Assignment, Task


@dataclass
class Rotation:
    """One role, its cursor locked: its members and who was assigned last."""

    cursor: RoleRotation
    name: str
    lead_id: int | None
    members: list[Member] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)  # the members, as rows
    has_moved: bool = False
    # Assignments made in this transaction, by person: of all roles that were locked together.
    given: dict[int, list[datetime]] = field(default_factory=dict)
    unwritten: Counter[int] = field(default_factory=Counter)  # those of them whose rows are not written yet

    @property
    def role_id(self) -> int:
        return self.cursor.role_id

    def member(self, user_id: int | None) -> Member | None:
        return next((member for member in self.members if member.user_id == user_id), None)

    def can_choose(self, excluded: Mapping[int, str] | None = None) -> bool:
        """Return whether somebody who is not excluded takes work now, by what was read of them."""
        return choose(ROUND_ROBIN, self._members_now(), last_user_id=None, excluded=excluded).user_id is not None

    def _members_now(self, *, is_for_owner: bool = False) -> list[Member]:
        """Return the members with what this transaction has given them; an owner's capacity does not matter."""
        if is_for_owner:
            return [replace(member, capacity=None) for member in self.members]
        if not self.given:
            return self.members
        return [self._with_given(member) for member in self.members]

    def _with_given(self, member: Member) -> Member:
        given = self.given.get(member.user_id)
        return replace(member, load=member.load + len(given), last_assigned_at=given[-1]) if given else member

    def choose(
        self,
        strategy: str,
        *,
        now: datetime,
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
                self._members_now(is_for_owner=is_for_owner),
                last_user_id=self.cursor.last_user_id,
                excluded=barred,
                preferred_id=preferred_id,
            )
            member = self.member(choice.user_id)
            if is_for_owner or member is None or member.capacity is None or self._has_room(member):
                break
            # Another role gave them work since they were read.
            barred[member.user_id] = AT_CAPACITY
        if choice.user_id is not None:
            if not is_for_owner:
                self.given.setdefault(choice.user_id, []).append(now)
                self.unwritten[choice.user_id] += 1
            self.cursor.last_user_id = choice.cursor
            if choice.origin != "return":
                self.cursor.turns += 1
                self.has_moved = True
        return choice

    def _has_room(self, member: Member) -> bool:
        """Count again under the person's own lock: a capacity holds over all of their roles."""
        person = Person.objects.select_for_update().filter(pk=member.user_id).first()
        if person is None:
            return False
        if person.capacity is None:
            return True
        written = in_hand().filter(person_id=member.user_id).count()
        return written + self.unwritten[member.user_id] < person.capacity


def in_hand() -> QuerySet[Assignment]:
    """Return the assignments that use up capacity: of work on hold they do not."""
    return Assignment.objects.filter(ended_at__isnull=True, is_owner=False).exclude(task__status=Task.Status.ON_HOLD)


locked_cursors = CompiledRead(
    lambda role_ids: (
        RoleRotation.objects.select_for_update(of=("self",))
        .select_related("role")
        .filter(role_id__in=role_ids)
        .order_by("role_id")
    )
)
active_members = CompiledRead(
    lambda role_ids: (
        RoleMember.objects.active()
        .filter(role_id__in=role_ids)
        .select_related("person")
        .order_by("role_id", "person_id")
    )
)


def lock_rotations(
    role_ids: Collection[int | None], now: datetime, *, strategies: Collection[str] = ()
) -> dict[int, Rotation]:
    """Lock the cursors of the roles, in the order of their ids, and read their members afterwards.

    What each member has in hand is read where one of the `strategies` or a capacity needs it.
    """
    wanted = sorted({role_id for role_id in role_ids if role_id is not None})
    if not wanted:
        return {}
    cursors = locked_cursors(role_ids=wanted)
    if len(cursors) < len(wanted):
        known = {cursor.role_id for cursor in cursors}
        missing = Role.objects.filter(pk__in=set(wanted) - known)
        new = [RoleRotation(role=role) for role in missing]
        if new:
            RoleRotation.objects.bulk_create(new, ignore_conflicts=True)
            cursors = locked_cursors(role_ids=wanted)
    given: dict[int, list[datetime]] = {}
    unwritten: Counter[int] = Counter()
    rotations = {
        cursor.role_id: Rotation(cursor, cursor.role.name, cursor.role.lead_id, given=given, unwritten=unwritten)
        for cursor in cursors
    }
    people = [(row.role_id, row.person) for row in active_members(role_ids=wanted)]
    by_load = LEAST_LOADED in strategies
    loads = _open_visits([person.user_id for _, person in people if by_load or person.capacity is not None])
    last_assigned = _last_assigned([person.user_id for _, person in people]) if by_load else {}
    for role_id, person in people:
        rotations[role_id].people.append(person)
        rotations[role_id].members.append(
            Member(
                user_id=person.user_id,
                full_name=person.full_name,
                is_away=person.is_away(now),
                substitute_id=person.substitute_id,
                capacity=person.capacity,
                load=loads.get(person.user_id, 0),
                last_assigned_at=last_assigned.get(person.user_id),
            )
        )
    return rotations


def _open_visits(user_ids: Collection[int]) -> dict[int, int]:
    """Return how many open visits each person has in hand, not on hold; those without any are left out."""
    if not user_ids:
        return {}
    of_people = in_hand().filter(person_id__in=set(user_ids))
    return dict(of_people.order_by().values_list("person_id").annotate(number=Count("pk")))


def _last_assigned(user_ids: Collection[int]) -> dict[int, datetime | None]:
    """Return when each person was last assigned a visit."""
    newest = Assignment.objects.filter(person_id=OuterRef("pk"), is_owner=False).order_by("-started_at")
    people = Person.objects.filter(pk__in=set(user_ids)).annotate(last=Subquery(newest.values("started_at")[:1]))
    return dict(people.values_list("pk", "last"))


def save_rotations(rotations: Mapping[int, Rotation]) -> None:
    """Store the cursors that moved. The assignments that moved them are written with it."""
    moved = [rotation for rotation in rotations.values() if rotation.has_moved]
    for rotation in rotations.values():
        rotation.unwritten.clear()
    update(*((rotation.cursor, ("last_user_id", "turns")) for rotation in moved))
    for rotation in moved:
        rotation.has_moved = False
