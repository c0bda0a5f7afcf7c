"""What each system's own roles are, and who holds which role."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from roles.models import Role
from systems.models import System
from users.models import User


class SystemRole(models.Model):
    """The catalogue: a role that a system comes with, and what it means there.

    `is_protected` roles can be neither renamed nor deleted, because code relies on the name; of a role that
    `needs_holder`, the last active holder can't be removed.
    """

    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="catalogue")
    name = models.CharField(max_length=128)
    description = models.CharField(max_length=500, blank=True, default="")
    is_protected = models.BooleanField(default=True)
    needs_holder = models.BooleanField(default=False)

    class Meta:
        db_table = "system_roles"
        constraints = [models.UniqueConstraint("system", Lower("name"), name="system_roles_name_once")]

    def __str__(self) -> str:
        return f"{self.system_id}/{self.name}"


class UserSystemRoleQuerySet(models.QuerySet["UserSystemRole"]):
    def effective(self) -> UserSystemRoleQuerySet:
        """Holds that count: switched on, of people who are active."""
        return self.filter(is_active=True, user__is_active=True)

    def of_system(self, slug: str) -> UserSystemRoleQuerySet:
        return self.filter(system__slug=slug)

    def administrators(self) -> UserSystemRoleQuerySet:
        """Effective holds of the role that administers the product."""
        return self.effective().of_system(System.TTS).filter(role__name__iexact="Admin")

    def local_administrators(self) -> list[UserSystemRole]:
        """Return those administrators who get in without a provider, because they have a password."""
        return [hold for hold in self.administrators().select_related("user") if hold.user.has_usable_password()]

    def with_names(self) -> UserSystemRoleQuerySet:
        return self.select_related("user", "system", "role")

    def names_by_user(self) -> dict[int, dict[str, list[str]]]:
        """Return `{user id: {system: [role, …]}}` of the effective holds, names in order."""
        found: dict[int, dict[str, list[str]]] = {}
        rows = self.effective().order_by("system__slug", "role__name")
        for user_id, system, role in rows.values_list("user_id", "system__slug", "role__name"):
            found.setdefault(user_id, {}).setdefault(system, []).append(role)
        return found

    def ids_by_user(self) -> dict[int, dict[str, list[int]]]:
        """Return the same with the roles' ids, smallest first."""
        found: dict[int, dict[str, list[int]]] = {}
        rows = self.effective().order_by("system__slug", "role_id")
        for user_id, system, role_id in rows.values_list("user_id", "system__slug", "role_id"):
            found.setdefault(user_id, {}).setdefault(system, []).append(role_id)
        return found


class UserSystemRole(models.Model):
    """One person holds one role of one system."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="holds")
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="holds")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="holds")
    is_active = models.BooleanField(default=True)
    settings = models.JSONField(default=dict, blank=True)
    assigned_at = models.DateTimeField()
    assigned_by_id = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = UserSystemRoleQuerySet.as_manager()

    class Meta:
        db_table = "user_system_roles"
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="user_system_roles_once")]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role_id}"
