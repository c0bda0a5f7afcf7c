"""Who calls: a person with an access token, or a service with an API key."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from ticketing_common.jwt import Identity, InvalidToken, bearer_token, verify

EVERY_SCOPE = frozenset({"*"})


@dataclass(frozen=True)
class ServiceIdentity:
    """A service that called with an API key. Keys that auth keeps carry scopes; a key of our own settings, all."""

    name: str
    scopes: frozenset[str] = EVERY_SCOPE

    is_authenticated = True
    is_anonymous = False
    is_active = True
    is_admin = False
    id = None
    pk = None

    def may(self, *scopes: str) -> bool:
        """True when one of these scopes is among the key's."""
        return bool(self.scopes & {*EVERY_SCOPE, *scopes})


class Anonymous:
    """Nobody. Stands in for Django's user where no credentials came."""

    is_authenticated = False
    is_anonymous = True
    is_active = False
    is_admin = False
    id = None
    pk = None


class JWTAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>`, verified locally."""

    def authenticate(self, request: Request) -> tuple[Identity, str] | None:
        token = bearer_token(request.headers.get("Authorization"))
        if token is None:
            return None
        try:
            return verify(token), token
        except InvalidToken as error:
            raise exceptions.AuthenticationFailed(error.detail, code=error.code) from error

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


KeySource = Callable[[str], ServiceIdentity | None]


def key_source() -> KeySource:
    """Return what knows the keys that auth keeps: `API_KEY_SOURCE` (auth itself), else auth over HTTP."""
    path = getattr(settings, "API_KEY_SOURCE", "ticketing_common.api_keys.known_key")
    return import_string(path)  # type: ignore[no-any-return]


class ApiKeyAuthentication(BaseAuthentication):
    """`X-API-Key`: one of `SERVICE_API_KEYS` (`name:key` pairs; two may be valid at once), or a key that auth keeps."""

    def authenticate(self, request: Request) -> tuple[ServiceIdentity, str] | None:
        key = request.headers.get("X-API-Key")
        if key is None:
            return None
        for entry in settings.SERVICE_API_KEYS:
            name, _, known = entry.partition(":")
            if known and hmac.compare_digest(known.encode(), key.encode()):
                return ServiceIdentity(name), name
        service = key_source()(key)
        if service is not None:
            return service, service.name
        raise exceptions.AuthenticationFailed("The API key is not valid.", code="api_key_invalid")

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'
