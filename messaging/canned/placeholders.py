"""The placeholders of a canned reply. They are filled in by the client, which has the ticket in hand."""

from __future__ import annotations

import re

from ticketing_common.errors import Refusal

PLACEHOLDERS = (
    "ticket.number",
    "ticket.subject",
    "ticket.category",
    "ticket.priority",
    "requester.name",
    "requester.first_name",
    "agent.name",
    "agent.first_name",
    "workflow",
    "step",
)

_PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
_SHOWN_CHARACTERS = 40


class UnknownPlaceholder(Refusal):
    code = "unknown_placeholder"
    default_detail = "There is no such placeholder."


def placeholders_in(text: str) -> list[str]:
    """Return the known placeholders of the text in order, each once."""
    return [name for name in _names_in(text) if name in PLACEHOLDERS]


def check_placeholders(text: str) -> None:
    """Refuse a placeholder that is unknown or has no end, by its name."""
    for name in _names_in(text):
        if name not in PLACEHOLDERS:
            shown = name[:_SHOWN_CHARACTERS]
            detail = f"There is no placeholder {{{{{shown}}}}}. Known are: {', '.join(PLACEHOLDERS)}."
            raise UnknownPlaceholder(detail, attr="text", placeholder=shown)
    _, opening, after = _PLACEHOLDER.sub("", text).partition("{{")
    if opening:
        shown = after.split("\n", 1)[0].strip()[:_SHOWN_CHARACTERS]
        raise UnknownPlaceholder(f"The placeholder {{{{{shown} has no end.", attr="text", placeholder=shown)


def _names_in(text: str) -> list[str]:
    return list(dict.fromkeys(name.strip() for name in _PLACEHOLDER.findall(text)))
