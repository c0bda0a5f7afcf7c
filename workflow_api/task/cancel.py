"""Cancel a task: its clocks stop, nobody has it any more, nothing more is handed off."""

from __future__ import annotations

from amscheckout.models import AmsCheckout
from audit.actor import Actor
from bmscheckout.models import BmsCheckout
from task import notifications
from task.models import Task
from task.run import Run
from task.state_machine import CANCEL
from task.visits import close, close_visit, stop_clock


def cancel_task(run: Run, *, reason: str, actor: Actor | None = None, is_moved: bool = False) -> None:
    """Cancel and save the run. The caller writes the journal.

    Of a task that is moved to another workflow, neither the source nor its people are told that it was cancelled.
    """
    task = run.task
    people = [user_id for user_id in (task.owner_id, task.assignee_id) if user_id is not None]
    if run.visit is not None:
        close_visit(run, run.visit, outcome="cancelled", performer_id=None, reason="cancelled")
    task_clock = run.clocks().get(None)
    if task_clock is not None:
        stop_clock(run, task_clock, None, is_cancelled=True)
    if task.status == Task.Status.HANDING_OFF:
        for checkouts in (AmsCheckout.objects, BmsCheckout.objects):
            checkouts.filter(task_id=task.pk).exclude(status="acknowledged").update(
                status="waived", waived_reason=reason, next_attempt_at=None
            )
    task.version += 1
    if is_moved:
        task.told_status = str(CANCEL.target)  # the ticket goes on: the source hears of the new task
    close(run, CANCEL, detail=reason, actor=actor)
    if is_moved:
        run.save()
        return
    run.journal.notify(
        *notifications.to_each(
            [user_id for user_id in people if actor is None or user_id != actor.user_id],
            task,
            "system",
            subject=f"{task.ticket_number} was cancelled",
            message=f"{task.ticket_number} “{task.subject}” was cancelled. {reason}",
            text=notifications.task_text(task, "ticket_cancelled", reason=reason),
            with_mail=False,
        )
    )
    run.save()
