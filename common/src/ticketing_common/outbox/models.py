"""Messages that were committed with the change they tell of, and wait to be published."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def unpublished(self) -> OutboxQuerySet:
        return self.filter(published_at__isnull=True)

    def due(self, now: datetime) -> OutboxQuerySet:
        """Unpublished, not waiting for a retry, and not behind an unpublished message of the same key.

        Only the head of each key is due, so several relays keep the order of a key.
        """
        earlier = OutboxMessage.objects.filter(
            published_at__isnull=True, key=models.OuterRef("key"), id__lt=models.OuterRef("id")
        )
        return self.unpublished().filter(next_attempt_at__lte=now).filter(Q(key__isnull=True) | ~models.Exists(earlier))


class OutboxMessage(models.Model):
    """One message to one queue (or fan-out exchange). `id` is the order of the inserts."""

    id = models.BigAutoField(primary_key=True)
    message_id = models.UUIDField(default=uuid.uuid4, editable=False)
    exchange = models.CharField(max_length=128, blank=True, default="")
    queue = models.CharField(max_length=128)
    task = models.CharField(max_length=128)
    kwargs = models.JSONField()
    key = models.CharField(max_length=200, null=True)  # noqa: DJ001 -- NULL means: no order
    request_id = models.CharField(max_length=128, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    next_attempt_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    published_at = models.DateTimeField(null=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        db_table = "outbox_messages"
        indexes = [
            models.Index(F("next_attempt_at"), F("id"), name="outbox_due", condition=Q(published_at__isnull=True)),
            models.Index(F("key"), F("id"), name="outbox_key", condition=Q(published_at__isnull=True)),
            models.Index(F("published_at"), name="outbox_published", condition=Q(published_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.task} → {self.queue or self.exchange} ({self.message_id})"


#: The tick that `note_backup` writes; no entry of a schedule has this name.
BACKUP = "backup"


class Tick(models.Model):
    """When an entry of the schedule was last sent, by whichever beat: several share one schedule."""

    name = models.CharField(max_length=128, primary_key=True)
    taken_at = models.DateTimeField()

    class Meta:
        db_table = "outbox_ticks"

    def __str__(self) -> str:
        return f"{self.name} at {self.taken_at}"
