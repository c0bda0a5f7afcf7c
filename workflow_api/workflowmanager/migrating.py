"""Move running tasks to another version of their workflow, by a mapping of steps.

A separate, explicit act: a deploy never does it. The open stay goes along with its assignee, its votes where the step
is the same, and its clocks as they are: a policy is what it was when the clock started. The preview is the migration
itself, rolled back, so it says what would come of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.actor import Actor
from task.assignment import ROUND_ROBIN
from task.models import ApprovalVote, Assignment, StepVisit, Task
from ticketing_common.errors import Conflict, Invalid, NotFound
from workflow.graph import GraphStep, VersionGraph, version_graph
from workflow.models import WorkflowVersion
from workflowmanager.approvals import give_visit
from workflowmanager.loading import read_tasks
from workflowmanager.rosters import Roster, lock_rosters, save_cursors
from workflowmanager.running import Run, as_run
from workflowmanager.writing import Change

MIGRATED = "migrated"


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
    source, target = _version(workflow_id, from_version), _version(workflow_id, to_version)
    if source.version_id == target.version_id:
        raise Invalid("The two versions are the same.", attr="to_version")
    change = Change(now, actor)
    ids = Task.objects.select_for_update(no_key=True).filter(workflow_version_id=source.version_id)
    working = [Task.Status.PENDING, Task.Status.IN_PROGRESS, Task.Status.ON_HOLD]
    locked = list(ids.filter(status__in=working).order_by("pk").values_list("pk", flat=True))
    runs = [as_run(task, change) for task in read_tasks(locked)]
    steps = _mapped(source, target, mapping, runs)
    rosters = _lock(target, steps, now)
    outcomes = [_move(run, steps[run.task.current_step_id or 0], target, rosters) for run in runs]
    save_cursors(rosters, change)
    change.audit(
        "workflow.migrated",
        "workflow",
        workflow_id,
        new={"from_version": from_version, "to_version": to_version, "tasks": len(outcomes)},
    )
    change.write()
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
    for one, two in mapping.items():
        if one not in source.steps:
            raise Invalid(f"Step {one} is not of version {source.number}.", attr="mapping")
        if two not in target.steps or target.steps[two].is_end:
            raise Invalid(f"Step {two} is no step of version {target.number} that work can stand in.", attr="mapping")
    occupied = Counter(run.task.current_step_id or 0 for run in runs)
    found: dict[int, GraphStep] = {}
    unmapped = []
    for step_id, number in sorted(occupied.items()):
        step = source.steps[step_id]
        aim = target.steps[mapping[step_id]] if step_id in mapping else target.step_by_key(step.key)
        if aim is None or aim.is_end:
            unmapped.append({"step": step.as_step, "running_tasks": number})
        else:
            found[step_id] = aim
    if unmapped:
        raise StepUnmapped(unmapped=unmapped)
    return found


def _lock(target: VersionGraph, steps: Mapping[int, GraphStep], now: datetime) -> dict[int, Roster]:
    wanted: set[int | None] = {target.coordinator_role_id}
    for step in steps.values():
        wanted |= {step.role_id, step.escalate_to_id}
    return lock_rosters(wanted, now, strategies=[step.assignment for step in steps.values()])


def _move(run: Run, step: GraphStep, target: VersionGraph, rosters: dict[int, Roster]) -> dict[str, Any]:
    task, visit, old_step = run.task, run.visit, run.step
    if visit is None or old_step is None:
        raise Conflict(f"{task.ticket_number} stands in no step.")
    before = {"assignee": run.person(task.assignee_id), "owner": run.person(task.owner_id)}
    was_escalated = visit.role_id != old_step.role_id
    run.graph = target
    run.note_roster(rosters)
    task.workflow_version_id = target.version_id
    task.current_step_id = visit.step_id = step.id
    visit.role_id = step.escalate_to_id if was_escalated and step.escalate_to_id else step.role_id
    if (step.key, step.kind, step.approval) != (old_step.key, old_step.kind, old_step.approval):
        ApprovalVote.objects.filter(visit=visit, voided_at__isnull=True).update(voided_at=run.now)
        run.forget_votes()
    _keep_or_give(run, visit, step)
    _keep_or_choose_owner(run)
    run.story(
        MIGRATED,
        actor=run.change.actor,
        from_step=old_step.as_step,
        to_step=step.as_step,
        version=target.number,
        assignee=run.person(task.assignee_id),
    )
    run.audit(
        "task.migrated",
        old={"step": old_step.name, "step_id": old_step.id, **{name: _id(who) for name, who in before.items()}},
        new={"step": step.name, "step_id": step.id, "assignee": task.assignee_id, "owner": task.owner_id},
    )
    if task.assignee_id is not None and task.assignee_id != _id(before["assignee"]):
        run.tell_assignee()
    task.version += 1
    run.change.update(visit, ("step_id", "role_id", "pooled_at", "needs_lead"))
    run.save()
    return {
        "task_id": task.pk,
        "ticket_number": task.ticket_number,
        "from_step": old_step.as_step,
        "to_step": step.as_step,
        "assignee_before": before["assignee"],
        "assignee_after": run.person(task.assignee_id),
        "owner_before": before["owner"],
        "owner_after": run.person(task.owner_id),
        "due_at": task.due_at,
    }


def _id(person: dict[str, Any] | None) -> int | None:
    return None if person is None else int(person["user_id"])


def _keep_or_give(run: Run, visit: StepVisit, step: GraphStep) -> None:
    """Leave the stay with who has it where they hold its role, else with who had it in this role, else give it."""
    roster = run.rosters.get(visit.role_id or 0)
    holder_id = run.task.assignee_id
    if roster is not None and roster.member(holder_id) is not None:
        return
    if holder_id is None and visit.pooled_at is not None and roster is not None and not roster.members:
        return
    run.end_assignment(visit, MIGRATED)
    earlier = [
        turn.person_id
        for turn in run.turns()
        if turn.visit_id == visit.pk and turn.role_id == visit.role_id and turn.end_reason == MIGRATED
    ]
    member = roster.member(earlier[-1]) if roster is not None and earlier else None
    if member is not None and not member.why_not():
        why = {"strategy": "return", "candidates": [member.user_id], "passed_over": []}
        run.assign(visit, member.user_id, origin=Assignment.Origin.RETURN, why=why)
        return
    give_visit(run, visit, step)


def _keep_or_choose_owner(run: Run) -> None:
    """Keep the owner where still eligible, else whoever was it under this role before, else take a turn."""
    task, role_id = run.task, run.graph.coordinator_role_id
    roster = run.rosters.get(role_id)
    if roster is None or roster.member(task.owner_id) is not None:
        return
    earlier = [turn.person_id for turn in run.turns() if turn.is_owner and turn.role_id == role_id]
    member = roster.member(earlier[-1]) if earlier else None
    if member is not None:
        owner_id, why = member.user_id, {"strategy": "return", "candidates": [member.user_id], "passed_over": []}
    else:
        choice = roster.take_turn(ROUND_ROBIN, is_for_owner=True)
        if choice.user_id is None:
            return
        owner_id, why = choice.user_id, choice.why
    Assignment.objects.filter(task=task, is_owner=True, ended_at__isnull=True).update(
        ended_at=run.now, end_reason=MIGRATED
    )
    run.change.insert(
        Assignment(
            task_id=task.pk,
            person_id=owner_id,
            role_id=role_id,
            is_owner=True,
            origin=Assignment.Origin.RETURN if member is not None else Assignment.Origin.ROUND_ROBIN,
            why=why,
            started_at=run.now,
        )
    )
    task.owner_id = owner_id
    run.newcomers.append((owner_id, role_id))
