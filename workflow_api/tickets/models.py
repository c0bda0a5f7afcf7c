"""What the help desk sent: the ledger of every message, and one descriptive row per ticket."""

from __future__ import annotations

from typing import Any, TypedDict

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Upper

from audit.actor import Actor
from workflow.models import Priority


class Requester(TypedDict):
    """Who asked, as the help desk says it; what it does not say is empty."""

    id: str
    name: str
    email: str


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, person: Actor) -> TicketQuerySet:
        """Tickets of the tasks that the person may see; administrators see the others, too."""
        if person.is_admin:
            return self
        task: Any = self.model._meta.get_field("tasks").related_model
        return self.filter(Exists(task.objects.visible_to(person).filter(ticket_id=OuterRef("pk"))))

    def with_tasks(self) -> TicketQuerySet:
        """Read the tasks with their workflows' names, in one more statement."""
        return self.prefetch_related("tasks__workflow")


class Ticket(models.Model):
    """One ticket of a source help desk. Descriptive only: it has no step and no owner."""

    class IntakeState(models.TextChoices):
        MATCHED = "matched"
        UNMATCHED = "unmatched"
        WITHDRAWN = "withdrawn"

    # The reference that people, sockets and mails use; unique over all sources.
    ticket_number = models.CharField(max_length=140, unique=True)
    source_service = models.CharField(max_length=64)
    source_number = models.CharField(max_length=64)
    source_version = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=255)
    description = models.TextField(blank=True, default="")
    category = models.CharField(max_length=128)
    sub_category = models.CharField(max_length=128, blank=True, default="")
    department = models.CharField(max_length=128)
    priority = models.CharField(max_length=16, choices=Priority.choices, default=Priority.MEDIUM)
    source_status = models.CharField(max_length=64, blank=True, default="")
    requester_name = models.CharField(max_length=255, blank=True, default="")
    requester_email = models.CharField(max_length=254, blank=True, default="")
    requester_id = models.CharField(max_length=64, blank=True, default="")
    # Everyone who was ever known as the requester, [{"id", "name", "email"}]: none of them may approve the ticket.
    requesters = models.JSONField(default=list)
    # The whole payload as the accepted messages make it up: asset and budget fields, attachments, dynamic_data, more.
    data = models.JSONField(encoder=DjangoJSONEncoder)
    payload_hash = models.CharField(max_length=64)
    intake_state = models.CharField(max_length=16, choices=IntakeState.choices)
    unmatched_reason = models.CharField(max_length=64, blank=True, default="")
    unmatched_detail = models.JSONField(null=True)  # nearest candidates
    submitted_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        db_table = "tickets"
        constraints = [
            models.UniqueConstraint(fields=["source_service", "source_number"], name="one_ticket_per_source_number")
        ]
        indexes = [
            models.Index(fields=["intake_state", "received_at"], name="tickets_intake_state"),
            models.Index(fields=["-received_at"], name="tickets_received_at"),
            # The other tickets of a requester, by id or address.
            models.Index(fields=["source_service", "requester_id"], name="tickets_requester_id"),
            models.Index(Upper("requester_email"), name="tickets_requester_email"),
            # Lists of tasks that are filtered by these: 24 instead of 680 ms for a rare category among 100,000.
            models.Index(fields=["category"], name="tickets_category"),
            models.Index(fields=["department"], name="tickets_department"),
            # And `tickets_search`, which a migration makes: parts of words in what lists search.
        ]

    def __str__(self) -> str:
        return self.ticket_number

    @property
    def requester(self) -> Requester:
        return {"id": self.requester_id, "name": self.requester_name, "email": self.requester_email}

    @property
    def known_requesters(self) -> list[Requester]:
        """Everyone who was ever known as the requester, the present one included."""
        known = [*self.requesters, self.requester]
        return [each for index, each in enumerate(known) if any(each.values()) and each not in known[:index]]


class IntakeRecord(models.Model):
    """One message as it came, and what became of it. Written in the transaction of its effect."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted"
        DUPLICATE = "duplicate"
        UPDATED = "updated"
        REOPENED = "reopened"
        STALE = "stale"
        UNMATCHED = "unmatched"
        CANCELLED = "cancelled"
        INVALID = "invalid"
        UNREADABLE = "unreadable"

    queue = models.CharField(max_length=128)
    message_id = models.CharField(max_length=200, blank=True, default="")
    body = models.JSONField(encoder=DjangoJSONEncoder, null=True)
    raw_body = models.TextField(blank=True, default="")  # of what could not be read as JSON
    # When the retention rule removed the body, and what it was (workflowmanager.retention.body_hash).
    body_removed_at = models.DateTimeField(null=True)
    body_sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")
    headers = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    ticket_number = models.CharField(max_length=200, blank=True, default="")
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.SET_NULL, related_name="intake_records")
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    reason = models.TextField(blank=True, default="")
    rule = models.CharField(max_length=64, blank=True, default="")  # which matching rule chose the workflow
    workflow_id = models.BigIntegerField(null=True)
    dead_letter_id = models.BigIntegerField(null=True)
    replay_of = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="replays")
    replayed_by_id = models.BigIntegerField(null=True)
    request_id = models.CharField(max_length=128, blank=True, default="")
    received_at = models.DateTimeField()

    class Meta:
        db_table = "intake_records"
        indexes = [
            models.Index(fields=["-received_at"], name="intake_received_at"),
            models.Index(fields=["verdict", "-received_at"], name="intake_verdict"),
            models.Index(fields=["ticket_number"], name="intake_ticket_number"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_number or self.message_id}: {self.verdict}"
