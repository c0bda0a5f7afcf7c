"""For how long the bodies of the ledger are kept: what goes, what stays, who may say so, and what is recorded."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from audit.models import AuditLog
from audit.services import verify
from ticketing_common.inbox.models import DeadLetter
from ticketing_common.retention import services
from ticketing_common.retention.models import RetentionChange, RetentionRule, RetentionRun
from ticketing_testing.clients import assert_problem
from tickets.models import IntakeRecord
from workflowmanager import retention
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db

PATH = "/retention/intake-bodies/"
LONG_AGO = timedelta(days=40)


def aged(number: str, age: timedelta = LONG_AGO, **fields: Any) -> IntakeRecord:
    """Return the ledger's row of a ticket that was taken in some time ago."""
    factories.take_in(number, **fields)
    row: IntakeRecord = IntakeRecord.objects.filter(ticket_number=number).latest("id")
    IntakeRecord.objects.filter(pk=row.pk).update(received_at=timezone.now() - age)
    row.refresh_from_db()
    return row


def unreadable(age: timedelta = LONG_AGO, **fields: Any) -> IntakeRecord:
    letter = DeadLetter.objects.create(
        queue="TICKET_TASKS_PRODUCTION", code="not_json", reason="…", body="{broken", body_sha256="", **fields
    )
    return IntakeRecord.objects.create(
        queue=letter.queue,
        raw_body="{broken",
        verdict=IntakeRecord.Verdict.UNREADABLE,
        dead_letter_id=letter.pk,
        received_at=timezone.now() - age,
    )


def keep_for(days: int | None, version: int = 0) -> Any:
    return factories.admin_client().put(PATH, {"days": days, "version": version}, format="json")


@pytest.fixture
def served() -> None:
    factories.one_step(factories.make_role("IT Support", factories.make_person(11)))


