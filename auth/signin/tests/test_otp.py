"""The second step of a sign-in: code by mail, authenticator app, recovery codes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from signin import guard, totp
from signin.models import LoginChallenge, RecoveryCode, RefreshSession, TotpDevice
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.clients import assert_problem, published_messages
from users.models import User
from users.tests.factories import PASSWORD, a_person, at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def careful(systems: None) -> User:
    return a_person("Samuel", "Osei", tts=["Agent"], otp_method="email")


def start(user: User) -> dict[str, Any]:
    body: dict[str, Any] = APIClient().post("/login/", {"email": user.email, "password": PASSWORD}).json()
    return body


def mailed_code() -> str:
    mails = [mail for mail in published_messages("notifications.send_email") if mail["notification_type"] == "otp_code"]
    return str(mails[-1]["context"]["code"])


def finish(challenge: str, code: str) -> Any:
    return APIClient().post("/login/otp/", {"challenge": challenge, "code": code})


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def let_pass(**time: int) -> None:
    """Make every challenge look older."""
    for row in LoginChallenge.objects.all():
        row.created_at -= timedelta(**time)
        row.expires_at -= timedelta(**time)
        row.save()


class TestMailedCode:
    def test_is_asked_for_after_the_right_password_only(self, careful: User) -> None:
        body = start(careful)

        assert set(body) == {"otp_required", "challenge", "method", "takes_passkey", "expires_in"}
        assert (body["otp_required"], body["method"], body["expires_in"]) == (True, "email", 600)
        assert not RefreshSession.objects.exists()
        wrong_password = APIClient().post("/login/", {"email": careful.email, "password": "wrong"})
        assert_problem(wrong_password, 401, "invalid_credentials")

    def test_says_who_asks(self, careful: User) -> None:
        credentials = {"email": careful.email, "password": PASSWORD}
        APIClient().post("/login/", credentials, REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT="Firefox/128 Linux")

        (mail,) = published_messages("notifications.send_email")
        assert (mail["context"]["ip_address"], mail["context"]["device"]) == ("203.0.113.9", "Firefox on Linux")

    def test_finishes_the_sign_in(self, careful: User) -> None:
        response = finish(start(careful)["challenge"], mailed_code())

        assert response.status_code == 200
        assert response.json()["user"]["user_id"] == careful.pk
        assert response.cookies["refresh"]["httponly"]

    def test_has_six_digits_and_is_not_stored(self, careful: User) -> None:
        challenge = start(careful)["challenge"]
        code = mailed_code()

        assert len(code) == 6
        assert code.isdigit()
        with connection.cursor() as cursor:
            cursor.execute("SELECT row_to_json(c)::text FROM login_challenges c")
            stored = cursor.fetchone()[0]
        assert challenge not in stored
        assert f'"{code}"' not in stored

    def test_the_challenge_alone_opens_nothing(self, careful: User) -> None:
        challenge = start(careful)["challenge"]

        for path in ("/token/refresh/", "/token/verify/"):
            field = "refresh" if "refresh" in path else "token"
            assert_problem(APIClient().post(path, {field: challenge}), 401)
        me = APIClient().get("/api/v1/users/me/", HTTP_AUTHORIZATION=f"Bearer {challenge}")
        assert_problem(me, 401, "token_invalid")

    def test_is_good_once(self, careful: User) -> None:
        challenge, code = start(careful)["challenge"], mailed_code()
        finish(challenge, code)

        assert_problem(finish(challenge, code), 401, "otp_expired")

    @pytest.mark.django_db(transaction=True)
    def test_of_twenty_right_answers_at_once_one_wins(self, careful: User) -> None:
        LoginChallenge.MAX_ATTEMPTS, kept = 100, LoginChallenge.MAX_ATTEMPTS
        limit = guard.ACCOUNT_CODES
        try:
            guard.ACCOUNT_CODES = guard.Limit(limit.scope, 100, limit.window)
            challenge, code = start(careful)["challenge"], mailed_code()
            answers = at_once(lambda _: finish(challenge, code).status_code, 20)
        finally:
            LoginChallenge.MAX_ATTEMPTS, guard.ACCOUNT_CODES = kept, limit

        assert sorted(answers) == [200] + [401] * 19
        assert RefreshSession.objects.count() == 1

    def test_dies_after_five_wrong_tries(self, careful: User) -> None:
        challenge, code = start(careful)["challenge"], mailed_code()
        answers = [finish(challenge, wrong(code)) for _ in range(5)]

        assert [assert_problem(answer, 401, "otp_invalid")["attempts_left"] for answer in answers] == [4, 3, 2, 1, 0]
        assert_problem(finish(challenge, code), 401, "otp_expired")

    @pytest.mark.django_db(transaction=True)
    def test_of_forty_wrong_tries_at_once_five_are_compared(self, careful: User) -> None:
        challenge, code = start(careful)["challenge"], mailed_code()

        answers = at_once(lambda _: finish(challenge, wrong(code)).json()["errors"][0]["code"], 40)

        assert sorted(answers) == ["otp_expired"] * 35 + ["otp_invalid"] * 5

    def test_wrong_tries_add_up_over_challenges(self, careful: User) -> None:
        for _ in range(3):
            challenge, code = start(careful)["challenge"], mailed_code()
            for _ in range(5):
                finish(challenge, wrong(code))

        challenge, code = start(careful)["challenge"], mailed_code()
        assert_problem(finish(challenge, code), 429, "throttled")

    def test_expires_after_ten_minutes(self, careful: User) -> None:
        challenge, code = start(careful)["challenge"], mailed_code()
        let_pass(minutes=10, seconds=1)

        assert_problem(finish(challenge, code), 401, "otp_expired")

    def test_belongs_to_its_own_sign_in(self, careful: User) -> None:
        other = a_person("Lena", "Fischer", tts=["Agent"], otp_method="email")
        start(careful)
        code = mailed_code()

        assert_problem(finish(start(other)["challenge"], code), 401, "otp_invalid")

    def test_a_newer_sign_in_closes_the_older(self, careful: User) -> None:
        challenge, code = start(careful)["challenge"], mailed_code()
        start(careful)

        assert_problem(finish(challenge, code), 401, "otp_expired")


class TestAttackByWhoeverKnowsThePassword:
    """Somebody has the password, and tries to guess the code or to keep the person out."""

    @pytest.fixture
    def browser(self, careful: User) -> APIClient:
        """A browser that the person has signed in with before."""
        browser = APIClient()
        self.sign_in(browser, careful)
        return browser

    def sign_in(self, browser: APIClient, user: User) -> Any:
        body = browser.post("/login/", {"email": user.email, "password": PASSWORD}).json()
        return browser.post("/login/otp/", {"challenge": body["challenge"], "code": mailed_code()})

    def test_wrong_codes_do_not_keep_a_known_browser_out(self, careful: User, browser: APIClient) -> None:
        for _ in range(3):
            challenge, code = start(careful)["challenge"], mailed_code()
            for _ in range(5):
                finish(challenge, wrong(code))

        assert self.sign_in(browser, careful).status_code == 200

    def test_starting_over_does_not_close_the_sign_in_of_a_known_browser(
        self, careful: User, browser: APIClient
    ) -> None:
        challenge = browser.post("/login/", {"email": careful.email, "password": PASSWORD}).json()["challenge"]
        code = mailed_code()
        start(careful)

        assert browser.post("/login/otp/", {"challenge": challenge, "code": code}).status_code == 200

    def test_asking_for_codes_does_not_use_up_those_of_a_known_browser(self, careful: User, browser: APIClient) -> None:
        for _ in range(11):
            start(careful)

        assert self.sign_in(browser, careful).status_code == 200

    def test_a_known_browser_has_no_more_tries_than_others(self, careful: User, browser: APIClient) -> None:
        answers = []
        for _ in range(4):
            body = browser.post("/login/", {"email": careful.email, "password": PASSWORD}).json()
            code = wrong(mailed_code())
            answers += [
                browser.post("/login/otp/", {"challenge": body["challenge"], "code": code}).status_code
                for _ in range(5)
            ]

        assert answers == [401] * 15 + [429] * 5


class TestResend:
    def resend(self, challenge: str) -> Any:
        return APIClient().post("/login/otp/resend/", {"challenge": challenge})

    def test_sends_another_code_and_kills_the_old_one(self, careful: User) -> None:
        challenge, code = start(careful)["challenge"], mailed_code()
        let_pass(seconds=31)

        renewed = self.resend(challenge).json()

        assert_problem(finish(challenge, code), 401, "otp_expired")
        assert finish(renewed["challenge"], mailed_code()).status_code == 200

    def test_makes_people_wait_between_two_codes(self, careful: User) -> None:
        response = self.resend(start(careful)["challenge"])

        assert_problem(response, 429, "throttled")
        assert int(response["Retry-After"]) <= 31

    def test_ends_after_three_times(self, careful: User) -> None:
        challenge = start(careful)["challenge"]
        for _ in range(3):
            let_pass(seconds=31)
            challenge = self.resend(challenge).json()["challenge"]
        let_pass(seconds=31)

        assert_problem(self.resend(challenge), 401, "otp_expired")

    def test_limits_the_mails_to_one_account(self, careful: User) -> None:
        answers = [APIClient().post("/login/", {"email": careful.email, "password": PASSWORD}) for _ in range(11)]

        assert [answer.status_code for answer in answers] == [200] * 10 + [429]
        assert OutboxMessage.objects.filter(task="notifications.send_email").count() == 10


class TestAuthenticatorApp:
    @pytest.fixture
    def clock(self, careful: User) -> pyotp.TOTP:
        secret, _ = totp.begin(user=careful, now=timezone.now())
        TotpDevice.objects.update(confirmed_at=timezone.now())
        User.objects.get_queryset().filter(pk=careful.pk).update(otp_method="totp")
        careful.refresh_from_db()
        return pyotp.TOTP(secret)

    def test_finishes_the_sign_in_without_a_mail(self, careful: User, clock: pyotp.TOTP) -> None:
        body = start(careful)

        assert body["method"] == "totp"
        assert finish(body["challenge"], clock.now()).status_code == 200
        assert published_messages("notifications.send_email") == []

    def test_digits_of_another_script_are_taken(self, careful: User, clock: pyotp.TOTP) -> None:
        wide = clock.now().translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})

        assert finish(start(careful)["challenge"], wide).status_code == 200

    @pytest.mark.parametrize("typed", ["äöü", "²²²²²²", "１２", "①②③④⑤⑥", "\u200b1"])
    def test_anything_else_is_a_wrong_code(self, careful: User, clock: pyotp.TOTP, typed: str) -> None:
        assert_problem(finish(start(careful)["challenge"], typed), 401, "otp_invalid")

    def test_a_code_is_good_once_even_in_another_sign_in(self, careful: User, clock: pyotp.TOTP) -> None:
        code = clock.now()
        finish(start(careful)["challenge"], code)

        body = assert_problem(finish(start(careful)["challenge"], code), 401, "otp_used")
        assert "Wait for the next one" in body["errors"][0]["detail"]

    @pytest.mark.parametrize("steps", [-2, 2, 10])
    def test_a_code_of_another_time_is_refused(self, careful: User, clock: pyotp.TOTP, steps: int) -> None:
        code = clock.at(timezone.now() + timedelta(seconds=30 * steps))

        assert_problem(finish(start(careful)["challenge"], code), 401, "otp_invalid")

    def test_the_secret_is_not_stored_in_clear(self, careful: User, clock: pyotp.TOTP) -> None:
        assert clock.secret.encode() not in bytes(TotpDevice.objects.get().secret_encrypted)

    def test_a_recovery_code_stands_in_once(self, careful: User, clock: pyotp.TOTP) -> None:
        code, *_ = totp.new_recovery_codes(user=careful)

        assert finish(start(careful)["challenge"], code.upper()).status_code == 200
        assert_problem(finish(start(careful)["challenge"], code), 401, "otp_invalid")
        assert totp.recovery_codes_left(user_id=careful.pk) == 9

    def test_recovery_codes_are_stored_hashed(self, careful: User, clock: pyotp.TOTP) -> None:
        codes = totp.new_recovery_codes(user=careful)

        stored = set(RecoveryCode.objects.values_list("code_hash", flat=True))
        assert len(stored) == 10
        assert not stored.intersection(codes)
