"""What BMS is told when a budget ticket is done."""

from __future__ import annotations

from datetime import datetime

from bmscheckout.models import BmsCheckout
from task.models import Task
from tickets.models import Ticket

FIELDS = ("requested_budget", "cost_items", "performance_start_date", "performance_end_date")


def new_checkout(*, task: Task, ticket: Ticket, now: datetime) -> BmsCheckout:
    """Return the checkout of the task's budget, due to be sent at once. The caller saves it."""
    payload = {
        "ticket_number": ticket.ticket_number,
        "task_id": task.pk,
        "subject": ticket.subject,
        "department": ticket.department,
        "requester": {"id": ticket.requester_id, "name": ticket.requester_name, "email": ticket.requester_email},
        **{name: ticket.data.get(name) for name in FIELDS},
    }
    return BmsCheckout(
        task_id=task.pk, ticket_number=ticket.ticket_number, payload=payload, created_at=now, next_attempt_at=now
    )
