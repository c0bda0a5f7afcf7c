"""What a benchmark needs: servers, a database and a virtual host of its own, workers, counters."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import pika
import psutil
import psycopg2
import requests
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from ticketing_common.outbox.publisher import celery_body, celery_headers
from ticketing_common.outbox.topology import set_up

ROOT = Path(__file__).resolve().parents[2]
QUORUM = {"x-queue-type": "quorum"}


class BenchError(Exception):
    """The benchmark can't run; the text says what to do."""


@contextlib.contextmanager
def ending_clearly() -> Iterator[None]:
    """End the program with status 1 and the text of a `BenchError`."""
    try:
        yield
    except BenchError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


@dataclass(frozen=True)
class Servers:
    """Where PostgreSQL, RabbitMQ and Redis answer."""

    database: str
    broker: str
    management: str
    redis: str = ""

    def database_of(self, name: str) -> str:
        return urlunsplit(urlsplit(self.database)._replace(path=f"/{name}"))

    def redis_of(self, number: int) -> str:
        """Return the URL of one of Redis's databases: what is cached for one world must not answer for another."""
        if not self.redis:
            raise BenchError("REDIS_URL is not set and nothing runs here: scripts/up --servers-only")
        return urlunsplit(urlsplit(self.redis)._replace(path=f"/{number}"))


def find_servers() -> Servers:
    """Take the servers that the environment names, or those that `scripts/up` has started."""
    run = Path(os.environ.get("RUN_DIR") or ROOT / ".run")
    values = dict(os.environ)
    with contextlib.suppress(FileNotFoundError):
        lines = (line.partition("=") for line in (run / "env").read_text().splitlines())
        values = {name: value for name, _, value in lines} | values
    try:
        return Servers(
            database=values.get("DATABASE_URL") or values["WORKFLOW_DATABASE_URL"],
            broker=values["RABBITMQ_URL"],
            management=values["RABBITMQ_MANAGEMENT_URL"],
            redis=values.get("REDIS_URL", ""),
        )
    except KeyError as error:
        raise BenchError(f"{error.args[0]} is not set and nothing runs here: scripts/up --servers-only") from error


class Rig:
    """A database and a virtual host that this run alone uses, gone at its end."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self.name = f"bench_{uuid.uuid4().hex[:10]}"
        parts = urlsplit(servers.database)
        self.database_url = urlunsplit(parts._replace(path=f"/{self.name}"))
        broker = urlsplit(servers.broker)
        self.broker_url = urlunsplit(broker._replace(path=f"/{self.name}"))
        management = urlsplit(servers.management)
        self._api = f"http://{management.hostname}:{management.port}/api"
        self._auth = (unquote(management.username or ""), unquote(management.password or ""))
        self._workers: list[Worker] = []

    def __enter__(self) -> Rig:
        self._administer(f'CREATE DATABASE "{self.name}"')
        self._call("PUT", f"vhosts/{self.name}", {})
        rights = {"configure": ".*", "write": ".*", "read": ".*"}
        self._call("PUT", f"permissions/{self.name}/{quote(self._auth[0], safe='')}", rights)
        set_up(amqp_url=self.broker_url, management_url=self.servers.management, wait_seconds=20)
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()
        with contextlib.suppress(requests.RequestException):
            self._call("DELETE", f"vhosts/{self.name}", None)
        self._administer(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _call(self, method: str, path: str, document: Any) -> None:
        answer = requests.request(method, f"{self._api}/{path}", json=document, auth=self._auth, timeout=30)
        answer.raise_for_status()

    def _administer(self, statement: str) -> None:
        connection = psycopg2.connect(self.servers.database_of("postgres"))
        try:
            connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.database_url,
            "RABBITMQ_URL": self.broker_url,
            "RABBITMQ_MANAGEMENT_URL": self.servers.management,
            "REDIS_URL": "",
            "DJANGO_ENV": "development",
            "LOG_LEVEL": "INFO",
            "LOG_FORMAT": "json",
        }

    def manage(
        self,
        folder: Path,
        *arguments: str,
        settings: str = "config.settings",
        environment: dict[str, str] | None = None,
    ) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "django", *arguments],
            cwd=folder,
            env={
                **self.environment,
                "DJANGO_SETTINGS_MODULE": settings,
                "PYTHONPATH": str(folder),
                **(environment or {}),
            },
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise BenchError(f"{' '.join(arguments)} failed:\n{done.stderr[-2000:]}")

    def declare(self, *queues: str) -> None:
        with pika.BlockingConnection(pika.URLParameters(self.broker_url)) as connection:
            channel = connection.channel()
            for queue in queues:
                channel.queue_declare(queue, durable=True, arguments=QUORUM)

    def publisher(self) -> Publisher:
        return Publisher(self.broker_url)

    def database(self) -> Database:
        return Database(self.database_url)

    def worker(self, folder: Path, app: str, queues: list[str], log: Path, *, settings: str) -> Worker:
        worker = Worker(
            [
                *(sys.executable, "-m", "celery", "-A", app, "worker", "-Q", ",".join(queues)),
                *("-c", "2", "--prefetch-multiplier", "4"),
            ],
            folder,
            {**self.environment, "DJANGO_SETTINGS_MODULE": settings, "PYTHONPATH": str(folder)},
            log,
        )
        self._workers.append(worker)
        return worker

    def run(
        self, arguments: list[str], folder: Path, log: Path, environment: dict[str, str], *, python: str = ""
    ) -> Worker:
        """Start Python, this one unless told, with these arguments; the environment goes over the rig's."""
        worker = Worker(
            [python or sys.executable, *arguments],
            folder,
            {**self.environment, "PYTHONPATH": str(folder), **environment},
            log,
        )
        self._workers.append(worker)
        return worker

    def command(self, folder: Path, *arguments: str, log: Path) -> Worker:
        worker = Worker(
            [sys.executable, "manage.py", *arguments], folder, {**self.environment, "PYTHONPATH": str(folder)}, log
        )
        self._workers.append(worker)
        return worker


