"""The help desk's own tickets, their files, and what the workflow said about them."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import PurePath
from typing import Any, ClassVar

from django.db import connection, models
from django.db.models import Q

from ticketing_common.errors import Conflict
from ticketing_common.jwt import Identity

SOURCE = "hdts"
# Roles of the help desk that only ask for help.
PLAIN_HDTS_ROLES = frozenset({"Employee", "User"})


class TicketEnded(Conflict):
    code = "ticket_ended"
    default_detail = "The ticket has ended and can't be changed any more."


def is_help_desk_staff(person: Identity) -> bool:
    """True for those who work on the help desk itself: its own roles, and administrators."""
    return person.is_admin or any(role not in PLAIN_HDTS_ROLES for role in person.roles.get(SOURCE, ()))


def next_ticket_number(now: datetime) -> str:
    """Return `TX`, the UTC date and six digits. The sequence is shared by all processes and never waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('ticket_number_seq')")
        (number,) = cursor.fetchone()
    return f"TX{now:%Y%m%d}{number:06d}"


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, person: Identity) -> TicketQuerySet:
        """The help desk's staff see every ticket, everyone else the ones they asked for.

        Agents see single tickets as well, where the workflow shows them: `services.readable_ticket`.
        """
        if is_help_desk_staff(person):
            return self
        return self.filter(employee_user_id=person.user_id)


