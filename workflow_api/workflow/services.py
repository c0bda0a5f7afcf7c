"""The life of a workflow: created, edited, initialized, deployed, paused, resumed.

Every change locks the workflow's row, checks the edit version where one is given, and is audited.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.actor import Actor
from audit.services import last_actor, record
from role.models import Role
from ticketing_common.errors import Conflict, Invalid, NotFound
from workflow import versions
from workflow.findings import Report
from workflow.graph import Definition, draft_of, sla_seconds, whole_seconds
from workflow.locks import KEYS, NAMES, one_at_a_time
from workflow.matching import key_of
from workflow.models import Calendar, DeployRequest, Workflow, WorkflowVersion
from workflow.reviews import reviewed_request
from workflow.role_names import resolve_names
from workflow.validation import findings_of_keys, other_with_key, validate

COORDINATORS = "Ticket Coordinator"
EDITABLE = (
    "name",
    "description",
    "category",
    "sub_category",
    "department",
    "is_default",
    "end_logic",
    "low_sla",
    "medium_sla",
    "high_sla",
    "urgent_sla",
    "at_risk_percent",
    "field_types",
    "decisive_fields",
    "reopen_days",
    "escalation_trigger",
    "second_escalation_role_id",
    "second_escalation_after",
    "hand_over_after",
    "calendar_id",
    "coordinator_role_id",
)
KEY_FIELDS = frozenset({"category", "sub_category", "department", "is_default"})
TEXTS = frozenset({"name", "category", "sub_category", "department"})


class WorkflowNotFound(NotFound):
    default_detail = "There is no such workflow."


class IllegalMove(Conflict):
    """The answer carries `status` and `legal_moves`."""

    code = "illegal_move"


class StaleEdit(Conflict):
    """Somebody else saved meanwhile. The answer carries the current `edit_version`, and `edited_by` whom."""

    code = "stale_edit_version"
    default_detail = "The workflow was changed meanwhile; load it again."


class NotValid(Conflict):
    """The definition has errors; the answer carries `findings`."""

    code = "definition_invalid"
    default_detail = "The definition has errors."


class KeyTaken(Conflict):
    """Another deployed workflow serves the same tickets; the answer names it in `other`."""

    code = "key_taken"


class NothingToDeploy(Conflict):
    code = "nothing_to_deploy"
    default_detail = "The draft says the same as the deployed version."


class NameTaken(Conflict):
    code = "name_taken"
    default_detail = "Another workflow has this name."


def locked(workflow_id: int, *, edit_version: int | None = None) -> Workflow:
    """Return the workflow with its row locked, or refuse a stale editor."""
    if not Workflow.objects.select_for_update(no_key=True).filter(pk=workflow_id).values_list("pk").first():
        raise WorkflowNotFound()
    # Read after the lock: whoever held it may have put another version in place.
    workflow = Workflow.objects.with_parts().get(pk=workflow_id)
    if edit_version is not None and edit_version != workflow.edit_version:
        who = last_actor("workflow", workflow_id)
        raise StaleEdit(edit_version=workflow.edit_version, updated_at=workflow.updated_at, edited_by=who)
    return workflow


def refuse_archived(workflow: Workflow) -> None:
    if workflow.is_archived:
        raise IllegalMove(
            f"{workflow.name} is archived.", status=workflow.status, is_archived=True, legal_moves=workflow.legal_moves
        )


@transaction.atomic
def create_workflow(*, values: Mapping[str, Any], actor: Actor | None, now: datetime) -> Workflow:
    """Create an empty draft."""
    workflow = Workflow(created_by_id=actor.user_id if actor else None)
    _assign(workflow, values)
    if workflow.coordinator_role_id is None and not workflow.coordinator_role_name:
        workflow.coordinator_role_name = COORDINATORS
    workflow.save()
    resolve_names(workflow)
    refresh_fingerprint(workflow)
    record(
        actor=actor,
        action="workflow.created",
        object_type="workflow",
        object_id=workflow.pk,
        at=now,
        new=snapshot(workflow),
    )
    return workflow


@transaction.atomic
def update_workflow(
    *, workflow_id: int, edit_version: int, values: Mapping[str, Any], actor: Actor | None, now: datetime
) -> Workflow:
    """Change what a workflow is called, which tickets it serves, and its policy.

    What it serves counts at once; everything else with the next deploy.
    """
    workflow = locked(workflow_id, edit_version=edit_version)
    refuse_archived(workflow)
    old = snapshot(workflow)
    _assign(workflow, values)
    if workflow.status in (Workflow.Status.DEPLOYED, Workflow.Status.PAUSED) and KEY_FIELDS & set(values):
        _check_key_is_served_well(workflow)
    mark_edited(workflow)
    new = snapshot(workflow)
    changed = [name for name in new if old[name] != new[name]]
    record(
        actor=actor,
        action="workflow.updated",
        object_type="workflow",
        object_id=workflow.pk,
        at=now,
        old={name: old[name] for name in changed},
        new={name: new[name] for name in changed},
    )
    return workflow


def mark_edited(workflow: Workflow) -> None:
    """Save an edit: the next editor must know of it, and what was initialized must be validated again."""
    workflow.edit_version += 1
    if workflow.status == Workflow.Status.INITIALIZED:
        workflow.status = Workflow.Status.DRAFT
    workflow.save()
    refresh_fingerprint(workflow)


def refresh_fingerprint(workflow: Workflow) -> None:
    workflow.fingerprint = draft_of(workflow).fingerprint
    Workflow.objects.filter(pk=workflow.pk).update(fingerprint=workflow.fingerprint)


def refresh_fingerprints(workflows: Iterable[Workflow]) -> None:
    for workflow in workflows:
        refresh_fingerprint(workflow)


@transaction.atomic
def initialize_workflow(
    *, workflow_id: int, actor: Actor | None, now: datetime, edit_version: int | None = None
) -> Workflow:
    """Declare the definition valid and its roles resolved. It takes no tickets yet."""
    workflow = locked(workflow_id, edit_version=edit_version)
    require_move(workflow, "initialize")
    resolve_names(workflow)
    require_valid(workflow)
    _move(workflow, Workflow.Status.INITIALIZED, "workflow.initialized", actor=actor, now=now)
    return workflow


@transaction.atomic
def deploy(
    *, workflow_id: int, actor: Actor | None, now: datetime, edit_version: int | None = None, reason: str = ""
) -> WorkflowVersion:
    """Freeze the draft as version n+1 and let new tickets run on it. Running tasks stay on their version."""
    workflow = locked(workflow_id, edit_version=edit_version)
    is_live = workflow.status in (Workflow.Status.DEPLOYED, Workflow.Status.PAUSED)
    if not workflow.is_archived and is_live and not workflow.has_undeployed_changes:
        raise NothingToDeploy(status=workflow.status, legal_moves=workflow.legal_moves)
    require_move(workflow, "deploy")
    asked = reviewed_request(workflow, actor)
    version = freeze_draft(
        workflow,
        actor=actor,
        now=now,
        reason=reason or (asked.reason if asked else ""),
        requested_by_id=asked.requested_by_id if asked else None,
    )
    _require_free_key(workflow)
    DeployRequest.objects.filter(workflow=workflow).delete()
    _go_live(workflow, version, actor=actor, now=now)
    return version


def freeze_draft(
    workflow: Workflow, *, actor: Actor | None, now: datetime, reason: str = "", requested_by_id: int | None = None
) -> WorkflowVersion:
    """Write the draft of the locked workflow as its next version, which nothing runs on yet; refuse one with errors."""
    resolve_names(workflow)
    return versions.freeze(
        workflow=workflow,
        definition=require_valid(workflow),
        deployed_by_id=actor.user_id if actor else None,
        now=now,
        reason=reason,
        requested_by_id=requested_by_id,
    )


@transaction.atomic
def redeploy(*, workflow_id: int, number: int, actor: Actor, now: datetime, reason: str = "") -> WorkflowVersion:
    """Deploy an older version again, as version n+1. The draft stays as it is."""
    workflow = locked(workflow_id)
    if workflow.is_archived or workflow.status not in (Workflow.Status.DEPLOYED, Workflow.Status.PAUSED):
        raise IllegalMove(
            f"{workflow.name} was not deployed.", status=workflow.status, legal_moves=workflow.legal_moves
        )
    old = versions.get_version(workflow_id=workflow_id, number=number)
    if old.pk == workflow.current_version_id:
        raise NothingToDeploy("This version is the deployed one.", legal_moves=workflow.legal_moves)
    _require_free_key(workflow)
    versions.require_usable_roles(old)
    version = versions.repeat(old, deployed_by_id=actor.user_id, now=now, reason=reason)
    _go_live(workflow, version, actor=actor, now=now)
    return version


@transaction.atomic
def pause(*, workflow_id: int, actor: Actor, now: datetime, reason: str = "") -> Workflow:
    """Start nothing new. Tickets wait as unmatched; running tasks finish."""
    workflow = locked(workflow_id)
    require_move(workflow, "pause")
    _move(workflow, Workflow.Status.PAUSED, "workflow.paused", actor=actor, now=now, reason=reason)
    return workflow


@transaction.atomic
def resume(*, workflow_id: int, actor: Actor, now: datetime) -> Workflow:
    """Take tickets again."""
    workflow = locked(workflow_id)
    require_move(workflow, "resume")
    _require_free_key(workflow)
    _move(workflow, Workflow.Status.DEPLOYED, "workflow.resumed", actor=actor, now=now)
    return workflow


def report(*, workflow_id: int) -> Report:
    """Validate the draft as it is now."""
    workflow = Workflow.objects.with_parts().filter(pk=workflow_id).first()
    if workflow is None:
        raise WorkflowNotFound()
    return validate(workflow, draft_of(workflow))


def snapshot(workflow: Workflow) -> dict[str, Any]:
    """Return the workflow's own fields for the audit trail."""
    values = {name: getattr(workflow, name) for name in EDITABLE if not name.endswith(("_sla", "_after"))}
    values |= {name: whole_seconds(getattr(workflow, name)) for name in EDITABLE if name.endswith("_after")}
    return {**values, "sla_seconds": sla_seconds(workflow), "status": workflow.status}


