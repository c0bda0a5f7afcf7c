"""Hand-offs to BMS."""

from __future__ import annotations

from django.db import models

from tickets.checkouts import Checkout


class BmsCheckout(Checkout):
    """A finished ticket's budget, on its way to BMS."""

    system = "BMS"
    payload_fields = ("requested_budget", "cost_items", "performance_start_date", "performance_end_date")

    task = models.ForeignKey("task.Task", on_delete=models.PROTECT, related_name="bms_checkouts", db_index=False)

    class Meta:
        db_table = "bms_checkouts"
        indexes = [models.Index(fields=["status", "next_attempt_at"], name="bms_checkouts_due")]
        constraints = [models.UniqueConstraint(fields=["task", "cycle"], name="bms_checkouts_one_per_cycle")]
