"""Celery's strategy for tasks whose waiting messages are handled together: one job, one transaction (ADR 25).

A message that comes while a process of the pool is free starts at once, alone. Those that come while all are busy
wait, and are one job when the next is free. What the worker has prefetched bounds a batch.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from typing import Any

from celery.worker.request import Request
from celery.worker.state import task_reserved
from kombu import Message

from ticketing_common.celery import MAX_BATCH

# What belongs to each message of a batch, beside its arguments.
KEPT_HEADERS = ("id", "request_id", "body_sha256")


class BatchRequest(Request):
    """One job for several deliveries; it returns the positions of those that are to be dead-lettered."""

    refused: frozenset[int] = frozenset()

    def on_success(self, failed__retval__runtime: tuple[Any, Any, Any], **kwargs: Any) -> Any:
        failed, returned, _ = failed__retval__runtime
        if not failed:
            self.refused = frozenset(json.loads(returned))
        return super().on_success(failed__retval__runtime, **kwargs)


class Waiting:
    """A delivery that is not handled yet, with its key: deliveries of one key are never under way side by side."""

    def __init__(self, message: Any, ack: Callable[..., None], reject: Callable[..., None], key: str) -> None:
        self.message, self.ack, self.reject, self.key = message, ack, reject, key
        self.is_redelivered = bool((message.delivery_info or {}).get("redelivered"))


class BatchStrategy:
    """Made by a worker for each of its connections; `task.batch_key` reads a key from a call's arguments."""

    def __init__(self, task: Any, app: Any, consumer: Any, **_options: Any) -> None:
        self._task, self._app, self._consumer = task, app, consumer
        self._waiting: deque[Waiting] = deque()
        self._batches: list[list[Waiting]] = []  # under way

    def __call__(self, message: Any, _body: Any, ack: Any, reject: Any, _callbacks: Any, **_options: Any) -> None:
        args, kwargs, _ = message.payload
        self._waiting.append(Waiting(message, ack, reject, self._task.batch_key(args, kwargs)))
        self._start_waiting()

    def _start_waiting(self) -> None:
        channel = getattr(self._consumer.task_consumer, "channel", None)
        if self._waiting and self._waiting[0].message.channel is not channel:
            # The connection is gone, or the worker stops: the broker delivers them again.
            self._waiting.clear()
        while len(self._batches) < self._consumer.pool.num_processes and (batch := self._take()):
            self._start(batch)

    def _take(self) -> list[Waiting]:
        """Take the next batch in the order of arrival, but for what waits for another batch of the same key.

        A message that comes again may have killed its worker: it goes alone.
        """
        busy = {each.key for batch in self._batches for each in batch if each.key}
        taken: list[Waiting] = []
        for each in list(self._waiting):
            if each.key in busy:
                continue
            if taken and (each.is_redelivered or taken[0].is_redelivered or len(taken) == MAX_BATCH):
                break
            taken.append(each)
        for each in taken:
            self._waiting.remove(each)
        return taken

    def _start(self, batch: list[Waiting]) -> None:
        first = batch[0].message
        payload = [[each.message.payload[:2] for each in batch], {}, {}]
        headers: Any = [
            {
                **{name: value for name, value in each.message.headers.items() if name.startswith("x-")},
                **{name: each.message.headers[name] for name in KEPT_HEADERS},
                "redelivered": each.is_redelivered,
            }
            for each in batch
        ]
        message: Any = Message(
            body=json.dumps(payload),
            content_type="application/json",
            content_encoding="utf-8",
            delivery_info=first.delivery_info,
            headers=first.headers | {"batch": headers},
        )
        message._decoded_cache = payload

        def on_ack(log: Any, errors: Any) -> None:
            for position, each in enumerate(batch):
                if position in request.refused:
                    each.reject(log, errors, False)
                else:
                    each.ack(log, errors)
            self._end(batch)

        def on_reject(log: Any, errors: Any, requeue: bool = False) -> None:
            # What fails as a whole comes again one by one: not all of it can be to blame.
            for each in batch:
                each.reject(log, errors, requeue or len(batch) > 1)
            self._end(batch)

        request = BatchRequest(
            message,
            on_ack=on_ack,
            on_reject=on_reject,
            app=self._app,
            task=self._task,
            hostname=self._consumer.hostname,
            connection_errors=self._consumer.connection_errors,
        )
        self._batches.append(batch)
        task_reserved(request)
        self._consumer.on_task_request(request)

    def _end(self, batch: list[Waiting]) -> None:
        self._batches.remove(batch)
        self._start_waiting()