def _assign(workflow: Workflow, values: Mapping[str, Any]) -> None:
    for name in EDITABLE:
        if name in values:
            value = values[name]
            setattr(workflow, name, value.strip() if name in TEXTS else value)
    if "name" in values:
        one_at_a_time(NAMES)
    if Workflow.objects.filter(name__iexact=workflow.name).exclude(pk=workflow.pk).exists():
        raise NameTaken(attr="name")
    if "calendar_id" in values and workflow.calendar_id is not None:
        workflow.calendar = Calendar.objects.filter(pk=workflow.calendar_id).first()
        if workflow.calendar is None:
            raise Invalid("There is no such calendar.", attr="calendar_id")
    for name in ("coordinator_role", "second_escalation_role"):
        if f"{name}_id" in values:
            role = active_role(values[f"{name}_id"], attr=f"{name}_id")
            setattr(workflow, name, role)
            setattr(workflow, f"{name}_name", role.name if role else "")


def active_role(role_id: int | None, *, attr: str) -> Role | None:
    """Return the role that an editor chose, or refuse one that can't be worked with."""
    if role_id is None:
        return None
    role = Role.objects.filter(pk=role_id, is_active=True, system="tts").first()
    if role is None:
        raise Invalid(f"There is no active role {role_id} in TTS.", attr=attr)
    return role


