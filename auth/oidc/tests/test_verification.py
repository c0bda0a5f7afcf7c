"""Tokens that no provider would issue, signed with the real provider's key: each is refused for one reason."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from oidc import remote, verification
from oidc.providers import Provider, provider_by_slug
from oidc.refusals import ProviderUnreachable, TokenInvalid
from oidc.tests.real_provider import RealProvider

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(configure: Callable[..., None]) -> Provider:
    return provider_by_slug("acme")


def claims_of(provider: Provider, **changed: Any) -> dict[str, Any]:
    now = int(timezone.now().timestamp())
    claims = {"iss": provider.issuer, "aud": "tts", "sub": "anna", "nonce": "n", "iat": now, "exp": now + 300}
    return {name: value for name, value in (claims | changed).items() if value is not None}


def read(provider: Provider, token: Any) -> dict[str, Any]:
    return verification.read_id_token(provider, token=token, nonce="n", access_token="", now=timezone.now())


@pytest.mark.parametrize("changed", [{}, {"aud": ["tts"]}, {"aud": ["tts", "other"], "azp": "tts"}, {"azp": "tts"}])
def test_a_good_token_is_read(provider: Provider, acme: RealProvider, changed: dict[str, Any]) -> None:
    assert read(provider, acme.sign(claims_of(provider, **changed)))["sub"] == "anna"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://other.example.com"},
        {"iss": None},
        {"aud": "other"},
        {"aud": ["other"]},
        {"aud": []},
        {"aud": None},
        {"aud": ["tts", "other"]},
        {"aud": ["tts", "other"], "azp": "other"},
        {"azp": "other"},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"sub": 17},
        {"sub": ""},
        {"sub": "x" * 256},
        {"iat": None},
        {"exp": None},
        {"exp": 1_000_000_000},
        {"exp": "tomorrow"},
        {"nbf": 4_000_000_000},
        {"iat": 4_000_000_000},
        {"at_hash": 5},
    ],
    ids=str,
)
def test_a_token_with_a_claim_that_is_wrong_is_refused(
    provider: Provider, acme: RealProvider, changed: dict[str, Any]
) -> None:
    with pytest.raises(TokenInvalid):
        verification.read_id_token(
            provider,
            token=acme.sign(claims_of(provider, **changed)),
            nonce="n",
            access_token="something",
            now=timezone.now(),
        )


@pytest.mark.parametrize("header", [{}, {"kid": "unknown"}, {"kid": None}], ids=["same id", "unknown id", "no id"])
def test_the_signature_of_a_key_that_is_not_the_providers_is_refused(
    provider: Provider, acme: RealProvider, header: dict[str, Any]
) -> None:
    read(provider, acme.sign(claims_of(provider)))  # the keys are known; after a refusal they still are

    with pytest.raises(TokenInvalid) as refused:
        read(provider, acme.sign(claims_of(provider), key="other", header=header))

    assert refused.value.code == "oidc_token_invalid"
    read(provider, acme.sign(claims_of(provider)))


def _part(value: bytes | dict[str, Any]) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_that_anybody_could_have_made_is_refused(provider: Provider, algorithm: str) -> None:
    """Unsigned, or signed with what is no secret between provider and client: the public key, the client's secret."""
    key = remote.keys(provider)
    assert key is not None
    for secret in (provider.client_secret.encode(), json.dumps(key.keys[0].as_dict(private=False)).encode()):
        signed = f"{_part({'alg': algorithm, 'kid': key.keys[0].kid})}.{_part(claims_of(provider))}"
        signature = hmac.new(secret, signed.encode(), hashlib.sha256).digest() if algorithm == "HS256" else b""
        with pytest.raises(TokenInvalid):
            read(provider, f"{signed}.{_part(signature)}")


@pytest.mark.parametrize("token", [None, "", "x", "a.b.c", 17, {}, "x" * 100_000, "é.é.é"])
def test_what_is_no_token_is_refused(provider: Provider, token: Any) -> None:
    with pytest.raises(TokenInvalid):
        read(provider, token)


def test_keys_are_asked_for_once_and_again_when_they_do_not_fit(
    provider: Provider, acme: RealProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = remote._get_json

    def noted(asking: Provider, url: str, *rest: Any) -> Any:
        asked.append(url)
        return real(asking, url, *rest)

    monkeypatch.setattr(remote, "_get_json", noted)
    for _ in range(3):
        read(provider, acme.sign(claims_of(provider)))
    assert sum("jwks" in url for url in asked) == 1

    acme.control("rotate", {})
    read(provider, acme.sign(claims_of(provider)))
    assert sum("jwks" in url for url in asked) == 2
    # Logout tokens come from strangers: their unknown keys make no flood of fetches.
    assert remote.keys(provider, is_stale=True, at_most_every=remote.MIN_SECONDS_BETWEEN_FETCHES) is None
    assert sum("jwks" in url for url in asked) == 2


def test_a_provider_that_answers_with_an_endless_page_is_left(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "MAX_BYTES", 10)
    with pytest.raises(Exception, match="too long"):
        remote.metadata(provider)


def test_every_call_has_time_outs(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider that takes the connection and says nothing."""
    import socket

    monkeypatch.setattr(remote, "TIMEOUT", (0.2, 0.2))
    remote.metadata(provider)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        kept = remote._metadata[provider.issuer]
        kept.value.update(token_endpoint=url, jwks_uri=url, userinfo_endpoint=url)
        with pytest.raises(ProviderUnreachable):
            remote.fetch_tokens(provider, code="x", code_verifier="y")
        with pytest.raises(ProviderUnreachable):
            remote.keys(provider)
        with pytest.raises(ProviderUnreachable):
            remote.userinfo(provider, access_token="x")
