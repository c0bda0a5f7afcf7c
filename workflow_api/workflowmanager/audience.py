"""Who has a part in a task, and by which roles: what messaging is told, so that it knows who may read (ADR 0019)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from ticketing_common import prepared

Part = tuple[int, int]  # a person, and a role in which they had a turn or voted


@dataclass(frozen=True)
class Parts:
    """Of each person their name and the roles of their turns and votes; and what the role of the stay is called."""

    people: Mapping[int, tuple[str, Iterable[int]]]
    team: str

    def as_participants(self, *, owner_id: int | None, assignee_id: int | None) -> list[dict[str, Any]]:
        """Return the entries of the ticket event, by id. Who has the task is its assignee before all else."""
        relations = {owner_id: "owner", assignee_id: "assignee"}
        return [
            {
                "user_id": user_id,
                "full_name": full_name,
                "relation": relations.get(user_id, "performer"),
                "role_ids": sorted(role_ids),
            }
            for user_id, (full_name, role_ids) in sorted(self.people.items())
        ]


def new_parts(newcomers: Iterable[Part], names: Mapping[int, str], *, team: str) -> Parts:
    """Return the parts in a task that is just being made."""
    roles: dict[int, set[int]] = {}
    for user_id, role_id in newcomers:
        roles.setdefault(user_id, set()).add(role_id)
    return Parts({user_id: (names.get(user_id, ""), taken) for user_id, taken in roles.items()}, team)


def read_parts(task_id: int, role_id: int | None, newcomers: Iterable[Part]) -> Parts:
    """Return the parts of active people in a stored task, those that are not written yet among them."""
    people, roles = [list(column) for column in zip(*newcomers, strict=True)] or ([], [])
    values = {"task": task_id, "role": role_id, "people": people, "roles": roles}
    with connection.cursor() as cursor:
        prepared.execute(cursor, _PARTS, values)
        found = cursor.fetchall()
    team = next((name for user_id, name, _ in found if user_id is None), "")
    return Parts({user_id: (name, taken) for user_id, name, taken in found if user_id is not None}, team)


# The role's name comes as a row without a person.
_PARTS = """
SELECT p.user_id, p.full_name, array_agg(x.role_id)
FROM (
    SELECT person_id, role_id FROM assignments WHERE task_id = %(task)s
    UNION SELECT v.person_id, s.role_id FROM approval_votes v JOIN step_visits s ON s.id = v.visit_id
          WHERE s.task_id = %(task)s AND s.role_id IS NOT NULL
    UNION SELECT * FROM unnest(%(people)s::bigint[], %(roles)s::bigint[])
) x JOIN people p ON p.user_id = x.person_id
WHERE p.is_active
GROUP BY p.user_id
UNION ALL SELECT NULL, r.name, NULL FROM roles r WHERE r.id = %(role)s::bigint
"""
