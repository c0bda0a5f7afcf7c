"""Write one change: its rows in one statement, its messages, its audit rows, in the order that can't deadlock.

The order of locks everywhere: ticket, task, role cursors by id, audit chain. So a change collects what it has to
write, and writes it at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

from django.db import connection, models, transaction
from django.utils import timezone

from audit import services as audit
from audit.actor import Actor
from ticketing_common import prepared
from ticketing_common.contracts.messages import Message
from ticketing_common.outbox import enqueue
from ticketing_common.rows import Statement, insert_together, run_together, update_of


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
        run_together(*self._changes())
        self.statements, self.updates = [], {}

    def flush(self) -> None:
        """Write all rows now. Changed ones come before new ones, which may take their place."""
        insert_together(self.rows, after=self._changes())
        self.rows, self.statements, self.updates = [], [], {}

    def _changes(self) -> list[Statement]:
        return [*self.statements, *(update_of(row, tuple(names)) for row, names in self.updates.values())]

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
