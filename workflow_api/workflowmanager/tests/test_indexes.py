"""Indexes: every foreign key has one; what each ticket writes has none that a longer one serves as well."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

pytestmark = pytest.mark.django_db

# Foreign keys with no index of all their values that begins with their column. Deletes and joins would scan the table.
UNCOVERED = """
SELECT c.conrelid::regclass || '.' || a.attname
FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.contype = 'f' AND NOT EXISTS (
  SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1]
  AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = '(' || quote_ident(a.attname) || ' IS NOT NULL)'))
ORDER BY 1
"""
# Plain indexes whose columns, in their order and with their operators, are the beginning of another index.
COVERED = """
SELECT short.indexrelid::regclass || ' by ' || long.indexrelid::regclass
FROM pg_index short
JOIN pg_class t ON t.oid = short.indrelid AND t.relname = ANY(%s)
JOIN pg_index long ON long.indrelid = short.indrelid AND long.indexrelid <> short.indexrelid
WHERE NOT short.indisunique AND short.indpred IS NULL AND long.indpred IS NULL
  AND short.indexprs IS NULL AND long.indexprs IS NULL AND short.indnkeyatts = 1
  AND short.indkey[0] = long.indkey[0] AND short.indclass[0] = long.indclass[0]
ORDER BY 1
"""
WRITTEN_WITH_EVERY_TICKET = [
    model._meta.db_table for app in ("task", "tickets", "audit") for model in apps.get_app_config(app).get_models()
]


def found(query: str, *values: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [name for (name,) in cursor.fetchall()]


def test_every_foreign_key_has_an_index_that_begins_with_it() -> None:
    assert found(UNCOVERED) == []


def test_no_index_is_kept_that_a_longer_one_serves() -> None:
    assert found(COVERED, WRITTEN_WITH_EVERY_TICKET) == []
