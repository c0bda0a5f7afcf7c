"""A calendar feed as an iCalendar document (RFC 5545, RFC 7986), for the programs that subscribe to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Alarm, Calendar, Event, vDuration, vText

from workflowmanager.feed_events import FeedEvent
from workflowmanager.feed_texts import FeedTexts
from workflowmanager.models import CalendarFeed

PRODUCT = "-//Ticket Tracking System//Calendar feed//{language}"
# How often programs are asked to come; most keep to intervals of their own.
REFRESH = timedelta(hours=1)
# What a text of iCalendar must not hold, and characters at which some readers break lines.
_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")


class Text(vText):
    """A text, escaped as RFC 5545 (3.3.11) says: the library takes `\\N`, as in a path, for a new line."""

    def to_ical(self) -> bytes:
        plain = _UNPRINTABLE.sub(" ", self.replace("\r\n", "\n"))
        escaped = plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        return escaped.encode()


def document(feed: CalendarFeed, events: Iterable[FeedEvent], texts: FeedTexts) -> bytes:
    """Return the feed as a whole. The same events give the same bytes: the entity tag is made of them.

    There is no METHOD: with one, DTSTAMP would be the moment of this answer (RFC 5545, 3.8.7.2) and no two alike.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT.format(language=texts.language.upper()))
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, Text(texts("name", name=feed.name)))
    # Given its type, or the library writes Python's form of the interval and leaves VALUE=DURATION out.
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for event in events:
        calendar.add_component(_event(event))
    content: bytes = calendar.to_ical()
    return content


def _event(given: FeedEvent) -> Any:
    """Return the entry. Moments are in UTC: every reader shows them in its own zone, and no VTIMEZONE can be wrong."""
    event = Event()
    event.add("uid", given.uid)
    event.add("dtstamp", _second(given.changed_at))
    event.add("last-modified", _second(given.changed_at))
    event.add("sequence", given.sequence)
    event.add("dtstart", _second(given.start))
    if given.end is not None:
        event.add("dtend", _second(given.end))
    if given.is_daily:
        event.add("rrule", {"freq": "daily"})
    event.add("summary", Text(given.summary))
    # Programs that do not show URL show the description.
    description = "\n".join(part for part in (given.description, given.url) if part)
    if description:
        event.add("description", Text(description))
    if given.url:
        event.add("url", given.url)
    if given.priority is not None:
        event.add("priority", given.priority)
    event.add("categories", [given.category])
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE" if given.is_busy else "TRANSPARENT")
    event.add("x-microsoft-cdo-busystatus", "OOF" if given.is_busy else "FREE")
    if given.alarm is not None:
        event.add_component(_alarm(given))
    return event


def _alarm(given: FeedEvent) -> Any:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", Text(given.summary))
    alarm.add("trigger", -(given.alarm or timedelta(0)))
    return alarm


def _second(value: datetime | date) -> datetime | date:
    """Return the moment in UTC, by whole seconds as iCalendar has them; a day as it is."""
    return value.astimezone(UTC).replace(microsecond=0) if isinstance(value, datetime) else value
