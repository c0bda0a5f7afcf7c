"""The providers of this installation: those of the setting `OIDC_PROVIDERS`, and those that administrators added."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import IntegrityError, transaction

from keys.services import cipher
from oidc.models import Claims, IdentityProvider, default_scopes
from oidc.refusals import ProviderMisconfigured, UnknownProvider
from security.services import Actor, Kind, record
from systems.models import System
from ticketing_common.errors import Conflict, Invalid, NotFound
from ticketing_common.logs import logger

log = logger(__name__)

SECRET_PURPOSE = "oidc-client-secret"  # noqa: S105 -- what the cipher is for
# What we want to know, and the claim that says it unless the configuration names another.
DEFAULT_CLAIMS = {
    "email": "email",
    "email_verified": "email_verified",
    "first_name": "given_name",
    "last_name": "family_name",
    "full_name": "name",
    "username": "preferred_username",
    "groups": "groups",
}
EVERYBODY = "*"


class LastProvider(Conflict):
    code = "last_identity_provider"
    default_detail = "Password sign-in is off for a system, and this is the only active provider. Switch it on first."


class SlugTaken(Conflict):
    code = "provider_exists"
    default_detail = "There is a provider of this slug already."


@dataclass(frozen=True, kw_only=True)
class RoleRule:
    """Who is in `group` at the provider holds `role` of `system` here; the group `*` is everybody."""

    group: str
    system: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Provider:
    slug: str
    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False, default="")
    scopes: tuple[str, ...] = tuple(default_scopes())
    claims: Mapping[str, str] = field(default_factory=lambda: DEFAULT_CLAIMS)
    roles: tuple[RoleRule, ...] = ()
    creates_accounts: bool = False
    links_accounts: bool = False
    requires_verified_email: bool = True
    asks_second_factor: bool = False
    is_active: bool = True

    @property
    def base_url(self) -> str:
        return f"{settings.FRONTEND_URL.rstrip('/')}/api/auth/oidc/{self.slug}"

    @property
    def redirect_uri(self) -> str:
        return f"{self.base_url}/callback/"

    @property
    def backchannel_logout_uri(self) -> str:
        return f"{self.base_url}/backchannel-logout/"

    @property
    def frontchannel_logout_uri(self) -> str:
        return f"{self.base_url}/frontchannel-logout/"

    @property
    def post_logout_redirect_uri(self) -> str:
        return f"{settings.FRONTEND_URL.rstrip('/')}/login"

    def claim(self, what: str, claims: Claims) -> Any:
        """Return what the claims say of it: under the claim's own name, or else by a path with dots."""
        name = self.claims[what]
        if name in claims:
            return claims[name]
        found: Any = claims
        for part in name.split("."):
            if not isinstance(found, dict) or part not in found:
                return None
            found = found[part]
        return found


def is_allowed_url(url: str) -> bool:
    """Tokens and secrets travel by HTTPS; by plain HTTP only outside production, within this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    if not host or parts.username or parts.fragment:
        return False
    is_near = host in {"localhost", "127.0.0.1", "::1"} and not settings.IS_PRODUCTION
    return parts.scheme == "https" or (parts.scheme == "http" and is_near)


def from_fields(values: Mapping[str, Any]) -> Provider:
    """Return the provider of validated values (`ProviderIn`)."""
    known = {name: values[name] for name in Provider.__dataclass_fields__ if name in values}
    return Provider(
        **known
        | {
            "scopes": tuple(values.get("scopes") or default_scopes()),
            "claims": DEFAULT_CLAIMS | values.get("claims", {}),
            "roles": tuple(RoleRule(**rule) for rule in values.get("roles", [])),
        }
    )


def of_row(row: IdentityProvider) -> Provider:
    fields = {name: getattr(row, name) for name in Provider.__dataclass_fields__ if name != "client_secret"}
    return from_fields(fields | {"client_secret": _decrypted(row)})


def _decrypted(row: IdentityProvider) -> str:
    stored = bytes(row.client_secret_encrypted)
    if not stored:
        return ""
    try:
        return cipher(SECRET_PURPOSE).decrypt(stored).decode()
    except InvalidToken as error:
        raise ProviderMisconfigured(
            "The provider's client secret can't be read with the present DJANGO_SECRET_KEY: enter it again."
        ) from error


def from_setting() -> dict[str, Provider]:
    """Return the providers of the setting, by slug. Entries that can't be used are left out; the checks name them."""
    return dict(_read_setting(settings.OIDC_PROVIDERS)[0])


def problems_of_setting() -> list[str]:
    """Return what keeps entries of the setting from being used, for the checks."""
    return list(_read_setting(settings.OIDC_PROVIDERS)[1])


