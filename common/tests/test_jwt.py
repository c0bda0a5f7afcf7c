"""Only tokens that auth issued for us are good, and they stay good while auth is away."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache

from ticketing_common.jwt import InvalidToken, RemoteKeys, bearer_token, verify
from ticketing_testing import clients
from ticketing_testing.clients import client_for, token_for


def _private_key() -> rsa.RSAPrivateKey:
    return clients._private_key()


def _public_pem() -> bytes:
    return (
        _private_key()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def _claims() -> dict[str, Any]:
    return jwt.decode(token_for(5), options={"verify_signature": False})


def _signed(claims: dict[str, Any], key: Any = None, **header: Any) -> str:
    return jwt.encode(claims, key or _private_key(), algorithm="RS256", headers={"kid": clients.TEST_KID, **header})


def _hmac_with_the_public_key() -> str:
    def part(value: Any) -> bytes:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    import hashlib
    import hmac

    content = part({"alg": "HS256", "typ": "JWT", "kid": clients.TEST_KID}) + b"." + part(_claims())
    signature = base64.urlsafe_b64encode(hmac.new(_public_pem(), content, hashlib.sha256).digest()).rstrip(b"=")
    return (content + b"." + signature).decode()


def _changed_payload() -> str:
    head, _, signature = token_for(5).split(".")
    payload = base64.urlsafe_b64encode(json.dumps({**_claims(), "user_id": 1}).encode()).rstrip(b"=").decode()
    return f"{head}.{payload}.{signature}"


STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)

BAD_TOKENS = {
    "no signature": lambda: jwt.encode(_claims(), None, algorithm="none", headers={"kid": clients.TEST_KID}),
    "HS256 with the public key": _hmac_with_the_public_key,
    "another RSA algorithm": lambda: jwt.encode(
        _claims(), _private_key(), algorithm="RS512", headers={"kid": clients.TEST_KID}
    ),
    "a stranger's key": lambda: _signed(_claims(), STRANGER),
    "a stranger's key in the header": lambda: _signed(
        _claims(), STRANGER, jwk=json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(STRANGER.public_key()))
    ),
    "a key address in the header": lambda: _signed(_claims(), STRANGER, jku="http://127.0.0.1:9/jwks.json"),
    "an unknown kid": lambda: _signed(_claims(), kid="no-such-key"),
    "a list as kid": lambda: _forged_header({"alg": "RS256", "kid": ["a"]}),
    "no kid": lambda: jwt.encode(_claims(), _private_key(), algorithm="RS256"),
    "a changed payload": _changed_payload,
    "wrong issuer": lambda: token_for(5, iss="somebody"),
    "wrong audience": lambda: token_for(5, aud="somebody"),
    "no issuer": lambda: token_for(5, iss=None),
    "no audience": lambda: token_for(5, aud=None),
    "no expiry": lambda: token_for(5, exp=None),
    "no id": lambda: token_for(5, jti=None),
    "no subject": lambda: token_for(5, sub=None),
    "not yet valid": lambda: token_for(5, nbf=int(time.time()) + 60),
    "issued in the future": lambda: token_for(5, iat=int(time.time()) + 60),
    "a refresh token": lambda: token_for(5, token_type="refresh"),
    "a socket ticket": lambda: token_for(5, token_type="socket"),
    "no type": lambda: token_for(5, token_type=None),
    "no user": lambda: _signed({k: v for k, v in _claims().items() if k != "user_id"}),
    "a user that is no number": lambda: _signed({**_claims(), "user_id": "five"}),
    "roles that are no object": lambda: token_for(5, roles=["Admin"]),
    "roles that are null": lambda: token_for(5, roles={"tts": None}),
    "rubbish": lambda: "rubbish",
    "three empty parts": lambda: "..",
    "not ASCII": lambda: "ü.ü.ü",
    "a payload that is no object": lambda: _signed_text("[1]"),
}


def _forged_header(header: dict[str, Any]) -> str:
    _, payload, signature = token_for(5).split(".")
    head = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    return f"{head}.{payload}.{signature}"


def _signed_text(payload: str) -> str:
    return jwt.PyJWS().encode(payload.encode(), _private_key(), algorithm="RS256", headers={"kid": clients.TEST_KID})


@pytest.mark.parametrize("name", BAD_TOKENS)
def test_refuses(name: str) -> None:
    with pytest.raises(InvalidToken) as raised:
        verify(BAD_TOKENS[name]())

    assert raised.value.code == "token_invalid"


def test_an_expired_token_is_told_apart() -> None:
    with pytest.raises(InvalidToken) as raised:
        verify(token_for(5, exp=int(time.time()) - 11))

    assert raised.value.code == "token_expired"


def test_clocks_may_differ_by_a_few_seconds() -> None:
    assert verify(token_for(5, exp=int(time.time()) - 2)).user_id == 5


def test_a_good_token_tells_who_it_is() -> None:
    person = verify(token_for(5, full_name="Ana Reyes", roles={"tts": ["Agent", "IT Support"]}))

    assert (person.id, person.full_name, person.is_agent, person.is_admin) == (5, "Ana Reyes", True, False)
    assert person.as_person == {"user_id": 5, "full_name": "Ana Reyes"}
    assert person.token not in repr(person)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "Token abc"])
def test_other_headers_are_no_bearer_token(header: str | None) -> None:
    assert bearer_token(header) is None


def test_the_scheme_is_not_case_sensitive() -> None:
    assert bearer_token("bearer abc") == "abc"


@pytest.mark.django_db
def test_views_answer_with_the_code() -> None:
    answer = client_for(5, exp=int(time.time()) - 60).get("/who/")

    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "token_expired"


class Auth:
    """A tiny HTTP server with auth's one public answer, which can go away and come back."""

    def __init__(self) -> None:
        self.calls = 0
        self.document: Any = {"keys": [_jwk("first")]}
        self.delay = 0.0
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.calls += 1
                time.sleep(owner.delay)
                body = json.dumps(owner.document).encode()
                self.send_response(200 if self.path == "/.well-known/jwks.json" else 404)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        self._handler = Handler
        self.port = 0
        self.start()

    def start(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _jwk(kid: str) -> dict[str, Any]:
    return {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(_private_key().public_key())), "kid": kid}


