"""What the API takes and answers."""

from __future__ import annotations

from rest_framework import serializers

from notifications.serializers import PersonOut
from ticketing_common.serializers import BoundedList, StrictFields, TextField
from webhooks.models import EventType, WebhookDelivery, WebhookEndpoint
from webhooks.targets import MAX_URL, BadTarget, PrivateTarget, parse_url

# As the workflow API names them.
PRIORITIES = ("urgent", "high", "medium", "low")


class EndpointIn(StrictFields):
    url = serializers.CharField(max_length=MAX_URL, help_text="https only; not a private address")
    description = TextField(max_length=255, allow_blank=True, required=False)
    event_types = BoundedList(
        child=serializers.ChoiceField(choices=EventType.choices), allow_empty=False, max_length=len(EventType)
    )
    workflow_ids = BoundedList(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        max_length=50,
        required=False,
        help_text="Only events of tickets in these workflows; empty: all",
    )
    priorities = BoundedList(
        child=serializers.ChoiceField(choices=PRIORITIES),
        max_length=len(PRIORITIES),
        required=False,
        help_text="Only events of tickets with these priorities; empty: all",
    )
    is_active = serializers.BooleanField(required=False)

    def validate_url(self, value: str) -> str:
        try:
            parse_url(value)
        except BadTarget as error:
            code = "private_address" if isinstance(error, PrivateTarget) else "invalid"
            raise serializers.ValidationError(str(error), code=code) from error
        return value

    def validate_event_types(self, value: list[str]) -> list[str]:
        return list(dict.fromkeys(value))


class EndpointOut(serializers.ModelSerializer[WebhookEndpoint]):
    event_types = serializers.ListField(child=serializers.ChoiceField(choices=EventType.choices))
    workflow_ids = serializers.ListField(child=serializers.IntegerField())
    priorities = serializers.ListField(child=serializers.CharField())
    off_reason = serializers.CharField(help_text="Why it was switched off: failing, gone, or empty")
    created_by = PersonOut()

    class Meta:
        model = WebhookEndpoint
        fields = [
            "id",
            "url",
            "description",
            "event_types",
            "workflow_ids",
            "priorities",
            "is_active",
            "off_reason",
            "off_at",
            "failing_since",
            "created_by",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields


class EndpointWithSecretOut(EndpointOut):
    secret = serializers.CharField(help_text="Shown this one time")

    class Meta(EndpointOut.Meta):
        fields = [*EndpointOut.Meta.fields, "secret"]
        read_only_fields = fields


class DeliveryOut(serializers.ModelSerializer[WebhookDelivery]):
    request_body = serializers.CharField(source="body", help_text="What was or will be sent")

    class Meta:
        model = WebhookDelivery
        fields = [
            "id",
            "event_id",
            "event_type",
            "ticket_number",
            "status",
            "attempts",
            "due_at",
            "last_attempt_at",
            "sent_to",
            "request_body",
            "response_status",
            "response_body",
            "duration_ms",
            "error",
            "created_at",
            "closed_at",
        ]
        read_only_fields = fields