@lru_cache(maxsize=4)
def _read_setting(text: str) -> tuple[dict[str, Provider], list[str]]:
    try:
        entries = json.loads(text)
    except ValueError as error:
        entries, problems = [], [f"OIDC_PROVIDERS is not JSON: {error}"]
    else:
        problems = [] if isinstance(entries, list) else ["OIDC_PROVIDERS must be a list."]
    providers: dict[str, Provider] = {}
    for number, entry in enumerate(entries if isinstance(entries, list) else [], start=1):
        provider, problem = read_entry(entry)
        if provider is not None and provider.slug in providers:
            problem = "its slug is used twice"
        elif provider is not None:
            providers[provider.slug] = provider
        if problem:
            problems.append(f"OIDC_PROVIDERS, entry {number}: {problem}")
    for problem in problems:
        log.error("oidc_setting_ignored", problem=problem)
    return providers, problems


def read_entry(entry: Any) -> tuple[Provider | None, str]:
    """Return the provider that an entry of the setting describes, or None and what is wrong with it."""
    from oidc.serializers import ProviderIn  # it knows the framework; this module is used where there is none

    if not isinstance(entry, dict):
        return None, "an entry must be an object"
    values = dict(entry)
    secret_file = values.pop("client_secret_file", None)
    if secret_file is not None:
        try:
            values["client_secret"] = Path(str(secret_file)).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            return None, f"client_secret_file cannot be read: {error}"
    given = ProviderIn(data=values)
    if not given.is_valid():
        return None, str(dict(given.errors))
    return from_fields(given.validated_data), ""


def active_providers() -> list[Provider]:
    """Return those with a button on the sign-in page, those of the setting first."""
    configured = from_setting()
    found = [provider for provider in configured.values() if provider.is_active]
    for row in IdentityProvider.objects.filter(is_active=True).order_by("name", "id"):
        if row.slug not in configured:
            try:
                found.append(of_row(row))
            except ProviderMisconfigured:
                log.error("oidc_provider_unreadable", provider=row.slug)
    return found


def provider_by_slug(slug: str) -> Provider:
    """Return the active provider, or raise `UnknownProvider`."""
    provider = from_setting().get(slug)
    if provider is None:
        row = IdentityProvider.objects.filter(slug=slug).first()
        provider = of_row(row) if row else None
    if provider is None or not provider.is_active:
        raise UnknownProvider()
    return provider


# --- what administrators change -----------------------------------------------------------------------------------


def provider_of_row(*, provider_id: int) -> Provider:
    """Return the provider of this row, switched off or not."""
    row = IdentityProvider.objects.filter(pk=provider_id).first()
    if row is None:
        raise NotFound("There is no such provider.")
    return of_row(row)


@transaction.atomic
def create_provider(*, values: dict[str, Any], by: Actor, now: datetime) -> IdentityProvider:
    row = IdentityProvider(created_at=now)
    _write(row, values, now)
    record(Kind.PROVIDER_CHANGED, now=now, by=by, provider=row.slug, what="created")
    return row


@transaction.atomic
def change_provider(*, provider_id: int, values: dict[str, Any], by: Actor, now: datetime) -> IdentityProvider:
    """Change what is named. Without `client_secret`, the present one stays."""
    row = IdentityProvider.objects.select_for_update().filter(pk=provider_id).first()
    if row is None:
        raise NotFound("There is no such provider.")
    with _keeping_one():
        _write(row, values, now)
    record(Kind.PROVIDER_CHANGED, now=now, by=by, provider=row.slug, what="changed", fields=sorted(values))
    return row


@transaction.atomic
def delete_provider(*, provider_id: int, by: Actor, now: datetime) -> None:
    """Forget the provider. Accounts, and who they are at the issuer, stay."""
    row = IdentityProvider.objects.filter(pk=provider_id).first()
    if row is None:
        raise NotFound("There is no such provider.")
    record(Kind.PROVIDER_CHANGED, now=now, by=by, provider=row.slug, what="deleted")
    with _keeping_one():
        row.delete()


@contextmanager
def _keeping_one() -> Iterator[None]:
    """Refuse what takes the last provider from people who may not sign in with a password."""
    # Nobody switches password sign-in off, or another provider, until this change is committed.
    is_needed = any(not system.password_sign_in for system in System.objects.select_for_update().order_by("pk"))
    had_any = bool(active_providers())
    yield
    if is_needed and had_any and not active_providers():
        raise LastProvider()


def _write(row: IdentityProvider, values: dict[str, Any], now: datetime) -> None:
    values = dict(values)
    secret = values.pop("client_secret", None)
    if secret is None and row.client_secret_encrypted and values.get("issuer", row.issuer) != row.issuer:
        raise Invalid("With another issuer, enter the client secret again.", attr="client_secret")
    if secret is not None:
        row.client_secret_encrypted = cipher(SECRET_PURPOSE).encrypt(secret.encode()) if secret else b""
    for name, value in values.items():
        setattr(row, name, value)
    row.updated_at = now
    is_taken = IdentityProvider.objects.exclude(pk=row.pk).filter(slug=row.slug).exists()
    if is_taken or row.slug in from_setting():
        raise SlugTaken(attr="slug")
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise SlugTaken(attr="slug") from error
