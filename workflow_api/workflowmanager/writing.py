"""Write one change: its rows in one statement, its messages, its audit rows, in the order that can't deadlock.

The order of locks everywhere: ticket, task, role cursors by id, audit chain. So a change collects what it has to
write, and writes it at its end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, lru_cache, partial, wraps
from typing import Any, ParamSpec, Protocol, TypeVar

from django.db import connection, models, transaction
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


Statement = tuple[str, Sequence[Any]]
P = ParamSpec("P")
R = TypeVar("R")


class Collector(Protocol):
    """Takes what changes write, to write it together (`workflowmanager.batching`)."""

    def take(self, change: Change) -> None: ...

    def take_ids(self, counts: Mapping[str, int]) -> dict[str, list[int]]: ...


_collector: ContextVar[Any] = ContextVar("collector", default=None)


@contextmanager
def collecting(collector: Collector) -> Iterator[None]:
    """Let the collector take what changes write."""
    token = _collector.set(collector)
    try:
        yield
    finally:
        _collector.reset(token)


def current_collector() -> Any:
    """Return who takes what changes write, None where they write it themselves."""
    return _collector.get()


def in_transaction(function: Callable[P, R]) -> Callable[P, R]:
    """Run the use case in a transaction; within a batch, in the batch's, which needs no savepoint for it."""

    @wraps(function)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        if _collector.get() is not None:
            return function(*args, **kwargs)
        with transaction.atomic():
            return function(*args, **kwargs)

    return inner


@dataclass
class Change:
    """What one transaction will write at its end."""

    now: datetime
    actor: Actor | None = None
    rows: list[models.Model] = field(default_factory=list)
    entries: list[audit.Entry] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    rosters: dict[int, Any] = field(default_factory=dict)  # of changes that touch several tasks
    statements: list[Statement] = field(default_factory=list)
    updates: dict[int, tuple[models.Model, dict[str, None]]] = field(default_factory=dict)  # by the object's identity
    _ids: dict[str, list[int]] = field(default_factory=dict)

    @property
    def is_quiet(self) -> bool:
        """Whether nobody will be told: messages need not be made."""
        return _is_quiet.get()

    def insert(self, *rows: models.Model) -> None:
        self.rows += rows

    def update(self, row: models.Model, columns: Iterable[str]) -> None:
        """Write these columns (attribute names: `role_id`) as they are at the end; a new row is inserted so anyway."""
        if not row._state.adding:
            self.updates.setdefault(id(row), (row, {}))[1].update(dict.fromkeys(columns))

    def run(self, text: str, *values: Any) -> None:
        """Run a statement that changes rows, before the others of this change. Its text must be one of a few."""
        self.statements.append((text, values))

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

    def settle(self) -> None:
        """Write what changed in rows that are there already: for whoever reads them next."""
        statements = [*self.statements, *(_update_of(row, tuple(names)) for row, names in self.updates.values())]
        if statements:
            with connection.cursor() as cursor:
                prepared.execute_together(cursor, statements)
        self.statements, self.updates = [], {}

    def flush(self) -> None:
        """Write all rows now. Changed ones come before new ones, which may take their place."""
        statements = [*self.statements, *(_update_of(row, tuple(names)) for row, names in self.updates.values())]
        insert_together(self.rows, after=statements)
        self.rows, self.statements, self.updates = [], [], {}

    def write(self) -> None:
        """Write everything. The audit rows come last: their lock is held until the commit."""
        collector = _collector.get()
        if collector is not None:
            collector.take(self)
            return
        self.flush()
        if self.messages:
            enqueue(*self.messages)
        audit.record_many(self.entries)
        self.messages, self.entries = [], []


def insert_together(rows: Sequence[models.Model], *, after: Iterable[Statement] = ()) -> None:
    """Insert rows of several models in one statement, each model's rows in their order.

    Rows that others refer to must have their ids (`Change.take_ids`); foreign keys are checked at the commit. What is
    to run `after` goes in front, in the same round trip.
    """
    statements = [*after, *_inserts(rows)]
    if statements:
        with connection.cursor() as cursor:
            prepared.execute_together(cursor, statements)
    for row in rows:
        row._state.adding = False


