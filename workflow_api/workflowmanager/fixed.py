"""Querysets whose statement is made once a process and planned once a connection.

For what is asked all the time: building such a queryset in Python and planning it in PostgreSQL take longer than
running it. What differs between two calls are the values given by name; everything else must follow from the key.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from ticketing_common import prepared


class Question(NamedTuple):
    """A statement with its values; `is_fixed` where the text is one of a few."""

    text: str
    values: list[Any]
    is_fixed: bool

    def ask(self, before: str = "", after: str = "") -> list[tuple[Any, ...]]:
        """Return the rows of the statement, with more text around it: that, too, must be one of a few."""
        text = f"{before}{self.text}{after}"
        with connection.cursor() as cursor:
            if self.is_fixed:
                prepared.execute(cursor, text, self.values)
            else:
                cursor.execute(text, self.values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found


class _Known(NamedTuple):
    text: str
    names: tuple[str, ...]  # of the values, as they stand in the text


MOST = 100
_known: dict[Hashable, _Known] = {}


def question(
    key: Hashable, build: Callable[[Mapping[str, Any]], QuerySet[Any, Any]], values: Mapping[str, Any]
) -> Question:
    """Return the statement of `build(values)`; with a key, by the text that is known for it.

    Values are ids (int), moments, lists of ids, or None; which are None must follow from the key. Constants are
    written into the text, so that a plan made once may use the indexes that hold for them alone.
    """
    known = None if key is None else _known.get(key)
    if known is None and key is not None and len(_known) < MOST:
        known = _known[key] = _learn(build, values)
    if known is not None:
        return Question(known.text, [values[name] for name in known.names], True)
    text, listed = build(values).query.sql_with_params()
    return Question(text, list(listed), False)


def _learn(build: Callable[[Mapping[str, Any]], QuerySet[Any, Any]], values: Mapping[str, Any]) -> _Known:
    # Made with values that nothing else has, to find their places.
    stand_ins = {name: _stand_in(value, number) for number, (name, value) in enumerate(values.items(), start=1)}
    text, listed = build(stand_ins).query.sql_with_params()
    names: list[str] = []
    written: list[str] = []
    with connection.cursor() as cursor:
        for value in listed:
            name = next((name for name, other in stand_ins.items() if value is not None and value == other), None)
            if name is None:
                written.append(cursor.mogrify("%s", [value]).decode().replace("%", "%%"))
            else:
                names.append(name)
                written.append("%s")
    return _Known(text.replace("%%", "%%%%") % tuple(written), tuple(names))


def _stand_in(value: Any, number: int) -> Any:
    if value is None:
        return None
    if isinstance(value, list):
        return [-number]
    return datetime(1, 1, 1, tzinfo=UTC) + timedelta(days=number) if isinstance(value, datetime) else -number
