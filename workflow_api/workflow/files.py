"""Workflows as files that are kept elsewhere: a file updates the workflow of its name, or creates it.

The file says the whole draft: what it leaves out has its default. A preview is the update itself, rolled back, so it
says what would come of it.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from audit.actor import Actor
from audit.services import record
from role.models import Role
from step.models import Step, Transition
from step.services import GraphInvalid, save_graph
from ticketing_common.errors import Invalid
from workflow import services
from workflow.comparison import compare
from workflow.definition_fields import STEP_ROLES, STEP_VALUES, TRANSITION_FIELDS
from workflow.graph import Definition, draft_of
from workflow.models import Calendar, Workflow, WorkflowVersion
from workflow.transfer import (
    OLD_FORMAT,
    OWN,
    check_document,
    export_workflow,
    file_text,
    import_workflow,
    own_values,
    refs_of,
)
from workflow.validation import validate

# Of a workflow and not of its versions: which tickets it serves, and what it is for. They count at once.
SERVED = ("description", "category", "sub_category", "department", "is_default")
EFFECTS = ("create", "update", "none")
OWN_ROLES = ("coordinator_role", "second_escalation_role")


class NamesUnknown(Invalid):
    """The file names roles or calendars that aren't known here; the answer lists them in `roles` and `calendars`."""

    code = "names_unknown"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a file does to the workflow of its name, or did.

    `effect` is `create`, `update` or `none`. `edit_version` is the draft's, before a preview and after an update;
    None of a workflow that a preview would create. `errors` keep the draft from being deployed.
    """

    effect: str
    name: str
    workflow_id: int | None
    edit_version: int | None
    changes: dict[str, Any] | None
    diff: str
    errors: list[str]
    version: int | None = None


def preview(*, document: Mapping[str, Any], actor: Actor | None, now: datetime) -> Outcome:
    """Say what the file would change, and change nothing."""
    with transaction.atomic():
        workflow = find(document)
        edit_version = workflow.edit_version if workflow else None
        outcome = _apply(workflow, document, actor=actor, now=now, reason="")
        transaction.set_rollback(True)
    return replace(outcome, workflow_id=workflow.pk if workflow else None, edit_version=edit_version)


@transaction.atomic
def apply(
    *,
    document: Mapping[str, Any],
    edit_version: int | None,
    actor: Actor | None,
    now: datetime,
    deploy: bool = False,
    reason: str = "",
) -> Outcome:
    """Make the draft what the file says, and deploy it where that is wanted and changes anything.

    `edit_version` is that of the preview, None where the file creates the workflow; `StaleEdit` or `NameTaken` where
    the draft was changed or created since. A deploy that is refused takes the update back.
    """
    workflow = find(document)
    if workflow is None and edit_version is not None:
        raise services.StaleEdit("The workflow was renamed meanwhile; preview the file again.")
    if workflow is not None:
        if edit_version is None:
            raise services.NameTaken(attr="name")
        workflow = services.locked(workflow.pk, edit_version=edit_version)
    outcome = _apply(workflow, document, actor=actor, now=now, reason=reason)
    workflow_id = outcome.workflow_id or 0
    version = _deploy(workflow_id, actor=actor, now=now, reason=reason) if deploy else None
    latest = Workflow.objects.values_list("edit_version", flat=True).get(pk=workflow_id)
    return replace(outcome, edit_version=latest, version=version.number if version else None)


def find(document: Mapping[str, Any]) -> Workflow | None:
    """Return the workflow that the file is about."""
    return Workflow.objects.filter(name__iexact=str(document["name"]).strip()).first()


def _apply(
    workflow: Workflow | None, document: Mapping[str, Any], *, actor: Actor | None, now: datetime, reason: str
) -> Outcome:
    check_document(document)
    _refuse_unknown_names(document)
    document = _whole(document)
    before, old = ("", None) if workflow is None else _state(workflow)
    with transaction.atomic():
        if workflow is None:
            saved = import_workflow(document=document, actor=actor, now=now, reason=reason)
        else:
            saved = _update(workflow, document, actor=actor, now=now, reason=reason)
        saved = Workflow.objects.with_parts().get(pk=saved.pk)
        after, new = _state(saved)
        if before == after:  # nothing to store, no new edit version, no row in the audit trail
            transaction.set_rollback(True)
    return Outcome(
        effect="create" if workflow is None else "none" if before == after else "update",
        name=saved.name,
        workflow_id=saved.pk,
        edit_version=saved.edit_version,
        changes=_changes(workflow, saved, old, new) if workflow is not None and old is not None else None,
        diff=_diff(before, after),
        errors=[finding.message for finding in validate(saved, new).errors],
    )


def _state(workflow: Workflow) -> tuple[str, Definition]:
    return file_text(export_workflow(workflow_id=workflow.pk)), draft_of(workflow)


def _diff(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "draft", "file", lineterm="")
    return "".join(f"{line}\n" for line in lines)


def _changes(before: Workflow, after: Workflow, old: Definition, new: Definition) -> dict[str, Any]:
    found = compare(old, new)
    served = [
        {"field": name, "old": getattr(before, name), "new": getattr(after, name)}
        for name in SERVED
        if getattr(before, name) != getattr(after, name)
    ]
    return {**found, "policy": [*served, *found["policy"]]}


def _refuse_unknown_names(document: Mapping[str, Any]) -> None:
    """Refuse a file that names what isn't known here, with every such name."""
    parts = [document, *document["steps"]]
    wanted = {name for part in parts for field in (*OWN_ROLES, *STEP_ROLES) if (name := part.get(field))}
    roles = Role.objects.filter(system="tts", is_active=True, name__in=wanted).values_list("name", flat=True)
    unknown = sorted(wanted - set(roles))
    calendar = document.get("calendar")
    gone = isinstance(calendar, str) and not Calendar.objects.filter(name=calendar).exists()
    calendars = [calendar] if gone else []
    if unknown or calendars:
        named = [f"role {name}" for name in unknown] + [f"calendar {name}" for name in calendars]
        raise NamesUnknown(f"Not known here: {', '.join(named)}.", roles=unknown, calendars=calendars)


