"""Turn a function into a Celery task that has its effect once, retries what passes, and loses nothing."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from celery import Task, shared_task
from celery.exceptions import Reject
from django.db import InterfaceError, OperationalError, connection, transaction

from ticketing_common import metrics
from ticketing_common.context import accept_request_id, request_id_var
from ticketing_common.contracts.messages import InvalidMessage, Message
from ticketing_common.inbox.dead_letters import failure_reason, record_dead_letter
from ticketing_common.inbox.models import ProcessedMessage
from ticketing_common.logs import logger

log = logger(__name__)

M = TypeVar("M", bound=Message)

# Back-off while the database is away: well under the soft time limit, and slow enough that requeueing afterwards
# does not burn the queue's delivery limit.
FIRST_WAIT, LONGEST_WAIT, GIVE_UP_AFTER = 0.2, 3.0, 180.0


@dataclass(frozen=True)
class Delivery:
    """What came with the message beside its payload."""

    message_id: str
    queue: str
    task: str
    request_id: str
    is_redelivered: bool
    headers: dict[str, Any] = field(default_factory=dict)
    body_sha256: str | None = None


@dataclass(frozen=True)
class Rejected:
    """Returned by a handler: keep what the transaction wrote, and dead-letter the message for this reason."""

    code: str
    reason: str


# Tasks made here: they record their own failures.
consumer_tasks: set[str] = set()

Handler = Callable[[M, Delivery], Rejected | None]


def consumes(message_type: type[M], *, is_validated_here: bool = True) -> Callable[[Handler[M]], Task[..., None]]:
    """Register the decorated function as the consumer of a message.

    The function runs in one transaction with the inbox row of the message; a second delivery does nothing. It gets
    the parsed message (with `is_validated_here=False` it checks the payload itself, to keep a record of what does
    not fit) and the delivery. It raises to dead-letter the message and undo everything, or returns `Rejected` to
    dead-letter it and keep what it wrote. While the database is away it is tried again for three minutes, then
    the message goes back to its queue.
    """

    def decorate(handler: Handler[M]) -> Task[..., None]:
        @shared_task(name=message_type.task, bind=True)
        @functools.wraps(handler)
        def task(self: Task[..., None], *args: Any, **kwargs: Any) -> None:
            _consume(self, message_type, handler, args, kwargs, is_validated_here)

        consumer_tasks.add(message_type.task)
        return task

    return decorate


def _consume(
    task: Task[..., None],
    message_type: type[M],
    handler: Handler[M],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    is_validated_here: bool,
) -> None:
    delivery = _delivery(task)
    token = request_id_var.set(delivery.request_id)
    started = time.perf_counter()
    try:
        message = _parse(message_type, args, kwargs, is_validated_here)
        outcome = _with_patience(lambda: _run_once(message, delivery, handler))
    except InvalidMessage as error:
        _reject(delivery, args, kwargs, code="invalid_message", reason=str(error))
    except (OperationalError, InterfaceError) as error:
        metrics.MESSAGES.labels(delivery.task, "requeued").inc()
        log.error("message_requeued", task=delivery.task, message_id=delivery.message_id, error=type(error).__name__)
        raise Reject("The database is away.", requeue=True) from error
    except Exception as error:
        record_dead_letter(
            queue=delivery.queue,
            message_id=delivery.message_id,
            task=delivery.task,
            code="handler_failed",
            reason=failure_reason(delivery.queue, error),
            headers=delivery.headers,
            body_sha256=delivery.body_sha256,
            payload={"args": args, "kwargs": kwargs},
            request_id=delivery.request_id,
        )
        metrics.MESSAGES.labels(delivery.task, "failed").inc()
        raise
    else:
        if isinstance(outcome, Rejected):
            _reject(delivery, args, kwargs, code=outcome.code, reason=outcome.reason)
        metrics.MESSAGES.labels(delivery.task, "done").inc()
        log.info(
            "message_done",
            task=delivery.task,
            message_id=delivery.message_id,
            ms=round((time.perf_counter() - started) * 1000, 1),
        )
    finally:
        metrics.MESSAGE_SECONDS.labels(delivery.task).observe(time.perf_counter() - started)
        request_id_var.reset(token)


def _delivery(task: Task[..., None]) -> Delivery:
    request = task.request
    info = request.delivery_info or {}
    headers = dict(getattr(request, "headers", None) or {})
    return Delivery(
        message_id=str(request.id),
        queue=str(info.get("routing_key") or ""),
        task=str(task.name),
        request_id=accept_request_id(headers.get("request_id") or getattr(request, "request_id", None)),
        is_redelivered=bool(info.get("redelivered")),
        headers=headers,
        body_sha256=getattr(request, "body_sha256", None),
    )


def _parse(message_type: type[M], args: tuple[Any, ...], kwargs: dict[str, Any], is_validated_here: bool) -> M:
    """Build the message; positional arguments fill its fields in order, as a foreign publisher may send them."""
    names = [f.name for f in fields(message_type)]
    if len(args) > len(names):
        raise InvalidMessage(f"{len(args)} positional arguments, at most {len(names)} are known.")
    payload = {**dict(zip(names, args, strict=False)), **kwargs}
    if is_validated_here:
        return message_type.parse(payload)
    try:
        return message_type(**{name: payload[name] for name in names if name in payload})
    except TypeError as error:
        raise InvalidMessage(str(error)) from error


def _run_once(message: M, delivery: Delivery, handler: Handler[M]) -> Rejected | None:
    with transaction.atomic():
        if not ProcessedMessage.claim(consumer=delivery.task, message_id=delivery.message_id):
            log.info("message_already_processed", task=delivery.task, message_id=delivery.message_id)
            metrics.MESSAGES.labels(delivery.task, "duplicate").inc()
            return None
        return handler(message, delivery)


def _with_patience(run: Callable[[], Rejected | None]) -> Rejected | None:
    """Try again with growing waits while the database is away or picks this transaction as a deadlock's victim."""
    deadline = time.monotonic() + GIVE_UP_AFTER
    wait = FIRST_WAIT
    while True:
        try:
            return run()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or time.monotonic() + wait > deadline:
                raise
            log.warning("database_retry", error=type(error).__name__, wait=round(wait, 2))
            connection.close()
            time.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)


def _reject(delivery: Delivery, args: tuple[Any, ...], kwargs: dict[str, Any], *, code: str, reason: str) -> None:
    record_dead_letter(
        queue=delivery.queue,
        message_id=delivery.message_id,
        task=delivery.task,
        code=code,
        reason=reason,
        headers=delivery.headers,
        body_sha256=delivery.body_sha256,
        payload={"args": args, "kwargs": kwargs},
        request_id=delivery.request_id,
    )
    metrics.MESSAGES.labels(delivery.task, "rejected").inc()
    raise Reject(reason, requeue=False)
