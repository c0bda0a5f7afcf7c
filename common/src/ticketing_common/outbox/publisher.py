"""Publish to RabbitMQ with pika: a window of confirms, `mandatory`, a limit on blocked connections.

Celery's own producer is not used: it hangs under a broker alarm, and reports neither unroutable messages nor a
cut line. The messages are Celery's protocol 2 all the same, so Celery workers consume them.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import pika
from django.conf import settings
from pika.channel import Channel

from ticketing_common.broker import broker_parameters
from ticketing_common.contracts.registry import publishing_exchange

if TYPE_CHECKING:
    from ticketing_common.outbox.models import OutboxMessage

# What pika raises over a message that can't be put into AMQP's frames: no failure of the line.
UNENCODABLE = (
    pika.exceptions.ShortStringTooLong,
    pika.exceptions.UnsupportedAMQPFieldException,
    ValueError,
    TypeError,
    AssertionError,
    struct.error,
)
PublishError = (pika.exceptions.AMQPError, OSError)
CONFIRM_SECONDS = 20.0  # heartbeats notice a dead line before
CLOSE_SECONDS = 2.0
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


@dataclass(frozen=True)
class Envelope:
    """A message as the broker takes it."""

    exchange: str
    routing_key: str
    body: bytes
    properties: pika.BasicProperties
    is_mandatory: bool = True

    @classmethod
    def of(cls, message: OutboxMessage) -> Self:
        message_id = str(message.message_id)
        is_event = bool(message.exchange)
        headers = (
            {"request_id": message.request_id}
            if is_event
            else celery_headers(
                task=message.task, message_id=message_id, kwargs=message.kwargs, request_id=message.request_id
            )
        )
        return cls(
            exchange=message.exchange or publishing_exchange(settings.SERVICE_NAME),
            routing_key=message.queue,
            body=json.dumps(message.kwargs).encode() if is_event else celery_body(message.kwargs),
            properties=pika.BasicProperties(
                content_type="application/json",
                content_encoding="utf-8",
                delivery_mode=2,
                message_id=message_id,
                correlation_id=message_id,
                headers=headers,
            ),
            is_mandatory=not is_event,  # a fan-out may have no listener just now
        )


@dataclass
class Outcome:
    """The broker's answer to each message, by its place; `broken` where the line gave way before all were answered."""

    confirmed: list[int] = field(default_factory=list)
    refused: list[tuple[int, Exception]] = field(default_factory=list)
    broken: Exception | None = None


