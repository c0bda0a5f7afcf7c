"""The local copy of roles and their people. Auth owns them; they are never edited here, but for availability."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q


def is_between(away_from: datetime | None, away_until: datetime | None, now: datetime) -> bool:
    """Return whether an absence holds now; without an end it lasts until further notice."""
    return bool(away_from and away_from <= now and (away_until is None or now < away_until))


class PersonQuerySet(models.QuerySet["Person"]):
    def away(self, now: datetime) -> PersonQuerySet:
        """Those for whom `is_away` is true."""
        return self.filter(Q(away_until__isnull=True) | Q(away_until__gt=now), away_from__lte=now)


class Person(models.Model):
    """A person as auth describes them, and whether they take work now."""

    user_id = models.BigIntegerField(primary_key=True)
    full_name = models.CharField(max_length=255)
    email = models.CharField(max_length=254)
    is_active = models.BooleanField(default=True)
    can_sign_in = models.BooleanField(default=True, db_default=True)  # false while only invited
    # The one chosen in the profile; empty: none.
    language = models.CharField(max_length=16, blank=True, default="", db_default="")
    version = models.BigIntegerField(default=0)  # the newest news of name, address and language
    # Availability, set here: by the person, a lead or an admin.
    away_from = models.DateTimeField(null=True)
    away_until = models.DateTimeField(null=True)
    substitute = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="stands_in_for")
    capacity = models.PositiveIntegerField(null=True)  # open visits at once; null: no limit

    objects = PersonQuerySet.as_manager()

    class Meta:
        db_table = "people"

    def __str__(self) -> str:
        return self.full_name

    def is_away(self, now: datetime) -> bool:
        return is_between(self.away_from, self.away_until, now)

    @property
    def as_person(self) -> dict[str, object]:
        return {"user_id": self.user_id, "full_name": self.full_name}


class Role(models.Model):
    """A role of auth. `id` is auth's. `version` is the newest message applied."""

    id = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=128)
    system = models.CharField(max_length=32)
    description = models.TextField(blank=True, default="")
    is_custom = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)  # false once auth deleted it
    version = models.BigIntegerField(default=0)
    # A name is unique among auth's active roles; here it need not be for a moment: messages about two roles may
    # come in any order.
    lead = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="leads")

    class Meta:
        db_table = "roles"
        indexes = [models.Index(fields=["system", "name"], name="roles_name")]

    def __str__(self) -> str:
        return f"{self.system}/{self.name}"


class RoleMemberQuerySet(models.QuerySet["RoleMember"]):
    def active(self) -> RoleMemberQuerySet:
        """Holds of people who can work: their account is active and they can sign in."""
        return self.filter(is_active=True, person__is_active=True, person__can_sign_in=True)

    def of_role(self, role_id: int) -> RoleMemberQuerySet:
        return self.filter(role_id=role_id)


class RoleMember(models.Model):
    """One person's hold on one role. `id` is auth's user_system_role id."""

    id = models.BigIntegerField(primary_key=True)
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    is_active = models.BooleanField(default=True)
    settings = models.JSONField(default=dict)
    assigned_at = models.DateTimeField()
    version = models.BigIntegerField(default=0)

    objects = RoleMemberQuerySet.as_manager()

    class Meta:
        db_table = "role_members"
        constraints = [
            models.UniqueConstraint(
                fields=["role", "person"], name="one_active_hold_per_person", condition=Q(is_active=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.role_id}"


class SnapshotMark(models.Model):
    """How far auth's ids had come at the newest snapshot of a system: a smaller one that is unknown here is gone."""

    system = models.CharField(max_length=32, primary_key=True)
    last_role_id = models.BigIntegerField(default=0)
    last_member_id = models.BigIntegerField(default=0)

    class Meta:
        db_table = "role_snapshot_marks"

    def __str__(self) -> str:
        return f"{self.system}: roles to {self.last_role_id}, members to {self.last_member_id}"


class RoleRotation(models.Model):
    """Who was assigned last in a role's round robin. The member is remembered, not an index.

    The row is the lock of the role's assignments.
    """

    role = models.OneToOneField(Role, primary_key=True, on_delete=models.CASCADE, related_name="cursor")
    last_user_id = models.BigIntegerField(null=True)
    turns = models.BigIntegerField(default=0)

    class Meta:
        db_table = "role_cursors"
        constraints = [models.CheckConstraint(condition=Q(turns__gte=0), name="turns_not_negative")]

    def __str__(self) -> str:
        return f"{self.role_id} after {self.last_user_id}"
