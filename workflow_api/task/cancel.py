"""Cancel a task: its clocks stop, nobody has it any more, nothing more is handed off."""

from __future__ import annotations

from amscheckout.models import AmsCheckout
from bmscheckout.models import BmsCheckout
from task import notifications
from task.models import Task
from task.run import Run
from task.state_machine import CANCEL
from task.visits import close, close_visit, stop_clock


def cancel_task(run: Run, *, reason: str) -> None:
    """Cancel and save the run. The caller writes the journal."""
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
    close(run, CANCEL, detail=reason)
    run.journal.notify(
        *notifications.to_each(
            people,
            task,
            "system",
            subject=f"{task.ticket_number} was cancelled",
            message=f"{task.ticket_number} “{task.subject}” was cancelled. {reason}",
            with_mail=False,
        )
    )
    run.save()
