"""Statements that PostgreSQL parses and plans once a connection, not once a call.

For the few statements that run for every message or every transition: planning them costs more than running them.
psycopg2 has no prepared statements of its own, so PREPARE and EXECUTE are sent as text. A pooler between the service
and PostgreSQL must keep a client on its session (PgBouncer: session pooling, as Django's own cursors need).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connections

# Of each live connection: the number of every statement that it has prepared.
_known: WeakKeyDictionary[Any, dict[str, int]] = WeakKeyDictionary()
MOST_STATEMENTS = 200
_PLACE = re.compile(r"%(?:\((\w+)\))?s")


def execute(
    cursor: Any, text: str, values: Sequence[Any] | Mapping[str, Any] = (), *, before: str = "", using: str = "default"
) -> None:
    """Run a statement with `%s` or `%(name)s` in it on a cursor of Django's.

    The text must be one of a few: values belong into `values`. `before` is sent in the same round trip, in front.
    """
    call, listed = _call(text, values, using)
    cursor.execute(before + call, listed or None)


def execute_together(
    cursor: Any, statements: Iterable[tuple[str, Sequence[Any] | Mapping[str, Any]]], *, using: str = "default"
) -> None:
    """Run statements in their order in one round trip; what they return is not read, but for the last one's."""
    calls: list[str] = []
    values: list[Any] = []
    for text, given in statements:
        call, listed = _call(text, given, using)
        calls.append(call)
        values += listed
    if calls:
        cursor.execute("; ".join(calls), values or None)


def _call(text: str, values: Sequence[Any] | Mapping[str, Any], using: str) -> tuple[str, list[Any]]:
    """Return what to send for the statement, and its values in their order."""
    numbered, names = _numbered(text)
    listed = [values[name] for name in names] if isinstance(values, Mapping) else list(values)
    number = _prepare(using, numbered)
    if number is None:
        return _PLACE.sub("%s", text), listed
    places = f"({', '.join(['%s'] * len(listed))})" if listed else ""
    return f"EXECUTE statement_{number}{places}", listed


@lru_cache(1000)
def _numbered(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the statement with `$1`, `$2`, … and the names that stand there."""
    names: list[str] = []

    def place(found: re.Match[str]) -> str:
        names.append(found[1] or "")
        return f"${len(names)}"

    return _PLACE.sub(place, text).replace("%%", "%"), tuple(names)


def _prepare(using: str, text: str) -> int | None:
    """Return the statement's number in this session; None when the session has enough of them."""
    connection = connections[using]
    connection.ensure_connection()
    raw = connection.connection
    known = _known.setdefault(raw, {})
    number = known.get(text)
    if number is None:
        if len(known) >= MOST_STATEMENTS:
            return None
        number = len(known) + 1
        with connection.wrap_database_errors, raw.cursor() as cursor:
            cursor.execute(f"PREPARE statement_{number} AS {text}")
        known[text] = number
    return number
