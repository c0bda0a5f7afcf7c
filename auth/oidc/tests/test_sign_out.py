"""Signing out with the provider: its logout tokens end sessions here, and a sign-out here leads to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from oidc.tests.real_provider import ANNA, FRONTEND, Browser, RealProvider, query_of
from signin.models import ProviderSession, RefreshSession, Revocation
from ticketing_testing.clients import assert_problem
from users.tests.factories import PAGE, a_person, signed_in

pytestmark = pytest.mark.django_db

EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def logout_tokens(acme: RealProvider, browser: Browser) -> Iterator[Queue[str]]:
    """What the provider posts to its clients as people sign out there."""
    caught: Queue[str] = Queue()

    class Catcher(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            caught.put(parse_qs(self.rfile.read(length).decode())["logout_token"][0])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Catcher)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    acme.reset(logout_uri=f"http://127.0.0.1:{server.server_port}/")
    yield caught
    server.shutdown()
    server.server_close()


def post(token: str, slug: str = "acme") -> Any:
    return APIClient().post(
        f"/oidc/{slug}/backchannel-logout/", f"logout_token={token}", content_type="application/x-www-form-urlencoded"
    )


def live() -> int:
    return RefreshSession.objects.live(timezone.now()).count()


def test_signing_out_at_the_provider_ends_the_session_here(
    browser: Browser, acme: RealProvider, logout_tokens: Queue[str]
) -> None:
    browser.sign_in()
    elsewhere = Browser()
    elsewhere.sign_in()
    assert live() == 2
    browser.at_provider(provider_sign_out_of(browser))
    assert live() == 1  # our own sign-out has ended that one session, which is what led there

    elsewhere.at_provider(f"{acme.issuer}/session/end?client_id=tts&post_logout_redirect_uri={FRONTEND}/login")
    logout_tokens.get(timeout=30)
    answer = post(logout_tokens.get(timeout=30))

    assert (answer.status_code, answer.json(), answer["Cache-Control"]) == (200, {"ended": 1}, "no-store")
    assert live() == 0
    assert elsewhere.desk.post("/token/refresh/", {}, **PAGE).status_code == 401
    ended = RefreshSession.objects.get(revoke_reason="provider_logout")
    assert Revocation.objects.filter(sid=ended.sid).exists()  # every service is told at once


def provider_sign_out_of(browser: Browser) -> str:
    answer = browser.desk.post("/logout/", {}, **PAGE)
    assert answer.status_code == 200, answer.content
    return str(answer.json()["provider_sign_out"])


def test_a_sign_out_here_leads_to_the_provider_and_back(browser: Browser, acme: RealProvider) -> None:
    browser.sign_in()

    url = provider_sign_out_of(browser)

    assert url.startswith(f"{acme.issuer}/session/end?")
    assert query_of(url)["id_token_hint"].count(".") == 2
    assert browser.at_provider(url) == f"{FRONTEND}/login"
    # The provider asks for the account again.
    asked = browser.there.get(browser.start(), timeout=20)
    assert "<h1>login</h1>" in asked.text
    assert live() == 0


def test_a_session_by_password_leads_to_no_provider(browser: Browser) -> None:
    pair = signed_in(a_person("Jonas", "Keller"))

    assert APIClient().post("/logout/", {"refresh": pair.refresh}).status_code == 204


def test_a_provider_that_is_away_hinders_no_sign_out(browser: Browser, configure: Any) -> None:
    from oidc import remote

    browser.sign_in()
    remote.forget()
    configure(issuer="http://127.0.0.1:9")

    assert browser.desk.post("/logout/", {}, **PAGE).status_code == 204
    assert live() == 0


def token_of(acme: RealProvider, **changed: Any) -> str:
    now = int(timezone.now().timestamp())
    header = changed.pop("header", {"typ": "logout+jwt"})
    claims = {
        "iss": acme.issuer,
        "aud": "tts",
        "iat": now,
        "exp": now + 120,
        "jti": "one",
        "sub": "anna",
        "events": {EVENT: {}},
    }
    given = {name: value for name, value in (claims | changed).items() if value is not None}
    return acme.sign(given, header=header)


def test_a_token_that_names_the_person_ends_all_their_sessions_from_there(browser: Browser, acme: RealProvider) -> None:
    browser.sign_in()
    Browser().sign_in()
    acme.know("bert", ANNA | {"email": "bert@example.com", "preferred_username": "bert"})
    Browser().sign_in(login="bert")
    by_password = signed_in(a_person("Jonas", "Keller"))

    assert post(token_of(acme)).json() == {"ended": 2}

    assert live() == 2
    assert RefreshSession.objects.live(timezone.now()).filter(sid=by_password.sid).exists()


def test_a_token_counts_once(browser: Browser, acme: RealProvider) -> None:
    browser.sign_in()
    token = token_of(acme)
    assert post(token).json() == {"ended": 1}
    Browser().sign_in()

    assert_problem(post(token), 400, "logout_token_invalid")

    assert live() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "n"},
        {"events": None},
        {"events": {}},
        {"events": {EVENT: True}},
        {"events": [EVENT]},
        {"jti": None},
        {"iat": None},
        {"iat": 1_000_000_000},
        {"iat": 4_000_000_000},
        {"exp": 1_000_000_000},
        {"iss": "https://other.example.com"},
        {"aud": "other"},
        {"sub": None},
        {"sub": 5},
        {"sid": 5},
        {"sub": None, "sid": ""},
        {"header": {"typ": "at+jwt"}},
    ],
    ids=str,
)
def test_a_token_that_is_wrong_ends_nothing(browser: Browser, acme: RealProvider, changed: dict[str, Any]) -> None:
    browser.sign_in()

    assert_problem(post(token_of(acme, **changed)), 400, "logout_token_invalid")

    assert live() == 1


def test_an_id_token_is_no_logout_token(browser: Browser) -> None:
    browser.sign_in()
    hint = query_of(provider_sign_out_of(browser))["id_token_hint"]
    Browser().sign_in()

    assert_problem(post(hint), 400, "logout_token_invalid")
    assert live() == 1


def test_odd_logout_calls_are_refused(browser: Browser) -> None:
    assert_problem(post("x"), 400, "logout_token_invalid")
    assert_problem(post(""), 400, "blank")
    assert_problem(post("x", slug="nobody"), 404, "oidc_unknown_provider")


def test_the_hint_is_stored_encrypted(browser: Browser) -> None:
    browser.sign_in()

    assert b"eyJ" not in bytes(ProviderSession.objects.get().id_token_encrypted)