@pytest.mark.usefixtures("served")
class TestWhatGoes:
    def test_nothing_as_long_as_nobody_says_so(self) -> None:
        aged("TX1")
        assert services.run_due(now=timezone.now()) == 0
        assert not RetentionRun.objects.exists()
        assert IntakeRecord.objects.get().body is not None

    def test_the_body_but_not_the_row_and_its_hash(self) -> None:
        old, young = aged("TX1"), aged("TX2", timedelta(days=20))
        IntakeRecord.objects.filter(pk=old.pk).update(headers={"argsrepr": "secret", "id": "m-1"})
        assert keep_for(30).status_code == 200
        run = factories.admin_client().post(f"{PATH}run/").json()
        assert (run["removed"], run["failed"], run["is_complete"]) == (1, 0, True)
        assert run["removed_bytes"] > 0
        text = json.dumps(old.body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        old.refresh_from_db()
        assert (old.body, old.raw_body, old.headers) == (None, "", {"id": "m-1"})
        assert old.body_sha256 == hashlib.sha256(text.encode()).hexdigest()
        assert (old.verdict, old.ticket_id is not None, old.body_removed_at is not None) == ("accepted", True, True)
        young.refresh_from_db()
        assert young.body is not None

    def test_not_what_waits_for_a_workflow(self) -> None:
        aged("TX9", department="Facilities")
        keep_for(30)
        assert services.run_due(now=timezone.now()) == 0
        assert IntakeRecord.objects.get().body is not None

    def test_not_what_could_not_be_read_until_it_is_settled(self) -> None:
        open_, settled = unreadable(), unreadable(resolved_at=timezone.now())
        keep_for(30)
        assert services.run_due(now=timezone.now()) == 1
        open_.refresh_from_db()
        settled.refresh_from_db()
        assert (open_.raw_body, settled.raw_body) == ("{broken", "")
        assert settled.body_sha256 == hashlib.sha256(b"{broken").hexdigest()
        assert DeadLetter.objects.get(pk=settled.dead_letter_id or 0).body == ""
        assert DeadLetter.objects.get(pk=open_.dead_letter_id or 0).body == "{broken"

    def test_a_message_without_its_body_is_taken_in_only_with_another(self) -> None:
        old = aged("TX1")
        keep_for(30)
        services.run_due(now=timezone.now())
        client = factories.admin_client()
        answer = client.post(f"/intake/{old.pk}/replay/", {}, format="json")
        assert_problem(answer, 410, "body_removed")
        shown = client.get(f"/intake/{old.pk}/").json()
        assert shown["body_removed_at"] is not None
        assert len(shown["body_sha256"]) == 64
        corrected = factories.ticket_data("TX1")
        assert client.post(f"/intake/{old.pk}/replay/", {"body": corrected}, format="json").status_code == 200


@pytest.mark.usefixtures("served")
class TestRuns:
    def test_the_schedule_runs_once_a_day(self) -> None:
        now = timezone.now()
        aged("TX1")
        keep_for(30)
        assert services.run_due(now=now) == 1
        aged("TX2")
        assert services.run_due(now=now + timedelta(hours=20)) == 0
        assert services.run_due(now=now + timedelta(hours=25)) == 1
        assert RetentionRun.objects.filter(asked_by_id=None, is_complete=True).count() == 2

    def test_what_was_not_finished_goes_on_at_the_next_tick(self) -> None:
        aged("TX1")
        keep_for(30)
        services.run(name="intake-bodies", now=timezone.now(), seconds=0)
        assert not RetentionRun.objects.get().is_complete
        assert services.run_due(now=timezone.now()) == 1

    def test_a_row_that_fails_stops_no_other(self, monkeypatch: pytest.MonkeyPatch) -> None:
        bad = aged("TX1")
        aged("TX2")
        aged("TX3")
        original = retention.body_hash

        def hashed(message: IntakeRecord) -> str:
            if message.pk == bad.pk:
                raise ValueError("unexpected")
            return original(message)

        monkeypatch.setattr(retention, "body_hash", hashed)
        keep_for(30)
        run = services.run(name="intake-bodies", now=timezone.now())
        assert (run.removed, run.failed, run.is_complete) == (2, 1, True)
        bad.refresh_from_db()
        assert bad.body is not None

    def test_a_second_run_is_refused_and_an_interrupted_one_is_closed(self) -> None:
        keep_for(30)
        now = timezone.now()
        at_work = RetentionRun.objects.create(kind="intake-bodies", days=30, cutoff=now, started_at=now)
        assert_problem(factories.admin_client().post(f"{PATH}run/"), 409, "retention_running")
        RetentionRun.objects.filter(pk=at_work.pk).update(started_at=now - timedelta(hours=1))
        assert factories.admin_client().post(f"{PATH}run/").status_code == 200
        at_work.refresh_from_db()
        assert (at_work.is_complete, at_work.finished_at is not None) == (False, True)

    def test_each_run_is_one_row_of_the_audit_trail_without_what_was_removed(self) -> None:
        aged("TX1")
        keep_for(30)
        factories.admin_client().post(f"{PATH}run/")
        changed, ran = AuditLog.objects.filter(object_type="retention_rule").order_by("id")
        assert (changed.action, changed.old, changed.new) == ("retention.changed", {"days": None}, {"days": 30})
        assert (ran.action, ran.object_id, ran.actor_id) == ("retention.ran", "intake-bodies", changed.actor_id)
        assert ran.new is not None
        assert set(ran.new) == {"days", "cutoff", "removed", "failed", "is_complete"}
        assert (ran.new["days"], ran.new["removed"]) == (30, 1)
        assert verify().is_valid


class TestRule:
    def test_says_what_is_there_and_what_would_go(self, served: None) -> None:
        aged("TX1")
        aged("TX2", timedelta(days=20))
        client = factories.admin_client()
        (row,) = client.get("/retention/").json()
        assert (row["kind"], row["days"], row["version"], row["setting"]) == ("intake-bodies", None, 0, "")
        assert (row["kept"]["rows"], row["due"]["rows"], row["next_run_at"]) == (2, 0, None)
        assert row["kept"]["bytes"] > 0
        assert client.get(PATH, {"days": 30}).json()["due"]["rows"] == 1
        assert client.get(PATH, {"days": 10}).json()["due"]["rows"] == 2
        assert IntakeRecord.objects.exclude(body__isnull=True).count() == 2

    def test_two_changes_of_one_version_do_not_overwrite_each_other(self) -> None:
        assert keep_for(30).json()["version"] == 1
        refused = keep_for(10)
        assert_problem(refused, 409, "stale_version")
        assert (refused.json()["days"], refused.json()["version"]) == (30, 1)
        assert keep_for(None, version=1).json()["days"] is None
        assert list(RetentionChange.objects.order_by("id").values_list("old_days", "new_days")) == [
            (None, 30),
            (30, None),
        ]
        assert keep_for(None, version=2).json()["version"] == 2
        assert RetentionChange.objects.count() == 2

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"days": 3},
            {"days": 0, "version": 0},
            {"days": 40_000, "version": 0},
            {"days": "x", "version": 0},
            {"days": 3, "version": 0, "kind": "people"},
        ],
    )
    def test_refuses_what_is_no_number_of_days(self, body: dict[str, Any]) -> None:
        assert_problem(factories.admin_client().put(PATH, body, format="json"), 400)
        assert not RetentionRule.objects.exists()

    def test_refuses_what_there_is_not(self) -> None:
        client = factories.admin_client()
        assert_problem(client.get("/retention/other/"), 404)
        assert_problem(client.get(PATH, {"days": "0"}), 400)
        assert_problem(client.get(PATH, {"day": "3"}), 400)
        assert_problem(client.post(f"{PATH}run/"), 409, "kept_for_ever")

    @pytest.mark.parametrize(
        ("method", "path"), [("get", "/retention/"), ("get", PATH), ("put", PATH), ("post", f"{PATH}run/")]
    )
    def test_is_for_administrators(self, method: str, path: str) -> None:
        body = {"days": 1, "version": 0}
        assert_problem(getattr(factories.as_client(factories.make_person(70)), method)(path, body, format="json"), 403)
        assert not RetentionRule.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_runners_at_once_each_row_goes_once() -> None:
    factories.one_step(factories.make_role("IT Support", factories.make_person(11)))
    for number in range(12):
        aged(f"TX{number}")
    keep_for(30)

    def tick(_: int) -> int:
        try:
            return services.run_due(now=timezone.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(tick, range(4))) == 12
    assert IntakeRecord.objects.filter(body__isnull=True, raw_body="").count() == 12
    assert RetentionRun.objects.filter(removed=12).count() == 1
