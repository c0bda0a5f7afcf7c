"""The kinds of data that a service removes when they are old: the paths in its setting `RETENTION_KINDS`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from ticketing_common.errors import NotFound


class Remove(Protocol):
    def __call__(self, keys: Sequence[int], *, cutoff: datetime, days: int, now: datetime) -> int: ...


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of data.

    `rows` are those that are there now, `old` those of them that go with a cut-off: neither loads anything. `size` is
    an expression of a row's bytes, None where they are not counted. `remove` takes keys of old rows, in a transaction
    that it is given, looks again whether they are still old, skips what others have locked, and returns how many went.

    With `setting` an environment variable says the days and another process removes the rows: shown, not changed here.
    """

    name: str
    rows: Callable[[], QuerySet[Any]]
    old: Callable[[datetime], QuerySet[Any]]
    remove: Remove | None = None
    size: Any = None
    setting: str = ""


def kinds() -> list[Kind]:
    return [import_string(path) for path in settings.RETENTION_KINDS]


def kind_named(name: str) -> Kind:
    for kind in kinds():
        if kind.name == name:
            return kind
    raise NotFound("There is no such kind of data.")
