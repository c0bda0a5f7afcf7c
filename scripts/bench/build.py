"""One build of the system, of this tree or of another commit, started by its own scripts and used from outside only."""

from __future__ import annotations

import json
import os
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pika
import psycopg2
import requests

ROOT = Path(__file__).resolve().parents[2]
INTAKE = "TICKET_TASKS_PRODUCTION"
START_SECONDS = 1800
#: One client asks here for what many people ask for.
NO_LIMITS = {
    "API_REQUESTS_PER_MINUTE": "0",
    "PUBLIC_REQUESTS_PER_MINUTE": "0",
    "COMMENTS_PER_MINUTE": "1000000",
    "SOCKETS_PER_USER": "100000",
    "SOCKET_RATE": "100000",
    "SOCKET_BURST": "100000",
}
FOREIGN = ("DATABASE_URL", "RABBITMQ_URL", "RABBITMQ_MANAGEMENT_URL", "REDIS_URL", "PYTHONPATH", "VIRTUAL_ENV")


class BenchError(Exception):
    """The benchmark can't run; the text says what to do."""


class Build:
    """A checkout, and the stack that its own `scripts/up` starts in a run directory of its own."""

    def __init__(self, name: str, root: Path, run: Path) -> None:
        self.name, self.root, self.run = name, root, run
        self.env: dict[str, str] = {}
        self._tokens: dict[int, requests.Session] = {}
        self._channel: Any = None  # for publishing

    def up(self) -> None:
        print(f"starting {self.name} ({self.root})", flush=True)
        self._script("down", "--wipe", may_fail=True)
        self._script("up", "--no-frontend", "--auto-ports", "--fast-disk")
        lines = (line.partition("=") for line in (self.run / "env").read_text().splitlines())
        self.env = {name: value for name, _, value in lines}
        accounts = json.loads((self.run / "demo.json").read_text())
        self.accounts = {row["user_id"]: row for row in [accounts["admin"], *accounts["users"]]}
        self.admin_id: int = accounts["admin"]["user_id"]

    def down(self) -> None:
        if self._channel is not None:
            with suppress(pika.exceptions.AMQPError):
                self._channel.connection.close()
            self._channel = None
        self._script("down", "--wipe", may_fail=True)

    def _script(self, name: str, *arguments: str, may_fail: bool = False) -> None:
        environment = {key: value for key, value in os.environ.items() if key not in FOREIGN}
        self.run.parent.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [str(self.root / "scripts" / name), *arguments],
            env=environment | NO_LIMITS | {"RUN_DIR": str(self.run), "ENV_FILE": os.devnull},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
        if done.returncode and not may_fail:
            raise BenchError(f"{self.name}: scripts/{name} failed:\n{done.stdout[-2000:]}{done.stderr[-3000:]}")

    def url(self, service: str) -> str:
        names = {"auth": "DJANGO_AUTH_SERVICE", "workflow": "DJANGO_WORKFLOW_API", "ticket": "DJANGO_TICKET_SERVICE"}
        return self.env[names.get(service, f"DJANGO_{service.upper()}_SERVICE")]

    def session(self, user_id: int) -> requests.Session:
        """Return a kept connection of somebody who is signed in."""
        if user_id not in self._tokens:
            account = self.accounts[user_id]
            session = requests.Session()
            session.trust_env = False
            answer = session.post(
                f"{self.url('auth')}/login/",
                json={"email": account["email"], "password": account["password"]},
                timeout=60,
            )
            answer.raise_for_status()
            session.headers["Authorization"] = f"Bearer {answer.json()['access']}"
            self._tokens[user_id] = session
        return self._tokens[user_id]

    def token(self, user_id: int) -> str:
        return str(self.session(user_id).headers["Authorization"]).removeprefix("Bearer ")

    def call(self, user_id: int, method: str, url: str, document: Any = None) -> tuple[float, Any]:
        """Return the milliseconds of a request and its answer; anything but success ends the benchmark."""
        began = time.perf_counter()
        answer = self.session(user_id).request(method, url, json=document, timeout=120)
        took = (time.perf_counter() - began) * 1000
        if answer.status_code >= 400:
            raise BenchError(f"{self.name}: {method} {url}: {answer.status_code} {answer.text[:300]}")
        return took, answer

    @contextmanager
    def cursor(self, service: str = "WORKFLOW") -> Iterator[Any]:
        """Open the database as its administrator; every statement is its own transaction."""
        connection = psycopg2.connect(self.env[f"{service}_DATABASE_URL"])
        connection.autocommit = True
        try:
            yield connection.cursor()
        finally:
            connection.close()

    def value(self, query: str, *values: Any, service: str = "WORKFLOW") -> Any:
        with self.cursor(service) as cursor:
            cursor.execute(query, values)
            return cursor.fetchone()[0]

    def publish(self, tickets: list[dict[str, Any]], *, queue: str = INTAKE, task: str = "") -> None:
        """Hand tickets in as a help desk does: persistent plain JSON; or as calls of a Celery task.

        The connection stays open: what a channel has not yet handed to a quorum queue is dropped when it closes.
        """
        if self._channel is None:
            parameters = pika.URLParameters(self.env["RABBITMQ_URL"])
            parameters.heartbeat = 0
            self._channel = pika.BlockingConnection(parameters).channel()
        for ticket in tickets:
            body: Any = ticket
            properties = pika.BasicProperties(content_type="application/json", delivery_mode=2)
            if task:
                arguments = {"ticket_number": ticket["ticket_number"], "subject": ticket["subject"]}
                body = [[], arguments, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}]
                properties.content_encoding = "utf-8"
                properties.headers = {"lang": "py", "task": task, "id": uuid.uuid4().hex}
            self._channel.basic_publish("", queue, json.dumps(body).encode(), properties)

    def declare(self, queue: str, *, is_wanted: bool = True) -> None:
        """Declare a queue of the benchmark's own, or delete it."""
        connection = pika.BlockingConnection(pika.URLParameters(self.env["RABBITMQ_URL"]))
        channel = connection.channel()
        if is_wanted:
            channel.queue_declare(queue, durable=True, arguments={"x-queue-type": "quorum"})
        else:
            channel.queue_delete(queue)
        connection.close()

    def cpu_seconds(self) -> float:
        """Return the processor time that all processes of the stack have taken, servers included."""
        parents: dict[int, int] = {}
        used: dict[int, int] = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            pid = int(path.parent.name)
            # Own time, and that of children that have ended.
            parents[pid], used[pid] = int(fields[1]), sum(map(int, fields[11:15]))
        wanted = {int((self.run / "supervisord.pid").read_text())}
        while more := {pid for pid, parent in parents.items() if parent in wanted} - wanted:
            wanted |= more
        return sum(used[pid] for pid in wanted) / os.sysconf("SC_CLK_TCK")

    def wait(
        self, what: str, query: str, wanted: int, *values: Any, service: str = "WORKFLOW", seconds: float = 300
    ) -> float:
        """Return the seconds until the query gives so many."""
        began = time.perf_counter()
        with self.cursor(service) as cursor:
            while True:
                cursor.execute(query, values)
                found = cursor.fetchone()[0]
                if found >= wanted:
                    return time.perf_counter() - began
                if time.perf_counter() - began > seconds:
                    raise BenchError(f"{self.name}: {what}: {found} of {wanted} after {seconds:.0f} s")
                time.sleep(0.002)


def tickets(count: int) -> tuple[str, list[dict[str, Any]]]:
    """Return the prefix of their numbers, and the tickets."""
    prefix = f"BENCH-{uuid.uuid4().hex[:8]}-"
    return prefix, [
        {
            "ticket_number": f"{prefix}{number}",
            "subject": "The laptop does not start",
            "description": "It beeps three times and stays dark.",
            "department": "IT Department",
            "category": "IT Support",
            "priority": "High",
            "employee": {"id": 900, "name": "Rosa Lim", "email": "rosa.lim@example.com"},
        }
        for number in range(count)
    ]
