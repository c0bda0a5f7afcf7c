"""The audit trail: one chain, never forked, never changed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.context import client_address_var
from audit.models import AuditHead, AuditLog
from audit.services import Entry, NoTransaction, record, record_many, verify
from ticketing_common.context import request_id_var

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)


@dataclass(frozen=True)
class Somebody:
    user_id: int = 7
    full_name: str = "Amara Okafor"
    is_admin: bool = True


def entry(number: int = 1, **given: Any) -> Entry:
    values: dict[str, Any] = {
        "actor": Somebody(),
        "action": "workflow.updated",
        "object_type": "workflow",
        "object_id": number,
        "at": NOON,
    }
    return Entry(**(values | given))


def tamper(sql: str, *values: Any) -> None:
    """Change rows as somebody with full rights on the database could."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_logs DISABLE TRIGGER audit_logs_no_change")
        cursor.execute(sql, values)
        cursor.execute("ALTER TABLE audit_logs ENABLE TRIGGER audit_logs_no_change")


@pytest.mark.django_db
class TestRecord:
    def test_keeps_who_did_what_to_what_and_why(self) -> None:
        token, address = request_id_var.set("req-1"), client_address_var.set("10.1.2.3")
        try:
            row = record(
                actor=Somebody(),
                action="task.transferred",
                object_type="task",
                object_id=9,
                at=NOON,
                ticket_number="TX1",
                old={"assignee": 7},
                new={"assignee": 8, "cost": Decimal("1.50")},
                reason="On leave",
                on_behalf_of_id=3,
            )
        finally:
            request_id_var.reset(token)
            client_address_var.reset(address)

        stored = AuditLog.objects.get(pk=row.pk)
        assert (stored.actor_id, stored.actor_name, stored.on_behalf_of_id) == (7, "Amara Okafor", 3)
        assert (stored.action, stored.object_type, stored.object_id) == ("task.transferred", "task", "9")
        assert (stored.ticket_number, stored.reason, stored.at) == ("TX1", "On leave", NOON)
        assert (stored.old, stored.new) == ({"assignee": 7}, {"assignee": 8, "cost": "1.50"})
        assert (stored.request_id, stored.ip_address) == ("req-1", "10.1.2.3")
        assert (stored.previous_hash, stored.hash) == (row.previous_hash, row.hash)

    def test_takes_one_statement_however_many_rows(self) -> None:
        for count in (1, 7):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                record_many([entry(number) for number in range(count)])
            assert len(queries) == 1

    def test_has_no_actor_for_the_system(self) -> None:
        row = record(actor=None, action="sla.breached", object_type="task", object_id=1, at=NOON)

        assert AuditLog.objects.get(pk=row.pk).actor_id is None

    def test_chains_each_row_to_the_one_before(self) -> None:
        rows = [*record_many([entry(1), entry(2)]), record_many([entry(3)])[0]]

        assert [row.pk for row in rows] == list(range(rows[0].pk, rows[0].pk + 3))
        assert [row.previous_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]
        head = AuditHead.objects.get()
        assert (head.last_id, head.last_hash) == (rows[-1].pk, rows[-1].hash)

    def test_is_undone_with_the_change_it_tells_of(self) -> None:
        record_many([entry(1)])
        before = AuditHead.objects.values().get()

        with transaction.atomic():
            record_many([entry(2)])
            transaction.set_rollback(True)

        assert AuditHead.objects.values().get() == before
        assert verify().is_valid

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(
        value=st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
            max_leaves=8,
        ),
        text=st.text(max_size=40),
        offset=st.integers(-12, 12),
    )
    def test_has_the_same_hash_before_and_after_the_database(self, value: Any, text: str, offset: int) -> None:
        at = NOON.astimezone(timezone(timedelta(hours=offset)))

        record_many([entry(new=value, old={"was": value}, reason=text, at=at, ip_address="::ffff:10.0.0.1")])

        assert verify().is_valid


