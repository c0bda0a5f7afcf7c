"""The statements that every comment runs, sent together and planned once a connection.

On a busy machine a comment's time is the round trips to the database: with each, two processes wait for their turn.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.db import connection, models

from ticketing_common import prepared

Statement = tuple[str, Sequence[Any] | Mapping[str, Any]]


def run_together(*statements: Statement) -> tuple[Any, ...] | None:
    """Run the statements in their order in one round trip, each seeing what is committed when it begins.

    Returns the first row of the last one's result, None where it has none.
    """
    with connection.cursor() as cursor:
        prepared.execute_together(cursor, statements)
        return cursor.fetchone() if cursor.description else None


def insert_of(row: models.Model) -> Statement:
    """Return the statement that inserts the row and returns its id, which it may have already."""
    fields = [field for field in row._meta.local_concrete_fields if not field.primary_key or row.pk is not None]
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    return _insert_text(type(row), row.pk is not None), values


@cache
def _insert_text(model: type[models.Model], has_id: bool) -> str:
    columns = [field.column for field in model._meta.local_concrete_fields if has_id or not field.primary_key]
    listed = ", ".join(f'"{column}"' for column in columns)
    places = ", ".join(["%s"] * len(columns))
    return f'INSERT INTO "{model._meta.db_table}" ({listed}) VALUES ({places}) RETURNING "id"'  # noqa: S608 -- our own names


@cache
def columns_of(model: type[models.Model], alias: str) -> str:
    """Return the model's columns for a SELECT, as `stored` reads them."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.local_concrete_fields)


def stored(model: type[models.Model], values: Sequence[Any]) -> Any:
    """Return the row that a statement of our own has read."""
    fields = model._meta.local_concrete_fields
    kept = [
        json.loads(value) if isinstance(field, models.JSONField) and isinstance(value, str) else value
        for field, value in zip(fields, values, strict=True)
    ]
    return model.from_db(connection.alias, [field.attname for field in fields], kept)
