"""A hand-off of a finished ticket to another system: what those to AMS and to BMS have in common."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from tickets.models import Ticket
from tickets.reasons import code_of

# A hand-off that the other system has not confirmed by then wants a person.
OVERDUE = timedelta(hours=24)


class CheckoutQuerySet(models.QuerySet[Any]):
    def overdue(self, now: datetime) -> CheckoutQuerySet:
        """Those for which `is_overdue` is true."""
        return self.filter(status__in=Checkout.WAITING, created_at__lt=now - OVERDUE)


class Checkout(models.Model):
    """One hand-off per cycle of a task, with an idempotency key. The task closes when it is acknowledged or waived.

    Subclasses say the system, what of the ticket it gets, and `task`, the relation to what is handed off.
    """

    system: ClassVar[str]
    payload_fields: ClassVar[tuple[str, ...]]  # of the ticket's data
    task_id: int

    class Status(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        ACKNOWLEDGED = "acknowledged"
        FAILED = "failed"
        WAIVED = "waived"

    WAITING: ClassVar = (Status.QUEUED, Status.SENT, Status.FAILED)

    ticket_number = models.CharField(max_length=140)
    cycle = models.PositiveIntegerField(default=1)  # of the task
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

    objects = CheckoutQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.ticket_number}: {self.status}"

    @classmethod
    def for_ticket(
        cls, ticket: Ticket, *, task_id: int, cycle: int, approved: Mapping[str, Any], now: datetime
    ) -> Self:
        """Return the hand-off of the ticket, due to be sent at once. The caller saves it.

        `approved` are the fields as they were approved; they go before those of the ticket now.
        """
        payload = {
            "ticket_number": ticket.ticket_number,
            "task_id": task_id,
            "subject": ticket.subject,
            "department": ticket.department,
            "requester": {"id": ticket.requester_id, "name": ticket.requester_name, "email": ticket.requester_email},
            **{name: approved.get(name, ticket.data.get(name)) for name in cls.payload_fields},
        }
        return cls(
            task_id=task_id,
            ticket_number=ticket.ticket_number,
            cycle=cycle,
            payload=payload,
            created_at=now,
            next_attempt_at=now,
        )

    def is_overdue(self, now: datetime) -> bool:
        """Whether it has waited too long for the other system's confirmation."""
        return self.status in self.WAITING and self.created_at < now - OVERDUE

    @property
    def last_error_code(self) -> str:
        return code_of(self.last_error)

    @property
    def waived_reason_code(self) -> str:
        return code_of(self.waived_reason)

    @property
    def as_handoff(self) -> dict[str, Any]:
        """The hand-off as it stands in answers about its task."""
        return {
            "system": self.system.lower(),
            "id": self.pk,
            "status": self.status,
            "attempts": self.attempts,
            "last_error": self.last_error,
            "last_error_code": self.last_error_code,
            "external_reference": self.external_reference,
        }
