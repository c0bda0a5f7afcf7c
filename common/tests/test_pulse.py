"""A process without a port shows that its loop turns, and stops showing it while the broker is away."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import override_settings
from support import Broker, Line, Process, database_url, wait_until

from ticketing_common.pulse import INTERVAL_SECONDS, touch_pulse
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
