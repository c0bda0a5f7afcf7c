"""Changes of calendars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models.deletion import ProtectedError

from audit.actor import Actor
from audit.services import record
from ticketing_common.errors import Conflict, Invalid, NotFound
from workflow.business_time import Calendar as Hours
from workflow.business_time import NoWorkingTime, after_working, problem_with_calendar
from workflow.locks import NAMES, one_at_a_time
from workflow.models import Calendar, Workflow
from workflow.services import refresh_fingerprints


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


def due_at(*, calendar_id: int, start: datetime, amount: timedelta) -> datetime | None:
    """Return when so much of the calendar's working time has passed, None where it never does."""
    calendar = Calendar.objects.filter(pk=calendar_id).first()
    if calendar is None:
        raise CalendarNotFound()
    try:
        return after_working(Hours.from_snapshot(calendar.snapshot()), start, amount)
    except NoWorkingTime:
        return None


@transaction.atomic
def save_calendar(*, calendar_id: int | None, values: Mapping[str, Any], actor: Actor, now: datetime) -> Calendar:
    """Create or change a calendar. Deployed versions keep their snapshot; the drafts that use it now differ."""
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
        raise CalendarInvalid(problem.detail, attr=problem.attr)
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
