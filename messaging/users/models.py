"""The local copy of people, fed by the auth service and never edited here."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Cast, JSONObject


def has_role_named(role: Any) -> Q:
    """Return the condition that a person holds a role of `tts` of this name, a value or an expression."""
    name = role if hasattr(role, "resolve_expression") else Value(role)
    names = Func(Cast(name, models.TextField()), function="jsonb_build_array", output_field=models.JSONField())
    return Q(roles__contains=JSONObject(tts=names))


class PersonQuerySet(models.QuerySet["Person"]):
    def holding(self, *, role_id: Any, role: Any) -> PersonQuerySet:
        """Keep the active people who hold a role of `tts`: by its id or, as long as no ids are known, by its name.

        The arguments are values or expressions; an id of None and an empty name are held by nobody.
        """
        return self.filter(
            Q(role_ids__contains=[role_id]) | (Q(role_ids=None) & has_role_named(role)),
            is_active=True,
        )


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

    objects = PersonQuerySet.as_manager()

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
