"""Repair of clocks that an earlier version left running after the end of their ticket or visit."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from audit.services import record
from task.clocks import CLOCK_COLUMNS, clock_of, stop
from task.models import SlaClock, SlaFact, StepVisit, Task

PAGE = 500
PAST_THE_LAST_STEP = (
    Task.Status.HANDING_OFF,
    Task.Status.COMPLETED,
    Task.Status.REJECTED,
    Task.Status.CANCELLED,
)


def stop_finished_clocks() -> list[SlaClock]:
    """Stop them at the moment of the end, each with its verdict and an audit row; return those that were changed."""
    stopped: list[SlaClock] = []
    last_id = 0
    running = _running_after_the_end().order_by("pk").values_list("pk", flat=True)
    while page := list(running.filter(pk__gt=last_id)[:PAGE]):
        last_id = page[-1]
        stopped += [clock for pk in page if (clock := _stop(pk)) is not None]
    return stopped


def _running_after_the_end() -> QuerySet[SlaClock]:
    """Return the running clocks of closed visits, and the tasks' own of tasks past their last step."""
    ended = Q(visit__closed_at__isnull=False) | Q(visit__isnull=True, task__status__in=PAST_THE_LAST_STEP)
    return SlaClock.objects.filter(ended, stopped_at__isnull=True)


@transaction.atomic
def _stop(clock_id: int) -> SlaClock | None:
    task_id = SlaClock.objects.values_list("task_id", flat=True).get(pk=clock_id)
    task = Task.objects.select_for_update(no_key=True).get(pk=task_id)
    clock = _running_after_the_end().select_related("visit").filter(pk=clock_id).first()
    if clock is None:
        return None
    clock.task = task
    visit = clock.visit
    # Never before the clock's last event.
    ended_at = max(_end_of(task, visit), clock_of(clock).since or task.created_at)
    is_cancelled = task.status == Task.Status.CANCELLED if visit is None else visit.outcome == "cancelled"
    reading = stop(clock, task, visit, now=ended_at, is_cancelled=is_cancelled)
    clock.save(update_fields=CLOCK_COLUMNS)
    if reading.breached_at is not None:
        kind = SlaFact.Kind.BREACHED
        fact = SlaFact(clock=clock, kind=kind, happened_at=reading.breached_at, recorded_at=ended_at)
        SlaFact.objects.bulk_create([fact], ignore_conflicts=True)
    if visit is None:
        task.is_breached = reading.breached_at is not None
        task.save(update_fields=["due_at", "at_risk_at", "is_breached"])
    else:
        visit.save(update_fields=["due_at"])
    record(
        actor=None,
        action="sla.clock_stopped",
        object_type="task",
        object_id=task.pk,
        ticket_number=task.ticket_number,
        at=timezone.now(),
        new={"clock": "task" if visit is None else "step", "stopped_at": ended_at, "verdict": clock.verdict},
        reason="the clock ran on after the end",
    )
    return clock


def _end_of(task: Task, visit: StepVisit | None) -> datetime:
    """Return when the visit was closed, or when the task left its last step."""
    if visit is not None and visit.closed_at is not None:
        return visit.closed_at
    last = StepVisit.objects.filter(task_id=task.pk).aggregate(at=Max("closed_at"))["at"]
    return last or task.closed_at or task.updated_at or task.created_at
