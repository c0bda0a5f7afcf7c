"""Durations as people and documents write them."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

MAX_SLA = timedelta(days=3650)
FORMS = "Write a duration as PT4H, 04:00:00, 4h, 30m, 2d or 1w."
UNITS = {
    **dict.fromkeys(("w", "week", "weeks"), 7 * 86400),
    **dict.fromkeys(("d", "day", "days"), 86400),
    **dict.fromkeys(("h", "hour", "hours"), 3600),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60),
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1),
}
_AMOUNT = r"\d{1,9}(?:\.\d{1,9})?"
_ISO = re.compile(
    rf"P(?:({_AMOUNT})W)?(?:({_AMOUNT})D)?(?:T(?=\d)(?:({_AMOUNT})H)?(?:({_AMOUNT})M)?(?:({_AMOUNT})S)?)?", re.A
)
_ISO_CALENDAR = re.compile(rf"P(?:{_AMOUNT}[YMWD])+(?:T.*)?", re.A)
_CLOCK = re.compile(r"(?:(\d{1,4}) +)?(\d{1,6}):([0-5]\d):([0-5]\d)", re.A)
_PART = re.compile(rf"({_AMOUNT})\s*([A-Za-z]+)", re.A)
_PARTS = re.compile(rf"(?:{_AMOUNT}\s*[A-Za-z]+\s*,?\s*)+", re.A)


MAX_TEXT = 100


class InvalidDuration(ValueError):
    """The text is no duration; the message names it and says how to write one."""


def parse_duration(value: Any) -> timedelta:
    """Read whole seconds, an ISO 8601 duration, HH:MM:SS (days may stand before), or numbers with units: `2d 4h`.

    Raises `InvalidDuration`, also outside one second and ten years.
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise InvalidDuration(f"{value!r} is no duration. {FORMS}")
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise InvalidDuration(f"{value[:MAX_TEXT]!r}… is no duration. {FORMS}")
    seconds = Decimal(value) if isinstance(value, int) else _seconds(value.strip())
    if not 1 <= seconds <= MAX_SLA.total_seconds():
        raise InvalidDuration("A duration is between one second and ten years.")
    if seconds != int(seconds):
        raise InvalidDuration(f"{value!r} is no whole number of seconds.")
    return timedelta(seconds=int(seconds))


def _seconds(text: str) -> Decimal:
    if iso := _ISO.fullmatch(text.upper()):
        amounts = [Decimal(amount or 0) for amount in iso.groups()]
        if any(iso.groups()):
            sizes = (7 * 86400, 86400, 3600, 60, 1)
            return sum((amount * size for amount, size in zip(amounts, sizes, strict=True)), Decimal(0))
    if clock := _CLOCK.fullmatch(text):
        days, hours, minutes, seconds = (Decimal(part or 0) for part in clock.groups())
        return days * 86400 + hours * 3600 + minutes * 60 + seconds
    if _PARTS.fullmatch(text):
        parts: dict[int, Decimal] = {}
        for amount, unit in _PART.findall(text):
            size = UNITS.get(unit.lower())
            if size is None:
                raise InvalidDuration(f"{text!r}: {unit} is no unit of a duration. {FORMS}")
            if size in parts:
                raise InvalidDuration(f"{text!r} names a unit twice. {FORMS}")
            parts[size] = Decimal(amount) * size
        return sum(parts.values(), Decimal(0))
    if _ISO_CALENDAR.fullmatch(text.upper()):
        raise InvalidDuration(f"{text!r}: months and years have no fixed length. {FORMS}")
    if text.replace(":", "", 1).isdigit() and not text.isdigit():
        raise InvalidDuration(f"{text!r} may mean hours or minutes. {FORMS}")
    if re.fullmatch(r"[\d.,]+", text):
        raise InvalidDuration(f"{text!r} has no unit. {FORMS}")
    raise InvalidDuration(f"{text[:64]!r} is no duration. {FORMS}")
