"""People to tell, what to say, what was said, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import connection, models
from django.db.models import Q

from notifications.notification_types import TYPES, NotificationType, type_in
from notifications.renderer import TemplateText

MAX_DELAY = timedelta(minutes=1)


class NotificationTypes(models.TextChoices):
    """The types of the contract and those added since; `notification_types.TYPES` says what each means."""

    TASK_ASSIGNMENT = "task_assignment"
    TASK_TRANSFERRED = "task_transferred"
    TASK_ESCALATED = "task_escalated"
    SLA_AT_RISK = "sla_at_risk"
    SLA_BREACHED = "sla_breached"
    TASK_RETURNED = "task_returned"
    APPROVAL_REQUESTED = "approval_requested"
    HANDOFF_FAILED = "handoff_failed"
    MENTION = "mention"
    REQUESTER_REPLY = "requester_reply"
    TICKET_ANSWER = "ticket_answer"
    PASSWORD_RESET = "password_reset"  # noqa: S105 -- a type of mail
    LOGIN_ALERT = "login_alert"
    FAILED_LOGIN = "failed_login"
    OTP_CODE = "otp_code"
    ADDRESS_CODE = "address_code"
    ACCOUNT_LOCKED = "account_locked"
    PROFILE_CHANGE = "profile_change"
    INVITATION = "invitation"
    SYSTEM = "system"


class Language(models.TextChoices):
    """The languages of templates: those that there are texts in."""

    ENGLISH = "en"
    GERMAN = "de"


class Channel(models.TextChoices):
    EMAIL = "email"
    INAPP = "inapp"


class Status(models.TextChoices):
    QUEUED = "queued"
    RETRYING = "retrying"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    PARKED = "parked"


def mail_domain() -> str:
    """Return the domain that mails of ours come from."""
    return str(settings.DEFAULT_FROM_EMAIL).rsplit("@", 1)[-1].strip("> ")


class Person(models.Model):
    """The local copy of a person; auth sends it, and only a newer version replaces it."""

    user_id = models.BigIntegerField(primary_key=True)
    email = models.CharField(max_length=254)
    full_name = models.CharField(max_length=255)
    avatar_url = models.CharField(max_length=500, blank=True, default="")
    roles = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)
    # The zone of the person's profile; empty where auth has not told it.
    time_zone = models.CharField(max_length=64, blank=True, default="")
    # The language of the profile; empty where the person has chosen none.
    language = models.CharField(max_length=16, blank=True, default="", db_default="")
    version = models.BigIntegerField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "people"
        indexes = [models.Index(fields=["email"], name="people_email")]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.user_id})"


class NotificationTemplate(models.Model):
    """What a type says now in one language. `version` counts its changes in it; `edited_by_id` is empty for the text
    that shipped."""

    notification_type = models.CharField(max_length=32, choices=NotificationTypes)
    language = models.CharField(max_length=16, choices=Language, default=Language.ENGLISH, db_default="en")
    version = models.PositiveIntegerField(default=1)
    subject = models.CharField(max_length=255)
    body_text = models.TextField()
    body_html = models.TextField()
    inapp_message = models.TextField()
    edited_by_id = models.BigIntegerField(null=True)
    edited_by_name = models.CharField(max_length=255, blank=True, default="")
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "notification_templates"
        constraints = [
            models.UniqueConstraint(fields=["notification_type", "language"], name="one_template_per_language"),
        ]

    def __str__(self) -> str:
        return f"{self.notification_type} {self.language} v{self.version}"

    @property
    def type(self) -> NotificationType:
        return type_in(self.notification_type, self.language)

    @property
    def versions(self) -> models.QuerySet[TemplateVersion]:
        """Every version of the type in this language."""
        return TemplateVersion.objects.filter(notification_type=self.notification_type, language=self.language)

    @property
    def parts(self) -> TemplateText:
        return TemplateText(
            subject=self.subject,
            body_text=self.body_text,
            body_html=self.body_html,
            inapp_message=self.inapp_message,
        )

    @property
    def edited_by(self) -> dict[str, Any] | None:
        return None if self.edited_by_id is None else {"user_id": self.edited_by_id, "full_name": self.edited_by_name}


class TemplateVersion(models.Model):
    """Every text a type has had in a language. Outlives the template."""

    notification_type = models.CharField(max_length=32, choices=NotificationTypes)
    language = models.CharField(max_length=16, choices=Language, default=Language.ENGLISH, db_default="en")
    version = models.PositiveIntegerField()
    subject = models.CharField(max_length=255)
    body_text = models.TextField()
    body_html = models.TextField()
    inapp_message = models.TextField()
    edited_by_id = models.BigIntegerField(null=True)
    edited_by_name = models.CharField(max_length=255, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "notification_template_versions"
        constraints = [
            models.UniqueConstraint(fields=["notification_type", "language", "version"], name="one_text_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.notification_type} {self.language} v{self.version}"

    @property
    def edited_by(self) -> dict[str, Any] | None:
        return None if self.edited_by_id is None else {"user_id": self.edited_by_id, "full_name": self.edited_by_name}


class NotificationQuerySet(models.QuerySet["Notification"]):
    def open(self) -> NotificationQuerySet:
        return self.filter(status__in=Notification.OPEN)

    def due(self, now: datetime) -> NotificationQuerySet:
        return self.open().filter(due_at__lte=now)

    def next_first(self) -> NotificationQuerySet:
        return self.order_by("-is_urgent", "due_at", "id")


class Notification(models.Model):
    """One mail to one recipient: a job until it is sent, failed, skipped or parked, then its record.

    `recipient` is `user:<id>` or `mail:<address>`. `given_address` came with the event; without one the mail goes to
    the person's address at the time of sending. `language` is the one that came with the event, for people who are not
    known here; a known person's own comes first. `email` is the address of the last try. Secrets (codes, single-use
    links) are in `context` only while the mail waits. `faults` counts tries that failed because of the mail itself;
    after `MAX_FAULTS` it is parked for an administrator. `comment_id` is the comment that the mail quotes.
    """

    OPEN: ClassVar[tuple[str, ...]] = (Status.QUEUED, Status.RETRYING)

    event_id = models.CharField(max_length=128)
    recipient = models.CharField(max_length=300)
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.EMAIL)
    user_id = models.BigIntegerField(null=True)
    given_address = models.CharField(max_length=254, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    language = models.CharField(max_length=16, blank=True, default="", db_default="")
    notification_type = models.CharField(max_length=32, choices=NotificationTypes)
    context = models.JSONField(default=dict)
    template_version = models.PositiveIntegerField(null=True)
    subject = models.CharField(max_length=255, blank=True, default="")
    body_text = models.TextField(blank=True, default="")
    body_html = models.TextField(blank=True, default="")
    status = models.CharField(max_length=8, choices=Status, default=Status.QUEUED)
    reason = models.CharField(max_length=64, blank=True, default="")
    last_error = models.TextField(blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    faults = models.PositiveSmallIntegerField(default=0)
    comment_id = models.BigIntegerField(null=True)
    due_at = models.DateTimeField()
    # Security and urgent types leave before the rest, however long the queue is.
    is_urgent = models.BooleanField(default=False)
    is_for_digest = models.BooleanField(default=False)
    request_id = models.CharField(max_length=128, blank=True, default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        db_table = "notifications"
        constraints = [
            models.UniqueConstraint(fields=["event_id", "recipient", "channel"], name="one_mail_per_event"),
        ]
        indexes = [
            models.Index(
                fields=["-is_urgent", "due_at", "id"],
                name="notifications_due",
                condition=Q(status__in=["queued", "retrying"]),
            ),
            models.Index(fields=["-created_at", "-id"], name="notifications_newest"),
            models.Index(fields=["user_id", "-created_at"], name="notifications_of_person"),
            models.Index(fields=["closed_at"], name="notifications_closed", condition=Q(closed_at__isnull=False)),
            models.Index(fields=["comment_id"], name="notifications_comment", condition=Q(comment_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.notification_type} to {self.recipient}: {self.status}"

    @property
    def type(self) -> NotificationType:
        return TYPES[self.notification_type]

    @property
    def secret_names(self) -> tuple[str, ...]:
        """The entries of the context that are never shown; all of them for a type that is not known any more."""
        kind = TYPES.get(self.notification_type)
        return tuple(self.context) if kind is None else kind.secret

    @property
    def message_id(self) -> str:
        """The same for every try, so that a mail that arrives twice can be known as one.

        Short: programs that answer break longer ones in In-Reply-To.
        """
        return f"<n{self.pk}.{int(self.created_at.timestamp())}@{mail_domain()}>"

    def put_off(self, *, until: datetime, status: Status, reason: str, error: str = "") -> None:
        self.status, self.reason, self.last_error, self.due_at = status, reason, error, until
        self.save()

    def close(self, *, status: Status, reason: str, error: str = "", now: datetime) -> None:
        """End the job and forget its secrets."""
        self.status, self.reason, self.last_error = status, reason, error
        self.closed_at = now
        if status == Status.SENT:
            self.sent_at = now
        for name in self.secret_names:
            self.context.pop(name, None)
        self.save()


class NotificationLog(models.Model):
    """One change of state of one notification on one channel, with the reason."""

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, null=True, related_name="log")
    channel = models.CharField(max_length=8, choices=Channel)
    event_id = models.CharField(max_length=128)
    user_id = models.BigIntegerField(null=True)
    notification_type = models.CharField(max_length=32, choices=NotificationTypes)
    status = models.CharField(max_length=8, choices=Status)
    reason = models.CharField(max_length=64, blank=True, default="")
    detail = models.TextField(blank=True, default="")
    attempt = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        db_table = "notification_logs"
        indexes = [
            models.Index(fields=["notification", "at"], name="log_of_notification"),
            models.Index(fields=["at"], name="log_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.event_id}: {self.status}"


class InAppQuerySet(models.QuerySet["InAppNotification"]):
    def shown_to(self, user_id: int) -> InAppQuerySet:
        return self.filter(user_id=user_id, dismissed_at__isnull=True)

    def unread(self) -> InAppQuerySet:
        return self.filter(read_at__isnull=True)


class InAppNotification(models.Model):
    """One in-app notification. A dismissed one stays, so that its event can't bring it back."""

    user_id = models.BigIntegerField()
    event_id = models.CharField(max_length=128)
    notification_type = models.CharField(max_length=32, choices=NotificationTypes)
    subject = models.CharField(max_length=255)
    message = models.TextField(blank=True, default="")
    link = models.CharField(max_length=500, blank=True, default="")
    # What the row tells of, asked for again when it is shown.
    comment_id = models.BigIntegerField(null=True)
    ticket_number = models.CharField(max_length=140, blank=True, default="")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True)

    objects = InAppQuerySet.as_manager()

    class Meta:
        db_table = "inapp_notifications"
        constraints = [models.UniqueConstraint(fields=["user_id", "event_id"], name="one_notice_per_event")]
        indexes = [
            models.Index(
                fields=["user_id", "-created_at", "-id"], name="inbox", condition=Q(dismissed_at__isnull=True)
            ),
            models.Index(
                fields=["user_id"], name="inbox_unread", condition=Q(read_at__isnull=True, dismissed_at__isnull=True)
            ),
            models.Index(fields=["created_at"], name="inbox_age"),
            models.Index(fields=["comment_id"], name="inbox_comment", condition=Q(comment_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.user_id}"

    @property
    def is_read(self) -> bool:
        return self.read_at is not None


def lock_inbox(user_id: int) -> None:
    """Let one transaction at a time change a person's inbox, so that each tells the true unread count."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"inbox:{user_id}"])


class Preference(models.Model):
    """A person's choice for one type on one channel. No row means: yes."""

    user_id = models.BigIntegerField()
    notification_type = models.CharField(max_length=32, choices=NotificationTypes)
    channel = models.CharField(max_length=8, choices=Channel)
    is_enabled = models.BooleanField()

    class Meta:
        db_table = "notification_preferences"
        constraints = [
            models.UniqueConstraint(fields=["user_id", "notification_type", "channel"], name="one_choice_per_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.notification_type} {self.channel}: {self.is_enabled}"


class MailSchedule(models.Model):
    """When a person wants mail: quiet hours in their time zone, and a digest instead of single mails."""

    class Digest(models.TextChoices):
        OFF = "off"
        HOURLY = "hourly"
        DAILY = "daily"

    user_id = models.BigIntegerField(primary_key=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    digest = models.CharField(max_length=8, choices=Digest, default=Digest.OFF)
    digest_at = models.TimeField(null=True)
    # Set by the one-click link of a digest: no more mail but the urgent.
    is_unsubscribed = models.BooleanField(default=False)

    class Meta:
        db_table = "mail_schedules"

    def __str__(self) -> str:
        return f"{self.user_id}: {self.digest}"
