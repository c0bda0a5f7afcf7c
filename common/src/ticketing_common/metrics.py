"""Prometheus metrics that every service has, and the port on which each process shows them.

Every process answers scrapes at `METRICS_ADDRESS` (host:port) where that is set, web processes at `/metrics` as well.
With `PROMETHEUS_MULTIPROC_DIR` the processes of one server or worker write into files there and are added up.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from billiard import current_process
from django.db import Error, connections
from django.http import HttpRequest, HttpResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
    multiprocess,
    start_http_server,
    values,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import REGISTRY, Collector

from ticketing_common.contracts.registry import queues
from ticketing_common.logs import logger

log = logger(__name__)


def _writer() -> str:
    """Return whose file a count goes to: a worker's child goes on with that of its predecessor in the pool."""
    place = getattr(current_process(), "index", None)
    return str(os.getpid()) if place is None else f"pool-{place}"


if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    os.makedirs(folder, exist_ok=True)
    values.ValueClass = values.MultiProcessValue(process_identifier=_writer)  # type: ignore[no-untyped-call]

REQUESTS = Histogram(
    "http_request_duration_seconds",
    "Time to answer an HTTP request.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10),
)
MESSAGES = Counter("messages_consumed_total", "Messages consumed, by task and outcome.", ["task", "outcome"])
MESSAGE_SECONDS = Histogram("message_duration_seconds", "Time to handle one message.", ["task"])
DEAD_LETTERS = Counter("messages_dead_lettered_total", "Messages rejected for good.", ["queue", "code"])

SECONDS_UNTIL_SIZED = 0.1

# Every value of a label comes from a set that the code knows: what is made up outside counts as one series.
OTHER = "other"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

# Values read at scrape time: name, help text, labels, function that returns the number, or one for the labels' values.
F = TypeVar("F", bound=Callable[[], Any])
Reading = float | Mapping[tuple[str, ...], float]
_gauges: list[tuple[str, str, tuple[str, ...], Callable[[], Reading]]] = []


def known_method(method: str | None) -> str:
    return method if method in METHODS else OTHER


def known_queue(name: str) -> str:
    return name if name in queues() else OTHER


def observe_request(method: str, route: str, status: int, seconds: float) -> None:
    REQUESTS.labels(method, route, str(status)).observe(seconds)


def gauge(name: str, documentation: str, *labels: str) -> Callable[[F], F]:
    """Register a function whose value is read at each scrape; with labels it returns one by each of their values."""

    def register(function: F) -> F:
        _gauges.append((name, documentation, labels, function))
        return function

    return register


class Gauges(Collector):
    """Reads the registered functions."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, documentation, labels, function in _gauges:
            try:
                reading = function()
            except Error:
                continue  # no value is truer than an old one; the other metrics matter most just now
            family = GaugeMetricFamily(name, documentation, labels=labels)
            for label_values, value in reading.items() if isinstance(reading, Mapping) else [((), reading)]:
                family.add_metric(label_values, value)
            yield family


class GaugesOfThread(Gauges):
    """For the threads of a port of its own: each has a database connection, which goes with it."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from super().collect()
        connections.close_all()


class ProcessFiles(multiprocess.MultiProcessCollector):
    """Adds up what the processes count in their files."""

    def collect(self) -> Any:
        try:
            return super().collect()  # type: ignore[no-untyped-call]
        except struct.error:
            # prometheus_client 0.26 makes a file empty and sizes it after that; a scrape in between can't read it.
            time.sleep(SECONDS_UNTIL_SIZED)
            return super().collect()  # type: ignore[no-untyped-call]


def registry(gauges: Collector | None) -> CollectorRegistry:
    """Return what one scrape sees; with several processes their counters are added up."""
    found = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        ProcessFiles(found)  # type: ignore[no-untyped-call]
        ProcessCollector(registry=found)
    else:
        found.register(REGISTRY)
    if gauges is not None:
        found.register(gauges)
    return found


def serve(*, with_gauges: bool) -> None:
    """Answer scrapes where METRICS_ADDRESS says. A port that is taken costs the metrics, not the process."""
    host, _, port = os.environ.get("METRICS_ADDRESS", "").rpartition(":")
    if not port:
        return
    try:
        start_http_server(int(port), host or "0.0.0.0", registry(GaugesOfThread() if with_gauges else None))  # noqa: S104
    except (OSError, ValueError) as error:
        log.info("metrics_not_served", address=f"{host}:{port}", error=str(error))


def metrics_view(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(generate_latest(registry(Gauges())), content_type=CONTENT_TYPE_LATEST)
