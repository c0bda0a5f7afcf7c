"""The local copy of people, fed by the auth service and never edited here."""

from __future__ import annotations

from django.db import models


class Person(models.Model):
    user_id = models.BigIntegerField(primary_key=True)
    email = models.CharField(max_length=254)
    full_name = models.CharField(max_length=255)
    is_active = models.BooleanField(default=True)
    avatar_url = models.CharField(max_length=500, blank=True, default="")
    roles = models.JSONField(default=dict)
    version = models.BigIntegerField(default=0)

    class Meta:
        db_table = "people"

    def __str__(self) -> str:
        return f"{self.full_name} ({self.user_id})"

    @property
    def is_admin(self) -> bool:
        return "Admin" in self.roles.get("tts", [])

    @property
    def is_agent(self) -> bool:
        return any(role != "User" for role in self.roles.get("tts", []))
