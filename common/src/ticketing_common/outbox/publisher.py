"""Publish to RabbitMQ with pika: confirms, `mandatory`, a limit on blocked connections.

Celery's own producer is not used: it hangs under a broker alarm, and reports neither unroutable messages nor a
cut line. The messages are Celery's protocol 2 all the same, so Celery workers consume them.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import pika
from pika.adapters.blocking_connection import BlockingChannel

if TYPE_CHECKING:
    from ticketing_common.outbox.models import OutboxMessage

PublishError = (pika.exceptions.AMQPError, OSError)
ORIGIN = f"{os.getpid()}@{socket.gethostname()}"


def celery_body(kwargs: dict[str, Any]) -> bytes:
    embedded = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
    return json.dumps([[], kwargs, embedded], separators=(",", ":")).encode()


def celery_headers(*, task: str, message_id: str, kwargs: dict[str, Any], request_id: str) -> dict[str, Any]:
    return {
        "lang": "py",
        "task": task,
        "id": message_id,
        "root_id": message_id,
        "parent_id": None,
        "group": None,
        "retries": 0,
        "timelimit": [None, None],
        "argsrepr": "()",
        "kwargsrepr": "…",
        "origin": ORIGIN,
        "ignore_result": True,
        "request_id": request_id,
    }


class Publisher:
    """One connection and one channel; not for use by several threads."""

    def __init__(self, url: str) -> None:
        self._parameters = pika.URLParameters(url)
        self._parameters.heartbeat = 10
        self._parameters.blocked_connection_timeout = 5
        self._parameters.socket_timeout = 5
        self._parameters.stack_timeout = 8
        self._parameters.client_properties = {"connection_name": "outbox-relay"}
        self._connection: pika.BlockingConnection | None = None
        self._channel: BlockingChannel | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def is_connected(self) -> bool:
        return bool(self._channel and self._channel.is_open)

    def connect(self) -> BlockingChannel:
        if self._channel is None or not self._channel.is_open:
            self.close()
            self._connection = pika.BlockingConnection(self._parameters)
            self._channel = self._connection.channel()
            self._channel.confirm_delivery()
        return self._channel

    def publish(self, message: OutboxMessage) -> None:
        """Return after the broker's confirm, or raise one of `PublishError`."""
        message_id = str(message.message_id)
        is_event = bool(message.exchange)
        body = json.dumps(message.kwargs).encode() if is_event else celery_body(message.kwargs)
        headers = (
            {"request_id": message.request_id}
            if is_event
            else celery_headers(
                task=message.task, message_id=message_id, kwargs=message.kwargs, request_id=message.request_id
            )
        )
        self.connect().basic_publish(
            exchange=message.exchange,
            routing_key=message.queue,
            body=body,
            mandatory=not is_event,  # a fan-out may have no listener just now
            properties=pika.BasicProperties(
                content_type="application/json",
                content_encoding="utf-8",
                delivery_mode=2,
                message_id=message_id,
                correlation_id=message_id,
                headers=headers,
            ),
        )

    def publish_raw(self, *, queue: str, body: bytes, headers: dict[str, Any]) -> None:
        """Put a body that is not ours into a queue; return after the broker's confirm."""
        self.connect().basic_publish(
            exchange="",
            routing_key=queue,
            body=body,
            mandatory=True,
            properties=pika.BasicProperties(delivery_mode=2, headers=headers),
        )

    def keep_alive(self) -> None:
        """Let pika answer heartbeats while there is nothing to publish; connect anew when the line is gone."""
        self.connect().connection.process_data_events(time_limit=0)

    def close(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None and connection.is_open:
            with contextlib.suppress(*PublishError):  # it is going away anyway
                connection.close()
