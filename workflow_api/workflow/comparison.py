"""What differs between two definitions: versions, or a version and the draft."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from workflow.definition_fields import STEP_ROLES, STEP_VALUES, TRANSITION_FIELDS
from workflow.graph import (
    Definition,
    GraphStep,
    GraphTransition,
    draft_of,
    version_of,
)
from workflow.models import Workflow
from workflow.services import WorkflowNotFound
from workflow.versions import VersionNotFound, get_version


@dataclass(frozen=True)
class Named:
    """A step that a transition joins: the same while its key is, shown by its name."""

    key: int
    name: str = field(compare=False)


@dataclass(frozen=True)
class Part:
    """A step or a transition as it is compared, and how a person recognises it."""

    label: str
    values: dict[str, Any]


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
        "decisive_fields": list(definition.decisive_fields),
        "reopen_days": definition.reopen_days,
        "escalation_trigger": definition.escalation.trigger,
        "second_escalation_role": definition.escalation.second_role_name or None,
        "second_escalation_after": definition.escalation.second_seconds,
        "hand_over_after": definition.hand_over_seconds,
        "calendar": definition.calendar,
        "coordinator_role": definition.coordinator.name if definition.coordinator else None,
    }


def _steps(definition: Definition) -> dict[int, Part]:
    return {step.key: Part(step.name, _step(step)) for step in definition.steps.values()}


def _step(step: GraphStep) -> dict[str, Any]:
    """Return what a person says of the step; its share and its place in lists follow from the others."""
    values = {name: getattr(step, name) for name in STEP_VALUES if name not in ("position", "order")}
    roles = {name: role.name if (role := getattr(step, name)) else None for name in STEP_ROLES}
    return {**values, **roles, "weight": f"{step.weight:.2f}"}


def _transitions(definition: Definition) -> dict[int, Part]:
    return {item.key: _transition(definition, item) for item in definition.transitions.values()}


def _transition(definition: Definition, item: GraphTransition) -> Part:
    ends = {
        "from_step": Named(definition.key_of(item.from_step_id), _name(definition, item.from_step_id)),
        "to_step": Named(definition.key_of(item.to_step_id), _name(definition, item.to_step_id)),
    }
    values = {name: getattr(item, name) for name in TRANSITION_FIELDS if name != "order"}
    automatic = [other.id for other in definition.outgoing(item.from_step_id) if other.is_automatic]
    # Of automatic transitions the first that holds is taken: only their order among each other counts.
    place = automatic.index(item.id) + 1 if item.is_automatic else None
    label = f"{ends['from_step'].name} → {ends['to_step'].name}: {item.name}"
    return Part(label, {**values, **ends, "precedence": place})


def _name(definition: Definition, step_id: int) -> str:
    return definition.steps[step_id].name if step_id in definition.steps else ""


def _parts(old: dict[int, Part], new: dict[int, Part]) -> dict[str, Any]:
    changed = [
        {"key": key, "name": new[key].label, "changes": changes}
        for key in new
        if key in old and (changes := _changes(old[key].values, new[key].values))
    ]
    return {
        "added": [_whole(key, new[key]) for key in new if key not in old],
        "removed": [_whole(key, old[key]) for key in old if key not in new],
        "changed": changed,
    }


def _whole(key: int, part: Part) -> dict[str, Any]:
    return {"key": key, **{name: _shown(value) for name, value in part.values.items()}, "name": part.label}


def _changes(old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"field": name, "old": _shown(old[name]), "new": _shown(new[name])} for name in new if old[name] != new[name]
    ]


def _shown(value: Any) -> Any:
    return value.name if isinstance(value, Named) else value
