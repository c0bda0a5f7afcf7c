"""The definition of a workflow as one frozen tree: policy, steps and transitions, of a draft or of a deployed version.

Validation, fingerprints, comparison, export, import and deploys work on this tree, and tasks run on it. A new field of
a step is a field of `StepTraits` in `step.models`, of `StepFields` in `definition_fields` and of the serializer.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from role.models import Role
from step.models import Step, Transition
from workflow.business_time import Calendar
from workflow.definition_fields import (
    NO_SECOND_ESCALATION,
    STEP_ROLES,
    STEP_VALUES,
    TRANSITION_FIELDS,
    Escalation,
    RoleRef,
    StepFields,
    TransitionFields,
)
from workflow.models import (
    DECISIVE_FIELDS,
    PRIORITIES,
    REOPEN_DAYS,
    VersionStep,
    VersionTransition,
    Workflow,
    WorkflowVersion,
)

SHARE_DIGITS = Decimal("0.00000001")
# A version's rows never change, but a role's name may: after this long it is read again.
FRESH_SECONDS = 60.0
MAX_KEPT = 1000


@dataclass(frozen=True, kw_only=True)
class GraphStep(StepFields):
    """A step. `id` is its row, of the draft or of the version; `key` is the draft's id of it, also in versions."""

    id: int
    key: int
    share: Decimal  # its part of the SLA: weight ÷ sum of weights; 0 for end steps

    @property
    def role_id(self) -> int | None:
        return self.role.id if self.role else None

    @property
    def role_name(self) -> str:
        return self.role.name if self.role else ""

    @property
    def escalate_to_id(self) -> int | None:
        return self.escalate_to.id if self.escalate_to else None

    @property
    def escalate_to_name(self) -> str:
        return self.escalate_to.name if self.escalate_to else ""

    @property
    def takes_votes(self) -> bool:
        """Whether several people's votes decide here; False where the assignee decides alone."""
        return self.kind == "approval" and (
            self.approval.get("mode") == "percent" or int(self.approval.get("required") or 1) > 1
        )

    @property
    def as_step(self) -> dict[str, Any]:
        """The step as it stands in answers and messages."""
        return {"id": self.id, "name": self.name, "role": self.role_name}


@dataclass(frozen=True, kw_only=True)
class GraphTransition(TransitionFields):
    """A transition between two steps, named by their `id`. `id` and `key` are as in `GraphStep`."""

    id: int
    key: int
    from_step_id: int
    to_step_id: int


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A whole workflow; steps and transitions by their `id`, in their order.

    Which tickets a workflow serves is its own and no part of a version.
    """

    name: str
    end_logic: str
    sla_seconds: Mapping[str, int | None]
    at_risk_percent: int
    field_types: Mapping[str, str]  # of the workflow's own fields, by their paths
    decisive_fields: Sequence[str] = DECISIVE_FIELDS  # their change voids the votes of an open approval
    reopen_days: int = REOPEN_DAYS
    escalation: Escalation = NO_SECOND_ESCALATION
    hand_over_seconds: int | None = None  # of an absence, after which open work is handed over; None: never
    calendar: dict[str, Any] | None  # a snapshot; None: 24 hours on 7 days
    coordinator: RoleRef | None
    steps: Mapping[int, GraphStep]
    transitions: Mapping[int, GraphTransition]

    @cached_property
    def fingerprint(self) -> str:
        """A hash of all that a version would run by; positions on the canvas don't count."""
        content = {
            "name": self.name,
            "end_logic": self.end_logic,
            "sla": dict(self.sla_seconds),
            "at_risk_percent": self.at_risk_percent,
            "calendar": self.calendar,
            "coordinator": self.coordinator.id if self.coordinator else None,
            "steps": [_step_content(step) for step in sorted(self.steps.values(), key=lambda step: step.key)],
            "edges": [self._transition_content(item) for item in sorted(self.transitions.values(), key=_key)],
        }
        if self.field_types:  # left out when empty: a version from before it was known has not changed
            content["field_types"] = dict(self.field_types)
        if list(self.decisive_fields) != list(DECISIVE_FIELDS):
            content["decisive_fields"] = list(self.decisive_fields)
        if self.reopen_days != REOPEN_DAYS:
            content["reopen_days"] = self.reopen_days
        if self.escalation != NO_SECOND_ESCALATION:
            second = [self.escalation.second_role_id, self.escalation.second_seconds]
            content["escalation"] = [self.escalation.trigger, *second]
        if self.hand_over_seconds is not None:
            content["hand_over"] = self.hand_over_seconds
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def _transition_content(self, item: GraphTransition) -> dict[str, Any]:
        values = {name: getattr(item, name) for name in TRANSITION_FIELDS}
        return {"key": item.key, "from": self.key_of(item.from_step_id), "to": self.key_of(item.to_step_id), **values}

    def key_of(self, step_id: int) -> int:
        """Return the step's key; of a step of another workflow, its id."""
        return self.steps[step_id].key if step_id in self.steps else step_id

    @cached_property
    def _outgoing(self) -> Mapping[int, tuple[GraphTransition, ...]]:
        found: dict[int, list[GraphTransition]] = {}
        for item in self.transitions.values():
            found.setdefault(item.from_step_id, []).append(item)
        return {step_id: tuple(items) for step_id, items in found.items()}

    def outgoing(self, step_id: int) -> tuple[GraphTransition, ...]:
        """Return the transitions that leave the step, in their order."""
        return self._outgoing.get(step_id, ())


