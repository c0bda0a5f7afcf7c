"""Publish what was committed: rows in the change's transaction, sent by a relay afterwards."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ticketing_common.contracts.messages import Message
    from ticketing_common.outbox.models import OutboxMessage

CHANNEL = "outbox"


class NoTransaction(RuntimeError):
    """`enqueue` was called outside a transaction: the message could outlive a rolled-back change."""


def enqueue(*messages: Message) -> list[OutboxMessage]:
    """Record the messages in the caller's transaction; a relay publishes them after the commit.

    Raises `InvalidMessage` when one does not fit its schema and `NoTransaction` outside a transaction.
    """
    rows = []
    for message in messages:
        message.validate()
        rows.append({"queue": message.queue, "task": message.task, "kwargs": message.as_kwargs(), "key": message.key})
    return _record(rows)


def broadcast(exchange: str, payload: dict[str, Any], *, key: str | None = None) -> OutboxMessage:
    """Record a message for a fan-out exchange of the registry, such as `tts.revocations`."""
    from ticketing_common.contracts.messages import check
    from ticketing_common.contracts.registry import exchanges

    if exchange not in exchanges():
        raise ValueError(f"The exchange {exchange!r} is not in queues.toml.")
    check(exchange, payload)
    return _record([{"exchange": exchange, "queue": "", "task": exchange, "kwargs": payload, "key": key}])[0]


# PostgreSQL delivers the announcement when, and only when, the transaction commits. One round trip for both: this
# runs in every transaction that tells another service something.
_INSERT = (
    "NOTIFY outbox; INSERT INTO outbox_messages (message_id, exchange, queue, task, kwargs, key, request_id,"
    " created_at, next_attempt_at, attempts, last_error) VALUES %s RETURNING id"
)
_ROW = "(%s, %s, %s, %s, %s::jsonb, %s, %s, %s, %s, 0, '')"


def _record(rows: list[dict[str, Any]]) -> list[OutboxMessage]:
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    from ticketing_common.context import current_request_id
    from ticketing_common.contracts.registry import queues
    from ticketing_common.outbox.models import OutboxMessage

    if not connection.in_atomic_block:
        raise NoTransaction("enqueue() needs an open transaction.")
    for row in rows:
        if row["queue"] and settings.SERVICE_NAME not in queues()[row["queue"]].producers:
            raise ValueError(f"queues.toml does not list {settings.SERVICE_NAME} as a producer of {row['queue']}.")
    if not rows:
        return []
    now, request_id = timezone.now(), current_request_id()
    messages = [
        OutboxMessage(**row, request_id=request_id, created_at=now, next_attempt_at=now, last_error="") for row in rows
    ]
    values: list[Any] = []
    for message in messages:
        values += [message.message_id, message.exchange, message.queue, message.task, json.dumps(message.kwargs)]
        values += [message.key, request_id, now, now]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT % ", ".join([_ROW] * len(messages)), values)
        for message, (pk,) in zip(messages, cursor.fetchall(), strict=True):
            message.pk = pk
            message._state.adding, message._state.db = False, connection.alias
    return messages
