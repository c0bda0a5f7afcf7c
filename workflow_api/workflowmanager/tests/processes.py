"""Workers and web processes of the service as in production, on the tests' database and a broker of their own."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import pika
import requests
from django.db import connection

from ticketing_common.contracts.registry import queues_consumed_by
from ticketing_common.outbox.topology import set_up
from ticketing_testing.clients import TEST_KID, test_keys

SERVICE = Path(__file__).resolve().parents[2]


def eventually(what: str, look: Callable[[], Any], *, seconds: float = 180) -> None:
    """Wait until it is true; fail, naming it, where it never is. Long: the machine may be busy."""
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.1)


class Broker:
    """A virtual host of RabbitMQ that only this test uses, set up as in production."""

    def __init__(self) -> None:
        url, management = urlsplit(os.environ["RABBITMQ_URL"]), urlsplit(os.environ["RABBITMQ_MANAGEMENT_URL"])
        self.vhost = f"workflow-tests-{uuid.uuid4().hex[:12]}"
        self.url = urlunsplit((url.scheme, url.netloc, f"/{self.vhost}", "", ""))
        self._management_url = os.environ["RABBITMQ_MANAGEMENT_URL"]
        self._api = f"http://{management.hostname}:{management.port}/api"
        self._auth = (unquote(management.username or ""), unquote(management.password or ""))

    def __enter__(self) -> Self:
        self._call("PUT", f"vhosts/{self.vhost}", {})
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        self._call("PUT", f"permissions/{self.vhost}/{quote(self._auth[0], safe='')}", everything)
        set_up(amqp_url=self.url, management_url=self._management_url, wait_seconds=15)
        return self

    def __exit__(self, *_error: object) -> None:
        self._call("DELETE", f"vhosts/{self.vhost}", None)

    def _call(self, method: str, path: str, body: Any) -> None:
        requests.request(method, f"{self._api}/{path}", json=body, auth=self._auth, timeout=10).raise_for_status()

    def publish(self, queue: str, bodies: Iterable[bytes]) -> None:
        """Publish as a foreign client does: plain JSON, with confirms."""
        with pika.BlockingConnection(pika.URLParameters(self.url)) as client:
            channel = client.channel()
            channel.confirm_delivery()
            properties = pika.BasicProperties(content_type="application/json", delivery_mode=2)
            for body in bodies:
                channel.basic_publish("", queue, body, properties)

    def count(self, queue: str) -> int:
        """Return how many messages wait in the queue."""
        with pika.BlockingConnection(pika.URLParameters(self.url)) as client:
            return int(client.channel().queue_declare(queue, passive=True).method.message_count)


class _Keys(BaseHTTPRequestHandler):
    """What the auth service publishes: here, the public key of the tests' tokens."""

    def do_GET(self) -> None:
        numbers = test_keys.key(TEST_KID).public_numbers()

        def encoded(number: int) -> str:
            raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
            return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

        key = {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": TEST_KID}
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps({"keys": [key | {"n": encoded(numbers.n), "e": encoded(numbers.e)}]}).encode())

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def auth_service() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Keys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _environment(**extra: str) -> dict[str, str]:
    values = connection.settings_dict
    database = f"postgres://{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}/{values['NAME']}"
    kept = {name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}
    return kept | {
        "DJANGO_ENV": "development",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database,
        "LOG_LEVEL": "ERROR",
        "API_REQUESTS_PER_MINUTE": "0",
        **extra,
    }


@contextmanager
def _running(*commands: tuple[str, ...], **environment: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", *command], cwd=SERVICE, env=_environment(**environment), start_new_session=True
        )
        for command in commands
    ]
    try:
        yield processes
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextmanager
def workers(broker: Broker, *, nodes: int, processes_each: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run the service's worker on several nodes, each with so many processes, on the queues it has in production.

    Gives the nodes' main processes, each of which leads a process group.
    """
    queues = ",".join(queue.name for queue in queues_consumed_by("workflow_api"))
    command = ("celery", "-A", "config", "worker", "-Q", queues, "-c", str(processes_each))
    options = ("--without-mingle", "--without-gossip", "--loglevel", "ERROR")
    commands = [(*command, *options, "-n", f"node{number}@%h") for number in range(nodes)]
    with _running(*commands, RABBITMQ_URL=broker.url) as processes:
        yield processes


@contextmanager
def relay(broker: Broker) -> Iterator[None]:
    with _running(("django", "relay_outbox"), RABBITMQ_URL=broker.url):
        yield


@contextmanager
def web(broker: Broker, *, processes: int) -> Iterator[str]:
    """Run the service's web process with so many workers; give its address once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ("-w", str(processes), "--bind", f"127.0.0.1:{port}", "--log-level", "error")
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            return requests.get(f"{url}/health/live/", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    command = ("gunicorn", "config.wsgi:application", *options)
    with auth_service() as auth, _running(command, RABBITMQ_URL=broker.url, DJANGO_AUTH_SERVICE=auth):
        eventually("the web process", answers)
        yield url