@dataclass(frozen=True, kw_only=True)
class VersionGraph(Definition):
    """A deployed version, as tasks run on it."""

    version_id: int
    number: int
    workflow_id: int
    sla_seconds: Mapping[str, int]
    coordinator_role_id: int

    @property
    def workflow_name(self) -> str:
        return self.name

    @cached_property
    def start(self) -> GraphStep:
        return next(step for step in self.steps.values() if step.is_start)

    def transition(self, transition_id: int) -> GraphTransition | None:
        return self.transitions.get(transition_id)

    def step_by_key(self, key: int) -> GraphStep | None:
        """Return the step that was made from this step of the draft."""
        return next((step for step in self.steps.values() if step.key == key), None)

    @cached_property
    def _in_ring(self) -> frozenset[int]:
        onward = {
            step_id: [item for item in items if item.outcome != "return"] for step_id, items in self._outgoing.items()
        }

        def reaches(start: int, target: int) -> bool:
            seen, waiting = {start}, [start]
            while waiting:
                step_id = waiting.pop()
                if step_id == target:
                    return True
                new = {item.to_step_id for item in onward.get(step_id, ())} - seen
                seen |= new
                waiting += new
            return False

        items = (item for group in onward.values() for item in group)
        return frozenset(item.id for item in items if reaches(item.to_step_id, item.from_step_id))

    def is_in_ring(self, transition: GraphTransition) -> bool:
        """Return whether the transition lies on a cycle that contains no return."""
        return transition.id in self._in_ring

    def roles_above(self, step: GraphStep) -> tuple[int | None, int | None]:
        """Return the roles that an escalation may move a visit of the step to, in their order."""
        return step.escalate_to_id, self.escalation.second_role_id

    def role_above(self, step: GraphStep, role_id: int | None) -> RoleRef | None:
        """Return the role next above the one that has a visit of the step now, None where there is none."""
        first, second = step.escalate_to, self.second_role_of(step)
        if second is not None and second.id == role_id:
            return None
        return second if first is None or first.id == role_id else first

    def second_role_of(self, step: GraphStep) -> RoleRef | None:
        """Return the role of the second escalation, None where the step has come to it before."""
        second = self.escalation.second_role
        return None if second is None or second.id in (step.role_id, step.escalate_to_id) else second

    def ahead(self, step_id: int) -> set[int]:
        """Return the steps that the next transition may lead to, automatic ones after it included."""
        found: set[int] = set()
        waiting = [item.to_step_id for item in self.outgoing(step_id)]
        while waiting:
            target = waiting.pop()
            if target not in found:
                found.add(target)
                waiting += [item.to_step_id for item in self.outgoing(target) if item.is_automatic]
        return found

    @cached_property
    def hours(self) -> Calendar | None:
        """The calendar as the clocks use it; None is 24 hours on 7 days."""
        return Calendar.from_snapshot(self.calendar)

    @property
    def as_workflow(self) -> dict[str, Any]:
        """The workflow as it stands in answers and messages."""
        return {"id": self.workflow_id, "name": self.name}


def draft_of(workflow: Workflow) -> Definition:
    """Read the draft: two statements beside the workflow's own row and what it refers to."""
    rows = list(Step.objects.filter(workflow=workflow).select_related(*STEP_ROLES).order_by("order", "id"))
    total = sum((row.weight for row in rows if not row.is_end), Decimal(0))
    return Definition(
        name=workflow.name,
        end_logic=workflow.end_logic,
        sla_seconds=sla_seconds(workflow),
        at_risk_percent=workflow.at_risk_percent,
        field_types=workflow.field_types,
        decisive_fields=tuple(workflow.decisive_fields),
        reopen_days=workflow.reopen_days,
        escalation=Escalation(
            trigger=workflow.escalation_trigger,
            second_role=role_ref(workflow.second_escalation_role, workflow.second_escalation_role_name),
            second_seconds=whole_seconds(workflow.second_escalation_after),
        ),
        hand_over_seconds=whole_seconds(workflow.hand_over_after),
        calendar=workflow.calendar.snapshot() if workflow.calendar else None,
        coordinator=role_ref(workflow.coordinator_role, workflow.coordinator_role_name),
        steps={row.pk: _step(row, row.pk, share_of(row, total), row.role_name, row.escalate_to_name) for row in rows},
        transitions={
            row.pk: _transition(row, row.pk)
            for row in Transition.objects.filter(workflow=workflow).order_by("order", "id")
        },
    )


