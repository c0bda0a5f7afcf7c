"""What people keep for themselves: saved views of lists, some shared with everybody, and reminders."""

from __future__ import annotations

from django.db import models


class SavedView(models.Model):
    """A named query string of a list. A shared one is seen by all and changed by its owner and admins."""

    owner_id = models.BigIntegerField()
    owner_name = models.CharField(max_length=255, blank=True, default="")
    name = models.CharField(max_length=64)
    page = models.CharField(max_length=32, default="inbox")
    query = models.JSONField(default=dict)  # {"view": "team", "priority": "urgent,high", …}
    columns = models.JSONField(default=list)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "saved_views"
        constraints = [models.UniqueConstraint(fields=["owner_id", "page", "name"], name="one_view_per_name")]

    def __str__(self) -> str:
        return self.name


class Reminder(models.Model):
    """That a person wants to hear of a ticket at a moment. Theirs alone; the row goes when they are reminded."""

    owner_id = models.BigIntegerField()
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="reminders")
    remind_at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "reminders"
        constraints = [models.UniqueConstraint(fields=["owner_id", "ticket"], name="one_reminder_per_ticket")]
        indexes = [models.Index(fields=["remind_at"], name="reminders_due")]

    def __str__(self) -> str:
        return f"{self.owner_id} of {self.ticket_id}"
