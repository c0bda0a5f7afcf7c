"""Refresh tokens: rotation, grace, reuse, and the cookie that carries them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from security.models import SecurityEvent
from security.services import OPERATOR
from signin import sessions
from signin.models import RefreshSession
from ticketing_common.jwt import verify
from ticketing_testing.clients import assert_problem, published_messages
from users.models import User
from users.services import set_active
from users.tests.factories import HERE, PAGE, PASSWORD, at_once, give, signed_in

pytestmark = pytest.mark.django_db


def refresh(token: str) -> Any:
    return APIClient().post("/token/refresh/", {"refresh": token})


class TestRefresh:
    def test_gives_the_next_pair(self, agent: User) -> None:
        first = signed_in(agent)

        body = refresh(first.refresh).json()

        assert body["refresh"] != first.refresh
        assert verify(body["access"]).sid == first.sid

    def test_brings_the_roles_of_now(self, agent: User) -> None:
        first = signed_in(agent)
        give(agent, "IT Lead")

        identity = verify(refresh(first.refresh).json()["access"])

        assert identity.roles["tts"] == ("Agent", "IT Lead", "IT Support")

    def test_a_second_use_within_the_grace_gets_the_same_successor(self, agent: User) -> None:
        first = signed_in(agent)

        one, two = refresh(first.refresh).json(), refresh(first.refresh).json()

        assert one["refresh"] == two["refresh"]
        assert RefreshSession.objects.get().generation == 2

    def test_a_second_use_after_the_grace_ends_the_family(self, agent: User) -> None:
        first = signed_in(agent)
        second = refresh(first.refresh).json()["refresh"]
        RefreshSession.objects.update(rotated_at=timezone.now() - timedelta(seconds=11))

        assert_problem(refresh(first.refresh), 401, "token_revoked")

        assert_problem(refresh(second), 401, "token_revoked")
        assert RefreshSession.objects.get().revoke_reason == "refresh_reuse"
        assert SecurityEvent.objects.filter(kind="refresh_reused", user_id=agent.pk).count() == 1
        (news,) = published_messages("tts.revocations")
        assert news["sid"] == first.sid

    def test_a_token_two_steps_old_has_no_grace(self, agent: User) -> None:
        first = signed_in(agent)
        second = refresh(first.refresh).json()["refresh"]
        third = refresh(second).json()["refresh"]

        assert_problem(refresh(first.refresh), 401, "token_revoked")
        assert_problem(refresh(third), 401, "token_revoked")

    @pytest.mark.django_db(transaction=True)
    def test_of_fifty_at_once_exactly_one_rotates(self, agent: User) -> None:
        first = signed_in(agent)

        answers = at_once(lambda _: refresh(first.refresh), 50, threads=25)

        session = RefreshSession.objects.get()
        assert [answer.status_code for answer in answers] == [200] * 50
        assert len({answer.json()["refresh"] for answer in answers}) == 1
        assert (session.generation, session.revoked_at) == (2, None)

    @pytest.mark.django_db(transaction=True)
    def test_after_logout_no_racing_refresh_leaves_a_token_that_works(self, agent: User) -> None:
        for _ in range(5):
            first = signed_in(agent)

            def race(number: int, token: str = first.refresh) -> Any:
                if number == 3:
                    return APIClient().post("/logout/", {"refresh": token})
                return refresh(token)

            answers = at_once(race, 8, threads=8)

            for answer in answers:
                if answer.status_code == 200:
                    assert_problem(refresh(answer.json()["refresh"]), 401, "token_revoked")
                    bearer: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {answer.json()['access']}"}
                    assert_problem(APIClient().get("/api/v1/users/me/", **bearer), 401, "token_revoked")

    @pytest.mark.parametrize("days", [1, 7])
    def test_ends_after_a_day_of_silence_and_after_a_week_in_any_case(self, agent: User, days: int) -> None:
        start = timezone.now() - timedelta(days=7, minutes=1) + timedelta(hours=1)
        pair = sessions.open_session(user_id=agent.pk, origin=HERE, now=start)
        session = RefreshSession.objects.get(sid=pair.sid)

        if days == 1:
            assert not RefreshSession.objects.live(start + timedelta(days=1, seconds=1)).exists()
            return
        session.idle_until = timezone.now() + timedelta(days=1)
        session.rotated_at = timezone.now() - timedelta(minutes=30)
        session.save()
        from signin.tokens import refresh_token

        last = refresh(refresh_token(session)).json()["refresh"]
        ends_at = RefreshSession.objects.get(sid=pair.sid).expires_at
        payload = sessions.verify_any(token=last, now=timezone.now())
        assert payload["expires_at"] == ends_at.replace(microsecond=0)

    def test_is_over_for_people_who_are_switched_off_or_gone(self, agent: User, requester: User) -> None:
        one, two = signed_in(agent), signed_in(requester)
        set_active(user_id=agent.pk, is_active=False, by=OPERATOR, now=timezone.now())
        requester.delete()

        assert_problem(refresh(one.refresh), 401, "token_revoked")
        assert_problem(refresh(two.refresh), 401, "token_revoked")

    def test_takes_few_statements(self, agent: User) -> None:
        first = signed_in(agent)
        refresh(first.refresh)

        with CaptureQueriesContext(
            connection,
        ) as queries:
            refresh(first.refresh)

        assert len(queries) <= 6

    def test_refuses_what_is_no_refresh_token(self, agent: User) -> None:
        assert_problem(refresh(signed_in(agent).access), 401, "token_invalid")
        assert_problem(refresh("nonsense"), 401, "token_invalid")
        assert_problem(APIClient().post("/token/refresh/", {}), 401, "token_invalid")


class TestCookie:
    @pytest.fixture
    def browser(self, agent: User) -> APIClient:
        client = APIClient()
        client.post("/login/", {"email": agent.email, "password": PASSWORD})
        return client

    def test_renews_from_our_own_page(self, browser: APIClient, agent: User) -> None:
        before = browser.cookies["refresh"].value

        response = browser.post("/token/refresh/", **PAGE)

        assert response.status_code == 200
        assert set(response.json()) == {"access", "expires_in", "user"}
        assert response.json()["user"]["user_id"] == agent.pk
        assert browser.cookies["refresh"].value != before

    def test_renews_from_the_same_host_under_another_name(self, browser: APIClient) -> None:
        headers = PAGE | {"HTTP_ORIGIN": "http://127.0.0.1:1000", "HTTP_HOST": "127.0.0.1:1000"}

        assert browser.post("/token/refresh/", **headers).status_code == 200

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"HTTP_ORIGIN": "https://desk.example.com"},
            {"HTTP_X_REQUESTED_WITH": "fetch"},
            {"HTTP_ORIGIN": "https://evil.example.com", "HTTP_X_REQUESTED_WITH": "fetch"},
            {"HTTP_ORIGIN": "https://desk.example.com.evil.example", "HTTP_X_REQUESTED_WITH": "fetch"},
            {"HTTP_ORIGIN": "http://desk.example.com", "HTTP_X_REQUESTED_WITH": "fetch"},
            {"HTTP_ORIGIN": "null", "HTTP_X_REQUESTED_WITH": "fetch"},
            {**PAGE, "HTTP_SEC_FETCH_SITE": "cross-site"},
        ],
    )
    @pytest.mark.parametrize("path", ["/token/refresh/", "/logout/"])
    def test_is_not_used_for_other_sites(self, browser: APIClient, path: str, headers: dict[str, Any]) -> None:
        assert_problem(browser.post(path, **headers), 403, "origin_refused")
        assert RefreshSession.objects.get().generation == 1
        assert RefreshSession.objects.get().revoked_at is None

    def test_is_not_used_for_the_unencrypted_twin_of_our_own_page(self, browser: APIClient) -> None:
        headers = PAGE | {"HTTP_ORIGIN": "http://other.example.com", "HTTP_HOST": "other.example.com"}

        assert_problem(browser.post("/token/refresh/", **headers, secure=True), 403, "origin_refused")

    def test_logout_drops_it_and_ends_the_session(self, browser: APIClient) -> None:
        response = browser.post("/logout/", **PAGE)

        assert response.status_code == 204
        assert response.cookies["refresh"].value == ""
        assert response.cookies["tts-session"].value == ""
        assert RefreshSession.objects.get().revoke_reason == "logout"
        assert_problem(browser.post("/token/refresh/", **PAGE), 401)

    @pytest.mark.parametrize("origin", ["https://evil.example.com", "null", "http://desk.example.com"])
    def test_no_foreign_page_may_read_answers(self, browser: APIClient, origin: str) -> None:
        response = browser.options("/token/refresh/", HTTP_ORIGIN=origin, HTTP_ACCESS_CONTROL_REQUEST_METHOD="POST")

        assert "Access-Control-Allow-Origin" not in response.headers
