"""Signing in with a password."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import jwt
import pytest
from django.contrib.auth import hashers
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from security.models import SecurityEvent
from security.services import OPERATOR
from signin import guard
from signin.models import RateCounter, RefreshSession
from ticketing_common.jwt import verify
from ticketing_testing.clients import assert_problem, published_messages
from users.models import User
from users.services import set_active
from users.tests.factories import PASSWORD, a_person, at_once

pytestmark = pytest.mark.django_db


def log_in(email: str, password: str = PASSWORD, *, client: APIClient | None = None, **given: Any) -> Any:
    headers = {name: given.pop(name) for name in list(given) if name.isupper()}
    return (client or APIClient()).post("/login/", {"email": email, "password": password, **given}, **headers)


class TestLogin:
    def test_opens_a_session_with_the_claims_of_the_contract(self, agent: User) -> None:
        response = log_in(agent.email)

        body = response.json()
        identity = verify(body["access"])
        assert response.status_code == 200
        assert body["expires_in"] == 900
        assert body["user"]["user_id"] == agent.pk
        assert (identity.user_id, identity.email, identity.full_name) == (agent.pk, agent.email, "Priya Raman")
        assert identity.roles == {"tts": ("Agent", "IT Support")}
        assert identity.time_zone == agent.time_zone == ""
        assert RefreshSession.objects.get(sid=identity.sid).user_id == agent.pk

    def test_says_the_time_zone_of_the_profile(self, agent: User) -> None:
        User.objects.filter(pk=agent.pk).update(time_zone="Asia/Manila")
        assert verify(log_in(agent.email).json()["access"]).time_zone == "Asia/Manila"

    def test_says_the_language_of_the_profile(self, agent: User) -> None:
        User.objects.filter(pk=agent.pk).update(language="de")
        access = log_in(agent.email).json()["access"]
        assert jwt.decode(access, options={"verify_signature": False})["locale"] == "de"

    @pytest.mark.parametrize("login", ["PRIYA.RAMAN@Example.com", " priya.raman ", "Priya.Raman"])
    def test_takes_address_and_user_name_in_any_case(self, agent: User, login: str) -> None:
        assert log_in(login).status_code == 200

    def test_keeps_the_refresh_token_out_of_the_page(self, agent: User) -> None:
        response = log_in(agent.email)

        cookie = response.cookies["refresh"]
        assert "refresh" not in response.json()
        assert cookie["httponly"]
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Strict", "/", "")

    def test_lets_the_page_see_that_there_is_a_session_and_nothing_of_it(self, agent: User) -> None:
        response = log_in(agent.email)

        refresh, hint = response.cookies["refresh"], response.cookies["tts-session"]
        assert hint.value == "1"
        assert not hint["httponly"]
        assert (hint["samesite"], hint["path"], hint["max-age"]) == ("Strict", "/", refresh["max-age"])

    def test_uses_a_host_cookie_over_https(self, agent: User, settings: Any) -> None:
        settings.COOKIE_SECURE, settings.REFRESH_COOKIE = True, "__Host-refresh"

        cookie = log_in(agent.email).cookies["__Host-refresh"]

        assert cookie["secure"]
        assert cookie["path"] == "/"
        assert not cookie["domain"]

    @pytest.mark.parametrize("who", ["wrong password", "unknown", "inactive", "invited"])
    def test_answers_the_same_whatever_is_wrong(self, agent: User, who: str) -> None:
        email, password = agent.email, PASSWORD
        if who == "wrong password":
            password = "not the password at all"
        elif who == "unknown":
            email = "nobody@example.com"
        elif who == "inactive":
            set_active(user_id=agent.pk, is_active=False, by=OPERATOR, now=timezone.now())
        else:
            agent.set_unusable_password()
            agent.save()

        response = log_in(email, password)

        body = assert_problem(response, 401, "invalid_credentials")
        assert body["errors"][0]["detail"] == "The e-mail address or the password is wrong."
        assert set(response.headers) == set(log_in("another@example.com", "x").headers)
        assert not RefreshSession.objects.exists()

    @pytest.mark.parametrize("email", ["priya.raman@example.com", "nobody@example.com"])
    def test_hashes_exactly_once_for_known_and_unknown_people(self, agent: User, email: str) -> None:
        with patch.object(hashers.MD5PasswordHasher, "encode", autospec=True, return_value="md5$x$y") as encode:
            log_in(email, "wrong")

        assert encode.call_count == 1

    def test_does_the_same_work_for_known_unknown_and_inactive_people(self, agent: User) -> None:
        inactive = a_person("Ines", "Inactive", tts=["Agent"], is_active=False)
        statements = {}
        for email in (agent.email, inactive.email, "nobody@example.com"):
            with CaptureQueriesContext(connection) as queries:
                log_in(email, "wrong")
            statements[email] = [query["sql"][:60] for query in queries if "SAVEPOINT" not in query["sql"]]

        assert statements[agent.email] == statements[inactive.email] == statements["nobody@example.com"]

    def test_refuses_a_malformed_request(self) -> None:
        assert_problem(APIClient().post("/login/", {"email": "a@example.com"}), 400, attr="password")
        assert_problem(APIClient().get("/login/"), 405)

    def test_refuses_a_form_of_another_site(self) -> None:
        response = APIClient().post("/login/", "email=a&password=b", content_type="application/x-www-form-urlencoded")

        assert_problem(response, 415)

    def test_records_success_and_failure(self, agent: User) -> None:
        log_in(agent.email, "wrong", REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux) Firefox/128")
        log_in(agent.email)

        failed, succeeded = SecurityEvent.objects.filter(user_id=agent.pk, kind__startswith="sign").order_by("id")
        assert (failed.kind, failed.address, failed.device) == ("sign_in_failed", "203.0.113.9", "Firefox on Linux")
        assert succeeded.kind == "signed_in"


class TestLimits:
    def test_the_sixth_wrong_try_from_one_address_is_not_even_looked_at(self, agent: User) -> None:
        answers = [log_in(agent.email, "wrong").status_code for _ in range(5)]

        response = log_in(agent.email, PASSWORD)

        assert answers == [401] * 5
        assert_problem(response, 429, "throttled")
        assert 0 < int(response["Retry-After"]) <= 900

    def test_the_limit_for_unknown_accounts_is_the_same(self) -> None:
        answers = [log_in("nobody@example.com", "wrong").status_code for _ in range(7)]

        assert answers == [401] * 5 + [429] * 2

    def test_does_not_tell_that_an_address_and_a_user_name_are_one_account(self, agent: User) -> None:
        for _ in range(6):
            log_in(agent.email, "wrong")

        assert_problem(log_in(agent.username, "wrong"), 401, "invalid_credentials")

    def test_the_person_gets_in_from_another_address(self, agent: User) -> None:
        for _ in range(8):
            log_in(agent.email, "wrong", REMOTE_ADDR="203.0.113.66")

        assert log_in(agent.email, REMOTE_ADDR="192.0.2.10").status_code == 200

    def test_a_forged_forwarded_header_moves_nobody_to_another_address(self, agent: User) -> None:
        answers = [
            log_in(agent.email, "wrong", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}").status_code for number in range(7)
        ]

        assert answers == [401] * 5 + [429] * 2

    def test_right_sign_ins_do_not_use_up_the_limit(self, agent: User) -> None:
        assert {log_in(agent.email).status_code for _ in range(12)} == {200}

    def test_the_window_ends(self, agent: User) -> None:
        for _ in range(5):
            log_in(agent.email, "wrong")
        RateCounter.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

        assert log_in(agent.email).status_code == 200

    @pytest.mark.django_db(transaction=True)
    def test_of_forty_guesses_at_once_at_most_five_are_hashed(self, agent: User) -> None:
        checked: list[int] = []

        def check(self: User, raw_password: str) -> bool:
            checked.append(1)
            return False

        with patch.object(User, "check_password", check):
            answers = at_once(lambda _: log_in(agent.email, "wrong").status_code, 40)

        assert len(checked) == 5
        assert sorted(answers) == [401] * 5 + [429] * 35


class TestAttackFromManyAddresses:
    def attack(self, email: str, tries: int) -> list[int]:
        return [
            log_in(email, "wrong", REMOTE_ADDR=f"203.0.{number // 250}.{number % 250 + 1}").status_code
            for number in range(tries)
        ]

    def test_asks_for_a_captcha_after_ten_wrong_tries(self, agent: User) -> None:
        answers = self.attack(agent.email, 12)

        assert answers == [401] * 10 + [403] * 2
        assert_problem(log_in(agent.email), 403, "captcha_required")

    def test_asks_for_it_for_unknown_accounts_too(self) -> None:
        assert self.attack("nobody@example.com", 12) == [401] * 10 + [403] * 2

    def test_a_browser_that_signed_in_before_goes_on_without(self, agent: User) -> None:
        browser = APIClient()
        log_in(agent.email, client=browser)
        self.attack(agent.email, 15)

        assert log_in(agent.email, client=browser).status_code == 200

    def test_the_note_of_one_person_does_not_help_with_another(self, agent: User, admin: User) -> None:
        browser = APIClient()
        log_in(agent.email, client=browser)
        self.attack(admin.email, 15)

        assert_problem(log_in(admin.email, client=browser), 403, "captcha_required")

    def test_does_not_touch_live_sessions(self, agent: User) -> None:
        access = log_in(agent.email).json()["access"]
        self.attack(agent.email, 15)

        me = APIClient().get("/api/v1/users/me/", HTTP_AUTHORIZATION=f"Bearer {access}")

        assert me.status_code == 200


class TestFloodOverManyAccounts:
    """Each account and each address fails a few times only; together they would keep every core hashing."""

    @pytest.fixture(autouse=True)
    def _flood(self, settings: Any) -> None:
        settings.SIGN_IN_FAILURES_PER_MINUTE = 5

    def stuff(self, tries: int) -> list[int]:
        return [
            log_in(f"nobody{number}@example.com", "wrong", REMOTE_ADDR=f"203.0.113.{number + 1}").status_code
            for number in range(tries)
        ]

    def test_strangers_must_solve_a_captcha_before_anything_is_hashed(self, agent: User) -> None:
        with patch.object(hashers.MD5PasswordHasher, "encode", autospec=True, return_value="md5$x$y") as encode:
            answers = self.stuff(8)

        assert answers == [401] * 5 + [403] * 3
        assert encode.call_count == 5
        assert_problem(log_in(agent.email), 403, "captcha_required")

    def test_a_browser_that_signed_in_before_goes_on_without(self, agent: User) -> None:
        browser = APIClient()
        log_in(agent.email, client=browser)
        self.stuff(8)

        assert log_in(agent.email, client=browser).status_code == 200

    def test_is_over_after_a_minute(self, agent: User) -> None:
        self.stuff(8)
        RateCounter.objects.filter(scope=guard.EVERYBODY).update(expires_at=timezone.now())

        assert log_in(agent.email).status_code == 200

    def test_right_sign_ins_and_demands_for_a_captcha_do_not_count(self, agent: User) -> None:
        for _ in range(7):
            log_in(agent.email)
        self.stuff(12)

        assert RateCounter.objects.get(scope=guard.EVERYBODY).count == 5


class TestLockOut:
    @pytest.fixture(autouse=True)
    def _no_captcha(self) -> Any:
        with patch("signin.services.captcha.check_solution"):
            yield

    def lock(self, agent: User) -> None:
        for number in range(guard.ACCOUNT_LOCK.count):
            log_in(agent.email, "wrong", REMOTE_ADDR=f"203.0.113.{number + 1}")

    def test_locks_after_many_wrong_tries_and_mails_the_person_once(self, agent: User) -> None:
        self.lock(agent)
        for number in range(5):
            log_in(agent.email, "wrong", REMOTE_ADDR=f"198.51.100.{number}")

        mails = [mail for mail in published_messages("notifications.send_email")]
        assert [mail["notification_type"] for mail in mails] == ["failed_login", "account_locked"]
        assert {mail["user_email"] for mail in mails} == {agent.email}
        assert mails[0]["context"]["attempts"] == guard.ACCOUNT_CAPTCHA.count

    def test_counts_an_account_once_by_whatever_name(self, agent: User) -> None:
        for number in range(guard.ACCOUNT_LOCK.count):
            login = agent.email if number % 2 else agent.username
            log_in(login, "wrong", REMOTE_ADDR=f"203.0.113.{number + 1}")

        assert_problem(log_in(agent.email), 423, "account_locked")

    def test_only_the_right_password_learns_of_the_lock(self, agent: User) -> None:
        self.lock(agent)

        assert_problem(log_in(agent.email, "wrong"), 401, "invalid_credentials")
        response = log_in(agent.email)
        assert_problem(response, 423, "account_locked")
        assert 0 < int(response["Retry-After"]) <= 900

    def test_a_known_browser_gets_in_all_the_same(self, agent: User) -> None:
        browser = APIClient()
        log_in(agent.email, client=browser)
        self.lock(agent)

        assert log_in(agent.email, client=browser).status_code == 200

    def test_forgetting_the_password_in_a_known_browser_locks_nothing(self, agent: User) -> None:
        browser = APIClient()
        log_in(agent.email, client=browser)
        for number in range(guard.ACCOUNT_LOCK.count):
            if number % 4 == 0:
                RateCounter.objects.filter(scope=guard.ACCOUNT_AT_ADDRESS.scope).delete()
            log_in(agent.email, "wrong", client=browser)

        assert log_in(agent.email).status_code == 200

    def test_ends_by_itself(self, agent: User) -> None:
        self.lock(agent)
        User.objects.get_queryset().update(locked_until=timezone.now() - timedelta(seconds=1))

        assert log_in(agent.email).status_code == 200


class TestToken:
    def test_gives_both_tokens_to_a_script(self, agent: User) -> None:
        body = APIClient().post("/token/", {"username": agent.username, "password": PASSWORD}).json()

        assert set(body) == {"access", "refresh", "expires_in"}
        assert verify(body["access"]).user_id == agent.pk

    def test_takes_the_address_as_well(self, agent: User) -> None:
        response = APIClient().post("/token/", {"username": agent.email, "password": PASSWORD})

        assert response.status_code == 200

    def test_refuses_a_wrong_password(self, agent: User) -> None:
        response = APIClient().post("/token/", {"username": agent.email, "password": "wrong"})

        assert_problem(response, 401, "invalid_credentials")

    def test_refuses_accounts_with_a_second_factor(self, systems: None) -> None:
        person = a_person("Samuel", "Osei", tts=["Agent"], otp_method="email")

        response = APIClient().post("/token/", {"username": person.email, "password": PASSWORD})

        assert_problem(response, 401, "otp_required")


class TestNewDeviceAlert:
    def test_mails_about_a_second_device_and_not_about_the_first(self, agent: User) -> None:
        log_in(agent.email, HTTP_USER_AGENT="Firefox/128 Linux")
        assert published_messages("notifications.send_email") == []

        log_in(agent.email, HTTP_USER_AGENT="Chrome/130 Windows", REMOTE_ADDR="203.0.113.5")

        (mail,) = published_messages("notifications.send_email")
        assert mail["notification_type"] == "login_alert"
        assert mail["context"]["device"] == "Chrome on Windows"
        assert mail["context"]["ip_address"] == "203.0.113.5"

    def test_mails_about_a_script_too(self, agent: User) -> None:
        log_in(agent.email)
        APIClient().post("/token/", {"username": agent.email, "password": PASSWORD}, REMOTE_ADDR="203.0.113.5")

        (mail,) = published_messages("notifications.send_email")
        assert (mail["notification_type"], mail["context"]["ip_address"]) == ("login_alert", "203.0.113.5")

    def test_does_not_repeat_itself(self, agent: User) -> None:
        log_in(agent.email, HTTP_USER_AGENT="Firefox/128 Linux")
        for _ in range(3):
            log_in(agent.email, HTTP_USER_AGENT="Chrome/130 Windows")

        assert len(published_messages("notifications.send_email")) == 1
