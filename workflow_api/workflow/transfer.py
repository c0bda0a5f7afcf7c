"""A workflow as one file: exported from one installation, imported into another, shipped as a seed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from audit.actor import Actor
from audit.services import record
from step.services import save_graph
from ticketing_common.errors import Invalid
from workflow import services
from workflow.business_time import problem_with_calendar
from workflow.definition_fields import STEP_FIELDS, STEP_VALUES, TRANSITION_FIELDS, RoleRef
from workflow.durations import parse_duration
from workflow.graph import draft_of
from workflow.locks import NAMES, one_at_a_time
from workflow.models import PRIORITIES, Calendar, Workflow
from workflow.role_names import resolve_names

FORMAT = "ticket-tracking-workflow/1"
OWN = (
    "name",
    "description",
    "category",
    "sub_category",
    "department",
    "is_default",
    "end_logic",
    "at_risk_percent",
    "field_types",
    "decisive_fields",
    "reopen_days",
    "escalation_trigger",
)
DURATIONS = ("second_escalation_after", "hand_over_after")


class DocumentInvalid(Invalid):
    """The file is no workflow of a known format."""

    code = "document_invalid"


def export_workflow(*, workflow_id: int) -> dict[str, Any]:
    """Return the draft as a document. Roles are named, ids don't appear: they mean nothing elsewhere."""
    workflow = Workflow.objects.with_parts().filter(pk=workflow_id).first()
    if workflow is None:
        raise services.WorkflowNotFound()
    draft = draft_of(workflow)
    refs = {step_id: f"step-{number}" for number, step_id in enumerate(draft.steps, 1)}
    return {
        "format": FORMAT,
        **{name: getattr(workflow, name) for name in OWN},
        "sla_seconds": dict(draft.sla_seconds),
        "calendar": draft.calendar,
        "coordinator_role": _name(draft.coordinator),
        "second_escalation_role": _name(draft.escalation.second_role),
        "second_escalation_after": draft.escalation.second_seconds,
        "hand_over_after": draft.hand_over_seconds,
        "steps": [
            {
                "ref": refs[step.id],
                **{name: getattr(step, name) for name in STEP_VALUES},
                "role": _name(step.role),
                "escalate_to": _name(step.escalate_to),
                "weight": f"{step.weight:.2f}",
            }
            for step in draft.steps.values()
        ],
        "transitions": [
            {
                "from": refs[item.from_step_id],
                "to": refs[item.to_step_id],
                **{name: getattr(item, name) for name in TRANSITION_FIELDS},
            }
            for item in draft.transitions.values()
        ],
    }


@transaction.atomic
def import_workflow(
    *, document: Mapping[str, Any], actor: Actor | None, now: datetime, name: str | None = None
) -> Workflow:
    """Create a draft from a document. Roles that aren't known by name yet stay named, for later."""
    if document.get("format") != FORMAT:
        raise DocumentInvalid(f"This is not a file of format {FORMAT}.", attr="format")
    seconds = document.get("sla_seconds") or {}
    values: dict[str, Any] = {field: document[field] for field in OWN if field in document}
    values |= {f"{priority}_sla": _duration(seconds.get(priority)) for priority in PRIORITIES}
    values |= {field: _duration(document.get(field)) for field in DURATIONS}
    if name:
        values["name"] = name
    values["calendar_id"] = _calendar_id(document.get("calendar"))
    workflow = services.create_workflow(values=values, actor=actor, now=now)
    _name_roles(workflow, document)
    saved = save_graph(
        workflow_id=workflow.pk,
        edit_version=workflow.edit_version,
        steps=[_step(step, order) for order, step in enumerate(document.get("steps") or [])],
        transitions=[_transition(edge, order) for order, edge in enumerate(document.get("transitions") or [])],
        actor=actor,
        now=now,
    ).workflow
    record(
        actor=actor,
        action="workflow.imported",
        object_type="workflow",
        object_id=saved.pk,
        at=now,
        new={"name": saved.name},
    )
    return saved


def _duration(given: Any) -> timedelta | None:
    return given if given is None or isinstance(given, timedelta) else parse_duration(given)


def _name_roles(workflow: Workflow, document: Mapping[str, Any]) -> None:
    """Name the workflow's own roles as the document does, and find those that are known."""
    coordinators = str(document.get("coordinator_role") or services.COORDINATORS)
    if coordinators != workflow.coordinator_role_name:
        workflow.coordinator_role, workflow.coordinator_role_name = None, coordinators
    workflow.second_escalation_role_name = str(document.get("second_escalation_role") or "")
    workflow.save(
        update_fields=["coordinator_role", "coordinator_role_name", "second_escalation_role_name", "updated_at"]
    )
    resolve_names(workflow)


def _name(role: RoleRef | None) -> str | None:
    return role.name if role else None


def _step(step: Mapping[str, Any], order: int) -> dict[str, Any]:
    return {"id": str(step["ref"]), "order": order, **{name: step[name] for name in STEP_FIELDS if name in step}}


def _transition(edge: Mapping[str, Any], order: int) -> dict[str, Any]:
    return {
        "id": f"transition-{order}",
        "from_step": str(edge["from"]),
        "to_step": str(edge["to"]),
        "order": order,
        **{name: edge[name] for name in TRANSITION_FIELDS if name in edge},
    }


def _calendar_id(calendar: Mapping[str, Any] | None) -> int | None:
    """Return the calendar that says the same, or make it; another of the same name is left alone."""
    if calendar is None:
        return None
    if problem := problem_with_calendar(calendar):
        raise DocumentInvalid(problem.detail, attr=f"calendar.{problem.attr}")
    content = {name: calendar[name] for name in ("time_zone", "hours", "holidays") if name in calendar}
    name = str(calendar.get("name") or "Imported")[:120]
    one_at_a_time(NAMES)
    number = 1
    while True:
        candidate = name if number == 1 else f"{name} {number}"
        found = Calendar.objects.filter(name=candidate).first()
        if found is None:
            return Calendar.objects.create(name=candidate, **content).pk
        if all(getattr(found, field) == value for field, value in content.items()):
            return found.pk
        number += 1
