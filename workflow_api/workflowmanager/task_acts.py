"""What people do with a whole task: reopen it, move it to another workflow, cancel it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.actor import Actor
from task.cancel import cancel_task
from task.clocks import PAUSED, RESUMED, STOPPED, events_of, store_reading
from task.journal import Journal
from task.models import SlaClock, Task
from task.refusals import NothingToMoveTo, NotReopenable, TaskClosed
from task.reopen import is_within_window, reopen_run
from task.run import Run, lock_ticket_of, lock_visible
from task.sla import Event
from task.start import start_task
from task.state_machine import MOVE, OPEN, Standing, check_version, may_reopen, required_reason, stating
from ticketing_common.errors import Forbidden
from tickets.models import Ticket
from workflow.graph import VersionGraph, version_graph
from workflow.matching import NoMatch
from workflow.models import Workflow
from workflowmanager.routing import last_task_id, match_of, route, set_state

MOVED = "moved"


def _lock(task_id: int, journal: Journal, expected_version: int | None) -> Run:
    """Lock the ticket, then the task, as intake does."""
    lock_ticket_of(task_id)
    run = lock_visible(task_id, journal)
    check_version(run, expected_version)
    return run


@transaction.atomic
def reopen(*, task_id: int, reason: str, actor: Actor, now: datetime, expected_version: int | None = None) -> Run:
    """Open the next cycle of a closed task or, after its window, a new task that goes on from it; return its run."""
    reason = required_reason(reason)
    journal = Journal(now, actor)
    run = _lock(task_id, journal, expected_version)
    with stating(run):
        if not may_reopen(run, actor):
            raise Forbidden("Only the owner, a lead of the role or an administrator may do this.")
        if run.task.is_open:
            raise NotReopenable(f"The ticket is {run.task.status}: it is not closed.")
        if last_task_id(run.ticket) != run.task.pk:
            raise NotReopenable("A later task of the ticket goes on from this one.")
    ticket = run.ticket
    if is_within_window(run):
        ticket.intake_state, ticket.unmatched_reason, ticket.unmatched_detail = Ticket.IntakeState.MATCHED, "", None
        reopen_run(run, reason=reason, actor=actor)
        reopened = run
    else:
        found = match_of(ticket)
        if isinstance(found, NoMatch):
            raise NotReopenable("The time for reopening is over, and no workflow takes the ticket now.")
        set_state(ticket, found)
        started = route(journal, ticket, found, None, told_status=run.task.told_status, is_known=True)
        reopened = started or run
        reopened.audit("task.reopened", reason=reason, old={"task": run.task.pk})
    ticket.save()
    journal.write()
    return reopened


@transaction.atomic
def cancel(*, task_id: int, reason: str, actor: Actor, now: datetime, expected_version: int | None = None) -> Run:
    """Cancel an open task. For administrators."""
    reason = required_reason(reason)
    journal = Journal(now, actor)
    run = _lock(task_id, journal, expected_version)
    if not actor.is_admin:
        raise Forbidden("Only an administrator may do this.")
    with stating(run):
        if run.task.status not in OPEN:
            raise TaskClosed(f"The ticket is {run.task.status}.")
    cancel_task(run, reason=reason, actor=actor)
    journal.write()
    return run


# --- moving ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Target:
    workflow: Workflow
    graph: VersionGraph


def _target(run: Run, workflow_id: int) -> _Target:
    workflow = Workflow.objects.deployed().filter(pk=workflow_id, is_archived=False).first()
    if workflow is None or workflow.current_version_id is None:
        raise NothingToMoveTo("There is no such deployed workflow.", attr="workflow_id")
    if workflow.pk == run.task.workflow_id:
        raise NothingToMoveTo("The ticket is on this workflow already.", attr="workflow_id")
    return _Target(workflow, version_graph(workflow.current_version_id))


def preview_move(run: Run, workflow_id: int, now: datetime) -> dict[str, Any]:
    """Return what a move of the run's task would come to. Changes nothing."""
    target = _target(run, workflow_id)
    graph, task = target.graph, run.task
    probe = Task(priority=task.priority)
    _aged_clock(run, graph, probe, now)
    return {
        "workflow": {"id": target.workflow.pk, "name": target.workflow.name},
        "workflow_version": graph.number,
        "first_step": graph.start.as_step,
        "target_seconds": int(graph.sla_seconds[task.priority]),
        "due_at": probe.due_at,
        "due_at_before": task.due_at,
        "voids_votes": len(run.votes()) if run.step and run.step.kind == "approval" else 0,
    }


@transaction.atomic
def move(
    *,
    task_id: int,
    workflow_id: int,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> Run:
    """Cancel the task as moved and start the other workflow on its ticket, with its age; return the new task's run."""
    reason = required_reason(reason)
    journal = Journal(now, actor)
    run = _lock(task_id, journal, expected_version)
    MOVE.check(run, Standing(actor, run))
    target = _target(run, workflow_id)
    aged = _aged_clock(run, target.graph, Task(priority=run.task.priority), run.now)
    told_status = run.task.told_status
    cancel_task(run, reason=f"{MOVED}: to {target.workflow.name}. {reason}", actor=actor, is_moved=True)
    run.audit("task.moved", new={"workflow": target.workflow.name}, old={"workflow": run.graph.name}, reason=reason)
    moved = start_task(
        journal,
        run.ticket,
        version_id=target.graph.version_id,
        rule=MOVED,
        first_seq=run.task.event_seq,
        told_status=told_status,
        continues_id=run.task.pk,
    )
    _give_age(moved, aged)
    journal.write()
    return moved


def _aged_clock(run: Run, graph: VersionGraph, task: Task, now: datetime) -> SlaClock:
    """Return a clock of the other version that has run as the task's own has; `task` gets its due times."""
    own = SlaClock.objects.filter(task_id=run.task.pk, visit__isnull=True, cycle=run.task.cycle).first()
    kept = [event for event in events_of(own) if event.kind != "target_changed"] if own else []
    if kept and kept[-1].kind == STOPPED:
        kept.pop()
    events = kept or [Event(now, "started")]
    if events[-1].kind == PAUSED:
        events.append(Event(now, RESUMED))
    clock = SlaClock(
        events=[event.as_json() for event in events],
        calendar=graph.calendar,
        target_seconds=int(graph.sla_seconds[task.priority]),
        at_risk_percent=graph.at_risk_percent,
    )
    store_reading(clock, task, None, now)
    return clock


def _give_age(run: Run, aged: SlaClock) -> None:
    """Let the new task's clock have run as the aged one."""
    clock = run.clocks().get(None)
    if clock is None or clock.stopped_at is not None:
        return
    clock.events = aged.events
    store_reading(clock, run.task, None, run.now)
    clock.save(update_fields=["events", "due_at", "at_risk_at"])
    run.task.save(update_fields=["due_at", "at_risk_at"])
