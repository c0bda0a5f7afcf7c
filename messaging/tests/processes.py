"""The service in processes of its own, with the line to Redis under the test's control."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import pika
import requests

from ticketing_common.contracts.messages import Message
from ticketing_common.contracts.registry import queues_consumed_by
from ticketing_common.outbox.publisher import celery_body, celery_headers
from ticketing_testing import processes as shared
from ticketing_testing.clients import token_for
from ticketing_testing.processes import auth_service, database_url

SERVICE = Path(__file__).resolve().parent.parent
START_SECONDS = 180.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class CuttableLine:
    """A TCP line to a server that the test can cut and mend. Runs on the test's event loop."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = free_port()

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def cut(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in tuple(self._open):
            writer.transport.abort()
        self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.close()
            return
        self._open |= {writer, far_writer}
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        self._open -= {writer, far_writer}

    @staticmethod
    async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()


def redis_parts() -> tuple[str, int]:
    parts = urlsplit(os.environ["REDIS_URL"])
    return parts.hostname or "127.0.0.1", parts.port or 6379


def redis_url(port: int) -> str:
    """Return the URL of the tests' Redis by another port, in a database of the tests' own."""
    parts = urlsplit(os.environ["REDIS_URL"])
    credentials, at, _ = parts.netloc.rpartition("@")
    return urlunsplit((parts.scheme, f"{credentials}{at}127.0.0.1:{port}", "/9", "", ""))


class OwnRedis:
    """A Redis server that this test run alone uses, so that it can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert time.monotonic() < deadline, "Redis did not start in time"
                time.sleep(0.05)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()


class Broker(shared.Broker):
    """The tests' broker, to which they publish what other services do."""

    def send(self, message: Message) -> None:
        """Queue a message as a relay does."""
        with pika.BlockingConnection(pika.URLParameters(self.url)) as connection:
            message_id = uuid.uuid4().hex
            kwargs = message.as_kwargs()
            headers = celery_headers(task=message.task, message_id=message_id, kwargs=kwargs, request_id=message_id)
            properties = pika.BasicProperties(
                content_type="application/json", content_encoding="utf-8", message_id=message_id, headers=headers
            )
            connection.channel().basic_publish("", message.queue, celery_body(kwargs), properties)

    def tell(self, exchange: str, message: dict[str, Any]) -> None:
        with pika.BlockingConnection(pika.URLParameters(self.url)) as connection:
            connection.channel().basic_publish(exchange, "", json.dumps(message).encode())


class Process:
    """One web process as it runs in production: gunicorn with the socket worker."""

    def __init__(self, *, auth: str, redis: str, prefix: str, **environment: str) -> None:
        self.prefix = prefix
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.ws = f"ws://127.0.0.1:{self.port}"
        self._environment = os.environ | {
            "DJANGO_ENV": "development",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": database_url(),
            "REDIS_URL": redis,
            "CHANNEL_PREFIX": prefix,
            "DJANGO_AUTH_SERVICE": auth,
            "LOG_LEVEL": "ERROR",
            "COMMENTS_PER_MINUTE": "1000000",
            "API_REQUESTS_PER_MINUTE": "0",
            **environment,
        }
        self._environment.pop("PROMETHEUS_MULTIPROC_DIR", None)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._run("gunicorn", "config.asgi:application", "-k", "sockets.server.SocketWorker", *self._options())

    def _options(self) -> list[str]:
        return ["--bind", f"127.0.0.1:{self.port}", "--log-level", "error", "--graceful-timeout", "1"]

    def _run(self, *command: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=SERVICE, env=self._environment, start_new_session=True
        )

    def wait(self) -> None:
        """Return when the process answers and knows auth's keys, so that no test pays for the start."""
        deadline = time.monotonic() + START_SECONDS
        headers = {"Authorization": f"Bearer {token_for(1)}"}
        while time.monotonic() < deadline:
            assert self._process is not None
            assert self._process.poll() is None, "the process ended while starting"
            try:
                answer = requests.get(f"{self.url}/tickets/none/events/", headers=headers, timeout=5)
                if answer.status_code == 404:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.1)
        raise AssertionError("the process did not start in time")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """Kill the process and the workers it has forked, as a machine that fails does."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def wait_for_end(self) -> None:
        if self._process is not None:
            try:
                self._process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


class Worker(Process):
    """The service's worker, on the queues it has in production."""

    def start(self) -> None:
        queues = ",".join(queue.name for queue in queues_consumed_by("messaging"))
        options = ["-Q", queues, "-c", "1", "--without-mingle", "--without-gossip", "--loglevel", "ERROR"]
        self._run("celery", "-A", "config", "worker", *options)


@contextmanager
def processes(count: int, *, redis: str, prefix: str, **environment: str) -> Iterator[list[Process]]:
    with auth_service() as auth:
        started = [Process(auth=auth, redis=redis, prefix=prefix, **environment) for _ in range(count)]
        try:
            for process in started:
                process.start()
            for process in started:
                process.wait()
            yield started
        finally:
            for process in started:
                process.end()
            for process in started:
                process.wait_for_end()


def call(method: str, url: str, token: str, body: Any = None) -> Any:
    """Call the REST API over the network and return the answer's document."""
    answer = requests.request(method, url, json=body, headers={"Authorization": f"Bearer {token}"}, timeout=60)
    answer.raise_for_status()
    return answer.json() if answer.content else None
