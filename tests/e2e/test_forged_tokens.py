"""Tokens that nobody of ours has signed so are refused by all five services, over HTTP and on sockets."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from stack import Person, Stack
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect


def places(stack: Stack) -> dict[str, str]:
    return {
        "auth": f"{stack.auth}/api/v1/users/me/",
        "workflow": f"{stack.workflow}/tasks/",
        "messaging": f"{stack.messaging}/tickets/none/events/",
        "notification": f"{stack.notification}/api/v2/notifications/inapp/",
        "ticket": f"{stack.ticket}/tickets/",
    }


def part(document: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


def forgeries(stack: Stack, good: str, refresh: str) -> dict[str, str]:
    """What an attacker can make of a good token, the published keys and a key pair of their own."""
    claims = jwt.decode(good, options={"verify_signature": False}) | {"roles": {"tts": ["Admin"]}}
    kid = jwt.get_unverified_header(good)["kid"]
    (published, *_) = requests.get(f"{stack.auth}/.well-known/jwks.json", timeout=10).json()["keys"]
    pem = jwt.PyJWK(published).key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    own = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    own_jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(own.public_key())) | {"kid": "mine"}

    def signed(headers: dict[str, Any], **changes: Any) -> str:
        return jwt.encode(claims | changes, own, algorithm="RS256", headers=headers)

    def hs256(secret: bytes) -> str:
        head = f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': kid})}.{part(claims)}"
        key = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
        signature = base64.urlsafe_b64encode(key.sign(head.encode(), secret)).rstrip(b"=").decode()
        return f"{head}.{signature}"

    head, body, signature = good.split(".")
    return {
        "no signature": f"{part({'alg': 'none', 'typ': 'JWT', 'kid': kid})}.{part(claims)}.",
        "no signature, other spelling": f"{part({'alg': 'nOnE', 'kid': kid})}.{part(claims)}.{signature}",
        "the public key as a secret": hs256(pem),
        "other claims under a good signature": f"{head}.{part(claims)}.{signature}",
        "our kid, another key": signed({"kid": kid}),
        "an unknown kid": signed({"kid": "mine"}),
        "no kid": signed({}),
        "a path as kid": signed({"kid": "../../dev/null"}),
        "a key in the token": signed({"kid": "mine", "jwk": own_jwk}),
        "a key elsewhere": signed({"kid": "mine", "jku": f"{stack.frontend}/jwks.json", "x5u": stack.frontend}),
        "a refresh token": refresh,
        "cut short": f"{head}.{body}",
        "nonsense": "e30.e30.e30",
    }


@pytest.fixture(scope="module")
def tokens(stack: Stack) -> dict[str, str]:
    account = stack.admin.account
    pair = requests.post(
        f"{stack.auth}/token/", json={"username": account.email, "password": account.password}, timeout=20
    ).json()
    for place in places(stack).values():
        answer = requests.get(place, headers={"Authorization": f"Bearer {pair['access']}"}, timeout=10)
        assert answer.status_code != 401, place
    return forgeries(stack, pair["access"], pair["refresh"])


def test_every_service_refuses_every_forgery(stack: Stack, tokens: dict[str, str]) -> None:
    accepted = []
    for name, token in tokens.items():
        for service, place in places(stack).items():
            answer = requests.get(place, headers={"Authorization": f"Bearer {token}"}, timeout=10)
            code = answer.json()["errors"][0]["code"] if answer.status_code == 401 else ""
            if code != "token_invalid":
                accepted.append(f"{service}: {name}: {answer.status_code} {answer.text[:100]}")

    assert accepted == []


def test_no_socket_opens_for_a_forgery(stack: Stack, tokens: dict[str, str]) -> None:
    address = stack.messaging.replace("http", "ws", 1)
    codes = {}
    for name, token in tokens.items():
        socket = connect(
            f"{address}/ws/inbox/",
            subprotocols=["tts.v1", token],  # type: ignore[list-item]
            origin=stack.frontend,  # type: ignore[arg-type]
            open_timeout=10,
            proxy=None,
        )
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=10)
        codes[name] = closed.value.rcvd.code if closed.value.rcvd else None

    assert set(codes.values()) == {4401}, codes


def test_a_flood_of_unknown_keys_does_not_keep_a_good_token_out(stack: Stack) -> None:
    """Each unknown `kid` would be a reason to ask auth again."""
    person = Person(stack, stack.admin.account)
    own = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    began = time.monotonic()
    for number in range(100):
        token = jwt.encode({"sub": "1"}, own, algorithm="RS256", headers={"kid": f"unknown-{number}"})
        answer = requests.get(f"{stack.workflow}/tasks/", headers={"Authorization": f"Bearer {token}"}, timeout=10)
        assert answer.status_code == 401
    assert person.http.get(f"{stack.workflow}/tasks/", timeout=10).status_code == 200
    assert time.monotonic() - began < 60
