"""Rows that our own statements write and read are those that Django writes and reads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from ticketing_common import rows
from ticketing_common.inbox.models import DeadLetter, ProcessedMessage
from ticketing_common.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)


def letter(**given: Any) -> DeadLetter:
    fields: dict[str, Any] = {
        "queue": "q",
        "code": "invalid",
        "reason": "It's 100 % “odd” \\ %s",
        "headers": {"at": NOON, "n": [1, None, {"ö": True}]},
        "body_sha256": "0" * 64,
    }
    return DeadLetter(**(fields | given))


def message(**given: Any) -> OutboxMessage:
    fields = {"queue": "q", "task": "t", "kwargs": {"a": [1, "ü"]}, "next_attempt_at": NOON}
    return OutboxMessage(**(fields | given))


def contents(row: models.Model) -> dict[str, Any]:
    fields = row._meta.local_concrete_fields
    return {field.attname: getattr(row, field.attname) for field in fields if field.attname not in ("id", "created_at")}


def read(model: type[models.Model], pk: int) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {rows.listed(model, 'x')} FROM {model._meta.db_table} x WHERE x.id = %s",  # noqa: S608
            [pk],
        )
        return rows.stored(model, cursor.fetchone())


@pytest.mark.parametrize("make", [letter, message])
def test_an_inserted_row_is_what_django_would_have_inserted(make: Any) -> None:
    ours, theirs = make(), make()
    if make is message:
        theirs.message_id = ours.message_id
    theirs.save()
    found = rows.run_together(rows.insert_of(ours))
    assert found is not None

    stored = type(ours).objects.get(pk=found[0])
    assert contents(stored) == contents(type(ours).objects.get(pk=theirs.pk))
    assert stored.created_at is not None


def test_a_row_is_read_as_django_reads_it() -> None:
    row = letter(resolved_at=NOON)
    row.save()
    ours, theirs = read(DeadLetter, row.pk), DeadLetter.objects.get(pk=row.pk)

    assert contents(ours) == contents(theirs)
    assert (ours.pk, ours._state.adding, ours._state.db) == (theirs.pk, False, "default")
    assert rows.width_of(DeadLetter) == len(DeadLetter._meta.local_concrete_fields)


def test_an_outer_join_that_found_nothing_is_no_row() -> None:
    assert rows.stored(DeadLetter, [None] * rows.width_of(DeadLetter)) is None


def test_rows_of_several_models_go_in_one_statement_each_in_its_order() -> None:
    mixed = [message(queue="one"), letter(queue="a"), message(queue="two"), letter(queue="b")]
    with CaptureQueriesContext(connection) as queries:
        rows.insert_together(mixed)

    assert len([q for q in queries if "PREPARE" not in q["sql"] or "EXECUTE" in q["sql"]]) == 1
    assert [row.queue for row in OutboxMessage.objects.order_by("id")] == ["one", "two"]
    assert [row.queue for row in DeadLetter.objects.order_by("id")] == ["a", "b"]
    assert not any(row._state.adding for row in mixed)


def test_what_is_to_run_before_runs_before() -> None:
    letter(queue="old").save()
    rows.insert_together([letter(queue="new")], after=[("DELETE FROM dead_letters", [])])

    assert [row.queue for row in DeadLetter.objects.all()] == ["new"]


def test_nothing_to_write_asks_nobody() -> None:
    with CaptureQueriesContext(connection) as queries:
        rows.insert_together([])
        assert rows.run_together() is None
    assert len(queries) == 0


@pytest.mark.parametrize("number", [1, rows.MOST_ROWS, rows.MOST_ROWS + 1])
def test_any_number_of_rows_is_inserted(number: int) -> None:
    many = [letter(queue=f"q{place}") for place in range(number)]
    rows.insert_many(many)

    assert [row.queue for row in DeadLetter.objects.order_by("id")] == [row.queue for row in many]
    assert not any(row._state.adding for row in many)


def test_a_taken_key_leaves_what_is_there() -> None:
    first = ProcessedMessage(pk=1001, consumer="c", message_id="m")
    second = ProcessedMessage(pk=1002, consumer="c", message_id="m")

    assert rows.insert_if_new(first)
    assert not rows.insert_if_new(second)
    assert second._state.adding
    assert [row.pk for row in ProcessedMessage.objects.all()] == [1001]


def test_an_update_writes_the_named_columns_only() -> None:
    row = letter()
    row.save()
    row.code, row.reason, row.headers = "changed", "not written", {"at": NOON}
    rows.run_together(rows.update_of(row, ("code", "headers")))

    stored = DeadLetter.objects.get(pk=row.pk)
    assert (stored.code, stored.reason) == ("changed", letter().reason)
    assert stored.headers["at"].startswith("2026-03-02T12:00:00")


def test_an_attribute_that_is_no_column_is_refused() -> None:
    with pytest.raises(ValueError, match="DeadLetter has not all of code, colour"):
        rows.update_of(letter(pk=1), ("code", "colour"))
