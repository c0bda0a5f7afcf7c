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
