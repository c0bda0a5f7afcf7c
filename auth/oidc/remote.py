"""What is asked of a provider over the network: its description, its keys, tokens for a code, userinfo.

Every call has time-outs, follows no redirect and reads an answer of bounded size.
"""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from oidc.models import Claims
from oidc.providers import Provider, is_allowed_url
from oidc.refusals import IssuerMismatch, NoKeys, ProviderError, ProviderMisconfigured, ProviderUnreachable
from ticketing_common.logs import logger

log = logger(__name__)

# Seconds to connect, and between two pieces of an answer.
TIMEOUT = (3.0, 5.0)
# Seconds for one answer as a whole, however slowly it trickles.
MAX_SECONDS = 10.0
MAX_BYTES = 1_000_000
FRESH_SECONDS = 600.0
# Keys are fetched again for a key that is unknown; strangers can't make a flood of that.
MIN_SECONDS_BETWEEN_FETCHES = 10.0
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL_ENDPOINTS = ("userinfo_endpoint", "end_session_endpoint")


@dataclass(frozen=True)
class _Kept:
    value: Any
    fetched_at: float

    def is_younger_than(self, seconds: float) -> bool:
        return time.monotonic() - self.fetched_at < seconds


_metadata: dict[str, _Kept] = {}
_keys: dict[str, _Kept] = {}


def forget() -> None:
    """Ask again on next use."""
    _metadata.clear()
    _keys.clear()


def metadata(provider: Provider) -> dict[str, Any]:
    """Return the provider's description (OpenID Connect Discovery), checked."""
    kept = _metadata.get(provider.issuer)
    if kept is not None and kept.is_younger_than(FRESH_SECONDS):
        return dict(kept.value)
    return fresh_metadata(provider)


def fresh_metadata(provider: Provider) -> dict[str, Any]:
    """Return the description as the provider publishes it now, checked; later sign-ins use it as well."""
    found = _get_json(provider, f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer:
        raise IssuerMismatch(found=str(found.get("issuer") or "")[:255])
    for name in (*ENDPOINTS, *OPTIONAL_ENDPOINTS):
        url = found.get(name)
        if url is None and name in OPTIONAL_ENDPOINTS:
            continue
        if not isinstance(url, str) or not is_allowed_url(url):
            raise ProviderMisconfigured(f"The provider's {name} is missing or not an HTTPS address.")
    _metadata[provider.issuer] = _Kept(found, time.monotonic())
    return found


def keys(provider: Provider, *, is_stale: bool = False, at_most_every: float = 0.0) -> KeySet | None:
    """Return the provider's public keys.

    With `is_stale`, those that are known did not fit: fetch them again, or return None when they were fetched less
    than `at_most_every` seconds ago.
    """
    kept = _keys.get(provider.issuer)
    if kept is not None:
        if is_stale and kept.is_younger_than(at_most_every):
            return None
        if not is_stale and kept.is_younger_than(FRESH_SECONDS):
            return kept.value  # type: ignore[no-any-return]
    found = _get_json(provider, metadata(provider)["jwks_uri"])
    listed = found.get("keys")
    usable = [key for key in listed if isinstance(key, dict) and _is_usable(key)] if isinstance(listed, list) else []
    if not usable:
        raise NoKeys()
    keys = KeySet.import_key_set({"keys": usable})
    _keys[provider.issuer] = _Kept(keys, time.monotonic())
    return keys


def _is_usable(key: dict[str, Any]) -> bool:
    """Public keys for signatures; kinds that the library does not know are passed over, as the standard wants."""
    if key.get("kty") not in {"RSA", "EC", "OKP"} or key.get("use", "sig") != "sig":
        return False
    try:
        KeySet.import_key_set({"keys": [key]})
    except (JoseError, ValueError, KeyError, TypeError):
        return False
    return True


def authorization_url(
    provider: Provider, *, state: str, nonce: str, code_verifier: str, prompt: str | None = None
) -> str:
    """Return where to send the browser."""
    extra = {"prompt": prompt} if prompt else {}
    url, _ = _client(provider).create_authorization_url(
        metadata(provider)["authorization_endpoint"], state=state, nonce=nonce, code_verifier=code_verifier, **extra
    )
    return str(url)


def fetch_tokens(provider: Provider, *, code: str, code_verifier: str) -> dict[str, Any]:
    """Exchange the code; raise when the provider refuses it."""
    endpoint = metadata(provider)["token_endpoint"]
    try:
        tokens = _client(provider).fetch_token(
            endpoint,
            grant_type="authorization_code",
            code=code,
            code_verifier=code_verifier,
            timeout=TIMEOUT,
            allow_redirects=False,
        )
    except OAuthError as error:
        log.warning("oidc_code_refused", provider=provider.slug, error=str(error.error)[:80])
        raise ProviderError("The provider refused the code of this sign-in.") from error
    except requests.RequestException as error:
        raise _unreachable(provider, endpoint, error) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ProviderError("The provider's answer to the code can't be read.") from error
    return dict(tokens)


def userinfo(provider: Provider, *, access_token: str) -> Claims:
    """Return what the provider tells of the person beside the ID token; nothing where it has no such endpoint."""
    endpoint = metadata(provider).get("userinfo_endpoint")
    if not endpoint or not access_token:
        return {}
    return _get_json(provider, endpoint, {"Authorization": f"Bearer {access_token}"})


def _client(provider: Provider) -> OAuth2Session:
    offered = metadata(provider).get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    method = "none"
    if provider.client_secret:
        method = "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"
    client = OAuth2Session(
        provider.client_id,
        provider.client_secret or None,
        scope=" ".join(provider.scopes),
        redirect_uri=provider.redirect_uri,
        code_challenge_method="S256",
        token_endpoint_auth_method=method,
    )
    client.register_client_auth_method(("client_secret_basic", _basic_authentication))
    return client


def _basic_authentication(client: Any, _method: str, uri: str, headers: Any, body: Any) -> tuple[str, Any, Any]:
    """The standard wants id and secret percent-encoded before they are joined; the library joins them as they are."""
    text = f"{quote(client.client_id, safe='')}:{quote(client.client_secret, safe='')}"
    headers["Authorization"] = f"Basic {base64.b64encode(text.encode()).decode()}"
    return uri, headers, body


def _get_json(provider: Provider, url: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    ends_at = time.monotonic() + MAX_SECONDS
    wanted = {"Accept": "application/json"} | (headers or {})
    try:
        with requests.get(url, headers=wanted, timeout=TIMEOUT, allow_redirects=False, stream=True) as answer:
            answer.raise_for_status()
            body = b""
            for piece in answer.iter_content(65_536):
                body += piece
                if len(body) > MAX_BYTES or time.monotonic() > ends_at:
                    raise ProviderError("The provider's answer is too long or too slow.")
        found = json.loads(body)
    except requests.RequestException as error:
        raise _unreachable(provider, url, error) from error
    except ValueError as error:
        raise ProviderError("The provider's answer can't be read.") from error
    if not isinstance(found, dict):
        raise ProviderError("The provider's answer can't be read.")
    return found


def _unreachable(provider: Provider, url: str, error: Exception) -> ProviderUnreachable:
    log.warning("oidc_provider_unreachable", provider=provider.slug, url=url, error=type(error).__name__)
    return ProviderUnreachable()
