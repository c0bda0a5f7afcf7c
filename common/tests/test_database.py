"""Connections have limits by the kind of process, and notice a server that is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2.errors
import pytest
import time_machine
from django.db import OperationalError, connection, transaction
from rest_framework.test import APIClient
from support import Broker

from ticketing_common import database
from ticketing_common.contracts.messages import InitializeWorkflow
from ticketing_common.env import Env
from ticketing_common.outbox import enqueue
from ticketing_common.outbox.models import OutboxMessage
from ticketing_common.outbox.relay import Relay
from ticketing_common.problems import exception_handler
from ticketing_common.settings import caches, redis_host

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    database.start_as("command")
    connection.close()


def shown(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return str(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("kind", "statement", "idle"), [("command", "0", "0"), ("web", "30s", "1min"), ("worker", "2min", "2min")]
)
def test_each_kind_of_process_has_its_limits(kind: database.Kind, statement: str, idle: str) -> None:
    connection.close()
    database.start_as(kind)

    assert (shown("statement_timeout"), shown("idle_in_transaction_session_timeout")) == (statement, idle)
    assert shown("jit") == "off"


def test_a_statement_beyond_the_limit_is_a_503_of_its_own(settings: Any) -> None:
    settings.DATABASE_SESSION = {"web": {"statement_timeout": "50"}}
    connection.close()
    database.start_as("web")

    with pytest.raises(OperationalError) as raised, connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")

    assert isinstance(raised.value.__cause__, psycopg2.errors.QueryCanceled)
    answer = exception_handler(raised.value, {})
    assert answer is not None
    assert (answer.status_code, answer.data["errors"][0]["code"]) == (503, "too_slow")


class TestSettings:
    def test_nothing_is_asked_of_a_pooler_at_the_start(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgres://user:own@host/name")
        options = Env("auth", tmp_path).database("x")["OPTIONS"]

        assert "options" not in options
        assert options["connect_timeout"] == 5
        assert options["keepalives"] == 1
        assert options["tcp_user_timeout"] == 10_000

    def test_limits_come_from_the_environment(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
        monkeypatch.setenv("DATABASE_STATEMENT_SECONDS", "2.5")
        monkeypatch.setenv("WORKER_IDLE_SECONDS", "0")
        session = Env("auth", tmp_path).database_session()

        assert session["web"]["statement_timeout"] == "2500"
        assert session["worker"]["idle_in_transaction_session_timeout"] == "0"
        assert "statement_timeout" not in session["command"]

    def test_they_can_be_left_to_the_login(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
        monkeypatch.setenv("DATABASE_SESSION_SETTINGS", "false")
        assert Env("auth", tmp_path).database_session() == {}

    def test_redis_answers_within_a_second_or_is_away(self) -> None:
        options = caches("redis://localhost/0", "auth")["default"]["OPTIONS"]

        assert options["socket_timeout"] == options["socket_connect_timeout"] == 1.0
        assert redis_host("redis://localhost/0")["socket_timeout"] == 1.0


class TestSearch:
    @pytest.mark.parametrize("search", ["x" * 201, " ".join(["word"] * 9), ",".join("abcdefghi")])
    def test_too_much_is_refused(self, search: str) -> None:
        answer = APIClient().get("/things/", {"search": search})

        assert answer.status_code == 400
        assert answer.json()["errors"][0]["code"] == "search_too_long"
        assert answer.json()["errors"][0]["attr"] == "search"

    def test_eight_words_are_searched_for(self) -> None:
        assert APIClient().get("/things/", {"search": " ".join(["word"] * 8)}).status_code == 200


class TestClock:
    """A process whose own clock is wrong decides by the database's what is due."""

    def test_the_database_s_time_does_not_follow_the_process_s(self) -> None:
        with time_machine.travel(datetime(2020, 1, 1, tzinfo=UTC)):
            assert abs(database.database_now() - _real_now()) < timedelta(seconds=5)

    def test_a_writer_whose_clock_is_ahead_delays_no_message(self) -> None:
        ahead = _real_now() + timedelta(hours=1)
        with time_machine.travel(ahead), transaction.atomic():
            enqueue(InitializeWorkflow(workflow_id=1, deploy=False))

        assert OutboxMessage.objects.due(database.database_now()).count() == 1

    def test_a_relay_whose_clock_is_behind_publishes_at_once(
        self, broker: Broker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with transaction.atomic():
            enqueue(InitializeWorkflow(workflow_id=1, deploy=False))
        relay = Relay(sweep_seconds=0.1)
        with time_machine.travel(_real_now() - timedelta(hours=1)):
            monkeypatch.setattr(relay, "_wait", lambda _seconds: relay.stop())
            relay.run()

        assert not OutboxMessage.objects.unpublished().exists()


def _real_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment
