"""What a service says about itself.

`/health/live/`: the process answers. Asks nobody; where it fails, the process has to be started again.
`/health/ready/`: the process can serve requests, so a load balancer may send it some. What requests do without, such as
the broker (changes wait in the outbox), makes it `degraded` and keeps the 200: no failure of a server that all share
may take every replica out at once.
`/health/`: each check by name, and 503 when one of them fails.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pika
import redis
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.utils.module_loading import import_string

from ticketing_common.broker import blocking_connection
from ticketing_common.contracts.registry import publishing_exchange

Check = Callable[[], None]

# A probe of the broker costs a connection; ask at most once in this many seconds.
BROKER_CHECK_SECONDS = 3.0
_broker_result: tuple[float, Exception | None] = (float("-inf"), None)
NOT_FOUND = 404  # of AMQP
#: What requests do without: they are answered while it is away.
DISPENSABLE = frozenset({"rabbitmq", "redis"})


class Degraded(Exception):
    """It works, but not as it should; the text is a code."""


def check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_rabbitmq() -> None:
    global _broker_result
    checked_at, error = _broker_result
    if time.monotonic() - checked_at > BROKER_CHECK_SECONDS:
        error = _probe_broker()
        _broker_result = (time.monotonic(), error)
    if error:
        raise error


def _probe_broker() -> Exception | None:
    """Connect and publish a message for nobody: a broker with an alarm takes connections, but nothing on them."""
    try:
        with blocking_connection(settings.RABBITMQ_URL, name="health", seconds=1) as broker:
            channel = broker.channel()
            channel.confirm_delivery()
            channel.basic_publish(publishing_exchange(settings.SERVICE_NAME), "health", b"")
    except pika.exceptions.ConnectionBlockedTimeout:
        return Degraded("broker_alarm")
    except pika.exceptions.ChannelClosedByBroker as error:
        # Its exchanges are missing until `broker_setup` has run; what is said meanwhile waits in the outbox.
        return Degraded("broker_not_set_up") if error.reply_code == NOT_FOUND else ConnectionError(type(error).__name__)
    except (pika.exceptions.AMQPError, OSError) as error:
        return ConnectionError(type(error).__name__)
    return None


def check_redis() -> None:
    redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1).ping()


def checks() -> dict[str, Check]:
    """Return the checks of this service: the shared ones and those named in `HEALTH_CHECKS`."""
    found: dict[str, Check] = {"database": check_database, "rabbitmq": check_rabbitmq}
    if settings.REDIS_URL:
        found["redis"] = check_redis
    for name, path in getattr(settings, "HEALTH_CHECKS", {}).items():
        found[name] = import_string(path)
    return found


def _run_checks() -> dict[str, dict[str, object]]:
    """Run each check and return its status, `ok`, `degraded` or `failed`, with the error's class and the time."""
    results: dict[str, dict[str, object]] = {}
    for name, check in checks().items():
        started = time.perf_counter()
        try:
            check()
            state: dict[str, object] = {"status": "ok"}
        except Degraded as error:
            state = {"status": "degraded", "error": str(error)}
        except (Error, OSError, redis.RedisError) as error:
            state = {"status": "failed", "error": type(error).__name__}
        state["ms"] = round((time.perf_counter() - started) * 1000, 1)
        results[name] = state
    return results


def _answer(status: str, results: dict[str, dict[str, object]]) -> JsonResponse:
    return JsonResponse(
        {"status": status, "service": settings.SERVICE_NAME, "checks": results},
        status=503 if status == "failed" else 200,
    )


def health(_request: HttpRequest) -> JsonResponse:
    """200 when no check fails, else 503; each check by name."""
    results = _run_checks()
    found = {str(result["status"]) for result in results.values()}
    return _answer(next((status for status in ("failed", "degraded") if status in found), "ok"), results)


def ready(_request: HttpRequest) -> JsonResponse:
    """200 when requests can be served, `degraded` where something is away that they do without; else 503."""
    results = _run_checks()
    bad = {name for name, result in results.items() if result["status"] != "ok"}
    has_failed = any(results[name]["status"] == "failed" for name in bad - DISPENSABLE)
    return _answer("failed" if has_failed else "degraded" if bad else "ok", results)


def live(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok", "service": settings.SERVICE_NAME})
