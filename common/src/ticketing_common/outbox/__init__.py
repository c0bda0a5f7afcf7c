"""Publish what was committed: rows in the change's transaction, sent by a relay afterwards."""

from __future__ import annotations

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
    now = timezone.now()
    messages = OutboxMessage.objects.bulk_create(
        [OutboxMessage(**row, request_id=current_request_id(), next_attempt_at=now) for row in rows]
    )
    if messages:
        with connection.cursor() as cursor:
            # Delivered by PostgreSQL when, and only when, the transaction commits.
            cursor.execute(f"NOTIFY {CHANNEL}")
    return messages
