"""Who takes part in a task, and by which roles: what messaging is told, so that it knows who may read (ADR 0019)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, F, Value
from django.db.models.query import QuerySet

from role.models import Person, Role
from task.hot_sql import CompiledRead
from task.models import ApprovalVote, Assignment

Part = tuple[int, int]  # a person, and a role in which they were assigned or voted
NONE = Value(None, output_field=BigIntegerField())


@dataclass(frozen=True)
class Participants:
    """Of each person their name and the roles of their assignments and votes; and the name of the visit's role."""

    people: Mapping[int, tuple[str, Iterable[int]]]
    team: str

    def as_message(self, *, owner_id: int | None, assignee_id: int | None) -> list[dict[str, Any]]:
        """Return the entries of the ticket event, by id. Who owns and is assigned the task is its assignee."""
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


def new_participants(newcomers: Iterable[Part], names: Mapping[int, str], *, team: str) -> Participants:
    """Return those of a task that is just being made."""
    roles: dict[int, set[int]] = {}
    for user_id, role_id in newcomers:
        roles.setdefault(user_id, set()).add(role_id)
    return Participants({user_id: (names.get(user_id, ""), taken) for user_id, taken in roles.items()}, team)


def _stored_parts(task_id: int, role_id: int, user_ids: list[int]) -> QuerySet[Any, Any]:
    assigned = Assignment.objects.filter(task_id=task_id, person__is_active=True)
    voted = ApprovalVote.objects.filter(visit__task_id=task_id, visit__role__isnull=False, person__is_active=True)
    return assigned.values_list("person_id", "person__full_name", "role_id").union(
        voted.values_list("person_id", "person__full_name", "visit__role_id"),
        Person.objects.filter(pk__in=user_ids, is_active=True).values_list("user_id", "full_name", NONE),
        # The role's name comes as a row without a person.
        Role.objects.filter(pk=role_id).annotate(person=NONE).values_list("person", "name", F("id")),
    )


stored_parts = CompiledRead(_stored_parts)


def read_participants(task_id: int, role_id: int | None, newcomers: Iterable[Part]) -> Participants:
    """Return the active people of a stored task, those among them whose rows are not written yet; one statement."""
    unwritten: dict[int, set[int]] = {}
    for user_id, newcomer_role_id in newcomers:
        unwritten.setdefault(user_id, set()).add(newcomer_role_id)
    rows = stored_parts(task_id=task_id, role_id=role_id or 0, user_ids=list(unwritten) or [0])
    people: dict[int, tuple[str, set[int]]] = {}
    team = ""
    for user_id, name, taken_id in rows:
        if user_id is None:
            team = name
            continue
        _, roles = people.setdefault(user_id, (name, set(unwritten.get(user_id, ()))))
        if taken_id is not None:
            roles.add(taken_id)
    return Participants(people, team)
