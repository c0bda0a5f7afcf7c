"""Verify access tokens with the auth service's published keys. Auth may be down: known keys stay good."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import jwt
import redis
import requests
from django.conf import settings
from django.core.cache import cache
from django.utils.module_loading import import_string

from ticketing_common.logs import logger

log = logger(__name__)

ALGORITHM = "RS256"
ISSUER = "ticket-tracking-auth"
AUDIENCE = "ticket-tracking"
LEEWAY_SECONDS = 5
KEYS_CACHE_KEY = "jwks.v1"
KEYS_FRESH_SECONDS = 600
# An unknown `kid` asks auth again, but a flood of forged tokens must not become a flood of calls.
MIN_SECONDS_BETWEEN_FETCHES = 2.0


class InvalidToken(Exception):
    """The token is not acceptable. `code` is `token_expired`, `token_invalid` or `token_revoked`."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        self.detail = detail
        super().__init__(detail)


@dataclass(frozen=True)
class Identity:
    """The person an access token speaks for; stands in for Django's user on a request."""

    user_id: int
    username: str
    email: str
    full_name: str
    roles: Mapping[str, tuple[str, ...]]
    sid: str
    ver: int
    expires_at: int
    token: str = field(repr=False)
    time_zone: str = ""  # of the person's profile, such as Europe/Lisbon; empty where it says none

    is_authenticated = True
    is_anonymous = False
    is_active = True

    @property
    def id(self) -> int:
        return self.user_id

    @property
    def pk(self) -> int:
        return self.user_id

    def has_role(self, system: str, *roles: str) -> bool:
        return any(role in self.roles.get(system, ()) for role in roles)

    @property
    def is_admin(self) -> bool:
        return self.has_role("tts", "Admin")

    @property
    def is_agent(self) -> bool:
        """True for everyone who works on tickets: any role of `tts` but plain `User`."""
        return any(role != "User" for role in self.roles.get("tts", ()))

    @property
    def as_person(self) -> dict[str, Any]:
        return {"user_id": self.user_id, "full_name": self.full_name}

    def __str__(self) -> str:
        return f"{self.full_name} ({self.user_id})"


class KeySource(Protocol):
    def key(self, kid: str) -> Any:
        """Return the public key with this id, or raise `InvalidToken`."""


class RemoteKeys:
    """Keys from auth's `/.well-known/jwks.json`: kept in the process, in the cache, and fetched on need."""

    def __init__(self) -> None:
        self._keys: dict[str, Any] = {}
        self._fetched_at = float("-inf")
        self._lock = threading.Lock()

    def key(self, kid: str) -> Any:
        age = time.monotonic() - self._fetched_at
        if kid in self._keys and (age < KEYS_FRESH_SECONDS or self._lock.locked()):
            return self._keys[kid]
        if age > MIN_SECONDS_BETWEEN_FETCHES:
            self._refresh()
        if kid not in self._keys:
            raise InvalidToken("token_invalid", "The token is signed with an unknown key.")
        return self._keys[kid]

    def fetch_until_known(self) -> None:
        """Ask until there are keys: whoever starts before auth, or just before it goes away, has them then."""
        while not self._keys:
            self._refresh()
            time.sleep(MIN_SECONDS_BETWEEN_FETCHES)

    def _refresh(self) -> None:
        with self._lock:
            if time.monotonic() - self._fetched_at <= MIN_SECONDS_BETWEEN_FETCHES:
                return
            self._keys = self._fetch() or self._recall() or self._keys
            # Last, so that requests at the same moment wait for the keys and are not refused.
            self._fetched_at = time.monotonic()

    def _fetch(self) -> dict[str, Any] | None:
        try:
            answer = requests.get(
                f"{settings.AUTH_SERVICE_URL}/.well-known/jwks.json", timeout=(1, 2), allow_redirects=False
            )
            answer.raise_for_status()
            document = answer.json()
            keys = _public_keys(document)
        except (requests.RequestException, ValueError, KeyError, TypeError, jwt.PyJWTError) as error:
            log.warning("jwks_unavailable", error=type(error).__name__)
            return None
        with contextlib.suppress(redis.RedisError):  # the copy for the other processes is a convenience
            cache.set(KEYS_CACHE_KEY, document, timeout=None)
        return keys

    def _recall(self) -> dict[str, Any] | None:
        """Return the keys that another process fetched before."""
        try:
            document = cache.get(KEYS_CACHE_KEY)
        except redis.RedisError:
            return None
        return _public_keys(document) if document else None


def _public_keys(document: Any) -> dict[str, Any]:
    return {entry["kid"]: jwt.PyJWK(entry).key for entry in document["keys"]}


_remote_keys = RemoteKeys()


def key_source() -> KeySource:
    """Return where public keys come from: `JWT_KEY_SOURCE` (auth itself, tests), else auth over HTTP."""
    path = getattr(settings, "JWT_KEY_SOURCE", None)
    return import_string(path) if path else _remote_keys


def fetch_keys_early() -> None:
    """Fetch auth's keys in the background, so that the first person's request does not depend on auth any more."""
    if not getattr(settings, "JWT_KEY_SOURCE", None):
        threading.Thread(target=_remote_keys.fetch_until_known, name="auth-keys", daemon=True).start()


def verify(token: str) -> Identity:
    """Return the identity of a valid access token, or raise `InvalidToken`."""
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") != ALGORITHM or not isinstance(header.get("kid"), str):
            raise InvalidToken("token_invalid", "The token is not signed as required.")
        claims = jwt.decode(
            token,
            key_source().key(header["kid"]),
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "sub", "jti"]},
        )
    except jwt.ExpiredSignatureError as error:
        raise InvalidToken("token_expired", "The token has expired.") from error
    except jwt.PyJWTError as error:
        raise InvalidToken("token_invalid", "The token is not valid.") from error
    if claims.get("token_type") != "access":
        raise InvalidToken("token_invalid", "This is not an access token.")
    try:
        identity = Identity(
            user_id=int(claims["user_id"]),
            username=str(claims.get("username", "")),
            email=str(claims.get("email", "")),
            full_name=str(claims.get("full_name", "")),
            roles={system: tuple(names) for system, names in claims.get("roles", {}).items()},
            sid=str(claims.get("sid", "")),
            ver=int(claims.get("ver", 0)),
            expires_at=int(claims["exp"]),
            token=token,
            time_zone=str(claims.get("zoneinfo") or ""),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidToken("token_invalid", "The token lacks a claim.") from error
    check_revoked = getattr(settings, "JWT_REVOCATION_CHECK", None)
    if check_revoked:
        import_string(check_revoked)(identity)
    return identity


def bearer_token(header: str | None) -> str | None:
    """Return the token of an `Authorization: Bearer …` header, None when there is no such header."""
    if not header:
        return None
    scheme, _, value = header.partition(" ")
    return value.strip() if scheme.lower() == "bearer" and value.strip() else None
