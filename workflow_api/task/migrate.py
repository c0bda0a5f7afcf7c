"""Move running tasks to another version of their workflow, by a mapping of steps.

A separate, explicit act: a deploy never does it. The open visit goes along with its assignee, its votes where the step
is the same, and its clocks as they are: a policy is what it was when the clock started. The preview is the migration
itself, rolled back, so it says what would come of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.actor import Actor
from task.assign import (
    assign_owner,
    assign_to,
    assign_visit,
    choose_owner,
    end_assignment,
    end_ownership,
    notify_assignee,
)
from task.assignment import as_sentence
from task.journal import Journal
from task.models import ApprovalVote, Assignment, StepVisit, Task
from task.rotation import Rotation, lock_rotations, save_rotations
from task.run import VISIT_FIELDS, Run, as_run, with_relations
from task.state_machine import MIGRATE
from ticketing_common.errors import Conflict, Invalid, NotFound
from workflow.graph import GraphStep, VersionGraph, version_graph
from workflow.models import WorkflowVersion

MIGRATED = "migrated"  # why an assignment ended
TASK_MIGRATED = "task_migrated"  # the line in the timeline
# How a moved task came by its assignee, where no assignment was made.
KEPT, UNASSIGNED = "kept", "unassigned"


class StepUnmapped(Conflict):
    """Tasks stand in steps that lead nowhere in the other version; the answer lists them in `unmapped`."""

    code = "step_unmapped"
    default_detail = "Tasks stand in steps that the mapping does not name."


@transaction.atomic
def migrate(
    *,
    workflow_id: int,
    from_version: int,
    to_version: int,
    mapping: Mapping[int, int],
    dry_run: bool,
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    """Migrate every open task of one version. Steps that the mapping leaves out map to the step of the same key."""
    source, target = two_versions(workflow_id, from_version, to_version)
    journal = Journal(now, actor)
    tasks = Task.objects.filter(workflow_version_id=source.version_id, status__in=MIGRATE.sources)
    locked = list(tasks.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    runs = [as_run(task, journal) for task in with_relations().filter(pk__in=locked).order_by("pk")]
    steps = _mapped(source, target, mapping, runs)
    rotations = lock_for(target, steps.values(), now)
    outcomes = [move_run(run, steps[run.task.current_step_id or 0], target, rotations) for run in runs]
    save_rotations(rotations)
    journal.audit(
        "workflow.migrated",
        "workflow",
        workflow_id,
        new={"from_version": from_version, "to_version": to_version, "tasks": len(outcomes)},
    )
    journal.write()
    if dry_run:
        transaction.set_rollback(True)
    counts = Counter((outcome["from_step"]["id"], outcome["to_step"]["id"]) for outcome in outcomes)
    return {
        "from_version": from_version,
        "to_version": to_version,
        "dry_run": dry_run,
        "migrated": len(outcomes),
        "steps": [
            {"from_step": source.steps[one].as_step, "to_step": target.steps[two].as_step, "tasks": number}
            for (one, two), number in sorted(counts.items())
        ],
        "tasks": outcomes,
    }


def two_versions(workflow_id: int, from_version: int, to_version: int) -> tuple[VersionGraph, VersionGraph]:
    """Return the graphs of the two versions; refuse where one isn't there or both are the same."""
    source, target = _version(workflow_id, from_version), _version(workflow_id, to_version)
    if source.version_id == target.version_id:
        raise Invalid("The two versions are the same.", attr="to_version")
    return source, target


def _version(workflow_id: int, number: int) -> VersionGraph:
    version_id = WorkflowVersion.objects.filter(workflow_id=workflow_id, number=number).values_list("pk", flat=True)
    found = version_id.first()
    if found is None:
        raise NotFound(f"The workflow has no version {number}.")
    return version_graph(found)


