"""Hand-offs to AMS: one checkout per task, a saga with an idempotency key."""

from __future__ import annotations

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class AmsCheckout(models.Model):
    """A finished task's asset, on its way to AMS. The task closes when it is acknowledged or waived."""

    class Status(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        ACKNOWLEDGED = "acknowledged"
        FAILED = "failed"
        WAIVED = "waived"

    task = models.OneToOneField("task.Task", on_delete=models.PROTECT, related_name="ams_checkout")
    ticket_number = models.CharField(max_length=140)
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    payload = models.JSONField(encoder=DjangoJSONEncoder)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, default="")
    external_reference = models.CharField(max_length=128, blank=True, default="")
    waived_reason = models.TextField(blank=True, default="")
    waived_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ams_checkouts"
        indexes = [models.Index(fields=["status", "next_attempt_at"], name="ams_checkouts_due")]

    def __str__(self) -> str:
        return f"{self.ticket_number}: {self.status}"
