"""Administrators add, change and delete providers; secrets go in and never come out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from oidc import remote
from oidc.models import IdentityProvider
from oidc.providers import provider_by_slug
from oidc.tests.real_provider import RealProvider
from security.models import SecurityEvent
from systems.models import System
from ticketing_testing.clients import assert_problem
from users.models import User
from users.tests.factories import client_of

pytestmark = pytest.mark.django_db

URL = "/api/v1/identity-providers/"
ACME = {
    "slug": "acme",
    "name": "Acme",
    "issuer": "https://login.example.com/realms/acme",
    "client_id": "tts",
    "client_secret": "between us",
}
AGENT = {"system": "tts", "role": "Agent"}


def add(admin: User, **fields: Any) -> Any:
    return client_of(admin).post(URL, ACME | fields)


def test_a_provider_is_added_with_a_secret_that_is_stored_encrypted_and_never_shown(admin: User) -> None:
    answer = add(admin, roles=[{"group": "it", "system": "tts", "role": "Agent"}])

    assert answer.status_code == 201, answer.content
    assert answer.json()["has_client_secret"] is True
    row = IdentityProvider.objects.get()
    assert b"between us" not in bytes(row.client_secret_encrypted)
    for shown in (answer, client_of(admin).get(URL), client_of(admin).get(f"{URL}{row.pk}/")):
        assert "between us" not in shown.content.decode()
    assert provider_by_slug("acme").client_secret == "between us"
    assert client_of(admin).get("/oidc/providers/").json()["providers"][0]["name"] == "Acme"
    event = SecurityEvent.objects.get(kind="provider_changed")
    assert (event.actor_id, event.details["provider"]) == (admin.pk, "acme")
    assert "between us" not in str(event.details)


def test_a_change_keeps_the_secret_but_for_another_issuer(admin: User) -> None:
    url = f"{URL}{add(admin).json()['id']}/"
    client = client_of(admin)

    assert client.patch(url, {"name": "Acme Corporation", "is_active": False}).status_code == 200
    assert client.get("/oidc/providers/").json() == {"providers": []}
    # The secret must not be sent to an address that somebody else has entered since.
    assert_problem(client.patch(url, {"issuer": "https://elsewhere.example.com"}), 400, "invalid", "client_secret")
    both = {"issuer": "https://elsewhere.example.com", "client_secret": "another", "is_active": True}
    assert client.patch(url, both).status_code == 200
    assert provider_by_slug("acme").client_secret == "another"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "Ac me"),
        ("issuer", "http://login.example.com"),
        ("issuer", "https://login.example.com/?tenant=1"),
        ("issuer", "login.example.com"),
        ("scopes", ["email"]),
        ("claims", {"shoe_size": "shoe"}),
        ("roles", [{"group": "it", "system": "tts"}]),
        ("colour", "red"),
    ],
)
def test_what_can_not_work_is_refused_by_its_name(admin: User, field: str, value: Any) -> None:
    problem = assert_problem(add(admin, **{field: value}), 400)
    assert problem["errors"][0]["attr"].split(".")[0] == field
    assert not IdentityProvider.objects.exists()


def test_a_slug_is_used_once_also_beside_the_setting(admin: User, settings: Any) -> None:
    assert add(admin).status_code == 201
    assert_problem(add(admin), 409, "provider_exists", "slug")
    settings.OIDC_PROVIDERS = '[{"slug": "set", "name": "Set", "issuer": "https://a.example.com", "client_id": "x"}]'
    assert_problem(add(admin, slug="set"), 409, "provider_exists", "slug")


def test_one_that_is_deleted_is_gone_and_the_event_stays(admin: User) -> None:
    url = f"{URL}{add(admin).json()['id']}/"
    client = client_of(admin)
    assert client.delete(url).status_code == 204
    assert_problem(client.delete(url), 404, "not_found")
    assert client.get("/oidc/providers/").json() == {"providers": []}
    assert SecurityEvent.objects.filter(kind="provider_changed").count() == 2


@pytest.mark.parametrize("method", ["switched off", "deleted"])
def test_the_last_one_stays_while_password_sign_in_is_off(admin: User, method: str) -> None:
    url = f"{URL}{add(admin).json()['id']}/"
    System.objects.filter(slug="hdts").update(password_sign_in=False)
    client = client_of(admin)

    def remove() -> Any:
        return client.delete(url) if method == "deleted" else client.patch(url, {"is_active": False})

    assert_problem(remove(), 409, "last_identity_provider")
    assert client.get("/oidc/providers/").json()["providers"] != []
    assert client.patch(url, {"name": "Acme Ltd."}).status_code == 200
    add(admin, slug="other")
    assert remove().status_code in (200, 204)


def test_the_addresses_to_enter_at_the_provider_are_shown(admin: User) -> None:
    assert add(admin).json()["addresses"] == {
        "redirect_uri": "https://desk.example.com/api/auth/oidc/acme/callback/",
        "post_logout_redirect_uri": "https://desk.example.com/login",
        "backchannel_logout_uri": "https://desk.example.com/api/auth/oidc/acme/backchannel-logout/",
        "frontchannel_logout_uri": "https://desk.example.com/api/auth/oidc/acme/frontchannel-logout/",
    }


def test_those_of_the_setting_are_shown_without_their_secret(admin: User, settings: Any) -> None:
    settings.OIDC_PROVIDERS = json.dumps([ACME | {"slug": "set", "roles": [{"group": "*", **AGENT}]}])

    answer = client_of(admin).get(f"{URL}configured/")

    (shown,) = answer.json()["providers"]
    assert (shown["slug"], shown["has_client_secret"], shown["roles"]) == ("set", True, [{"group": "*", **AGENT}])
    assert shown["addresses"]["redirect_uri"].endswith("/oidc/set/callback/")
    assert "between us" not in answer.content.decode()


class TestCheck:
    """The check asks the provider itself, anew each time."""

    def check(self, admin: User, issuer: str, **fields: Any) -> dict[str, str]:
        row = add(admin, issuer=issuer, **fields).json()
        answer = client_of(admin).post(f"{URL}{row['id']}/check/")
        assert answer.status_code == 200, answer.content
        return dict(answer.json())

    def test_one_that_fits_is_well_also_while_it_is_switched_off(self, admin: User, acme: RealProvider) -> None:
        assert self.check(admin, acme.issuer, is_active=False) == {"finding": "ok", "detail": "", "issuer_found": ""}

    def test_another_issuer_is_named(self, admin: User, acme: RealProvider) -> None:
        found = self.check(admin, acme.issuer + "/")
        assert (found["finding"], found["issuer_found"]) == ("issuer_mismatch", acme.issuer)

    def test_an_address_where_nobody_listens_is_unreachable(self, admin: User) -> None:
        assert self.check(admin, "http://127.0.0.1:9")["finding"] == "unreachable"

    def test_a_status_is_told_and_nothing_of_the_answer(self, admin: User, acme: RealProvider) -> None:
        found = self.check(admin, f"{acme.issuer}/elsewhere")
        assert found == {
            "finding": "http_status",
            "detail": "The provider answers with the status 404.",
            "issuer_found": "",
        }

    def test_what_was_fetched_before_does_not_count(self, admin: User, acme: RealProvider) -> None:
        row = add(admin, issuer=acme.issuer).json()
        url = f"{URL}{row['id']}/check/"
        assert client_of(admin).post(url).json()["finding"] == "ok"
        remote._metadata[acme.issuer].value["jwks_uri"] = "http://127.0.0.1:9/keys"
        assert client_of(admin).post(url).json()["finding"] == "ok"

    def test_only_administrators_check(self, agent: User, admin: User) -> None:
        row = add(admin).json()
        assert_problem(client_of(agent).post(f"{URL}{row['id']}/check/"), 403, "permission_denied")
        assert_problem(client_of(admin).post(f"{URL}999999/check/"), 404, "not_found")
