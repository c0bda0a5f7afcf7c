"""Prometheus metrics that every service has."""

from __future__ import annotations

import os
from collections.abc import Callable

from django.db import Error
from django.http import HttpRequest, HttpResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.registry import REGISTRY

from ticketing_common.contracts.registry import queues

REQUESTS = Histogram(
    "http_request_duration_seconds",
    "Time to answer an HTTP request.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10),
)
MESSAGES = Counter("messages_consumed_total", "Messages consumed, by task and outcome.", ["task", "outcome"])
MESSAGE_SECONDS = Histogram("message_duration_seconds", "Time to handle one message.", ["task"])
DEAD_LETTERS = Counter("messages_dead_lettered_total", "Messages rejected for good.", ["queue", "code"])

# Every value of a label comes from a set that the code knows: what is made up outside counts as one series.
OTHER = "other"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

# Values read at scrape time: name, help text, function that returns the number.
_gauges: list[tuple[str, str, Callable[[], float]]] = []


def known_method(method: str | None) -> str:
    return method if method in METHODS else OTHER


def known_queue(name: str) -> str:
    return name if name in queues() else OTHER


def observe_request(method: str, route: str, status: int, seconds: float) -> None:
    REQUESTS.labels(method, route, str(status)).observe(seconds)


def gauge(name: str, documentation: str) -> Callable[[Callable[[], float]], Callable[[], float]]:
    """Register a function whose value is read at each scrape."""

    def register(function: Callable[[], float]) -> Callable[[], float]:
        _gauges.append((name, documentation, function))
        return function

    return register


def metrics_view(_request: HttpRequest) -> HttpResponse:
    """Answer a scrape; with several processes their counters are added up."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        body = generate_latest(registry)
    else:
        body = generate_latest(REGISTRY)
    scraped = CollectorRegistry()
    for name, documentation, function in _gauges:
        try:
            value = function()
        except Error:
            continue  # no value is truer than an old one; the other metrics matter most just now
        Gauge(name, documentation, registry=scraped).set(value)
    return HttpResponse(body + generate_latest(scraped), content_type=CONTENT_TYPE_LATEST)
