"""Write one change: its rows in one statement, its messages, its audit rows, in the order that can't deadlock.

The order of locks everywhere: ticket, task, role cursors by id, audit chain. So a change collects what it has to
write, and writes it at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

from django.db import connection, models
from django.utils import timezone

from audit import services as audit
from ticketing_common import prepared
from ticketing_common.contracts.messages import Message
from ticketing_common.jsontext import dumps
from ticketing_common.outbox import enqueue


@dataclass(frozen=True)
class Actor:
    """The person who acts. Changes by the system itself have none."""

    user_id: int
    full_name: str
    is_admin: bool = False

    @property
    def as_person(self) -> dict[str, Any]:
        return {"user_id": self.user_id, "full_name": self.full_name}


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


_is_quiet: ContextVar[bool] = ContextVar("is_quiet", default=False)


@contextmanager
def quietly() -> Iterator[None]:
    """Let changes tell nobody: simulated history must not reach people's mailboxes."""
    token = _is_quiet.set(True)
    try:
        yield
    finally:
        _is_quiet.reset(token)


@dataclass
class Change:
    """What one transaction will write at its end."""

    now: datetime
    actor: Actor | None = None
    rows: list[models.Model] = field(default_factory=list)
    entries: list[audit.Entry] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    rosters: dict[int, Any] = field(default_factory=dict)  # of changes that touch several tasks
    _ids: dict[str, list[int]] = field(default_factory=dict)

    def insert(self, *rows: models.Model) -> None:
        self.rows += rows

    def take_ids(self, **counts: int) -> None:
        """Take ids that will be wanted from the tables' sequences, in one statement."""
        for table, ids in reserve_ids(**counts).items():
            self._ids.setdefault(table, []).extend(ids)

    def new_ids(self, table: str, count: int) -> list[int]:
        """Return ids for new rows: those taken before, and more where they do not reach."""
        ids = self._ids.setdefault(table, [])
        if len(ids) < count:
            self.take_ids(**{table: count - len(ids)})
        self._ids[table] = ids[count:]
        return ids[:count]

    def tell(self, *messages: Message) -> None:
        if not _is_quiet.get():
            self.messages += messages

    def audit(self, action: str, object_type: str, object_id: int | str, **fields: Any) -> None:
        fields.setdefault("actor", self.actor)
        self.entries.append(
            audit.Entry(action=action, object_type=object_type, object_id=object_id, at=self.now, **fields)
        )

    def write(self) -> None:
        """Write everything. The audit rows come last: their lock is held until the commit."""
        insert_together(self.rows)
        if self.messages:
            enqueue(*self.messages)
        audit.record_many(self.entries)
        self.rows, self.messages, self.entries = [], [], []


def insert_together(rows: Sequence[models.Model]) -> None:
    """Insert rows of several models in one statement, each model's rows in their order.

    Rows that others refer to must have their ids (`Change.take_ids`); foreign keys are checked at the commit.
    """
    groups: dict[tuple[type[models.Model], bool], list[models.Model]] = {}
    for row in rows:
        groups.setdefault((type(row), row.pk is not None), []).append(row)
    if not groups:
        return
    shape = tuple((model, has_id, len(members)) for (model, has_id), members in groups.items())
    values = [value for key, members in groups.items() for row in members for value in _values(columns(*key), row)]
    with connection.cursor() as cursor:
        prepared.execute(cursor, _insert_of(shape), values)


def insert_if_new(row: models.Model) -> bool:
    """Insert the row unless a unique key is taken; waits for a transaction that is about to take it.

    The row needs its id.
    """
    text = f"{_insert_of(((type(row), True, 1),))} ON CONFLICT DO NOTHING"
    with connection.cursor() as cursor:
        prepared.execute(cursor, text, _values(columns(type(row), True), row))
        inserted = bool(cursor.rowcount == 1)
    row._state.adding = not inserted
    return inserted


# What Django would do for each value of each row, found out once: most kinds of values are stored as they are.
_AS_IT_IS = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)
Store = Callable[[models.Model], Any] | None


@cache
def columns(model: type[models.Model], has_id: bool) -> tuple[tuple[str, str, Store], ...]:
    """Return of each column its name, its attribute, and how to read a value that is not stored as it is."""
    fields = [field for field in model._meta.local_concrete_fields if has_id or not field.primary_key]
    return tuple((str(field.column), field.attname, _way_of_storing(field)) for field in fields)


def _way_of_storing(field: Any) -> Store:
    kind = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(kind, models.JSONField):
        return lambda row: None if (value := getattr(row, field.attname)) is None else dumps(value)
    is_dated = isinstance(kind, models.DateTimeField) and not (kind.auto_now or kind.auto_now_add)
    if is_dated or (isinstance(kind, _AS_IT_IS) and type(kind).pre_save is models.Field.pre_save):
        return None
    return lambda row: field.get_db_prep_save(field.pre_save(row, True), connection)


def _values(fields: tuple[tuple[str, str, Store], ...], row: models.Model) -> list[Any]:
    kept = vars(row)
    return [kept[attribute] if store is None else store(row) for _, attribute, store in fields]


@lru_cache(500)
def _insert_of(shape: tuple[tuple[type[models.Model], bool, int], ...]) -> str:
    """Return one statement that inserts so many rows of each model."""
    parts = []
    for model, has_id, number in shape:
        names = [column for column, _, _ in columns(model, has_id)]
        row = f"({', '.join(['%s'] * len(names))})"
        listed = ", ".join(f'"{name}"' for name in names)
        parts.append(f'INSERT INTO "{model._meta.db_table}" ({listed}) VALUES {", ".join([row] * number)}')  # noqa: S608 -- names of our own tables
    *first, last = parts
    prefix = ", ".join(f"w{number} AS ({text})" for number, text in enumerate(first))
    return f"WITH {prefix} {last}" if first else last


def reserve_ids(**counts: int) -> dict[str, list[int]]:
    """Take ids from the tables' sequences, in one statement: `reserve_ids(tasks=1, step_visits=2)`."""
    found: dict[str, list[int]] = {table: [] for table in counts}
    wanted = [table for table, count in counts.items() for _ in range(count)]
    if wanted:
        with connection.cursor() as cursor:
            prepared.execute(cursor, _NEXT_IDS, [wanted])
            for table, value in cursor.fetchall():
                found[table].append(value)
    return found


_NEXT_IDS = "SELECT name, nextval(pg_get_serial_sequence(name, 'id')) FROM unnest(%s::text[]) AS name"


def now_utc() -> datetime:
    return timezone.now()
