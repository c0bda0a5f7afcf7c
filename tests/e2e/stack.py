"""The running stack as a client sees it: addresses, people who can sign in, the broker, the process table."""

from __future__ import annotations

import email
import email.policy
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, unquote, urlsplit

import pika
import requests
from websockets.sync.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from native.layout import Layout  # noqa: E402
from native.supervision import Supervisor  # noqa: E402

T = TypeVar("T")
INTAKE = "TICKET_TASKS_PRODUCTION"


def eventually(what: str, look: Callable[[], T], *, seconds: float = 30, pause: float = 0.1) -> T:
    """Return the first true result; fail, naming what never came, after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(pause)


@dataclass(frozen=True)
class Account:
    user_id: int
    email: str
    password: str = field(repr=False)
    roles: tuple[str, ...] = ()


class Person:
    """Somebody who is signed in, by way of the log-in call that the browser uses."""

    def __init__(self, stack: Stack, account: Account) -> None:
        self.account = account
        self.stack = stack
        self.http = requests.Session()
        self.http.trust_env = False
        answer = self.http.post(
            f"{stack.auth}/login/", json={"email": account.email, "password": account.password}, timeout=20
        )
        assert answer.status_code == 200, f"{account.email} could not sign in: {answer.text}"
        self.token: str = answer.json()["access"]
        self.http.headers["Authorization"] = f"Bearer {self.token}"

    def get(self, url: str, **params: Any) -> Any:
        answer = self.http.get(url, params=params, timeout=20)
        assert answer.status_code == 200, f"GET {answer.url}: {answer.status_code} {answer.text[:500]}"
        return answer.json()

    def post(self, url: str, document: dict[str, Any], *, status: int = 200, **headers: str) -> Any:
        answer = self.http.post(url, json=document, headers=headers, timeout=20)
        assert answer.status_code == status, f"POST {url}: {answer.status_code} {answer.text[:500]}"
        return answer.json()

    def everything(self, url: str, **params: Any) -> list[dict[str, Any]]:
        """Return the rows of all pages of a list."""
        rows: list[dict[str, Any]] = []
        page = 1
        while True:
            answer = self.get(url, page=page, page_size=100, **params)
            rows += answer["results"]
            if not answer["next"]:
                return rows
            page += 1

    def socket(self, path: str) -> ClientConnection:
        address = urlsplit(self.stack.messaging)
        return connect(
            f"ws://{address.netloc}/{path}",
            subprotocols=["tts.v1", self.token],  # type: ignore[list-item]
            origin=self.stack.frontend,  # type: ignore[arg-type]
            open_timeout=10,
            proxy=None,
        )


class Stack:
    """One running copy, found by the run directory that its start left behind."""

    def __init__(self, run: Path) -> None:
        self.run = run
        self.layout = Layout(root=ROOT, run=run)
        lines = (line.partition("=") for line in (run / "env").read_text().splitlines())
        self.env = {name: value for name, _, value in lines}
        self.auth = self.env["DJANGO_AUTH_SERVICE"]
        self.workflow = self.env["DJANGO_WORKFLOW_API"]
        self.messaging = self.env["DJANGO_MESSAGING_SERVICE"]
        self.notification = self.env["DJANGO_NOTIFICATION_SERVICE"]
        self.ticket = self.env["DJANGO_TICKET_SERVICE"]
        self.frontend = self.env["FRONTEND_URL"]
        self.mail = self.env["MAIL_URL"]
        self.services = (self.auth, self.workflow, self.messaging, self.notification, self.ticket)
        accounts = json.loads((run / "demo.json").read_text())
        self.accounts = {
            row["user_id"]: Account(
                row["user_id"], row["email"], row["password"], tuple(row.get("roles", {}).get("tts", []))
            )
            for row in [accounts["admin"], *accounts["users"]]
        }
        self._signed_in: dict[int, Person] = {}
        self._admin_id = accounts["admin"]["user_id"]

    # People

    def person(self, user_id: int) -> Person:
        """Return the person, signed in; anew where another test ended their session, as taking a role does."""
        known = self._signed_in.get(user_id)
        if known is None or self._has_ended(known):
            self._signed_in[user_id] = Person(self, self.accounts[user_id])
        return self._signed_in[user_id]

    def _has_ended(self, person: Person) -> bool:
        try:
            return person.http.get(f"{self.auth}/api/v1/users/me/", timeout=10).status_code == 401
        except requests.RequestException:
            return False

    @property
    def admin(self) -> Person:
        return self.person(self._admin_id)

    @property
    def employee(self) -> Person:
        """Somebody who only asks for things, or anybody where there is nobody like that."""
        plain = [account for account in self.accounts.values() if account.roles == ("User",)]
        return self.person((plain or list(self.accounts.values()))[0].user_id)

    def colleague_of(self, person: Person, role: str) -> Person:
        other = next(
            account for account in self.accounts.values() if role in account.roles and account != person.account
        )
        return self.person(other.user_id)

    # Tickets

    def new_number(self) -> str:
        return f"E2E-{secrets.token_hex(6)}"

    def ticket_data(self, number: str, **fields: Any) -> dict[str, Any]:
        return {
            "ticket_number": number,
            "subject": f"The scanner on the second floor is jammed ({number})",
            "department": "IT Department",
            "category": "IT Support",
            "priority": "High",
            "employee": {"id": 900, "name": "Rosa Lim", "email": "rosa.lim@example.com"},
            **fields,
        }

    def tasks_of(self, number: str) -> list[dict[str, Any]]:
        rows = self.admin.everything(f"{self.workflow}/tasks/", view="all", ticket_number=number)
        return [row for row in rows if row["ticket_number"] == number]

    def task_of(self, number: str, *, seconds: float = 30) -> dict[str, Any]:
        """Return the one task of the ticket, once somebody is assigned to it."""

        def look() -> dict[str, Any] | None:
            return next((row for row in self.tasks_of(number) if row["assignee"]), None)

        row = eventually(f"a task for {number}", look, seconds=seconds)
        assert row is not None
        task: dict[str, Any] = self.admin.get(f"{self.workflow}/tasks/{row['id']}/")
        return task

    def mails_to(self, person: Person, containing: str) -> list[Path]:
        """Return the mails that the local sink has kept for a person and that hold a text."""
        found = []
        for path in (self.run / "mail").glob(f"*{person.account.email}.eml"):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            body = message.get_body(preferencelist=("plain", "html"))
            if containing in f"{message['Subject']} {body.get_content() if body else ''}":
                found.append(path)
        return found

    # The broker

    def channel(self) -> pika.BlockingConnection:
        return pika.BlockingConnection(pika.URLParameters(self.env["RABBITMQ_URL"]))

    def publish(self, *bodies: bytes, headers: dict[str, Any] | None = None, **properties: Any) -> None:
        """Publish to the intake queue as any AMQP client may, with confirms."""
        with self.channel() as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            for body in bodies:
                channel.basic_publish(
                    "",
                    INTAKE,
                    body,
                    pika.BasicProperties(delivery_mode=2, headers=headers, **properties),
                    mandatory=True,
                )

    def dead_letters(self, queue: str = INTAKE) -> list[dict[str, Any]]:
        """Look at the newest thousand dead letters; they stay where they are."""
        parts = urlsplit(self.env["RABBITMQ_MANAGEMENT_URL"])
        answer = requests.post(
            f"http://{parts.hostname}:{parts.port}/api/queues/%2F/{quote(queue + '.dead', safe='')}/get",
            auth=(unquote(parts.username or ""), unquote(parts.password or "")),
            json={"count": 1000, "ackmode": "ack_requeue_true", "encoding": "auto"},
            timeout=20,
        )
        answer.raise_for_status()
        return list(answer.json())

    # Processes

    def processes(self) -> dict[str, dict[str, Any]]:
        """Return what `scripts/status --json` prints, by name."""
        answer = subprocess.run(
            [str(ROOT / "scripts" / "status"), "--json"],
            env={**os.environ, "RUN_DIR": str(self.run)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert answer.stdout, answer.stderr
        return {row["name"]: row for row in json.loads(answer.stdout)}

    def kill(self, name: str) -> int:
        """SIGKILL a process of this stack; supervisor will start it again."""
        pid = int(self.processes()[name]["pid"])
        os.kill(pid, signal.SIGKILL)
        return pid

    def manage(self, service: str, *arguments: str) -> str:
        """Run a management command of a service, as operators do."""
        done = subprocess.run(
            [str(ROOT / "scripts" / "manage"), service, *arguments],
            env={**os.environ, "RUN_DIR": str(self.run)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stop(self, name: str) -> None:
        assert name in self.processes(), f"{name} is not a process of this stack"
        Supervisor(self.layout).stop(name)

    def start(self, name: str) -> None:
        Supervisor(self.layout).start(name)

    def is_healthy(self, service: str) -> bool:
        try:
            return requests.get(f"{service}/health/", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def wait_until_healthy(self, *, seconds: float = 60) -> None:
        for service in self.services:
            eventually(f"{service} is healthy", lambda service=service: self.is_healthy(service), seconds=seconds)


def frame(socket: ClientConnection, kind: str, *, containing: str = "", seconds: float = 10) -> dict[str, Any]:
    """Return the next frame of a kind, past all others."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        try:
            received: dict[str, Any] = json.loads(socket.recv(timeout=left))
        except TimeoutError:
            break
        if received.get("type") == kind and containing in json.dumps(received, ensure_ascii=False):
            return received
    raise AssertionError(f"no {kind} frame containing {containing!r} came within {seconds:.0f} s")
