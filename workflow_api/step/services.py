"""Edit a workflow's draft graph: the whole document, or one step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from audit.actor import Actor
from audit.services import record
from role.models import Role
from step.models import Step, Transition
from ticketing_common.errors import Invalid, NotFound
from workflow import services as workflows
from workflow.conditions import InvalidCondition, check_condition
from workflow.definition_fields import STEP_VALUES, TRANSITION_FIELDS
from workflow.models import Workflow

ROLES = (("role_id", "role", "role_name"), ("escalate_to_id", "escalate_to", "escalate_to_name"))
MAX_STEPS, MAX_TRANSITIONS = 200, 600


class StepNotFound(NotFound):
    default_detail = "There is no such step."


class GraphInvalid(Invalid):
    """The document contradicts itself; it can't be stored even as a draft."""

    code = "graph_invalid"


class ConditionRefused(GraphInvalid):
    """A condition can't be evaluated. Its code is that of `workflow.conditions.InvalidCondition`."""

    def __init__(self, code: str, detail: str, *, attr: str) -> None:
        super().__init__(detail, attr=attr)
        self.code = code


@dataclass(frozen=True)
class SavedGraph:
    """A stored draft; `id_map` says which id each of the client's temporary ids became."""

    workflow: Workflow
    id_map: dict[str, int]


@transaction.atomic
def save_graph(
    *,
    workflow_id: int,
    edit_version: int,
    steps: Sequence[Mapping[str, Any]],
    transitions: Sequence[Mapping[str, Any]],
    actor: Actor | None,
    now: datetime,
) -> SavedGraph:
    """Make the draft's graph what the document says: create, change and delete steps and transitions.

    Ids are those of rows, or any text for new ones. What is not in the document is deleted. What the document does
    not say about a known step stays as it is.
    """
    workflow = workflows.locked(workflow_id, edit_version=edit_version)
    workflows.refuse_archived(workflow)
    if len(steps) > MAX_STEPS or len(transitions) > MAX_TRANSITIONS:
        raise GraphInvalid(f"At most {MAX_STEPS} steps and {MAX_TRANSITIONS} transitions.", attr="steps")
    old = graph_snapshot(workflow)
    known_steps = {row.pk: row for row in Step.objects.filter(workflow=workflow)}
    known_edges = {row.pk: row for row in Transition.objects.filter(workflow=workflow)}
    rows = _step_rows(workflow, steps, known_steps)
    _save(Step, list(rows.values()))
    edges = _edge_rows(workflow, transitions, rows, known_edges)
    _save(Transition, list(edges.values()))
    # Last: deleting a step deletes its transitions, and these may lead elsewhere by now.
    Transition.objects.filter(workflow=workflow).exclude(pk__in=[row.pk for row in edges.values()]).delete()
    Step.objects.filter(workflow=workflow).exclude(pk__in=[row.pk for row in rows.values()]).delete()
    workflows.mark_edited(workflow)
    record(
        actor=actor,
        action="workflow.graph_saved",
        object_type="workflow",
        object_id=workflow.pk,
        at=now,
        **_changed(old, graph_snapshot(workflow)),
    )
    id_map = {str(given): row.pk for given, row in [*rows.items(), *edges.items()] if isinstance(given, str)}
    return SavedGraph(workflow, id_map)


@transaction.atomic
def create_step(*, workflow_id: int, edit_version: int, values: Mapping[str, Any], actor: Actor, now: datetime) -> Step:
    """Add one step to the draft."""
    workflow = workflows.locked(workflow_id, edit_version=edit_version)
    workflows.refuse_archived(workflow)
    step = Step(workflow=workflow)
    _assign(step, values, _roles_of([values], "steps"), "")
    step.save()
    workflows.mark_edited(workflow)
    record(
        actor=actor,
        action="step.created",
        object_type="step",
        object_id=step.pk,
        at=now,
        new={"workflow_id": workflow.pk, **step_snapshot(step)},
    )
    return step


