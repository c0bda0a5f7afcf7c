"""Where events are sent, with which secrets, and what became of each event at each endpoint."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q


class EventType(models.TextChoices):
    """What may be subscribed to. `webhook.test` is sent on request only."""

    CREATED = "ticket.created"
    ASSIGNED = "ticket.assigned"
    TRANSITIONED = "ticket.transitioned"
    UPDATED = "ticket.updated"
    PRIORITY_CHANGED = "ticket.priority_changed"
    ESCALATED = "ticket.escalated"
    HELD = "ticket.held"
    RESUMED = "ticket.resumed"
    AT_RISK = "ticket.at_risk"
    BREACHED = "ticket.breached"
    CLOSED = "ticket.closed"
    REOPENED = "ticket.reopened"


TEST_EVENT = "webhook.test"


class WebhookEndpoint(models.Model):
    """An address outside. `leased_until` lies ahead while a worker sends to it, one delivery at a time; then
    it is when it was last sent to.

    `failing_since` is the first failure since the last success. `workflow_ids` and `priorities` narrow the events;
    empty means all.
    """

    class OffReason(models.TextChoices):
        FAILING = "failing"
        GONE = "gone"

    url = models.CharField(max_length=2_000)
    description = models.CharField(max_length=255, blank=True, default="")
    event_types = models.JSONField(default=list)
    workflow_ids = models.JSONField(default=list)
    priorities = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    off_reason = models.CharField(max_length=16, choices=OffReason, blank=True, default="")
    off_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    created_by_id = models.BigIntegerField()
    created_by_name = models.CharField(max_length=255, blank=True, default="")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "webhook_endpoints"

    def __str__(self) -> str:
        return f"{self.pk}: {self.url}"

    @property
    def created_by(self) -> dict[str, object]:
        return {"user_id": self.created_by_id, "full_name": self.created_by_name}

    def wants(self, event_type: str, *, workflow_id: int, priority: str) -> bool:
        return (
            event_type in self.event_types
            and (not self.workflow_ids or workflow_id in self.workflow_ids)
            and (not self.priorities or priority in self.priorities)
        )


class WebhookSecret(models.Model):
    """A key that signs, encrypted with one derived from the service's secret. Without `expires_at` it is the newest."""

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="secrets")
    encrypted = models.BinaryField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "webhook_secrets"

    def __str__(self) -> str:
        return f"secret {self.pk} of endpoint {self.endpoint_id}"


class DeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def waiting(self) -> DeliveryQuerySet:
        return self.filter(status=WebhookDelivery.Status.WAITING, endpoint__is_active=True)

    def heads(self, now: datetime) -> DeliveryQuerySet:
        """Those to be tried now: due, and no earlier event of the same ticket waits for the same endpoint."""
        earlier = WebhookDelivery.objects.filter(
            Q(sequence__lt=OuterRef("sequence")) | Q(sequence=OuterRef("sequence"), id__lt=OuterRef("id")),
            status=WebhookDelivery.Status.WAITING,
            endpoint_id=OuterRef("endpoint_id"),
            ticket_number=OuterRef("ticket_number"),
        )
        return self.waiting().filter(due_at__lte=now).filter(Q(ticket_number="") | ~Exists(earlier))


class WebhookDelivery(models.Model):
    """One event for one endpoint: a job while it waits, then its record. The last try's answer stands in it.

    `body` is sent as it is, at every try, so that a receiver may compare. `retry_since` is the first of the present
    series of tries.
    """

    class Status(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        FAILED = "failed"

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.CharField(max_length=128)
    event_type = models.CharField(max_length=64)
    ticket_number = models.CharField(max_length=140, blank=True, default="")
    sequence = models.BigIntegerField(default=0)
    body = models.TextField()
    status = models.CharField(max_length=16, choices=Status, default=Status.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    retry_since = models.DateTimeField(null=True)
    last_attempt_at = models.DateTimeField(null=True)
    sent_to = models.CharField(max_length=2_000, blank=True, default="")
    response_status = models.PositiveSmallIntegerField(null=True)
    response_body = models.TextField(blank=True, default="")
    duration_ms = models.PositiveIntegerField(null=True)
    error = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        db_table = "webhook_deliveries"
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event_id"], name="one_delivery_per_event"),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="webhooks_due", condition=Q(status="waiting")),
            models.Index(
                fields=["endpoint", "ticket_number", "sequence", "id"],
                name="webhooks_of_ticket",
                condition=Q(status="waiting"),
            ),
            models.Index(fields=["endpoint", "-created_at", "-id"], name="webhooks_newest"),
            models.Index(fields=["closed_at"], name="webhooks_closed", condition=Q(closed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to endpoint {self.endpoint_id}: {self.status}"
