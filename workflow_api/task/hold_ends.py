"""Holds that end by themselves, and the reminder before. Right with several workers.

Rows that are due are found by their stored moments and judged again under the task's lock; a task that is busy is left
to the next sweep. Each is a transaction of its own: one that fails is logged and stops no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from task import notifications
from task.approvals import requesters_of
from task.hold import resume_run
from task.journal import Journal
from task.models import Task
from task.one_by_one import one_by_one
from task.run import Run, lock_free, lock_run
from task.state_machine import END_HOLD
from tickets.reasons import SENTENCES

TIME_HAS_COME = SENTENCES["hold_time_over"]
HAS_ANSWERED = SENTENCES["requester_answered"]


def end_due_holds(*, now: datetime) -> int:
    """Resume every task whose hold ends by `now`, the earliest first; return how many."""
    due = Task.objects.filter(status__in=END_HOLD.sources, hold_until__lte=now).order_by("hold_until", "id")
    return one_by_one(due.values_list("pk", flat=True), lambda task_id: _end(task_id, now), what="hold of a task")


@transaction.atomic
def _end(task_id: int, now: datetime) -> int:
    journal = Journal(now)
    for run in lock_free([task_id], journal):
        task = run.task
        if task.status not in END_HOLD.sources or task.hold_until is None or task.hold_until > now:
            return 0
        resume_run(run, END_HOLD.visit_in(run), actor=None, reason=TIME_HAS_COME)
        _notify(
            run,
            "hold-over",
            subject=f"{task.ticket_number} is no longer on hold",
            message=f"{TIME_HAS_COME} {task.ticket_number} “{task.subject}” goes on.",
            text=notifications.task_text(task, "hold_over"),
            with_mail=True,
        )
        run.save()
        journal.write()
        return 1
    return 0


def remind_of_holds(*, now: datetime) -> int:
    """Remind of every hold that ends soon, once; return how many."""
    due = Task.objects.filter(status__in=END_HOLD.sources, hold_reminder_at__lte=now)
    ids = due.order_by("hold_reminder_at", "id").values_list("pk", flat=True)
    return one_by_one(ids, lambda task_id: _remind(task_id, now), what="reminder of a hold")


@transaction.atomic
def _remind(task_id: int, now: datetime) -> int:
    journal = Journal(now)
    for run in lock_free([task_id], journal):
        task = run.task
        is_due = task.hold_reminder_at is not None and task.hold_reminder_at <= now
        if not is_due or task.status not in END_HOLD.sources or task.hold_until is None:
            return 0
        task.hold_reminder_at = None
        task.save(update_fields=["hold_reminder_at"])
        ends_at = f"{task.hold_until:%-d %B %Y, %H:%M} UTC"
        _notify(
            run,
            "hold-reminder",
            subject=f"The hold of {task.ticket_number} ends soon",
            message=f"{task.ticket_number} “{task.subject}” is on hold until {ends_at}.",
            text=notifications.task_text(task, "hold_ends_soon", ends_at=notifications.iso(task.hold_until)),
            with_mail=False,
        )
        journal.write()
        return 1
    return 0


def note_comment(*, ticket_number: str, author_id: int | None, said_at: datetime, now: datetime) -> None:
    """Take in that a public comment was added; `author_id` is None for who wrote at the source.

    What the requester says while the task is on hold is an answer: it ends a hold that waits for it, and the task is
    marked as answered. What somebody else says afterwards deals with the answer. The caller's transaction is used.
    """
    concerned = Task.objects.open().filter(Q(status__in=END_HOLD.sources) | Q(answered_at__isnull=False))
    task_id = concerned.filter(ticket_number=ticket_number).values_list("pk", flat=True).first()
    if task_id is None:
        return
    journal = Journal(now)
    run = lock_run(task_id, journal)
    task = run.task
    if author_id is None or (author_id in requesters_of(run) and author_id != task.assignee_id):
        if task.status in END_HOLD.sources:
            _take_answer(run, said_at)
            journal.write()
    elif task.answered_at is not None and task.answered_at < said_at:
        task.answered_at = None
        task.save(update_fields=["answered_at"])


def _take_answer(run: Run, said_at: datetime) -> None:
    """Mark the task as answered. Messaging notifies of the answer itself."""
    run.task.answered_at = min(said_at, run.now)
    run.record("answered", actor=None)
    run.audit("task.answered", actor=None)
    if run.task.is_until_answer:
        resume_run(run, END_HOLD.visit_in(run), actor=None, reason=HAS_ANSWERED)
    run.save()


def _notify(run: Run, kind: str, *, subject: str, message: str, text: Mapping[str, Any], with_mail: bool) -> None:
    """Notify the assignee; the owner while there is none."""
    user_id = run.task.assignee_id or run.task.owner_id
    if user_id is None:
        return
    run.journal.notify(
        *notifications.notification(
            run.task,
            "system",
            user_id=user_id,
            subject=subject,
            message=message,
            text=text,
            with_mail=with_mail,
            key=notifications.event_id(run.task, kind, user_id),
        )
    )
