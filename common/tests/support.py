"""Real parts for the tests: a virtual host of their own, a line that can be cut, processes of the test project."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pika
import requests
from django.conf import settings
from django.db import connection

from ticketing_common.contracts.registry import queues
from ticketing_common.outbox.topology import set_up

TESTS = Path(__file__).resolve().parent


def wait_until(
    condition: Callable[[], Any],
    *,
    seconds: float = 20,
    what: str = "the condition",
    state: Callable[[], Any] = lambda: "",
) -> Any:
    """Return the first true result; fail when none comes in time."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        assert time.monotonic() < deadline, f"{what} did not come true in {seconds} s {state()}"
        time.sleep(0.05)


class Broker:
    """A virtual host that only this test run uses."""

    def __init__(self) -> None:
        url = urlsplit(settings.RABBITMQ_URL)
        management = urlsplit(settings.RABBITMQ_MANAGEMENT_URL)
        self.vhost = f"common-tests-{uuid.uuid4().hex[:12]}"
        self.url = f"amqp://{url.username}:{url.password}@{url.hostname}:{url.port}/{quote(self.vhost, safe='')}"
        self.address = (str(url.hostname), int(url.port or 5672))
        self.management_url = settings.RABBITMQ_MANAGEMENT_URL
        self._api = f"http://{management.hostname}:{management.port}/api"
        self._auth = (unquote(management.username or ""), unquote(management.password or ""))

    def api(self, method: str, path: str, **kwargs: Any) -> Any:
        answer = requests.request(method, f"{self._api}/{path}", auth=self._auth, timeout=10, **kwargs)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    @property
    def _quoted(self) -> str:
        return quote(self.vhost, safe="")

    def create(self, *, with_topology: bool = True) -> None:
        user = quote(self._auth[0], safe="")
        self.api("PUT", f"vhosts/{self._quoted}", json={})
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        self.api("PUT", f"permissions/{self._quoted}/{user}", json=everything)
        if with_topology:
            set_up(amqp_url=self.url, management_url=self.management_url, wait_seconds=15)

    def delete(self) -> None:
        self.api("DELETE", f"vhosts/{self._quoted}")

    def policies(self) -> list[dict[str, Any]]:
        return list(self.api("GET", f"policies/{self._quoted}"))

    def queue(self, name: str) -> dict[str, Any]:
        return dict(self.api("GET", f"queues/{self._quoted}/{quote(name, safe='')}"))

    @contextlib.contextmanager
    def channel(self) -> Iterator[pika.adapters.blocking_connection.BlockingChannel]:
        with pika.BlockingConnection(pika.URLParameters(self.url)) as conn:
            channel = conn.channel()
            channel.confirm_delivery()
            yield channel

    def count(self, name: str) -> int:
        """Return how many messages wait in the queue, as the queue itself says."""
        with self.channel() as channel:
            return int(channel.queue_declare(name, passive=True).method.message_count)

    def consumers(self, name: str) -> int:
        with self.channel() as channel:
            return int(channel.queue_declare(name, passive=True).method.consumer_count)

    def take_all(self, name: str) -> list[tuple[pika.BasicProperties, bytes]]:
        taken = []
        with self.channel() as channel:
            while True:
                method, properties, body = channel.basic_get(name, auto_ack=True)
                if method is None:
                    return taken
                taken.append((properties, body))

    def purge(self) -> None:
        with self.channel() as channel:
            for queue in queues().values():
                channel.queue_purge(queue.name)
                channel.queue_purge(queue.dead_name)

    def close_connections(self) -> int:
        """Close every connection of the virtual host, as an operator would."""
        closed = 0
        for entry in self.api("GET", f"vhosts/{self._quoted}/connections"):
            with contextlib.suppress(requests.HTTPError):
                self.api("DELETE", f"connections/{quote(entry['name'], safe='')}")
                closed += 1
        return closed


class Line:
    """A TCP line to a server that the test can cut and mend, or silence: then nothing passes and nothing is closed."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._passes = threading.Event()
        self._passes.set()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._is_cut = False
        self._closed = False
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while not self._closed:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            if self._is_cut:
                near.close()
                continue
            far = socket.create_connection(self._target)
            self._pairs.append((near, far))
            threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(near, selectors.EVENT_READ, far)
            selector.register(far, selectors.EVENT_READ, near)
            try:
                while True:
                    for key, _ in selector.select():
                        data = key.fileobj.recv(65536)  # type: ignore[union-attr]
                        self._passes.wait()
                        if not data:
                            return
                        key.data.sendall(data)
            except (OSError, ValueError):
                return
            finally:
                near.close()
                far.close()

    def cut(self) -> None:
        self._is_cut = True
        for pair in self._pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        self._pairs.clear()

    def mend(self) -> None:
        self._is_cut = False

    def silence(self) -> None:
        self._passes.clear()

    def speak(self) -> None:
        """Let through what waits, and all that comes."""
        self._passes.set()

    def close(self) -> None:
        self._closed = True
        self.speak()
        self.cut()
        self._server.close()


def database_url(port: int | None = None) -> str:
    """Return the URL of the test database, for other processes; through a line when its port is given."""
    values = connection.settings_dict
    return (
        f"postgres://{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{port or values['PORT']}/{values['NAME']}"
    )


class Process:
    """A process of the test project, with its log in a file."""

    def __init__(self, arguments: list[str], *, log: Path, env: dict[str, str]) -> None:
        self.log = log
        self._file = log.open("ab")
        self._popen = subprocess.Popen(
            arguments,
            cwd=TESTS,
            stdout=self._file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={
                **os.environ,
                "PYTHONPATH": str(TESTS),
                "DJANGO_SETTINGS_MODULE": "project.settings",
                "LOG_LEVEL": "INFO",
                "LOG_FORMAT": "json",
                **env,
            },
        )

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def is_alive(self) -> bool:
        return self._popen.poll() is None

    def events(self) -> list[dict[str, Any]]:
        found = []
        for line in self.log.read_text().splitlines():
            with contextlib.suppress(ValueError):
                found.append(json.loads(line))
        return found

    def kill(self) -> None:
        """SIGKILL the process and its children, which share its process group."""
        if self.is_alive:
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait(10)

    def stop_when_done(self, seconds: float = 120) -> int:
        """Wait for a process that ends by itself; return its exit code."""
        try:
            return self._popen.wait(seconds)
        finally:
            self.kill()
            self._file.close()

    def stop(self) -> int:
        if self.is_alive:
            self._popen.terminate()
        try:
            return self._popen.wait(60)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        finally:
            self._file.close()


def relay_process(
    log: Path, *, rabbitmq_url: str, database_port: int | None = None, sweep_seconds: float = 1
) -> Process:
    return Process(
        [sys.executable, "-m", "django", "relay_outbox", "--sweep", str(sweep_seconds)],
        log=log,
        env={"RABBITMQ_URL": rabbitmq_url, "DATABASE_URL": database_url(database_port)},
    )


def worker_process(
    log: Path,
    *,
    rabbitmq_url: str,
    queue_names: list[str],
    database_port: int | None = None,
    children: int = 2,
    tasks_each: int = 1000,
) -> Process:
    return Process(
        [
            *(sys.executable, "-m", "celery", "-A", "project", "worker", "-Q", ",".join(queue_names)),
            *("-c", str(children), "--prefetch-multiplier", "25", "--max-tasks-per-child", str(tasks_each)),
        ],
        log=log,
        env={"RABBITMQ_URL": rabbitmq_url, "DATABASE_URL": database_url(database_port)},
    )