def version_of(version: WorkflowVersion) -> VersionGraph:
    """Read a deployed version: two statements beside the version's own row and its coordinators' role."""
    steps = VersionStep.objects.filter(version=version).select_related(*STEP_ROLES).order_by("order", "id")
    transitions = VersionTransition.objects.filter(version=version).order_by("order", "id")
    return VersionGraph(
        version_id=version.pk,
        number=version.number,
        workflow_id=version.workflow_id,
        name=version.name,
        end_logic=version.end_logic,
        sla_seconds=version.sla_seconds,
        at_risk_percent=version.at_risk_percent,
        field_types=version.field_types,
        decisive_fields=tuple(version.decisive_fields),
        reopen_days=version.reopen_days,
        escalation=Escalation(
            trigger=version.escalation_trigger,
            second_role=role_ref(version.second_escalation_role),
            second_seconds=version.second_escalation_seconds,
        ),
        hand_over_seconds=version.hand_over_seconds,
        calendar=version.calendar,
        coordinator=role_ref(version.coordinator_role),
        coordinator_role_id=version.coordinator_role_id,
        steps={row.pk: _step(row, row.key, row.share) for row in steps},
        transitions={row.pk: _transition(row, row.key) for row in transitions},
    )


_kept: dict[int, tuple[float, VersionGraph]] = {}


def version_graph(version_id: int) -> VersionGraph:
    """Return the version's graph: three statements the first time in a process, none afterwards.

    Raises `WorkflowVersion.DoesNotExist`.
    """
    found = _kept.get(version_id)
    now = time.monotonic()
    if found is not None and now - found[0] < FRESH_SECONDS:
        return found[1]
    rows = WorkflowVersion.objects.select_related("coordinator_role", "second_escalation_role")
    graph = version_of(rows.get(pk=version_id))
    if len(_kept) >= MAX_KEPT:
        _kept.clear()
    _kept[version_id] = (now, graph)
    return graph


def forget(version_id: int | None = None) -> None:
    """Empty the process's memory of graphs, or of this one."""
    if version_id is None:
        _kept.clear()
    else:
        _kept.pop(version_id, None)


def sla_seconds(workflow: Workflow) -> dict[str, int | None]:
    """Return the targets per priority in seconds; None where none is set."""
    return {priority: whole_seconds(getattr(workflow, f"{priority}_sla")) for priority in PRIORITIES}


def whole_seconds(value: timedelta | None) -> int | None:
    return None if value is None else int(value.total_seconds())


def role_ref(role: Role | None, name: str = "") -> RoleRef | None:
    """Return the role as a definition points at it: a known one, else one that is only named."""
    if role is not None:
        return RoleRef(id=role.pk, name=role.name, is_active=role.is_active)
    return RoleRef(id=None, name=name, is_active=False) if name else None


def share_of(step: Step | GraphStep, total: Decimal) -> Decimal:
    """Return the step's part of the SLA: weight ÷ sum of weights. End steps take no time."""
    return Decimal(0) if step.is_end or total <= 0 else (step.weight / total).quantize(SHARE_DIGITS)


def _step(
    row: Step | VersionStep, key: int, share: Decimal, role_name: str = "", escalate_to_name: str = ""
) -> GraphStep:
    return GraphStep(
        id=row.pk,
        key=key,
        share=share,
        role=role_ref(row.role, role_name),
        escalate_to=role_ref(row.escalate_to, escalate_to_name),
        **{name: getattr(row, name) for name in STEP_VALUES},
    )


def _transition(row: Transition | VersionTransition, key: int) -> GraphTransition:
    return GraphTransition(
        id=row.pk,
        key=key,
        from_step_id=row.from_step_id,
        to_step_id=row.to_step_id,
        **{name: getattr(row, name) for name in TRANSITION_FIELDS},
    )


def _key(item: GraphTransition) -> int:
    return item.key


def _step_content(step: GraphStep) -> dict[str, Any]:
    values = {name: getattr(step, name) for name in STEP_VALUES if name != "position"}
    if not step.is_reopen:  # a version from before it was known has not changed
        del values["is_reopen"]
    return {
        **values,
        "key": step.key,
        "role": step.role_id,
        "escalate_to": step.escalate_to_id,
        "weight": str(Decimal(step.weight).normalize()),
        "approval": dict(step.approval),
    }
