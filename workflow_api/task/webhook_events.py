"""What webhooks are told of an act: one message for each event that people outside may want to follow.

Nothing that somebody wrote goes out: the reasons and comments of acts are left here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from task import notifications
from task.models import Assignment, Timeline
from ticketing_common.contracts.messages import DeliverTicketEvent

if TYPE_CHECKING:
    from task.run import Run

# The timeline's events by what they are called outside; those that are not here stay inside.
TYPES = {
    "task_created": "ticket.created",
    "transition": "ticket.transitioned",
    "ticket_updated": "ticket.updated",
    "priority_changed": "ticket.priority_changed",
    "escalated": "ticket.escalated",
    "held": "ticket.held",
    "resumed": "ticket.resumed",
    "sla_at_risk": "ticket.at_risk",
    "sla_breached": "ticket.breached",
    "reopened": "ticket.reopened",
    "completed": "ticket.closed",
    "rejected": "ticket.closed",
    "cancelled": "ticket.closed",
}
ASSIGNED = "ticket.assigned"
DETAILS = ("transition", "from_step", "to_step", "is_automatic", "clock", "happened_at", "old", "new", "fields", "role")


def webhook_events(run: Run, rows: Iterable[Any]) -> list[DeliverTicketEvent]:
    """Return the events of the rows that the act wrote, in their order; who has the ticket now is the last."""
    state = _state(run)
    events = []
    is_assigned = False
    for row in rows:
        if isinstance(row, Timeline) and row.event in TYPES:
            detail = {name: _json(row.detail[name]) for name in DETAILS if name in row.detail}
            actor = {"user_id": row.actor_id, "full_name": row.actor_name} if row.actor_id else None
            events.append(_event(run, TYPES[row.event], row.seq, state | {"actor": actor, "detail": detail}))
        elif isinstance(row, Assignment) and not row.is_owner:
            is_assigned = True
    events.sort(key=lambda event: event.sequence)
    if is_assigned and run.task.assignee_id is not None:
        actor = {"user_id": run.actor.user_id, "full_name": run.actor.full_name} if run.actor else None
        events.append(_event(run, ASSIGNED, run.task.event_seq, state | {"actor": actor, "detail": {}}))
    return events


def _json(value: Any) -> Any:
    return notifications.iso(value) if isinstance(value, datetime) else value


def _state(run: Run) -> dict[str, Any]:
    task, step = run.task, run.step
    return {
        "ticket_number": task.ticket_number,
        "subject": task.subject,
        "status": str(task.status),
        "priority": task.priority,
        "workflow": run.graph.as_workflow,
        "step": step.as_step if step else None,
        "assignee": run.person(task.assignee_id),
        "owner": run.person(task.owner_id),
        "source": {"service": run.ticket.source_service, "number": run.ticket.source_number},
    }


def _event(run: Run, event_type: str, sequence: int, data: Mapping[str, Any]) -> DeliverTicketEvent:
    return DeliverTicketEvent(
        ticket_number=run.task.ticket_number,
        event_id=f"tts-{run.task.pk}-{sequence}-{event_type.partition('.')[2]}",
        event_type=event_type,
        sequence=sequence,
        occurred_at=notifications.iso(run.now),
        data=dict(data),
    )
