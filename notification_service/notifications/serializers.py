"""The shape of requests and answers."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from notifications.contexts import BadContext, check_context
from notifications.links import BadLink, parse_link, safe_link
from notifications.models import (
    InAppNotification,
    Language,
    MailSchedule,
    Notification,
    NotificationLog,
    NotificationTemplate,
    NotificationTypes,
    TemplateVersion,
)
from notifications.renderer import MASK
from notifications.texts import default_language
from ticketing_common.serializers import BoundedList, StrictFields, answered_beside


class ContextField(serializers.DictField):
    """What a notification tells of: names and values, bounded, and such as PostgreSQL can store."""

    def to_internal_value(self, data: Any) -> Any:
        value = super().to_internal_value(data)
        try:
            check_context(value)
        except BadContext as error:
            raise serializers.ValidationError(error.detail) from error
        return value


class PersonOut(serializers.Serializer[Any]):
    user_id = serializers.IntegerField()
    full_name = serializers.CharField()


class SendIn(serializers.Serializer[Any]):
    user_id = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    user_email = serializers.EmailField(required=False, max_length=254)
    notification_type = serializers.ChoiceField(choices=NotificationTypes.choices)
    context = ContextField(required=False, default=dict)  # type: ignore[assignment]
    event_id = serializers.CharField(required=False, max_length=128, help_text="The same event is sent once.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "user_id" not in attrs and "user_email" not in attrs:
            raise serializers.ValidationError({"user_email": "Name a person or an address."}, code="required")
        return attrs


class SendOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    event_id = serializers.CharField()
    status = serializers.CharField()
    is_duplicate = serializers.BooleanField()


class NotificationRow(serializers.ModelSerializer[Notification]):
    class Meta:
        model = Notification
        fields = [
            "id",
            "event_id",
            "notification_type",
            "channel",
            "user_id",
            "email",
            "subject",
            "status",
            "reason",
            "last_error",
            "attempts",
            "due_at",
            "created_at",
            "sent_at",
        ]


class LogOut(serializers.ModelSerializer[NotificationLog]):
    class Meta:
        model = NotificationLog
        fields = ["id", "status", "reason", "detail", "attempt", "at"]


class NotificationOut(NotificationRow):
    log = serializers.SerializerMethodField()
    context = serializers.SerializerMethodField()  # type: ignore[assignment]

    class Meta(NotificationRow.Meta):
        fields = [*NotificationRow.Meta.fields, "template_version", "body_text", "body_html", "context", "log"]

    @extend_schema_field(LogOut(many=True))
    def get_log(self, mail: Notification) -> Any:
        return LogOut(mail.log.order_by("at", "id"), many=True).data

    @extend_schema_field(serializers.DictField())
    def get_context(self, mail: Notification) -> dict[str, Any]:
        return {name: MASK if name in mail.secret_names else value for name, value in mail.context.items()}


class VariableOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    description = serializers.CharField()
    sample = serializers.CharField()
    is_required = serializers.BooleanField()
    is_secret = serializers.BooleanField()


class TemplatePartsIn(StrictFields):
    subject = serializers.CharField(max_length=255)
    body_text = serializers.CharField(max_length=20_000, trim_whitespace=False)
    body_html = serializers.CharField(max_length=40_000, trim_whitespace=False)
    inapp_message = serializers.CharField(max_length=2_000, allow_blank=True)


class TemplateCreateIn(TemplatePartsIn):
    notification_type = serializers.ChoiceField(choices=NotificationTypes.choices)
    language = serializers.ChoiceField(choices=Language.choices, default=default_language)


class TemplateChangeIn(TemplatePartsIn):
    version = serializers.IntegerField(
        required=False, min_value=1, help_text="The version seen; another one now is a conflict (409)."
    )


class TemplateRow(serializers.ModelSerializer[NotificationTemplate]):
    language = serializers.ChoiceField(choices=Language.choices, read_only=True)
    label = serializers.CharField(source="type.label", read_only=True)  # type: ignore[assignment]
    edited_by = PersonOut(read_only=True, allow_null=True)

    class Meta:
        model = NotificationTemplate
        fields = [
            "id",
            "notification_type",
            "language",
            "label",
            "version",
            "subject",
            "body_text",
            "body_html",
            "inapp_message",
            "edited_by",
            "updated_at",
        ]


class TemplateOut(TemplateRow):
    variables = VariableOut(source="type.variables", many=True, read_only=True)

    class Meta(TemplateRow.Meta):
        fields = [*TemplateRow.Meta.fields, "variables"]


TemplateChangeIn.answered = answered_beside(TemplateOut, TemplateChangeIn)


class TemplateVersionOut(serializers.ModelSerializer[TemplateVersion]):
    edited_by = PersonOut(read_only=True, allow_null=True)

    class Meta:
        model = TemplateVersion
        fields = ["version", "subject", "body_text", "body_html", "inapp_message", "edited_by", "created_at"]


class PreviewIn(StrictFields):
    """Parts that are left out are taken from the template as it is."""

    subject = serializers.CharField(max_length=255, required=False)
    body_text = serializers.CharField(max_length=20_000, trim_whitespace=False, required=False)
    body_html = serializers.CharField(max_length=40_000, trim_whitespace=False, required=False)
    inapp_message = serializers.CharField(max_length=2_000, allow_blank=True, required=False)
    context = ContextField(required=False, default=dict)  # type: ignore[assignment]


class PreviewOut(serializers.Serializer[Any]):
    subject = serializers.CharField()
    text = serializers.CharField()
    html = serializers.CharField()
    inapp_message = serializers.CharField()


class RestoreIn(StrictFields):
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class PreferenceIn(StrictFields):
    notification_type = serializers.ChoiceField(choices=NotificationTypes.choices)
    email = serializers.BooleanField(required=False)
    inapp = serializers.BooleanField(required=False)


class PreferenceOut(serializers.Serializer[Any]):
    notification_type = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    is_locked = serializers.BooleanField(help_text="Can't be switched off.")
    is_urgent = serializers.BooleanField(help_text="Waits neither for a digest nor for the end of quiet hours.")
    email = serializers.BooleanField()
    inapp = serializers.BooleanField()


PreferenceIn.answered = answered_beside(PreferenceOut, PreferenceIn)


@extend_schema_field({"type": "string", "pattern": r"^\d\d:\d\d$", "example": "20:00", "nullable": True})
class ClockField(serializers.TimeField):
    """A time of day in the person's time zone."""

    def __init__(self, **kwargs: Any) -> None:
        formats = {"format": "%H:%M", "input_formats": ["%H:%M", "%H:%M:%S"]}
        super().__init__(**{"required": False, "allow_null": True, **formats, **kwargs})


