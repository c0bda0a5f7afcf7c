"""OpenID providers, who is known to them, and the sign-ins and sessions that came from them."""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.db import models

from users.models import User

SLUG = r"[a-z0-9][a-z0-9-]{0,31}"
valid_slug = RegexValidator(rf"^{SLUG}\Z", "Use lower-case letters, digits and dashes.")


def default_scopes() -> list[str]:
    return ["openid", "profile", "email"]


class IdentityProvider(models.Model):
    """A provider that administrators have added. Those of the setting `OIDC_PROVIDERS` have no row."""

    slug = models.CharField(max_length=32, unique=True, validators=[valid_slug])
    name = models.CharField(max_length=80)
    issuer = models.CharField(max_length=255)
    client_id = models.CharField(max_length=255)
    # Encrypted with a key derived from the service's secret; empty for a public client.
    client_secret_encrypted = models.BinaryField(default=b"")
    scopes = models.JSONField(default=default_scopes)
    claims: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    roles: models.JSONField[list[dict[str, str]], list[dict[str, str]]] = models.JSONField(default=list)
    creates_accounts = models.BooleanField(default=False)
    links_accounts = models.BooleanField(default=False)
    requires_verified_email = models.BooleanField(default=True)
    asks_second_factor = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "identity_providers"

    def __str__(self) -> str:
        return self.slug


class Identity(models.Model):
    """A person as an issuer knows them. Addresses change hands; issuer and subject do not."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()
    last_used_at = models.DateTimeField()

    class Meta:
        db_table = "identities"
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="identities_once")]

    def __str__(self) -> str:
        return f"{self.subject} at {self.issuer}"


class SignInFlow(models.Model):
    """A sign-in that was begun: what must come back with the answer. Used once, within minutes."""

    state_hash = models.CharField(max_length=64, unique=True)
    browser_hash = models.CharField(max_length=64)
    provider = models.CharField(max_length=32)
    nonce = models.CharField(max_length=64)
    code_verifier = models.CharField(max_length=128)
    next_path = models.CharField(max_length=1024, blank=True, default="")
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "oidc_sign_in_flows"

    def __str__(self) -> str:
        return f"sign-in by {self.provider}"


class SeenLogoutToken(models.Model):
    """A logout token that was obeyed: each is good once."""

    issuer = models.CharField(max_length=255)
    jti_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "oidc_logout_tokens"
        constraints = [models.UniqueConstraint(fields=["issuer", "jti_hash"], name="oidc_logout_tokens_once")]

    def __str__(self) -> str:
        return f"{self.jti_hash[:8]} of {self.issuer}"


Claims = dict[str, Any]
