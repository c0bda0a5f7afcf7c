"""A definition as plain values: what a draft and a deployed version have in common.

Validation, fingerprints, comparison, export and freezing all work on these, so they can't disagree about what a
workflow says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from step.models import Step, Transition
from workflow.models import PRIORITIES, VersionStep, VersionTransition, Workflow, WorkflowVersion

SHARE_DIGITS = Decimal("0.00000001")


@dataclass(frozen=True)
class RoleRef:
    """A role as a definition points at it. `id` is None while no role of this name is known."""

    id: int | None
    name: str
    is_active: bool

    @property
    def is_known(self) -> bool:
        return self.id is not None and self.is_active


@dataclass(frozen=True)
class StepPart:
    """A step; `key` is the draft's id of it, also in versions."""

    key: int
    name: str
    description: str
    instruction: str
    kind: str
    role: RoleRef | None
    escalate_to: RoleRef | None
    assignment: str
    weight: Decimal
    approval: Mapping[str, Any]
    is_start: bool
    is_end: bool
    end_status: str
    return_cap: int
    position: Mapping[str, Any]
    order: int


@dataclass(frozen=True)
class EdgePart:
    """A transition between two steps, which are named by their keys."""

    key: int
    from_key: int
    to_key: int
    name: str
    outcome: str
    requires_comment: bool
    is_automatic: bool
    condition: Mapping[str, Any] | None
    order: int


@dataclass(frozen=True)
class Definition:
    """A whole workflow: policy and graph. The keys it serves are the workflow's own and not part of a version."""

    name: str
    end_logic: str
    sla_seconds: Mapping[str, int | None]
    at_risk_percent: int
    calendar: Mapping[str, Any] | None
    coordinator: RoleRef | None
    steps: tuple[StepPart, ...]
    edges: tuple[EdgePart, ...]

    @property
    def total_weight(self) -> Decimal:
        return sum((step.weight for step in self.steps if not step.is_end), Decimal(0))

    def share(self, step: StepPart) -> Decimal:
        """Return the step's part of the SLA: weight ÷ sum of weights. End steps take no time."""
        total = self.total_weight
        if step.is_end or total <= 0:
            return Decimal(0)
        return (step.weight / total).quantize(SHARE_DIGITS)

    @property
    def fingerprint(self) -> str:
        """Return a hash of all that a version would run by; positions on the canvas don't count."""
        content = {
            "name": self.name,
            "end_logic": self.end_logic,
            "sla": dict(self.sla_seconds),
            "at_risk_percent": self.at_risk_percent,
            "calendar": self.calendar,
            "coordinator": self.coordinator.id if self.coordinator else None,
            "steps": [_step_content(step) for step in sorted(self.steps, key=lambda step: step.key)],
            "edges": [_edge_content(edge) for edge in sorted(self.edges, key=lambda edge: edge.key)],
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _step_content(step: StepPart) -> dict[str, Any]:
    return {
        "key": step.key,
        "name": step.name,
        "description": step.description,
        "instruction": step.instruction,
        "kind": step.kind,
        "role": step.role.id if step.role else None,
        "escalate_to": step.escalate_to.id if step.escalate_to else None,
        "assignment": step.assignment,
        "weight": str(Decimal(step.weight).normalize()),
        "approval": dict(step.approval),
        "is_start": step.is_start,
        "is_end": step.is_end,
        "end_status": step.end_status,
        "return_cap": step.return_cap,
        "order": step.order,
    }


def _edge_content(edge: EdgePart) -> dict[str, Any]:
    return {
        "key": edge.key,
        "from": edge.from_key,
        "to": edge.to_key,
        "name": edge.name,
        "outcome": edge.outcome,
        "requires_comment": edge.requires_comment,
        "is_automatic": edge.is_automatic,
        "condition": edge.condition,
        "order": edge.order,
    }


def draft_of(workflow: Workflow) -> Definition:
    """Read the draft: two statements beside the workflow's own row and what it refers to."""
    steps = Step.objects.filter(workflow=workflow).select_related("role", "escalate_to").order_by("order", "id")
    edges = Transition.objects.filter(workflow=workflow).order_by("order", "id")
    return Definition(
        name=workflow.name,
        end_logic=workflow.end_logic,
        sla_seconds=sla_seconds(workflow),
        at_risk_percent=workflow.at_risk_percent,
        calendar=workflow.calendar.snapshot() if workflow.calendar else None,
        coordinator=_role(workflow.coordinator_role, workflow.coordinator_role_name),
        steps=tuple(_step(row, row.pk, row.role_name, row.escalate_to_name) for row in steps),
        edges=tuple(_edge(row, row.pk, row.from_step_id, row.to_step_id) for row in edges),
    )


def version_of(version: WorkflowVersion) -> Definition:
    """Read a deployed version: three statements beside the version's own row."""
    from role.models import Role

    steps = list(VersionStep.objects.filter(version=version).select_related("role", "escalate_to").order_by("id"))
    keys = {row.pk: row.key for row in steps}
    edges = VersionTransition.objects.filter(version=version).order_by("id")
    coordinator = Role.objects.filter(pk=version.coordinator_role_id).first()
    return Definition(
        name=version.name,
        end_logic=version.end_logic,
        sla_seconds=version.sla_seconds,
        at_risk_percent=version.at_risk_percent,
        calendar=version.calendar,
        coordinator=_role(coordinator, ""),
        steps=tuple(_step(row, row.key, "", "") for row in steps),
        edges=tuple(_edge(row, row.key, keys[row.from_step_id], keys[row.to_step_id]) for row in edges),
    )


def sla_seconds(workflow: Workflow) -> dict[str, int | None]:
    """Return the targets per priority in seconds; None where none is set."""
    return {priority: _seconds(getattr(workflow, f"{priority}_sla")) for priority in PRIORITIES}


def _seconds(value: timedelta | None) -> int | None:
    return None if value is None else int(value.total_seconds())


def _role(role: Any, name: str) -> RoleRef | None:
    if role is not None:
        return RoleRef(id=role.pk, name=role.name, is_active=role.is_active)
    return RoleRef(id=None, name=name, is_active=False) if name else None


def _step(row: Step | VersionStep, key: int, role_name: str, escalate_to_name: str) -> StepPart:
    return StepPart(
        key=key,
        name=row.name,
        description=row.description,
        instruction=row.instruction,
        kind=row.kind,
        role=_role(row.role, role_name),
        escalate_to=_role(row.escalate_to, escalate_to_name),
        assignment=row.assignment,
        weight=row.weight,
        approval=row.approval,
        is_start=row.is_start,
        is_end=row.is_end,
        end_status=row.end_status,
        return_cap=row.return_cap,
        position=row.position,
        order=row.order,
    )


def _edge(row: Transition | VersionTransition, key: int, from_key: int, to_key: int) -> EdgePart:
    return EdgePart(
        key=key,
        from_key=from_key,
        to_key=to_key,
        name=row.name,
        outcome=row.outcome,
        requires_comment=row.requires_comment,
        is_automatic=row.is_automatic,
        condition=row.condition,
        order=row.order,
    )