class Ticket(models.Model):
    """One request for help, as the employee filed it."""

    class Priority(models.TextChoices):
        LOW = "Low"
        MEDIUM = "Medium"
        HIGH = "High"
        URGENT = "Urgent"
        CRITICAL = "Critical"

    class Status(models.TextChoices):
        NEW = "new"
        RECEIVED = "received"
        IN_PROGRESS = "in_progress"
        ON_HOLD = "on_hold"
        RESOLVED = "resolved"
        REJECTED = "rejected"
        CANCELLED = "cancelled"
        WITHDRAWN = "withdrawn"

    ENDED: ClassVar[frozenset[str]] = frozenset({Status.RESOLVED, Status.REJECTED, Status.CANCELLED, Status.WITHDRAWN})

    ticket_number = models.CharField(max_length=64, unique=True)
    subject = models.CharField(max_length=255)
    category = models.CharField(max_length=128)
    sub_category = models.CharField(max_length=128, blank=True, default="")
    department = models.CharField(max_length=128)
    description = models.TextField(blank=True, default="")
    priority = models.CharField(max_length=16, choices=Priority, default=Priority.MEDIUM)
    status = models.CharField(max_length=16, choices=Status, default=Status.NEW)
    status_at = models.DateTimeField()
    status_detail = models.TextField(blank=True, default="")
    source_service = models.CharField(max_length=64, default=SOURCE)
    source_version = models.PositiveBigIntegerField(default=1)

    employee_user_id = models.BigIntegerField(null=True)
    employee_name = models.CharField(max_length=255, blank=True, default="")
    employee_email = models.CharField(max_length=254, blank=True, default="")
    employee_company_id = models.CharField(max_length=64, blank=True, default="")
    employee_department = models.CharField(max_length=128, blank=True, default="")

    asset_name = models.CharField(max_length=255, blank=True, default="")
    serial_number = models.CharField(max_length=255, blank=True, default="")
    location = models.CharField(max_length=255, blank=True, default="")
    expected_return_date = models.DateField(null=True)

    requested_budget = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    cost_items = models.JSONField(default=list)
    performance_start_date = models.DateField(null=True)
    performance_end_date = models.DateField(null=True)

    dynamic_data = models.JSONField(default=dict)
    submitted_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    created_by_id = models.BigIntegerField(null=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        db_table = "tickets"
        indexes = [
            models.Index(fields=["-submitted_at", "-id"], name="tickets_newest"),
            models.Index(fields=["employee_user_id", "-submitted_at"], name="tickets_of_employee"),
            models.Index(fields=["status", "-submitted_at"], name="tickets_by_status"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(source_version__gte=1), name="ticket_version_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_number}: {self.subject}"

    @property
    def has_ended(self) -> bool:
        return self.status in self.ENDED

    @property
    def employee(self) -> dict[str, Any]:
        return {
            "id": self.employee_user_id,
            "name": self.employee_name,
            "email": self.employee_email,
            "company_id": self.employee_company_id,
            "department": self.employee_department,
        }

    def may_change(self, person: Identity) -> bool:
        return is_help_desk_staff(person) or self.employee_user_id == person.user_id

    def require_open(self) -> None:
        if self.has_ended:
            raise TicketEnded(f"The ticket is {self.status} and can't be changed any more.", status=self.status)

    def as_ticket_data(self) -> dict[str, Any]:
        """Return the ticket as the workflow receives it."""
        optional = {
            "sub_category": self.sub_category,
            "asset_name": self.asset_name,
            "serial_number": self.serial_number,
            "location": self.location,
            "expected_return_date": _iso(self.expected_return_date),
            "requested_budget": None if self.requested_budget is None else str(self.requested_budget),
            "cost_items": self.cost_items,
            "performance_start_date": _iso(self.performance_start_date),
            "performance_end_date": _iso(self.performance_end_date),
        }
        return {
            "ticket_number": self.ticket_number,
            "subject": self.subject,
            "category": self.category,
            "department": self.department,
            "description": self.description,
            "priority": self.priority,
            "status": self.status,
            "source_service": self.source_service,
            "source_version": self.source_version,
            "employee": self.employee,
            "attachments": [attachment.as_reference for attachment in self.attachments.order_by("id")],
            "submitted_at": _iso(self.submitted_at),
            "dynamic_data": self.dynamic_data,
            # An update says what was emptied: what it does not say stays in the workflow.
        } | {name: value or None for name, value in optional.items() if value or self.source_version > 1}


def _iso(value: Any) -> str | None:
    return None if value is None else str(value.isoformat()).replace("+00:00", "Z")


def stored_path(_attachment: Attachment, file_name: str) -> str:
    """Return a random name: what a person calls a file must not choose where it lies."""
    name = uuid.uuid4().hex
    return f"attachments/{name[:2]}/{name}{PurePath(file_name).suffix.lower()}"


class Attachment(models.Model):
    """One file of a ticket. `content_type` is what the content is, not what the client claimed."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="attachments")
    file = models.FileField(upload_to=stored_path, max_length=200)
    file_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=128)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # When the retention rule removed the stored file, after how many days of the ticket's end.
    removed_at = models.DateTimeField(null=True)
    removed_after_days = models.PositiveIntegerField(null=True)

    class Meta:
        db_table = "attachments"

    def __str__(self) -> str:
        return f"{self.file_name} ({self.size} bytes)"

    @property
    def url(self) -> str:
        return f"/attachments/{self.pk}/"

    @property
    def as_reference(self) -> dict[str, Any]:
        return {
            "id": self.pk,
            "file_name": self.file_name,
            "content_type": self.content_type,
            "size": self.size,
            "url": self.url,
        }


class TicketComment(models.Model):
    """One entry of the conversation: written by agents of the workflow, or here, by the requester.

    `workflow_id` is the id of the first kind over there. `version` grows with every change.
    """

    class Origin(models.TextChoices):
        WORKFLOW = "workflow"
        HELP_DESK = "help_desk"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="comments")
    origin = models.CharField(max_length=16, choices=Origin)
    workflow_id = models.BigIntegerField(null=True, unique=True)
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="replies")
    author_id = models.BigIntegerField()
    author_name = models.CharField(max_length=255)
    text = models.TextField(blank=True)
    attachments = models.JSONField(default=list)
    version = models.PositiveBigIntegerField(default=1)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ticket_comments"
        indexes = [models.Index(fields=["ticket", "created_at", "id"], name="comments_of_ticket")]

    def __str__(self) -> str:
        return f"{self.author_name} on {self.ticket_id}"

    @property
    def files(self) -> list[dict[str, Any]]:
        """The files with their addresses in this service; the stored ones are those of the messaging service."""
        path = f"/tickets/{self.ticket.ticket_number}/comments/{self.pk}/attachments"
        return [file | {"url": f"{path}/{file['id']}/"} for file in self.attachments]

    @property
    def author(self) -> dict[str, Any]:
        return {"user_id": self.author_id, "full_name": self.author_name}

    @property
    def reply_id(self) -> str:
        """What the workflow calls an entry that was made here."""
        return f"reply-{self.pk}"

    def mark_deleted(self, *, now: datetime) -> None:
        """Keep the place in the conversation and remove the text."""
        self.text, self.attachments, self.deleted_at = "", [], now


class StatusChange(models.Model):
    """One state that the workflow reported or the help desk set.

    `is_applied` is false for news that came too late to change anything. `ticket` is empty for numbers that this
    help desk does not know (another one's tickets) and for tickets deleted since.
    """

    class Origin(models.TextChoices):
        WORKFLOW = "workflow"
        HELP_DESK = "help_desk"

    ticket = models.ForeignKey(Ticket, on_delete=models.SET_NULL, null=True, related_name="status_changes")
    ticket_number = models.CharField(max_length=64)
    event_id = models.CharField(max_length=128, unique=True)
    origin = models.CharField(max_length=16, choices=Origin)
    old_status = models.CharField(max_length=16, blank=True, default="")
    new_status = models.CharField(max_length=16, choices=Ticket.Status)
    detail = models.TextField(blank=True, default="")
    is_applied = models.BooleanField(default=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=255, blank=True, default="")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "ticket_status_changes"
        indexes = [models.Index(fields=["ticket", "occurred_at", "id"], name="status_changes_of_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_number}: {self.old_status} → {self.new_status}"

    @property
    def actor(self) -> dict[str, Any] | None:
        return None if self.actor_id is None else {"user_id": self.actor_id, "full_name": self.actor_name}
