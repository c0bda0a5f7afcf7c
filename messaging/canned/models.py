"""Canned replies: texts that are written once and inserted into many comments."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q

from ticketing_common.jwt import Identity
from users.models import Person


class CannedReplyQuerySet(models.QuerySet["CannedReply"]):
    def visible_to(self, person: Identity) -> CannedReplyQuerySet:
        """Keep what the person may read: their own, those of the roles that they hold now, and those for all.

        Administrators read those of every role. Those of a role that nobody holds, as a deleted one, exist for nobody.
        """
        return self.filter(_is_reachable(person, everybody=person.is_admin))

    def offered_to(self, person: Identity) -> CannedReplyQuerySet:
        """Keep what the person is offered while writing: active, and of a role only where they hold it themselves."""
        return self.filter(_is_reachable(person, everybody=False), is_active=True)


def _is_reachable(person: Identity, *, everybody: bool) -> Q:
    holders = Person.objects.filter(is_active=True, role_ids__contains=[OuterRef("role_id")])
    if not everybody:
        holders = holders.filter(user_id=person.user_id)
    return (
        Q(scope=CannedReply.Scope.ALL)
        | Q(scope=CannedReply.Scope.OWN, author_id=person.user_id)
        | Q(Exists(holders), scope=CannedReply.Scope.TEAM)
    )


class CannedReply(models.Model):
    class Scope(models.TextChoices):
        OWN = "own"
        TEAM = "team"
        ALL = "all"

    title = models.CharField(max_length=120)
    text = models.TextField()
    scope = models.CharField(max_length=8, choices=Scope.choices)
    # Auth's id of the role whose reply it is; with the scope team only.
    role_id = models.BigIntegerField(null=True)
    is_active = models.BooleanField(default=True)
    author_id = models.BigIntegerField()
    author_name = models.CharField(max_length=255)
    # Grows with every change, so that nobody overwrites what they have not seen.
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    updated_by_id = models.BigIntegerField()
    updated_by_name = models.CharField(max_length=255)

    objects = CannedReplyQuerySet.as_manager()

    class Meta:
        db_table = "canned_replies"
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="team", role_id__isnull=False) | (~Q(scope="team") & Q(role_id__isnull=True)),
                name="canned_reply_of_a_role",
            )
        ]
        indexes = [
            models.Index(fields=["author_id"], name="canned_replies_own", condition=Q(scope="own")),
            models.Index(fields=["role_id"], name="canned_replies_of_role", condition=Q(scope="team")),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.scope})"

    def beside(self) -> CannedReplyQuerySet:
        """Return the replies of the same place: of its author, of its role, or for all."""
        same = {"author_id": self.author_id} if self.scope == self.Scope.OWN else {"role_id": self.role_id}
        return CannedReply.objects.filter(scope=self.scope, **same)