@pytest.mark.django_db(transaction=True)
class TestRecordBetweenTransactions:
    def test_refuses_to_write_outside_a_transaction(self) -> None:
        with pytest.raises(NoTransaction):
            record_many([entry()])

    def test_never_forks_the_chain_with_many_writers_at_once(self) -> None:
        def write(worker: int) -> None:
            for turn in range(10):
                with transaction.atomic():
                    record_many([entry(worker * 100 + turn), entry(worker * 100 + turn, action="workflow.noted")])
                    if turn % 5 == 4:
                        transaction.set_rollback(True)

        run_together([partial(write, worker) for worker in range(8)])

        assert AuditLog.objects.count() == 8 * 8 * 2
        assert verify().checked == 128
        assert AuditLog.objects.values("previous_hash").distinct().count() == 128
        assert verify().is_valid


@pytest.mark.django_db
class TestAppendOnly:
    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE audit_logs SET reason = 'nothing happened'",
            "DELETE FROM audit_logs",
            "TRUNCATE audit_logs",
        ],
    )
    def test_refuses_every_change_in_the_database_itself(self, sql: str) -> None:
        record_many([entry()])
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_logs ENABLE TRIGGER audit_logs_no_truncate")

        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)

        assert AuditLog.objects.count() == 1


@pytest.mark.django_db
class TestVerify:
    def test_finds_nothing_wrong_with_an_empty_trail(self) -> None:
        assert verify().is_valid
        assert verify().checked == 0

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE audit_logs SET reason = 'other' WHERE id = %s",
            'UPDATE audit_logs SET new = \'{"status": "deployed"}\' WHERE id = %s',
            "UPDATE audit_logs SET actor_id = 8 WHERE id = %s",
            "UPDATE audit_logs SET at = at + interval '1 microsecond' WHERE id = %s",
            "UPDATE audit_logs SET hash = repeat('a', 64) WHERE id = %s",
            "UPDATE audit_logs SET previous_hash = repeat('a', 64) WHERE id = %s",
            "DELETE FROM audit_logs WHERE id = %s",
        ],
    )
    def test_names_the_first_row_that_was_touched(self, sql: str) -> None:
        rows = record_many([entry(number, new={"status": "draft"}) for number in range(5)])

        tamper(sql, rows[2].pk)

        result = verify()
        assert (result.first_bad_id, result.checked) == (rows[2].pk, 2)
        with pytest.raises(CommandError, match=f"Row {rows[2].pk}"):
            call_command("verify_audit")

    def test_names_a_row_missing_at_the_end(self) -> None:
        rows = record_many([entry(number) for number in range(3)])

        tamper("DELETE FROM audit_logs WHERE id = %s", rows[-1].pk)

        assert verify().first_bad_id == rows[-1].pk

    def test_names_a_row_put_in_behind_the_end(self) -> None:
        rows = record_many([entry(number) for number in range(3)])
        last = AuditLog.objects.get(pk=rows[-1].pk)
        last.pk = last.pk + 1
        last.save(force_insert=True)

        assert verify().first_bad_id == last.pk

    def test_notices_a_chain_that_was_written_anew(self) -> None:
        rows = record_many([entry(number) for number in range(3)])
        AuditHead.objects.update(last_hash="b" * 64)

        assert verify().first_bad_id == rows[-1].pk

    def test_goes_piece_by_piece(self) -> None:
        rows = record_many([entry(number) for number in range(5)])

        first = verify(after_id=0, limit=2)
        rest = verify(after_id=first.last_id)

        assert (first.checked, first.is_complete, first.last_id) == (2, False, rows[1].pk)
        assert (rest.checked, rest.is_complete, rest.is_valid) == (3, True, True)

    def test_says_how_many_rows_are_good(self) -> None:
        record_many([entry(number) for number in range(3)])
        out = StringIO()

        call_command("verify_audit", stdout=out)

        assert out.getvalue().startswith("3 rows, one unbroken chain")


def run_together(jobs: list[Callable[[], None]]) -> None:
    """Run the jobs in threads that start at one moment; raise what one of them raised."""
    barrier, errors = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], None]) -> None:
        try:
            barrier.wait()
            job()
        except BaseException as error:  # noqa: BLE001 -- raised again in the test's own thread
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
