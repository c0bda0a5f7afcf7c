"""A workflow as one file: exported from one installation, imported into another, shipped as a seed."""

from __future__ import annotations

import json
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
from workflow.graph import Definition, draft_of
from workflow.locks import NAMES, one_at_a_time
from workflow.models import PRIORITIES, Calendar, Workflow
from workflow.role_names import resolve_names

FORMAT = "ticket-tracking-workflow/2"
OLD_FORMAT = "ticket-tracking-workflow/1"  # its calendar is written out, its steps and transitions have an `order`
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
    """Return the draft as a document: the same one for the same draft, and after an import the same again.

    Ids don't appear, they mean nothing elsewhere: roles, the calendar and the steps are named.
    """
    workflow = Workflow.objects.with_parts().filter(pk=workflow_id).first()
    if workflow is None:
        raise services.WorkflowNotFound()
    draft = draft_of(workflow)
    refs = refs_of(draft)
    return {
        "format": FORMAT,
        **{name: _in_order(getattr(workflow, name)) for name in OWN},
        "sla_seconds": {priority: draft.sla_seconds[priority] for priority in PRIORITIES},
        "calendar": workflow.calendar.name if workflow.calendar else None,
        "coordinator_role": _name(draft.coordinator),
        "second_escalation_role": _name(draft.escalation.second_role),
        "second_escalation_after": draft.escalation.second_seconds,
        "hand_over_after": draft.hand_over_seconds,
        "steps": [
            {
                "ref": refs[step.id],
                **{name: _in_order(getattr(step, name)) for name in STEP_VALUES if name != "order"},
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
                **{name: _in_order(getattr(item, name)) for name in TRANSITION_FIELDS if name != "order"},
            }
            for item in draft.transitions.values()
        ],
    }


def file_text(document: Mapping[str, Any]) -> str:
    """Return the document as a file, byte for byte the same for the same document."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def refs_of(draft: Definition) -> dict[int, str]:
    """Return what each step is called in the file: its name, and a number beside it where another has the name."""
    refs: dict[int, str] = {}
    for step in draft.steps.values():
        ref, number = step.name, 1
        while ref in refs.values():
            number += 1
            ref = f"{step.name} #{number}"
        refs[step.id] = ref
    return refs


def check_document(document: Mapping[str, Any]) -> None:
    """Refuse a document of another format, and one whose steps can't be told apart."""
    if document.get("format") not in (FORMAT, OLD_FORMAT):
        raise DocumentInvalid(f"This is not a file of format {FORMAT}.", attr="format")
    if document["format"] == FORMAT:
        for kind in ("steps", "transitions"):
            for index, part in enumerate(document[kind]):
                if "order" in part:
                    detail = "The order is that of the list: leave `order` out."
                    raise DocumentInvalid(detail, attr=f"{kind}.{index}.order")


@transaction.atomic
def import_workflow(
    *, document: Mapping[str, Any], actor: Actor | None, now: datetime, name: str | None = None, reason: str = ""
) -> Workflow:
    """Create a draft from a document. Roles that aren't known by name yet stay named, for later."""
    check_document(document)
    values = own_values(document)
    if name:
        values["name"] = name
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
        reason=reason,
    )
    return saved


def own_values(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the document says of the workflow itself, but for its roles."""
    seconds = document.get("sla_seconds") or {}
    values: dict[str, Any] = {field: document[field] for field in OWN if field in document}
    values |= {f"{priority}_sla": _duration(seconds.get(priority)) for priority in PRIORITIES}
    values |= {field: _duration(document.get(field)) for field in DURATIONS}
    values["calendar_id"] = _calendar_id(document.get("calendar"))
    return values


def _in_order(value: Any) -> Any:
    """Return a stored value as a file has it: names sorted, and 10.0 as 10, as browsers write it."""
    if isinstance(value, Mapping):
        return {name: _in_order(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_in_order(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


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


def _calendar_id(calendar: Mapping[str, Any] | str | None) -> int | None:
    """Return the calendar of the name; of one that is written out, the one that says the same, or make it.

    Another calendar of the same name is left alone.
    """
    if calendar is None:
        return None
    if isinstance(calendar, str):
        known = Calendar.objects.filter(name=calendar).first()
        if known is None:
            raise DocumentInvalid(f"There is no calendar {calendar}.", attr="calendar")
        return known.pk
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
