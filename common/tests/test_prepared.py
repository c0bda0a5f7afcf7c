"""Statements planned once a connection give what the same statements give when they are sent as they are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DataError, connection, transaction

from ticketing_common import prepared

pytestmark = pytest.mark.django_db


def count_prepared() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        return int(cursor.fetchone()[0])


def test_is_planned_once_however_often_it_runs() -> None:
    before = count_prepared()
    with connection.cursor() as cursor:
        for number in range(3):
            prepared.execute(cursor, "SELECT %s::int + 1 AS once", [number])
            assert cursor.fetchall() == [(number + 1,)]

    assert count_prepared() == before + 1


def test_takes_named_values_and_one_name_twice() -> None:
    with connection.cursor() as cursor:
        text = "SELECT %(a)s::text || %(b)s::text || %(a)s::text, '100%%'"
        prepared.execute(cursor, text, {"a": "x'", "b": "\\", "unused": 1})

        assert cursor.fetchone() == ("x'\\x'", "100%")


def test_takes_lists_times_and_nulls() -> None:
    at = datetime(2026, 11, 22, 8, tzinfo=UTC)
    with connection.cursor() as cursor:
        prepared.execute(
            cursor, "SELECT %s::bigint[], %s::timestamptz, %s::bigint, %s::bigint[]", [[1, 2], at, None, [None]]
        )

        assert cursor.fetchone() == ([1, 2], at, None, [None])


def test_runs_what_stands_before_it_in_the_same_round_trip() -> None:
    with connection.cursor() as cursor:
        prepared.execute(cursor, "SELECT current_setting('bench.mark')", before="SET LOCAL bench.mark = 'here'; ")

        assert cursor.fetchone() == ("here",)


@pytest.mark.django_db(transaction=True)
def test_outlives_a_transaction_that_is_rolled_back_and_not_its_connection() -> None:
    def run(value: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            prepared.execute(cursor, "SELECT %s::int AS outlives", [value])

    with pytest.raises(DataError):
        run("no number")
    run("1")
    connection.close()
    run("2")

    assert count_prepared() == 1


@pytest.mark.django_db(transaction=True)
def test_goes_on_without_when_a_session_has_many(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    monkeypatch.setattr(prepared, "MOST_STATEMENTS", 2)
    with connection.cursor() as cursor:
        for number in range(4):
            prepared.execute(cursor, f"SELECT {number}, %(value)s::text, '%%'", {"value": "x"})
            assert cursor.fetchone() == (number, "x", "%")

    assert count_prepared() == 2


def test_runs_several_in_their_order_in_one_round_trip() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE slips (number int, name text) ON COMMIT DROP")
        insert, rename = (
            "INSERT INTO slips VALUES (%s, %s)",
            "UPDATE slips SET name = %(name)s WHERE number = %(number)s",
        )
        prepared.execute_together(
            cursor,
            [
                (insert, [1, "one; DROP TABLE slips"]),
                (insert, [2, None]),
                (rename, {"number": 2, "name": "two"}),
                ("SELECT number, name FROM slips ORDER BY number", []),
            ],
        )
        assert cursor.fetchall() == [(1, "one; DROP TABLE slips"), (2, "two")]
        prepared.execute_together(cursor, [])  # nothing to run is no error
