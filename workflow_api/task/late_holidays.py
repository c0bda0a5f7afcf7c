"""Apply holidays that were declared late to the clocks that run already: an explicit act, with a preview.

A clock keeps the calendar it was started with. What is recorded stays true: a clock that was at risk or breached at a
moment that the holidays would move keeps its calendar.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from audit.actor import Actor
from task.clocks import CLOCK_COLUMNS, events_of, reading_of, store_reading
from task.journal import Journal
from task.models import SlaClock, SlaFact
from task.notifications import iso
from task.run import Run, lock_run
from task.sla import Policy, Reading, replay
from ticketing_common.errors import Invalid
from workflow.business_time import Calendar as BusinessHours
from workflow.calendars import CalendarNotFound
from workflow.models import Calendar


@dataclass(frozen=True)
class Move:
    """What the holidays do to one clock. `step` is the step of a visit's clock, None for the task's own."""

    task_id: int
    ticket_number: str
    step: str | None
    due_at_before: datetime | None
    due_at: datetime | None
    is_kept: bool  # it keeps its calendar: what was recorded of it would become untrue


def preview_holidays(*, calendar_id: int, days: Sequence[str], now: datetime) -> list[Move]:
    """Return the clocks whose deadline would move, and those that would keep their calendar."""
    _check_days(calendar_id, days)
    found = (_move(clock, days, now) for clock in _clocks(calendar_id).order_by("task_id", "id"))
    return [move for move in found if move is not None]


def apply_holidays(*, calendar_id: int, days: Sequence[str], reason: str, actor: Actor, now: datetime) -> list[Move]:
    """Apply the days to the running clocks of workflows that use the calendar, each task in its own transaction."""
    _check_days(calendar_id, days)
    task_ids = list(_clocks(calendar_id).order_by("task_id").values_list("task_id", flat=True).distinct())
    return [
        move
        for task_id in task_ids
        for move in _apply_to_task(task_id, calendar_id, days, reason=reason, actor=actor, now=now)
    ]


@transaction.atomic
def _apply_to_task(
    task_id: int, calendar_id: int, days: Sequence[str], *, reason: str, actor: Actor, now: datetime
) -> list[Move]:
    journal = Journal(now, actor)
    run = lock_run(task_id, journal)
    moves: list[Move] = []
    for clock in _clocks(calendar_id).filter(task_id=task_id).order_by("id"):
        move = _move(clock, days, run.now)
        if move is not None:
            moves.append(move)
        if move is None or not move.is_kept:
            _store(run, clock, days)
    moved = [move for move in moves if not move.is_kept]
    if moved:
        _record(run, moved, days, reason, actor)
        journal.write()
    return moves


def _store(run: Run, clock: SlaClock, days: Iterable[str]) -> None:
    visit = run.visit if run.visit is not None and clock.visit_id == run.visit.pk else None
    clock.calendar = _with_days(clock, days)
    store_reading(clock, run.task, visit, run.now)
    clock.save(update_fields=("calendar", *CLOCK_COLUMNS))
    if visit is not None:
        visit.save(update_fields=["due_at"])


def _record(run: Run, moved: list[Move], days: Sequence[str], reason: str, actor: Actor) -> None:
    of_task = next((move for move in moved if move.step is None), moved[0])
    before, after = (iso(due) if due else None for due in (of_task.due_at_before, of_task.due_at))
    run.record("deadline_moved", actor=actor, due_at_before=before, due_at=after, holidays=list(days), reason=reason)
    new = {"due_at": after, "holidays": list(days)}
    run.audit("task.deadline_moved", old={"due_at": before}, new=new, reason=reason)
    run.task.version += 1
    run.save()


def _check_days(calendar_id: int, days: Sequence[str]) -> None:
    calendar = Calendar.objects.filter(pk=calendar_id).first()
    if calendar is None:
        raise CalendarNotFound()
    for index, day in enumerate(days):
        if day not in calendar.holidays:
            raise Invalid(f"{day} is no holiday of {calendar.name}.", attr=f"days.{index}")


def _clocks(calendar_id: int) -> QuerySet[SlaClock]:
    """Return the running clocks with business hours, of workflows that use the calendar now."""
    clocks = SlaClock.objects.filter(
        task__workflow__calendar_id=calendar_id, stopped_at__isnull=True, calendar__isnull=False
    )
    return clocks.select_related("task", "visit__step").prefetch_related("facts")


def _with_days(clock: SlaClock, days: Iterable[str]) -> dict[str, Any]:
    snapshot: dict[str, Any] = clock.calendar or {}
    return {**snapshot, "holidays": sorted({*(snapshot.get("holidays") or ()), *days})}


def _move(clock: SlaClock, days: Iterable[str], now: datetime) -> Move | None:
    """Return what the days do to the clock; None where its deadline stays."""
    before = reading_of(clock, now)
    hours = BusinessHours.from_snapshot(_with_days(clock, days))
    after = replay(events_of(clock), Policy(clock.target_seconds, clock.at_risk_percent, hours)).read(now)
    is_kept = _contradicts(clock, after)
    if not is_kept and before.due_at == after.due_at:
        return None
    return Move(
        task_id=clock.task_id,
        ticket_number=clock.task.ticket_number,
        step=clock.visit.step.name if clock.visit else None,
        due_at_before=before.due_at,
        due_at=before.due_at if is_kept else after.due_at,
        is_kept=is_kept,
    )


def _contradicts(clock: SlaClock, reading: Reading) -> bool:
    moments = {SlaFact.Kind.AT_RISK: reading.risk_at, SlaFact.Kind.BREACHED: reading.breached_at}
    return any(moments[SlaFact.Kind(fact.kind)] != fact.happened_at for fact in clock.facts.all())
