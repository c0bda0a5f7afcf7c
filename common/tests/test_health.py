"""Health tells what is wrong; metrics go on when something is."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from support import Broker, Line, wait_until

from ticketing_common import health, metrics
from ticketing_common.contracts.messages import InitializeWorkflow
from ticketing_common.database import database_now
from ticketing_common.inbox.dead_letters import record_dead_letter
from ticketing_common.outbox import enqueue
from ticketing_common.outbox.models import Tick

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_broker_result", (float("-inf"), None))
    monkeypatch.setattr(health, "BROKER_CHECK_SECONDS", 0.0)


def test_all_is_well(client: Client, broker: Broker) -> None:
    answer = client.get("/health/")

    assert answer.status_code == 200
    body = answer.json()
    assert (body["status"], body["service"]) == ("ok", "workflow_api")
    assert {name: check["status"] for name, check in body["checks"].items()} == {"database": "ok", "rabbitmq": "ok"}
    assert answer["Cache-Control"] == "no-store"


def test_a_broker_that_goes_away_and_comes_back(
    client: Client, broker: Broker, line_to: Callable[..., Line], settings: Any
) -> None:
    line = line_to(broker.address)
    settings.RABBITMQ_URL = broker.url.replace(f":{broker.address[1]}/", f":{line.port}/")
    assert client.get("/health/").status_code == 200

    line.cut()
    answer = client.get("/health/")
    assert answer.status_code == 503
    assert answer.json()["checks"]["rabbitmq"]["status"] == "failed"
    assert answer.json()["checks"]["database"]["status"] == "ok"
    assert broker.url not in answer.content.decode()

    line.mend()
    wait_until(lambda: client.get("/health/").status_code == 200, seconds=5, what="health")


def test_a_database_that_is_away_is_a_503(client: Client, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("could not connect: secret detail")

    monkeypatch.setattr(health, "check_database", away)
    answer = client.get("/health/")

    assert answer.status_code == 503
    assert answer.json()["checks"]["database"]["error"] == "OperationalError"
    assert "secret detail" not in answer.content.decode()


def test_a_check_of_the_service_itself_counts(client: Client, broker: Broker, settings: Any) -> None:
    settings.HEALTH_CHECKS = {"disk": "test_health.full_disk"}

    answer = client.get("/health/")

    assert answer.status_code == 503
    assert answer.json()["checks"]["disk"] == {"status": "failed", "error": "OSError"} | {
        "ms": answer.json()["checks"]["disk"]["ms"]
    }


def full_disk() -> None:
    raise OSError("no space left")


class TestReady:
    def test_when_all_is_well(self, client: Client, broker: Broker) -> None:
        answer = client.get("/health/ready/")

        assert (answer.status_code, answer.json()["status"]) == (200, "ok")

    def test_without_broker_it_is_degraded_and_keeps_its_place(
        self, client: Client, broker: Broker, settings: Any
    ) -> None:
        settings.RABBITMQ_URL = "amqp://admin:admin@127.0.0.1:9/"

        answer = client.get("/health/ready/")

        assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
        assert answer.json()["checks"]["rabbitmq"]["status"] == "failed"
        assert client.get("/health/").status_code == 503

    def test_a_broker_with_an_alarm_is_degraded(self, client: Client, broker: Broker, settings: Any) -> None:
        """It takes connections and blocks whoever publishes: an ordinary connection would not notice."""
        with BlockingBroker(broker.address) as line:
            settings.RABBITMQ_URL = broker.url.replace(f":{broker.address[1]}/", f":{line.port}/")
            ready, detail = client.get("/health/ready/"), client.get("/health/")

        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        assert ready.json()["checks"]["rabbitmq"]["error"] == "broker_alarm"
        assert (detail.status_code, detail.json()["status"]) == (200, "degraded")

    def test_a_broker_that_is_not_set_up_yet_is_degraded(
        self, client: Client, broker: Broker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(health, "publishing_exchange", lambda service: f"{service}-of-nobody")

        for address in ("/health/", "/health/ready/"):
            answer = client.get(address)
            assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
            assert answer.json()["checks"]["rabbitmq"]["error"] == "broker_not_set_up"

    def test_without_database_or_what_the_service_itself_needs_it_is_not(
        self, client: Client, broker: Broker, settings: Any
    ) -> None:
        settings.HEALTH_CHECKS = {"disk": "test_health.full_disk"}

        answer = client.get("/health/ready/")

        assert (answer.status_code, answer.json()["status"]) == (503, "failed")

    def test_a_broker_that_swallows_everything_costs_seconds_only(self, client: Client, settings: Any) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            settings.RABBITMQ_URL = f"amqp://admin:admin@127.0.0.1:{silent.getsockname()[1]}/"
            began = time.monotonic()
            answer = client.get("/health/ready/")

        assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
        assert time.monotonic() - began < 4, "a probe gives up after six seconds"


class BlockingBroker:
    """A line to a broker that answers the first message published as one with a memory alarm does."""

    PUBLISH = b"\x00\x3c\x00\x28"  # class basic, method publish
    BLOCKED = b"\x01\x00\x00\x00\x00\x00\x0b\x00\x0a\x00\x3c\x06memory\xce"  # connection.blocked, with its reason

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]

    def __enter__(self) -> BlockingBroker:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = socket.create_connection(self._target)
                threading.Thread(target=self._outwards, args=(near, far), daemon=True).start()
                threading.Thread(target=self._inwards, args=(far, near), daemon=True).start()

    def _outwards(self, near: socket.socket, far: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := near.recv(65536):
                if self.PUBLISH in data:
                    near.sendall(self.BLOCKED)
                    break
                far.sendall(data)
            while near.recv(65536):
                continue
        near.close()
        far.close()

    def _inwards(self, far: socket.socket, near: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := far.recv(65536):
                near.sendall(data)


def test_live_asks_nobody(client: Client, django_assert_num_queries: Any, settings: Any) -> None:
    settings.RABBITMQ_URL = "amqp://admin:admin@127.0.0.1:9/"
    with django_assert_num_queries(0):
        assert client.get("/health/live/").status_code == 200


class TestMetrics:
    def test_count_requests_by_route(self, client: Client) -> None:
        client.get("/raise/conflict/")
        client.get("/raise/denied/")

        text = client.get("/metrics").content.decode()

        assert 'route="raise/<str:what>/",status="409"' in text
        assert "/raise/denied/" not in text, "a path of its own for every id would flood the collector"

    def test_show_what_waits_to_be_published_and_what_is_dead(self, client: Client) -> None:
        enqueue(InitializeWorkflow(workflow_id=1, deploy=False))
        record_dead_letter(
            queue="workflow_seed", message_id="m", task="t", code="unknown_task", reason="Why.", headers={}
        )

        text = client.get("/metrics").content.decode()

        assert "outbox_unpublished 1.0" in text
        assert 'dead_letters_open{code="unknown_task",queue="workflow_seed"} 1.0' in text
        assert 'messages_dead_lettered_total{code="unknown_task",queue="workflow_seed"}' in text

    def test_show_how_old_the_last_tick_and_the_last_backup_are(self, client: Client, settings: Any) -> None:
        settings.BEAT_SCHEDULE = {"sweep": {}, "other": {}}
        now = database_now()
        Tick.objects.create(name="sweep", taken_at=now - timedelta(seconds=30))
        Tick.objects.create(name="of-an-older-version", taken_at=now)

        text = client.get("/metrics").content.decode()
        assert 30 <= float(re.findall(r'schedule_tick_age_seconds\{entry="sweep"\} ([\d.]+)', text)[0]) < 60
        assert "of-an-older-version" not in text
        assert "\nbackup_age_seconds" not in text

        call_command("note_backup")
        call_command("note_backup")
        text = client.get("/metrics").content.decode()
        assert 0 <= float(re.findall(r"\nbackup_age_seconds ([\d.e-]+)", text)[0]) < 60

    def test_go_on_without_database(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        def away() -> float:
            raise OperationalError("away")

        monkeypatch.setattr(metrics, "_gauges", [("broken", "Broken.", (), away), ("fine", "Fine.", (), lambda: 1.0)])
        answer = client.get("/metrics")

        assert answer.status_code == 200
        assert "fine 1.0" in answer.content.decode()
        assert connection.is_usable()