@pytest.fixture
def auth(settings: Any) -> Iterator[Auth]:
    server = Auth()
    settings.AUTH_SERVICE_URL = f"http://127.0.0.1:{server.port}"
    yield server
    server.stop()


def age(keys: RemoteKeys, seconds: float) -> None:
    """Make the last fetch look that old."""
    keys._fetched_at -= seconds


class TestRemoteKeys:
    def test_fetches_once_and_remembers(self, auth: Auth) -> None:
        keys = RemoteKeys()
        for _ in range(5):
            keys.key("first")

        assert auth.calls == 1

    def test_known_keys_stay_good_while_auth_is_down(self, auth: Auth) -> None:
        keys = RemoteKeys()
        keys.key("first")
        auth.stop()
        age(keys, 3600)

        assert keys.key("first")
        auth.start()

    def test_a_process_that_starts_while_auth_is_down_uses_the_shared_copy(self, auth: Auth) -> None:
        RemoteKeys().key("first")
        auth.stop()

        assert RemoteKeys().key("first")
        auth.start()

    def test_without_any_copy_the_token_is_refused(self, auth: Auth) -> None:
        auth.stop()
        with pytest.raises(InvalidToken):
            RemoteKeys().key("first")
        auth.start()

    def test_keys_are_fetched_before_they_are_needed_as_soon_as_auth_is_there(
        self, auth: Auth, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ticketing_common.jwt.MIN_SECONDS_BETWEEN_FETCHES", 0.05)
        auth.stop()
        keys = RemoteKeys()
        waiting = threading.Thread(target=keys.fetch_until_known)
        waiting.start()
        time.sleep(0.2)
        auth.start()
        waiting.join(5)
        assert not waiting.is_alive()
        calls = auth.calls

        assert keys.key("first")
        assert auth.calls == calls

    def test_a_new_key_is_found_at_once(self, auth: Auth) -> None:
        keys = RemoteKeys()
        keys.key("first")
        age(keys, 3)
        auth.document = {"keys": [_jwk("first"), _jwk("second")]}

        assert keys.key("second")

    def test_a_withdrawn_key_is_forgotten(self, auth: Auth) -> None:
        keys = RemoteKeys()
        keys.key("first")
        auth.document = {"keys": [_jwk("second")]}
        age(keys, 3600)

        with pytest.raises(InvalidToken):
            keys.key("first")

    def test_a_flood_of_unknown_kids_is_not_a_flood_of_calls(self, auth: Auth) -> None:
        keys = RemoteKeys()
        for number in range(100):
            with pytest.raises(InvalidToken):
                keys.key(f"forged-{number}")

        assert auth.calls == 1

    def test_requests_at_the_same_moment_all_wait_for_the_keys(self, auth: Auth) -> None:
        auth.delay = 0.3
        keys = RemoteKeys()
        found: list[Any] = []
        threads = [threading.Thread(target=lambda: found.append(keys.key("first"))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(found) == 8
        assert auth.calls == 1

    @pytest.mark.parametrize("document", [[], {}, {"keys": 5}, {"keys": [{"kid": "x"}]}, "text", None])
    def test_a_malformed_answer_harms_nobody(self, auth: Auth, document: Any) -> None:
        keys = RemoteKeys()
        keys.key("first")
        auth.document = document
        age(keys, 3600)

        assert keys.key("first")
        assert cache.get("jwks.v1") == {"keys": [_jwk("first")]}

    def test_a_cache_that_is_away_harms_nobody(self, auth: Auth, monkeypatch: pytest.MonkeyPatch) -> None:
        import redis

        def away(*args: Any, **kwargs: Any) -> None:
            raise redis.ConnectionError("away")

        monkeypatch.setattr(cache, "set", away)
        monkeypatch.setattr(cache, "get", away)

        assert RemoteKeys().key("first")
