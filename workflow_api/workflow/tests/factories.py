"""People, roles and definitions for the tests of definitions, made by the services themselves."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from role.models import Role
from role.services import apply_member, apply_role
from step.services import save_graph
from workflow import services
from workflow.models import Workflow, WorkflowVersion

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SLA = {
    "urgent_sla": timedelta(hours=4),
    "high_sla": timedelta(hours=8),
    "medium_sla": timedelta(days=2),
    "low_sla": timedelta(days=5),
}
_ids = itertools.count(7000)


@dataclass(frozen=True)
class Somebody:
    user_id: int
    full_name: str
    is_admin: bool = True


ADMIN = Somebody(1, "Ines Duarte")

STRAIGHT_STEPS: list[dict[str, Any]] = [
    {"id": "triage", "name": "Triage", "role": "Ticket Coordinator", "is_start": True, "instruction": "Read it."},
    {"id": "resolve", "name": "Resolve", "role": "IT Support", "instruction": "Fix it.", "weight": "3.00"},
    {"id": "done", "name": "Done", "is_end": True},
]
STRAIGHT_EDGES: list[dict[str, Any]] = [
    {"id": "hand", "from_step": "triage", "to_step": "resolve", "name": "Hand over"},
    {"id": "back", "from_step": "resolve", "to_step": "triage", "name": "Back", "outcome": "return"},
    {"id": "finish", "from_step": "resolve", "to_step": "done", "name": "Resolved"},
]
APPROVAL_STEPS: list[dict[str, Any]] = [
    {
        "id": "review",
        "name": "Review",
        "role": "IT Support",
        "is_start": True,
        "instruction": "Look.",
        "kind": "review",
    },
    {"id": "approve", "name": "Approve", "role": "IT Lead", "instruction": "Decide.", "kind": "approval"},
    {"id": "granted", "name": "Granted", "is_end": True},
    {"id": "rejected", "name": "Rejected", "is_end": True, "end_status": "rejected"},
]
APPROVAL_EDGES: list[dict[str, Any]] = [
    {"id": "submit", "from_step": "review", "to_step": "approve", "name": "Submit"},
    {"id": "yes", "from_step": "approve", "to_step": "granted", "name": "Approve", "outcome": "approve"},
    {"id": "no", "from_step": "approve", "to_step": "rejected", "name": "Reject", "outcome": "reject"},
]


def role(name: str, *people: Somebody, role_id: int | None = None) -> Role:
    """Return the role of this name with these people, as auth's messages would make it."""
    known = Role.objects.filter(name=name, system="tts").first()
    role_id = known.pk if known else role_id or next(_ids)
    if known is None:
        apply_role(role_id=role_id, name=name, system="tts", description="", is_custom=True, action="upsert", version=1)
    for person in people:
        hold(role_id, person, role_name=name)
    return Role.objects.get(pk=role_id)


def hold(role_id: int, person: Somebody, **given: Any) -> Any:
    values: dict[str, Any] = {
        "user_system_role_id": next(_ids),
        "user_id": person.user_id,
        "user_email": f"{person.full_name.lower().replace(' ', '.')}@example.com",
        "user_full_name": person.full_name,
        "system": "tts",
        "role_id": role_id,
        "role_name": "IT Support",
        "is_active": True,
        "settings": {},
        "assigned_at": NOW,
        "action": "upsert",
        "version": 1,
    }
    return apply_member(**(values | given))


AMARA, BENEDIKT = Somebody(7, "Amara Okafor"), Somebody(8, "Benedikt Ivers")
CHIYO, DAVOR = Somebody(9, "Chiyo Tanabe"), Somebody(10, "Davor Lukic")


def roles() -> None:
    """The roles that the definitions here need, each with two people."""
    role("Ticket Coordinator", AMARA, BENEDIKT)
    role("IT Support", BENEDIKT, CHIYO)
    role("IT Lead", CHIYO, DAVOR)


def draft(
    name: str = "IT Support Request",
    *,
    steps: Sequence[Mapping[str, Any]] = STRAIGHT_STEPS,
    edges: Sequence[Mapping[str, Any]] = STRAIGHT_EDGES,
    **values: Any,
) -> Workflow:
    """Return a draft with a graph."""
    given = {"name": name, "category": "IT Support", "department": "IT Department", **SLA, **values}
    workflow = services.create_workflow(values=given, actor=ADMIN, now=NOW)
    store(workflow, steps, edges)
    return fresh(workflow)


def store(workflow: Workflow, steps: Sequence[Mapping[str, Any]], edges: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Store the graph, whatever the edit version is now."""
    return save_graph(
        workflow_id=workflow.pk,
        edit_version=fresh(workflow).edit_version,
        steps=deepcopy(list(steps)),
        transitions=deepcopy(list(edges)),
        actor=ADMIN,
        now=NOW,
    ).id_map


def edit(workflow: Workflow, **values: Any) -> Workflow:
    services.update_workflow(
        workflow_id=workflow.pk, edit_version=fresh(workflow).edit_version, values=values, actor=ADMIN, now=NOW
    )
    return fresh(workflow)


def deployed(name: str = "IT Support Request", **given: Any) -> Workflow:
    """Return a deployed workflow; the roles must be there."""
    workflow = draft(name, **given)
    services.initialize_workflow(workflow_id=workflow.pk, actor=ADMIN, now=NOW)
    deploy(workflow)
    return fresh(workflow)


def deploy(workflow: Workflow) -> WorkflowVersion:
    return services.deploy(workflow_id=workflow.pk, actor=ADMIN, now=NOW)


def fresh(workflow: Workflow) -> Workflow:
    return Workflow.objects.with_parts().get(pk=workflow.pk)
