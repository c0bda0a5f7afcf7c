"""Who calls: a person with an access token, or a service with an API key."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from django.conf import settings
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from ticketing_common.jwt import Identity, InvalidToken, bearer_token, verify


@dataclass(frozen=True)
class ServiceIdentity:
    """A service that called with an API key."""

    name: str

    is_authenticated = True
    is_anonymous = False
    is_active = True
    is_admin = False
    id = None
    pk = None


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


class ApiKeyAuthentication(BaseAuthentication):
    """`X-API-Key`, compared with the keys in `SERVICE_API_KEYS` (`name:key` pairs; two may be valid at once)."""

    def authenticate(self, request: Request) -> tuple[ServiceIdentity, str] | None:
        key = request.headers.get("X-API-Key")
        if key is None:
            return None
        for entry in settings.SERVICE_API_KEYS:
            name, _, known = entry.partition(":")
            if known and hmac.compare_digest(known.encode(), key.encode()):
                return ServiceIdentity(name), name
        raise exceptions.AuthenticationFailed("The API key is not valid.", code="api_key_invalid")

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'
