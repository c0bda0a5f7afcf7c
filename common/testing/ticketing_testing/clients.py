"""Help for the services' tests: tokens of named people, error checks, what was queued."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from rest_framework.test import APIClient

from ticketing_common.authentication import ServiceIdentity
from ticketing_common.jwt import ALGORITHM, AUDIENCE, ISSUER, InvalidToken
from ticketing_common.permissions import SCOPES

TEST_KID = "test-key"
# Every scope that a key of auth may have.
KEY_SCOPES = frozenset(scope for scopes in SCOPES.values() for scope in scopes)


@cache
def _private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class TestKeys:
    """`JWT_KEY_SOURCE` of the services' test settings."""

    __test__ = False

    def key(self, kid: str) -> Any:
        if kid != TEST_KID:
            raise InvalidToken("token_invalid", "The token is signed with an unknown key.")
        return _private_key().public_key()


test_keys = TestKeys()
test_keys.__test__ = False


def token_for(user_id: int, *, full_name: str = "", roles: dict[str, list[str]] | None = None, **claims: Any) -> str:
    """Return a valid access token; `claims` overrides any claim, None removes it."""
    now = int(time.time())
    name = full_name or f"Person {user_id}"
    values: dict[str, Any] = {
        "sub": str(user_id),
        "user_id": user_id,
        "username": name.lower().replace(" ", "."),
        "email": f"{name.lower().replace(' ', '.')}@example.com",
        "full_name": name,
        "roles": roles if roles is not None else {"tts": ["Agent"]},
        "sid": uuid.uuid4().hex,
        "ver": 1,
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + 900,
        "jti": uuid.uuid4().hex,
        "token_type": "access",
    } | claims
    values = {name: value for name, value in values.items() if value is not None}
    return jwt.encode(values, _private_key(), algorithm=ALGORITHM, headers={"kid": TEST_KID})


def client_for(user_id: int, **token: Any) -> APIClient:
    """Return an API client that is signed in as this person."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(user_id, **token)}")
    return client


def assert_problem(response: Any, status: int, code: str | None = None, attr: str | None = None) -> dict[str, Any]:
    """Check an answer against the error envelope and return its body."""
    body: dict[str, Any] = response.json()
    assert response.status_code == status, f"{response.status_code}: {body}"
    assert body["type"] in {"validation_error", "client_error", "server_error"}
    assert body["errors"], "an error answer names at least one error"
    for error in body["errors"]:
        assert set(error) == {"code", "detail", "attr"}
    if code is not None:
        assert code in [error["code"] for error in body["errors"]], body
    if attr is not None:
        assert attr in [error["attr"] for error in body["errors"]], body
    return body


def published_messages(task: str | None = None) -> list[dict[str, Any]]:
    """Return the kwargs of the outbox's messages, oldest first, of one task or of all."""
    from ticketing_common.outbox.models import OutboxMessage

    rows = OutboxMessage.objects.order_by("id")
    return [row.kwargs for row in (rows.filter(task=task) if task else rows)]


def deliver(consumer: Any, *, message_id: str | None = None, queue: str = "test", **kwargs: Any) -> Any:
    """Run a `@consumes` task as a delivery of the broker would, in this process. Raises what it raises."""
    consumer.push_request(
        id=message_id or uuid.uuid4().hex,
        args=(),
        kwargs=kwargs,
        delivery_info={"routing_key": queue, "redelivered": False},
        headers={},
        called_directly=False,
    )
    try:
        return consumer.run(**kwargs)
    finally:
        consumer.pop_request()


def deliver_batch(consumer: Any, calls: Mapping[str, Mapping[str, Any]], *, queue: str = "test") -> list[int]:
    """Run a task of `consumes_batches` for several deliveries at once: kwargs by message id, or by "id again".

    The request id of each is `request-ID`. Returns the positions of those that are to be dead-lettered.
    """
    headers = []
    for name in calls:
        message_id = name.partition(" ")[0]
        found = {"id": message_id, "request_id": f"request-{message_id}", "body_sha256": "0" * 64}
        headers.append(found | {"redelivered": False})
    consumer.push_request(
        id=headers[0]["id"],
        args=(),
        kwargs={},
        delivery_info={"routing_key": queue, "redelivered": False},
        headers={},
        batch=headers,
        called_directly=False,
    )
    try:
        refused: list[int] = consumer.run(*([[], dict(kwargs)] for kwargs in calls.values()))
        return refused
    finally:
        consumer.pop_request()


def key_of_scope(key: str) -> ServiceIdentity | None:
    """`API_KEY_SOURCE` of tests: `key-of-SCOPE` is a good key with this one scope."""
    scope = key.removeprefix("key-of-")
    return ServiceIdentity(f"a service with {scope}", frozenset({scope})) if scope != key else None


def callers(who: str, *, people: Mapping[str, Mapping[str, Any]], keys: Mapping[str, Iterable[str]]) -> list[APIClient]:
    """Return the clients that a column of a table in docs/access stands for.

    `people` are the columns that name persons, each with the arguments of `token_for`; `keys` those that name keys,
    each with the scopes of one key after the other. `expired` is the administrator of yesterday.
    """
    if who == "anonymous":
        return [APIClient()]
    if who == "expired":
        return [client_for(**people["Admin"], exp=int(time.time()) - 60)]
    if who in people:
        return [client_for(**people[who])]
    return [_client_with_key(f"key-of-{scope}") for scope in keys[who]]


def scopes_but(*own: str) -> list[str]:
    return sorted(KEY_SCOPES - set(own))


def _client_with_key(key: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_X_API_KEY=key)
    return client
