"""Deployed versions: made once, never changed, compared, and deployed again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max

from role.models import Role
from task.models import Task
from ticketing_common.errors import Conflict, NotFound
from workflow.definition import Definition, EdgePart, RoleRef, StepPart, draft_of, version_of
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
        calendar=definition.calendar,
        coordinator_role_id=coordinator.id,
        fingerprint=definition.fingerprint,
        redeployed_from=redeployed_from,
        deployed_by_id=deployed_by_id,
        deployed_at=now,
    )
    steps = VersionStep.objects.bulk_create(_step_row(version, definition, step) for step in definition.steps)
    rows = {row.key: row for row in steps}
    VersionTransition.objects.bulk_create(
        VersionTransition(
            version=version,
            key=edge.key,
            from_step=rows[edge.from_key],
            to_step=rows[edge.to_key],
            name=edge.name,
            outcome=edge.outcome,
            requires_comment=edge.requires_comment,
            is_automatic=edge.is_automatic,
            condition=edge.condition,
            order=edge.order,
        )
        for edge in definition.edges
    )
    return version


def _step_row(version: WorkflowVersion, definition: Definition, step: StepPart) -> VersionStep:
    return VersionStep(
        version=version,
        key=step.key,
        name=step.name,
        description=step.description,
        instruction=step.instruction,
        kind=step.kind,
        role_id=step.role.id if step.role and not step.is_end else None,
        escalate_to_id=step.escalate_to.id if step.escalate_to and not step.is_end else None,
        assignment=step.assignment,
        weight=step.weight,
        share=definition.share(step),
        approval=dict(step.approval),
        is_start=step.is_start,
        is_end=step.is_end,
        end_status=(step.end_status or "completed") if step.is_end else "",
        return_cap=step.return_cap,
        position=dict(step.position),
        order=step.order,
    )


def repeat(old: WorkflowVersion, *, deployed_by_id: int, now: datetime) -> WorkflowVersion:
    """Write an older version's content as the next version."""
    return freeze(
        workflow=old.workflow,
        definition=version_of(old),
        deployed_by_id=deployed_by_id,
        now=now,
        redeployed_from=old.number,
    )


def require_usable_roles(version: WorkflowVersion) -> None:
    """Refuse a version that needs a role which is gone."""
    steps = VersionStep.objects.filter(version=version)
    used = set(steps.exclude(role=None).values_list("role_id", flat=True)) | {version.coordinator_role_id}
    gone = Role.objects.filter(id__in=used, is_active=False).values_list("name", flat=True)
    if gone:
        raise RolesGone(roles=sorted(gone))


def side(workflow: Workflow, which: str) -> Definition:
    """Return one side of a comparison: a version's number, or `draft`."""
    if which == "draft":
        return draft_of(workflow)
    if not which.isascii() or not which.isdigit():
        raise VersionNotFound(f"{which!r} is neither a version nor the draft.")
    return version_of(get_version(workflow_id=workflow.pk, number=min(int(which), 2**31 - 1)))


def compare(old: Definition, new: Definition) -> dict[str, Any]:
    """Return what differs: policy, steps and transitions; steps are the same when their keys are."""
    policy_old, policy_new = _policy(old), _policy(new)
    names_old = {step.key: step.name for step in old.steps}
    names_new = {step.key: step.name for step in new.steps}
    return {
        "policy": _fields(policy_old, policy_new),
        "steps": _parts(
            {step.key: _described(old, step) for step in old.steps},
            {step.key: _described(new, step) for step in new.steps},
        ),
        "transitions": _parts(
            {edge.key: _edge(edge, names_old) for edge in old.edges},
            {edge.key: _edge(edge, names_new) for edge in new.edges},
        ),
    }


def is_same(comparison: dict[str, Any]) -> bool:
    parts = [comparison["policy"], *comparison["steps"].values(), *comparison["transitions"].values()]
    return not any(parts)


def running_by_step(workflow: Workflow) -> list[dict[str, Any]]:
    """Return the workflow's running tasks by version and step, in one statement."""
    rows = (
        Task.objects.open()
        .filter(workflow=workflow)
        .values(
            "current_step_id",
            number=F("workflow_version__number"),
            step_name=F("current_step__name"),
            key=F("current_step__key"),
            role_name=F("current_step__role__name"),
        )
        .annotate(running_tasks=Count("id"))
        .order_by("number", "current_step__order", "current_step_id")
    )
    return [row | {"role": row.pop("role_name")} for row in map(dict, rows)]


def _policy(definition: Definition) -> dict[str, Any]:
    return {
        "name": definition.name,
        "end_logic": definition.end_logic,
        **{f"{priority}_sla": seconds for priority, seconds in definition.sla_seconds.items()},
        "at_risk_percent": definition.at_risk_percent,
        "calendar": definition.calendar,
        "coordinator_role": _name(definition.coordinator),
    }


def _described(definition: Definition, step: StepPart) -> dict[str, Any]:
    return {
        "name": step.name,
        "description": step.description,
        "instruction": step.instruction,
        "kind": step.kind,
        "role": _name(step.role),
        "escalate_to": _name(step.escalate_to),
        "assignment": step.assignment,
        "weight": f"{step.weight:.2f}",
        "share": f"{definition.share(step):.4f}",
        "approval": dict(step.approval),
        "is_start": step.is_start,
        "is_end": step.is_end,
        "end_status": step.end_status,
        "return_cap": step.return_cap,
        "order": step.order,
    }


def _edge(edge: EdgePart, names: dict[int, str]) -> dict[str, Any]:
    return {
        "name": edge.name,
        "from_step": names.get(edge.from_key, ""),
        "to_step": names.get(edge.to_key, ""),
        "outcome": edge.outcome,
        "requires_comment": edge.requires_comment,
        "is_automatic": edge.is_automatic,
        "condition": edge.condition,
        "order": edge.order,
    }


def _name(role: RoleRef | None) -> str | None:
    return role.name if role else None


def _parts(old: dict[int, dict[str, Any]], new: dict[int, dict[str, Any]]) -> dict[str, Any]:
    changed = [
        {"key": key, "name": new[key]["name"], "changes": changes}
        for key in new
        if key in old and (changes := _fields(old[key], new[key]))
    ]
    return {
        "added": [{"key": key, **new[key]} for key in new if key not in old],
        "removed": [{"key": key, **old[key]} for key in old if key not in new],
        "changed": changed,
    }


def _fields(old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"field": name, "old": old[name], "new": new[name]} for name in new if old[name] != new[name]]
