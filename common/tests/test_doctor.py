"""The doctor names each fault that is planted, and nothing where none is."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from support import Broker, Line, Process, wait_until
from test_health import BlockingBroker

from ticketing_common import doctor, health
from ticketing_common.contracts.messages import InitializeWorkflow
from ticketing_common.contracts.registry import queues_consumed_by
from ticketing_common.doctor import Finding, examine
from ticketing_common.inbox.dead_letters import record_dead_letter
from ticketing_common.outbox import enqueue
from ticketing_common.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db(transaction=True)

OWN = [queue.name for queue in queues_consumed_by("workflow_api")]
GIB = 2**30


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask the broker anew in each test, and leave out what this machine's disk and test passwords say."""
    monkeypatch.setattr(health, "_broker_result", (float("-inf"), None))
    monkeypatch.setattr(health, "BROKER_CHECK_SECONDS", 0.0)
    free(50, monkeypatch)
    monkeypatch.setattr(doctor, "WELL_KNOWN_SECRETS", frozenset({""}))


def free(gib: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: SimpleNamespace(total=100 * GIB, free=gib * GIB))


def found(code: str) -> list[Finding]:
    return [finding for finding in examine() if finding.code == code]


def commit() -> None:
    with transaction.atomic():
        enqueue(InitializeWorkflow(workflow_id=1, deploy=False))


def grow_old(**delta: float) -> None:
    OutboxMessage.objects.update(created_at=timezone.now() - timedelta(**delta))


def through(broker: Broker, port: int) -> str:
    return broker.url.replace(f"{broker.address[0]}:{broker.address[1]}/", f"127.0.0.1:{port}/")


def test_a_healthy_service_has_no_finding(broker: Broker, start: Callable[..., Process]) -> None:
    start("worker", queue_names=OWN)
    wait_until(lambda: all(broker.consumers(name) for name in OWN), seconds=90, what="a worker")

    assert examine() == []


class TestMessages:
    def test_queues_that_nobody_consumes(self, broker: Broker) -> None:
        assert len(found("queue_not_consumed")) == len(OWN)

    def test_a_queue_that_is_missing(self, settings: Any) -> None:
        bare = Broker()
        bare.create(with_topology=False)
        settings.RABBITMQ_URL = bare.url
        try:
            assert len(found("queue_missing")) == len(OWN)
        finally:
            bare.delete()

    def test_a_queue_that_grows(self, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doctor, "MANY_MESSAGES", 10)
        with broker.channel() as channel:
            for _ in range(15):
                channel.basic_publish("", "workflow_seed", b"x")
            # A consumer that answers for nothing.
            channel.basic_qos(prefetch_count=1)
            channel.basic_consume("workflow_seed", lambda *_: None)
            wait_until(lambda: broker.consumers("workflow_seed") == 1, what="a consumer")

            (finding,) = found("queue_long")

        assert "workflow_seed" in finding.detail

    def test_an_outbox_that_nobody_drains(self, broker: Broker) -> None:
        commit()
        assert found("outbox_stuck") == [], "it was written just now"
        grow_old(minutes=3)

        assert "relay" in found("outbox_stuck")[0].fix

    def test_messages_that_the_broker_refuses(self, broker: Broker) -> None:
        commit()
        OutboxMessage.objects.update(attempts=4, last_error="UnroutableError")

        (finding,) = found("outbox_refused")
        assert "for workflow_seed are refused: UnroutableError" in finding.detail
        assert "broker_setup" in finding.fix

    def test_dead_letters_by_queue_and_reason(self, broker: Broker) -> None:
        for number in range(3):
            record_dead_letter(
                queue="workflow_seed", message_id=str(number), task="t", code="unknown_task", reason="Why.", headers={}
            )

        (finding,) = found("dead_letters")
        assert finding.detail == "3 messages of workflow_seed were rejected: unknown_task."
        assert finding.severity == "warning"


class TestServers:
    def test_a_broker_that_is_away_is_named_and_the_rest_is_looked_at(
        self, broker: Broker, line_to: Callable[..., Line], settings: Any
    ) -> None:
        commit()
        grow_old(minutes=3)
        line = line_to(broker.address)
        settings.RABBITMQ_URL = through(broker, line.port)
        line.cut()
        assert {"rabbitmq_away", "outbox_stuck", "check_failed"} <= {finding.code for finding in examine()}

        line.mend()
        assert found("rabbitmq_away") == []

    def test_a_broker_with_an_alarm(self, broker: Broker, settings: Any) -> None:
        with BlockingBroker(broker.address) as line:
            settings.RABBITMQ_URL = through(broker, line.port)
            assert len(found("broker_alarm")) == 1

    def test_a_redis_that_is_away(self, broker: Broker, settings: Any) -> None:
        settings.REDIS_URL = "redis://127.0.0.1:9/0"

        assert len(found("redis_away")) == 1


