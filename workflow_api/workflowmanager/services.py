"""What the other apps ask for when a change of theirs reaches running work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.actor import Actor
from role import services as roles
from role.models import Role
from task.electorate import judge_approvals
from task.journal import Journal
from task.notifications import admin_ids, by_code
from task.rotation import lock_rotations
from task.unassigned_queue import person_changed, settle
from ticketing_common.contracts.messages import CreateInAppNotification, Message
from ticketing_common.outbox import enqueue
from workflow import deploy_requests
from workflow import services as workflows
from workflow.models import WorkflowVersion
from workflowmanager.feeds import end_feeds
from workflowmanager.intake import route_after_commit
from workflowmanager.pauses import let_held_go_on


def _settle(journal: Journal, role_ids: Iterable[int], changes: Iterable[roles.MemberChange]) -> None:
    """Reassign the work of who left, assign what waits. The rotations of these roles are locked already.

    Who lost their last role, as a deactivated account does, loses their calendar links too.
    """
    wanted = sorted(set(role_ids))
    if wanted:
        end_feeds(journal, user_ids=[change.user_id for change in changes if change.lost])
        settle(journal, wanted)
        journal.write()
        # By transactions of their own: a decided approval locks the roles of the steps that follow, in order.
        transaction.on_commit(lambda: judge_approvals(now=journal.now, role_ids=wanted), robust=True)


@transaction.atomic
def sync_role(*, now: datetime | None = None, **message: Any) -> roles.RoleChange:
    """Apply a role message; a deleted role's work goes back to its pool."""
    moment = now or timezone.now()
    lock_rotations([message["role_id"]], moment)
    applied = roles.apply_role(**message)
    if applied.deleted or applied.members:
        _settle(Journal(moment), [applied.role_id], applied.members)
    return applied


@transaction.atomic
def sync_member(*, now: datetime | None = None, **message: Any) -> roles.MemberChange:
    """Apply a membership message: who loses the role loses its work, who gains it gets what waits."""
    moment = now or timezone.now()
    # The cursor first: whoever gives out a turn of this role has it, and has read the members after it.
    lock_rotations([message["role_id"]], moment)
    applied = roles.apply_member(**message)
    if applied.gained or applied.lost:
        _settle(Journal(moment), [applied.role_id], [applied])
    return applied


@transaction.atomic
def sync_snapshot(
    *,
    roles_: Iterable[Mapping[str, Any]],
    members: Iterable[Mapping[str, Any]],
    taken_at: datetime,
    last_role_id: int | None = None,
    last_member_id: int | None = None,
    now: datetime | None = None,
) -> roles.SnapshotChange:
    """Apply a full snapshot of auth, and settle every role whose people changed by it."""
    moment = now or timezone.now()
    lock_rotations(list(Role.objects.values_list("id", flat=True)), moment)
    applied = roles.apply_snapshot(
        roles=roles_,
        members=members,
        taken_at=taken_at,
        last_role_id=last_role_id,
        last_member_id=last_member_id,
    )
    changed = {change.role_id for change in applied.all_members if change.gained or change.lost}
    _settle(Journal(moment), changed, applied.all_members)
    return applied


def deploy_workflow(
    *, workflow_id: int, actor: Actor | None, now: datetime, edit_version: int | None = None, reason: str = ""
) -> Any:
    """Deploy, then start what now matches, each ticket in its own transaction after the commit.

    A deploy ends a pause, and with it the wait of the tasks that were held for it.
    """
    with transaction.atomic():
        result = workflows.deploy(
            workflow_id=workflow_id, actor=actor, now=now, edit_version=edit_version, reason=reason
        )
        if actor is not None and result.requested_by_id is not None:
            enqueue(_deployed(result, actor, told_id=result.requested_by_id))
        _after_deploy(workflow_id, actor, now)
    return result


@transaction.atomic
def request_deploy(
    *, workflow_id: int, actor: Actor, now: datetime, edit_version: int | None = None, reason: str = ""
) -> None:
    """Ask the other administrators to deploy the draft."""
    asked = deploy_requests.request_deploy(
        workflow_id=workflow_id, actor=actor, now=now, edit_version=edit_version, reason=reason
    )
    name = asked.workflow.name
    act = f"{asked.pk}-{asked.requested_at:%Y%m%d%H%M%S%f}"
    enqueue(
        *(
            CreateInAppNotification(
                user_id=user_id,
                notification_type="system",
                subject=f"Deployment requested: {name}",
                message=f"{actor.full_name} asks you to review and deploy {name}. {reason}".strip(),
                text=by_code("deployment_requested", workflow=name, actor=actor.full_name, reason=reason),
                link=f"/admin/workflows/{workflow_id}",
                event_id=f"tts-deploy-request-{act}-{user_id}",
            )
            for user_id in admin_ids()
            if user_id != actor.user_id
        )
    )


def _deployed(version: WorkflowVersion, actor: Actor, *, told_id: int) -> Message:
    return CreateInAppNotification(
        user_id=told_id,
        notification_type="system",
        subject=f"Deployed: {version.name}",
        message=f"{actor.full_name} deployed version {version.number} of {version.name}, as you asked.",
        text=by_code("workflow_deployed", workflow=version.name, version=version.number, actor=actor.full_name),
        link=f"/admin/workflows/{version.workflow_id}?tab=versions",
        event_id=f"tts-deployed-{version.pk}",
    )


def redeploy_workflow(*, workflow_id: int, number: int, actor: Actor, now: datetime, reason: str = "") -> Any:
    with transaction.atomic():
        result = workflows.redeploy(workflow_id=workflow_id, number=number, actor=actor, now=now, reason=reason)
        _after_deploy(workflow_id, actor, now)
    return result


def _after_deploy(workflow_id: int, actor: Actor | None, now: datetime) -> None:
    route_after_commit()
    if actor is not None:
        transaction.on_commit(lambda: let_held_go_on(workflow_id, actor=actor, now=now), robust=True)


__all__ = [
    "deploy_workflow",
    "person_changed",
    "redeploy_workflow",
    "request_deploy",
    "route_after_commit",
    "sync_member",
    "sync_role",
    "sync_snapshot",
]
