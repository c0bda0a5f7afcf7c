"""A server that is there and says nothing, as behind a network that drops everything, and then goes on.

Nothing is closed meanwhile, so that nobody is told: the work waits or goes on without, and is done within five seconds
after the server speaks again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import caches
from django.db import connection
from odd_messages import INTAKE, RECEIVE, Odd, call, header, ticket
from redis.exceptions import TimeoutError as RedisTimeout
from support import Broker, Line, Process, wait_until
from test_consume import effects
from test_relay import STATUS, bodies, commit, drained, ready

from ticketing_common.outbox.models import OutboxMessage
from ticketing_common.settings import caches as cache_settings

pytestmark = pytest.mark.django_db(transaction=True)

SILENT_SECONDS = 4
# Longer than a heartbeat: the connection is given up meanwhile, and another one is tried for.
LONG_SECONDS = 25
RECOVERY_SECONDS = 5
Start = Callable[..., Process]
LineTo = Callable[[tuple[str, int]], Line]


def through(broker: Broker, line: Line) -> str:
    return broker.url.replace(f":{broker.address[1]}/", f":{line.port}/")


def database_line(line_to: LineTo) -> Line:
    values = connection.settings_dict
    return line_to((values["HOST"], int(values["PORT"])))


def after_silence(line: Line, seconds: float, *, meanwhile: Callable[[], None], done: Callable[[], Any]) -> float:
    """Silence the line, let something happen meanwhile, and return how long after the silence it was done."""
    line.silence()
    meanwhile()
    time.sleep(seconds)
    assert not done(), "it did not go through the line"
    line.speak()
    began = time.monotonic()
    wait_until(done, seconds=30, what="the work")
    return time.monotonic() - began


@pytest.mark.parametrize("seconds", [SILENT_SECONDS, LONG_SECONDS])
def test_a_relay_goes_on_when_a_silent_broker_speaks_again(
    broker: Broker, start: Start, line_to: LineTo, seconds: float
) -> None:
    line = line_to(broker.address)
    relay = start("relay", rabbitmq_url=through(broker, line))
    ready(relay)
    bodies(broker)
    took = after_silence(line, seconds, meanwhile=lambda: commit("TX1"), done=lambda: broker.count(STATUS))
    assert took <= RECOVERY_SECONDS
    drained()
    assert OutboxMessage.objects.unpublished().count() == 0


def publish(broker: Broker, number: int, what: str) -> None:
    with broker.channel() as channel:
        for _ in range(number):
            Odd(what, call({"ticket_data": ticket(what)}), INTAKE, header(RECEIVE)).publish(channel)


def test_a_worker_goes_on_when_a_silent_broker_speaks_again(broker: Broker, start: Start, line_to: LineTo) -> None:
    line = line_to(broker.address)
    worker = start("worker", queue_names=[INTAKE], rabbitmq_url=through(broker, line))
    publish(broker, 1, "before")
    wait_until(lambda: effects("before") == 1, seconds=40, what="work before")
    took = after_silence(
        line, SILENT_SECONDS, meanwhile=lambda: publish(broker, 5, "during"), done=lambda: effects("during") == 5
    )
    assert took <= RECOVERY_SECONDS
    assert worker.is_alive


@pytest.mark.parametrize("kind", ["relay", "worker"])
def test_processes_go_on_when_a_silent_database_speaks_again(
    broker: Broker, start: Start, line_to: LineTo, kind: str
) -> None:
    line = database_line(line_to)
    if kind == "relay":
        ready(start("relay", database_port=line.port))
        bodies(broker)
        meanwhile, done = lambda: commit("TX1"), lambda: broker.count(STATUS)
    else:
        start("worker", queue_names=[INTAKE], database_port=line.port)
        publish(broker, 1, "before")
        wait_until(lambda: effects("before") == 1, seconds=40, what="work before")
        meanwhile, done = lambda: publish(broker, 5, "during"), lambda: effects("during") == 5
    took = after_silence(line, SILENT_SECONDS, meanwhile=meanwhile, done=done)
    assert took <= RECOVERY_SECONDS
    assert broker.count(f"{INTAKE}.dead") == 0


def test_a_silent_redis_holds_up_no_request_and_counts_again_at_once(line_to: LineTo, settings: Any) -> None:
    parts = urlsplit(os.environ["REDIS_URL"])
    line = line_to((parts.hostname or "127.0.0.1", parts.port or 6379))
    settings.CACHES = cache_settings(parts.geturl().replace(f":{parts.port}", f":{line.port}"), "silent")
    cache = caches["default"]
    key = f"silent-{time.time_ns()}"
    assert cache.count(key, 60) == 1

    line.silence()
    began = time.monotonic()
    with pytest.raises(RedisTimeout):
        cache.count(key, 60)
    assert time.monotonic() - began < 3

    line.speak()
    began = time.monotonic()
    assert cache.count(key, 60) >= 2
    assert time.monotonic() - began <= RECOVERY_SECONDS
