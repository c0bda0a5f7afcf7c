"""Rows of models in statements of our own, which PostgreSQL plans once a connection (`prepared`).

For the few places where compiling an INSERT, an UPDATE or a SELECT of a model anew each time costs more than running
it. What is stored and what is read is what Django would store and read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from typing import Any

from django.db import connection, models

from ticketing_common import prepared
from ticketing_common.jsontext import dumps

Statement = tuple[str, Sequence[Any] | Mapping[str, Any]]
# How to read a value that is not stored as it is; None where it is.
Store = Callable[[models.Model], Any] | None
# So many rows of each model, with their ids or without: statements of a shape have one text.
Shape = tuple[tuple[type[models.Model], bool, int], ...]
MOST_ROWS = 200  # in one INSERT

# What Django would do for each value of each row, found out once: most kinds of values are stored as they are.
_AS_IT_IS = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)


def run_together(*statements: Statement) -> tuple[Any, ...] | None:
    """Run the statements in their order in one round trip, each seeing what is committed when it begins.

    Returns the first row of the last one's result, None where it has none.
    """
    with connection.cursor() as cursor:
        prepared.execute_together(cursor, statements)
        return cursor.fetchone() if statements and cursor.description else None


# --- reading ------------------------------------------------------------------------------------------------------


def listed(model: type[models.Model], alias: str) -> str:
    """Return the model's columns for a SELECT, as `stored` reads them."""
    return ", ".join(f'{alias}."{name}"' for name, _, _ in _columns(model, True))


def width_of(model: type[models.Model]) -> int:
    """Return how many columns `listed` lists."""
    return len(_columns(model, True))


def stored(model: type[models.Model], values: Sequence[Any]) -> Any:
    """Return the row that a statement of our own has read, None where an outer join found none."""
    names = [attribute for _, attribute, _ in _columns(model, True)]
    if values[0] is None:
        return None
    kept = list(values)
    for place, decode in _decoders(model):
        if isinstance(kept[place], str):
            kept[place] = decode(kept[place])
    return model.from_db(connection.alias, names, kept)


@cache
def _decoders(model: type[models.Model]) -> tuple[tuple[int, Callable[[str], Any]], ...]:
    """Return the places of the columns that a statement of our own gives as JSON text, and how to read it."""
    fields = enumerate(model._meta.local_concrete_fields)
    return tuple(
        (place, partial(json.loads, cls=field.decoder))
        for place, field in fields
        if isinstance(field, models.JSONField)
    )


# --- writing ------------------------------------------------------------------------------------------------------


def insert_of(row: models.Model) -> Statement:
    """Return the statement that inserts the row and returns its id, which it may have already."""
    has_id = row.pk is not None
    text = f'{_insert_text(((type(row), has_id, 1),))} RETURNING "id"'
    return text, _values(_columns(type(row), has_id), row)


def inserts_of(rows: Sequence[models.Model]) -> Iterator[Statement]:
    """Yield the one statement that inserts rows of several models, each model's rows in their order; none for none.

    Rows that others refer to must have their ids; foreign keys are checked at the commit.
    """
    groups = _grouped(rows)
    if groups:
        shape = tuple((model, has_id, len(members)) for (model, has_id), members in groups.items())
        values = [value for key, members in groups.items() for row in members for value in _values(_columns(*key), row)]
        yield _insert_text(shape), values


def insert_together(rows: Sequence[models.Model], *, after: Iterable[Statement] = ()) -> None:
    """Insert rows as `inserts_of` says. What is to run `after` goes in front, in the same round trip."""
    run_together(*after, *inserts_of(rows))
    for row in rows:
        row._state.adding = False


def insert_many(rows: Sequence[models.Model]) -> None:
    """Insert any number of rows, a statement for some hundred of each model: too many shapes to plan each once."""
    for (model, has_id), members in _grouped(rows).items():
        fields = _columns(model, has_id)
        for start in range(0, len(members), MOST_ROWS):
            chunk = members[start : start + MOST_ROWS]
            values = [value for row in chunk for value in _values(fields, row)]
            with connection.cursor() as cursor:
                cursor.execute(_text_of_insert(((model, has_id, len(chunk)),)), values)
    for row in rows:
        row._state.adding = False


def insert_if_new(row: models.Model) -> bool:
    """Insert the row unless a unique key is taken; waits for a transaction that is about to take it.

    The row needs its id.
    """
    text = f"{_insert_text(((type(row), True, 1),))} ON CONFLICT DO NOTHING"
    with connection.cursor() as cursor:
        prepared.execute(cursor, text, _values(_columns(type(row), True), row))
        inserted = bool(cursor.rowcount == 1)
    row._state.adding = not inserted
    return inserted


def update_of(row: models.Model, names: tuple[str, ...]) -> Statement:
    """Return the statement that writes these attributes of the row."""
    text, fields = _update_text(type(row), names)
    return text, [*_values(fields, row), row.pk]


@cache
def _columns(model: type[models.Model], has_id: bool) -> tuple[tuple[str, str, Store], ...]:
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


def _grouped(rows: Sequence[models.Model]) -> dict[tuple[type[models.Model], bool], list[models.Model]]:
    groups: dict[tuple[type[models.Model], bool], list[models.Model]] = {}
    for row in rows:
        groups.setdefault((type(row), row.pk is not None), []).append(row)
    return groups


@lru_cache(200)
def _update_text(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, tuple[tuple[str, str, Store], ...]]:
    fields = tuple(column for column in _columns(model, True) if column[1] in names)
    if len(fields) != len(names):
        raise ValueError(f"{model.__name__} has not all of {', '.join(names)}.")
    listed = ", ".join(f'"{column}" = %s' for column, _, _ in fields)
    return f'UPDATE "{model._meta.db_table}" SET {listed} WHERE "id" = %s', fields  # noqa: S608 -- our own names


@lru_cache(500)
def _insert_text(shape: Shape) -> str:
    """Return the text for one of the few shapes that come again and again."""
    return _text_of_insert(shape)


def _text_of_insert(shape: Shape) -> str:
    """Return one statement that inserts so many rows of each model."""
    parts = []
    for model, has_id, number in shape:
        names = [column for column, _, _ in _columns(model, has_id)]
        row = f"({', '.join(['%s'] * len(names))})"
        listed = ", ".join(f'"{name}"' for name in names)
        parts.append(f'INSERT INTO "{model._meta.db_table}" ({listed}) VALUES {", ".join([row] * number)}')  # noqa: S608 -- names of our own tables
    *first, last = parts
    prefix = ", ".join(f"w{number} AS ({text})" for number, text in enumerate(first))
    return f"WITH {prefix} {last}" if first else last
