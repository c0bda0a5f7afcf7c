"""The erasures of requesters: who asked for which, why, and which services have done it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

HERE = "workflow_api"
OTHERS = ("messaging", "notification_service", "ticket_service")


class Erasure(models.Model):
    """One person's erasure, in every service. `person` is who it is, as the services are told; empty once all have
    confirmed. `person_digest` is a keyed hash of the address (or of the help desk's id) that is left of it then.

    `parts` are {service: null | {"erased_at", "erased": {kind: count}}}.
    """

    person = models.JSONField(null=True)
    person_digest = models.CharField(max_length=64)
    reason = models.TextField()
    ticket_count = models.PositiveIntegerField()
    parts = models.JSONField(default=dict)
    requested_by_id = models.BigIntegerField()
    requested_by_name = models.CharField(max_length=255, blank=True, default="")
    requested_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "erasures"
        indexes = [
            models.Index(fields=["-requested_at", "-id"], name="erasures_newest"),
            models.Index(fields=["person_digest"], name="erasures_person"),
        ]

    def __str__(self) -> str:
        return f"erasure {self.pk}"

    @property
    def requested_by(self) -> dict[str, Any]:
        return {"user_id": self.requested_by_id, "full_name": self.requested_by_name}

    @property
    def waiting_for(self) -> list[str]:
        """The services that have not confirmed yet."""
        return [service for service, part in self.parts.items() if part is None]

    def note(self, service: str, *, erased: dict[str, int], at: datetime, now: datetime) -> None:
        """Keep a service's confirmation, and forget who it was with the last one. The caller holds the row's lock."""
        self.parts[service] = {"erased_at": at.isoformat(), "erased": erased}
        if not self.waiting_for:
            self.person, self.completed_at = None, now
        self.save()