class Worker:
    """A process of the system under test, with its children."""

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str], log: Path) -> None:
        self._log = log.open("ab")
        self._process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=self._log, stderr=subprocess.STDOUT, start_new_session=True
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self.pid, signal.SIGKILL)
                self._process.wait(10)
        self._log.close()


class Publisher:
    """Publishes task messages as a help desk would: persistent, Celery's protocol 2."""

    def __init__(self, url: str) -> None:
        self._connection = pika.BlockingConnection(pika.URLParameters(url))
        self._channel = self._connection.channel()

    def __enter__(self) -> Publisher:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def publish(self, queue: str, task: str, kwargs: dict[str, Any]) -> None:
        message_id = uuid.uuid4().hex
        headers = celery_headers(task=task, message_id=message_id, kwargs=kwargs, request_id=message_id)
        self._channel.basic_publish(
            "",
            queue,
            celery_body(kwargs),
            pika.BasicProperties(
                content_type="application/json",
                content_encoding="utf-8",
                delivery_mode=2,
                message_id=message_id,
                headers=headers,
            ),
        )

    def flush(self) -> None:
        self._connection.process_data_events(time_limit=0)


class Database:
    """Reads results without a commit of its own, so that commits can be counted."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg2.connect(url)

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def value(self, query: str, *values: Any) -> Any:
        with self.connection.cursor() as cursor:
            cursor.execute(query, values)
            row = cursor.fetchone()
            return row[0] if row else None

    def run(self, statement: str) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
        self.connection.commit()

    def wait_for(self, query: str, wanted: int, *, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self.value(query) < wanted:
            if time.monotonic() > deadline:
                raise BenchError(f"{query}: {self.value(query)} of {wanted} after {seconds:.0f} s")
            time.sleep(0.02)


@contextlib.contextmanager
def announcements(url: str, table: str, column: str) -> Iterator[Any]:
    """Let PostgreSQL announce each committed row of a table while the block runs."""
    connection = psycopg2.connect(url)
    connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION bench_tell() RETURNS trigger AS $$"
            f" BEGIN PERFORM pg_notify('bench', NEW.{column}); RETURN NULL; END $$ LANGUAGE plpgsql"
        )
        cursor.execute(f"CREATE TRIGGER bench_tell AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION bench_tell()")
        cursor.execute("LISTEN bench")
        try:
            yield connection
        finally:
            cursor.execute(f"DROP TRIGGER bench_tell ON {table}")
    connection.close()


class Cpu:
    """CPU time of process trees: workers by pid, servers by the port that they listen on."""

    def __init__(self, ports: dict[str, int]) -> None:
        self._servers = {name: pid for name, port in ports.items() if (pid := _listener(port))}
        self.missing = sorted(set(ports) - set(self._servers))

    def read(self, *pids: int) -> float:
        """Return the CPU milliseconds that the servers and these processes have used so far."""
        return sum(_tree_ms(pid) for pid in (*self._servers.values(), *pids))


def _listener(port: int) -> int | None:
    for connection in psutil.net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
            return int(connection.pid)
    return None


def _tree_ms(pid: int) -> float:
    process = psutil.Process(pid)
    # Children that ended are in their parent's account; those that live are counted themselves.
    own = process.cpu_times()
    total = own.user + own.system + own.children_user + own.children_system
    for child in process.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = child.cpu_times()
            total += times.user + times.system
    return float(total * 1000)


def machine() -> dict[str, Any]:
    """Return what a number means nothing without."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    return {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "commit": commit.stdout.strip() or "unknown",
        "cores": os.cpu_count(),
        "cpu": model,
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 1),
    }


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def as_json(document: Any) -> str:
    return json.dumps(document, indent=2)


def report(result: Any, rows: Iterable[Sequence[str]], json_file: Path | None) -> None:
    """Print everything as JSON, then the table of what, measured, target, met; the JSON into the file too."""
    document = as_json(result)
    print(document)
    print()
    print("| what | measured | target | met |\n|---|---|---|---|")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    if json_file:
        json_file.write_text(document + "\n")
