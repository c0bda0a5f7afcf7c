"""Clock rows: start, change and stop them, and keep their stored columns what the events say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from task.models import SlaClock, StepVisit, Task
from task.sla import Clock, Event, Policy, Reading, replay
from workflow.business_time import Calendar

RUNNING, PAUSED, STOPPED, TARGET_CHANGED = "started", "paused", "stopped", "target_changed"
RESUMED = "resumed"


def policy_of(clock: SlaClock) -> Policy:
    return Policy(clock.target_seconds, clock.at_risk_percent, Calendar.from_snapshot(clock.calendar))


def events_of(clock: SlaClock) -> list[Event]:
    return [Event.from_json(fields) for fields in clock.events]


def clock_of(clock: SlaClock) -> Clock:
    return replay(events_of(clock), policy_of(clock))


def reading_of(clock: SlaClock, now: datetime) -> Reading:
    return clock_of(clock).read(now)


def pause_of(clock: SlaClock) -> str | None:
    """Return the reason for which the clock is paused, None where it is not; its target may have changed since."""
    for event in reversed(events_of(clock)):
        if event.kind in (RUNNING, PAUSED, RESUMED, STOPPED):
            return event.reason if event.kind == PAUSED else None
    return None


def new_clock(
    *,
    task: Task,
    visit: StepVisit | None,
    target_seconds: int,
    at_risk_percent: int,
    calendar: dict[str, Any] | None,
    now: datetime,
) -> SlaClock:
    """Return a started clock, not saved; the visit's or the task's due times are set with it."""
    clock = SlaClock(
        task=task,
        visit=visit,
        cycle=task.cycle,
        events=[Event(now, RUNNING).as_json()],
        calendar=calendar,
        target_seconds=target_seconds,
        at_risk_percent=at_risk_percent,
    )
    store_reading(clock, task, visit, now)
    return clock


def note(clock: SlaClock, event: Event, task: Task, visit: StepVisit | None) -> None:
    """Add an event; what already ended stays as it ended. Nothing is saved."""
    if clock.stopped_at is not None:
        return
    state = clock_of(clock).state
    if (event.kind == PAUSED and state != "running") or (event.kind == RESUMED and state != "paused"):
        return
    clock.events = [*clock.events, event.as_json()]
    store_reading(clock, task, visit, event.at)


def note_on_clocks(clocks: Iterable[SlaClock], event: Event, task: Task, visit: StepVisit) -> None:
    """Add the event to these clocks of the task and its current visit, and save them and the visit."""
    for clock in clocks:
        note(clock, event, task, visit if clock.visit_id is not None else None)
        clock.save(update_fields=CLOCK_COLUMNS)
    visit.save(update_fields=["due_at"])


def stop(clock: SlaClock, task: Task, visit: StepVisit | None, *, now: datetime, is_cancelled: bool = False) -> Reading:
    """Stop the clock and keep its verdict for good. Nothing is saved."""
    note(clock, Event(now, STOPPED), task, visit)
    reading = reading_of(clock, now)
    if not clock.verdict:
        clock.stopped_at = now
        kinds = SlaClock.Verdict
        clock.verdict = kinds.CANCELLED if is_cancelled else kinds.BREACHED if reading.breached_at else kinds.MET
    return reading


def store_reading(clock: SlaClock, task: Task, visit: StepVisit | None, now: datetime) -> Reading:
    """Copy what the events say to the columns that lists and sweeps use."""
    reading = reading_of(clock, now)
    clock.due_at, clock.at_risk_at = reading.due_at, reading.at_risk_at
    if visit is None:
        task.due_at, task.at_risk_at = reading.due_at, reading.at_risk_at
    else:
        visit.due_at = reading.due_at
    return reading


CLOCK_COLUMNS = ("events", "at_risk_at", "due_at", "stopped_at", "verdict")


def sla_state(reading: Reading, verdict: str, now: datetime) -> str:
    """Return one word for people: met, breached, stopped (cancelled), paused, no_deadline, at_risk or on_track.

    A running clock has no deadline where its calendar has too few working hours for one.
    """
    if verdict:
        return "stopped" if verdict == SlaClock.Verdict.CANCELLED else verdict
    if reading.state == "paused":
        return "paused"
    if reading.breached_at is not None:
        return "breached"
    if reading.due_at is None:
        return "no_deadline"
    return "at_risk" if reading.risk_at is not None else "on_track"


def describe(clock: SlaClock, now: datetime) -> dict[str, Any]:
    """Return the clock as the API shows it."""
    reading = reading_of(clock, now)
    return {
        "due_at": reading.due_at,
        "at_risk_at": reading.at_risk_at,
        "state": sla_state(reading, clock.verdict, now),
        "remaining_seconds": reading.remaining_seconds,
        "paused": reading.state == "paused",
        "target_seconds": int(reading.target.total_seconds()),
        "used_seconds": int(reading.used.total_seconds()),
        "breached_at": reading.breached_at,
    }
