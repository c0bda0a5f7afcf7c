"""Turn a function into a Celery task that has its effect once, retries what passes, and loses nothing."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any, Generic, TypeVar

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


class Alone(Enum):
    """Returned by the handler of a batch: nothing was done about this message, it is to be handled after the rest."""

    LATER = "later"


@dataclass
class Arrival(Generic[M]):
    """One delivered message on its way through the handler."""

    delivery: Delivery
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    message: M = field(init=False)  # once it is parsed


def no_key(_args: Any, _kwargs: Any) -> str:
    return ""


BATCHED: dict[str, Any] = {
    "Strategy": "ticketing_common.inbox.batches:BatchStrategy",
    "batch_key": staticmethod(no_key),
}

# Tasks made here: they record their own failures.
consumer_tasks: set[str] = set()

Outcome = Rejected | Alone | None
Handler = Callable[[M, Delivery], Rejected | None]
BatchHandler = Callable[[Sequence[Arrival[M]]], Sequence[Outcome]]


def consumes(
    message_type: type[M], *, is_validated_here: bool = True, in_batches: bool = False
) -> Callable[[Handler[M]], Task[..., Any]]:
    """Register the decorated function as the consumer of a message.

    The function runs in one transaction with the inbox row of the message; a second delivery does nothing. It gets
    the parsed message (with `is_validated_here=False` it checks the payload itself, to keep a record of what does
    not fit) and the delivery. It raises to dead-letter the message and undo everything, or returns `Rejected` to
    dead-letter it and keep what it wrote. While the database is away it is tried again for three minutes, then
    the message goes back to its queue. With `in_batches` it runs for each message that waits, in one transaction.
    """

    def decorate(handler: Handler[M]) -> Task[..., Any]:
        def each(arrivals: Sequence[Arrival[M]]) -> list[Outcome]:
            outcomes: list[Outcome] = []
            for arrival in arrivals:
                request_id_var.set(arrival.delivery.request_id)
                outcomes.append(handler(arrival.message, arrival.delivery))
            return outcomes

        options = BATCHED if in_batches else {}
        return _register(message_type, functools.wraps(handler)(each), is_validated_here, options)

    return decorate


def consumes_batches(
    message_type: type[M], *, is_validated_here: bool = True, key: Callable[[Any, Any], str] = no_key
) -> Callable[[BatchHandler[M]], Task[..., Any]]:
    """Register the decorated function as the consumer of all messages of the kind that wait, in one transaction.

    It returns an outcome for each: as in `consumes`, or `Alone.LATER` for a message that is to be handled by itself
    once the others are committed. When it raises, the batch is undone and handled in halves, down to the one message
    that is to blame. A worker never has two messages of one `key` (of args and kwargs) under way side by side.
    """

    def decorate(handler: BatchHandler[M]) -> Task[..., Any]:
        return _register(message_type, handler, is_validated_here, BATCHED | {"batch_key": staticmethod(key)})

    return decorate


def _register(
    message_type: type[M], handler: BatchHandler[M], is_validated_here: bool, options: dict[str, Any]
) -> Task[..., Any]:
    @functools.wraps(handler)
    def run(self: Task[..., Any], *args: Any, **kwargs: Any) -> list[int] | None:
        batch = getattr(self.request, "batch", None)
        if batch is None:
            arrivals = [Arrival[M](_delivery(self), args, kwargs)]
        else:
            arrivals = [
                Arrival[M](_delivery_in_batch(self, headers), *call) for headers, call in zip(batch, args, strict=True)
            ]
        token = request_id_var.set("")
        try:
            refused = _consume(arrivals, message_type, handler, is_validated_here)
        finally:
            request_id_var.reset(token)
        if batch is None:
            for error in refused.values():
                raise error
            return None
        return list(refused)

    consumer_tasks.add(message_type.task)
    register: Callable[[Any], Task[..., Any]] = shared_task(name=message_type.task, bind=True, **options)
    return register(run)


def _consume(
    arrivals: Sequence[Arrival[M]], message_type: type[M], handler: BatchHandler[M], is_validated_here: bool
) -> dict[int, Exception]:
    """Handle the messages; return what is to be raised for those that are to be dead-lettered, by their position."""
    refused: dict[int, Exception] = {}
    parsed: dict[int, Arrival[M]] = {}
    for position, arrival in enumerate(arrivals):
        request_id_var.set(arrival.delivery.request_id)
        try:
            arrival.message = _parse(message_type, arrival.args, arrival.kwargs, is_validated_here)
            parsed[position] = arrival
        except InvalidMessage as error:
            refused[position] = _reject(arrival, code="invalid_message", reason=str(error))
    return refused | _handle(parsed, handler)


def _handle(arrivals: Mapping[int, Arrival[M]], handler: BatchHandler[M]) -> dict[int, Exception]:
    if not arrivals:
        return {}
    started = time.perf_counter()
    first = next(iter(arrivals.values()))
    task = first.delivery.task
    request_id_var.set(first.delivery.request_id)
    refused: dict[int, Exception] = {}
    try:
        outcomes = _with_patience(lambda: _run_once(arrivals, handler))
    except (OperationalError, InterfaceError) as error:
        for arrival in arrivals.values():
            metrics.MESSAGES.labels(task, "requeued").inc()
            message_id = arrival.delivery.message_id
            log.error("message_requeued", task=task, message_id=message_id, error=type(error).__name__)
        raise Reject("The database is away.", requeue=True) from error
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is kept with its message
        if len(arrivals) > 1:
            log.warning("batch_halved", task=task, messages=len(arrivals), error=type(error).__name__)
            items, middle = list(arrivals.items()), len(arrivals) // 2
            return _handle(dict(items[:middle]), handler) | _handle(dict(items[middle:]), handler)
        return dict.fromkeys(arrivals, _failed(first, error))
    seconds = time.perf_counter() - started
    for position, outcome in outcomes.items():
        delivery = arrivals[position].delivery
        if outcome is Alone.LATER:
            continue
        request_id_var.set(delivery.request_id)
        metrics.MESSAGE_SECONDS.labels(task).observe(seconds)
        if isinstance(outcome, Rejected):
            refused[position] = _reject(arrivals[position], code=outcome.code, reason=outcome.reason)
            continue
        metrics.MESSAGES.labels(task, "done").inc()
        log.info("message_done", task=task, message_id=delivery.message_id, ms=round(seconds * 1000, 1))
    for position in [position for position, outcome in outcomes.items() if outcome is Alone.LATER]:
        refused |= _handle({position: arrivals[position]}, handler)
    return refused


def _run_once(arrivals: Mapping[int, Arrival[M]], handler: BatchHandler[M]) -> dict[int, Outcome]:
    """Run the handler for what is delivered for the first time, in the transaction of the inbox rows."""
    task = next(iter(arrivals.values())).delivery.task
    outcomes: dict[int, Outcome] = dict.fromkeys(arrivals)
    with transaction.atomic():
        ids = [arrival.delivery.message_id for arrival in arrivals.values()]
        new = ProcessedMessage.claim(consumer=task, message_ids=ids)
        chosen: dict[str, int] = {}
        for position, arrival in arrivals.items():
            message_id = arrival.delivery.message_id
            if message_id in chosen:
                outcomes[position] = Alone.LATER  # the same message twice: what becomes of the first decides
            elif message_id in new:
                chosen[message_id] = position
            else:
                log.info("message_already_processed", task=task, message_id=message_id)
                metrics.MESSAGES.labels(task, "duplicate").inc()
        if chosen:
            results = handler([arrivals[position] for position in chosen.values()])
            outcomes |= dict(zip(chosen.values(), results, strict=True))
        later = [message_id for message_id, position in chosen.items() if outcomes[position] is Alone.LATER]
        if later:
            ProcessedMessage.objects.filter(consumer=task, message_id__in=later).delete()
    return outcomes


def _delivery(task: Task[..., Any]) -> Delivery:
    request = task.request
    headers = dict(getattr(request, "headers", None) or {})
    return Delivery(
        message_id=str(request.id),
        queue=_queue(task),
        task=str(task.name),
        request_id=accept_request_id(headers.get("request_id") or getattr(request, "request_id", None)),
        is_redelivered=bool((request.delivery_info or {}).get("redelivered")),
        headers=headers,
        body_sha256=getattr(request, "body_sha256", None),
    )


def _delivery_in_batch(task: Task[..., Any], headers: dict[str, Any]) -> Delivery:
    return Delivery(
        message_id=headers["id"],
        queue=_queue(task),
        task=str(task.name),
        request_id=headers["request_id"],
        is_redelivered=headers["redelivered"],
        headers={name: value for name, value in headers.items() if name not in ("id", "redelivered")},
        body_sha256=headers["body_sha256"],
    )


def _queue(task: Task[..., Any]) -> str:
    return str((task.request.delivery_info or {}).get("routing_key") or "")


def _parse(message_type: type[M], args: Sequence[Any], kwargs: Mapping[str, Any], is_validated_here: bool) -> M:
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


def _with_patience(run: Callable[[], dict[int, Outcome]]) -> dict[int, Outcome]:
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


def _failed(arrival: Arrival[M], error: Exception) -> Exception:
    """Record what a handler raised, and return what is to be raised for it."""
    if isinstance(error, InvalidMessage):
        return _reject(arrival, code="invalid_message", reason=str(error))
    _record(arrival, code="handler_failed", reason=failure_reason(arrival.delivery.queue, error))
    metrics.MESSAGES.labels(arrival.delivery.task, "failed").inc()
    return error


def _reject(arrival: Arrival[M], *, code: str, reason: str) -> Reject:
    _record(arrival, code=code, reason=reason)
    metrics.MESSAGES.labels(arrival.delivery.task, "rejected").inc()
    return Reject(reason, requeue=False)


def _record(arrival: Arrival[M], *, code: str, reason: str) -> None:
    delivery = arrival.delivery
    record_dead_letter(
        queue=delivery.queue,
        message_id=delivery.message_id,
        task=delivery.task,
        code=code,
        reason=reason,
        headers=delivery.headers,
        body_sha256=delivery.body_sha256,
        payload={"args": arrival.args, "kwargs": arrival.kwargs},
        request_id=delivery.request_id,
    )
