"""Reopen a closed task: its next cycle, with a clock of its own. Earlier cycles stay as they were."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Max

from audit.actor import Actor
from task import notifications
from task.access import holds_role
from task.assign import assign_owner, choose_owner, end_ownership, notify_assignee
from task.clocks import new_clock
from task.models import Assignment, ClosedCycle, StepVisit, Task
from task.rotation import lock_rotations, save_rotations
from task.run import Run
from task.visits import automatic_chain, end_of, enter, finish, pass_through
from workflow.graph import GraphStep


def is_within_window(run: Run) -> bool:
    """Return whether the closed task may still be reopened itself."""
    closed_at = run.task.closed_at
    return closed_at is not None and run.now - closed_at <= timedelta(days=run.graph.reopen_days)


def reopening_step(run: Run) -> GraphStep:
    """Return the step that the version names for reopened tickets, else its start."""
    return next((step for step in run.graph.steps.values() if step.is_reopen and not step.is_end), run.graph.start)


def reopen_run(run: Run, *, reason: str, actor: Actor | None, changes: Mapping[str, Any] | None = None) -> None:
    """Open the next cycle and save the run. The ticket is locked; the caller saves it and writes the journal."""
    task, graph = run.task, run.graph
    old_status = task.status
    ClosedCycle.of(task).save()
    task.cycle += 1
    task.status, task.closed_at, task.reopened_at = Task.Status.PENDING, None, run.now
    task.is_breached, task.is_at_risk = False, False
    task.approved_data, task.move_offer, task.told_status = {}, None, ""
    task.subject, task.priority = run.ticket.subject, run.ticket.priority
    task.version += 1
    run.visit_count = StepVisit.objects.filter(task_id=task.pk).aggregate(last=Max("number"))["last"] or 0
    first = reopening_step(run)
    chain = automatic_chain(run, first)
    step = end_of(run, first, chain)
    above = graph.roles_above(step) if step.kind == "approval" else ()
    roles = [graph.coordinator_role_id, step.role_id, *above]
    run.use_rotations(lock_rotations(roles, run.now, strategies=[step.assignment]))
    clock = new_clock(
        task=task,
        visit=None,
        target_seconds=int(graph.sla_seconds[task.priority]),
        at_risk_percent=graph.at_risk_percent,
        calendar=graph.calendar,
        now=run.now,
    )
    run.add(clock)
    run.use_clocks([clock])
    detail = {"changes": changes} if changes else {}
    run.record("reopened", actor=actor, reason=reason, cycle=task.cycle, **detail)
    run.audit("task.reopened", actor=actor, reason=reason, old={"status": old_status}, new={"cycle": task.cycle})
    _keep_owner(run)
    pass_through(run, chain)
    if step.is_end:
        finish(run, step)
        save_rotations(run.rotations)
    else:
        enter(run, step)
        notify_assignee(run)
    _notify_owner(run, reason)
    run.event = "reopened"
    run.save()


def _keep_owner(run: Run) -> None:
    """Keep the owner while they hold the coordinators' role; else choose the next."""
    if run.task.owner_id is not None and holds_role(run.task.owner_id, run.graph.coordinator_role_id):
        return
    choice = choose_owner(run)
    if choice is not None and choice.user_id is not None:
        end_ownership(run, "reopened")
        assign_owner(run, choice.user_id, origin=Assignment.Origin.ROUND_ROBIN, why=choice.why)


def _notify_owner(run: Run, reason: str) -> None:
    task = run.task
    if task.owner_id is None or (run.actor is not None and run.actor.user_id == task.owner_id):
        return
    run.journal.notify(
        *notifications.to_each(
            [task.owner_id],
            task,
            "system",
            subject=f"{task.ticket_number} was reopened",
            message=f"{task.ticket_number} “{task.subject}” was reopened. {reason}",
            text=notifications.task_text(task, "ticket_reopened", reason=reason),
            with_mail=False,
        )
    )
