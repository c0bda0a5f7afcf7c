"""Another service verifies our tokens over HTTP, and refuses everything else."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from rest_framework.test import APIClient

from keys.ring import ring
from ticketing_common.jwt import AUDIENCE, ISSUER, InvalidToken, RemoteKeys, verify
from ticketing_testing.clients import assert_problem
from users.models import User
from users.tests.factories import signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def remote(live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> RemoteKeys:
    """Verify as the other services do: with the keys that auth publishes."""
    settings.AUTH_SERVICE_URL = live_server.url
    settings.JWT_REVOCATION_CHECK = None
    keys = RemoteKeys()
    monkeypatch.setattr("ticketing_common.jwt.key_source", lambda: keys)
    return keys


def claims(user: User, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    values: dict[str, Any] = {
        "sub": str(user.pk),
        "user_id": user.pk,
        "username": user.username,
        "email": user.email,
        "full_name": user.full_name,
        "roles": {"tts": ["Admin"]},
        "sid": signed_in(user).sid,
        "ver": user.token_version,
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + 900,
        "jti": "j1",
        "token_type": "access",
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


def public_pem() -> bytes:
    key: rsa.RSAPublicKey = ring.signing()[1].public_key()
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def forged(user: User, how: str) -> str:
    kid, key = ring.signing()
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    now = int(time.time())
    if how == "none":
        return jwt.encode(claims(user), "", algorithm="none", headers={"kid": kid})
    if how == "HS256 with the public key":
        header = {"alg": "HS256", "typ": "JWT", "kid": kid}
        parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims(user))]
        import hashlib
        import hmac

        mac = hmac.new(public_pem(), b".".join(parts), hashlib.sha256).digest()
        return b".".join([*parts, base64.urlsafe_b64encode(mac).rstrip(b"=")]).decode()
    if how == "foreign kid":
        return jwt.encode(claims(user), stranger, algorithm="RS256", headers={"kid": "stranger"})
    if how == "our kid, foreign key":
        return jwt.encode(claims(user), stranger, algorithm="RS256", headers={"kid": kid})
    if how == "no kid":
        return jwt.encode(claims(user), key, algorithm="RS256")
    if how == "key in the header":
        jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(stranger.public_key()))
        headers = {"kid": "x", "jwk": jwk, "jku": "http://127.0.0.1:1/jwks.json"}
        return jwt.encode(claims(user), stranger, algorithm="RS256", headers=headers)
    if how == "refresh token":
        return signed_in(user).refresh
    if how == "cut":
        return jwt.encode(claims(user), key, algorithm="RS256", headers={"kid": kid})[:-4]
    changes: dict[str, dict[str, Any]] = {
        "expired": {"exp": now - 60},
        "not yet": {"nbf": now + 60},
        "other issuer": {"iss": "someone"},
        "other audience": {"aud": "somewhere"},
        "no exp": {"exp": None},
        "no jti": {"jti": None},
        "no type": {"token_type": None},
        "no user": {"user_id": None},
    }
    return jwt.encode(claims(user, **changes[how]), key, algorithm="RS256", headers={"kid": kid})


WAYS = [
    "none",
    "HS256 with the public key",
    "foreign kid",
    "our kid, foreign key",
    "no kid",
    "key in the header",
    "refresh token",
    "cut",
    "expired",
    "not yet",
    "other issuer",
    "other audience",
    "no exp",
    "no jti",
    "no type",
    "no user",
]


class TestOtherServices:
    def test_accept_our_tokens(self, agent: User, remote: RemoteKeys) -> None:
        identity = verify(signed_in(agent).access)

        assert (identity.user_id, identity.full_name) == (agent.pk, "Priya Raman")
        assert identity.is_agent
        assert not identity.is_admin

    def test_go_on_when_auth_is_away(self, agent: User, remote: RemoteKeys, settings: Any) -> None:
        token = signed_in(agent).access
        verify(token)
        settings.AUTH_SERVICE_URL = "http://127.0.0.1:9"

        assert verify(token).user_id == agent.pk

    @pytest.mark.parametrize("how", WAYS)
    def test_refuse(self, agent: User, remote: RemoteKeys, how: str) -> None:
        token = forged(agent, how)

        with pytest.raises(InvalidToken):
            verify(token)


@pytest.mark.parametrize("how", WAYS)
def test_auth_itself_refuses(agent: User, how: str) -> None:
    response = APIClient().get("/api/v1/users/me/", HTTP_AUTHORIZATION=f"Bearer {forged(agent, how)}")

    assert_problem(response, 401, "token_expired" if how == "expired" else "token_invalid")


@pytest.mark.parametrize("how", [way for way in WAYS if way not in {"refresh token", "no user"}])
def test_token_verify_refuses(agent: User, how: str) -> None:
    assert_problem(APIClient().post("/token/verify/", {"token": forged(agent, how)}), 401)


def test_token_verify_accepts_and_forgets_revoked_ones(agent: User) -> None:
    pair = signed_in(agent)

    for token, kind in ((pair.access, "access"), (pair.refresh, "refresh")):
        body = APIClient().post("/token/verify/", {"token": token}).json()
        assert (body["token_type"], body["user_id"]) == (kind, agent.pk)
    APIClient().post("/logout/", {"refresh": pair.refresh})
    for token in (pair.access, pair.refresh):
        assert_problem(APIClient().post("/token/verify/", {"token": token}), 401, "token_revoked")
