"""What people keep for themselves: saved views of lists, some shared with everybody, reminders, and calendar feeds."""

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


class CalendarFeed(models.Model):
    """A link under which a calendar program reads a person's deadlines. Whoever has the link may read: no sign-in."""

    owner_id = models.BigIntegerField()
    name = models.CharField(max_length=64)  # where the link is used
    token_digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the secret in the link, which is not kept
    time_zone = models.CharField(max_length=64)  # in which an absence may be whole days
    alarm_minutes = models.PositiveSmallIntegerField(null=True)  # before a deadline; null: no alarm
    # Of what was answered last, for Last-Modified: a deadline that is taken away leaves nothing else that says when.
    content_digest = models.CharField(max_length=64, blank=True, default="")
    changed_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "calendar_feeds"
        constraints = [models.UniqueConstraint(fields=["owner_id", "name"], name="one_feed_per_name")]

    def __str__(self) -> str:
        return f"{self.name} of {self.owner_id}"
