"""For how long each kind of data is kept, who changed that, and what each run removed."""

from __future__ import annotations

from django.db import models


class RetentionRule(models.Model):
    """For how many days a kind is kept; null is for ever. A kind without a row was never changed."""

    kind = models.CharField(max_length=64, unique=True)
    days = models.PositiveIntegerField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "retention_rules"

    def __str__(self) -> str:
        return f"{self.kind}: {self.days}"


class RetentionChange(models.Model):
    """One change of a rule."""

    kind = models.CharField(max_length=64)
    old_days = models.PositiveIntegerField(null=True)
    new_days = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=255)

    class Meta:
        db_table = "retention_changes"
        indexes = [models.Index(fields=["kind", "-id"], name="retention_changes_kind")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.old_days} to {self.new_days}"


class RetentionRunQuerySet(models.QuerySet["RetentionRun"]):
    def newest(self) -> RetentionRunQuerySet:
        """Keep the newest run of each kind."""
        return self.order_by("kind", "-id").distinct("kind")


class RetentionRun(models.Model):
    """One run of a rule. The counts are saved with each batch; without an end it is at work, or was interrupted."""

    kind = models.CharField(max_length=64)
    days = models.PositiveIntegerField()
    cutoff = models.DateTimeField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    removed = models.PositiveIntegerField(default=0)
    removed_bytes = models.BigIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    # Nothing was left but what failed.
    is_complete = models.BooleanField(default=False)
    asked_by_id = models.BigIntegerField(null=True)  # null: the schedule
    asked_by_name = models.CharField(max_length=255, blank=True, default="")

    objects = RetentionRunQuerySet.as_manager()

    class Meta:
        db_table = "retention_runs"
        indexes = [models.Index(fields=["kind", "-id"], name="retention_runs_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.started_at:%Y-%m-%d %H:%M}"
