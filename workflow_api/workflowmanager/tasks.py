"""Messages of other services, and the timer ticks of the runtime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from celery import shared_task
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from task import hold_ends
from ticketing_common.contracts.messages import (
    InitializeWorkflow,
    InvalidMessage,
    ReceiveTicket,
    ReportPublicComment,
    SyncRole,
    SyncSnapshot,
    SyncUserSystemRole,
)
from ticketing_common.database import database_now
from ticketing_common.inbox.consume import Alone, Arrival, Delivery, Outcome, Rejected, consumes, consumes_batches
from ticketing_common.retention import services as retention
from tickets.models import IntakeRecord
from workflow import seeding
from workflow.role_names import deploy_waiting
from workflow.services import KeyTaken, NotValid, WorkflowNotFound
from workflowmanager import handoffs, intake, schedule
from workflowmanager import services as running
from workflowmanager.ledger import Origin

# Well under the limit of a task.
RETAIN_SECONDS = 60.0


@consumes(SyncRole)
def sync_role(message: SyncRole, delivery: Delivery) -> None:
    running.sync_role(**message.as_kwargs())
    deploy_waiting()


@consumes(SyncUserSystemRole)
def sync_user_system_role(message: SyncUserSystemRole, delivery: Delivery) -> None:
    values = message.as_kwargs()
    values["assigned_at"] = _instant(message.assigned_at)
    running.sync_member(**values)
    deploy_waiting()


@consumes(SyncSnapshot)
def sync_snapshot(message: SyncSnapshot, delivery: Delivery) -> None:
    running.sync_snapshot(
        roles_=message.roles,
        members=[{**row, "assigned_at": _instant(row["assigned_at"])} for row in message.members],
        taken_at=_instant(message.taken_at),
        last_role_id=message.last_role_id,
        last_member_id=message.last_member_id,
    )
    deploy_waiting()


def _instant(text: str) -> datetime:
    value = parse_datetime(text)
    if value is None:
        raise InvalidMessage(f"{text!r} is no point in time.")
    return value if value.tzinfo else value.replace(tzinfo=UTC)


@consumes(InitializeWorkflow)
def initialize_workflow(message: InitializeWorkflow, delivery: Delivery) -> Rejected | None:
    now = timezone.now()
    try:
        is_ready = seeding.make_ready(workflow_id=message.workflow_id, now=now)
    except (NotValid, WorkflowNotFound) as refusal:
        return Rejected(refusal.code, refusal.detail)
    if message.deploy and is_ready:
        try:
            running.deploy_workflow(workflow_id=message.workflow_id, actor=None, now=now)
        except (NotValid, KeyTaken) as refusal:
            return Rejected(refusal.code, refusal.detail)
    elif message.deploy:
        seeding.wait_for_roles(workflow_id=message.workflow_id)
    return None


@consumes(ReportPublicComment)
def note_public_comment(message: ReportPublicComment, delivery: Delivery) -> None:
    hold_ends.note_comment(
        ticket_number=message.ticket_number,
        author_id=message.author_id,
        said_at=_instant(message.occurred_at),
        now=timezone.now(),
    )


@shared_task(name="task.tasks.sweep_clocks")
def sweep_clocks() -> None:
    """Holds, clocks, unassigned queues, and what waits for a workflow."""
    schedule.tick()


def ticket_key(args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    """Return the number of the ticket that a message is about: those of one ticket are taken in in their order."""
    data = args[0] if args else kwargs.get("ticket_data")
    return str(data.get("ticket_number") or "") if isinstance(data, Mapping) else ""


@consumes_batches(ReceiveTicket, is_validated_here=False, key=ticket_key)
def receive_ticket(arrivals: Sequence[Arrival[ReceiveTicket]]) -> list[Outcome]:
    messages = []
    for arrival in arrivals:
        delivery = arrival.delivery
        origin = Origin(delivery.queue, delivery.message_id, delivery.headers, request_id=delivery.request_id)
        messages.append((arrival.message.ticket_data, origin))
    return [_outcome(record) for record in intake.receive_all(messages, now=timezone.now())]


def _outcome(record: IntakeRecord | None) -> Outcome:
    if record is None:
        return Alone.LATER
    return Rejected("invalid_ticket", record.reason) if record.verdict == IntakeRecord.Verdict.INVALID else None


@shared_task(name="workflowmanager.tasks.send_checkouts")
def send_checkouts() -> None:
    """Hand-offs: they wait for other systems, so they are apart from the clocks."""
    handoffs.send_due(now=database_now())


@shared_task(name="workflowmanager.tasks.retain")
def retain() -> None:
    """Remove what the retention rules say; what a tick has no time for, the next one does."""
    retention.run_due(now=timezone.now(), seconds=RETAIN_SECONDS)
