"""A role's people, read under the lock of its cursor: whoever holds it gives out the role's turns alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import connection

from task.assignment import AT_CAPACITY, LEAST_LOADED, Choice, Member, choose
from ticketing_common import prepared
from ticketing_common.rows import Statement
from workflowmanager.writing import Change, current_collector


@dataclass
class Roster:
    """One role, locked: its members and whose turn was last."""

    role_id: int
    name: str
    lead_id: int | None
    last_user_id: int | None
    members: list[Member] = field(default_factory=list)
    turns_taken: int = 0
    given: dict[int, int] = field(default_factory=dict)  # turns given in this transaction, by person

    def member(self, user_id: int | None) -> Member | None:
        return next((member for member in self.members if member.user_id == user_id), None)

    def take_turn(
        self,
        strategy: str,
        *,
        excluded: Mapping[int, str] | None = None,
        preferred_id: int | None = None,
        is_for_owner: bool = False,
    ) -> Choice:
        """Choose, and advance the cursor. The caller writes the cursors with `save_cursors`.

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
                last_user_id=self.last_user_id,
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
            if choice.cursor != self.last_user_id:
                self.last_user_id = choice.cursor
            self.turns_taken += choice.origin != "return"
        return choice


def _has_room(member: Member) -> bool:
    """Count again under the person's own lock: a capacity holds over all of their roles."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT capacity FROM people WHERE user_id = %s FOR UPDATE", [member.user_id])
        row = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM assignments WHERE person_id = %s AND ended_at IS NULL AND NOT is_owner",
            [member.user_id],
        )
        (load,) = cursor.fetchone()
    return row is not None and (row[0] is None or load < row[0])


def lock_rosters(
    role_ids: Collection[int | None],
    now: datetime,
    *,
    strategies: Collection[str] = (),
    change: Change | None = None,
) -> dict[int, Roster]:
    """Lock the cursors of the roles, in the order of their ids, and read their members afterwards.

    What the `change` has ended so far is written first: it no longer counts as work in hand.
    """
    wanted = sorted({role_id for role_id in role_ids if role_id is not None})
    if not wanted:
        return {}
    collector = current_collector()
    if collector is not None:
        return dict(collector.rosters(wanted, now, strategies=strategies, change=change))
    if change is not None:
        change.settle()
    return read_rosters(wanted, now, strategies=strategies)


def read_rosters(role_ids: list[int], now: datetime, *, strategies: Collection[str] = ()) -> dict[int, Roster]:
    """Lock and read, whatever is collected: `role_ids` in order."""
    rosters = _read(role_ids, now, strategies)
    if rosters is None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO role_cursors (role_id, turns) SELECT id, 0 FROM roles WHERE id = ANY(%s)"
                " ON CONFLICT (role_id) DO NOTHING",
                [role_ids],
            )
        rosters = _read(role_ids, now, strategies)
    return rosters or {}


def _read(role_ids: list[int], now: datetime, strategies: Collection[str]) -> dict[int, Roster] | None:
    """Lock, then read, in one round trip; None where a role has no cursor yet."""
    rosters: dict[int, Roster] = {}
    values = {"roles": role_ids, "loads": LEAST_LOADED in strategies, "now": now}
    with connection.cursor() as cursor:
        # Two statements, of which the second sees what was committed while the first one waited.
        prepared.execute_together(cursor, [(_LOCK, [role_ids]), (_MEMBERS, values)])
        for role_id, name, lead_id, has_cursor, last_user_id, *person in cursor.fetchall():
            if not has_cursor:
                return None
            roster = rosters.setdefault(role_id, Roster(role_id, name, lead_id, last_user_id))
            if person[0] is not None:
                roster.members.append(Member(person[0], person[1], True, *person[2:]))
    return rosters


_LOCK = "SELECT 1 FROM role_cursors WHERE role_id = ANY(%s::bigint[]) ORDER BY role_id FOR UPDATE"

# Loads and last turns cost a look at the assignments, so they are read only where they matter.
_MEMBERS = """
SELECT r.id, r.name, r.lead_id, c.role_id IS NOT NULL, c.last_user_id, p.user_id, p.full_name,
       COALESCE(p.away_from <= %(now)s AND (p.away_until IS NULL OR p.away_until > %(now)s), FALSE),
       p.substitute_id, p.capacity,
       CASE WHEN %(loads)s OR p.capacity IS NOT NULL THEN (
           SELECT count(*) FROM assignments a
           WHERE a.person_id = p.user_id AND a.ended_at IS NULL AND NOT a.is_owner) ELSE 0 END,
       CASE WHEN %(loads)s THEN (
           SELECT max(a.started_at) FROM assignments a
           WHERE a.person_id = p.user_id AND NOT a.is_owner) END
FROM roles r
LEFT JOIN role_cursors c ON c.role_id = r.id
LEFT JOIN role_members m ON m.role_id = r.id AND m.is_active
LEFT JOIN people p ON p.user_id = m.person_id AND p.is_active
WHERE r.id = ANY(%(roles)s)
ORDER BY r.id, p.user_id
"""


def save_cursors(rosters: Mapping[int, Roster], change: Change) -> None:
    """Write the cursors that moved with the change."""
    if current_collector() is None:
        change.statements += moved_cursors(rosters)


def moved_cursors(rosters: Mapping[int, Roster]) -> list[Statement]:
    """Return the statement that writes the cursors that moved, if any did; they count as written."""
    moved = [roster for roster in rosters.values() if roster.turns_taken]
    if not moved:
        return []
    values = [
        [roster.role_id for roster in moved],
        [roster.last_user_id for roster in moved],
        [roster.turns_taken for roster in moved],
    ]
    for roster in moved:
        roster.turns_taken = 0
    return [(_MOVE, values)]


_MOVE = (
    "UPDATE role_cursors SET last_user_id = v.last_user_id, turns = turns + v.taken"
    " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS v (role_id, last_user_id, taken)"
    " WHERE role_cursors.role_id = v.role_id"
)
