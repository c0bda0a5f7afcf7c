"""A process without a port shows that its loop turns, and stops showing it while the broker is away."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import override_settings
from support import Broker, Line, Process, database_url, wait_until

from ticketing_common.database import database_now
from ticketing_common.outbox.models import Tick
from ticketing_common.pulse import INTERVAL_SECONDS, take_tick, touch_pulse
from ticketing_common.watchdog import life_file

pytestmark = pytest.mark.django_db(transaction=True)

QUEUE = "workflow_seed_queue"


@pytest.fixture
def pulse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "pulse"
    monkeypatch.setenv("PULSE_FILE", str(file))
    return file


def beats(pulse: Path) -> None:
    """Wait for a touch that comes after this moment."""
    began = time.time()
    wait_until(lambda: pulse.exists() and pulse.stat().st_mtime > began, seconds=60, what="a pulse")


@pytest.mark.parametrize("kind", ["relay", "worker"])
def test_goes_with_the_broker_and_comes_back_with_it(
    kind: str,
    pulse: Path,
    broker: Broker,
    line_to: Callable[[tuple[str, int]], Line],
    start: Callable[..., Process],
) -> None:
    line = line_to(broker.address)
    through = broker.url.replace(f":{broker.address[1]}/", f":{line.port}/").replace(broker.address[0], "127.0.0.1")
    queue_names = {"queue_names": [QUEUE]} if kind == "worker" else {}
    process = start(kind, rabbitmq_url=through, **queue_names)
    beats(pulse)

    line.cut()
    life = life_file(pulse)
    try:
        # It notices the cut at its own time, and is still from then on.
        wait_until(lambda: time.time() - pulse.stat().st_mtime > INTERVAL_SECONDS + 3, seconds=60, what="stillness")
        # Waiting for the broker is no hanging: the watchdog must leave it alone.
        wait_until(lambda: time.time() - life.stat().st_mtime < INTERVAL_SECONDS, what="a sign of life")
        assert int(life.read_text()) == process.pid
    finally:
        line.mend()
    beats(pulse)
    assert process.is_alive


def test_a_beat_has_one_too(pulse: Path, broker: Broker, tmp_path: Path) -> None:
    beat = Process(
        [sys.executable, "-m", "celery", "-A", "project", "beat", f"--schedule={tmp_path / 'beat'}", "--pidfile="],
        log=tmp_path / "beat.log",
        env={"RABBITMQ_URL": broker.url, "DATABASE_URL": database_url()},
    )
    try:
        beats(pulse)
        beats(pulse)
    finally:
        beat.kill()


class TestSeveralBeats:
    def test_each_tick_is_taken_once_in_its_interval(self) -> None:
        assert take_tick("sweep", 15)
        assert not take_tick("sweep", 15)
        assert take_tick("another", 15)

        Tick.objects.filter(name="sweep").update(taken_at=database_now() - timedelta(seconds=14))
        assert take_tick("sweep", 15)

    def test_a_beat_without_database_sends_nothing_and_goes_on(self) -> None:
        with connection.cursor() as cursor, pytest.raises(OperationalError):
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

        assert not take_tick("sweep", 15)
        assert take_tick("sweep", 15)

    def test_two_send_what_one_would(self, broker: Broker, tmp_path: Path) -> None:
        beats = [
            Process(
                [
                    *(sys.executable, "-m", "celery", "-A", "project", "beat"),
                    f"--schedule={tmp_path / str(n)}",
                    "--pidfile=",
                ],
                log=tmp_path / f"beat-{n}.log",
                env={"RABBITMQ_URL": broker.url, "DATABASE_URL": database_url(), "EVERY_SECOND": "1"},
            )
            for n in range(2)
        ]
        try:
            wait_until(lambda: broker.count(QUEUE) >= 2, seconds=60, what="the first ticks")
            began, before = time.monotonic(), broker.count(QUEUE)
            time.sleep(6)
            sent, seconds = broker.count(QUEUE) - before, time.monotonic() - began
        finally:
            for beat in beats:
                beat.kill()
        assert 3 <= sent <= seconds / 0.9 + 1, (sent, seconds)


def test_nothing_is_written_where_no_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with override_settings(PULSE_FILE=""):
        touch_pulse()

    assert list(tmp_path.iterdir()) == []


def test_the_containers_check_tells_a_fresh_pulse_from_an_old_and_a_missing_one(pulse: Path) -> None:
    def check() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ticketing_common.watchdog", "pulse"], capture_output=True, text=True, check=False
        )

    missing = check()
    with override_settings(PULSE_FILE=str(pulse)):
        touch_pulse()
    fresh = check()
    old_time = time.time() - 90
    os.utime(pulse, (old_time, old_time))
    old = check()

    assert (missing.returncode, fresh.returncode, old.returncode) == (1, 0, 1)
    assert "no sign of life for 90 s" in old.stderr
