"""Refusals that domain code raises. They carry what the API answers, and know nothing of HTTP frameworks."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """The request was understood and is refused.

    `code` is stable and documented, `detail` is for people, `attr` names the field at fault, and `extra` is added
    to the answer beside `errors` (for example the current state on a conflict).
    """

    code = "refused"
    status_code = 400
    default_detail = "The request was refused."

    def __init__(self, detail: str | None = None, *, attr: str | None = None, **extra: Any) -> None:
        self.detail = detail or self.default_detail
        self.attr = attr
        self.extra = extra
        super().__init__(self.detail)


class Invalid(Refusal):
    code = "invalid"
    default_detail = "The value is not valid."


class Forbidden(Refusal):
    code = "permission_denied"
    status_code = 403
    default_detail = "You may not do this."


class NotFound(Refusal):
    code = "not_found"
    status_code = 404
    default_detail = "Not found."


class FileGone(Refusal):
    """The record of a file is there, its content is not: lost with a disk, or not restored."""

    code = "file_gone"
    status_code = 410
    default_detail = "The file is no longer stored. Ask whoever sent it for another copy."


class Conflict(Refusal):
    code = "conflict"
    status_code = 409
    default_detail = "The state has changed meanwhile."


def envelope(kind: str, errors: list[dict[str, Any]], **extra: Any) -> dict[str, Any]:
    """Return the body of every answer with a status of 400 or more."""
    return {"type": kind, "errors": errors, **extra}
