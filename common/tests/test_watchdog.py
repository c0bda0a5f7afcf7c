"""What shows no sign of life is ended, with its children; what merely waits, or is somebody else, is not."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from support import Broker, Process, database_url, wait_until

from ticketing_common import watchdog
from ticketing_common.watchdog import check_pulse, check_web, end_lifeless, life_file

# It shows life like a service, and leads a group with a child in it.
LIVING = """
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
while True:
    open(sys.argv[1], "w").write(str(os.getpid()))
    time.sleep(0.1)
"""


@pytest.fixture
def life(tmp_path: Path) -> Path:
    return life_file(tmp_path / "pulse")


@pytest.fixture
def living(life: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", LIVING, str(life)], start_new_session=True)
    wait_until(lambda: life.exists() and life.read_text() == str(process.pid), what="life")
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def group(leader: int) -> list[int]:
    """Return the living processes of a group."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, _, pgrp = (entry / "stat").read_text().rsplit(")", 1)[1].split()[:3]
        except OSError:
            continue
        if int(pgrp) == leader and state != "Z":
            found.append(int(entry.name))
    return found


def test_a_process_that_hangs_is_ended_with_its_children(life: Path, living: subprocess.Popen[bytes]) -> None:
    wait_until(lambda: len(group(living.pid)) == 2, what="a child")
    living.send_signal(signal.SIGSTOP)
    time.sleep(0.6)

    assert end_lifeless(life, 0.5).startswith(f"ended process {living.pid}")

    assert living.wait(5) == -signal.SIGKILL
    wait_until(lambda: group(living.pid) == [], seconds=5, what="the end of its child")
    assert end_lifeless(life, 0.5) == "", "it is ended once"


def test_a_process_that_lives_stays(life: Path, living: subprocess.Popen[bytes]) -> None:
    for _ in range(5):
        assert end_lifeless(life, 0.5) == ""
        time.sleep(0.2)
    assert living.poll() is None


def test_with_a_limit_of_nothing_it_never_ends_any(life: Path, living: subprocess.Popen[bytes]) -> None:
    living.send_signal(signal.SIGSTOP)
    time.sleep(0.3)

    assert end_lifeless(life, 0) == ""
    assert living.poll() is None


def test_another_process_with_an_old_id_stays(life: Path, living: subprocess.Popen[bytes]) -> None:
    """The life was left by a process of long ago, whose id this one has got."""
    living.send_signal(signal.SIGSTOP)
    an_hour_ago = time.time() - 3600
    os.utime(life, (an_hour_ago, an_hour_ago))

    assert end_lifeless(life, 0.5) == ""
    assert living.poll() is None


@pytest.mark.parametrize("text", ["", "none", "999999999"])
def test_a_life_that_names_no_process_ends_none(life: Path, text: str) -> None:
    life.write_text(text)
    os.utime(life, (0, 0))

    assert end_lifeless(life, 0.5) == ""


def test_the_health_check_of_a_container_ends_what_hangs(
    life: Path, tmp_path: Path, living: subprocess.Popen[bytes]
) -> None:
    (tmp_path / "pulse").touch()
    living.send_signal(signal.SIGSTOP)
    time.sleep(0.6)

    assert check_pulse(tmp_path / "pulse", 0.5).startswith("ended process")
    assert living.wait(5) == -signal.SIGKILL


class TestWeb:
    def test_one_that_answers_that_it_is_not_ready_lives(self, life: Path, living: subprocess.Popen[bytes]) -> None:
        class Unready(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(503 if "ready" in self.path else 200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        server = HTTPServer(("127.0.0.1", 0), Unready)
        Thread(target=server.serve_forever, daemon=True).start()
        living.send_signal(signal.SIGSTOP)  # its life comes from its answers alone
        time.sleep(0.6)

        assert "503" in check_web(f"http://127.0.0.1:{server.server_port}", life, 0.5)

        assert time.time() - life.stat().st_mtime < 0.5
        assert living.poll() is None
        server.shutdown()

    def test_one_that_takes_connections_and_answers_nothing_is_ended(
        self, life: Path, living: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        living.send_signal(signal.SIGSTOP)
        time.sleep(0.6)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            done = check_web(f"http://127.0.0.1:{silent.getsockname()[1]}", life, 0.5)

        assert done.startswith("ended process")
        assert living.wait(5) == -signal.SIGKILL


def test_a_watch_ends_a_relay_that_hangs_and_says_so(
    tmp_path: Path, broker: Broker, start: Callable[..., Process], monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    pulse = tmp_path / "relay"
    monkeypatch.setenv("PULSE_FILE", str(pulse))
    relay = start("relay")
    wait_until(pulse.exists, seconds=60, what="a pulse")
    log = (tmp_path / "watch.log").open("wb")
    watch = subprocess.Popen(
        [sys.executable, "-m", "ticketing_common.watchdog", "watch", f"workflow-relay={life_file(pulse)}"],
        env={**os.environ, "WATCHDOG_SECONDS": "4"},
        stdout=log,
    )
    try:
        time.sleep(6)
        assert relay.is_alive, "a relay with nothing to do shows life"
        os.kill(relay.pid, signal.SIGSTOP)
        wait_until(lambda: not relay.is_alive, seconds=15, what="the end of the relay")
    finally:
        watch.terminate()
        assert watch.wait(10) == 0
        log.close()
    said = json.loads((tmp_path / "watch.log").read_text())
    assert (said["event"], said["process"]) == ("watchdog", "workflow-relay")


def test_a_web_process_that_takes_long_to_boot_is_left_alone_until_it_answers(
    tmp_path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    """Its life begins with the first worker that can answer."""
    (tmp_path / "slow_application.py").write_text(
        "import time\ntime.sleep(3)\nfrom django.core.wsgi import get_wsgi_application\n"
        "application = get_wsgi_application()\n"
    )
    pulse = tmp_path / "pulse"
    life_file(pulse).write_text("1")  # of an earlier run
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    master = Process(
        [
            *(sys.executable, "-m", "gunicorn", "slow_application", "--chdir", str(tmp_path)),
            *("-c", "python:ticketing_common.gunicorn_conf", "--bind", f"127.0.0.1:{port}"),
        ],
        log=tmp_path / "web.log",
        env={"PULSE_FILE": str(pulse), "RABBITMQ_URL": broker.url, "DATABASE_URL": database_url()},
    )
    try:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while check_web(address, life_file(pulse), 0.5) and time.monotonic() < deadline:
            assert master.is_alive, master.log.read_text()
        assert int(life_file(pulse).read_text()) == master.pid

        for pid in group(master.pid):
            os.kill(pid, signal.SIGSTOP)
        time.sleep(0.6)
        assert check_web(address, life_file(pulse), 0.5).startswith(f"ended process {master.pid}")
        wait_until(lambda: group(master.pid) == [], seconds=10, what="the end of its workers")
    finally:
        master.kill()


def test_its_patience_comes_from_the_environment() -> None:
    assert watchdog.patience({}) == watchdog.patience({"WATCHDOG_SECONDS": ""}) == watchdog.WATCHDOG_SECONDS
    assert watchdog.patience({"WATCHDOG_SECONDS": "0"}) == 0
