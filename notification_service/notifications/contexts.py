"""What an event tells about itself: checked where it comes in, so that nothing stored can't be sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from notifications.links import BadLink, parse_link
from notifications.times import BadTime, parse_time

MAX_BYTES = 64_000
MAX_DEPTH = 10


class BadContext(ValueError):
    """The context can't be stored or sent. The message names no value."""

    def __init__(self, detail: str, code: str = "invalid") -> None:
        self.detail, self.code = detail, code
        super().__init__(detail)


def check_context(context: Mapping[str, Any]) -> None:
    """Raise `BadContext` for a context that can't be stored, or has a link or time that can't be shown."""
    if _depth(context) > MAX_DEPTH:
        raise BadContext(f"At most {MAX_DEPTH} levels.")
    try:
        text = json.dumps(context, allow_nan=False, ensure_ascii=False)
        size = len(text.encode("utf-8"))
    except (ValueError, TypeError, UnicodeEncodeError) as error:
        raise BadContext("Holds a value that can't be stored.") from error
    if size > MAX_BYTES:
        raise BadContext(f"At most {MAX_BYTES} bytes.", "context_too_large")
    if "\\u0000" in text:
        raise BadContext("Holds a NUL character.")
    for name, value in context.items():
        if not isinstance(value, str):
            continue
        try:
            if name == "link":
                parse_link(value)
            elif name.endswith(("_at", "_until")):
                parse_time(value)
        except (BadLink, BadTime) as error:
            raise BadContext(f"{name}: {error}") from error


def _depth(value: Any) -> int:
    """Return how many levels a value has, at most one more than is allowed."""
    level, depth = [value], 0
    while level and depth <= MAX_DEPTH:
        depth += 1
        parts = [list(entry.values()) if isinstance(entry, Mapping) else entry for entry in level]
        level = [item for part in parts for item in part if isinstance(item, Mapping | list | tuple)]
    return depth
