"""Documents of tickets and of the intake ledger."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from role.fields import NamedOut
from tickets.models import IntakeRecord, Ticket


class TicketTaskOut(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.IntegerField()
    status = serializers.CharField()
    workflow = NamedOut()
    matched_by = serializers.CharField(help_text="`default`: no workflow but the default one fitted.")
    cycle = serializers.IntegerField()


class TicketRowOut(serializers.ModelSerializer[Ticket]):
    task = serializers.SerializerMethodField()
    requester = serializers.SerializerMethodField()

    class Meta:
        model = Ticket
        fields = (
            "id",
            "ticket_number",
            "source_service",
            "source_number",
            "subject",
            "category",
            "sub_category",
            "department",
            "priority",
            "source_status",
            "intake_state",
            "unmatched_reason",
            "unmatched_detail",
            "requester",
            "task",
            "submitted_at",
            "received_at",
            "updated_at",
        )

    @extend_schema_field(TicketTaskOut(allow_null=True))
    def get_task(self, ticket: Ticket) -> dict[str, Any] | None:
        tasks = sorted(ticket.tasks.all(), key=lambda task: task.pk)
        if not tasks:
            return None
        newest = tasks[-1]
        return {
            "id": newest.pk,
            "status": newest.status,
            "workflow": {"id": newest.workflow_id, "name": newest.workflow.name},
            "matched_by": newest.matched_by,
            "cycle": newest.cycle,
        }

    def get_requester(self, ticket: Ticket) -> dict[str, str] | None:
        if not (ticket.requester_name or ticket.requester_email or ticket.requester_id):
            return None
        return {"id": ticket.requester_id, "name": ticket.requester_name, "email": ticket.requester_email}


class TicketOut(TicketRowOut):
    attachments = serializers.SerializerMethodField()

    # Shown elsewhere in the document, under our own spelling.
    shown_elsewhere = frozenset(
        {
            "ticket_number",
            "subject",
            "category",
            "sub_category",
            "department",
            "priority",
            "status",
            "description",
            "source_service",
            "source_version",
            "employee",
            "attachments",
            "submitted_at",
        }
    )

    class Meta(TicketRowOut.Meta):
        fields = (*TicketRowOut.Meta.fields, "description", "source_version", "attachments")  # type: ignore[assignment]

    def get_attachments(self, ticket: Ticket) -> list[dict[str, Any]]:
        return [
            {
                "id": entry.get("id"),
                "file_name": entry.get("file_name", ""),
                "content_type": entry.get("content_type", ""),
                "size": entry.get("size", 0),
                "url": entry.get("url"),
            }
            for entry in ticket.data.get("attachments") or []
        ]

    def get_more(self, ticket: Ticket) -> dict[str, Any]:
        given = {
            name: value
            for name, value in ticket.data.items()
            if name not in self.shown_elsewhere and value not in (None, "")
        }
        more = given.pop("dynamic_data", None)
        return {**given, **(more if isinstance(more, dict) else {})}

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        # `fields` is a serializer's own name, so this one can't be declared in the class.
        return {**super().get_fields(), "fields": serializers.SerializerMethodField("get_more")}


class IntakeRowOut(serializers.ModelSerializer[IntakeRecord]):
    class Meta:
        model = IntakeRecord
        fields = (
            "id",
            "queue",
            "message_id",
            "ticket_number",
            "ticket_id",
            "verdict",
            "reason",
            "rule",
            "workflow_id",
            "dead_letter_id",
            "replay_of_id",
            "replayed_by_id",
            "request_id",
            "received_at",
            "body_removed_at",
        )


class IntakeOut(IntakeRowOut):
    class Meta(IntakeRowOut.Meta):
        fields = (*IntakeRowOut.Meta.fields, "headers", "body", "raw_body", "body_sha256")  # type: ignore[assignment]
