"""What a person says of steps and transitions, as the definition's tree holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class RoleRef:
    """A role as a definition points at it. `id` is None while no role of this name is known."""

    id: int | None
    name: str
    is_active: bool

    @property
    def is_known(self) -> bool:
        return self.id is not None and self.is_active


@dataclass(frozen=True, kw_only=True)
class StepFields:
    """What a person says of a step."""

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
    is_reopen: bool
    position: Mapping[str, Any]
    order: int


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """How the clock escalates a step: when, and to whom after the step's own escalation brought nothing."""

    trigger: str = "breached"  # at_risk, breached: of the step's clock
    second_role: RoleRef | None = None
    second_seconds: int | None = None  # of the step's clock after the first escalation

    @property
    def second_role_id(self) -> int | None:
        return self.second_role.id if self.second_role else None

    @property
    def second_role_name(self) -> str:
        return self.second_role.name if self.second_role else ""


# As every version is that was deployed before a workflow could say more.
NO_SECOND_ESCALATION = Escalation()


@dataclass(frozen=True, kw_only=True)
class TransitionFields:
    """What a person says of a transition, but for the steps that it joins."""

    name: str
    outcome: str
    requires_comment: bool
    is_automatic: bool
    condition: Mapping[str, Any] | None
    order: int


STEP_ROLES = ("role", "escalate_to")
STEP_FIELDS = tuple(field.name for field in fields(StepFields))
# The fields that are stored and sent as they are.
STEP_VALUES = tuple(name for name in STEP_FIELDS if name not in STEP_ROLES)
TRANSITION_FIELDS = tuple(field.name for field in fields(TransitionFields))
