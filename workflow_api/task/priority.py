"""Change a task's priority, and with it the targets of its clocks."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from audit.actor import Actor
from task.clocks import TARGET_CHANGED, note_on_clocks, reading_of
from task.journal import Journal
from task.models import StepVisit
from task.run import Run, lock_ticket_of, lock_visible
from task.sla import Event
from task.state_machine import PRIORITY, Standing, check_version
from ticketing_common.errors import Invalid
from workflow.models import PRIORITIES


@transaction.atomic
def set_priority(
    *,
    task_id: int,
    priority: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
    expected_version: int | None = None,
) -> Run:
    """Change the priority: start and pauses stay, the clocks take the new targets, and may breach at once."""
    if priority not in PRIORITIES:
        raise Invalid(f"Choose one of {', '.join(PRIORITIES)}.", attr="priority")
    journal = Journal(now, actor)
    lock_ticket_of(task_id)
    run = lock_visible(task_id, journal)
    check_version(run, expected_version)
    visit = PRIORITY.check(run, Standing(actor, run))
    if run.task.priority == priority:
        return run
    change_priority(run, visit, priority, actor=actor, reason=reason.strip())
    run.ticket.priority = priority
    run.ticket.save(update_fields=["priority", "updated_at"])
    run.task.version += 1
    run.save()
    journal.write()
    return run


def change_priority(run: Run, visit: StepVisit, priority: str, *, actor: Actor | None, reason: str) -> None:
    """Give the run's task the priority and its clocks the new targets. The caller saves the run and the ticket."""
    task, old = run.task, run.task.priority
    task.priority = priority
    total = int(run.graph.sla_seconds[priority])
    of_step = max(1, round(total * run.graph.steps[visit.step_id].share))
    for clock in run.clocks().values():
        seconds = total if clock.visit_id is None else of_step
        note_on_clocks([clock], Event(run.now, TARGET_CHANGED, seconds), task, visit)
    task_clock = run.clocks().get(None)
    if task_clock is not None:
        task.is_at_risk = task.is_at_risk and reading_of(task_clock, run.now).risk_at is not None
    run.record("priority_changed", actor=actor, old=old, new=priority, reason=reason)
    run.audit("task.priority_changed", actor=actor, old={"priority": old}, new={"priority": priority}, reason=reason)
