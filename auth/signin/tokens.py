"""Access and refresh tokens: simplejwt's classes with our keys, our `kid` and our claims."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

import jwt
from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenError
from rest_framework_simplejwt.tokens import Token

from keys.ring import ring
from signin.models import RefreshSession
from ticketing_common.errors import Refusal
from ticketing_common.jwt import ALGORITHM, AUDIENCE, ISSUER, LEEWAY_SECONDS, InvalidToken
from users.models import User


class TokenRefused(Refusal):
    code = "token_invalid"
    status_code = 401
    default_detail = "The token is not valid."


class TokenExpired(TokenRefused):
    code = "token_expired"
    default_detail = "The token has expired."


class KeyRingBackend(TokenBackend):
    """Sign with the newest key and name it; verify with the key that the token names, if it is one of ours."""

    def encode(self, payload: dict[str, Any]) -> str:
        kid, key = ring.signing()
        claims = payload | {"aud": self.audience, "iss": self.issuer}
        return jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": kid})

    def get_verifying_key(self, token: Any) -> Any:
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            return ring.key(str(kid))
        except (jwt.PyJWTError, InvalidToken) as error:
            raise TokenBackendError("Token is invalid") from error


backend = KeyRingBackend(ALGORITHM, audience=AUDIENCE, issuer=ISSUER, leeway=LEEWAY_SECONDS)


class AccessToken(Token):
    token_type = "access"  # noqa: S105 -- the name of a kind of token
    lifetime: timedelta = settings.ACCESS_TOKEN_LIFETIME
    token_backend = backend


class RefreshToken(Token):
    token_type = "refresh"  # noqa: S105 -- the name of a kind of token
    lifetime: timedelta = settings.REFRESH_TOKEN_LIFETIME
    token_backend = backend


def access_token(*, user: User, sid: str, roles: dict[str, list[str]], now: datetime) -> str:
    token = AccessToken()
    token.set_iat(at_time=now)
    token.set_exp(from_time=now)
    token.payload |= {
        "sub": str(user.pk),
        "user_id": user.pk,
        "username": user.username,
        "email": user.email,
        "full_name": user.full_name,
        "roles": roles,
        "sid": sid,
        "ver": user.token_version,
        "zoneinfo": user.time_zone,
        "locale": user.language,
    }
    return str(token)


def refresh_token(session: RefreshSession) -> str:
    """Return the session's present token. It follows from the row alone: asked twice, it is the same token."""
    token = RefreshToken()
    token.set_iat(at_time=session.rotated_at)
    token.set_exp(from_time=session.idle_until, lifetime=timedelta(0))
    token.payload |= {
        "sub": str(session.user_id),
        "user_id": session.user_id,
        "sid": session.sid,
        "gen": session.generation,
        "jti": f"{session.sid}.{session.generation}",
    }
    return str(token)


def read(kind: type[Token], text: str) -> dict[str, Any]:
    """Return the claims of a token of ours that has not expired, or raise `TokenRefused`."""
    try:
        claims: dict[str, Any] = kind(cast(Any, text)).payload  # simplejwt says Token, and takes text
    except TokenError as error:
        raise TokenRefused() from error
    return claims


def read_refresh_token(text: str) -> tuple[str, int]:
    """Return session id and generation of a refresh token of ours that has not expired, or raise `TokenRefused`."""
    claims = read(RefreshToken, text)
    try:
        return str(claims["sid"]), int(claims["gen"])
    except (KeyError, TypeError, ValueError) as error:
        raise TokenRefused() from error
