"""What this service holds about a requester, row by row: for the preview and the export."""

from __future__ import annotations

from amscheckout.models import AmsCheckout
from audit.models import AuditLog
from bmscheckout.models import BmsCheckout
from task.models import Task, TaskTransition, Timeline
from ticketing_common.erasure import PersonRef
from ticketing_common.erasure_api import Sections
from tickets.models import IntakeRecord, Ticket


def collect(person: PersonRef) -> Sections:
    """Return the rows of the person's tickets by kind."""
    numbers = person.numbers
    handoff = ("ticket_number", "payload", "status", "external_reference", "created_at")
    return {
        "tickets": list(
            Ticket.objects.filter(ticket_number__in=numbers)
            .order_by("id")
            .values(
                "ticket_number",
                "source_service",
                "source_number",
                "subject",
                "description",
                "category",
                "sub_category",
                "department",
                "priority",
                "requester_id",
                "requester_name",
                "requester_email",
                "requesters",
                "data",
                "submitted_at",
                "received_at",
            )
        ),
        "tasks": list(
            Task.objects.filter(ticket__ticket_number__in=numbers)
            .order_by("id")
            .values("id", "ticket_number", "status", "created_at", "closed_at", "approved_data")
        ),
        "transitions": list(
            TaskTransition.objects.filter(task__ticket__ticket_number__in=numbers)
            .order_by("id")
            .values("task_id", "name", "outcome", "comment", "performed_at")
        ),
        "timeline": list(
            Timeline.objects.filter(task__ticket__ticket_number__in=numbers)
            .order_by("task_id", "seq")
            .values("task_id", "seq", "event", "detail", "at")
        ),
        "intake_messages": list(
            IntakeRecord.objects.filter(ticket__ticket_number__in=numbers)
            .order_by("id")
            .values("id", "ticket_number", "body", "raw_body", "verdict", "reason", "received_at")
        ),
        "handoffs": [
            *AmsCheckout.objects.filter(ticket_number__in=numbers).order_by("id").values(*handoff),
            *BmsCheckout.objects.filter(ticket_number__in=numbers).order_by("id").values(*handoff),
        ],
        "audit_rows": list(
            AuditLog.objects.filter(ticket_number__in=numbers)
            .order_by("id")
            .values("id", "at", "action", "ticket_number", "old", "new", "reason")
        ),
    }
