"""What differs between two definitions: versions, or a version and the draft."""

from __future__ import annotations

from typing import Any

from workflow.graph import (
    STEP_ROLES,
    STEP_VALUES,
    TRANSITION_FIELDS,
    Definition,
    GraphStep,
    GraphTransition,
    draft_of,
    version_of,
)
from workflow.models import Workflow
from workflow.services import WorkflowNotFound
from workflow.versions import VersionNotFound, get_version


def side(workflow: Workflow, which: str) -> Definition:
    """Return one side of a comparison: a version's number, or `draft`."""
    if which == "draft":
        return draft_of(workflow)
    if not which.isascii() or not which.isdigit():
        raise VersionNotFound(f"{which!r} is neither a version nor the draft.")
    return version_of(get_version(workflow_id=workflow.pk, number=min(int(which), 2**31 - 1)))


def of_sides(*, workflow_id: int, old: str, new: str) -> dict[str, Any]:
    """Compare two sides of a workflow; `is_same` says whether nothing differs."""
    workflow = Workflow.objects.with_parts().filter(pk=workflow_id).first()
    if workflow is None:
        raise WorkflowNotFound()
    found = compare(side(workflow, old), side(workflow, new))
    return {**found, "is_same": is_same(found)}


def compare(old: Definition, new: Definition) -> dict[str, Any]:
    """Return what differs: policy, steps and transitions; those with the same key are the same."""
    return {
        "policy": _changes(_policy(old), _policy(new)),
        "steps": _parts(_steps(old), _steps(new)),
        "transitions": _parts(_transitions(old), _transitions(new)),
    }


def is_same(comparison: dict[str, Any]) -> bool:
    parts = [comparison["policy"], *comparison["steps"].values(), *comparison["transitions"].values()]
    return not any(parts)


def _policy(definition: Definition) -> dict[str, Any]:
    return {
        "name": definition.name,
        "end_logic": definition.end_logic,
        **{f"{priority}_sla": seconds for priority, seconds in definition.sla_seconds.items()},
        "at_risk_percent": definition.at_risk_percent,
        "field_types": dict(definition.field_types),
        "calendar": definition.calendar,
        "coordinator_role": definition.coordinator.name if definition.coordinator else None,
    }


def _steps(definition: Definition) -> dict[int, dict[str, Any]]:
    return {step.key: _step(step) for step in definition.steps.values()}


def _step(step: GraphStep) -> dict[str, Any]:
    values = {name: getattr(step, name) for name in STEP_VALUES if name != "position"}
    roles = {name: role.name if (role := getattr(step, name)) else None for name in STEP_ROLES}
    return {**values, **roles, "weight": f"{step.weight:.2f}", "share": f"{step.share:.4f}"}


def _transitions(definition: Definition) -> dict[int, dict[str, Any]]:
    return {item.key: _transition(definition, item) for item in definition.transitions.values()}


def _transition(definition: Definition, item: GraphTransition) -> dict[str, Any]:
    ends = {
        "from_step": definition.steps[item.from_step_id].name if item.from_step_id in definition.steps else "",
        "to_step": definition.steps[item.to_step_id].name if item.to_step_id in definition.steps else "",
    }
    return {**{name: getattr(item, name) for name in TRANSITION_FIELDS}, **ends}


def _parts(old: dict[int, dict[str, Any]], new: dict[int, dict[str, Any]]) -> dict[str, Any]:
    changed = [
        {"key": key, "name": new[key]["name"], "changes": changes}
        for key in new
        if key in old and (changes := _changes(old[key], new[key]))
    ]
    return {
        "added": [{"key": key, **new[key]} for key in new if key not in old],
        "removed": [{"key": key, **old[key]} for key in old if key not in new],
        "changed": changed,
    }


def _changes(old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"field": name, "old": old[name], "new": new[name]} for name in new if old[name] != new[name]]
