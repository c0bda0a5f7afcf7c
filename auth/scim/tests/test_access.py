"""SCIM lets in keys with its scope, sent as a bearer token, and nobody else, whatever the method."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from rest_framework.test import APIClient

from keys.api_keys import WRONG_KEYS, create_key, revoke_key, rotate_key
from keys.models import ApiKey
from scim.tests.conftest import a_key, assert_scim_error
from security.services import OPERATOR
from ticketing_common import throttling
from ticketing_testing.clients import scopes_but
from users.models import User
from users.tests.factories import client_of

pytestmark = pytest.mark.django_db

PATHS = ["Users", "Users/1", "Users/.search", "Groups", "Groups/1", "Groups/.search", "Schemas", "ResourceTypes"]
OPERATIONS = [
    (method, f"/scim/v2/{path}")
    for path in [*PATHS, "ServiceProviderConfig", ".search", "Nothing"]
    for method in ("get", "post", "put", "patch", "delete")
]


def with_bearer(plain: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {plain}")
    return client


def statuses(client: APIClient) -> set[int]:
    return {getattr(client, method)(path).status_code for method, path in OPERATIONS}


def test_people_have_no_way_in(admin: User) -> None:
    client = client_of(admin)

    assert [statuses(client) for _ in range(2)] == [{401}] * 2  # a token is no guess of a key: never 429


def test_strangers_are_asked_for_a_key(systems: None) -> None:
    assert statuses(APIClient()) == {401}
    answer = APIClient().get("/scim/v2/Users")
    assert_scim_error(answer, 401)
    assert answer["WWW-Authenticate"] == 'Bearer realm="scim"'


def test_keys_of_other_scopes_are_refused(systems: None) -> None:
    for scope in scopes_but():
        assert statuses(with_bearer(a_key(scope, (scope,)))) == {403}


def test_a_key_comes_as_a_bearer_token_only(systems: None, settings: Any) -> None:
    settings.SERVICE_API_KEYS = ["services:s3rvice"]
    client = APIClient()
    client.credentials(HTTP_X_API_KEY=a_key())

    assert statuses(client) == {401}
    assert with_bearer("s3rvice").get("/scim/v2/Users").status_code == 401


def test_the_key_opens_nothing_else(admin: User) -> None:
    plain = a_key()
    other = APIClient()
    other.credentials(HTTP_X_API_KEY=plain)
    for client in (with_bearer(plain), other):
        assert client.get("/api/v1/users/").status_code == 401
        assert client.post("/api/v1/hdts/sync/", {}).status_code in {401, 403}


def test_a_revoked_or_expired_key_is_refused_at_once(systems: None) -> None:
    now = timezone.now()
    key, plain = create_key(name="entra", scopes=["scim"], by=OPERATOR, now=now)
    client = with_bearer(plain)
    assert client.get("/scim/v2/Users").status_code == 200

    revoke_key(key_id=key.pk, by=OPERATOR, now=now)
    assert client.get("/scim/v2/Users").status_code == 401

    past = now - timedelta(hours=2)
    _, old = create_key(name="old", scopes=["scim"], expires_at=now - timedelta(hours=1), by=OPERATOR, now=past)
    assert with_bearer(old).get("/scim/v2/Users").status_code == 401


def test_a_rotated_key_is_the_same_client(systems: None) -> None:
    old = with_bearer(a_key("okta"))
    body = {"userName": "anna@example.com", "externalId": "A-1"}
    user_id = old.post("/scim/v2/Users", body).json()["id"]
    key_id = ApiKey.objects.get(name="okta").pk

    _, plain = rotate_key(key_id=key_id, by=OPERATOR, now=timezone.now())

    assert with_bearer(plain).get(f"/scim/v2/Users/{user_id}").json()["externalId"] == "A-1"


def test_guesses_are_limited_for_each_address(systems: None) -> None:
    answers = [with_bearer("abcdefgh." + "x" * 32).get("/scim/v2/Users") for _ in range(WRONG_KEYS.count + 1)]

    assert [answer.status_code for answer in answers] == [401] * WRONG_KEYS.count + [429]
    assert_scim_error(answers[-1], 429)
    assert int(answers[-1]["Retry-After"]) > 0


def test_each_key_has_a_ceiling_of_its_own(systems: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    settings.SCIM_REQUESTS_PER_MINUTE = 3
    moment = 1_000_000 * 60.0
    monkeypatch.setattr(throttling, "clock", lambda: moment + 20)
    entra, okta = with_bearer(a_key("entra")), with_bearer(a_key("okta"))

    answers = [entra.get(f"/scim/v2/{path}") for path in ("Users", "Groups", "Schemas", "Users")]

    assert [answer.status_code for answer in answers] == [200] * 3 + [429]
    assert "[throttled]" in assert_scim_error(answers[-1], 429)["detail"]
    assert answers[-1]["Retry-After"] == "41"
    assert okta.get("/scim/v2/Users").status_code == 200
    monkeypatch.setattr(throttling, "clock", lambda: moment + 60)
    assert entra.get("/scim/v2/Users").status_code == 200


def test_methods_that_an_endpoint_lacks_are_refused(systems: None) -> None:
    client = with_bearer(a_key())

    for path in ("ServiceProviderConfig", "Schemas", "ResourceTypes"):
        assert_scim_error(client.post(f"/scim/v2/{path}", {}), 405)
    assert_scim_error(client.post("/scim/v2/.search", {"schemas": []}), 501)


def test_addresses_lead_back_through_the_gateway(systems: None) -> None:
    client = with_bearer(a_key())
    direct = client.get("/scim/v2/ServiceProviderConfig").json()["meta"]["location"]
    prefixed = client.get("/scim/v2/ServiceProviderConfig", HTTP_X_FORWARDED_PREFIX="/api/auth").json()

    assert direct == "http://testserver/scim/v2/ServiceProviderConfig"
    assert prefixed["meta"]["location"] == "http://testserver/api/auth/scim/v2/ServiceProviderConfig"
