"""What an act leaves behind beside its rows: audit entries and messages, written last in its transaction.

The order of locks everywhere is: ticket, task, role cursors by id, a person with a capacity, audit chain. So audit
entries are collected while the act writes its rows, and written at its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from audit import services as audit
from audit.actor import Actor
from ticketing_common.context import current_request_id
from ticketing_common.contracts.messages import Message
from ticketing_common.outbox import enqueue


@dataclass
class Journal:
    """The audit entries and messages of one act, with its moment, who acts, and the request that caused it."""

    now: datetime
    actor: Actor | None = None
    request_id: str = field(default_factory=current_request_id)
    entries: list[audit.Entry] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    def notify(self, *messages: Message) -> None:
        self.messages += messages

    def audit(self, action: str, object_type: str, object_id: int | str, **fields: Any) -> None:
        fields.setdefault("actor", self.actor)
        self.entries.append(
            audit.Entry(
                action=action,
                object_type=object_type,
                object_id=object_id,
                at=self.now,
                request_id=self.request_id,
                **fields,
            )
        )

    def write(self) -> None:
        """Write everything, last in the transaction."""
        write_all([self])


def write_all(journals: Sequence[Journal]) -> None:
    """Write what several acts of one transaction leave behind, in their order.

    The audit rows come last: the lock of their chain is held until the commit.
    """
    messages = [message for journal in journals for message in journal.messages]
    if messages:
        enqueue(*messages, request_ids=[journal.request_id for journal in journals for _ in journal.messages])
    audit.record_many(entry for journal in journals for entry in journal.entries)
    for journal in journals:
        journal.messages, journal.entries = [], []
