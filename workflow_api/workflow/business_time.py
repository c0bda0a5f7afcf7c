"""Business hours: how much of a stretch is working time, and when an amount of it has passed. A pure function.

An instant counts when the calendar's local time lies in working hours, so both DST changes are right by construction:
an hour that is skipped counts nothing, one that comes twice counts twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Nothing is computed further ahead, so that the longest search takes a fraction of a second.
MAX_DAYS = 100 * 366
# A calendar with less working time in a year, an hour a week on average, is refused.
MIN_MINUTES_A_YEAR = 52 * 60
# A target that takes longer is refused; any other lies within `MAX_DAYS`, whatever holidays the calendar lists.
MAX_YEARS_OF_A_TARGET = 25
MINUTES_A_DAY = 24 * 60
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00", re.ASCII)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
WEEKDAYS = frozenset("0123456")


class NoWorkingTime(ValueError):
    """The calendar has no working hours, or too few for a deadline within `MAX_DAYS`."""


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
        return _the_one(cls(str(snapshot.get("time_zone") or "UTC"), week, days))

    def nominal(self, weekday: int) -> timedelta:
        """Return the working time of a weekday without changes of the clocks and holidays."""
        return timedelta(minutes=sum(end - start for start, end in self.hours[weekday]))

    @property
    def week(self) -> timedelta:
        """The working time of a week without changes of the clocks and holidays."""
        return sum((self.nominal(weekday) for weekday in range(7)), timedelta(0))


@lru_cache(maxsize=1000)
def _the_one(calendar: Calendar) -> Calendar:
    """Return the same object for equal calendars: as keys of the caches they are then compared by identity."""
    return calendar


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
def working_day(calendar: Calendar, day: date) -> tuple[tuple[datetime, datetime], ...]:
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


def working_time(calendar: Calendar | None, start: datetime, end: datetime) -> timedelta:
    """Return how much of the stretch is working time, of a longer one than `MAX_DAYS` up to there."""
    if end <= start:
        return timedelta(0)
    if calendar is None:
        return end - start
    end = min(end, start + timedelta(days=MAX_DAYS))
    zone = ZoneInfo(calendar.zone)
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    total = _part_of_day(calendar, first, start, end)
    if last > first:
        total += _whole_days(calendar, first, last) + _part_of_day(calendar, last, start, end)
    return total


def _part_of_day(calendar: Calendar, day: date, start: datetime, end: datetime) -> timedelta:
    total = timedelta(0)
    for begin, finish in working_day(calendar, day):
        begin, finish = max(begin, start), min(finish, end)
        if begin < finish:
            total += finish - begin
    return total


@lru_cache(maxsize=20_000)
def _whole_days(calendar: Calendar, first: date, last: date) -> timedelta:
    """Return the working time of the days between the two: a list asks for the same few of them in every row."""
    total = timedelta(0)
    day = first + DAY
    while day < last:
        if day.weekday() == 0 and day + 7 * DAY <= last:
            total += _week_from(calendar, day)
            day += 7 * DAY
        else:
            total += _day(calendar, day)
            day += DAY
    return total


def _day(calendar: Calendar, day: date) -> timedelta:
    return sum((end - begin for begin, end in working_day(calendar, day)), timedelta(0))


@lru_cache(maxsize=20_000)
def _week_from(calendar: Calendar, monday: date) -> timedelta:
    """Return the working time of the seven days from `monday` on."""
    days = [monday + number * DAY for number in range(7)]
    if calendar.holidays.isdisjoint(days) and _is_offset_kept(ZoneInfo(calendar.zone), monday):
        return calendar.week
    return sum((_day(calendar, day) for day in days), timedelta(0))


def _is_offset_kept(zone: ZoneInfo, monday: date) -> bool:
    """Whether the clocks are not changed from the day before the week to the day after it.

    Each day is looked at: there are zones that put the clocks back and, a week later, forward again.
    """
    noon = datetime.combine(monday, time(12), tzinfo=UTC)
    return len({_offset(zone, noon + number * DAY) for number in range(-2, 9)}) == 1


def after_working(calendar: Calendar | None, start: datetime, amount: timedelta) -> datetime:
    """Return the first instant by which `amount` of working time has passed since `start`.

    Raises `NoWorkingTime` where that takes longer than `MAX_DAYS`.
    """
    if amount <= timedelta(0):
        return start
    if calendar is None:
        return start + amount
    first = start.astimezone(ZoneInfo(calendar.zone)).date()
    day, last = first, first + MAX_DAYS * DAY
    while day <= last:
        # A week that is used up exactly is walked by days: the deadline is the end of its last interval.
        if day.weekday() == 0 and day != first and (week := _week_from(calendar, day)) < amount:
            amount -= week
            day += 7 * DAY
            continue
        for begin, end in working_day(calendar, day):
            begin = max(begin, start)
            if end - begin >= amount:
                return begin + amount
            amount -= max(end - begin, timedelta(0))
        day += DAY
    raise NoWorkingTime("With these working hours it takes longer than a hundred years.")


def before_working(calendar: Calendar | None, end: datetime, amount: timedelta) -> datetime:
    """Return the last instant from which on `amount` of working time passes until `end`.

    Raises `NoWorkingTime` where that takes longer than `MAX_DAYS`.
    """
    if amount <= timedelta(0):
        return end
    if calendar is None:
        return end - amount
    last = end.astimezone(ZoneInfo(calendar.zone)).date()
    for number in range(MAX_DAYS):
        for begin, finish in reversed(working_day(calendar, last - number * DAY)):
            finish = min(finish, end)
            if finish - begin >= amount:
                return finish - amount
            amount -= max(finish - begin, timedelta(0))
    raise NoWorkingTime("With these working hours it takes longer than a hundred years.")


def working_day_after(calendar: Calendar | None, start: datetime, number: int) -> datetime:
    """Return when the `number`-th working day after the day of `start` begins; without a calendar, days of 24 hours.

    Raises `NoWorkingTime` where that takes longer than `MAX_DAYS`.
    """
    if calendar is None:
        return start + number * DAY
    today = start.astimezone(ZoneInfo(calendar.zone)).date()
    for ahead in range(1, MAX_DAYS):
        if intervals := working_day(calendar, today + ahead * DAY):
            number -= 1
            if number == 0:
                return intervals[0][0]
    raise NoWorkingTime("With these working hours it takes longer than a hundred years.")


def is_too_long(calendar: Calendar | None, amount: timedelta) -> bool:
    """Whether so much working time takes longer than a target may."""
    return calendar is not None and amount > calendar.week * 52 * MAX_YEARS_OF_A_TARGET


class CalendarProblem(NamedTuple):
    """What keeps a calendar from being used, and the attribute at fault, such as `holidays.3`."""

    attr: str
    detail: str


def problem_with_calendar(calendar: Mapping[str, Any]) -> CalendarProblem | None:
    """Return the first problem of a calendar's snapshot, None where it can be used."""
    zone = calendar.get("time_zone") or "UTC"
    try:
        ZoneInfo(str(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return CalendarProblem("time_zone", f"{zone!r} is no time zone.")
    hours = calendar.get("hours") or {}
    if not isinstance(hours, dict) or not set(hours) <= WEEKDAYS:
        return CalendarProblem("hours", 'Hours are given per weekday, "0" (Monday) to "6".')
    for weekday, intervals in hours.items():
        if problem := _problem_with_day(weekday, intervals):
            return problem
    if not any(hours.values()):
        return CalendarProblem("hours", "The calendar has no working hours.")
    return _problem_with_holidays(calendar.get("holidays") or []) or _problem_with_amount(calendar)


def _problem_with_amount(snapshot: Mapping[str, Any]) -> CalendarProblem | None:
    """Return what leaves next to no working time: the week's hours, or the holidays of one year."""
    calendar = Calendar.from_snapshot(snapshot)
    if calendar is None:
        return None
    enough, year = timedelta(minutes=MIN_MINUTES_A_YEAR), calendar.week * 52
    if year < enough:
        return CalendarProblem("hours", "A calendar needs at least one working hour a week.")
    lost: Counter[int] = Counter()
    for day in calendar.holidays:
        lost[day.year] += int(calendar.nominal(day.weekday()).total_seconds())
    for number in sorted(lost):
        if year - timedelta(seconds=lost[number]) < enough:
            return CalendarProblem("holidays", f"The holidays leave less than 52 working hours of the year {number}.")
    return None


def _problem_with_day(weekday: str, intervals: Any) -> CalendarProblem | None:
    where = f"hours.{weekday}"
    if not isinstance(intervals, list):
        return CalendarProblem(where, f"The hours of weekday {weekday} must be a list.")
    previous = ""
    for index, interval in enumerate(intervals):
        is_pair = isinstance(interval, list) and len(interval) == 2
        if not is_pair or not all(isinstance(text, str) and TIME.fullmatch(text) for text in interval):
            return CalendarProblem(
                f"{where}.{index}", f'Weekday {weekday}: an interval is a pair such as ["08:00", "12:00"].'
            )
        start, end = interval
        if not start < end:
            return CalendarProblem(f"{where}.{index}", f"Weekday {weekday}: {start} is not before {end}.")
        if start < previous:
            return CalendarProblem(f"{where}.{index}", f"Weekday {weekday}: the intervals overlap or are out of order.")
        previous = end
    return None


def _problem_with_holidays(holidays: Any) -> CalendarProblem | None:
    if not isinstance(holidays, list):
        return CalendarProblem("holidays", "Holidays are a list of dates.")
    seen: set[str] = set()
    for index, day in enumerate(holidays):
        if not _is_date(day):
            return CalendarProblem(f"holidays.{index}", f"{day!r} is no date such as 2026-12-24.")
        if day in seen:
            return CalendarProblem(f"holidays.{index}", f"{day} is in the list twice.")
        seen.add(day)
    return None


def _is_date(text: Any) -> bool:
    """Whether it is a date as YYYY-MM-DD; other ISO forms, such as week dates, are easily misread."""
    if not isinstance(text, str) or not DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