@transaction.atomic
def update_step(*, step_id: int, edit_version: int, values: Mapping[str, Any], actor: Actor, now: datetime) -> Step:
    """Change one step of the draft."""
    workflow = workflows.locked(_workflow_of(step_id), edit_version=edit_version)
    workflows.refuse_archived(workflow)
    step = _step(step_id)
    old = step_snapshot(step)
    _assign(step, values, _roles_of([values], "steps"), "")
    step.save()
    workflows.mark_edited(workflow)
    record(
        actor=actor,
        action="step.updated",
        object_type="step",
        object_id=step.pk,
        at=now,
        old=old,
        new=step_snapshot(step),
    )
    return step


@transaction.atomic
def delete_step(*, step_id: int, edit_version: int, actor: Actor, now: datetime) -> None:
    """Remove one step from the draft, with its transitions. Deployed versions keep theirs."""
    workflow = workflows.locked(_workflow_of(step_id), edit_version=edit_version)
    workflows.refuse_archived(workflow)
    step = _step(step_id)
    old = step_snapshot(step)
    step.delete()
    workflows.mark_edited(workflow)
    record(
        actor=actor,
        action="step.deleted",
        object_type="step",
        object_id=step_id,
        at=now,
        old={"workflow_id": workflow.pk, **old},
    )


def graph_snapshot(workflow: Workflow) -> dict[str, dict[int, dict[str, Any]]]:
    """Return the draft graph for the audit trail, by kind and id."""
    steps = Step.objects.filter(workflow=workflow).order_by("id")
    edges = Transition.objects.filter(workflow=workflow).order_by("id")
    return {
        "steps": {row.pk: step_snapshot(row) for row in steps},
        "transitions": {
            row.pk: {
                "from_step": row.from_step_id,
                "to_step": row.to_step_id,
                **{name: getattr(row, name) for name in TRANSITION_FIELDS},
            }
            for row in edges
        },
    }


def _changed(old: dict[str, dict[int, dict[str, Any]]], new: dict[str, dict[int, dict[str, Any]]]) -> dict[str, Any]:
    """Return the parts that differ, as `old` and `new` of an audit row: a graph may be large, a change rarely is."""

    def parts(side: dict[str, dict[int, dict[str, Any]]], other: dict[str, dict[int, dict[str, Any]]]) -> Any:
        return {
            kind: [{"id": key, **row} for key, row in rows.items() if other[kind].get(key) != row]
            for kind, rows in side.items()
        }

    return {"old": parts(old, new), "new": parts(new, old)}


def step_snapshot(step: Step) -> dict[str, Any]:
    values = {name: getattr(step, name) for name in STEP_VALUES}
    # As the database would give it back: 1 and 1.00 are no change.
    values["weight"] = str(Decimal(step.weight).quantize(Decimal("0.01")))
    return {**values, "role_id": step.role_id, "escalate_to_id": step.escalate_to_id}


def _workflow_of(step_id: int) -> int:
    return _step(step_id).workflow_id


def _step(step_id: int) -> Step:
    step = Step.objects.filter(pk=step_id).first()
    if step is None:
        raise StepNotFound()
    return step


def _step_rows(
    workflow: Workflow, documents: Sequence[Mapping[str, Any]], known: Mapping[int, Step]
) -> dict[int | str, Step]:
    roles = _roles_of(documents, "steps")
    rows: dict[int | str, Step] = {}
    for index, document in enumerate(documents):
        where = f"steps.{index}"
        given = document["id"]
        if given in rows:
            raise GraphInvalid(f"Two steps have the id {given!r}.", attr=f"{where}.id")
        if isinstance(given, int) and given not in known:
            raise GraphInvalid(f"Step {given} is not of this workflow.", attr=f"{where}.id")
        row = known[given] if isinstance(given, int) else Step(workflow=workflow)
        _assign(row, document, roles, f"{where}.")
        rows[given] = row
    return rows