def require_move(workflow: Workflow, move: str) -> None:
    """Refuse what `legal_moves` does not name."""
    moves = workflow.legal_moves
    if move not in moves:
        state = "archived" if workflow.is_archived else workflow.status
        raise IllegalMove(
            f"{workflow.name} is {state}: it can't {move} now.",
            status=workflow.status,
            is_archived=workflow.is_archived,
            legal_moves=moves,
        )


def require_valid(workflow: Workflow) -> Definition:
    """Return the definition of the draft, or refuse one with errors."""
    definition = draft_of(workflow)
    found = validate(workflow, definition)
    if not found.is_valid:
        raise NotValid(findings=[finding.__dict__ for finding in found.errors])
    return definition


def _require_free_key(workflow: Workflow) -> None:
    """Refuse when another deployed workflow serves the same tickets; one deploy at a time asks."""
    one_at_a_time(KEYS)
    other = other_with_key(workflow)
    if other is None:
        return
    same = key_of(other) == key_of(workflow) and workflow.category.strip()
    problem = f"{other.name} serves the same tickets." if same else f"{other.name} is the default already."
    raise KeyTaken(problem, other={"id": other.pk, "name": other.name})


def _check_key_is_served_well(workflow: Workflow) -> None:
    """A live workflow's new key counts at once, so it must be whole and free at once."""
    broken = list(findings_of_keys(workflow))
    if broken:
        raise Invalid(broken[0].message, attr=broken[0].field)
    if workflow.status == Workflow.Status.DEPLOYED:
        _require_free_key(workflow)


def _move(
    workflow: Workflow, status: str, action: str, *, actor: Actor | None, now: datetime, reason: str = ""
) -> None:
    old, workflow.status = workflow.status, status
    workflow.save(update_fields=["status", "updated_at"])
    record(
        actor=actor,
        action=action,
        object_type="workflow",
        object_id=workflow.pk,
        at=now,
        old={"status": old},
        new={"status": status},
        reason=reason,
    )


def _go_live(workflow: Workflow, version: WorkflowVersion, *, actor: Actor | None, now: datetime) -> None:
    old = {
        "status": workflow.status,
        "version": workflow.current_version.number if workflow.current_version else None,
    }
    workflow.current_version = version
    workflow.status = Workflow.Status.DEPLOYED
    workflow.deploy_when_ready = False
    workflow.save(update_fields=["current_version", "status", "deploy_when_ready", "updated_at"])
    new: dict[str, Any] = {"status": workflow.status, "version": version.number}
    if version.redeployed_from is not None:
        new["redeployed_from"] = version.redeployed_from
    record(
        actor=actor,
        action="workflow.deployed" if version.redeployed_from is None else "workflow.redeployed",
        object_type="workflow",
        object_id=workflow.pk,
        at=now,
        old=old,
        new=new,
        reason=version.reason,
    )
