"""The Celery set-up of all services: settings, queues, and a consumer that no message can kill.

The reasons for the settings are in docs/adr; none of them may be dropped without running the message tests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, task_failure, task_postrun, task_prerun, worker_init
from celery.worker.consumer.consumer import Consumer
from django.db import close_old_connections
from kombu import Exchange, Queue
from kombu.transport import pyamqp

from ticketing_common.bodies import Unreadable
from ticketing_common.calls import body_of, is_forged, prepare, queue_of
from ticketing_common.contracts.registry import (
    publishing_exchange,
    queues_consumed_by,
    task_routes,
)
from ticketing_common.env import split_urls
from ticketing_common.logs import logger
from ticketing_common.pulse import INTERVAL_SECONDS

log = logger(__name__)

# Of messages that are handled together, at most so many are one job (ticketing_common.inbox.batches).
MAX_BATCH = 50
TASK_SOFT_LIMIT_SECONDS, TASK_LIMIT_SECONDS = 240, 300


def celery_settings(service: str, broker_url: str) -> dict[str, Any]:
    """Return the settings that all workers and beats share."""
    return {
        "broker_url": split_urls(broker_url),
        # Celery by itself does not compare the certificate with the host's name, which kombu puts in place of None.
        **({"broker_use_ssl": {"server_hostname": None}} if broker_url.startswith("amqps:") else {}),
        "accept_content": ["json"],
        "task_serializer": "json",
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_acks_on_failure": False,
        "task_acks_on_timeout": False,
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


def make_app(service: str, *, prefetch: int = 4) -> Celery:
    """Return the service's Celery application; its tasks are found in the apps' `tasks` modules.

    `prefetch` is how many messages of a queue a worker has for each of its processes: no batch can be larger.
    """
    from django.conf import settings

    app = Celery(service)
    app.conf.update(celery_settings(service, settings.RABBITMQ_URL))
    app.conf.worker_prefetch_multiplier = prefetch
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


@beat_init.connect
@worker_init.connect
def show_metrics(**_kwargs: Any) -> None:
    """What is read from the database for all is shown by web processes and relays."""
    from ticketing_common.metrics import serve

    serve(with_gauges=False)


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
            queue=queue_of(message),
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
        from django.conf import settings

        from ticketing_common.outbox.publisher import Publisher, PublishError

        kept = {name: value for name, value in headers.items() if isinstance(value, str | bool | int)}
        body = body_of(message)
        try:
            with Publisher(settings.RABBITMQ_URL) as publisher:
                publisher.publish_raw(queue=f"{queue_of(message)}.dead", body=body, headers=kept)
        except PublishError as error:
            raise ConnectionError("The broker did not take the copy.") from error
        message.ack_log_error(log, self.connection_errors)
