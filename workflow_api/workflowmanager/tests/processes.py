"""Workers and web processes of the service as in production, on the tests' database and a broker of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from ticketing_common.contracts.registry import queues_consumed_by
from ticketing_testing.processes import Broker, auth_service, database_url

SERVICE = Path(__file__).resolve().parents[2]


def eventually(what: str, look: Callable[[], Any], *, seconds: float = 180) -> None:
    """Wait until it is true; fail, naming it, where it never is. Long: the machine may be busy."""
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.1)


def _environment(**extra: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}
    return kept | {
        "DJANGO_ENV": "development",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url(),
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