def _mapped(
    source: VersionGraph, target: VersionGraph, mapping: Mapping[int, int], runs: list[Run]
) -> dict[int, GraphStep]:
    """Return where each occupied step leads; refuse a mapping that is wrong or leaves one out."""
    check_mapping(source, target, mapping)
    occupied = Counter(run.task.current_step_id or 0 for run in runs)
    found: dict[int, GraphStep] = {}
    unmapped = []
    for step_id, number in sorted(occupied.items()):
        aim = step_for(source, target, mapping, step_id)
        if aim is None:
            unmapped.append({"step": source.steps[step_id].as_step, "running_tasks": number})
        else:
            found[step_id] = aim
    if unmapped:
        raise StepUnmapped(unmapped=unmapped)
    return found


def check_mapping(source: VersionGraph, target: VersionGraph, mapping: Mapping[int, int]) -> None:
    """Refuse a mapping that names steps of other versions, or an end."""
    for one, two in mapping.items():
        if one not in source.steps:
            raise Invalid(f"Step {one} is not of version {source.number}.", attr="mapping")
        if two not in target.steps or target.steps[two].is_end:
            raise Invalid(f"Step {two} is no step of version {target.number} that work can stand in.", attr="mapping")


def step_for(source: VersionGraph, target: VersionGraph, mapping: Mapping[int, int], step_id: int) -> GraphStep | None:
    """Return where the step leads: as the mapping says, else to the step of the same key; None where nowhere."""
    aim = target.steps[mapping[step_id]] if step_id in mapping else target.step_by_key(source.steps[step_id].key)
    return None if aim is None or aim.is_end else aim


def lock_for(target: VersionGraph, steps: Iterable[GraphStep], now: datetime) -> dict[int, Rotation]:
    """Lock the rotations that moving tasks into the steps may need."""
    aims = list(steps)
    wanted: set[int | None] = {target.coordinator_role_id}
    for step in aims:
        wanted |= {step.role_id, *target.roles_above(step)}
    return lock_rotations(wanted, now, strategies=[step.assignment for step in aims])


def move_run(
    run: Run, step: GraphStep, target: VersionGraph, rotations: dict[int, Rotation], *, reason: str = ""
) -> dict[str, Any]:
    """Move one locked task to the step of the other version; return what became of its people and deadline."""
    task, visit, old_step = run.task, run.visit, run.step
    if visit is None or old_step is None:
        raise Conflict(f"{task.ticket_number} stands in no step.")
    before = {"assignee": run.person(task.assignee_id), "owner": run.person(task.owner_id)}
    was_escalated = visit.role_id != old_step.role_id
    old_second = run.graph.second_role_of(old_step)
    was_second = old_second is not None and old_second.id == visit.role_id
    run.graph = target
    run.use_rotations(rotations)
    task.workflow_version_id = target.version_id
    task.current_step_id = visit.step_id = step.id
    visit.role_id = _role_in(target, step, was_escalated=was_escalated, was_second=was_second)
    is_other = (step.key, step.kind, step.approval) != (old_step.key, old_step.kind, old_step.approval)
    voided = 0
    if is_other:
        voided = ApprovalVote.objects.filter(visit=visit, voided_at__isnull=True).update(voided_at=run.now)
        run.forget_votes()
    is_asked_anew = is_other and step.kind == "approval"
    _keep_or_assign(run, visit, step, is_asked_anew=is_asked_anew)
    _keep_or_choose_owner(run)
    run.record(
        TASK_MIGRATED,
        actor=run.actor,
        from_step=old_step.as_step,
        to_step=step.as_step,
        version=target.number,
        assignee=run.person(task.assignee_id),
        **({"reason": reason} if reason else {}),
    )
    run.audit(
        "task.migrated",
        old={"step": old_step.name, "step_id": old_step.id, **{name: _id(who) for name, who in before.items()}},
        new={"step": step.name, "step_id": step.id, "assignee": task.assignee_id, "owner": task.owner_id},
        reason=reason,
    )
    if task.assignee_id is not None and (is_asked_anew or task.assignee_id != _id(before["assignee"])):
        notify_assignee(run)
    task.version += 1
    visit.save(update_fields=("step_id", *VISIT_FIELDS))
    run.save()
    return {
        "task_id": task.pk,
        "ticket_number": task.ticket_number,
        "from_step": old_step.as_step,
        "to_step": step.as_step,
        "assignee_before": before["assignee"],
        "assignee_after": run.person(task.assignee_id),
        **_assigned_by(run),
        "voided_votes": voided,
        "owner_before": before["owner"],
        "owner_after": run.person(task.owner_id),
        "due_at": task.due_at,
    }