def _edge_rows(
    workflow: Workflow,
    documents: Sequence[Mapping[str, Any]],
    steps: Mapping[int | str, Step],
    known: Mapping[int, Transition],
) -> dict[int | str, Transition]:
    rows: dict[int | str, Transition] = {}
    for index, document in enumerate(documents):
        where = f"transitions.{index}"
        given = document["id"]
        if given in rows or (given in steps and isinstance(given, str)):
            raise GraphInvalid(f"The id {given!r} is used twice.", attr=f"{where}.id")
        if isinstance(given, int) and given not in known:
            raise GraphInvalid(f"Transition {given} is not of this workflow.", attr=f"{where}.id")
        for end in ("from_step", "to_step"):
            if document[end] not in steps:
                raise GraphInvalid(f"There is no step {document[end]!r} in this graph.", attr=f"{where}.{end}")
        if document["from_step"] == document["to_step"]:
            raise GraphInvalid("A transition can't lead back to its own step.", attr=f"{where}.to_step")
        _check_condition(workflow, document.get("condition"), where)
        row = known[given] if isinstance(given, int) else Transition(workflow=workflow)
        row.from_step, row.to_step = steps[document["from_step"]], steps[document["to_step"]]
        for name in TRANSITION_FIELDS:
            if name in document:
                setattr(row, name, document[name])
        if row.outcome in (Transition.Outcome.REJECT, Transition.Outcome.RETURN):
            row.requires_comment = True
        rows[given] = row
    return rows


def _check_condition(workflow: Workflow, condition: Any, where: str) -> None:
    try:
        check_condition(condition, workflow.field_types)
    except InvalidCondition as problem:
        raise ConditionRefused(problem.code, str(problem), attr=f"{where}.{problem.where}") from problem


def _roles_of(documents: Sequence[Mapping[str, Any]], where: str) -> dict[int | str, Role]:
    """Return the active TTS roles that the steps name, by id and by name, in one statement."""
    ids: set[int] = {value for document in documents for name, _, _ in ROLES if (value := document.get(name))}
    names: set[str] = {value for document in documents for _, name, _ in ROLES if (value := document.get(name))}
    if not ids and not names:
        return {}
    roles = Role.objects.filter(system="tts", is_active=True)
    found: dict[int | str, Role] = {}
    for role in (roles.filter(pk__in=ids) | roles.filter(name__in=names)).order_by("id"):
        found[role.pk] = role
        found[role.name] = role
    return found


def _assign(step: Step, document: Mapping[str, Any], roles: Mapping[int | str, Role], where: str) -> None:
    for name in STEP_VALUES:
        if name in document:
            setattr(step, name, document[name])
    for id_field, name_field, stored in ROLES:
        if id_field not in document and name_field not in document:
            continue
        chosen = document.get(id_field) or document.get(name_field) or None
        role = roles.get(chosen) if chosen is not None else None
        if chosen is not None and role is None and isinstance(chosen, int):
            # The role of a draft may have been deleted since: keeping it is allowed, and a finding of validation.
            if getattr(step, id_field) == chosen:
                continue
            raise GraphInvalid(f"There is no active role {chosen} in TTS.", attr=f"{where}{id_field}")
        setattr(step, id_field.removesuffix("_id"), role)
        setattr(step, stored, role.name if role else str(chosen or ""))
    if step.is_end:
        step.role, step.role_name, step.escalate_to, step.escalate_to_name = None, "", None, ""
        step.end_status = step.end_status or Step.EndStatus.COMPLETED
    else:
        step.end_status = ""


def _save(model: type[Step] | type[Transition], rows: list[Any]) -> None:
    """Write the rows in two statements, however many there are."""
    model._default_manager.bulk_create([row for row in rows if row.pk is None])
    changed = [row for row in rows if row.pk is not None]
    fields = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    if changed:
        model._default_manager.bulk_update(changed, fields)
