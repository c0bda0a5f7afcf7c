"""The private servers: started from nothing, restarted when they die, kept apart from each other's data."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pika
import psycopg2
import pytest
import redis

from native import ports
from native.plan import read_env_file

ROOT = Path(__file__).resolve().parents[2]
PORT_NAMES = ("POSTGRES_PORT", "RABBITMQ_PORT", "RABBITMQ_MANAGEMENT_PORT", "REDIS_PORT")


class Copy:
    """One run directory of its own, with its own ports."""

    def __init__(self, run: Path, environment: dict[str, str]) -> None:
        self.run, self.environment = run, environment

    def script(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(ROOT / "scripts" / name), *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=180, check=False)

    def try_up(self) -> subprocess.CompletedProcess[str]:
        return self.script("up", "--servers-only", "--fast-disk")

    def up(self) -> None:
        started = self.try_up()
        assert started.returncode == 0, started.stdout + started.stderr

    def status(self) -> dict[str, dict[str, Any]]:
        return {row["name"]: row for row in json.loads(self.script("status", "--json").stdout)}

    def values(self) -> dict[str, str]:
        return read_env_file(self.run / "env")

    def database(self) -> str:
        return self.values()["AUTH_DATABASE_URL"].replace("/authservice", "/postgres")


@pytest.fixture
def copy(tmp_path: Path, own_servers: Callable[[Path, int], dict[str, str]]) -> Iterator[Copy]:
    run = tmp_path / "a folder" / "run"
    made = Copy(run, own_servers(run, 30000))
    yield made
    made.script("down", "--wipe")


def wait_for_restart(copy: Copy, name: str, old_pid: int) -> None:
    deadline = time.monotonic() + 30
    while (row := copy.status()[name])["pid"] in (old_pid, None) or row["state"] != "RUNNING":
        assert time.monotonic() < deadline, row
        time.sleep(0.3)


def test_they_start_answer_survive_sigkill_and_keep_their_data_over_a_restart(copy: Copy) -> None:
    copy.up()
    values = copy.values()

    with psycopg2.connect(copy.database()) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 42 AS number")
    broker = pika.BlockingConnection(pika.URLParameters(values["RABBITMQ_URL"]))
    broker.channel().queue_declare("kept", durable=True, arguments={"x-queue-type": "quorum"})
    broker.close()
    assert redis.Redis.from_url(values["REDIS_URL"]).ping()

    before = copy.status()
    assert {"postgresql", "rabbitmq", "redis", "epmd"} == before.keys()
    os.kill(before["rabbitmq"]["pid"], signal.SIGKILL)
    wait_for_restart(copy, "rabbitmq", before["rabbitmq"]["pid"])
    assert copy.status()["rabbitmq"]["restarts"] == 1

    assert copy.script("down").returncode == 0
    assert copy.status() == {}
    assert all(ports.is_free(int(copy.environment[name])) for name in PORT_NAMES)

    copy.up()
    with psycopg2.connect(copy.database()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT number FROM kept")
        assert cursor.fetchone() == (42,)
    broker = pika.BlockingConnection(pika.URLParameters(values["RABBITMQ_URL"]))
    broker.channel().queue_declare("kept", passive=True)
    broker.close()


def test_a_second_start_finds_everything_running(copy: Copy) -> None:
    copy.up()
    before = copy.status()

    copy.up()

    assert copy.status() == before


def test_a_start_that_fails_says_why_and_leaves_nothing_running(copy: Copy) -> None:
    copy.up()
    assert copy.script("down").returncode == 0
    data = (copy.run / "postgres").resolve() / "data"
    (data / "global" / "pg_control").unlink()

    failed = copy.try_up()

    assert failed.returncode == 1
    assert "postgresql does not start" in failed.stderr
    assert "pg_control" in failed.stderr
    assert copy.status() == {}
