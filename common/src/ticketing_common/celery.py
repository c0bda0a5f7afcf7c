"""The Celery set-up of all services: settings, queues, and a consumer that no message can kill.

The reasons for the settings are in docs/adr; none of them may be dropped without running the message tests.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from celery.worker.consumer.consumer import Consumer
from kombu import Exchange, Queue

from ticketing_common.context import new_request_id
from ticketing_common.contracts.registry import queues, queues_consumed_by, task_routes
from ticketing_common.logs import logger

log = logger(__name__)

# Content types that say nothing about the content.
UNTYPED = frozenset({None, "", "application/data", "application/octet-stream"})

TASK_SOFT_LIMIT_SECONDS, TASK_LIMIT_SECONDS = 240, 300


def celery_settings(service: str, broker_url: str) -> dict[str, Any]:
    """Return the settings that all workers and beats share."""
    return {
        "broker_url": broker_url,
        "accept_content": ["json"],
        "task_serializer": "json",
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_acks_on_failure": False,
        "task_acks_on_timeout": False,
        "worker_prefetch_multiplier": 4,
        "worker_enable_remote_control": False,
        "worker_send_task_events": False,
        "worker_max_tasks_per_child": 1000,
        "worker_soft_shutdown_timeout": 30,
        "worker_hijack_root_logger": False,
        "worker_consumer": "ticketing_common.celery:SafeConsumer",
        "broker_channel_error_retry": True,
        "broker_connection_max_retries": None,
        "broker_connection_retry_on_startup": True,
        "broker_heartbeat": 10,
        "broker_transport_options": {"confirm_publish": True, "confirm_timeout": 5},
        "task_soft_time_limit": TASK_SOFT_LIMIT_SECONDS,
        "task_time_limit": TASK_LIMIT_SECONDS,
        "task_create_missing_queues": False,
        "task_queues": [_queue(spec.name) for spec in queues_consumed_by(service)],
        "task_routes": task_routes(service),
        "timezone": "UTC",
        "enable_utc": True,
    }


def _queue(name: str) -> Queue:
    # The type must be here although Celery declares nothing: the worker decides by it how to set its prefetch.
    return Queue(
        name,
        Exchange(""),
        routing_key=name,
        no_declare=True,
        queue_arguments={"x-queue-type": "quorum"},
    )


def make_app(service: str) -> Celery:
    """Return the service's Celery application; its tasks are found in the apps' `tasks` modules."""
    from django.conf import settings

    app = Celery(service)
    app.conf.update(celery_settings(service, settings.RABBITMQ_URL))
    app.conf.beat_schedule = getattr(settings, "BEAT_SCHEDULE", {})
    app.autodiscover_tasks()
    return app


@setup_logging.connect
def keep_our_logging(**_kwargs: Any) -> None:
    """Celery asks who configures logging when this signal has a receiver; Django's settings have done it."""


class Unreadable(Exception):
    """The message can't be turned into a task; `code` is stable."""

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        super().__init__(reason)


def prepare(message: Any) -> None:
    """Bring a message into the form that Celery runs, or raise `Unreadable`.

    A JSON object without Celery's headers becomes the task that its queue names. An expiry is removed: an accepted
    message is never thrown away. A start time is refused: a waiting message would hold up the quorum queue.
    """
    headers = message.headers if isinstance(message.headers, dict) else {}
    payload = _decode(message)
    if "task" not in headers:
        if isinstance(payload, dict) and isinstance(payload.get("task"), str) and "id" in payload:
            _check_protocol_1(payload)
            return
        _adopt_plain_json(message, payload)
        return
    if not isinstance(headers.get("task"), str) or not headers.get("id"):
        raise Unreadable("malformed_headers", "The task headers lack a name or an id.")
    if not (isinstance(payload, list) and len(payload) == 3):
        raise Unreadable("malformed_body", "The body of a task message must be [args, kwargs, embed].")
    args, kwargs, embed = payload
    if not isinstance(args, list) or not isinstance(kwargs, dict) or not isinstance(embed, dict | None):
        raise Unreadable("malformed_body", "The body of a task message must be [list, object, object].")
    if headers.get("eta"):
        raise Unreadable("delayed_delivery", "Messages with a start time (eta, countdown) are not accepted.")
    headers.pop("expires", None)


