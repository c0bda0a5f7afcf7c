"""Keep the reason of every rejected message: the broker's dead-letter queue can't."""

from __future__ import annotations

import json
import math
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.utils.module_loading import import_string

from ticketing_common import metrics
from ticketing_common.inbox.models import DeadLetter, sha256
from ticketing_common.logs import logger

log = logger(__name__)

MAX_BODY_CHARACTERS = 200_000


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
    request_id: str = "",
) -> None:
    """Store why a message is rejected; the message itself is in `<queue>.dead`.

    `DEAD_LETTER_HOOK` names a function of the service that is told in the same transaction. Without a database the
    reason is in the log only; rejecting must not depend on it.
    """
    raw = body if body is not None else json.dumps(payload, default=str).encode()
    metrics.DEAD_LETTERS.labels(queue, code).inc()
    log.error("message_dead_lettered", queue=queue, message_id=message_id, task=task, error_code=code, reason=reason)
    letter = DeadLetter(
        queue=_storable(queue)[:128],
        message_id=_storable(message_id)[:200],
        task=_storable(task)[:200],
        code=code,
        reason=_storable(reason)[:4000],
        headers=_storable_json(json.loads(json.dumps(headers, default=str, skipkeys=True))),
        body=_storable(raw.decode("utf-8", "replace"))[:MAX_BODY_CHARACTERS],
        body_sha256=sha256(raw),
        request_id=_storable(request_id)[:128],
    )
    try:
        with transaction.atomic():
            letter.save()
            _tell_service(letter)
    except (DatabaseError, InterfaceError) as error:
        log.error("dead_letter_reason_not_stored", error=type(error).__name__)


def _tell_service(letter: DeadLetter) -> None:
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
