"""What kind of value a field of a ticket holds, and how such a value is read.

The fields of the contract have built-in types. Others, such as those in `dynamic_data`, are declared by the workflow,
or take the type of the value that a condition compares them with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import models


class FieldType(models.TextChoices):
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    DATE_TIME = "date_time"
    YES_NO = "yes_no"
    CHOICE = "choice"
    TEXT = "text"


BUILT_IN: Mapping[str, FieldType] = {
    "ticket_number": FieldType.TEXT,
    "subject": FieldType.TEXT,
    "description": FieldType.TEXT,
    "category": FieldType.TEXT,
    "sub_category": FieldType.TEXT,
    "department": FieldType.TEXT,
    "priority": FieldType.CHOICE,
    "status": FieldType.TEXT,
    "source_service": FieldType.TEXT,
    "source_version": FieldType.NUMBER,
    "employee.id": FieldType.TEXT,
    "employee.name": FieldType.TEXT,
    "employee.email": FieldType.TEXT,
    "employee.company_id": FieldType.TEXT,
    "employee.department": FieldType.TEXT,
    "attachments.id": FieldType.TEXT,
    "attachments.file_name": FieldType.TEXT,
    "attachments.content_type": FieldType.TEXT,
    "attachments.size": FieldType.NUMBER,
    "attachments.url": FieldType.TEXT,
    "submitted_at": FieldType.DATE_TIME,
    "asset_name": FieldType.TEXT,
    "serial_number": FieldType.TEXT,
    "location": FieldType.TEXT,
    "expected_return_date": FieldType.DATE,
    "requested_budget": FieldType.MONEY,
    "performance_start_date": FieldType.DATE,
    "performance_end_date": FieldType.DATE,
}
# What stands below these is the source's own, or the workflow's.
OPEN_FIELDS = ("dynamic_data", "cost_items")
# Names that hold other fields, or lists of them.
CONTAINERS = ("employee", "attachments", *OPEN_FIELDS)
ORDERED = frozenset({FieldType.NUMBER, FieldType.MONEY, FieldType.DATE, FieldType.DATE_TIME})

# How a finding or a reason names what a value is not.
NOUNS: Mapping[FieldType, str] = {
    FieldType.NUMBER: "a number",
    FieldType.MONEY: "a number",
    FieldType.DATE: "a date",
    FieldType.DATE_TIME: "a time with its offset",
    FieldType.YES_NO: "yes or no",
    FieldType.CHOICE: "a text",
    FieldType.TEXT: "a text",
}

_NUMBER = re.compile(r"[+-]?\d{1,64}(\.\d{1,64})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:?\d{2})", re.ASCII)
_YES_NO = {"true": True, "yes": True, "false": False, "no": False}


def without_indexes(path: str) -> str:
    """Return the path without the places in lists: `attachments.0.size` is typed as `attachments.size`."""
    return ".".join(part for part in path.split(".") if not part.isdigit())


def type_of(path: str, declared: Mapping[str, str]) -> FieldType | None:
    """Return the field's type; None while only the compared value tells."""
    plain = without_indexes(path)
    if plain in BUILT_IN:
        return BUILT_IN[plain]
    return FieldType(declared[plain]) if plain in declared else None


def is_known(path: str, declared: Mapping[str, str]) -> bool:
    """Whether the contract or the workflow knows such a field."""
    plain = without_indexes(path)
    return plain in BUILT_IN or plain in declared or plain in CONTAINERS or plain.split(".")[0] in OPEN_FIELDS


def type_of_value(value: Any, *, ordered: bool) -> FieldType | None:
    """Return the type that a compared value gives to its field; None where texts would have to be put in order."""
    if isinstance(value, bool):
        return FieldType.YES_NO
    if isinstance(value, int | float | Decimal):
        return FieldType.NUMBER
    if not ordered:
        return FieldType.TEXT
    return next((kind for kind in (FieldType.NUMBER, FieldType.DATE, FieldType.DATE_TIME) if is_of(kind, value)), None)


def read(kind: FieldType, value: Any) -> Any:
    """Return the value as what the type says, ready to be compared; None where it is no such value."""
    return _READERS[kind](value)


def is_of(kind: FieldType, value: Any) -> bool:
    return read(kind, value) is not None


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float | Decimal):
        number = Decimal(str(value))
        return number if number.is_finite() else None
    # A text counts when it is plain: separators, signs of a currency and powers of ten can be misread.
    return Decimal(value.strip()) if isinstance(value, str) and _NUMBER.fullmatch(value.strip()) else None


def _date(value: Any) -> date | None:
    """Read a date; of a time, the day as it is written there."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    if not (_DATE.fullmatch(text) or _DATE_TIME.fullmatch(text)):
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _instant(value: Any) -> datetime | None:
    if not isinstance(value, str) or not _DATE_TIME.fullmatch(value.strip()):
        return None
    try:
        return datetime.fromisoformat(value.strip().upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _yes_no(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return _YES_NO.get(value.strip().casefold()) if isinstance(value, str) else None


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    return str(value).strip().casefold()


_READERS: Mapping[FieldType, Callable[[Any], Any]] = {
    FieldType.NUMBER: _number,
    FieldType.MONEY: _number,
    FieldType.DATE: _date,
    FieldType.DATE_TIME: _instant,
    FieldType.YES_NO: _yes_no,
    FieldType.CHOICE: _text,
    FieldType.TEXT: _text,
}
