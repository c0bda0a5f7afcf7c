"""A deployed version loaded into the draft: to go on from it, or to discard what was not deployed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from audit.actor import Actor
from audit.services import record
from role.models import Role
from step.models import Step, Transition
from step.services import graph_snapshot
from ticketing_common.errors import Conflict
from workflow import services
from workflow.definition_fields import STEP_VALUES, TRANSITION_FIELDS
from workflow.graph import Definition, version_of
from workflow.locks import NAMES, one_at_a_time
from workflow.models import PRIORITIES, Calendar, Workflow
from workflow.versions import get_version


class CalendarGone(Conflict):
    """The calendar that the version was deployed with was deleted; the answer names it in `calendar`."""

    code = "calendar_gone"


@transaction.atomic
def load_version(*, workflow_id: int, number: int, edit_version: int, actor: Actor, now: datetime) -> Workflow:
    """Make the draft what the version says.

    Its steps and transitions keep their keys, so running tasks and later versions know them again. Roles that were
    deleted since are kept, and are findings of validation. Which tickets the workflow serves stays.
    """
    workflow = services.locked(workflow_id, edit_version=edit_version)
    services.refuse_archived(workflow)
    definition = version_of(get_version(workflow_id=workflow_id, number=number))
    before = _snapshot(workflow)
    _set_policy(workflow, definition)
    _set_graph(workflow, definition)
    services.mark_edited(workflow)
    record(
        actor=actor,
        action="workflow.version_loaded",
        object_type="workflow",
        object_id=workflow.pk,
        at=now,
        old=before,
        new={**_snapshot(workflow), "version": number},
    )
    return workflow


def _snapshot(workflow: Workflow) -> dict[str, Any]:
    graph = graph_snapshot(workflow)
    parts = {kind: [{"id": key, **row} for key, row in rows.items()] for kind, rows in graph.items()}
    return {**services.snapshot(workflow), **parts}


def _set_policy(workflow: Workflow, definition: Definition) -> None:
    one_at_a_time(NAMES)
    if Workflow.objects.filter(name__iexact=definition.name).exclude(pk=workflow.pk).exists():
        raise services.NameTaken(attr="name")
    workflow.name = definition.name
    workflow.end_logic = definition.end_logic
    for priority in PRIORITIES:
        setattr(workflow, f"{priority}_sla", _duration(definition.sla_seconds.get(priority)))
    workflow.at_risk_percent = definition.at_risk_percent
    workflow.field_types = dict(definition.field_types)
    workflow.decisive_fields = list(definition.decisive_fields)
    workflow.reopen_days = definition.reopen_days
    workflow.escalation_trigger = definition.escalation.trigger
    workflow.second_escalation_after = _duration(definition.escalation.second_seconds)
    workflow.hand_over_after = _duration(definition.hand_over_seconds)
    workflow.calendar = _calendar(workflow, definition.calendar)
    for name, ref in (
        ("coordinator_role", definition.coordinator),
        ("second_escalation_role", definition.escalation.second_role),
    ):
        setattr(workflow, name, Role.objects.filter(pk=ref.id).first() if ref and ref.id else None)
        setattr(workflow, f"{name}_name", ref.name if ref else "")


def _calendar(workflow: Workflow, snapshot: dict[str, Any] | None) -> Calendar | None:
    """Return the calendar of the version by its name; its hours may have been changed since."""
    if snapshot is None:
        return None
    if workflow.calendar is not None and workflow.calendar.snapshot() == snapshot:
        return workflow.calendar
    found = Calendar.objects.filter(name=snapshot["name"]).first()
    if found is None:
        raise CalendarGone(
            f"The calendar {snapshot['name']} was deleted: create it again to load this version.",
            calendar=snapshot["name"],
        )
    return found


def _set_graph(workflow: Workflow, definition: Definition) -> None:
    Transition.objects.filter(workflow=workflow).delete()
    Step.objects.filter(workflow=workflow).delete()
    # The keys of a version are ids of the draft's rows, so none of them is anybody else's.
    Step.objects.bulk_create(
        Step(
            pk=step.key,
            workflow=workflow,
            role_id=step.role_id,
            role_name=step.role_name,
            escalate_to_id=step.escalate_to_id,
            escalate_to_name=step.escalate_to_name,
            **{name: getattr(step, name) for name in STEP_VALUES},
        )
        for step in definition.steps.values()
    )
    Transition.objects.bulk_create(
        Transition(
            pk=item.key,
            workflow=workflow,
            from_step_id=definition.key_of(item.from_step_id),
            to_step_id=definition.key_of(item.to_step_id),
            **{name: getattr(item, name) for name in TRANSITION_FIELDS},
        )
        for item in definition.transitions.values()
    )


def _duration(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
