"""Find the ticket in the body of a message that could not be taken in."""

from __future__ import annotations

from typing import Any

from ticketing_common.bodies import Unreadable, check_size_and_compression, read_json
from ticketing_common.inbox.models import DeadLetter


def raw_body_of(letter: DeadLetter) -> bytes:
    """Return the body as it came."""
    return bytes(letter.raw_body) if letter.raw_body is not None else letter.body.encode()


def ticket_in(body: bytes, *, charset: str = "") -> dict[str, Any]:
    """Return the ticket of a body: `ticket_data` of a Celery message of either protocol, else the object itself.

    Raises `Unreadable` with its code and reason.
    """
    check_size_and_compression(body, content_encoding="", compression=None)
    content = read_json(body, charset=charset)
    args, kwargs = _arguments(content)
    found = kwargs.get("ticket_data", args[0] if args else None)
    if isinstance(found, dict):
        return found
    if not isinstance(content, dict):
        raise Unreadable("not_an_object", "The body is no object and holds no ticket.")
    return content


def _arguments(content: Any) -> tuple[list[Any], dict[str, Any]]:
    """Return the arguments that a Celery message carries, none of anything else."""
    if isinstance(content, dict):
        args, kwargs = content.get("args"), content.get("kwargs")
    elif isinstance(content, list) and len(content) == 3:
        args, kwargs = content[0], content[1]
    else:
        return [], {}
    return args if isinstance(args, list) else [], kwargs if isinstance(kwargs, dict) else {}
