"""Deployed versions: made once, never changed, and deployed again."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from role.models import Role
from ticketing_common.errors import Conflict, NotFound
from workflow.definition_fields import STEP_VALUES, TRANSITION_FIELDS
from workflow.graph import Definition, GraphStep, version_of
from workflow.models import VersionStep, VersionTransition, Workflow, WorkflowVersion


class VersionNotFound(NotFound):
    default_detail = "There is no such version."


class RolesGone(Conflict):
    """A role that the version needs was deleted; the answer names them in `roles`."""

    code = "roles_gone"
    default_detail = "The version needs roles that were deleted."


def get_version(*, workflow_id: int, number: int) -> WorkflowVersion:
    version = WorkflowVersion.objects.filter(workflow_id=workflow_id, number=number).first()
    if version is None:
        raise VersionNotFound()
    return version


def freeze(
    *,
    workflow: Workflow,
    definition: Definition,
    deployed_by_id: int | None,
    now: datetime,
    redeployed_from: int | None = None,
    reason: str = "",
    requested_by_id: int | None = None,
) -> WorkflowVersion:
    """Write the definition as the workflow's next version. The workflow's row must be locked."""
    newest = WorkflowVersion.objects.filter(workflow=workflow).aggregate(newest=Max("number"))["newest"] or 0
    coordinator = definition.coordinator
    if coordinator is None or coordinator.id is None:
        raise ValueError("A definition is validated before it becomes a version.")
    version = WorkflowVersion.objects.create(
        workflow=workflow,
        number=newest + 1,
        name=definition.name,
        end_logic=definition.end_logic,
        sla_seconds=dict(definition.sla_seconds),
        at_risk_percent=definition.at_risk_percent,
        field_types=dict(definition.field_types),
        decisive_fields=list(definition.decisive_fields),
        reopen_days=definition.reopen_days,
        escalation_trigger=definition.escalation.trigger,
        second_escalation_role_id=definition.escalation.second_role_id,
        second_escalation_seconds=definition.escalation.second_seconds,
        hand_over_seconds=definition.hand_over_seconds,
        calendar=definition.calendar,
        coordinator_role_id=coordinator.id,
        fingerprint=definition.fingerprint,
        redeployed_from=redeployed_from,
        reason=reason,
        requested_by_id=requested_by_id,
        deployed_by_id=deployed_by_id,
        deployed_at=now,
    )
    steps = VersionStep.objects.bulk_create(_step_row(version, step) for step in definition.steps.values())
    rows = {row.key: row for row in steps}
    VersionTransition.objects.bulk_create(
        VersionTransition(
            version=version,
            key=item.key,
            from_step=rows[definition.key_of(item.from_step_id)],
            to_step=rows[definition.key_of(item.to_step_id)],
            **{name: getattr(item, name) for name in TRANSITION_FIELDS},
        )
        for item in definition.transitions.values()
    )
    return version


def _step_row(version: WorkflowVersion, step: GraphStep) -> VersionStep:
    row = VersionStep(
        version=version,
        key=step.key,
        share=step.share,
        role_id=step.role_id,
        escalate_to_id=step.escalate_to_id,
        **{name: getattr(step, name) for name in STEP_VALUES},
    )
    if step.is_end:
        row.role_id = row.escalate_to_id = None
    row.end_status = (step.end_status or "completed") if step.is_end else ""
    return row


def repeat(old: WorkflowVersion, *, deployed_by_id: int, now: datetime, reason: str = "") -> WorkflowVersion:
    """Write an older version's content as the next version."""
    return freeze(
        workflow=old.workflow,
        definition=version_of(old),
        deployed_by_id=deployed_by_id,
        now=now,
        redeployed_from=old.number,
        reason=reason,
    )


def require_usable_roles(version: WorkflowVersion) -> None:
    """Refuse a version that needs a role which is gone."""
    steps = VersionStep.objects.filter(version=version)
    used = {role_id for pair in steps.values_list("role_id", "escalate_to_id") for role_id in pair}
    used.add(version.coordinator_role_id)
    if version.second_escalation_role_id is not None:
        used.add(version.second_escalation_role_id)
    gone = Role.objects.filter(id__in=used, is_active=False).values_list("name", flat=True)
    if gone:
        raise RolesGone(roles=sorted(gone))
