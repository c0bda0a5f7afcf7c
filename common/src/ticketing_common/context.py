"""The request id that follows one cause through HTTP calls, messages and log lines."""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar

_ACCEPTED = re.compile(r"[A-Za-z0-9._:-]{1,128}")

request_id_var: ContextVar[str] = ContextVar("request_id", default="")


def new_request_id() -> str:
    return uuid.uuid4().hex


def accept_request_id(value: object) -> str:
    """Return the caller's id when it is safe to log, else a fresh one."""
    return value if isinstance(value, str) and _ACCEPTED.fullmatch(value) else new_request_id()


def current_request_id() -> str:
    return request_id_var.get()
