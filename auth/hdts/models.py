"""Employees who write tickets to the help desk. They are people like all others, with one identity."""

from __future__ import annotations

from django.db import models

from users.models import User


class Employee(models.Model):
    """A person's standing at the help desk. Only the approved may write tickets there."""

    class Status(models.TextChoices):
        PENDING = "Pending"
        APPROVED = "Approved"
        REJECTED = "Rejected"

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="employee")
    # The help desk's own id of the employee; never to be taken for ours.
    source_id = models.CharField(max_length=64, unique=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.PENDING)
    reason = models.CharField(max_length=255, blank=True, default="")
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    # The account was made for the help desk: it is switched on and off with the approval.
    is_own_account = models.BooleanField(default=True)

    class Meta:
        db_table = "hdts_employees"
        indexes = [models.Index(fields=["status", "id"], name="hdts_employees_status")]

    def __str__(self) -> str:
        return f"{self.source_id}: {self.status}"
