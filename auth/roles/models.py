"""Roles: what a person may be in a system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Lower

from systems.models import System

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from system_roles.models import UserSystemRole


class RoleQuerySet(models.QuerySet["Role"]):
    def of_system(self, slug: str) -> RoleQuerySet:
        return self.filter(system__slug=slug)

    def with_holders(self) -> RoleQuerySet:
        """Annotate `holders`: how many active people hold the role now."""
        counted = models.Count("holds", filter=models.Q(holds__is_active=True, holds__user__is_active=True))
        return self.annotate(holders=counted)


class Role(models.Model):
    """A role of one system. `version` goes up with each change, so that consumers apply only newer news."""

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="roles")
    name = models.CharField(max_length=128)
    description = models.CharField(max_length=500, blank=True, default="")
    is_custom = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField()

    objects = RoleQuerySet.as_manager()

    if TYPE_CHECKING:
        holds: RelatedManager[UserSystemRole]

    class Meta:
        db_table = "roles"
        constraints = [models.UniqueConstraint("system", Lower("name"), name="roles_name_once_per_system")]

    def __str__(self) -> str:
        return f"{self.system_id}/{self.name}"
