"""What all messages have in common."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Self

from ticketing_common.contracts.validation import Json, check


@cache
def _fields(message_type: Any) -> tuple[tuple[str, object], ...]:
    """Return each field's name, and the value with which it is left out: none for those that are required."""
    return tuple((f.name, None if f.default is None else dataclasses.MISSING) for f in dataclasses.fields(message_type))


@dataclass(frozen=True, kw_only=True)
class Message:
    """Base of all messages. `key` orders: messages of one key are published in the order of their commits."""

    task: ClassVar[str]
    queue: ClassVar[str]

    @property
    def key(self) -> str | None:
        return None

    @classmethod
    def schema_name(cls) -> str:
        return cls.task

    def as_kwargs(self) -> Json:
        """Return the message's payload. Optional fields are left out when they are None."""
        kind: Any = type(self)
        values = vars(self)
        return {name: values[name] for name, left_out in _fields(kind) if values[name] is not left_out}

    def validate(self) -> Json:
        """Return the payload if it fits its schema, else raise `InvalidMessage`."""
        kwargs = self.as_kwargs()
        check(self.schema_name(), kwargs)
        return kwargs

    @classmethod
    def parse(cls, kwargs: Json) -> Self:
        """Return the message, or raise `InvalidMessage`. Unknown fields are ignored."""
        check(cls.schema_name(), kwargs)
        known = {f.name for f in dataclasses.fields(cls)}
        return cls(**{name: value for name, value in kwargs.items() if name in known})


@dataclass(frozen=True, kw_only=True)
class TicketMessage(Message):
    """Base of messages about one ticket, published in the order of its changes."""

    ticket_number: str

    @property
    def key(self) -> str | None:
        return f"ticket:{self.ticket_number}"
