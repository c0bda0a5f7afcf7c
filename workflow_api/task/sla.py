"""The SLA clock: a pure function of its events, its calendar and its target. No database, no wall clock.

An instant counts when the clock runs and the calendar's local time lies in working hours, so both DST changes are
right by construction: an hour that is skipped counts nothing, one that comes twice counts twice.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

# A calendar whose next working hour is further away than this has, for us, none.
LONGEST_GAP_DAYS = 3660
MINUTES_A_DAY = 24 * 60
SECOND = timedelta(seconds=1)


class NoWorkingTime(ValueError):
    """The calendar has no working hours (any more): a deadline can't be told."""


class ClockMisread(ValueError):
    """The events are not a clock's: they start twice, or go back in time."""


@dataclass(frozen=True)
class Calendar:
    """Working hours. `hours[weekday]` are pairs of minutes since local midnight; Monday is 0."""

    zone: str
    hours: tuple[tuple[tuple[int, int], ...], ...]
    holidays: frozenset[date]

    @classmethod
    def from_snapshot(cls, snapshot: Mapping[str, Any] | None) -> Calendar | None:
        """Return the calendar of a version's snapshot; None is 24 hours on 7 days."""
        if snapshot is None:
            return None
        hours = snapshot.get("hours") or {}
        week = tuple(_merged(hours.get(str(weekday)) or ()) for weekday in range(7))
        if not any(week):
            raise NoWorkingTime("The calendar has no working hours.")
        days = frozenset(date.fromisoformat(day) for day in snapshot.get("holidays") or ())
        return cls(str(snapshot.get("time_zone") or "UTC"), week, days)


def _merged(pairs: Iterable[Sequence[str]]) -> tuple[tuple[int, int], ...]:
    """Return the intervals in order, overlapping ones joined: no minute counts twice."""
    result: list[tuple[int, int]] = []
    for start, end in sorted((_minutes(pair[0]), _minutes(pair[1])) for pair in pairs):
        if end <= start:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    value = int(hours) * 60 + int(minutes or 0)
    if not 0 <= value <= MINUTES_A_DAY:
        raise ValueError(f"{text!r} is no time of day.")
    return value


@lru_cache(maxsize=20_000)
def _working_day(calendar: Calendar, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """Return the UTC intervals in which the local date is `day` and the local time lies in working hours."""
    intervals = calendar.hours[day.weekday()]
    if not intervals or day in calendar.holidays:
        return ()
    zone = ZoneInfo(calendar.zone)
    midnight = datetime.combine(day, time.min)
    # Wide enough for every offset on earth, and for a clock that is put back during the day.
    first = midnight.replace(tzinfo=UTC) - timedelta(hours=16)
    last = midnight.replace(tzinfo=UTC) + timedelta(hours=24 + 16)
    found: list[tuple[datetime, datetime]] = []
    for segment_start, segment_end, offset in _segments(zone, first, last):
        for start, end in intervals:
            begin = (midnight + timedelta(minutes=start) - offset).replace(tzinfo=UTC)
            finish = (midnight + timedelta(minutes=end) - offset).replace(tzinfo=UTC)
            begin, finish = max(begin, segment_start), min(finish, segment_end)
            if begin < finish:
                found.append((begin, finish))
    return tuple(sorted(found))


def _segments(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Cut the stretch where the zone's offset changes."""
    offset, end_offset = _offset(zone, first), _offset(zone, last)
    if offset == end_offset:
        yield first, last, offset
        return
    low, high = first, last
    while high - low > SECOND:
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if _offset(zone, middle) == offset:
            low = middle
        else:
            high = middle
    yield first, high, offset
    yield high, last, end_offset


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)


def working_intervals(calendar: Calendar | None, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the working stretches from `start` on, in order, without end. Raise `NoWorkingTime` when none comes."""
    if calendar is None:
        yield start, datetime.max.replace(tzinfo=UTC)
        return
    day = start.astimezone(ZoneInfo(calendar.zone)).date()
    empty = 0
    while True:
        worked = False
        for begin, end in _working_day(calendar, day):
            if end > start:
                worked = True
                yield max(begin, start), end
        empty = 0 if worked else empty + 1
        if empty > LONGEST_GAP_DAYS:
            raise NoWorkingTime("The calendar has no working hours in the next ten years.")
        day += timedelta(days=1)


def working_time(calendar: Calendar | None, start: datetime, end: datetime) -> timedelta:
    """Return how much of the stretch is working time."""
    if end <= start:
        return timedelta(0)
    if calendar is None:
        return end - start
    zone = ZoneInfo(calendar.zone)
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    total = _part_of_day(calendar, first, start, end)
    if last > first:
        total += _whole_days(calendar, first, last) + _part_of_day(calendar, last, start, end)
    return total


def _part_of_day(calendar: Calendar, day: date, start: datetime, end: datetime) -> timedelta:
    total = timedelta(0)
    for begin, finish in _working_day(calendar, day):
        begin, finish = max(begin, start), min(finish, end)
        if begin < finish:
            total += finish - begin
    return total


@lru_cache(maxsize=20_000)
def _whole_days(calendar: Calendar, first: date, last: date) -> timedelta:
    """Return the working time of the days between the two: a list asks for the same few of them in every row."""
    total = timedelta(0)
    day = first + timedelta(days=1)
    while day < last:
        for begin, finish in _working_day(calendar, day):
            total += finish - begin
        day += timedelta(days=1)
    return total


def after_working(calendar: Calendar | None, start: datetime, amount: timedelta) -> datetime:
    """Return the first instant by which `amount` of working time has passed since `start`."""
    if amount <= timedelta(0):
        return start
    if calendar is None:
        return start + amount
    for begin, end in working_intervals(calendar, start):
        if end - begin >= amount:
            return begin + amount
        amount -= end - begin
    raise NoWorkingTime("The calendar ended.")  # pragma: no cover -- the loop ends by return or raise


# --- the clock ---------------------------------------------------------------------------------------------------


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

    `due_at` and `at_risk_at` are null while paused or stopped. `breached_at` and `risk_at` are when that became so.
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

    def _mark(self, target: timedelta) -> datetime:
        """Return when the clock, left alone, reaches the mark."""
        if self.since is None:
            raise ClockMisread("The clock has not started.")
        return self._instant(self.since, target - self.used)


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
        for begin, finish in _working_day(calendar, day):
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
