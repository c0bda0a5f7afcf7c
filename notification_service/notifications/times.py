"""Points in time as they come with an event, and as people read them in their zone."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from notifications.texts import TRANSLATIONS

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_SHORTEST = len("2026-03-02T16:00")
_READABLE = "%d %B %Y, %H:%M UTC"


class BadTime(ValueError):
    """The text is a point in time that no calendar of ours can show."""


def parse_time(text: str) -> datetime | None:
    """Return the moment that an ISO time with an offset, or `2 March 2026, 16:00 UTC`, names.

    None for any other text. Raises `BadTime` outside the years 1970 to 2199.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = datetime.strptime(text, _READABLE).replace(tzinfo=UTC)
        except ValueError:
            return None
    if moment.tzinfo is None or len(text) < _SHORTEST:
        return None
    try:
        moment = moment.astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise BadTime("The time is out of range.") from error
    if not EARLIEST <= moment < LATEST:
        raise BadTime("The time is out of range.")
    return moment


def readable_time(text: str, zone: tzinfo = UTC, language: str = "en") -> str:
    """Return the time as people of the zone and language read it; a text that is no valid time as it is."""
    try:
        moment = parse_time(text)
    except BadTime:
        return text
    return text if moment is None else f"{format_day(moment, zone, language)} {clock(moment, zone, language)}"


def format_day(moment: datetime, zone: tzinfo, language: str = "en") -> str:
    """Return `2 March 2026,` or `2. März 2026,`."""
    local = moment.astimezone(zone)
    if language in TRANSLATIONS:
        return f"{local.day}. {TRANSLATIONS[language].months[local.month - 1]} {local.year},"
    return f"{local.day} {local:%B %Y},"


def short_day(moment: datetime, zone: tzinfo, language: str = "en") -> str:
    """Return `02 Mar` or `02.03.`."""
    return f"{moment.astimezone(zone):{'%d.%m.' if language in TRANSLATIONS else '%d %b'}}"


def clock(moment: datetime, zone: tzinfo, language: str = "en") -> str:
    """Return `17:00 CET`, or `17:00 UTC+08` where the zone has no name of letters."""
    local = moment.astimezone(zone)
    name = local.tzname() or "UTC"
    if language in TRANSLATIONS:
        name = TRANSLATIONS[language].zones.get(name, name)
    return f"{local:%H:%M} {name if name[0].isalpha() else f'UTC{name}'}"


def zone_named(name: str) -> ZoneInfo | None:
    """Return the time zone, None where there is none of that name."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
