"""Saved views: a person's own ways of looking at the task list, and those shared with everybody."""

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
