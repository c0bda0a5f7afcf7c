"""The Celery set-up of all services: settings, queues, and a consumer that no message can kill.

The reasons for the settings are in docs/adr; none of them may be dropped without running the message tests.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from celery import Celery, current_app
from celery.signals import setup_logging, task_failure, task_postrun, task_prerun, worker_init
from celery.worker.consumer.consumer import Consumer
from django.db import close_old_connections
from kombu import Exchange, Queue
from kombu.transport import pyamqp

from ticketing_common.bodies import (
    BYTE_ORDER_MARKS,
    UNTYPED,
    Unreadable,
    check_size_and_compression,
    is_json_type,
    media_type,
    read_json,
    sha256,
)
from ticketing_common.context import accept_request_id, new_request_id
from ticketing_common.contracts.registry import (
    DELIVERY_LIMIT,
    publishing_exchange,
    queues,
    queues_consumed_by,
    task_routes,
)
from ticketing_common.logs import logger
from ticketing_common.pulse import INTERVAL_SECONDS

log = logger(__name__)

# What the broker itself adds to a message.
BROKER_HEADERS = frozenset(
    {"x-death", "x-delivery-count", "x-first-death-exchange", "x-first-death-queue", "x-first-death-reason"}
)
MAX_NAME = 200

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
        "beat_scheduler": "ticketing_common.pulse:PulsingScheduler",
        "beat_max_loop_interval": INTERVAL_SECONDS,
        "broker_channel_error_retry": True,
        "broker_connection_max_retries": None,
        "broker_connection_retry_on_startup": True,
        "broker_heartbeat": 10,
        "broker_connection_timeout": 5,
        "broker_transport_options": {"confirm_publish": True, "confirm_timeout": 5, "write_timeout": 10},
        "task_soft_time_limit": TASK_SOFT_LIMIT_SECONDS,
        "task_time_limit": TASK_LIMIT_SECONDS,
        "task_create_missing_queues": False,
        "task_queues": [_queue(spec.name, service) for spec in queues_consumed_by(service)],
        "task_routes": task_routes(service),
        "timezone": "UTC",
        "enable_utc": True,
    }


def _queue(name: str, service: str) -> Queue:
    # The type must be here although Celery declares nothing: the worker decides by it how to set its prefetch.
    return Queue(
        name,
        Exchange(publishing_exchange(service)),
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
    # Celery would open a new database connection for every message; `keep_good_connections` decides instead.
    app.conf.CELERY_DB_REUSE_MAX = 10**9
    app.autodiscover_tasks()
    return app


@task_prerun.connect
@task_postrun.connect
def keep_good_connections(**_kwargs: Any) -> None:
    """Close the database connections that are broken or too old, as between two requests."""
    close_old_connections()


@worker_init.connect
def trust_connections(**_kwargs: Any) -> None:
    """Leave out the question before each message whether the connection still stands: the handler tries again."""
    from django.conf import settings

    from ticketing_common.database import start_as

    start_as("worker")
    settings.DATABASES["default"]["CONN_HEALTH_CHECKS"] = False


@task_failure.connect
def record_failed_tick(sender: Any, task_id: str, exception: BaseException, **kwargs: Any) -> None:
    """Give a timer's tick that raised its row: it is dead-lettered too, and no consumer of ours has recorded it."""
    from ticketing_common.inbox.consume import consumer_tasks
    from ticketing_common.inbox.dead_letters import failure_reason, record_dead_letter

    if sender.name in consumer_tasks:
        return

    info = sender.request.delivery_info or {}
    record_dead_letter(
        queue=str(info.get("routing_key") or ""),
        message_id=str(task_id),
        task=str(sender.name),
        code="handler_failed",
        reason=failure_reason(str(info.get("routing_key") or ""), exception),
        headers={},
        payload={"args": [], "kwargs": {}},
        body_sha256=getattr(sender.request, "body_sha256", None),
    )


@setup_logging.connect
def keep_our_logging(**_kwargs: Any) -> None:
    """Celery asks who configures logging when this signal has a receiver; Django's settings have done it."""


@dataclass(frozen=True)
class Call:
    """What a message asks for, whichever of the three shapes it came in."""

    task: str
    id: str
    request_id: str
    args: list[Any]
    kwargs: dict[str, Any]
    # The body can go to the pool's process as it is.
    is_clean: bool = False


