"""The SLA clock: a pure function of its events, its calendar and its target. No database, no wall clock."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from workflow.business_time import (
    SECOND,
    Calendar,
    NoWorkingTime,
    after_working,
    working_day,
    working_time,
)


class ClockMisread(ValueError):
    """The events are not a clock's: they start twice, or go back in time."""


@dataclass(frozen=True)
class Event:
    """A fact in a clock's life: started, paused, resumed, target_changed (with `seconds`), stopped."""

    at: datetime
    kind: str
    seconds: int | None = None
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        fields: dict[str, Any] = {"at": self.at.astimezone(UTC).isoformat(), "kind": self.kind}
        if self.seconds is not None:
            fields["seconds"] = self.seconds
        if self.reason:
            fields["reason"] = self.reason
        return fields

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Event:
        return cls(
            datetime.fromisoformat(fields["at"]), fields["kind"], fields.get("seconds"), fields.get("reason", "")
        )


@dataclass(frozen=True)
class Policy:
    """What the clock was started with. `target_seconds` is the first target; changes are events."""

    target_seconds: int
    at_risk_percent: int
    calendar: Calendar | None = None


@dataclass(frozen=True)
class Reading:
    """What the clock says at one moment.

    `due_at` and `at_risk_at` are null while paused or stopped, and where the calendar has too few working hours for
    them (`business_time.MAX_DAYS`). `breached_at` and `risk_at` are when that became so.
    """

    state: str  # running, paused, stopped
    target: timedelta
    used: timedelta
    due_at: datetime | None
    at_risk_at: datetime | None
    risk_at: datetime | None
    breached_at: datetime | None

    @property
    def remaining(self) -> timedelta:
        return self.target - self.used

    @property
    def remaining_seconds(self) -> int:
        return math.floor(self.remaining.total_seconds())


class Clock:
    """The fold over a clock's events. Feed events in order, read at any time after the last one."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.target = timedelta(seconds=policy.target_seconds)
        self.used = timedelta(0)
        self.state = "new"
        self.since: datetime | None = None  # the last event
        self.risk_at: datetime | None = None
        self.breached_at: datetime | None = None
        # When the marks of the target in force were crossed; the two above are of whichever target came first.
        self._risk_crossed: datetime | None = None
        self._due_crossed: datetime | None = None

    @property
    def _risk_target(self) -> timedelta:
        return self.target * self.policy.at_risk_percent / 100

    def feed(self, event: Event) -> None:
        if self.since is not None and event.at < self.since:
            raise ClockMisread(f"{event.kind} at {event.at} lies before {self.since}.")
        if (event.kind == "started") != (self.state == "new"):
            raise ClockMisread("A clock starts once, before anything else.")
        if self.state == "stopped":
            raise ClockMisread(f"{event.kind} after the clock was stopped.")
        self._advance(event.at)
        if event.kind in {"started", "resumed"}:
            self.state = "running"
        elif event.kind == "paused":
            self.state = "paused"
        elif event.kind == "target_changed":
            self.target = timedelta(seconds=event.seconds or 0)
            self._risk_crossed = self._due_crossed = None
            self._note_crossings(event.at, event.at, timedelta(0), is_forced=True)
        elif event.kind == "stopped":
            self.state = "stopped"
        else:
            raise ClockMisread(f"{event.kind!r} is no event of a clock.")

    def _advance(self, to: datetime) -> None:
        if self.state == "running" and self.since is not None:
            worked = working_time(self.policy.calendar, self.since, to)
            self._note_crossings(self.since, to, worked)
            self.used += worked
        self.since = to

    def _note_crossings(self, start: datetime, end: datetime, worked: timedelta, *, is_forced: bool = False) -> None:
        """Note when the marks were crossed; a shortened target is crossed at the moment it is shortened.

        A paused clock crosses nothing: a paused task is never newly breached.
        """
        if is_forced and self.state != "running":
            return
        used = self.used + worked
        if self._due_crossed is None and used > self.target:
            self._due_crossed = self._instant(start, self.target - self.used)
            self.breached_at = self.breached_at or self._due_crossed
        if self._risk_crossed is None and used > self._risk_target:
            self._risk_crossed = self._instant(start, self._risk_target - self.used)
            self.risk_at = self.risk_at or self._risk_crossed

    def _instant(self, start: datetime, amount: timedelta) -> datetime:
        return after_working(self.policy.calendar, start, amount)

    def read(self, now: datetime) -> Reading:
        """Return the reading at `now` without changing the clock."""
        clock = Clock(self.policy)
        clock.__dict__.update(self.__dict__)
        if self.state == "running" and self.since is not None and now > self.since:
            clock._advance(now)
        due_at = at_risk_at = None
        if self.state == "running" and self.since is not None:
            due_at = self._due_crossed or self._mark(self.target)
            at_risk_at = self._risk_crossed or self._mark(self._risk_target)
        state = "running" if self.state == "new" else self.state
        return Reading(state, clock.target, clock.used, due_at, at_risk_at, clock.risk_at, clock.breached_at)

    def reaches(self, used: timedelta) -> datetime | None:
        """Return when the clock, left alone, has used so much, at the earliest its last event; None unless it runs."""
        return self._mark(max(used, self.used)) if self.state == "running" else None

    def _mark(self, target: timedelta) -> datetime | None:
        """Return when the clock, left alone, reaches the mark; None where its calendar has too few working hours."""
        if self.since is None:
            raise ClockMisread("The clock has not started.")
        try:
            return self._instant(self.since, target - self.used)
        except NoWorkingTime:
            return None


def replay(events: Iterable[Event], policy: Policy) -> Clock:
    clock = Clock(policy)
    for event in events:
        clock.feed(event)
    return clock


def read(events: Iterable[Event], policy: Policy, now: datetime) -> Reading:
    """Return what the clock says at `now`."""
    return replay(events, policy).read(now)


@dataclass(frozen=True)
class Stretch:
    """A piece of a clock's life: whether it counted, and why."""

    start: datetime
    end: datetime
    is_counted: bool
    why: str  # running, paused, outside_hours, holiday
    reason: str = ""

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()


