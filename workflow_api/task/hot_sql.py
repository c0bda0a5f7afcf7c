"""Statements by hand, each beside the ORM form that it must equal: a test compares them.

Measured over HTTP on 10 000 tasks, lists and details of agents take two to five times as long with the ORM's form of
the rule of visibility: Django takes longer to build it than PostgreSQL to run it.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet

from audit.actor import Actor
from role.models import RoleMember


def visible_by_orm(tasks: QuerySet[Any, Any], person: Actor) -> QuerySet[Any, Any]:
    """Return those of the tasks that somebody who is no administrator may see."""
    held = RoleMember.objects.active().filter(person_id=person.user_id).values("role_id")
    seen = tasks.model._default_manager.filter(
        Q(assignee_id=person.user_id)
        | Q(role_id__in=held)
        | Q(assignments__person_id=person.user_id, assignments__role_id__in=held)
        | Q(visits__votes__person_id=person.user_id, visits__role_id__in=held)
    )
    return tasks.filter(pk__in=seen.values("pk"))


HELD = """
    SELECT held.role_id FROM role_members held JOIN people holder ON holder.user_id = held.person_id
    WHERE held.person_id = %s AND held.is_active AND holder.is_active"""
GATHERED = (
    "SELECT own.id FROM tasks own WHERE own.assignee_id = %s",
    f"SELECT own.id FROM tasks own WHERE own.role_id IN ({HELD})",  # noqa: S608 -- constants of this module
    f"SELECT DISTINCT taken.task_id FROM assignments taken WHERE taken.person_id = %s AND taken.role_id IN ({HELD})",  # noqa: S608
    "SELECT DISTINCT voted.task_id FROM approval_votes votes JOIN step_visits voted ON voted.id = votes.visit_id"  # noqa: S608
    f" WHERE votes.person_id = %s AND voted.role_id IN ({HELD})",
)


class _OfPerson(Func):
    """A condition on a task that names a person, once or more often."""

    output_field = BooleanField()
    text: str

    def __init__(self, person: Actor) -> None:
        super().__init__(F("id"), F("assignee_id"), F("role_id"))
        self.user_id = person.user_id

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[str | int, ...]]:
        task, assignee, role = (compiler.compile(column)[0] for column in self.get_source_expressions())
        text = self.text.format(task=task, assignee=assignee, role=role)
        return text, (self.user_id,) * text.count("%s")


class VisibleOneByOne(_OfPerson):
    """The rule asked of each task by itself: right for one task, and for pages in the order of an index.

    For EXISTS, PostgreSQL would gather all assignments of the person first, as it expects to read every task.
    """

    text = f"""(
        {{assignee}} = %s
        OR {{role}} IN ({HELD})
        OR {{task}} IN (
            SELECT taken.task_id FROM assignments taken
            WHERE taken.task_id = {{task}} AND taken.person_id = %s AND taken.role_id IN ({HELD}) LIMIT 1
        )
        OR {{task}} IN (
            SELECT voted.task_id FROM approval_votes votes JOIN step_visits voted ON voted.id = votes.visit_id
            WHERE voted.task_id = {{task}} AND votes.person_id = %s AND voted.role_id IN ({HELD}) LIMIT 1
        )
    )"""  # noqa: S608 -- constants of this module


class VisibleGathered(_OfPerson):
    """The rule as the ids gathered from the person's side: right where most of them are wanted, as for counts."""

    text = f"{{task}} IN ({' UNION '.join(GATHERED)})"


def gather_visible(person: Actor, limit: int) -> list[int]:
    """Return the ids of the tasks that somebody who is no administrator may see, `limit` at most."""
    text = " UNION ".join(f"({part} LIMIT {int(limit)})" for part in GATHERED)
    with connection.cursor() as cursor:
        cursor.execute(f"{text} LIMIT {int(limit)}", [person.user_id] * text.count("%s"))
        return [task_id for (task_id,) in cursor.fetchall()]
