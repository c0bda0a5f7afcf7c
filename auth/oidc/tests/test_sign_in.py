"""Sign-in by a real provider: from the button to a session, and every way in which it may end without one."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from oidc.models import Identity, SignInFlow
from oidc.tests.real_provider import ANNA, CLIENT_SECRET, FRONTEND, Browser, RealProvider, query_of
from security.models import SecurityEvent
from security.services import OPERATOR
from signin.models import LoginChallenge, ProviderSession, RefreshSession
from signin.sessions import roles_of
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.clients import published_messages
from users.models import User
from users.services import set_active
from users.tests.factories import PAGE, a_person, give

pytestmark = pytest.mark.django_db


def refused(response: Any) -> str:
    """Return the code with which the sign-in page was opened; no session may have been given or taken."""
    assert response.status_code == 302, response.content
    assert response["Location"].startswith(f"{FRONTEND}/login?"), response["Location"]
    assert "refresh" not in response.cookies
    return query_of(response["Location"])["sso_error"]


def test_a_person_signs_in_and_has_the_products_ordinary_session(browser: Browser) -> None:
    response = browser.sign_in(next="/inbox?view=team")

    assert (response.status_code, response["Location"]) == (302, f"{FRONTEND}/inbox?view=team")
    cookie = response.cookies["refresh"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert response.cookies["tts-session"].value == "1"
    assert response.cookies["device"].value
    answer = browser.desk.post("/token/refresh/", {}, **PAGE)
    assert answer.status_code == 200
    assert answer.json()["user"]["email"] == ANNA["email"]
    me = browser.desk.get("/api/v1/users/me/", HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
    assert me.status_code == 200
    assert SecurityEvent.objects.filter(kind="signed_in", user_id=answer.json()["user"]["id"]).count() == 1


def test_a_first_sign_in_creates_the_account_and_tells_the_other_services(browser: Browser) -> None:
    browser.sign_in()

    user = User.objects.get(email=ANNA["email"])
    assert (user.full_name, user.username, user.has_usable_password()) == ("Anna Lind", "alind", False)
    assert roles_of(user.pk) == {"tts": ["Agent", "User"]}
    assert Identity.objects.get(user=user).subject == "anna"
    kinds = set(SecurityEvent.objects.filter(user_id=user.pk).values_list("kind", flat=True))
    assert {"user_created", "identity_linked", "role_assigned", "signed_in"} <= kinds
    sent = [row.kwargs for row in OutboxMessage.objects.all()]
    assert any(str(ANNA["email"]) in json.dumps(kwargs) for kwargs in sent)


def test_the_next_sign_in_finds_the_same_person_whatever_the_address_is_now(
    browser: Browser, acme: RealProvider
) -> None:
    browser.sign_in()
    user = User.objects.get(email=ANNA["email"])
    acme.know("anna", ANNA | {"email": "anna.berg@example.com", "family_name": "Berg"})

    assert Browser().sign_in()["Location"] == f"{FRONTEND}/"

    assert User.objects.filter(email="anna.berg@example.com").count() == 0
    assert RefreshSession.objects.filter(user=user).count() == 2


def test_no_account_is_created_where_that_is_off(browser: Browser, configure: Callable[..., None]) -> None:
    configure(creates_accounts=False)

    assert refused(browser.sign_in()) == "oidc_no_account"
    assert User.objects.count() == 0
    assert SecurityEvent.objects.get(kind="sign_in_failed").details == {"provider": "acme", "reason": "oidc_no_account"}


@pytest.mark.parametrize(
    ("links", "verified", "code"),
    [
        (False, True, "oidc_account_exists"),
        (True, False, "oidc_email_unverified"),
        (True, None, "oidc_email_unverified"),
    ],
)
def test_an_address_alone_never_opens_somebodys_account(
    browser: Browser, acme: RealProvider, configure: Callable[..., None], links: bool, verified: Any, code: str
) -> None:
    a_person("Anna", "Lind", email=ANNA["email"])
    acme.know(
        "anna", {name: value for name, value in (ANNA | {"email_verified": verified}).items() if value is not None}
    )
    configure(links_accounts=links, requires_verified_email=False)

    assert refused(browser.sign_in()) == code
    assert not Identity.objects.exists()
    assert not RefreshSession.objects.exists()


def test_a_verified_address_links_the_account_where_that_is_on(
    browser: Browser, configure: Callable[..., None]
) -> None:
    user = a_person("Anna", "Lind", email=ANNA["email"], tts=["Admin"])
    configure(links_accounts=True, creates_accounts=False)

    assert browser.sign_in()["Location"] == f"{FRONTEND}/"

    assert Identity.objects.get().user == user
    assert roles_of(user.pk) == {"tts": ["Admin", "Agent", "User"]}  # what is not mapped stays


def test_an_unverified_address_creates_an_account_only_where_that_is_allowed(
    browser: Browser, acme: RealProvider, configure: Callable[..., None]
) -> None:
    acme.know("anna", ANNA | {"email_verified": False})
    assert refused(browser.sign_in()) == "oidc_email_unverified"

    configure(requires_verified_email=False)
    assert Browser().sign_in()["Location"] == f"{FRONTEND}/"


def test_roles_follow_the_groups_at_every_sign_in(browser: Browser, acme: RealProvider) -> None:
    browser.sign_in()
    user = User.objects.get()
    give(user, "IT Lead")

    acme.know("anna", ANNA | {"groups": ["everybody"]})
    Browser().sign_in()
    assert roles_of(user.pk) == {"tts": ["IT Lead", "User"]}

    acme.know("anna", {name: value for name, value in ANNA.items() if name != "groups"})
    Browser().sign_in()
    assert roles_of(user.pk) == {"tts": ["IT Lead"]}

    acme.know("anna", ANNA)
    Browser().sign_in()
    assert roles_of(user.pk) == {"tts": ["Agent", "IT Lead", "User"]}


def test_roles_stay_where_the_provider_says_that_the_groups_are_too_many(
    browser: Browser, acme: RealProvider, configure: Callable[..., None]
) -> None:
    browser.sign_in()
    configure(claims={"groups": "nested.groups", "email_verified": "email_verified"})
    from oidc.people import told
    from oidc.providers import provider_by_slug

    provider = provider_by_slug("acme")
    claims: dict[str, Any] = {"sub": "anna", "email": "anna@example.com"}
    assert told(provider, claims | {"_claim_names": {"nested.groups": "src1"}}, {}).groups is None
    assert told(provider, claims | {"nested": {"groups": ["a"]}}, {}).groups == frozenset({"a"})


def test_the_last_administrator_keeps_the_role_whatever_the_groups_say(
    browser: Browser, acme: RealProvider, configure: Callable[..., None]
) -> None:
    configure(roles=[{"group": "it-support", "system": "tts", "role": "Admin"}])
    browser.sign_in()
    acme.know("anna", ANNA | {"groups": []})

    assert Browser().sign_in()["Location"] == f"{FRONTEND}/"

    assert roles_of(User.objects.get().pk) == {"tts": ["Admin"]}


def test_an_address_that_stands_in_userinfo_only_is_found_there(browser: Browser, acme: RealProvider) -> None:
    acme.control("settings", {"claimsInIdToken": False})

    assert browser.sign_in()["Location"] == f"{FRONTEND}/"

    user = User.objects.get()
    assert (user.email, user.full_name) == (ANNA["email"], "Anna Lind")
    assert roles_of(user.pk) == {"tts": ["Agent", "User"]}


@pytest.mark.parametrize("seconds", [3, 50, -50])
def test_a_provider_whose_clock_differs_is_understood(browser: Browser, acme: RealProvider, seconds: int) -> None:
    acme.control("settings", {"clockAheadMs": seconds * 1000})

    assert browser.sign_in()["Location"] == f"{FRONTEND}/"


def test_a_provider_whose_clock_is_an_hour_ahead_is_refused_without_an_error(
    browser: Browser, acme: RealProvider
) -> None:
    acme.control("settings", {"clockAheadMs": 3_600_000})

    assert refused(browser.sign_in()) == "oidc_token_invalid"


@pytest.mark.parametrize("keep_old", [True, False])
def test_rotated_keys_are_fetched_again(browser: Browser, acme: RealProvider, keep_old: bool) -> None:
    browser.sign_in()
    acme.control("rotate", {"keepOld": keep_old})

    assert Browser().sign_in()["Location"] == f"{FRONTEND}/"


def test_the_provider_refuses_a_code_without_the_verifier_of_this_browser(browser: Browser) -> None:
    url = browser.start()
    asked = query_of(url)
    assert (asked["code_challenge_method"], len(asked["code_challenge"])) == ("S256", 43)
    assert asked["nonce"]
    back = browser.at_provider(url)
    SignInFlow.objects.update(code_verifier="x" * 64)

    assert refused(browser.come_back(back)) == "oidc_provider_error"


def test_an_answer_with_the_nonce_of_another_sign_in_is_refused(browser: Browser) -> None:
    back = browser.at_provider(browser.start())
    SignInFlow.objects.update(nonce="another")

    assert refused(browser.come_back(back)) == "oidc_token_invalid"


def test_an_answer_counts_once_in_the_browser_that_began_and_within_minutes(browser: Browser) -> None:
    back = browser.at_provider(browser.start())
    assert refused(Browser().come_back(back)) == "oidc_state_invalid"  # as a link that an attacker sends
    assert browser.come_back(back)["Location"] == f"{FRONTEND}/"
    assert refused(browser.come_back(back)) == "oidc_state_invalid"

    late = browser.at_provider(browser.start())
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert refused(browser.come_back(late)) == "oidc_state_invalid"
    assert RefreshSession.objects.count() == 1


def test_sign_ins_begun_in_two_tabs_can_both_be_finished(browser: Browser) -> None:
    one, other = browser.start(next="/inbox"), browser.start(next="/profile")

    assert browser.come_back(browser.at_provider(one))["Location"] == f"{FRONTEND}/inbox"
    assert browser.come_back(browser.at_provider(other))["Location"] == f"{FRONTEND}/profile"


def test_a_failed_silent_attempt_ends_no_session(browser: Browser) -> None:
    browser.sign_in()
    browser.there = requests.Session()  # the provider has forgotten the person, we have not

    response = browser.come_back(browser.at_provider(browser.start(prompt="none", next="/inbox")))

    assert refused(response) == "oidc_login_required"
    assert query_of(response["Location"])["next"] == "/inbox"
    assert "tts-session" not in response.cookies
    assert browser.desk.post("/token/refresh/", {}, **PAGE).status_code == 200


def test_a_silent_attempt_succeeds_where_the_provider_knows_the_person(browser: Browser) -> None:
    browser.sign_in()

    assert browser.come_back(browser.at_provider(browser.start(prompt="none")))["Location"] == f"{FRONTEND}/"


def test_a_sign_in_that_is_cancelled_at_the_provider_says_so(browser: Browser) -> None:
    back = browser.at_provider(browser.start(), answer="no")

    assert refused(browser.come_back(back)) == "oidc_access_denied"


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"code": "x"},
        {"state": "x", "code": "y"},
        {"error": "server_error"},
        {"state": "\x00", "error": "\x00"},
        {"code": "x" * 9000},
    ],
)
def test_odd_callbacks_open_the_sign_in_page(browser: Browser, query: dict[str, str]) -> None:
    assert refused(browser.desk.get("/oidc/acme/callback/", query)) == "oidc_state_invalid"


def test_an_error_that_the_provider_sends_back_is_no_crash(browser: Browser) -> None:
    state = query_of(browser.start())["state"]

    response = browser.desk.get("/oidc/acme/callback/", {"state": state, "error": "temporarily_unavailable"})

    assert refused(response) == "oidc_provider_error"


def test_an_answer_in_the_name_of_another_issuer_is_refused(browser: Browser) -> None:
    back = query_of(browser.at_provider(browser.start()))

    response = browser.desk.get("/oidc/acme/callback/", back | {"iss": "https://other.example.com"})

    assert refused(response) == "oidc_provider_error"


def test_a_deactivated_account_stays_refused(browser: Browser) -> None:
    browser.sign_in()
    set_active(user_id=User.objects.get().pk, is_active=False, by=OPERATOR, now=timezone.now())

    assert refused(Browser().sign_in()) == "oidc_account_deactivated"
    assert not RefreshSession.objects.live(timezone.now()).exists()


def test_a_provider_that_is_away_is_said_so_and_passwords_go_on(
    browser: Browser, configure: Callable[..., None]
) -> None:
    configure(issuer="http://127.0.0.1:9")
    person = a_person("Jonas", "Keller")

    assert refused(browser.desk.get("/oidc/acme/start/", {"next": "/inbox"})) == "oidc_provider_unreachable"

    assert browser.desk.get("/oidc/providers/").status_code == 200
    signed_in = APIClient().post("/login/", {"email": person.email, "password": "correct horse battery staple"})
    assert signed_in.status_code == 200


def test_a_provider_that_calls_itself_otherwise_is_refused(
    browser: Browser, acme: RealProvider, configure: Callable[..., None]
) -> None:
    configure(issuer=acme.issuer + "/")

    assert refused(browser.desk.get("/oidc/acme/start/")) == "oidc_provider_misconfigured"


def test_the_sign_in_page_is_told_of_active_providers(browser: Browser, configure: Callable[..., None]) -> None:
    start = f"{FRONTEND}/api/auth/oidc/acme/start/"
    assert browser.desk.get("/oidc/providers/").json() == {
        "providers": [{"slug": "acme", "name": "Acme", "start_url": start}]
    }
    configure(is_active=False)
    assert browser.desk.get("/oidc/providers/").json() == {"providers": []}
    assert refused(browser.desk.get("/oidc/acme/start/")) == "oidc_unknown_provider"


@pytest.mark.parametrize(
    "away",
    [
        "https://evil.example.com/",
        "//evil.example.com",
        "/\\evil.example.com",
        "javascript:alert(1)",
        "/a\nb",
        "/login",
        "/" + "x" * 2000,
    ],
)
def test_only_paths_of_the_application_are_gone_on_to(browser: Browser, away: str) -> None:
    assert browser.sign_in(next=away)["Location"] == f"{FRONTEND}/"


def test_a_local_second_factor_is_asked_for_where_the_provider_is_configured_so(
    browser: Browser, configure: Callable[..., None]
) -> None:
    browser.sign_in()
    user = User.objects.get()
    User.objects.update(otp_method=User.OtpMethod.EMAIL)
    assert "refresh" in Browser().sign_in().cookies  # the provider's own factor is trusted unless told otherwise

    configure(asks_second_factor=True)
    second = Browser()
    response = second.sign_in(next="/inbox")
    assert response["Location"].startswith(f"{FRONTEND}/login?next=%2Finbox#")
    assert "refresh" not in response.cookies
    step = {name: values[0] for name, values in parse_qs(urlsplit(response["Location"]).fragment).items()}
    assert step["method"] == "email"
    mails = [mail for mail in published_messages("notifications.send_email") if mail["notification_type"] == "otp_code"]

    again = second.desk.post("/login/otp/", {"challenge": step["challenge"], "code": mails[-1]["context"]["code"]})

    assert again.status_code == 200, again.content
    latest = RefreshSession.objects.filter(user=user).latest("id")
    assert ProviderSession.objects.get(session=latest).subject == "anna"
    assert LoginChallenge.objects.filter(closed_at__isnull=True).count() == 0


def test_the_secret_reaches_the_provider_with_its_odd_characters(
    browser: Browser, configure: Callable[..., None]
) -> None:
    assert set("&:% ") <= set(CLIENT_SECRET)
    configure(client_secret="wrong")

    assert refused(browser.sign_in()) == "oidc_provider_error"


def test_starts_from_one_address_are_limited(browser: Browser) -> None:
    from oidc import services
    from signin import guard

    for _ in range(services.STARTS.count):
        guard.count(services.STARTS, "127.0.0.1", now=timezone.now())

    assert refused(browser.desk.get("/oidc/acme/start/")) == "throttled"
