"""The audit trail: append-only here and in the database, each row chained to the one before by its hash."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class AuditLog(models.Model):
    """One action. It outlives what it describes: no foreign keys.

    A trigger refuses DELETE, and every UPDATE but that of `audit_redact`, which takes personal data out (ADR 0039).
    """

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)  # null: the system
    actor_name = models.CharField(max_length=255, blank=True, default="")
    on_behalf_of_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=64)
    object_type = models.CharField(max_length=64)
    object_id = models.CharField(max_length=64)
    ticket_number = models.CharField(max_length=140, blank=True, default="")
    old = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    new = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    reason = models.TextField(blank=True, default="")
    request_id = models.CharField(max_length=128, blank=True, default="")
    ip_address = models.GenericIPAddressField(null=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    # Of a redacted row: the hash of what it held at first, from which `hash` was made.
    content_hash = models.CharField(max_length=64, null=True)  # noqa: DJ001 -- null: nothing was taken out

    class Meta:
        db_table = "audit_logs"
        indexes = [
            models.Index(fields=["ticket_number", "id"], name="audit_ticket"),
            models.Index(fields=["actor_id", "id"], name="audit_actor"),
            models.Index(fields=["action", "id"], name="audit_action"),
            models.Index(fields=["object_type", "object_id"], name="audit_object"),
            models.Index(fields=["at"], name="audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"


class AuditHead(models.Model):
    """The end of the chain; its row is the lock that keeps the chain from forking."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    last_id = models.BigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        db_table = "audit_head"

    def __str__(self) -> str:
        return f"{self.last_id}: {self.last_hash[:12]}"