class ScheduleSerializer(StrictFields, serializers.ModelSerializer[MailSchedule]):
    time_zone = serializers.CharField(max_length=64, required=False)
    quiet_from = ClockField()
    quiet_to = ClockField()
    digest_at = ClockField()

    class Meta:
        model = MailSchedule
        fields = ["time_zone", "quiet_from", "quiet_to", "digest", "digest_at", "is_unsubscribed"]

    def validate_time_zone(self, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise serializers.ValidationError("There is no such time zone.") from error
        return value


class PreferencesIn(StrictFields):
    types = BoundedList(child=PreferenceIn(), required=False, default=list, max_length=100)
    schedule = ScheduleSerializer(required=False, partial=True)


class PreferencesOut(serializers.Serializer[Any]):
    types = PreferenceOut(many=True)
    schedule = ScheduleSerializer()


class InAppIn(serializers.Serializer[Any]):
    user_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    notification_type = serializers.ChoiceField(choices=NotificationTypes.choices)
    subject = serializers.CharField(max_length=255)
    message = serializers.CharField(max_length=10_000, allow_blank=True)
    link = serializers.CharField(max_length=500, required=False, allow_blank=True, allow_null=True)
    event_id = serializers.CharField(max_length=128, required=False, help_text="The same event makes one notification.")

    def validate_link(self, value: str | None) -> str | None:
        try:
            return parse_link(value)
        except BadLink as error:
            raise serializers.ValidationError(str(error)) from error


class InAppOut(serializers.ModelSerializer[InAppNotification]):
    is_read = serializers.BooleanField(read_only=True)
    link = serializers.SerializerMethodField()

    class Meta:
        model = InAppNotification
        fields = [
            "id",
            "user_id",
            "notification_type",
            "subject",
            "message",
            "link",
            "is_read",
            "created_at",
            "read_at",
        ]

    def get_link(self, notification: InAppNotification) -> str | None:
        return safe_link(notification.link) or None


class InAppChangeIn(StrictFields):
    is_read = serializers.BooleanField()


class UnreadOut(serializers.Serializer[Any]):
    unread_count = serializers.IntegerField()


class ReadAllOut(serializers.Serializer[Any]):
    updated = serializers.IntegerField()
    unread_count = serializers.IntegerField()


class SkippedOut(serializers.Serializer[Any]):
    status = serializers.CharField()
    reason = serializers.CharField()
