"""Hand-offs to AMS."""

from __future__ import annotations

from django.db import models

from tickets.checkouts import Checkout


class AmsCheckout(Checkout):
    """A finished ticket's asset, on its way to AMS."""

    system = "AMS"
    payload_fields = ("asset_name", "serial_number", "location", "expected_return_date")

    task = models.ForeignKey("task.Task", on_delete=models.PROTECT, related_name="ams_checkouts", db_index=False)

    class Meta:
        db_table = "ams_checkouts"
        indexes = [models.Index(fields=["status", "next_attempt_at"], name="ams_checkouts_due")]
        constraints = [models.UniqueConstraint(fields=["task", "cycle"], name="ams_checkouts_one_per_cycle")]
