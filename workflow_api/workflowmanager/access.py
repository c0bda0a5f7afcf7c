"""Who may see and do what with a task."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from role.models import Role, RoleMember
from task.models import ApprovalVote, Assignment, Task
from ticketing_common.errors import Forbidden, NotFound
from workflowmanager.writing import Actor


def visible_to(actor: Actor) -> Q:
    """Admins see every task; others what their roles have now, and what they own, have, or took part in."""
    if actor.is_admin:
        return Q()
    held = RoleMember.objects.filter(person_id=actor.user_id, is_active=True, person__is_active=True).values("role_id")
    return (
        Q(assignee_id=actor.user_id)
        | Q(owner_id=actor.user_id)
        | Q(current_visit__role_id__in=held)
        | Exists(Assignment.objects.filter(task_id=OuterRef("pk"), person_id=actor.user_id))
        | Exists(ApprovalVote.objects.filter(visit__task_id=OuterRef("pk"), person_id=actor.user_id))
    )


def tasks_of(actor: Actor) -> QuerySet[Task, Any]:
    return Task.objects.filter(visible_to(actor))


def check_visible(actor: Actor, task_id: int) -> None:
    """Raise `NotFound` for a task the person may not see: its existence is none of their business."""
    if not actor.is_admin and not tasks_of(actor).filter(pk=task_id).exists():
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
