"""What a calendar feed shows, as plain values: deadlines, an absence and reminders. A fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from audit.actor import Actor
from audit.models import AuditLog
from role.models import Person
from task.models import Task
from workflow.models import Priority
from workflowmanager.feed_texts import FeedTexts
from workflowmanager.models import CalendarFeed
from workflowmanager.reminders import reminders_of

MAX_TASKS = 1_000  # the most urgent ones of one person
# So long a deadline that was missed, and an absence that is over, stay in the feed.
KEPT_AFTER = timedelta(days=30)
# Revisions are counted in seconds from here: they fit into iCalendar's 31 bits until 2094.
FIRST_REVISION = datetime(2026, 1, 1, tzinfo=UTC)
# iCalendar's 1 is the highest, 9 the lowest.
PRIORITIES = {Priority.URGENT: 1, Priority.HIGH: 3, Priority.MEDIUM: 5, Priority.LOW: 9}


@dataclass(frozen=True, kw_only=True)
class FeedEvent:
    """One entry of the calendar. `start` and `end` are moments in UTC, or days; `end` is exclusive."""

    uid: str
    start: datetime | date
    summary: str
    category: str
    changed_at: datetime
    sequence: int
    end: datetime | date | None = None
    is_daily: bool = False  # every day from `start` on, until further notice
    description: str = ""
    url: str = ""
    priority: int | None = None
    is_busy: bool = False
    alarm: timedelta | None = None  # before the start


_COLUMNS = (
    "id",
    "ticket_number",
    "subject",
    "priority",
    "version",
    "due_at",
    "current_visit_id",
    "current_visit__due_at",
    "current_step__name",
    "workflow_version__name",
    "created_at",
    "updated_at",
)


def events_of(person: Actor, feed: CalendarFeed, *, texts: FeedTexts, now: datetime) -> list[FeedEvent]:
    """Return what the feed of this person shows now, said with these texts."""
    alarm = None if feed.alarm_minutes is None else timedelta(minutes=feed.alarm_minutes)
    return [
        *_deadlines(person, alarm, texts, now),
        *_absence(person, ZoneInfo(feed.time_zone), texts, now),
        *_reminders(person, texts, has_alarm=alarm is not None),
    ]


def _deadlines(person: Actor, alarm: timedelta | None, texts: FeedTexts, now: datetime) -> Iterator[FeedEvent]:
    """Yield the deadlines of what is assigned to the person and whose clock runs: one on hold has none."""
    oldest = now - KEPT_AFTER
    tasks: Any = Task.objects.filter(
        Q(due_at__gte=oldest) | Q(current_visit__due_at__gte=oldest),
        assignee_id=person.user_id,
        status__in=Task.RUNNING,
    )
    for row in tasks.order_by("due_at", "id").values(*_COLUMNS)[:MAX_TASKS]:
        step, ticket_due, step_due = row["current_step__name"], row["due_at"], row["current_visit__due_at"]
        title = f"{row['ticket_number']} {row['subject']}"
        common: dict[str, Any] = {
            "category": texts("category_deadline"),
            "changed_at": row["updated_at"] or row["created_at"],
            # Every act that moves a deadline raises the version.
            "sequence": row["version"],
            "url": _address(row["ticket_number"]),
            "priority": PRIORITIES[row["priority"]],
            "alarm": alarm,
        }
        facts = [
            texts("workflow", name=row["workflow_version__name"]),
            texts("priority", name=texts(f"priority_{row['priority']}")),
        ]
        if ticket_due is not None and ticket_due >= oldest:
            lines = [texts("ticket_deadline"), *facts]
            yield FeedEvent(
                uid=_uid("task", row["id"]), start=ticket_due, summary=title, description=_lines(lines), **common
            )
        # The last step is often due with the ticket; once is enough.
        if step_due is not None and step_due >= oldest and step_due != ticket_due:
            lines = [texts("step_deadline", step=step), *facts]
            yield FeedEvent(
                uid=_uid("visit", row["current_visit_id"]),
                start=step_due,
                summary=f"{title} ({step})",
                description=_lines(lines),
                **common,
            )


def _absence(person: Actor, zone: ZoneInfo, texts: FeedTexts, now: datetime) -> Iterator[FeedEvent]:
    """Yield when the person is away: whole days where it begins and ends at midnight in the feed's zone."""
    row = Person.objects.filter(pk=person.user_id).values_list("away_from", "away_until").first()
    begins, ends = row or (None, None)
    if begins is None or (ends is not None and ends < now - KEPT_AFTER):
        return
    changed_at = _availability_changed_at(person.user_id) or begins
    start: datetime | date = begins
    end: datetime | date | None = ends
    if ends is None:
        # Without an end it would last one day. Its first day is whole: a later time would come again each day.
        start = begins.astimezone(zone).date()
    elif _is_midnight(begins, zone) and _is_midnight(ends, zone):
        start, end = begins.astimezone(zone).date(), ends.astimezone(zone).date()
    yield FeedEvent(
        uid=_uid("away", person.user_id),
        start=start,
        end=end,
        is_daily=ends is None,
        summary=texts("away" if ends is not None else "away_open"),
        category=texts("category_away"),
        changed_at=changed_at,
        sequence=_revision(changed_at),
        is_busy=True,
    )


def _availability_changed_at(user_id: int) -> datetime | None:
    rows = AuditLog.objects.filter(
        object_type="person", object_id=str(user_id), action="person.availability_changed"
    ).order_by("-id")
    return rows.values_list("at", flat=True).first()


def _reminders(person: Actor, texts: FeedTexts, *, has_alarm: bool) -> Iterator[FeedEvent]:
    """Yield the person's reminders. Their notes stay in the application, as they do for mails."""
    for reminder in reminders_of(person).order_by("remind_at", "id"):
        number = reminder.ticket.ticket_number
        yield FeedEvent(
            uid=_uid("reminder", reminder.pk),
            start=reminder.remind_at,
            summary=texts("reminder", ticket=number, subject=reminder.ticket.subject),
            category=texts("category_reminder"),
            changed_at=reminder.updated_at,
            sequence=_revision(reminder.updated_at),
            url=_address(number),
            alarm=timedelta(0) if has_alarm else None,
        )


def _is_midnight(moment: datetime, zone: ZoneInfo) -> bool:
    return moment.astimezone(zone).time() == time(0)


def _revision(changed_at: datetime) -> int:
    return max(0, int((changed_at - FIRST_REVISION).total_seconds()))


def _lines(lines: list[str]) -> str:
    return "\n".join(lines)


def _address(ticket_number: str) -> str:
    return f"{settings.FRONTEND_URL.rstrip('/')}/tickets/{quote(ticket_number, safe='')}"


def _uid(kind: str, key: int) -> str:
    """Return the same text for the same thing for ever; two installations in one calendar do not meet."""
    host = settings.FRONTEND_URL.rpartition("//")[2].partition("/")[0]
    return f"{kind}-{key}@{host}"
