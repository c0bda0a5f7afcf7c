"""Give every message in a dead-letter queue a row with its reason, also those that no consumer of ours rejected.

A consumer writes the row before it rejects. The broker itself moves what expired by its publisher's wish, and what a
worker that was killed or out of time did not answer for. Those messages stay in `<queue>.dead`; they get their rows
here, from what the broker notes in `x-death`.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pika
from django.conf import settings
from django.db import Error, connection
from django.db.models import Q
from pika.adapters.blocking_connection import BlockingChannel

from ticketing_common.bodies import sha256
from ticketing_common.broker import blocking_connection
from ticketing_common.contracts.registry import QueueSpec, queues_consumed_by
from ticketing_common.inbox.dead_letters import record_dead_letter
from ticketing_common.inbox.models import DeadLetter
from ticketing_common.logs import logger

log = logger(__name__)

LOOK_SECONDS = 15.0
# More than these are looked at when some of them have been taken out of the queue.
MAX_MESSAGES = 10_000

REASONS = {
    "expired": ("expired", "The expiry that its publisher set passed before a worker took the message."),
    "delivery_limit": ("delivery_limit", "Delivered too often; its worker never lived to answer."),
    "maxlen": ("queue_full", "The queue was full."),
    "rejected": ("rejected", "Rejected without a stored reason: the worker was out of time, or without a database."),
}
NO_REASON = ("no_reason", "Put among the dead letters directly; the broker notes no reason.")


@dataclass(frozen=True)
class DeadMessage:
    message_id: str
    headers: dict[str, Any]
    body: bytes
    body_sha256: str

    @property
    def reason(self) -> tuple[str, str]:
        deaths = self.headers.get("x-death")
        newest = deaths[0] if isinstance(deaths, list) and deaths and isinstance(deaths[0], dict) else {}
        return REASONS.get(str(newest.get("reason")), NO_REASON)


def record_unrecorded(channel: BlockingChannel, queue: QueueSpec) -> int:
    """Look at the queue's dead letters, give rows to those without, and return how many those were.

    The messages go back where they were when the channel is closed.
    """
    found: list[DeadMessage] = []
    while len(found) < MAX_MESSAGES:
        method, properties, body = channel.basic_get(queue.dead_name)
        if method is None or properties is None:
            break
        headers = dict(properties.headers or {})
        message_id = str(headers.get("id") or properties.message_id or "")[:200]
        found.append(DeadMessage(message_id, headers, body or b"", sha256(body or b"")))
    unrecorded = _without_row(queue.name, found)
    for message in unrecorded:
        code, reason = message.reason
        record_dead_letter(
            queue=queue.name,
            message_id=message.message_id,
            task=str(message.headers.get("task") or ""),
            code=code,
            reason=reason,
            headers=message.headers,
            body=message.body,
            request_id=str(message.headers.get("request_id") or ""),
        )
    return len(unrecorded)


def _without_row(queue: str, found: list[DeadMessage]) -> list[DeadMessage]:
    """Return the messages without a row: by their id, or where they have none by the number of equal bodies."""
    hashes = {message.body_sha256 for message in found}
    ids = {message.message_id for message in found if message.message_id}
    rows = DeadLetter.objects.filter(Q(body_sha256__in=hashes) | Q(message_id__in=ids), queue=queue)
    known_ids, known_bodies = set(), Counter[str]()
    for message_id, body_sha256 in rows.values_list("message_id", "body_sha256"):
        known_ids.add(message_id)
        known_bodies[body_sha256] += 1
    left = []
    for message in found:
        if message.message_id:
            is_known = message.message_id in known_ids
        else:
            is_known = known_bodies[message.body_sha256] > 0
            known_bodies[message.body_sha256] -= 1
        if not is_known:
            left.append(message)
    return left


#: Of each queue: how many messages waited at the last look, and since when it has not been seen empty.
_waiting: dict[str, tuple[int, float]] = {}


def waiting() -> dict[str, tuple[int, float]]:
    """Return of each queue how many messages waited at the last look, and for how long some have at every look."""
    now = time.monotonic()
    return {queue: (depth, now - since if depth else 0.0) for queue, (depth, since) in _waiting.items()}


def _note_depth(queue: str, depth: int) -> None:
    now = time.monotonic()
    before, since = _waiting.get(queue, (0, now))
    _waiting[queue] = (depth, since if before and depth else now)


class DeadQueueWatch:
    """Looks at the service's queues, and at dead letters whose number has changed. Beside a relay, in a thread."""

    def __init__(self) -> None:
        self._lengths: dict[str, int] = {}
        self._stopping = threading.Event()

    def start(self) -> None:
        if queues_consumed_by(settings.SERVICE_NAME):
            threading.Thread(target=self._run, name="dead-queues", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                self.look()
            except (pika.exceptions.AMQPError, OSError, Error) as error:
                log.warning("dead_queues_not_looked_at", error=type(error).__name__)
            except Exception:
                log.exception("dead_queues_failed")
            finally:
                connection.close()

    def look(self) -> int:
        """Look once; return how many messages got a row."""
        recorded = 0
        name = f"dead-queues-{settings.SERVICE_NAME}"
        with blocking_connection(settings.RABBITMQ_URL, name=name) as broker:
            for queue in queues_consumed_by(settings.SERVICE_NAME):
                channel = broker.channel()
                _note_depth(queue.name, channel.queue_declare(queue.name, passive=True).method.message_count)
                length = channel.queue_declare(queue.dead_name, passive=True).method.message_count
                if length and length != self._lengths.get(queue.name):
                    recorded += record_unrecorded(channel, queue)
                self._lengths[queue.name] = length
                channel.close()
        return recorded