def _inserts(rows: Sequence[models.Model]) -> Iterator[Statement]:
    groups: dict[tuple[type[models.Model], bool], list[models.Model]] = {}
    for row in rows:
        groups.setdefault((type(row), row.pk is not None), []).append(row)
    if groups:
        shape = tuple((model, has_id, len(members)) for (model, has_id), members in groups.items())
        values = [value for key, members in groups.items() for row in members for value in _values(columns(*key), row)]
        yield _insert_of(shape), values


def insert_many(rows: Sequence[models.Model]) -> None:
    """Insert any number of rows, a statement for some hundred of each model: too many shapes to plan each once."""
    groups: dict[tuple[type[models.Model], bool], list[models.Model]] = {}
    for row in rows:
        groups.setdefault((type(row), row.pk is not None), []).append(row)
    for (model, has_id), members in groups.items():
        fields = columns(model, has_id)
        for start in range(0, len(members), MOST_ROWS):
            chunk = members[start : start + MOST_ROWS]
            values = [value for row in chunk for value in _values(fields, row)]
            with connection.cursor() as cursor:
                cursor.execute(_insert_text(((model, has_id, len(chunk)),)), values)
    for row in rows:
        row._state.adding = False


def _update_of(row: models.Model, names: tuple[str, ...]) -> Statement:
    """Return the statement that writes these attributes of the row."""
    text, fields = _update_text(type(row), names)
    return text, [*_values(fields, row), row.pk]


@lru_cache(200)
def _update_text(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, tuple[tuple[str, str, Store], ...]]:
    fields = tuple(column for column in columns(model, True) if column[1] in names)
    if len(fields) != len(names):
        raise ValueError(f"{model.__name__} has not all of {', '.join(names)}.")
    listed = ", ".join(f'"{column}" = %s' for column, _, _ in fields)
    return f'UPDATE "{model._meta.db_table}" SET {listed} WHERE "id" = %s', fields  # noqa: S608 -- our own names


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


@cache
def _decoders(model: type[models.Model]) -> tuple[tuple[int, Callable[[str], Any]], ...]:
    """Return the places of the columns that a statement of our own gives as JSON text, and how to read it."""
    fields = enumerate(model._meta.local_concrete_fields)
    return tuple(
        (place, partial(json.loads, cls=field.decoder))
        for place, field in fields
        if isinstance(field, models.JSONField)
    )


def listed(model: type[models.Model], alias: str) -> str:
    """Return the model's columns for a SELECT, as `stored` reads them."""
    return ", ".join(f'{alias}."{name}"' for name, _, _ in columns(model, True))


def stored(model: type[models.Model], values: Sequence[Any]) -> models.Model | None:
    """Return the row that a statement of our own has read, None where an outer join found none."""
    names = [attribute for _, attribute, _ in columns(model, True)]
    if values[0] is None:
        return None
    kept = list(values)
    for place, decode in _decoders(model):
        if kept[place] is not None:
            kept[place] = decode(kept[place])
    return model.from_db(connection.alias, names, kept)


def _values(fields: tuple[tuple[str, str, Store], ...], row: models.Model) -> list[Any]:
    kept = vars(row)
    return [kept[attribute] if store is None else store(row) for _, attribute, store in fields]


Shape = tuple[tuple[type[models.Model], bool, int], ...]
MOST_ROWS = 200  # in one INSERT


@lru_cache(500)
def _insert_of(shape: Shape) -> str:
    """Return one statement that inserts so many rows of each model; the statements of a process are few."""
    return _insert_text(shape)


def _insert_text(shape: Shape) -> str:
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
    collector = _collector.get()
    return collector.take_ids(counts) if collector is not None else next_ids(counts)


def next_ids(counts: Mapping[str, int]) -> dict[str, list[int]]:
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
