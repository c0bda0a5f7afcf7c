"""The systems that share these people: TTS, HDTS, AMS, BMS."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class System(models.Model):
    """A system in which people hold roles. Its slug stands in tokens and messages and never changes."""

    TTS = "tts"
    HDTS = "hdts"
    AMS = "ams"
    BMS = "bms"

    slug = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=80, unique=True)
    description = models.CharField(max_length=255, blank=True, default="")
    # Off: people all of whose roles are in such systems sign in by a provider only.
    password_sign_in = models.BooleanField(default=True, db_default=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "systems"
        constraints = [models.CheckConstraint(name="systems_slug_lower", condition=Q(slug=Lower("slug")))]

    def __str__(self) -> str:
        return self.slug


class SeedRun(models.Model):
    """Which seeds were sent, so that each version goes out once."""

    name = models.CharField(max_length=64, unique=True)
    version = models.PositiveIntegerField()
    done_at = models.DateTimeField()

    class Meta:
        db_table = "seed_runs"

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
