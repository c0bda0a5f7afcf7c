"""Keep the reason of every rejected message: the broker's dead-letter queue can't."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.utils.module_loading import import_string

from ticketing_common import metrics
from ticketing_common.bodies import MAX_BODY_BYTES, sha256
from ticketing_common.contracts.registry import queues
from ticketing_common.inbox.models import DeadLetter
from ticketing_common.logs import MASK, MAX_ITEMS, logger, masked

log = logger(__name__)

MAX_BODY_CHARACTERS = 200_000
TICKET_NUMBER = re.compile(rb'"ticket_number"\s{0,20}:\s{0,20}"([A-Za-z0-9_.-]{1,140})"')
# What may be shown of a message whose payload holds codes and links.
SHOWN_OF_SECRETS = frozenset(
    {"notification_type", "event_id", "user_id", "notification_id", "task_id", "args", "kwargs"}
)


def failure_reason(queue: str, error: BaseException) -> str:
    """Return what a handler raised; only its kind where the text may quote a secret payload."""
    name = type(error).__name__
    return name if _is_secret_queue(queue) else masked(f"{name}: {error}")


def record_dead_letter(
    *,
    queue: str,
    message_id: str,
    task: str,
    code: str,
    reason: str,
    headers: dict[str, Any],
    payload: Any = None,
    body: bytes | None = None,
    body_sha256: object = None,
    request_id: str = "",
) -> None:
    """Store why a message is rejected; the message itself is in `<queue>.dead`.

    `body_sha256` is that of the body as the broker has it, where `body` is not that. `DEAD_LETTER_HOOK` names a
    function of the service that is called in the same transaction. Without a database the reason is in the log only;
    rejecting must not depend on it.
    """
    raw = body if body is not None else json.dumps(payload, default=str).encode()
    is_secret = _is_secret_queue(queue)
    text = _shown_of_secret(raw) if is_secret else _storable(raw.decode("utf-8", "replace"))
    is_whole = len(text) <= MAX_BODY_CHARACTERS and text.encode("utf-8", "replace") == raw
    reason = masked(reason)
    metrics.DEAD_LETTERS.labels(metrics.known_queue(queue), code).inc()
    log.error("message_dead_lettered", queue=queue, message_id=message_id, task=task, error_code=code, reason=reason)
    letter = DeadLetter(
        queue=_storable(queue)[:128],
        message_id=_storable(message_id)[:200],
        task=_storable(task)[:200],
        code=code,
        reason=_storable(reason)[:4000],
        headers=_storable_json(masked(json.loads(json.dumps(headers, default=str, skipkeys=True)))),
        body=text[:MAX_BODY_CHARACTERS],
        raw_body=None if is_secret or is_whole or len(raw) > MAX_BODY_BYTES else raw,
        body_sha256=body_sha256 if isinstance(body_sha256, str) and len(body_sha256) == 64 else sha256(raw),
        ticket_number="" if is_secret else _ticket_number_in(raw),
        request_id=_storable(request_id)[:128],
    )
    try:
        with transaction.atomic():
            letter.save()
            _call_hook(letter)
    except (DatabaseError, InterfaceError) as error:
        log.error("dead_letter_reason_not_stored", error=type(error).__name__)


def _is_secret_queue(queue: str) -> bool:
    spec = queues().get(queue)
    return spec is not None and spec.is_secret


def _ticket_number_in(raw: bytes) -> str:
    """Return the ticket number that stands somewhere in a body, readable or not."""
    found = TICKET_NUMBER.search(raw.replace(b"\x00", b""))  # also in UTF-16
    return found.group(1).decode() if found else ""


def _shown_of_secret(raw: bytes) -> str:
    """Return a body of a queue whose payloads are secret, with nothing left but what names it."""
    try:
        return json.dumps(_without_secrets(json.loads(raw)))
    except (ValueError, RecursionError):
        return ""


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_secrets(v) if k in SHOWN_OF_SECRETS else MASK for k, v in list(value.items())[:MAX_ITEMS]}
    if isinstance(value, list):
        return [_without_secrets(inner) for inner in value[:MAX_ITEMS] if isinstance(inner, dict | list)]
    return value if isinstance(value, bool | int) else _storable(str(value))[:128]


def _call_hook(letter: DeadLetter) -> None:
    hook = getattr(settings, "DEAD_LETTER_HOOK", None)
    if not hook:
        return
    try:
        with transaction.atomic():
            import_string(hook)(letter)
    except OperationalError:
        raise
    except Exception:
        log.exception("dead_letter_hook_failed", hook=hook)


def _storable(text: str) -> str:
    """Replace what PostgreSQL does not store: NUL, and halves of surrogate pairs."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def _storable_json(value: Any) -> Any:
    if isinstance(value, str):
        return _storable(value)
    if isinstance(value, dict):
        return {_storable(name): _storable_json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_storable_json(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON has no NaN
    return value
