"""Write one change: its rows in one statement, its messages, its audit rows, in the order that can't deadlock.

The order of locks everywhere: ticket, task, role cursors by id, audit chain. So a change collects what it has to
write, and writes it at its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models
from django.db.models import sql
from django.utils import timezone

from audit import services as audit
from ticketing_common.contracts.messages import Message
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

    def insert(self, *rows: models.Model) -> None:
        self.rows += rows

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

    Rows that others refer to must have their ids (`reserve_ids`); foreign keys are checked at the commit.
    """
    groups: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        groups.setdefault(type(row), []).append(row)
    statements: list[tuple[str, Iterable[Any]]] = []
    for model, members in groups.items():
        with_id = [row for row in members if row.pk is not None]
        without_id = [row for row in members if row.pk is None]
        statements += [insert_statement(model, part) for part in (with_id, without_id) if part]
    if not statements:
        return
    *first, (last, parameters) = statements
    prefix = ", ".join(f"w{number} AS ({text})" for number, (text, _) in enumerate(first))
    values = [value for _, part in first for value in part] + list(parameters)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {prefix} {last}" if first else last, values)


def insert_statement(model: type[models.Model], rows: Sequence[models.Model]) -> tuple[str, list[Any]]:
    """Return Django's own INSERT of these rows, to be combined or extended."""
    fields = [
        column for column in model._meta.local_concrete_fields if rows[0].pk is not None or not column.primary_key
    ]
    query = sql.InsertQuery(model)
    query.insert_values(fields, list(rows))
    ((text, parameters),) = query.get_compiler(connection=connection).as_sql()
    return text, list(parameters)


def insert_if_new(row: models.Model) -> bool:
    """Insert the row unless a unique key is taken; waits for a transaction that is about to take it.

    The row needs its id.
    """
    text, parameters = insert_statement(type(row), [row])
    with connection.cursor() as cursor:
        cursor.execute(f"{text} ON CONFLICT DO NOTHING", parameters)
        inserted = bool(cursor.rowcount == 1)
    row._state.adding = not inserted
    return inserted


def reserve_ids(**counts: int) -> dict[str, list[int]]:
    """Take ids from the tables' sequences, in one statement: `reserve_ids(tasks=1, step_visits=2)`."""
    parts = " UNION ALL ".join(
        f"SELECT '{table}', nextval(pg_get_serial_sequence('{table}', 'id')) FROM generate_series(1, {int(count)})"  # noqa: S608 -- names of our own tables
        for table, count in counts.items()
        if count
    )
    found: dict[str, list[int]] = {table: [] for table in counts}
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(parts)
            for table, value in cursor.fetchall():
                found[table].append(value)
    return found


def now_utc() -> datetime:
    return timezone.now()
