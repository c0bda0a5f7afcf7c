"""Fixtures: the private virtual host of this test run, and processes that are always stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from support import Broker, Line, Process, relay_process, worker_process


@pytest.fixture(scope="session")
def session_broker() -> Iterator[Broker]:
    broker = Broker()
    broker.create()
    yield broker
    broker.delete()


@pytest.fixture
def broker(session_broker: Broker, settings: Any) -> Iterator[Broker]:
    """The virtual host, empty, and the settings pointing at it."""
    settings.RABBITMQ_URL = session_broker.url
    yield session_broker
    session_broker.purge()


@pytest.fixture
def line_to() -> Iterator[Callable[[tuple[str, int]], Line]]:
    lines: list[Line] = []

    def make(target: tuple[str, int]) -> Line:
        lines.append(Line(target))
        return lines[-1]

    yield make
    for line in lines:
        line.close()


@pytest.fixture
def start(tmp_path: Path, broker: Broker) -> Iterator[Callable[..., Process]]:
    """Start a relay or a worker of the test project; whatever runs at the end of the test is stopped."""
    processes: list[Process] = []

    def launch(kind: str, **kwargs: Any) -> Process:
        kwargs.setdefault("rabbitmq_url", broker.url)
        make = {"relay": relay_process, "worker": worker_process}[kind]
        processes.append(make(tmp_path / f"{kind}-{len(processes)}.log", **kwargs))
        return processes[-1]

    yield launch
    for process in processes:
        process.kill()


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    yield
    cache.clear()