def prepare(message: Any) -> None:
    """Bring a message into the one form that Celery is given, or raise `Unreadable`.

    Celery's protocols 1 and 2 are read, and a JSON object without task headers becomes the task that its queue
    names. Only what the call needs is taken over: an expiry would throw an accepted message away, callbacks and
    chains would let a publisher run other tasks, and odd values in the other headers stop a worker. A start time is
    refused: a waiting message would hold up the quorum queue.
    """
    given = message.headers if isinstance(message.headers, dict) else {}
    _check_delivery_count(message, given)
    if is_forged(given.get("x-death")):
        raise Unreadable("forged_headers", "The x-death header was not written by RabbitMQ.")
    body = body_of(message)
    payload = _decode(message, given, body)
    if "task" in given:
        call = _from_protocol_2(given, payload)
    elif isinstance(payload, dict) and "task" in payload and {"args", "kwargs"} & payload.keys():
        call = _from_protocol_1(payload)
    else:
        call = _from_plain_json(message, given, payload)
    _check_queue(message, call)
    message.headers = {
        **{name: value for name, value in given.items() if name in BROKER_HEADERS},
        "lang": "py",
        "task": call.task,
        "id": call.id,
        "root_id": call.id,
        "parent_id": None,
        "group": None,
        "retries": 0,
        "timelimit": [None, None],
        "argsrepr": "",
        "kwargsrepr": "",
        "ignore_result": True,
        "request_id": call.request_id,
        "body_sha256": sha256(body),
    }
    is_as_celery_writes_it = message.content_type == "application/json" and message.content_encoding == "utf-8"
    if not (call.is_clean and is_as_celery_writes_it) or body.startswith(BYTE_ORDER_MARKS):
        message.body = json.dumps([call.args, call.kwargs, {}])
        message.content_type, message.content_encoding = "application/json", "utf-8"
        message._decoded_cache = None


def body_of(message: Any) -> bytes:
    """Return the body as it came; a client library may have decoded it already."""
    return message.body if isinstance(message.body, bytes) else str(message.body).encode("utf-8", "surrogatepass")


def _check_queue(message: Any, call: Call) -> None:
    """Refuse a task that `queues.toml` does not list for the queue, and anything said to a timer.

    One worker consumes several queues: a publisher with rights on one of them must not reach the others' tasks, nor
    those that Celery brings along.
    """
    name = _queue_of(message)
    queue = queues().get(name)
    if queue is None or call.task not in queue.tasks:
        is_known = call.task in current_app.tasks or any(call.task in other.tasks for other in queues().values())
        if not is_known:
            raise Unreadable("unknown_task", "No task is registered under this name.")
        raise Unreadable("wrong_queue", f"The queue {name[:MAX_NAME]} does not carry {call.task}.")
    if queue.is_timer and (call.args or call.kwargs):
        raise Unreadable("unexpected_arguments", "A timer's tick takes no arguments.")


def _check_delivery_count(message: Any, headers: dict[str, Any]) -> None:
    """Refuse, with a reason, what the broker would move to the dead letters after this delivery without one."""
    from django.conf import settings

    # On a first delivery the header is the publisher's own, or left from an earlier life of a replayed message.
    count = headers.get("x-delivery-count") if (message.delivery_info or {}).get("redelivered") else 0
    if isinstance(count, int) and count >= getattr(settings, "MESSAGE_DELIVERY_LIMIT", DELIVERY_LIMIT):
        raise Unreadable("delivery_limit", f"Delivered {count + 1} times; its worker never lived to answer.")


def _decode(message: Any, headers: dict[str, Any], body: bytes) -> Any:
    encoding = message.content_encoding
    check_size_and_compression(body, content_encoding=encoding, compression=headers.get("compression"))
    kind, charset = media_type(message.content_type)
    if kind in UNTYPED:
        queue = queues().get(_queue_of(message))
        if queue is None or queue.plain_json is None:
            return None  # only a client without Celery may leave the type out
    elif not is_json_type(kind):
        raise Unreadable("undecodable", f"The content type {kind[:100]!r} is not JSON.")
    elif not body and "task" in headers:
        return None
    return read_json(body, charset=charset, content_encoding=encoding)


def _from_protocol_2(headers: dict[str, Any], payload: Any) -> Call:
    if not (isinstance(payload, list) and len(payload) == 3):
        raise Unreadable("malformed_body", "The body of a task message must be [args, kwargs, embed].")
    args, kwargs, embed = payload
    if not isinstance(args, list) or not isinstance(kwargs, dict) or not isinstance(embed, dict | None):
        raise Unreadable("malformed_body", "The body of a task message must be [list, object, object].")
    _check_start_time(headers.get("eta"))
    is_clean = embed is not None and not any(embed.values())
    return _call(headers.get("task"), headers.get("id"), headers.get("request_id"), args, kwargs, is_clean)


def _from_protocol_1(payload: dict[str, Any]) -> Call:
    args, kwargs = payload.get("args") or [], payload.get("kwargs") or {}
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        raise Unreadable("malformed_body", "args must be a list and kwargs an object.")
    _check_start_time(payload.get("eta"))
    return _call(payload.get("task"), payload.get("id"), None, args, kwargs)