def _assigned_by(run: Run) -> dict[str, str]:
    """Return how the moved task came by its assignee, and why as a sentence: empty where nothing was decided."""
    made, visit = run.made, run.visit
    if made is None:
        return {"assigned_by": UNASSIGNED if run.task.assignee_id is None else KEPT, "explanation": ""}
    rotation = run.rotation(visit.role_id if visit else None)
    sentence = as_sentence(made.origin, made.why, run.names, rotation.name if rotation else "")
    return {"assigned_by": str(made.origin), "explanation": sentence}


def _role_in(target: VersionGraph, step: GraphStep, *, was_escalated: bool, was_second: bool) -> int | None:
    """Return the role that has a visit of the step: as high up as it was escalated before."""
    second = target.second_role_of(step)
    if was_second and second is not None:
        return second.id
    return step.escalate_to_id if was_escalated and step.escalate_to_id else step.role_id


def _id(person: dict[str, Any] | None) -> int | None:
    return None if person is None else int(person["user_id"])


def _keep_or_assign(run: Run, visit: StepVisit, step: GraphStep, *, is_asked_anew: bool) -> None:
    """Leave the visit with an assignee who holds its role, else whoever had it in this role, else assign it anew.

    An approval that was none before, or another one, is begun anew: its assignee is preferred, unless barred from it,
    and everyone who may vote is asked.
    """
    rotation = run.rotation(visit.role_id)
    assignee_id = run.task.assignee_id
    if is_asked_anew:
        preferred_id = _earlier_assignee(run, visit) or assignee_id
        end_assignment(run, visit, MIGRATED)
        assign_visit(run, visit, step, preferred_id=preferred_id)
        return
    if rotation is not None and rotation.member(assignee_id) is not None:
        return
    if assignee_id is None and visit.pooled_at is not None and rotation is not None and not rotation.members:
        return
    end_assignment(run, visit, MIGRATED)
    member = rotation.member(_earlier_assignee(run, visit)) if rotation is not None else None
    if member is not None and not member.why_not():
        assign_to(run, visit, member.user_id, origin=Assignment.Origin.RETURN, why=_returned_to(member.user_id))
    else:
        assign_visit(run, visit, step)


def _earlier_assignee(run: Run, visit: StepVisit) -> int | None:
    """Return who had the visit last in its present role before it was moved away from there."""
    moved = [
        row.person_id
        for row in run.assignments()
        if row.visit_id == visit.pk and row.role_id == visit.role_id and row.end_reason == MIGRATED
    ]
    return moved[-1] if moved else None


def _keep_or_choose_owner(run: Run) -> None:
    """Keep an owner who holds the coordinators' role, else whoever was it under this role, else choose one."""
    task, role_id = run.task, run.graph.coordinator_role_id
    rotation = run.rotation(role_id)
    if rotation is None or rotation.member(task.owner_id) is not None:
        return
    earlier = [row.person_id for row in run.assignments() if row.is_owner and row.role_id == role_id]
    member = rotation.member(earlier[-1]) if earlier else None
    if member is not None:
        end_ownership(run, MIGRATED)
        assign_owner(run, member.user_id, origin=Assignment.Origin.RETURN, why=_returned_to(member.user_id))
        return
    choice = choose_owner(run)
    if choice is not None and choice.user_id is not None:
        end_ownership(run, MIGRATED)
        assign_owner(run, choice.user_id, origin=Assignment.Origin.ROUND_ROBIN, why=choice.why)


def _returned_to(user_id: int) -> dict[str, Any]:
    return {"strategy": "return", "candidates": [user_id], "passed_over": []}
