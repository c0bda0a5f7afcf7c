"""The erasures of requesters: who asked for which, why, and which services have done it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models

from ticketing_common.outbox.relay import KEEP_PUBLISHED

HERE = "workflow_api"
OTHERS = ("auth", "messaging", "notification_service", "ticket_service")

# After a pass that every service has confirmed, how long until the next one. What waited in a queue meanwhile is read
# within the first; until the second ends, an outbox may publish its rows again.
WAITS = {1: timedelta(hours=1), 2: KEEP_PUBLISHED + timedelta(days=1)}
LAST_PASS = len(WAITS) + 1


class Erasure(models.Model):
    """One person's erasure, in every service. `person` is who it is, as the services are told; empty once all have
    confirmed the last pass. `person_digest` is a keyed hash of the address (or of the help desk's id) that is left of
    it then.

    `parts` are those of the pass under way: {service: null | {"erased_at", "erased": {kind: count}}}. While none is,
    `next_pass_at` says when the next one begins.
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
    pass_number = models.PositiveSmallIntegerField(default=1, db_default=1)
    next_pass_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "erasures"
        indexes = [
            models.Index(fields=["-requested_at", "-id"], name="erasures_newest"),
            models.Index(fields=["person_digest"], name="erasures_person"),
            models.Index(fields=["next_pass_at"], name="erasures_due", condition=models.Q(next_pass_at__isnull=False)),
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

    @property
    def kept_accounts(self) -> int:
        """How many accounts auth keeps, because they are active."""
        return int(((self.parts.get("auth") or {}).get("erased") or {}).get("active_accounts_kept", 0))

    def begin_next_pass(self) -> None:
        self.pass_number, self.next_pass_at = self.pass_number + 1, None
        self.parts = dict.fromkeys((HERE, *OTHERS))

    def note(self, service: str, *, erased: dict[str, int], at: datetime, now: datetime) -> None:
        """Keep a service's confirmation. The last one sets the time of the next pass, or forgets who it was.

        The caller holds the row's lock.
        """
        self.parts[service] = {"erased_at": at.isoformat(), "erased": erased}
        if not self.waiting_for:
            wait = WAITS.get(self.pass_number)
            if wait is None:
                self.person, self.completed_at = None, now
            else:
                self.next_pass_at = now + wait
        self.save()