class TestVersions:
    @pytest.fixture
    def recorded(self) -> Iterator[None]:
        """Change what the database says of its migrations, and put it back."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name, applied FROM django_migrations WHERE app = 'outbox'")
            rows = cursor.fetchall()
        yield
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'outbox'")
            cursor.executemany("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", rows)

    def test_a_migration_that_is_missing(self, broker: Broker, recorded: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'outbox'")

        (finding,) = found("migrations_missing")
        assert "outbox.0001_initial" in finding.detail

    def test_a_database_that_a_newer_version_has_migrated(self, broker: Broker, recorded: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('outbox', '9999_new', now())")

        (finding,) = found("versions_mixed")
        assert "outbox.9999_new" in finding.detail


class TestMachine:
    @pytest.mark.parametrize("hours", [1, -1])
    def test_a_clock_that_is_wrong(self, broker: Broker, hours: int) -> None:
        with time_machine.travel(timezone.now() + timedelta(hours=hours)):
            (finding,) = found("clock_skew")

        assert f"{'+' if hours > 0 else '-'}3" in finding.detail

    @pytest.mark.parametrize(("gib", "severity"), [(0.5, "problem"), (5, "warning")])
    def test_a_disk_that_fills(
        self, broker: Broker, monkeypatch: pytest.MonkeyPatch, gib: float, severity: str
    ) -> None:
        free(gib, monkeypatch)

        (finding,) = found("disk_low")
        assert finding.severity == severity

    def test_secrets_that_everybody_knows(self, broker: Broker, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
        monkeypatch.setattr(doctor, "WELL_KNOWN_SECRETS", frozenset({"", "servicepass"}))
        settings.REDIS_URL = "redis://:servicepass@127.0.0.1:9/0"
        settings.SECRET_KEY = "development-only-workflow_api"

        (finding,) = found("default_secrets")
        assert "REDIS_URL, DJANGO_SECRET_KEY" in finding.detail

    @pytest.mark.parametrize(
        ("days", "severities"), [(-2, ["problem"]), (1, ["problem"]), (10, ["warning"]), (200, [])]
    )
    def test_a_certificate_that_ends(
        self, broker: Broker, settings: Any, tmp_path: Path, days: int, severities: list[str]
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            serve_tls(server, certificate(tmp_path, days))
            settings.FRONTEND_URL = f"https://127.0.0.1:{server.getsockname()[1]}"
            seen = [finding.severity for finding in found("certificate_expiring")]

        assert seen == severities


class TestCommand:
    def test_a_check_of_the_service_itself_counts_and_one_that_breaks_is_named(
        self, broker: Broker, settings: Any
    ) -> None:
        settings.DOCTOR_CHECKS = ["test_doctor.planted", "test_doctor.broken"]

        by_code = {finding.code: finding for finding in examine()}

        assert by_code["planted"].fix == "Dig it out."
        assert "broken could not look: OSError: no such device" in by_code["check_failed"].detail

    def test_it_prints_json_and_ends_with_1_over_a_problem_alone(
        self, settings: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(doctor, "SHARED", [])
        call_command("doctor", "--json")
        assert json.loads(capsys.readouterr().out) == {"service": "workflow_api", "findings": []}

        settings.DOCTOR_CHECKS = ["test_doctor.planted"]
        with pytest.raises(SystemExit) as ended:
            call_command("doctor", "--json")
        assert ended.value.code == 1
        (finding,) = json.loads(capsys.readouterr().out)["findings"]
        assert finding == {"code": "planted", "detail": "A fault.", "fix": "Dig it out.", "severity": "problem"}


def planted() -> list[Finding]:
    return [Finding("planted", "A fault.", "Dig it out.")]


def broken() -> list[Finding]:
    raise OSError("no such device")


def certificate(folder: Path, days: int) -> Path:
    """Return a file with a key and a certificate that ends in so many days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "desk.example.com")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=90))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .sign(key, hashes.SHA256())
    )
    encodings = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / "both.pem"
    file.write_bytes(key.private_bytes(*encodings) + signed.public_bytes(serialization.Encoding.PEM))
    return file


def serve_tls(server: socket.socket, pem: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)

    def accept() -> None:
        near, _ = server.accept()
        with context.wrap_socket(near, server_side=True) as line:
            line.recv(1)

    threading.Thread(target=accept, daemon=True).start()
