"""What goes wrong when a service is called: one kind of error, told apart by its code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

UNREACHABLE = "unreachable"
UNREADABLE = "unreadable_answer"
REDIRECTED = "redirected"


@dataclass(frozen=True)
class Problem:
    """One entry of an error answer: its stable code, what to tell a person, and the field, where it is about one."""

    code: str
    detail: str
    attr: str | None = None


class ApiError(Exception):
    """A refusal of a service, or no answer from it.

    `status` is that of HTTP, or 0 where no answer came (code `unreachable`). `code`, `detail` and `attr` are those of
    the first problem; `problems` are all of them. `document` is the whole answer: some say more, such as `findings`.
    """

    def __init__(
        self, status: int, problems: list[Problem], *, document: dict[str, Any] | None = None, request_id: str = ""
    ) -> None:
        self.document = document or {}
        self.status = status
        self.problems = problems or [Problem("error", f"HTTP {status}")]
        self.request_id = request_id
        super().__init__(self._text())

    @property
    def code(self) -> str:
        return self.problems[0].code

    @property
    def detail(self) -> str:
        return self.problems[0].detail

    @property
    def attr(self) -> str | None:
        return self.problems[0].attr

    def _text(self) -> str:
        return "\n".join(
            f"{each.attr}: {each.detail} ({each.code})" if each.attr else f"{each.detail} ({each.code})"
            for each in self.problems
        )


def problems_in(document: Any) -> list[Problem]:
    """Return what an error answer says; nothing where it is not one of this system."""
    errors = document.get("errors") if isinstance(document, dict) else None
    if not isinstance(errors, list):
        return []
    return [
        Problem(str(each.get("code", "error")), str(each.get("detail", "")), each.get("attr"))
        for each in errors
        if isinstance(each, dict)
    ]
