"""Keys that sign access tokens."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q


class SigningKeyQuerySet(models.QuerySet["SigningKey"]):
    def live(self, now: datetime) -> SigningKeyQuerySet:
        """Keys whose tokens are still good, newest first: the first signs, all verify."""
        return self.filter(Q(retires_at__isnull=True) | Q(retires_at__gt=now)).order_by("-activated_at", "-id")


class SigningKey(models.Model):
    """An RSA key pair. The private half is encrypted with a key derived from the service's secret."""

    kid = models.CharField(max_length=64, unique=True)
    public_pem = models.TextField()
    private_encrypted = models.BinaryField()
    activated_at = models.DateTimeField()
    retires_at = models.DateTimeField(null=True)

    objects = SigningKeyQuerySet.as_manager()

    class Meta:
        db_table = "signing_keys"

    def __str__(self) -> str:
        return self.kid


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def live(self, now: datetime) -> ApiKeyQuerySet:
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), revoked_at__isnull=True)


class ApiKey(models.Model):
    """A key with which a service calls ours. Only its hash is kept; the prefix names it in lists and logs."""

    class Scope(models.TextChoices):
        NOTIFICATIONS = "notifications", "Send notices and mails"
        AMS = "ams", "Pull and acknowledge hand-offs of the asset system"
        BMS = "bms", "Pull and acknowledge hand-offs of the budget system"
        TICKETS = "tickets", "Fetch the files of the help desk's tickets"
        EMPLOYEES = "employees", "Send the help desk's employees"
        SCIM = "scim", "Provision people and groups by SCIM"

    name = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    prefix = models.CharField(max_length=8, unique=True)
    hashed_key = models.CharField(max_length=160)
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        db_table = "api_keys"
        indexes = [models.Index(fields=["name", "-created_at"], name="api_keys_name")]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"
