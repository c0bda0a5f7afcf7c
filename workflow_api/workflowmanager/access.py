"""Who may see and do what with a task."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet

from role.models import Role, RoleMember
from task.models import ApprovalVote, Assignment, StepVisit, Task
from ticketing_common.errors import Forbidden, NotFound
from workflowmanager.writing import Actor

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
    return Q(assignee_id=actor.user_id) | Q(current_visit__role_id__in=held) | Exists(turns) | Exists(votes)


def seen_by(actor: Actor) -> QuerySet[Task, Any]:
    """Return the tasks of `tasks_of` in the form that suits few at a time."""
    return Task.objects.all() if actor.is_admin else Task.objects.filter(VisibleOneByOne(actor.user_id))


def tasks_of(actor: Actor) -> QuerySet[Task, Any]:
    return Task.objects.filter(visible_to(actor))


def listed_for(actor: Actor, *, is_large: bool | None = None) -> QuerySet[Task, Any]:
    """Return the tasks of `tasks_of` in a form whose pages do not take longer the more tasks there are.

    Takes a statement to find out how many the person sees, unless it is known that they are many: `is_large` is what
    `has_large_share` said, for who has asked already.
    """
    if actor.is_admin:
        return Task.objects.all()
    if not (has_large_share(actor) if is_large is None else is_large):
        small = sorted(share_of(actor, most=SMALL_SHARE + 1).values_list("id", flat=True)[: SMALL_SHARE + 1])
        if len(small) <= SMALL_SHARE:
            return Task.objects.filter(pk__in=small)
        cache.set(_large_share(actor), True, LARGE_SHARE_SECONDS)
    return seen_by(actor)


def has_large_share(actor: Actor) -> bool:
    """Return whether the person was lately found to see many tasks. Either form is right; this chooses the sooner."""
    return bool(cache.get(_large_share(actor)))


def _large_share(actor: Actor) -> str:
    return f"large-share-{actor.user_id}"


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
        OR {stay} IN (
            SELECT seen_stays.id FROM step_visits seen_stays
            WHERE seen_stays.id = {stay} AND seen_stays.role_id IN ({held}) LIMIT 1
        )
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
        super().__init__(F("id"), F("assignee_id"), F("current_visit_id"))
        self.user_id = user_id

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[str | int, ...]]:
        task, assignee, stay = (compiler.compile(column)[0] for column in self.get_source_expressions())
        text = self.text.format(task=task, assignee=assignee, stay=stay, held=self.held)
        return text, (self.user_id,) * text.count("%s")


def share_of(actor: Actor, most: int | None = None) -> QuerySet[Task, Any]:
    """Return the ids of the tasks that `visible_to` names, gathered from the person's side.

    With `most`, it may stop there: fewer are all of them.
    """
    held = _roles_of(actor)
    # The stay that a task is in is its only open one.
    stays = StepVisit.objects.order_by().filter(closed_at__isnull=True, role_id__in=held)
    turns = Assignment.objects.order_by().filter(person_id=actor.user_id, role_id__in=held)
    votes = ApprovalVote.objects.order_by().filter(person_id=actor.user_id, visit__role_id__in=held)
    parts: list[QuerySet[Any, Any]] = [
        Task.objects.order_by().filter(assignee_id=actor.user_id).values("id"),
        stays.values("task_id"),
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
