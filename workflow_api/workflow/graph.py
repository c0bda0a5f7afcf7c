"""The graph of a deployed version, read once a process: versions never change."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from task.sla import Calendar
from workflow.models import VersionStep, VersionTransition, WorkflowVersion

# A version's rows never change, but a role's name may: after this long it is read again.
FRESH_SECONDS = 60.0
MOST_KEPT = 1000


@dataclass(frozen=True)
class GraphTransition:
    """An edge. `id` is the row of the version, `key` the transition of the draft it was made from."""

    id: int
    key: int
    name: str
    outcome: str
    requires_comment: bool
    is_automatic: bool
    condition: dict[str, Any] | None
    from_step_id: int
    to_step_id: int
    order: int


@dataclass(frozen=True)
class GraphStep:
    """A node. `share` is its part of the SLA; 0 for end steps."""

    id: int
    key: int
    name: str
    description: str
    instruction: str
    kind: str
    role_id: int | None
    role_name: str
    escalate_to_id: int | None
    escalate_to_name: str
    assignment: str
    weight: Decimal
    share: Decimal
    approval: dict[str, Any]
    is_start: bool
    is_end: bool
    end_status: str
    return_cap: int
    position: dict[str, Any]
    order: int

    @property
    def takes_votes(self) -> bool:
        """Whether several people's words decide here; False where the assignee decides alone."""
        return self.kind == "approval" and (
            self.approval.get("mode") == "percent" or int(self.approval.get("required") or 1) > 1
        )

    @property
    def as_step(self) -> dict[str, Any]:
        """The step as it stands in answers and messages."""
        return {"id": self.id, "name": self.name, "role": self.role_name}


@dataclass(frozen=True)
class VersionGraph:
    """A whole version: its policy, steps and transitions."""

    version_id: int
    number: int
    workflow_id: int
    workflow_name: str
    end_logic: str
    sla_seconds: Mapping[str, int]
    at_risk_percent: int
    calendar: dict[str, Any] | None
    coordinator_role_id: int
    start: GraphStep
    steps: Mapping[int, GraphStep]
    transitions: Mapping[int, GraphTransition]
    _outgoing: Mapping[int, tuple[GraphTransition, ...]] = field(repr=False)
    _in_ring: frozenset[int] = field(default=frozenset(), repr=False)

    def outgoing(self, step_id: int) -> tuple[GraphTransition, ...]:
        """Return the edges that leave the step, in their order."""
        return self._outgoing.get(step_id, ())

    def transition(self, transition_id: int) -> GraphTransition | None:
        return self.transitions.get(transition_id)

    def is_in_ring(self, transition: GraphTransition) -> bool:
        """Return whether the edge can be gone again and again without any return."""
        return transition.id in self._in_ring

    def ahead(self, step_id: int) -> set[int]:
        """Return the steps that the next transition may lead to, automatic ones after it included."""
        found: set[int] = set()
        waiting = [edge.to_step_id for edge in self.outgoing(step_id)]
        while waiting:
            target = waiting.pop()
            if target not in found:
                found.add(target)
                waiting += [edge.to_step_id for edge in self.outgoing(target) if edge.is_automatic]
        return found

    def step_by_key(self, key: int) -> GraphStep | None:
        """Return the step that was made from this step of the draft."""
        return next((step for step in self.steps.values() if step.key == key), None)

    @cached_property
    def hours(self) -> Calendar | None:
        """The calendar as the clocks reckon with it; None is 24 hours on 7 days."""
        return Calendar.from_snapshot(self.calendar)

    @property
    def as_workflow(self) -> dict[str, Any]:
        """The workflow as it stands in answers and messages."""
        return {"id": self.workflow_id, "name": self.workflow_name}


_kept: dict[int, tuple[float, VersionGraph]] = {}


def version_graph(version_id: int) -> VersionGraph:
    """Return the version's graph: three statements the first time in a process, none afterwards.

    Raises `WorkflowVersion.DoesNotExist`.
    """
    found = _kept.get(version_id)
    now = time.monotonic()
    if found is not None and now - found[0] < FRESH_SECONDS:
        return found[1]
    graph = _read(version_id)
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    _kept[version_id] = (now, graph)
    return graph


def forget() -> None:
    """Empty the process's memory of graphs."""
    _kept.clear()


def _read(version_id: int) -> VersionGraph:
    version = WorkflowVersion.objects.get(pk=version_id)
    steps = {
        row.pk: _step(row)
        for row in VersionStep.objects.filter(version_id=version_id)
        .select_related("role", "escalate_to")
        .order_by("order", "id")
    }
    transitions = {
        row.pk: _transition(row)
        for row in VersionTransition.objects.filter(version_id=version_id).order_by("order", "id")
    }
    outgoing: dict[int, list[GraphTransition]] = {}
    for transition in transitions.values():
        outgoing.setdefault(transition.from_step_id, []).append(transition)
    return VersionGraph(
        version_id=version.pk,
        number=version.number,
        workflow_id=version.workflow_id,
        workflow_name=version.name,
        end_logic=version.end_logic,
        sla_seconds=version.sla_seconds,
        at_risk_percent=version.at_risk_percent,
        calendar=version.calendar,
        coordinator_role_id=version.coordinator_role_id,
        start=next(step for step in steps.values() if step.is_start),
        steps=steps,
        transitions=transitions,
        _outgoing={step_id: tuple(edges) for step_id, edges in outgoing.items()},
        _in_ring=_rings(outgoing),
    )


def _rings(outgoing: Mapping[int, list[GraphTransition]]) -> frozenset[int]:
    """Return the edges that lie on a ring of edges other than returns."""
    onward = {step_id: [edge for edge in edges if edge.outcome != "return"] for step_id, edges in outgoing.items()}

    def reaches(start: int, aim: int) -> bool:
        seen, waiting = {start}, [start]
        while waiting:
            step_id = waiting.pop()
            if step_id == aim:
                return True
            new = {edge.to_step_id for edge in onward.get(step_id, ())} - seen
            seen |= new
            waiting += new
        return False

    return frozenset(
        edge.id for edges in onward.values() for edge in edges if reaches(edge.to_step_id, edge.from_step_id)
    )


def _step(row: VersionStep) -> GraphStep:
    return GraphStep(
        id=row.pk,
        key=row.key,
        name=row.name,
        description=row.description,
        instruction=row.instruction,
        kind=row.kind,
        role_id=row.role_id,
        role_name=row.role.name if row.role else "",
        escalate_to_id=row.escalate_to_id,
        escalate_to_name=row.escalate_to.name if row.escalate_to else "",
        assignment=row.assignment,
        weight=row.weight,
        share=row.share,
        approval=row.approval,
        is_start=row.is_start,
        is_end=row.is_end,
        end_status=row.end_status,
        return_cap=row.return_cap,
        position=row.position,
        order=row.order,
    )


def _transition(row: VersionTransition) -> GraphTransition:
    return GraphTransition(
        id=row.pk,
        key=row.key,
        name=row.name,
        outcome=row.outcome,
        requires_comment=row.requires_comment,
        is_automatic=row.is_automatic,
        condition=row.condition,
        from_step_id=row.from_step_id,
        to_step_id=row.to_step_id,
        order=row.order,
    )