def explain(events: Sequence[Event], policy: Policy, now: datetime) -> list[Stretch]:
    """Return every stretch of the clock's life in order; the counted ones add up to the time used."""
    stretches: list[Stretch] = []
    state, reason, since = "new", "", None
    closing = [] if events and events[-1].kind == "stopped" else [Event(now, "now")]
    for event in [*events, *closing]:
        if since is not None and event.at > since:
            if state == "paused":
                stretches.append(Stretch(since, event.at, False, "paused", reason))
            elif state == "running":
                stretches += _running(policy.calendar, since, event.at)
        if event.kind in {"started", "resumed"}:
            state, reason = "running", ""
        elif event.kind in {"paused", "stopped"}:
            state, reason = event.kind, event.reason
        since = event.at
    return _joined(stretches)


def _running(calendar: Calendar | None, start: datetime, end: datetime) -> Iterator[Stretch]:
    if calendar is None:
        yield Stretch(start, end, True, "running")
        return
    position = start
    zone = ZoneInfo(calendar.zone)
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        for begin, finish in working_day(calendar, day):
            begin, finish = max(begin, start), min(finish, end)
            if begin < finish:
                if position < begin:
                    yield Stretch(position, begin, False, _why_not(calendar, position, begin))
                yield Stretch(begin, finish, True, "running")
                position = finish
        day += timedelta(days=1)
    if position < end:
        yield Stretch(position, end, False, _why_not(calendar, position, end))


def _why_not(calendar: Calendar, start: datetime, end: datetime) -> str:
    zone = ZoneInfo(calendar.zone)
    day, last = start.astimezone(zone).date(), (end - SECOND).astimezone(zone).date()
    while day <= last:
        if day in calendar.holidays:
            return "holiday"
        day += timedelta(days=1)
    return "outside_hours"


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    result: list[Stretch] = []
    for stretch in stretches:
        last = result[-1] if result else None
        if last and (last.end, last.is_counted, last.why, last.reason) == (
            stretch.start,
            stretch.is_counted,
            stretch.why,
            stretch.reason,
        ):
            result[-1] = Stretch(last.start, stretch.end, last.is_counted, last.why, last.reason)
        else:
            result.append(stretch)
    return result