def _decode(message: Any) -> Any:
    queue = queues().get(_queue_of(message))
    try:
        if queue and queue.plain_json and message.content_type in UNTYPED:
            return json.loads(message.body)  # a client without Celery often names no type at all
        return message.decode()
    except Exception as error:
        raise Unreadable("undecodable", f"The body can't be decoded: {type(error).__name__}: {error}") from error


def _check_protocol_1(payload: dict[str, Any]) -> None:
    if not isinstance(payload.get("args", []), list) or not isinstance(payload.get("kwargs", {}), dict):
        raise Unreadable("malformed_body", "args must be a list and kwargs an object.")
    if payload.get("eta"):
        raise Unreadable("delayed_delivery", "Messages with a start time (eta, countdown) are not accepted.")
    payload.pop("expires", None)


def _adopt_plain_json(message: Any, payload: Any) -> None:
    queue = queues().get(_queue_of(message))
    if queue is None or queue.plain_json is None:
        raise Unreadable("not_a_task", "The message has no task headers, and this queue takes no plain JSON.")
    if not isinstance(payload, dict):
        raise Unreadable("not_an_object", "A plain JSON message must be an object.")
    given = message.headers if isinstance(message.headers, dict) else {}
    message_id = str(message.properties.get("message_id") or new_request_id())
    request_id = given.get("request_id") or given.get("X-Request-ID") or message_id
    message.headers = {
        **{name: value for name, value in given.items() if name in {"x-death", "x-delivery-count"}},
        "lang": "py",
        "task": queue.plain_json.task,
        "id": message_id,
        "root_id": message_id,
        "request_id": str(request_id),
        "argsrepr": "()",
        "kwargsrepr": "…",
        "retries": 0,
    }
    kwargs = {queue.plain_json.argument: payload}
    message.body = json.dumps([[], kwargs, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}])
    message.content_type, message.content_encoding = "application/json", "utf-8"
    message._decoded_cache = None


def _queue_of(message: Any) -> str:
    return str((message.delivery_info or {}).get("routing_key") or "")


class SafeConsumer(Consumer):
    """Rejects to the dead-letter queue, with a stored reason, what Celery would acknowledge or die of."""

    connection_errors: tuple[type[BaseException], ...]

    class Blueprint(Consumer.Blueprint):  # type: ignore[misc, valid-type]
        # Delayed delivery would declare some thirty queues; we use no start times, and declare nothing here.
        default_steps = [step for step in Consumer.Blueprint.default_steps if "delayed_delivery" not in step]

    def create_task_handler(self, *args: Any, **kwargs: Any) -> Callable[[Any], None]:
        handle = super().create_task_handler(*args, **kwargs)

        def on_message(message: Any) -> None:
            try:
                prepare(message)
                handle(message)
            except Unreadable as error:
                self._dead_letter(message, error.code, str(error))
            except (*self.connection_errors, *self.app.connection_for_read().channel_errors):
                raise
            except Exception as error:
                log.exception("message_not_accepted")
                self._dead_letter(message, "not_accepted", f"{type(error).__name__}: {error}")

        return on_message

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        self._dead_letter(message, "undecodable", f"{type(exc).__name__}: {exc}")

    def on_unknown_message(self, body: Any, message: Any) -> None:
        self._dead_letter(message, "not_a_task", "The message has no task headers.")

    def on_unknown_task(self, body: Any, message: Any, exc: Exception) -> None:
        self._dead_letter(message, "unknown_task", f"No task is registered under the name {exc}.")

    def on_invalid_task(self, body: Any, message: Any, exc: Exception) -> None:
        self._dead_letter(message, "invalid_task", str(exc))

    def _dead_letter(self, message: Any, code: str, reason: str) -> None:
        if message.acknowledged:
            return
        from django.db import connection

        from ticketing_common.inbox.dead_letters import record_dead_letter

        headers = message.headers if isinstance(message.headers, dict) else {}
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        record_dead_letter(
            queue=_queue_of(message),
            message_id=str(headers.get("id") or message.properties.get("message_id") or ""),
            task=str(headers.get("task") or ""),
            code=code,
            reason=reason,
            headers=headers,
            body=body,
        )
        # The pool's processes are forked from this one: an open connection must not be shared with them.
        connection.close()
        message.reject_log_error(log, self.connection_errors)
