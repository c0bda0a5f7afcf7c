"""Hand-offs to BMS: one checkout per task, a saga with an idempotency key."""

from __future__ import annotations

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class BmsCheckout(models.Model):
    """A finished task's budget, on its way to BMS. The task closes when it is acknowledged or waived."""

    class Status(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        ACKNOWLEDGED = "acknowledged"
        FAILED = "failed"
        WAIVED = "waived"

    task = models.OneToOneField("task.Task", on_delete=models.PROTECT, related_name="bms_checkout")
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
        db_table = "bms_checkouts"
        indexes = [models.Index(fields=["status", "next_attempt_at"], name="bms_checkouts_due")]

    def __str__(self) -> str:
        return f"{self.ticket_number}: {self.status}"
