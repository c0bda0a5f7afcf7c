"""A kind of request that people make of a help desk, with what is usually said about it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

AGENT, NOTE, REQUESTER = "agent", "note", "requester"
PRIORITIES: Mapping[str, int] = {"low": 20, "medium": 52, "high": 22, "urgent": 6}


@dataclass(frozen=True, kw_only=True)
class Request:
    """One kind. `{…}` in the texts stands for one of its `choices`; priorities are given by their weights.

    `talk` are the comments in their order, each with who writes it; the other texts are what is said with an act.
    """

    category: str
    department: str
    subject: str
    description: str
    talk: tuple[tuple[str, str], ...]
    hold: tuple[str, str]
    returned: str
    done: str
    rejected: str = "This is not possible at the moment; we have called to explain why."
    sub_category: str = ""
    until_answer: bool = False
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    priorities: Mapping[str, int] = field(default_factory=lambda: PRIORITIES)

    def choose(self, rng: random.Random) -> dict[str, str]:
        return {name: rng.choice(options) for name, options in self.choices.items()}


def filled(text: str, chosen: Mapping[str, str]) -> str:
    """Return the text with its choices. It begins with a capital letter."""
    text = text.format(**chosen)
    return text[:1].upper() + text[1:]
