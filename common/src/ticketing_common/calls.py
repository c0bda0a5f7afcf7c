"""Bring a queue's message into the one form that Celery is given: whose task it is, with which arguments."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from celery import current_app

from ticketing_common.bodies import (
    BYTE_ORDER_MARKS,
    UNTYPED,
    Unreadable,
    check_size_and_compression,
    is_json_type,
    media_type,
    read_json,
    sha256,
)
from ticketing_common.context import accept_request_id, new_request_id
from ticketing_common.contracts.registry import DELIVERY_LIMIT, queues

# What the broker itself adds to a message.
BROKER_HEADERS = frozenset(
    {"x-death", "x-delivery-count", "x-first-death-exchange", "x-first-death-queue", "x-first-death-reason"}
)
MAX_NAME = 200


@dataclass(frozen=True)
class Call:
    """What a message asks for, whichever of the three shapes it came in."""

    task: str
    id: str
    request_id: str
    args: list[Any]
    kwargs: dict[str, Any]
    # The body can go to the pool's process as it is.
    is_clean: bool = False


def prepare(message: Any) -> None:
    """Bring a message into the one form that Celery is given, or raise `Unreadable`.

    Celery's protocols 1 and 2 are read, and a JSON object without task headers becomes the task that its queue
    names. Only what the call needs is taken over: an expiry would throw an accepted message away, callbacks and
    chains would let a publisher run other tasks, and odd values in the other headers stop a worker. A start time is
    refused: a waiting message would hold up the quorum queue.
    """
    given = message.headers if isinstance(message.headers, dict) else {}
    _check_delivery_count(message, given)
    if is_forged(given.get("x-death")):
        raise Unreadable("forged_headers", "The x-death header was not written by RabbitMQ.")
    body = body_of(message)
    payload = _decode(message, given, body)
    if "task" in given:
        call = _from_protocol_2(given, payload)
    elif isinstance(payload, dict) and "task" in payload and {"args", "kwargs"} & payload.keys():
        call = _from_protocol_1(payload)
    else:
        call = _from_plain_json(message, given, payload)
    _check_queue(message, call)
    message.headers = {
        **{name: value for name, value in given.items() if name in BROKER_HEADERS},
        "lang": "py",
        "task": call.task,
        "id": call.id,
        "root_id": call.id,
        "parent_id": None,
        "group": None,
        "retries": 0,
        "timelimit": [None, None],
        "argsrepr": "",
        "kwargsrepr": "",
        "ignore_result": True,
        "request_id": call.request_id,
        "body_sha256": sha256(body),
    }
    is_as_celery_writes_it = message.content_type == "application/json" and message.content_encoding == "utf-8"
    if not (call.is_clean and is_as_celery_writes_it) or body.startswith(BYTE_ORDER_MARKS):
        message.body = json.dumps([call.args, call.kwargs, {}])
        message.content_type, message.content_encoding = "application/json", "utf-8"
    message._decoded_cache = [call.args, call.kwargs, {}]


def body_of(message: Any) -> bytes:
    """Return the body as it came; a client library may have decoded it already."""
    return message.body if isinstance(message.body, bytes) else str(message.body).encode("utf-8", "surrogatepass")


def _check_queue(message: Any, call: Call) -> None:
    """Refuse a task that `queues.toml` does not list for the queue, and anything said to a timer.

    One worker consumes several queues: a publisher with rights on one of them must not reach the others' tasks, nor
    those that Celery brings along.
    """
    name = queue_of(message)
    queue = queues().get(name)
    if queue is None or call.task not in queue.tasks:
        is_known = call.task in current_app.tasks or any(call.task in other.tasks for other in queues().values())
        if not is_known:
            raise Unreadable("unknown_task", "No task is registered under this name.")
        raise Unreadable("wrong_queue", f"The queue {name[:MAX_NAME]} does not carry {call.task}.")
    if queue.is_timer and (call.args or call.kwargs):
        raise Unreadable("unexpected_arguments", "A timer's tick takes no arguments.")


def _check_delivery_count(message: Any, headers: dict[str, Any]) -> None:
    """Refuse, with a reason, what the broker would move to the dead letters after this delivery without one."""
    from django.conf import settings

    # On a first delivery the header is the publisher's own, or left from an earlier life of a replayed message.
    count = headers.get("x-delivery-count") if (message.delivery_info or {}).get("redelivered") else 0
    if isinstance(count, int) and count >= getattr(settings, "MESSAGE_DELIVERY_LIMIT", DELIVERY_LIMIT):
        raise Unreadable("delivery_limit", f"Delivered {count + 1} times; its worker never lived to answer.")


def _decode(message: Any, headers: dict[str, Any], body: bytes) -> Any:
    encoding = message.content_encoding
    check_size_and_compression(body, content_encoding=encoding, compression=headers.get("compression"))
    kind, charset = media_type(message.content_type)
    if kind in UNTYPED:
        queue = queues().get(queue_of(message))
        if queue is None or queue.plain_json is None:
            return None  # only a client without Celery may leave the type out
    elif not is_json_type(kind):
        raise Unreadable("undecodable", f"The content type {kind[:100]!r} is not JSON.")
    elif not body and "task" in headers:
        return None
    return read_json(body, charset=charset, content_encoding=encoding)


def _from_protocol_2(headers: dict[str, Any], payload: Any) -> Call:
    if not (isinstance(payload, list) and len(payload) == 3):
        raise Unreadable("malformed_body", "The body of a task message must be [args, kwargs, embed].")
    args, kwargs, embed = payload
    if not isinstance(args, list) or not isinstance(kwargs, dict) or not isinstance(embed, dict | None):
        raise Unreadable("malformed_body", "The body of a task message must be [list, object, object].")
    _check_start_time(headers.get("eta"))
    is_clean = embed is not None and not any(embed.values())
    return _call(headers.get("task"), headers.get("id"), headers.get("request_id"), args, kwargs, is_clean)


def _from_protocol_1(payload: dict[str, Any]) -> Call:
    args, kwargs = payload.get("args") or [], payload.get("kwargs") or {}
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        raise Unreadable("malformed_body", "args must be a list and kwargs an object.")
    _check_start_time(payload.get("eta"))
    return _call(payload.get("task"), payload.get("id"), None, args, kwargs)


def _from_plain_json(message: Any, headers: dict[str, Any], payload: Any) -> Call:
    queue = queues().get(queue_of(message))
    if queue is None or queue.plain_json is None:
        raise Unreadable("not_a_task", "The message has no task headers, and this queue takes no plain JSON.")
    if not isinstance(payload, dict):
        raise Unreadable("not_an_object", "A plain JSON message must be an object.")
    message_id = str(message.properties.get("message_id") or new_request_id())
    request_id = headers.get("request_id") or headers.get("X-Request-ID") or message_id
    return _call(queue.plain_json.task, message_id, request_id, [], {queue.plain_json.argument: payload})


def _check_start_time(eta: Any) -> None:
    if eta:
        raise Unreadable("delayed_delivery", "Messages with a start time (eta, countdown) are not accepted.")


def _call(
    task: Any, message_id: Any, request_id: Any, args: list[Any], kwargs: dict[str, Any], is_clean: bool = False
) -> Call:
    has_id = isinstance(message_id, str | int) and not isinstance(message_id, bool) and str(message_id)
    if not isinstance(task, str) or not has_id:
        raise Unreadable("malformed_headers", "The task headers lack a name or an id.")
    if len(task) > MAX_NAME or len(str(message_id)) > MAX_NAME:
        raise Unreadable("malformed_headers", f"A task's name and id have at most {MAX_NAME} characters.")
    accepted_id = accept_request_id(request_id)
    return Call(task, str(message_id), accepted_id, args, kwargs, is_clean)


def queue_of(message: Any) -> str:
    return str((message.delivery_info or {}).get("routing_key") or "")


def is_forged(deaths: Any) -> bool:
    """Tell whether a publisher made up the list in which RabbitMQ keeps a message's earlier deaths.

    RabbitMQ 3.10 crashes over such a list when it dead-letters the message, again and again, until the queue is down.
    """
    if deaths is None:
        return False
    return not isinstance(deaths, list) or not all(
        isinstance(death, dict)
        and isinstance(death.get("count"), int)
        and all(isinstance(death.get(name), str) for name in ("queue", "reason", "exchange"))
        and isinstance(death.get("routing-keys"), list)
        for death in deaths
    )
