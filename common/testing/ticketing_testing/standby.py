"""A streaming replica of the tests' PostgreSQL server, whose replay tests can pause."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg2


class Standby:
    """A hot standby at a port of its own; its data are those of the whole server, its logins too."""

    def __init__(self, url: str, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port = port
        self._url = url
        self._process = process

    def run(self, statement: str, *, at_primary: bool = False) -> object:
        """Run one statement at the replica, or at the server that it copies, and return its first value."""
        parts = urlsplit(self._url)
        connection = psycopg2.connect(
            host="127.0.0.1",
            port=parts.port if at_primary else self.port,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            dbname="postgres",
        )
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                found = cursor.fetchone()
        finally:
            connection.close()
        return found[0] if found else None

    def pause(self) -> None:
        self.run("SELECT pg_wal_replay_pause()")
        self._wait(lambda: self.run("SELECT pg_get_wal_replay_pause_state()") == "paused")

    def resume(self) -> None:
        self.run("SELECT pg_wal_replay_resume()")

    def catch_up(self) -> None:
        """Wait until everything that was committed before is here."""
        place = self.run("SELECT pg_current_wal_insert_lsn()", at_primary=True)
        self._wait(lambda: self.run(f"SELECT pg_last_wal_replay_lsn() >= '{place}'"))

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=30)

    def _wait(self, look: Callable[[], object]) -> None:
        deadline = time.monotonic() + 30
        while not look():
            assert time.monotonic() < deadline, "the replica did not follow"
            time.sleep(0.05)


@contextmanager
def standby(url: str) -> Iterator[Standby]:
    """Copy the server of the URL, whose login must be a superuser's, and follow it as long as the block lasts."""
    parts = urlsplit(url)
    programs, settings = _programs(url)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    user = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    environment = {**os.environ, "PGPASSWORD": unquote(parts.password or ""), "LC_ALL": "C.UTF-8"}
    with tempfile.TemporaryDirectory(prefix="standby-") as place:
        folder = Path(place)
        if user:
            shutil.chown(folder, user)
        data, log = folder / "data", folder / "log"
        copy = [str(programs / "pg_basebackup"), "-D", str(data), "-R", "-X", "stream", "--checkpoint=fast"]
        copy += ["-h", str(parts.hostname), "-p", str(parts.port), "-U", unquote(parts.username or ""), "--no-sync"]
        done = subprocess.run(copy, cwd=folder, env=environment, user=user, capture_output=True, text=True, check=False)  # noqa: S603
        assert done.returncode == 0, done.stderr
        command = [str(programs / "postgres"), "-D", str(data), "-p", str(port), "-c", "unix_socket_directories="]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "max_standby_streaming_delay=100ms"]
        command += [word for setting in settings for word in ("-c", setting)]
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603
                command, cwd=folder, env=environment, user=user, stdout=output, stderr=output
            )
        found = Standby(url, port, process)
        try:
            _await(found, process, log)
            yield found
        finally:
            if process.poll() is None:
                found.stop()


# Of these a replica must have as many as the server that it copies.
AT_LEAST = ("max_connections", "max_worker_processes", "max_wal_senders", "max_locks_per_transaction")


def _programs(url: str) -> tuple[Path, list[str]]:
    """Return the folder of the server's own version's programs, and the settings that a replica must share."""
    names = ("server_version_num", *AT_LEAST)
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(names)])
        found = dict(cursor.fetchall())
    connection.close()
    major = int(found["server_version_num"]) // 10_000
    settings = [f"{name}={found[name]}" for name in AT_LEAST]
    for folder in (Path(f"/usr/lib/postgresql/{major}/bin"), Path(f"/usr/pgsql-{major}/bin")):
        if (folder / "pg_basebackup").exists():
            return folder, settings
    on_path = shutil.which("pg_basebackup")
    assert on_path, f"pg_basebackup of PostgreSQL {major} is missing"
    return Path(on_path).parent, settings


def _await(found: Standby, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            found.run("SELECT 1")
        except psycopg2.OperationalError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        else:
            return
