"""Who may see and do what with a task."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet

from audit.actor import Actor
from role.models import Role, RoleMember
from task.models import ApprovalVote, Assignment, Task
from ticketing_common.errors import Forbidden, NotFound
from workflowmanager.fixed import question

# For whom sees at most so many tasks, a page is sorted from these; else it is read in its order, task by task.
SMALL_SHARE = 500
LARGE_SHARE_SECONDS = 600


def _roles_of(actor: Actor) -> QuerySet[RoleMember, Any]:
    held = RoleMember.objects.filter(person_id=actor.user_id, is_active=True, person__is_active=True)
    return held.values("role_id")


def visible_to(actor: Actor) -> Q:
    """Admins see every task; others what they have, what their roles have, and what they took part in (ADR 0019).

    To own a task, to have had it or to have voted on it counts in a role that the person still holds: who loses the
    role sees nothing more of what it gave.
    """
    if actor.is_admin:
        return Q()
    held = _roles_of(actor)
    turns = Assignment.objects.filter(task_id=OuterRef("pk"), person_id=actor.user_id, role_id__in=held)
    votes = ApprovalVote.objects.filter(visit__task_id=OuterRef("pk"), person_id=actor.user_id, visit__role_id__in=held)
    return Q(assignee_id=actor.user_id) | Q(role_id__in=held) | Exists(turns) | Exists(votes)


def seen_by(actor: Actor) -> QuerySet[Task, Any]:
    """Return the tasks of `tasks_of` in the form that suits few at a time."""
    return Task.objects.all() if actor.is_admin else Task.objects.filter(VisibleOneByOne(actor.user_id))


def tasks_of(actor: Actor) -> QuerySet[Task, Any]:
    return Task.objects.filter(visible_to(actor))


def few_seen_by(actor: Actor) -> list[int] | None:
    """Return the ids of the tasks of `tasks_of`, None where they are many: then that is known for a while."""
    if cache.get(_large_share(actor)):
        return None
    found = question(
        ("few", SMALL_SHARE),
        lambda values: share_of(Actor(values["person"], ""), most=SMALL_SHARE + 1),
        {"person": actor.user_id},
    ).ask(after=f" LIMIT {SMALL_SHARE + 1}")
    if len(found) <= SMALL_SHARE:
        return sorted(task_id for (task_id,) in found)
    cache.set(_large_share(actor), True, LARGE_SHARE_SECONDS)
    return None


def visible(actor: Actor, few: list[int] | None) -> QuerySet[Task, Any]:
    """Return the tasks of `tasks_of` in a form whose pages do not take longer the more tasks there are.

    `few` is what `few_seen_by` said.
    """
    return seen_by(actor) if few is None else Task.objects.filter(AmongIds(few))


def _large_share(actor: Actor) -> str:
    return f"large-share-{actor.user_id}"


class AmongIds(Func):
    """The task is one of these: one value, however many they are."""

    output_field = BooleanField()

    def __init__(self, ids: list[int]) -> None:
        super().__init__(F("id"))
        self.ids = ids

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> Any:
        (task,) = (compiler.compile(column)[0] for column in self.get_source_expressions())
        return f"{task} = ANY(%s::bigint[])", (self.ids,)


class VisibleOneByOne(Func):
    """Says what `visible_to` says so that PostgreSQL looks at each task by itself.

    For `EXISTS` it would gather all the person's turns first, since it expects to read every task: for fifty rows. The
    text is fixed because building it from Django's parts takes longer than all else that a list does in Python.
    """

    output_field = BooleanField()
    held = """
                SELECT held.role_id FROM role_members held JOIN people holder ON holder.user_id = held.person_id
                WHERE held.person_id = %s AND held.is_active AND holder.is_active"""
    text = """(
        {assignee} = %s
        OR {role} IN ({held})
        OR {task} IN (
            SELECT seen_turns.task_id FROM assignments seen_turns
            WHERE seen_turns.task_id = {task} AND seen_turns.person_id = %s AND seen_turns.role_id IN ({held}) LIMIT 1
        )
        OR {task} IN (
            SELECT voted.task_id FROM approval_votes seen_votes JOIN step_visits voted ON voted.id = seen_votes.visit_id
            WHERE voted.task_id = {task} AND seen_votes.person_id = %s AND voted.role_id IN ({held}) LIMIT 1
        )
    )"""

    def __init__(self, user_id: int) -> None:
        super().__init__(F("id"), F("assignee_id"), F("role_id"))
        self.user_id = user_id

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[str | int, ...]]:
        task, assignee, role = (compiler.compile(column)[0] for column in self.get_source_expressions())
        text = self.text.format(task=task, assignee=assignee, role=role, held=self.held)
        return text, (self.user_id,) * text.count("%s")


def share_of(actor: Actor, most: int | None = None) -> QuerySet[Task, Any]:
    """Return the ids of the tasks that `visible_to` names, gathered from the person's side.

    With `most`, it may stop there: fewer are all of them.
    """
    held = _roles_of(actor)
    tasks = Task.objects.order_by()
    turns = Assignment.objects.order_by().filter(person_id=actor.user_id, role_id__in=held)
    votes = ApprovalVote.objects.order_by().filter(person_id=actor.user_id, visit__role_id__in=held)
    parts: list[QuerySet[Any, Any]] = [
        tasks.filter(assignee_id=actor.user_id).values("id"),
        tasks.filter(role_id__in=held).values("id"),
        turns.values("task_id"),
        votes.values("visit__task_id"),
    ]
    if most is not None:
        parts = [part.distinct()[:most] for part in parts]
    return parts[0].union(*parts[1:])


def check_visible(actor: Actor, task_id: int) -> None:
    """Raise `NotFound` for a task the person may not see: its existence is none of their business."""
    if not actor.is_admin and not seen_by(actor).filter(pk=task_id).exists():
        raise NotFound("There is no such task.")


def holds_role(user_id: int, role_id: int | None) -> bool:
    if role_id is None:
        return False
    return RoleMember.objects.active().filter(person_id=user_id, role_id=role_id).exists()


def leads(actor: Actor, role_id: int | None) -> bool:
    """Return whether the person decides for the role: its lead, or an admin."""
    if actor.is_admin or role_id is None:
        return actor.is_admin
    return Role.objects.filter(pk=role_id, lead_id=actor.user_id).exists()


def check_leads(actor: Actor, role_id: int | None, *, or_holds: int | None = None) -> None:
    if or_holds == actor.user_id or leads(actor, role_id):
        return
    raise Forbidden("Only the holder, a lead of the role or an administrator may do this.")
