"""Front-channel logout: the provider's page loads an address of ours in a frame, with the cookies of that browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from oidc.tests.real_provider import Browser, RealProvider
from signin.models import ProviderSession, RefreshSession, Revocation
from ticketing_testing.clients import assert_problem
from users.tests.factories import PAGE

pytestmark = pytest.mark.django_db

URL = "/oidc/acme/frontchannel-logout/"


@pytest.fixture
def signed_in(browser: Browser, acme: RealProvider) -> Browser:
    acme.reset(logout_uri="http://127.0.0.1:9/")  # with one, the provider names its session
    browser.sign_in()
    assert ProviderSession.objects.get().provider_sid
    return browser


def told(acme: RealProvider, **changed: str) -> dict[str, str]:
    return {"iss": acme.issuer, "sid": ProviderSession.objects.get().provider_sid} | changed


def live() -> int:
    return RefreshSession.objects.live(timezone.now()).count()


def test_the_frame_ends_the_session_of_its_browser_everywhere(signed_in: Browser, acme: RealProvider) -> None:
    answer = signed_in.desk.get(URL, told(acme))

    assert answer.status_code == 200
    assert live() == 0
    ended = RefreshSession.objects.get(revoke_reason="provider_logout")
    assert Revocation.objects.filter(sid=ended.sid).exists()
    assert answer.cookies["refresh"].value == ""
    assert signed_in.desk.post("/token/refresh/", {}, **PAGE).status_code == 401


def test_without_our_cookie_nothing_is_ended_and_the_answer_is_the_same(signed_in: Browser, acme: RealProvider) -> None:
    stranger = APIClient().get(URL, told(acme))

    assert live() == 1
    assert stranger.content == signed_in.desk.get(URL, told(acme)).content


@pytest.mark.parametrize("changed", [{"sid": "another"}, {"sid": ""}, {"iss": "https://elsewhere.example.com"}])
def test_another_session_or_issuer_ends_nothing(
    signed_in: Browser, acme: RealProvider, changed: dict[str, str]
) -> None:
    answer = signed_in.desk.get(URL, told(acme, **changed))

    assert (answer.status_code, live()) == (200, 1)
    assert "refresh" not in answer.cookies


def test_a_cookie_that_is_none_of_ours_is_no_error(signed_in: Browser, acme: RealProvider) -> None:
    stranger = APIClient()
    stranger.cookies["refresh"] = "x"
    assert stranger.get(URL, told(acme)).status_code == 200
    assert live() == 1


def test_only_the_provider_may_frame_it_and_only_this(signed_in: Browser, acme: RealProvider) -> None:
    answer = signed_in.desk.get(URL, told(acme))

    assert answer["Content-Security-Policy"] == f"default-src 'none'; frame-ancestors {acme.issuer}"
    assert not answer.has_header("X-Frame-Options")
    assert answer["Cache-Control"] == "no-store"
    assert signed_in.desk.get("/oidc/providers/")["X-Frame-Options"] == "DENY"


def test_an_unknown_provider_has_no_frame(browser: Browser) -> None:
    answer: Any = APIClient().get("/oidc/nobody/frontchannel-logout/")
    assert_problem(answer, 404, "oidc_unknown_provider")
    assert answer["X-Frame-Options"] == "DENY"