def _whole(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with the default of everything that it leaves out."""
    step = {**_defaults(Step, STEP_VALUES), **dict.fromkeys(STEP_ROLES)}
    transition = _defaults(Transition, TRANSITION_FIELDS)
    own = {**_defaults(Workflow, OWN), "coordinator_role": services.COORDINATORS}
    parts = {"steps": step, "transitions": transition}
    ordered = document["format"] == OLD_FORMAT
    whole = {**own, **{name: value for name, value in document.items() if value is not None}}
    for kind, defaults in parts.items():
        whole[kind] = [
            {**defaults, **part, "order": part.get("order", index) if ordered else index}
            for index, part in enumerate(document[kind])
        ]
    if not ordered:  # the order of the list, which `check_document` lets nobody give beside it
        whole["format"] = OLD_FORMAT
    return whole


def _defaults(model: type[Model], names: Iterable[str]) -> dict[str, Any]:
    return {name: model._meta.get_field(name).get_default() for name in names if name != "name"}  # type: ignore[union-attr]


def _update(
    workflow: Workflow, document: Mapping[str, Any], *, actor: Actor | None, now: datetime, reason: str
) -> Workflow:
    workflow = services.locked(workflow.pk)
    services.refuse_archived(workflow)
    values = own_values(document)
    for name in OWN_ROLES:
        role = Role.objects.filter(system="tts", is_active=True, name=document.get(name) or "").order_by("id").last()
        values[f"{name}_id"] = role.pk if role else None
    changed = {name: value for name, value in values.items() if getattr(workflow, name) != value}
    old = export_workflow(workflow_id=workflow.pk)
    if changed:
        workflow = services.update_workflow(
            workflow_id=workflow.pk, edit_version=workflow.edit_version, values=changed, actor=actor, now=now
        )
    steps, transitions = _matched(draft_of(workflow), document)
    saved = save_graph(
        workflow_id=workflow.pk,
        edit_version=workflow.edit_version,
        steps=steps,
        transitions=transitions,
        actor=actor,
        now=now,
    ).workflow
    record(
        actor=actor,
        action="workflow.imported",
        object_type="workflow",
        object_id=saved.pk,
        at=now,
        old=old,
        new=export_workflow(workflow_id=saved.pk),
        reason=reason,
    )
    return saved


def _matched(draft: Definition, document: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the file's steps and transitions with the ids of those that the draft has already.

    A step is known by its name, else by its `ref`: so a file may rename a step that tickets stand in.
    """
    refs = [step["ref"] for step in document["steps"]]
    for index, ref in enumerate(refs):
        if ref in refs[:index]:
            raise GraphInvalid(f"Two steps have the ref {ref!r}.", attr=f"steps.{index}.ref")
    drawn = {ref: step_id for step_id, ref in refs_of(draft).items()}
    by_name = [step.name for step in draft.steps.values()]
    ids = _paired([step["name"] for step in document["steps"]], dict(zip(draft.steps, by_name, strict=True)))
    taken = {given for given in ids if given is not None}
    for index, ref in enumerate(refs):
        if ids[index] is None and drawn.get(ref) is not None and drawn[ref] not in taken:
            ids[index] = drawn[ref]
            taken.add(drawn[ref])
    known: dict[str, int | str] = {ref: given or f"step {ref}" for ref, given in zip(refs, ids, strict=True)}
    steps = [
        {"id": known[step["ref"]], **{name: value for name, value in step.items() if name != "ref"}}
        for step in document["steps"]
    ]
    edges: list[dict[str, Any]] = []
    for index, edge in enumerate(document["transitions"]):
        for end in ("from", "to"):
            if edge[end] not in known:
                raise GraphInvalid(f"There is no step {edge[end]!r} in this file.", attr=f"transitions.{index}.{end}")
        ends = {"from_step": known[edge["from"]], "to_step": known[edge["to"]]}
        edges.append({**ends, **{name: edge[name] for name in TRANSITION_FIELDS if name in edge}})
    whole = {row.id: (row.from_step_id, row.to_step_id, row.name) for row in draft.transitions.values()}
    edge_ids = _paired([(edge["from_step"], edge["to_step"], edge["name"]) for edge in edges], whole)
    rest = {row_id: key[:2] for row_id, key in whole.items() if row_id not in edge_ids}
    open_places = [place for place, given in enumerate(edge_ids) if given is None]
    again = _paired([(edges[place]["from_step"], edges[place]["to_step"]) for place in open_places], rest)
    for place, given in zip(open_places, again, strict=True):
        edge_ids[place] = given
    return steps, [{"id": given or f"edge {place}", **edges[place]} for place, given in enumerate(edge_ids)]


def _paired(wanted: Sequence[Any], rows: Mapping[int, Any]) -> list[int | None]:
    """Return for each key the id of a row with this key, each row once and in order; None where none is left."""
    waiting: defaultdict[Any, list[int]] = defaultdict(list)
    for row_id, key in rows.items():
        waiting[key].append(row_id)
    return [waiting[key].pop(0) if waiting[key] else None for key in wanted]


def _deploy(workflow_id: int, *, actor: Actor | None, now: datetime, reason: str) -> WorkflowVersion | None:
    """Deploy the draft, and declare it valid before where it was never live; None where it says what is deployed."""
    workflow = services.locked(workflow_id)
    if workflow.current_version is not None and not workflow.has_undeployed_changes:
        return None
    if workflow.status == Workflow.Status.DRAFT:
        services.initialize_workflow(workflow_id=workflow_id, actor=actor, now=now)
    return services.deploy(workflow_id=workflow_id, actor=actor, now=now, reason=reason)
