"""What each provisioning client says of people and groups beside what everybody sees: its own ids and names."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from roles.models import Role
from users.models import User


class ClientPersonQuerySet(models.QuerySet["ClientPerson"]):
    def of_client(self, client: str) -> ClientPersonQuerySet:
        return self.filter(client=client)


class ClientPerson(models.Model):
    """A person as a client knows them. `client` is the name of its keys: a rotated key is the same client."""

    client = models.CharField(max_length=64)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    # As the client spells it, and in lower case for comparisons. Often a mail address, but not always the person's.
    user_name = models.CharField(max_length=255, blank=True, default="")
    user_name_key = models.CharField(max_length=255, blank=True, default="")
    external_id = models.CharField(max_length=255, blank=True, default="")
    display_name = models.CharField(max_length=255, blank=True, default="")

    objects = ClientPersonQuerySet.as_manager()

    class Meta:
        db_table = "scim_people"
        constraints = [
            models.UniqueConstraint(fields=["client", "user"], name="scim_people_once"),
            models.UniqueConstraint(
                fields=["client", "user_name_key"], condition=~Q(user_name_key=""), name="scim_people_user_name"
            ),
            models.UniqueConstraint(
                fields=["client", "external_id"], condition=~Q(external_id=""), name="scim_people_external_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} of {self.client}"


class ClientGroupQuerySet(models.QuerySet["ClientGroup"]):
    def of_client(self, client: str) -> ClientGroupQuerySet:
        return self.filter(client=client)


class ClientGroup(models.Model):
    """A role as a client knows it: its own id, and the name by which it calls the group."""

    client = models.CharField(max_length=64)
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="+")
    external_id = models.CharField(max_length=255, blank=True, default="")
    display_name = models.CharField(max_length=255, blank=True, default="")

    objects = ClientGroupQuerySet.as_manager()

    class Meta:
        db_table = "scim_groups"
        constraints = [
            models.UniqueConstraint(fields=["client", "role"], name="scim_groups_once"),
            models.UniqueConstraint(
                fields=["client", "external_id"], condition=~Q(external_id=""), name="scim_groups_external_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role_id} of {self.client}"
