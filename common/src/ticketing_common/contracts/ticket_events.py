"""What happened to a ticket, as the workflow API tells it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Self

from ticketing_common.contracts.message import TicketMessage
from ticketing_common.contracts.validation import Json, check


@dataclass(frozen=True, kw_only=True)
class ApplyTicketEvent(TicketMessage):
    """workflow_api -> messaging: what happened, the task now, and who may read the ticket, as far as roles allow it.

    `seq` counts the ticket's events in workflow_api. `participants` are `{user_id, full_name, relation}` with
    relation owner, assignee or performer. A performer was assigned or voted in the roles `role_ids`, and reads while
    they hold one of them. Everybody who holds the role of the current visit, `team_role_id` and by name `team_role`,
    reads too. Administrators may always read. `source` is `{service, number}`: the help desk that sent the ticket, and
    what it calls it.

    Older publishers list the team among the participants, as relation team with the name of their `role`, and
    performers without roles.
    """

    task = "tickets.tasks.apply_ticket_event"
    queue = "messaging-events-default"
    seq: int
    event: str
    participants: list[Json]
    # The contract names this argument `task`, which the class attribute above occupies.
    task_state: Json = field(metadata={"name": "task"})
    occurred_at: str
    event_id: str
    source: Json | None = None
    team_role_id: int | None = None
    team_role: str | None = None

    def as_kwargs(self) -> Json:
        kwargs = super().as_kwargs()
        kwargs["task"] = kwargs.pop("task_state")
        return kwargs

    @classmethod
    def parse(cls, kwargs: Json) -> Self:
        check(cls.schema_name(), kwargs)
        known = {f.name for f in dataclasses.fields(cls)}
        renamed = {("task_state" if name == "task" else name): value for name, value in kwargs.items()}
        return cls(**{name: value for name, value in renamed.items() if name in known})


@dataclass(frozen=True, kw_only=True)
class DeliverTicketEvent(TicketMessage):
    """workflow_api -> notification_service: what happened to a ticket, for the webhooks that asked for it.

    `event_type` is such as ticket.created. `sequence` grows with the ticket's events; events of one act may share it.
    `data` is what receivers are sent: the ticket after the act, and what is particular to the event as `detail`.
    """

    task = "webhooks.tasks.ticket_event"
    queue = "webhook-events-default"
    event_id: str
    event_type: str
    sequence: int
    occurred_at: str
    data: Json

    @property
    def key(self) -> str | None:
        """Not that of the other messages about the ticket: these must not wait for webhooks."""
        return f"webhooks:{self.ticket_number}"
