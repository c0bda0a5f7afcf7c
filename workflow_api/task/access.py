"""Who may do what with one task."""

from __future__ import annotations

from audit.actor import Actor
from role.models import Role, RoleMember
from task.models import Task
from ticketing_common.errors import NotFound


def check_visible(person: Actor, task_id: int) -> None:
    """Raise `NotFound` for a task that the person may not see: that it exists is not for them to know."""
    if not person.is_admin and not Task.objects.visible_to(person).filter(pk=task_id).exists():
        raise NotFound("There is no such task.")


def holds_role(user_id: int, role_id: int | None) -> bool:
    if role_id is None:
        return False
    return RoleMember.objects.active().filter(person_id=user_id, role_id=role_id).exists()


def leads(person: Actor, role_id: int | None) -> bool:
    """Return whether the person decides for the role: its lead, or an administrator."""
    if person.is_admin or role_id is None:
        return person.is_admin
    return Role.objects.filter(pk=role_id, lead_id=person.user_id).exists()
