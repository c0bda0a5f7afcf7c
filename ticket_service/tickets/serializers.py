"""The shape of requests and answers."""

from __future__ import annotations

import json
from typing import Any

from rest_framework import serializers

from ticketing_common.serializers import BoundedList, StrictFields, TextField
from tickets.conversation import MAX_TEXT
from tickets.models import Attachment, StatusChange, Ticket, TicketComment

MAX_JSON_BYTES = 100_000


class BoundedJSONField(serializers.JSONField):
    """JSON that PostgreSQL can store and a message can carry."""

    def __init__(self, *, kind: type, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind = kind

    def to_internal_value(self, data: Any) -> Any:
        value = super().to_internal_value(data)
        if not isinstance(value, self.kind):
            word = "an object" if self.kind is dict else "a list"
            raise serializers.ValidationError(f"Must be {word}.")
        try:
            text = json.dumps(value, allow_nan=False, ensure_ascii=False)
            size = len(text.encode("utf-8"))
        except (ValueError, RecursionError, UnicodeEncodeError) as error:
            raise serializers.ValidationError("Holds a value that can't be stored.") from error
        if size > MAX_JSON_BYTES:
            raise serializers.ValidationError(f"At most {MAX_JSON_BYTES} bytes.")
        if "\\u0000" in text:
            raise serializers.ValidationError("Holds a NUL character.")
        return value


class PriorityField(serializers.ChoiceField):
    """A priority in any case."""

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(data.strip().capitalize() if isinstance(data, str) else data)


class EmployeeSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)
    name = TextField(required=False, allow_blank=True, max_length=255)
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    company_id = TextField(required=False, allow_blank=True, max_length=64)
    department = TextField(required=False, allow_blank=True, max_length=128)


class TicketIn(serializers.Serializer[Any]):
    subject = TextField(max_length=255)
    category = TextField(max_length=128)
    sub_category = TextField(max_length=128, required=False, allow_blank=True)
    department = TextField(max_length=128)
    description = TextField(max_length=100_000, required=False, allow_blank=True)
    priority = PriorityField(choices=Ticket.Priority.choices, required=False)
    employee = EmployeeSerializer(required=False)
    asset_name = TextField(max_length=255, required=False, allow_blank=True)
    serial_number = TextField(max_length=255, required=False, allow_blank=True)
    location = TextField(max_length=255, required=False, allow_blank=True)
    expected_return_date = serializers.DateField(required=False, allow_null=True)
    requested_budget = serializers.DecimalField(
        max_digits=14, decimal_places=2, min_value=0, required=False, allow_null=True
    )
    cost_items = BoundedJSONField(kind=list, required=False, help_text="A list of items.")
    performance_start_date = serializers.DateField(required=False, allow_null=True)
    performance_end_date = serializers.DateField(required=False, allow_null=True)
    dynamic_data = BoundedJSONField(kind=dict, required=False, help_text="Any further fields.")
    attachments = BoundedList(
        child=serializers.FileField(max_length=1000, allow_empty_file=True),
        max_length=100,
        required=False,
        write_only=True,
        help_text="Files, in a multipart request.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        start, end = attrs.get("performance_start_date"), attrs.get("performance_end_date")
        if start and end and end < start:
            raise serializers.ValidationError({"performance_end_date": "The end is before the start."})
        return attrs


class EmployeeChange(StrictFields, EmployeeSerializer):
    """The same, of a change."""


class TicketChangeIn(StrictFields, TicketIn):
    employee = EmployeeChange(required=False)
    source_version = serializers.IntegerField(
        required=False, min_value=1, help_text="The version seen; another one now is a conflict (409)."
    )

    def to_internal_value(self, data: Any) -> Any:
        """A change in part names known fields only; the whole ticket may come with what the server added to it."""
        return super().to_internal_value(data) if self.partial else TicketIn.to_internal_value(self, data)


class WithdrawIn(StrictFields):
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class ReopenIn(WithdrawIn):
    """Why the ticket is not done."""


class AttachmentOut(serializers.ModelSerializer[Attachment]):
    url = serializers.CharField(read_only=True)

    class Meta:
        model = Attachment
        fields = ["id", "file_name", "content_type", "size", "url", "removed_at", "removed_after_days"]


class TicketOut(serializers.ModelSerializer[Ticket]):
    employee = EmployeeSerializer(read_only=True)
    attachments = AttachmentOut(many=True, read_only=True)

    class Meta:
        model = Ticket
        fields = [
            "id",
            "ticket_number",
            "subject",
            "category",
            "sub_category",
            "department",
            "description",
            "priority",
            "status",
            "status_at",
            "status_detail",
            "source_service",
            "source_version",
            "employee",
            "asset_name",
            "serial_number",
            "location",
            "expected_return_date",
            "requested_budget",
            "cost_items",
            "performance_start_date",
            "performance_end_date",
            "dynamic_data",
            "attachments",
            "submitted_at",
            "updated_at",
            "withdrawn_at",
        ]


class AttachmentRefOut(serializers.Serializer[Any]):
    """A file of a comment; the messaging service keeps it."""

    id = serializers.IntegerField()
    file_name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    url = serializers.CharField(help_text="Relative to this service.")


class PersonOut(serializers.Serializer[Any]):
    user_id = serializers.IntegerField()
    full_name = serializers.CharField()


class CommentOut(serializers.ModelSerializer[TicketComment]):
    author = PersonOut(read_only=True)
    attachments = AttachmentRefOut(source="files", many=True, read_only=True)

    class Meta:
        model = TicketComment
        fields = [
            "id",
            "origin",
            "author",
            "text",
            "parent_id",
            "attachments",
            "created_at",
            "edited_at",
            "deleted_at",
        ]


class ReplyIn(StrictFields):
    text = TextField(max_length=MAX_TEXT)
    parent_id = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=2**63 - 1, help_text="The entry that this one answers."
    )


class ReplyChangeIn(StrictFields):
    text = TextField(max_length=MAX_TEXT)


class StatusChangeOut(serializers.ModelSerializer[StatusChange]):
    actor = PersonOut(read_only=True, allow_null=True)

    class Meta:
        model = StatusChange
        fields = [
            "id",
            "event_id",
            "origin",
            "old_status",
            "new_status",
            "detail",
            "is_applied",
            "actor",
            "occurred_at",
            "recorded_at",
        ]
