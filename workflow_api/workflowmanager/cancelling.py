"""Cancel a task: its clocks stop, nobody has it any more, the owner is told."""

from __future__ import annotations

from task.models import Task
from workflowmanager import notices
from workflowmanager.handing_off import withdraw_checkouts
from workflowmanager.running import Run


def cancel_task(run: Run, *, reason: str) -> None:
    """Cancel and save the run. The caller writes the change."""
    task = run.task
    told = [user_id for user_id in (task.owner_id, task.assignee_id) if user_id is not None]
    if run.visit is not None:
        run.close_visit(run.visit, outcome="cancelled", performer_id=None, reason="cancelled")
    task_clock = run.clocks().get(None)
    if task_clock is not None:
        run.stop_clock(task_clock, None, is_cancelled=True)
    if task.status == Task.Status.HANDING_OFF:
        withdraw_checkouts(task_id=task.pk, reason=reason, now=run.now)
    task.version += 1
    run.close(Task.Status.CANCELLED, detail=reason)
    run.change.tell(
        *notices.to_each(
            told,
            task,
            "system",
            subject=f"{task.ticket_number} was cancelled",
            message=f"{task.ticket_number} “{task.subject}” was cancelled. {reason}",
            with_mail=False,
        )
    )
    run.save()