def _from_plain_json(message: Any, headers: dict[str, Any], payload: Any) -> Call:
    queue = queues().get(_queue_of(message))
    if queue is None or queue.plain_json is None:
        raise Unreadable("not_a_task", "The message has no task headers, and this queue takes no plain JSON.")
    if not isinstance(payload, dict):
        raise Unreadable("not_an_object", "A plain JSON message must be an object.")
    message_id = str(message.properties.get("message_id") or new_request_id())
    request_id = headers.get("request_id") or headers.get("X-Request-ID") or message_id
    return _call(queue.plain_json.task, message_id, request_id, [], {queue.plain_json.argument: payload})


def _check_start_time(eta: Any) -> None:
    if eta:
        raise Unreadable("delayed_delivery", "Messages with a start time (eta, countdown) are not accepted.")


def _call(
    task: Any, message_id: Any, request_id: Any, args: list[Any], kwargs: dict[str, Any], is_clean: bool = False
) -> Call:
    has_id = isinstance(message_id, str | int) and not isinstance(message_id, bool) and str(message_id)
    if not isinstance(task, str) or not has_id:
        raise Unreadable("malformed_headers", "The task headers lack a name or an id.")
    if len(task) > MAX_NAME or len(str(message_id)) > MAX_NAME:
        raise Unreadable("malformed_headers", f"A task's name and id have at most {MAX_NAME} characters.")
    accepted_id = accept_request_id(request_id)
    return Call(task, str(message_id), accepted_id, args, kwargs, is_clean)


def _queue_of(message: Any) -> str:
    return str((message.delivery_info or {}).get("routing_key") or "")


def is_forged(deaths: Any) -> bool:
    """Tell whether a publisher made up the list in which RabbitMQ keeps a message's earlier deaths.

    RabbitMQ 3.10 crashes over such a list when it dead-letters the message, again and again, until the queue is down.
    """
    if deaths is None:
        return False
    return not isinstance(deaths, list) or not all(
        isinstance(death, dict)
        and isinstance(death.get("count"), int)
        and all(isinstance(death.get(name), str) for name in ("queue", "reason", "exchange"))
        and isinstance(death.get("routing-keys"), list)
        for death in deaths
    )


class PackedMessage(pyamqp.Message):
    """A message that is not unpacked as soon as it is read: `prepare` refuses compressed ones by their size here."""

    def __init__(self, msg: Any, channel: Any = None, **kwargs: Any) -> None:
        headers = msg.properties.get("application_headers") or {}
        msg.properties["application_headers"] = {k: v for k, v in headers.items() if k != "compression"}
        super().__init__(msg, channel, **kwargs)
        self.headers = headers


class SafeConsumer(Consumer):
    """Rejects to the dead-letter queue, with a stored reason, what Celery would acknowledge or die of."""

    connection_errors: tuple[type[BaseException], ...]
    task_consumer: Any

    class Blueprint(Consumer.Blueprint):  # type: ignore[misc, valid-type]
        # Delayed delivery would declare some thirty queues; we use no start times, and declare nothing here.
        default_steps = [
            *(step for step in Consumer.Blueprint.default_steps if "delayed_delivery" not in step),
            "ticketing_common.pulse:WorkerPulse",
        ]

    def __init__(self, *args: Any, worker_options: dict[str, Any] | None = None, **kwargs: Any) -> None:
        # Workers that look for each other declare exclusive queues; nothing here needs to know of the others.
        alone = {"without_mingle": True, "without_gossip": True, "without_heartbeat": True}
        kwargs["worker_options"] = {**(worker_options or {}), **alone}
        super().__init__(*args, **kwargs)

    def create_task_handler(self, *args: Any, **kwargs: Any) -> Callable[[Any], None]:
        self.task_consumer.channel.Message = PackedMessage
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
        body = body_of(message)
        record_dead_letter(
            queue=_queue_of(message),
            message_id=str(headers.get("id") or message.properties.get("message_id") or ""),
            task=str(headers.get("task") or ""),
            code=code,
            reason=reason,
            headers=headers,
            body=body,
            body_sha256=headers.get("body_sha256"),
        )
        # The pool's processes are forked from this one: an open connection must not be shared with them.
        connection.close()
        if is_forged(headers.get("x-death")):
            self._bury(message, headers)
        else:
            message.reject_log_error(log, self.connection_errors)

    def _bury(self, message: Any, headers: dict[str, Any]) -> None:
        """Put a copy among the dead letters and acknowledge: rejecting would crash the broker's dead-lettering."""
        from ticketing_common.outbox.publisher import Publisher, PublishError

        kept = {name: value for name, value in headers.items() if isinstance(value, str | bool | int)}
        body = body_of(message)
        try:
            with Publisher(self.app.conf.broker_url) as publisher:
                publisher.publish_raw(queue=f"{_queue_of(message)}.dead", body=body, headers=kept)
        except PublishError as error:
            raise ConnectionError("The broker did not take the copy.") from error
        message.ack_log_error(log, self.connection_errors)
