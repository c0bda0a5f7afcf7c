"""Asking a second person to deploy a draft."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from audit.actor import Actor
from audit.services import record
from workflow.models import DeployRequest, Workflow
from workflow.services import NothingToDeploy, locked, require_move, require_valid


@transaction.atomic
def request_deploy(
    *, workflow_id: int, actor: Actor, now: datetime, edit_version: int | None = None, reason: str = ""
) -> DeployRequest:
    """Ask for a deploy of the draft as it is; it replaces what was asked for before.

    `requested_at` tells one request from another: asking once more for the same with the same reason changes nothing.
    Refused like the deploy itself: `StaleEdit`, `NothingToDeploy`, `IllegalMove`, `NotValid`.
    """
    workflow = locked(workflow_id, edit_version=edit_version)
    is_live = workflow.status in (Workflow.Status.DEPLOYED, Workflow.Status.PAUSED)
    if not workflow.is_archived and is_live and not workflow.has_undeployed_changes:
        raise NothingToDeploy(status=workflow.status, legal_moves=workflow.legal_moves)
    require_move(workflow, "initialize" if workflow.status == Workflow.Status.DRAFT else "deploy")
    require_valid(workflow)
    wanted = {"edit_version": workflow.edit_version, "requested_by_id": actor.user_id, "reason": reason}
    if same := DeployRequest.objects.filter(workflow=workflow, **wanted).first():
        return same
    asked, _ = DeployRequest.objects.update_or_create(workflow=workflow, defaults={**wanted, "requested_at": now})
    record(
        actor=actor,
        action="workflow.deploy_requested",
        object_type="workflow",
        object_id=workflow.pk,
        at=now,
        new={"edit_version": workflow.edit_version},
        reason=reason,
    )
    return asked


@transaction.atomic
def withdraw_request(*, workflow_id: int, actor: Actor, now: datetime) -> None:
    """Take back what anybody asked for; without a request nothing happens."""
    workflow = locked(workflow_id)
    asked = DeployRequest.objects.filter(workflow=workflow).first()
    if asked is None:
        return
    asked.delete()
    record(
        actor=actor,
        action="workflow.deploy_request_withdrawn",
        object_type="workflow",
        object_id=workflow.pk,
        at=now,
        old={"edit_version": asked.edit_version, "requested_by_id": asked.requested_by_id},
    )
