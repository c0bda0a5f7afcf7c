"""Dead letters of mails about the safety of an account keep no code or link."""

from __future__ import annotations

import json
from typing import Any

from notifications.notification_types import TYPES
from notifications.renderer import MASK
from ticketing_common.contracts.messages import SendEmail
from ticketing_common.inbox.models import DeadLetter


def may_quote(notification_type: object) -> bool:
    """Return whether the payload of a mail of this type may stand in reasons and logs."""
    kind = TYPES.get(notification_type) if isinstance(notification_type, str) else None
    return kind is not None and not kind.is_security


def mask_body(letter: DeadLetter) -> None:
    """Hide the payload of a mail that may hold a secret. `DEAD_LETTER_HOOK` of this service."""
    if letter.task != SendEmail.task:
        return
    try:
        body: Any = json.loads(letter.body)
        arguments = body["kwargs"]
        if may_quote(arguments.get("notification_type")) and not body["args"]:
            return
        shown = {name: value for name, value in arguments.items() if name in {"notification_type", "event_id"}}
    except (ValueError, KeyError, TypeError, AttributeError):
        shown = {}
    letter.body = json.dumps({"args": [], "kwargs": {**shown, "context": MASK}}, ensure_ascii=False)
    letter.save(update_fields=["body"])
