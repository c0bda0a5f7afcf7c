"""Verify what a provider has signed: ID tokens and logout tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from oidc import remote
from oidc.models import Claims
from oidc.providers import Provider
from oidc.refusals import LogoutTokenInvalid, TokenInvalid
from ticketing_common.logs import logger

log = logger(__name__)

# The provider's clock may be ahead of ours, or behind.
LEEWAY_SECONDS = 60
# Never a shared secret, never none: what the client could have signed itself proves nothing.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
# A logout token is sent at once; an old one is a replay.
MAX_LOGOUT_TOKEN_SECONDS = 600
MAX_TOKEN_LENGTH = 64_000


def read_id_token(provider: Provider, *, token: Any, nonce: str, access_token: str, now: datetime) -> Claims:
    """Return the claims of an ID token that is good for this sign-in, or raise `TokenInvalid`."""
    try:
        read = _decode(provider, token, at_most_every=0.0)
        claims = CodeIDToken(
            read.claims,
            read.header,
            options={
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
                "sub": {"essential": True},
            },
            params={"nonce": nonce, "client_id": provider.client_id, "access_token": access_token},
        )
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY_SECONDS)
    except (JoseError, ValueError, TypeError) as error:
        log.warning("oidc_id_token_refused", provider=provider.slug, reason=f"{type(error).__name__}: {error}"[:200])
        raise TokenInvalid() from error
    if len(str(claims["sub"])) > 255:
        raise TokenInvalid()
    return dict(claims)


def read_logout_token(provider: Provider, *, token: Any, now: datetime) -> Claims:
    """Return the claims of a logout token (OpenID Connect Back-Channel Logout 1.0), or raise `LogoutTokenInvalid`.

    Whether its `jti` was seen before is for the caller to see.
    """
    try:
        read = _decode(provider, token, at_most_every=remote.MIN_SECONDS_BETWEEN_FETCHES)
        registry = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": provider.client_id},
            iat={"essential": True},
            jti={"essential": True},
        )
        registry.validate(read.claims)
    except (JoseError, ValueError, TypeError) as error:
        log.warning(
            "oidc_logout_token_refused", provider=provider.slug, reason=f"{type(error).__name__}: {error}"[:200]
        )
        raise LogoutTokenInvalid() from error
    claims = dict(read.claims)
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
        raise LogoutTokenInvalid("The token's events do not name a back-channel logout.")
    if "nonce" in claims:
        raise LogoutTokenInvalid("A logout token must not have a nonce.")
    if str(read.header.get("typ", "")).lower() not in {"", "jwt", "logout+jwt", "application/logout+jwt"}:
        raise LogoutTokenInvalid("The token is of another type.")
    if now.timestamp() - claims["iat"] > MAX_LOGOUT_TOKEN_SECONDS:
        raise LogoutTokenInvalid("The token is too old.")
    who = [claims.get(name) for name in ("sub", "sid")]
    if not any(who) or any(value is not None and not isinstance(value, str) for value in who):
        raise LogoutTokenInvalid("The token names neither a person nor a session.")
    return claims


def _decode(provider: Provider, token: Any, *, at_most_every: float) -> jwt.Token:
    """Verify the signature, with the keys as they are now where those that are known do not fit."""
    if not isinstance(token, str) or len(token) > MAX_TOKEN_LENGTH:
        raise ValueError("there is no token")
    keys = remote.keys(provider)
    try:
        return _verified(token, keys)
    except (BadSignatureError, InvalidKeyIdError):
        fresh = remote.keys(provider, is_stale=True, at_most_every=at_most_every)
        if fresh is None:
            raise
        return _verified(token, fresh)


def _verified(token: str, keys: KeySet | None) -> jwt.Token:
    if keys is None:
        raise ValueError("there are no keys")
    return jwt.decode(token, keys, algorithms=ALGORITHMS)
