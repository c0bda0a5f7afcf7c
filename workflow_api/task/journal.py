"""What an act leaves behind beside its rows: audit entries and messages, written last in its transaction.

The order of locks everywhere is: ticket, task, role cursors by id, a person with a capacity, audit chain. So audit
entries are collected while the act writes its rows, and written at its end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from audit import services as audit
from audit.actor import Actor
from ticketing_common.contracts.messages import Message
from ticketing_common.outbox import enqueue


@dataclass
class Journal:
    """The audit entries and messages of one transaction, with its moment and who acts."""

    now: datetime
    actor: Actor | None = None
    entries: list[audit.Entry] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    def notify(self, *messages: Message) -> None:
        self.messages += messages

    def audit(self, action: str, object_type: str, object_id: int | str, **fields: Any) -> None:
        fields.setdefault("actor", self.actor)
        self.entries.append(
            audit.Entry(action=action, object_type=object_type, object_id=object_id, at=self.now, **fields)
        )

    def write(self) -> None:
        """Write everything. The audit rows come last: the lock of their chain is held until the commit."""
        if self.messages:
            enqueue(*self.messages)
        audit.record_many(self.entries)
        self.messages, self.entries = [], []
