"""What the API answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from inbound_mail.mail_files import ATTACHED, REFUSED, SIGNATURE
from inbound_mail.models import InboundMail


class InboundFileOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    outcome = serializers.ChoiceField(
        choices=[ATTACHED, REFUSED, SIGNATURE],
        help_text="signature: a picture that is tiny, quoted or was sent before, and was left out.",
    )
    reason = serializers.CharField(help_text="Why it was refused.")


class InboundMailRow(serializers.ModelSerializer[InboundMail]):
    file_names = serializers.ListField(child=serializers.CharField())
    files = InboundFileOut(many=True, allow_null=True, help_text="Null for a mail that was not judged so far.")

    class Meta:
        model = InboundMail
        fields = [
            "id",
            "message_id",
            "sender",
            "sender_name",
            "subject",
            "file_names",
            "files",
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


class MailboxOut(serializers.Serializer[Any]):
    is_configured = serializers.BooleanField()
    reply_address = serializers.CharField(help_text="Empty where mails name no address for answers.")
    tickets = serializers.ChoiceField(choices=["off", "known", "everyone"], help_text="Whose other mail makes tickets.")
    read_at = serializers.DateTimeField(allow_null=True, help_text="When the mailbox was last read.")
    error = serializers.CharField(help_text="Why it could not be read since; empty where it could.")
    failed_at = serializers.DateTimeField(allow_null=True)
    waiting = serializers.IntegerField(help_text="Mails whose files are still to be carried.")
    failed = serializers.IntegerField()


class InboundMailOut(InboundMailRow):
    class Meta(InboundMailRow.Meta):
        fields = [*InboundMailRow.Meta.fields, "text"]
        read_only_fields = fields
