"""Hold a task with its clocks, and resume it. When a hold ends by itself: `hold_ends.py`."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from audit.actor import Actor
from task import notifications
from task.clocks import PAUSED, RESUMED, note_on_clocks, pause_of
from task.journal import Journal
from task.models import StepVisit, Task
from task.remarks import Remark, say
from task.run import Run, lock_visible
from task.sla import Event
from task.state_machine import HOLD, RESUME, Standing, check_version, required_reason, working_status
from task.unassigned_queue import person_changed
from task.waiting import Wait
from tickets.reasons import HOLD_REASONS, SENTENCES

# Told to the clocks: only what the source holds goes on when the source says so.
HELD_BY_SOURCE = SENTENCES["held_by_source"]


@transaction.atomic
def hold(
    *,
    task_id: int,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
    with_comment: Remark | None = None,
    reason_code: str = "",
    until: datetime | None = None,
    until_working_days: int | None = None,
    until_answer: bool = False,
) -> Run:
    """Pause the task and its clocks, until somebody resumes it or what the hold waits for has come.

    `until_working_days` counts by the calendar of the step; `until_answer` waits for the requester. A reason of the
    list needs no words. Raises `HoldEndsInThePast` and `HoldTooLong`.
    """
    said = with_comment.as_reason if with_comment else ""
    reason = required_reason(reason.strip() or said or HOLD_REASONS.get(reason_code, ""))
    journal = Journal(now, actor)
    run = lock_visible(task_id, journal)
    check_version(run, expected_version)
    visit = HOLD.check(run, Standing(actor, run))
    wait = Wait.of(
        run, visit, code=reason_code, until=until, working_days=until_working_days, is_until_answer=until_answer
    )
    say(run, with_comment, actor=actor)
    hold_run(run, visit, reason=reason, actor=actor, wait=wait)
    is_asked = with_comment is not None and with_comment.visibility == "public"
    if until_answer and run.ticket.source_service == notifications.MAIL_SOURCE and not is_asked:
        question = f"We need an answer from you before we can go on:\n\n{reason}"
        subject = f"A question about your ticket {run.ticket.ticket_number}"
        text = notifications.task_text(run.task, "question_to_requester", reason=reason)
        journal.notify(notifications.answer_by_mail(run.ticket, run.task, subject=subject, message=question, text=text))
    run.save()
    journal.write()
    return run


def hold_run(run: Run, visit: StepVisit, *, reason: str, actor: Actor | None, wait: Wait | None = None) -> None:
    """Pause the run's task and its clocks; without `wait` until somebody resumes it. The caller saves the run."""
    note_on_clocks(run.clocks().values(), Event(run.now, PAUSED, reason=reason), run.task, visit)
    run.task.status = Task.Status.ON_HOLD
    if wait is not None:
        wait.put_on(run.task)
    told = wait.as_detail if wait is not None else {}
    run.record("held", actor=actor, reason=reason, **told)
    run.audit("task.held", actor=actor, reason=reason, **({"new": told} if told else {}))
    run.notify_source("on_hold", reason)
    run.task.version += 1
    assignee = run.task.assignee
    if assignee is not None and assignee.capacity is not None:
        # Work on hold does not use up capacity.
        freed_id, now = assignee.user_id, run.now
        transaction.on_commit(lambda: person_changed(freed_id, now=now), robust=True)


@transaction.atomic
def resume(
    *,
    task_id: int,
    actor: Actor,
    now: datetime,
    reason: str = "",
    expected_version: int | None = None,
    with_comment: Remark | None = None,
) -> Run:
    """Let the task and its clocks go on."""
    journal = Journal(now, actor)
    run = lock_visible(task_id, journal)
    check_version(run, expected_version)
    visit = RESUME.check(run, Standing(actor, run))
    say(run, with_comment, actor=actor)
    resume_run(run, visit, actor=actor, reason=reason.strip() or (with_comment.as_reason if with_comment else ""))
    run.save()
    journal.write()
    return run


def resume_run(run: Run, visit: StepVisit, *, actor: Actor | None, reason: str = "") -> None:
    """Let the run's task and its clocks go on. The caller saves the run."""
    note_on_clocks(run.clocks().values(), Event(run.now, RESUMED), run.task, visit)
    run.task.status = working_status(run.task, is_resumed=True)
    why = {"reason": reason} if reason else {}
    run.record("resumed", actor=actor, **why)
    run.audit("task.resumed", actor=actor, **why)
    run.notify_source("in_progress")
    run.task.version += 1


def is_held_by_source(run: Run) -> bool:
    """Return whether the task is on hold because its source said so, and nobody has held it since."""
    clock = run.clocks().get(None)
    return run.task.status == Task.Status.ON_HOLD and clock is not None and pause_of(clock) == HELD_BY_SOURCE
