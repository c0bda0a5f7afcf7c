"""`/health/` says whether the service can work, `/health/live/` whether the process answers."""

from __future__ import annotations

import time
from collections.abc import Callable

import pika
import redis
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.utils.module_loading import import_string

Check = Callable[[], None]

# A probe of the broker costs a connection; ask at most once in this many seconds.
BROKER_CHECK_SECONDS = 3.0
_broker_result: tuple[float, str | None] = (0.0, None)


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
        raise ConnectionError(error)


def _probe_broker() -> str | None:
    parameters = pika.URLParameters(settings.RABBITMQ_URL)
    parameters.socket_timeout = parameters.blocked_connection_timeout = 1
    parameters.stack_timeout = 2
    parameters.connection_attempts = 1
    try:
        pika.BlockingConnection(parameters).close()
    except (pika.exceptions.AMQPError, OSError) as error:
        return type(error).__name__
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


def health(_request: HttpRequest) -> JsonResponse:
    """200 when every check passes, else 503; each check by name with `ok` or its error's class."""
    results: dict[str, dict[str, object]] = {}
    for name, check in checks().items():
        started = time.perf_counter()
        try:
            check()
            state: dict[str, object] = {"status": "ok"}
        except (Error, OSError, redis.RedisError) as error:
            state = {"status": "failed", "error": type(error).__name__}
        state["ms"] = round((time.perf_counter() - started) * 1000, 1)
        results[name] = state
    healthy = all(result["status"] == "ok" for result in results.values())
    return JsonResponse(
        {"status": "ok" if healthy else "failed", "service": settings.SERVICE_NAME, "checks": results},
        status=200 if healthy else 503,
    )


def live(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok", "service": settings.SERVICE_NAME})
