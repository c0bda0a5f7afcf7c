"""Personal data leaves the audit trail, and whatever else is changed still shows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import AuditLog
from audit.redaction import NotRedactable, redact
from audit.services import content_hash, record_many, verify
from audit.tests.test_chain import NOON, Somebody, entry, tamper

BLANK: dict[str, Any] = {"old": None, "new": {"requester": "Erased person"}, "reason": ""}


def written() -> list[int]:
    return [row.pk for row in record_many([entry(n, new={"requester": "Mia Berg"}, reason="Mia") for n in range(4)])]


def take_out(*ids: int, **change: Any) -> int:
    return redact(
        changes=dict.fromkeys(ids, BLANK | change), actor=Somebody(), now=NOON, object_id=1, reason="Asked for it"
    )


@pytest.mark.django_db
class TestRedact:
    def test_takes_the_data_out_and_the_chain_verifies(self) -> None:
        ids = written()

        assert take_out(ids[1], ids[2]) == 2

        row = AuditLog.objects.get(pk=ids[1])
        assert (row.new, row.reason, row.action) == (BLANK["new"], "", "workflow.updated")
        assert not AuditLog.objects.filter(id__in=ids[1:3], new__requester="Mia Berg").exists()
        assert verify().is_valid
        assert verify().checked == 5

    def test_is_recorded_once_with_who_why_and_which_rows(self) -> None:
        ids = written()

        take_out(ids[1], ids[2])

        said = AuditLog.objects.get(action="audit.redacted")
        assert (said.actor_id, said.reason, said.object_id) == (7, "Asked for it", "1")
        assert said.new is not None
        assert list(said.new["rows"]) == [str(ids[1]), str(ids[2])]

    def test_changes_nothing_where_nothing_is_to_be_taken_out(self) -> None:
        ids = written()
        take_out(ids[1])

        assert take_out(ids[1]) == 0
        assert AuditLog.objects.filter(action="audit.redacted").count() == 1

    def test_redacts_a_row_again(self) -> None:
        ids = written()
        take_out(ids[1])

        assert take_out(ids[1], new=None) == 1
        assert verify().is_valid

    def test_verifies_piece_by_piece(self) -> None:
        ids = written()
        take_out(ids[1])

        assert verify(limit=2).is_valid
        assert verify(after_id=ids[1]).is_valid

    def test_does_not_hide_that_a_row_was_tampered_with(self) -> None:
        ids = written()
        tamper("UPDATE audit_logs SET actor_id = 99 WHERE id = %s", ids[1])

        with pytest.raises(NotRedactable):
            take_out(ids[1])

    def test_does_not_hide_that_a_redacted_row_was_tampered_with(self) -> None:
        ids = written()
        take_out(ids[1])
        tamper("UPDATE audit_logs SET reason = 'invented' WHERE id = %s", ids[1])

        with pytest.raises(NotRedactable):
            take_out(ids[1], reason="")

    def test_refuses_the_rows_that_name_redacted_ones(self) -> None:
        take_out(written()[1])
        said = AuditLog.objects.get(action="audit.redacted")

        with pytest.raises(NotRedactable):
            take_out(said.pk)


@pytest.mark.django_db
class TestVerifyAfterRedaction:
    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE audit_logs SET reason = 'invented' WHERE id = %s",
            "UPDATE audit_logs SET actor_id = 8 WHERE id = %s",
            "UPDATE audit_logs SET content_hash = NULL WHERE id = %s",
            "UPDATE audit_logs SET content_hash = repeat('a', 64) WHERE id = %s",
            "UPDATE audit_logs SET content_hash = '' WHERE id = %s",
            "DELETE FROM audit_logs WHERE id = %s",
        ],
    )
    def test_finds_what_was_changed_in_a_redacted_row(self, sql: str) -> None:
        ids = written()
        take_out(ids[1])

        tamper(sql, ids[1])

        assert verify().first_bad_id == ids[1]

    def test_finds_a_row_that_only_claims_to_be_redacted(self) -> None:
        ids = written()
        original = content_hash(AuditLog.objects.filter(pk=ids[1]).values().get())

        tamper("UPDATE audit_logs SET content_hash = %s, reason = 'invented' WHERE id = %s", original, ids[1])

        result = verify()
        assert (result.first_bad_id, "no later row says so" in result.problem) == (ids[1], True)

    def test_finds_data_that_was_put_back(self) -> None:
        ids = written()
        before = AuditLog.objects.get(pk=ids[1])
        take_out(ids[1])

        tamper(
            "UPDATE audit_logs SET content_hash = NULL, reason = %s, new = %s::jsonb WHERE id = %s",
            before.reason,
            '{"requester": "Mia Berg"}',
            ids[1],
        )

        assert verify().first_bad_id == ids[1]

    def test_finds_a_changed_list_of_redacted_rows(self) -> None:
        ids = written()
        take_out(ids[1])
        said = AuditLog.objects.get(action="audit.redacted")

        tamper("UPDATE audit_logs SET new = '{\"rows\": {}}' WHERE id = %s", said.pk)

        assert verify().first_bad_id in (ids[1], said.pk)

    def test_finds_a_redaction_that_was_put_in_behind_the_end(self) -> None:
        ids = written()
        row = AuditLog.objects.filter(pk=ids[1]).values().get()
        tamper("UPDATE audit_logs SET content_hash = %s, reason = 'invented' WHERE id = %s", content_hash(row), ids[1])
        digest = content_hash(row | {"reason": "invented"})
        last = AuditLog.objects.get(pk=ids[-1])
        last.pk, last.action, last.new = last.pk + 1, "audit.redacted", {"rows": {str(ids[1]): digest}}
        last.save(force_insert=True)

        assert verify().first_bad_id == last.pk


@pytest.mark.django_db
class TestTrigger:
    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE audit_logs SET actor_id = 8",
            "UPDATE audit_logs SET hash = repeat('a', 64)",
            "UPDATE audit_logs SET action = 'task.held'",
            "UPDATE audit_logs SET reason = ''",
            "DELETE FROM audit_logs",
        ],
    )
    def test_lets_nothing_else_through_with_the_setting_of_the_function(self, sql: str) -> None:
        written()
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('audit.redacting', txid_current()::text, true)")

        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)

    def test_is_shut_again_after_a_redaction(self) -> None:
        ids = written()
        take_out(ids[1])

        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE audit_logs SET reason = '' WHERE id = %s", [ids[2]])

    def test_refuses_a_kept_hash_that_does_not_continue_the_chain(self) -> None:
        ids = written()
        changes = f'[{{"id": {ids[1]}, "content_hash": "{"a" * 64}", "actor_name": "", "reason": ""}}]'

        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT audit_redact(%s::jsonb)", [changes])
