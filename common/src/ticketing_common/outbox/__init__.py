"""Publish what was committed: rows in the change's transaction, sent by a relay afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ticketing_common.contracts.messages import Message

CHANNEL = "outbox"


class NoTransaction(RuntimeError):
    """`enqueue` was called outside a transaction: the message could outlive a rolled-back change."""


def enqueue(*messages: Message, request_ids: Sequence[str] = ()) -> list[int]:
    """Record the messages in the caller's transaction; a relay publishes them after the commit.

    `request_ids` are what caused each, where that is not one request for all. Returns the ids of their rows.
    Raises `InvalidMessage` when one does not fit its schema and `NoTransaction` outside a transaction.
    """
    rows = [("", message.queue, message.task, message.validate(), message.key) for message in messages]
    return _record(rows, request_ids)


def broadcast(exchange: str, *payloads: dict[str, Any], keys: Sequence[str] = ()) -> list[int]:
    """Record messages for a fan-out exchange of the registry, such as `tts.revocations`; return the ids of their rows.

    `keys` are those of the payloads, in their order; without them no message waits for another.
    """
    from ticketing_common.contracts.messages import check
    from ticketing_common.contracts.registry import exchanges

    if exchange not in exchanges():
        raise ValueError(f"The exchange {exchange!r} is not in queues.toml.")
    for payload in payloads:
        check(exchange, payload)
    keyed: Sequence[str | None] = keys or [None] * len(payloads)
    return _record([(exchange, "", exchange, payload, key) for payload, key in zip(payloads, keyed, strict=True)])


# PostgreSQL delivers the announcement when, and only when, the transaction commits. One round trip for both: this
# runs in every transaction that tells another service something.
_NOTIFY = f"NOTIFY {CHANNEL}; "
_INSERT = (
    "INSERT INTO outbox_messages (exchange, queue, task, kwargs, key, message_id, request_id,"
    " created_at, next_attempt_at, attempts, last_error) VALUES {rows} RETURNING id"
)
# The database's time, which the relay goes by: a writer whose clock is ahead must not delay its messages.
_ROW = "(%s, %s, %s, %s, %s, %s, %s, now(), now(), 0, '')"


def _record(rows: list[tuple[str, str, str, dict[str, Any], str | None]], request_ids: Sequence[str] = ()) -> list[int]:
    """Insert rows of exchange, queue, task, payload and key."""
    from django.conf import settings
    from django.db import connection

    from ticketing_common.context import current_request_id
    from ticketing_common.contracts.registry import queues
    from ticketing_common.jsontext import dumps

    if not connection.in_atomic_block:
        raise NoTransaction("enqueue() needs an open transaction.")
    for queue in {row[1] for row in rows}:
        if queue and settings.SERVICE_NAME not in queues()[queue].producers:
            raise ValueError(f"queues.toml does not list {settings.SERVICE_NAME} as a producer of {queue}.")
    if not rows:
        return []
    values: list[Any] = []
    causes = request_ids or [current_request_id()] * len(rows)
    for (exchange, queue, task, kwargs, key), request_id in zip(rows, causes, strict=True):
        values += (exchange, queue, task, dumps(kwargs), key, str(uuid.uuid4()), request_id)
    with connection.cursor() as cursor:
        insert = _INSERT.format(rows=", ".join([_ROW] * len(rows)))
        cursor.execute(_NOTIFY + insert, values)
        return [row_id for (row_id,) in cursor.fetchall()]
