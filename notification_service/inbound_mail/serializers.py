"""What the API answers."""

from __future__ import annotations

from rest_framework import serializers

from inbound_mail.models import InboundMail


class InboundMailRow(serializers.ModelSerializer[InboundMail]):
    file_names = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = InboundMail
        fields = [
            "id",
            "message_id",
            "sender",
            "sender_name",
            "subject",
            "file_names",
            "size",
            "verdict",
            "reason",
            "detail",
            "user_id",
            "ticket_number",
            "notification_id",
            "received_at",
            "judged_at",
        ]
        read_only_fields = fields


class InboundMailOut(InboundMailRow):
    class Meta(InboundMailRow.Meta):
        fields = [*InboundMailRow.Meta.fields, "text"]
        read_only_fields = fields