class Publisher:
    """One connection and one channel; not for use by several threads.

    Messages of one call are on their way at the same time, up to `window`: they may arrive in any order where the
    broker returns or refuses one of them, so a call must not hold two messages whose order matters.
    """

    window = 100

    def __init__(self, url: str) -> None:
        self._addresses = broker_parameters(url, name="outbox-relay")
        self._connection: pika.SelectConnection | None = None
        self._channel: Channel | None = None
        self._failure: Exception | None = None  # why connection or channel is gone
        self._tag = 0
        self._waiting: dict[int, tuple[int, Envelope]] = {}  # by delivery tag: no answer yet
        self._returned: set[str | None] = set()  # message ids, until their confirm comes
        self._outcome = Outcome()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def is_connected(self) -> bool:
        return bool(self._channel and self._channel.is_open)

    # --- publishing -----------------------------------------------------------------------------------------------

    def publish(self, messages: Sequence[OutboxMessage]) -> Outcome:
        """Publish the messages and return what the broker said of each. Raises nothing of `PublishError`."""
        envelopes: list[Envelope] = []
        places: list[int] = []
        unsealed: list[tuple[int, Exception]] = []
        for place, message in enumerate(messages):
            try:
                envelopes.append(Envelope.of(message))
                places.append(place)
            except UNENCODABLE as error:
                unsealed.append((place, error))
        outcome = self.send(envelopes)
        outcome.confirmed = [places[index] for index in outcome.confirmed]
        outcome.refused = [(places[index], error) for index, error in outcome.refused] + unsealed
        return outcome

    def publish_raw(self, *, queue: str, body: bytes, headers: dict[str, Any]) -> None:
        """Put a body that is not ours into a queue; return after the broker's confirm, or raise a `PublishError`."""
        properties = pika.BasicProperties(delivery_mode=2, headers=headers)
        outcome = self.send([Envelope(publishing_exchange(settings.SERVICE_NAME), queue, body, properties)])
        error = outcome.broken or next((error for _, error in outcome.refused), None)
        if error is not None:
            raise error

    def send(self, envelopes: Sequence[Envelope]) -> Outcome:
        """Publish window by window.

        The broker closes the channel over a message that it can't take at all, and says not which one. Those without
        an answer then go again one by one, so that only the culprit is refused; one may arrive twice, with one id.
        """
        self._outcome = outcome = Outcome()
        left, suspects = list(enumerate(envelopes)), 0
        try:
            while left:
                size = 1 if suspects else self.window
                batch, left = left[:size], left[size:]
                suspects = max(0, suspects - 1)
                closed = self._send_window(batch)
                if closed is not None and len(batch) == 1:
                    outcome.refused.append((batch[0][0], closed))
                elif closed is not None:
                    unanswered = list(self._waiting.values())
                    left, suspects = unanswered + left, len(unanswered)
        except PublishError as error:
            outcome.broken = error
            self.close()
        return outcome

    def _send_window(self, batch: Sequence[tuple[int, Envelope]]) -> Exception | None:
        """Publish and wait for every confirm; return why the broker closed the channel, if it did."""
        channel = self.connect()
        self._waiting = {}
        for place, envelope in batch:
            try:
                channel.basic_publish(
                    exchange=envelope.exchange,
                    routing_key=envelope.routing_key,
                    body=envelope.body,
                    properties=envelope.properties,
                    mandatory=envelope.is_mandatory,
                )
            except UNENCODABLE as error:  # nothing of it was sent
                self._outcome.refused.append((place, error))
                continue
            self._tag += 1
            self._waiting[self._tag] = (place, envelope)
        if not self._run(lambda: not self._waiting or self._failure is not None, CONFIRM_SECONDS):
            raise pika.exceptions.AMQPConnectionError("The broker does not confirm.")
        if not self._waiting:
            return None
        failure = _as_publish_error(self._failure)
        is_about_a_message = isinstance(failure, pika.exceptions.ChannelClosedByBroker)
        if is_about_a_message:
            return failure
        raise failure

    def _on_answer(self, frame: Any) -> None:
        """Take a confirm or a refusal, of one message or of all up to it."""
        is_ack = isinstance(frame.method, pika.spec.Basic.Ack)
        last = frame.method.delivery_tag
        tags = [tag for tag in self._waiting if tag <= last] if frame.method.multiple else [last]
        for tag in tags:
            if tag not in self._waiting:
                continue
            place, envelope = self._waiting.pop(tag)
            if not is_ack:
                self._outcome.refused.append((place, pika.exceptions.NackError([])))
            elif envelope.properties.message_id in self._returned:
                self._outcome.refused.append((place, pika.exceptions.UnroutableError([])))
            else:
                self._outcome.confirmed.append(place)
            self._returned.discard(envelope.properties.message_id)

    def _on_return(self, _channel: Channel, _method: Any, properties: pika.BasicProperties, _body: bytes) -> None:
        self._returned.add(properties.message_id)

    # --- the connection -------------------------------------------------------------------------------------------

    def connect(self) -> Channel:
        """Return the open channel; raise one of `PublishError` where there is no way to the broker."""
        if self._connection is None or not self._connection.is_open:
            self.close()
            self._connection = self._open_any()
        if self._channel is None or not self._channel.is_open:
            self._channel = self._open_channel(self._connection)
        return self._channel

    def _open_any(self) -> pika.SelectConnection:
        """Open a connection to the first address that answers; raise what the last one said where none does."""
        for parameters in self._addresses[:-1]:
            with contextlib.suppress(*PublishError):
                return self._open_connection(parameters)
        return self._open_connection(self._addresses[-1])

    def _open_connection(self, parameters: pika.URLParameters) -> pika.SelectConnection:
        self._failure = None
        connection = pika.SelectConnection(
            parameters,
            on_open_error_callback=lambda _connection, error: self._fail(error),
            on_close_callback=lambda _connection, error: self._fail(error),
        )
        self._connection = connection
        connection.ioloop.activate_poller()
        self._run(lambda: connection.is_open or self._failure is not None, parameters.stack_timeout + 2)
        if not connection.is_open:
            failure = _as_publish_error(self._failure)
            self.close()
            raise failure
        return connection

    def _open_channel(self, connection: pika.SelectConnection) -> Channel:
        self._failure, self._tag, self._waiting, self._returned = None, 0, {}, set()
        ready: list[object] = []
        channel = connection.channel(
            on_open_callback=lambda channel: channel.confirm_delivery(self._on_answer, ready.append)
        )
        channel.add_on_return_callback(self._on_return)
        channel.add_on_close_callback(lambda _channel, error: self._fail(error))
        if not self._run(lambda: bool(ready) or self._failure is not None, CONFIRM_SECONDS) or not ready:
            raise _as_publish_error(self._failure)
        return channel

    def _fail(self, error: Any) -> None:
        # The connection takes its channels with it: the first word says why.
        self._failure = self._failure or _as_publish_error(error)

    def _run(self, is_done: Callable[[], bool], seconds: float) -> bool:
        """Let pika work until it is done; False when the time is over before."""
        if self._connection is None:
            return False
        loop, over = self._connection.ioloop, []
        timer = loop.call_later(seconds, lambda: over.append(True))
        while not is_done() and not over:
            loop.poll()
            loop.process_timeouts()
        loop.remove_timeout(timer)
        return is_done()

    def keep_alive(self) -> None:
        """Let pika answer heartbeats while there is nothing to publish; connect anew when the line is gone."""
        self.connect()
        self._run(lambda: False, 0)

    def close(self) -> None:
        connection = self._connection
        if connection is None:
            return
        with contextlib.suppress(*PublishError):  # it is going away anyway
            if connection.is_open:
                connection.close()
            self._run(lambda: connection.is_closed, CLOSE_SECONDS)
        connection.ioloop.deactivate_poller()
        connection.ioloop.close()
        self._connection = self._channel = None


def _as_publish_error(error: Any) -> Exception:
    if isinstance(error, Exception) and isinstance(error, PublishError):
        return error
    failure: Exception = pika.exceptions.AMQPConnectionError(str(error or "The broker does not answer."))
    return failure
