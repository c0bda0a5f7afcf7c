"""Pause and resume a workflow together with the tasks that run on it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from audit.actor import Actor
from task.clocks import pause_of
from task.hold import hold, resume
from task.models import SlaClock, Task
from ticketing_common.errors import Refusal
from tickets.reasons import SENTENCES
from workflow import services as workflows
from workflow.models import Workflow
from workflowmanager.intake import route_after_commit

# Told to the clocks: only tasks that wait for this reason go on when the workflow does.
HELD_WITH_WORKFLOW = SENTENCES["workflow_paused"]


def pause_workflow(
    *, workflow_id: int, actor: Actor, now: datetime, reason: str = "", hold_running: bool = False
) -> Workflow:
    """Start nothing new; running tasks finish, or are held with their clocks once the pause is committed."""
    workflow = workflows.pause(workflow_id=workflow_id, actor=actor, now=now, reason=reason)
    if hold_running:
        transaction.on_commit(lambda: _hold_running(workflow_id, actor=actor, now=now))
    return workflow


def _hold_running(workflow_id: int, *, actor: Actor, now: datetime) -> None:
    """Hold what runs, each task in its own transaction: their locks must not gather."""
    working = (Task.Status.PENDING, Task.Status.IN_PROGRESS)
    for task_id in Task.objects.filter(workflow_id=workflow_id, status__in=working).values_list("pk", flat=True):
        try:
            hold(task_id=task_id, reason=HELD_WITH_WORKFLOW, actor=actor, now=now)
        except Refusal:
            continue  # it ended, or was held, meanwhile


def resume_workflow(*, workflow_id: int, actor: Actor, now: datetime) -> Workflow:
    """Take tickets again, and let the tasks go on that were held with the workflow."""
    workflow = workflows.resume(workflow_id=workflow_id, actor=actor, now=now)
    route_after_commit()
    transaction.on_commit(lambda: let_held_go_on(workflow_id, actor=actor, now=now))
    return workflow


def let_held_go_on(workflow_id: int, *, actor: Actor, now: datetime) -> None:
    """Resume the tasks that were held with the workflow, each in its own transaction."""
    clocks = SlaClock.objects.filter(
        task__workflow_id=workflow_id, task__status=Task.Status.ON_HOLD, visit=None, stopped_at=None
    )
    for clock in clocks:
        if pause_of(clock) != HELD_WITH_WORKFLOW:
            continue
        try:
            resume(task_id=clock.task_id, actor=actor, now=now)
        except Refusal:
            continue  # somebody was faster
