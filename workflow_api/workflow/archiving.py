"""Workflows that are put away, and brought back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from audit.actor import Actor
from audit.services import record
from workflow.models import Workflow
from workflow.services import locked, require_move


@transaction.atomic
def archive(*, workflow_id: int, actor: Actor, now: datetime, reason: str = "") -> Workflow:
    """Put the workflow away. Its versions stay, for the tasks that run or ran on them."""
    workflow = locked(workflow_id)
    require_move(workflow, "archive")
    workflow.deploy_when_ready = False
    return _put(workflow, is_archived=True, actor=actor, now=now, reason=reason)


@transaction.atomic
def restore(*, workflow_id: int, actor: Actor, now: datetime, reason: str = "") -> Workflow:
    """Bring an archived workflow back as it was: a draft is one again, a deployed one stays paused."""
    workflow = locked(workflow_id)
    require_move(workflow, "restore")
    return _put(workflow, is_archived=False, actor=actor, now=now, reason=reason)


def _put(workflow: Workflow, *, is_archived: bool, actor: Actor, now: datetime, reason: str) -> Workflow:
    workflow.is_archived = is_archived
    workflow.save(update_fields=["is_archived", "deploy_when_ready", "updated_at"])
    record(
        actor=actor,
        action="workflow.archived" if is_archived else "workflow.restored",
        object_type="workflow",
        object_id=workflow.pk,
        at=now,
        old={"is_archived": not is_archived},
        new={"is_archived": is_archived},
        reason=reason,
    )
    return workflow
