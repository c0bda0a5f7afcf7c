"""Move running tasks to another version one by one: a preview by pages, and the act, of which each task is a part.

The engine is `migrate`'s. Here one task that cannot be moved stops no other, and each is moved only while it is as it
was when the caller saw it. Moving them back is the same act the other way, with the step that each came from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count

from audit.actor import Actor
from task.bulk import DoPart, each_apart, error_of
from task.journal import Journal
from task.migrate import KEPT, StepUnmapped, check_mapping, lock_for, move_run, step_for, two_versions
from task.models import Task
from task.rotation import Rotation, save_rotations
from task.run import Run, as_run, lock_run, with_relations
from task.state_machine import MIGRATE, check_version, required_reason
from ticketing_common.errors import Conflict, Invalid, Refusal
from workflow.graph import GraphStep, VersionGraph

PAGE = 100  # tasks that one preview looks at


class HandingOff(Conflict):
    code = "handing_off"
    default_detail = "The ticket is with another system."


class NotOfVersion(Conflict):
    code = "not_of_version"
    default_detail = "The ticket is not on this version any more."


@transaction.atomic
def preview_tasks(
    *,
    workflow_id: int,
    from_version: int,
    to_version: int,
    mapping: Mapping[int, int],
    after: int,
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    """Return what moving the version's running tasks would do; nothing is stored.

    `steps` counts all of them by step; `tasks` are the next `PAGE` with an id over `after`, in the order in which they
    are moved. A page is moved for real and rolled back, so people are those who would get them if it went next.
    """
    source, target = two_versions(workflow_id, from_version, to_version)
    check_mapping(source, target, mapping)
    tasks = Task.objects.open().filter(workflow_version_id=source.version_id)
    counts = {
        row["current_step_id"]: row["number"]
        for row in tasks.filter(status__in=MIGRATE.sources).values("current_step_id").annotate(number=Count("id"))
    }
    aims = {step_id: step_for(source, target, mapping, step_id) for step_id in source.steps}
    page = tasks.filter(pk__gt=after).select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)
    locked = list(page[: PAGE + 1])
    journal = Journal(now, actor)
    runs = [as_run(task, journal) for task in with_relations().filter(pk__in=locked[:PAGE]).order_by("pk")]
    occupied = [aims[run.task.current_step_id or 0] for run in runs if run.task.current_step_id in aims]
    rotations = lock_for(target, [step for step in occupied if step is not None], now)
    rows = []
    for run in runs:
        step_id = run.task.current_step_id or 0
        row = {
            "task_id": run.task.pk,
            "ticket_number": run.task.ticket_number,
            "version": run.task.version,
            "from_step": _as_step(source.steps.get(step_id)),
            "to_step": _as_step(aims.get(step_id)),
            "assignee_before": run.person(run.task.assignee_id),
            "due_before": run.task.due_at,
        }
        try:
            moved = _moved(run, aims.get(step_id), target, rotations=rotations)
            error = None
        except Refusal as refusal:
            moved, error = (
                {"assignee_after": row["assignee_before"], "assigned_by": KEPT, "explanation": "", "voided_votes": 0},
                error_of(refusal),
            )
        told = {name: moved[name] for name in ("assignee_after", "assigned_by", "explanation", "voided_votes")}
        rows.append({**row, **told, "due_after": run.task.due_at, "error": error})
    transaction.set_rollback(True)
    return {
        "from_version": from_version,
        "to_version": to_version,
        "running_tasks": sum(counts.values()),
        "steps": [
            {"from_step": source.steps[step_id].as_step, "to_step": _as_step(aims[step_id]), "running_tasks": number}
            for step_id, number in sorted(counts.items())
        ],
        "tasks": rows,
        "next_after": locked[PAGE - 1] if len(locked) > PAGE else None,
    }


def migrate_tasks(
    *,
    workflow_id: int,
    from_version: int,
    to_version: int,
    mapping: Mapping[int, int],
    tasks: Sequence[Mapping[str, Any]],
    reason: str,
    actor: Actor,
    now: datetime,
    do: DoPart,
) -> list[dict[str, Any]]:
    """Move each task in the transaction that `do` makes of it; return what came of each.

    Of each: `task_id`, `expected_version`, and `to_step` where it differs from what the mapping says.
    """
    source, target = two_versions(workflow_id, from_version, to_version)
    check_mapping(source, target, mapping)
    given = required_reason(reason)
    named = {task["task_id"]: _named_step(target, task.get("to_step")) for task in tasks}
    versions = {task["task_id"]: task["expected_version"] for task in tasks}

    def act(task_id: int) -> dict[str, Any]:
        journal = Journal(now, actor)
        run = lock_run(task_id, journal)
        if run.task.workflow_version_id != source.version_id:
            raise NotOfVersion()
        check_version(run, versions[task_id])
        aim = named[task_id] or step_for(source, target, mapping, run.task.current_step_id or 0)
        moved = _moved(run, aim, target, reason=given)
        journal.write()
        kept = {name: moved[name] for name in ("from_step", "to_step", "assignee_after", "assigned_by")}
        return {"version": run.task.version, **kept}

    return each_apart(versions, act, do)


def _named_step(target: VersionGraph, step_id: int | None) -> GraphStep | None:
    if step_id is None:
        return None
    step = target.steps.get(step_id)
    if step is None or step.is_end:
        raise Invalid(f"Step {step_id} is no step of version {target.number} that work can stand in.", attr="tasks")
    return step


def _moved(
    run: Run,
    aim: GraphStep | None,
    target: VersionGraph,
    *,
    rotations: dict[int, Rotation] | None = None,
    reason: str = "",
) -> dict[str, Any]:
    """Move the locked task, or refuse before anything is written. Rotations given are the caller's to save."""
    if run.task.status == Task.Status.HANDING_OFF:
        raise HandingOff()
    MIGRATE.visit_in(run)
    if aim is None:
        raise StepUnmapped("The ticket's step leads nowhere: the mapping does not name it.")
    held = lock_for(target, [aim], run.now) if rotations is None else rotations
    moved = move_run(run, aim, target, held, reason=reason)
    if rotations is None:
        save_rotations(held)
    return moved


def _as_step(step: GraphStep | None) -> dict[str, Any] | None:
    return step.as_step if step else None
