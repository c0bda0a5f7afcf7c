"""Working hours: what makes a calendar readable, and its changes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.db.models.deletion import ProtectedError

from audit.actor import Actor
from audit.services import record
from ticketing_common.errors import Conflict, Invalid, NotFound
from workflow.locks import NAMES, one_at_a_time
from workflow.models import Calendar, Workflow

TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")
WEEKDAYS = frozenset("0123456")


class CalendarNotFound(NotFound):
    default_detail = "There is no such calendar."


class CalendarInUse(Conflict):
    code = "calendar_in_use"
    default_detail = "A workflow uses this calendar."


class CalendarNameTaken(Conflict):
    code = "name_taken"
    default_detail = "Another calendar has this name."


class CalendarInvalid(Invalid):
    code = "calendar_invalid"


def problem_with_calendar(calendar: Mapping[str, Any]) -> str:
    """Return what keeps a calendar from being worked with, in words; empty when nothing does."""
    zone = calendar.get("time_zone") or "UTC"
    try:
        ZoneInfo(str(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return f"{zone!r} is no time zone."
    hours = calendar.get("hours") or {}
    if not isinstance(hours, dict) or not set(hours) <= WEEKDAYS:
        return 'Hours are given per weekday, "0" (Monday) to "6".'
    for weekday, intervals in hours.items():
        if problem := _problem_with_day(weekday, intervals):
            return problem
    if not any(hours.values()):
        return "The calendar has no working hours."
    holidays = calendar.get("holidays") or []
    if not isinstance(holidays, list):
        return "Holidays are a list of dates."
    for day in holidays:
        try:
            date.fromisoformat(day)
        except (TypeError, ValueError):
            return f"{day!r} is no date."
    return ""


def _problem_with_day(weekday: str, intervals: Any) -> str:
    if not isinstance(intervals, list):
        return f"The hours of weekday {weekday} must be a list."
    previous = ""
    for interval in intervals:
        is_pair = isinstance(interval, list) and len(interval) == 2
        if not is_pair or not all(isinstance(text, str) and TIME.fullmatch(text) for text in interval):
            return f'Weekday {weekday}: an interval is a pair such as ["08:00", "12:00"].'
        start, end = interval
        if not start < end:
            return f"Weekday {weekday}: {start} is not before {end}."
        if start < previous:
            return f"Weekday {weekday}: the intervals overlap or are out of order."
        previous = end
    return ""


@transaction.atomic
def save_calendar(*, calendar_id: int | None, values: Mapping[str, Any], actor: Actor, now: datetime) -> Calendar:
    """Create or change a calendar. Deployed versions keep their snapshot; the drafts that use it now differ."""
    from workflow.services import refresh_fingerprints

    if calendar_id is None:
        calendar = Calendar()
    else:
        found = Calendar.objects.select_for_update().filter(pk=calendar_id).first()
        if found is None:
            raise CalendarNotFound()
        calendar = found
    old = calendar.snapshot() if calendar_id is not None else None
    for name in ("name", "time_zone", "hours", "holidays"):
        if name in values:
            setattr(calendar, name, values[name])
    if problem := problem_with_calendar(calendar.snapshot()):
        raise CalendarInvalid(problem, attr="hours")
    one_at_a_time(NAMES)
    if Calendar.objects.filter(name=calendar.name).exclude(pk=calendar.pk).exists():
        raise CalendarNameTaken(attr="name")
    calendar.save()
    refresh_fingerprints(Workflow.objects.filter(calendar=calendar))
    record(
        actor=actor,
        action="calendar.updated" if old else "calendar.created",
        object_type="calendar",
        object_id=calendar.pk,
        at=now,
        old=old,
        new=calendar.snapshot(),
    )
    return calendar


@transaction.atomic
def delete_calendar(*, calendar_id: int, actor: Actor, now: datetime) -> None:
    """Delete a calendar that no workflow uses; deployed versions have their own copy."""
    calendar = Calendar.objects.select_for_update().filter(pk=calendar_id).first()
    if calendar is None:
        raise CalendarNotFound()
    old = calendar.snapshot()
    try:
        calendar.delete()
    except ProtectedError as error:
        raise CalendarInUse() from error
    record(actor=actor, action="calendar.deleted", object_type="calendar", object_id=calendar_id, at=now, old=old)
