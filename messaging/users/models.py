"""The local copy of people, fed by the auth service and never edited here."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Person(models.Model):
    user_id = models.BigIntegerField(primary_key=True)
    email = models.CharField(max_length=254)
    full_name = models.CharField(max_length=255)
    is_active = models.BooleanField(default=True)
    avatar_url = models.CharField(max_length=500, blank=True, default="")
    roles = models.JSONField(default=dict)
    # The roles of `tts` by auth's ids; null until auth has told them: then their names count.
    role_ids = ArrayField(models.BigIntegerField(), null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        db_table = "people"
        indexes = [
            GinIndex(fields=["role_ids"], name="people_of_role"),
            models.Index(fields=["user_id"], name="people_by_role_names", condition=models.Q(role_ids__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.user_id})"

    @property
    def is_admin(self) -> bool:
        return "Admin" in self.roles.get("tts", [])

    @property
    def is_agent(self) -> bool:
        return any(role != "User" for role in self.roles.get("tts", []))
