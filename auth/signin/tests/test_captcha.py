"""The captcha: proof of work, good once."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import altcha
import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from signin import captcha, guard
from ticketing_testing.clients import assert_problem
from users.models import User
from users.tests.factories import PASSWORD, at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captcha, "BASE_COST", 10)


def solved(challenge: dict[str, Any] | None = None) -> str:
    given = altcha.Challenge.from_dict(challenge or APIClient().get("/captcha/").json())
    solution = altcha.solve_challenge(given)
    assert solution is not None
    return altcha.Payload(given, solution).to_base64()


@pytest.fixture
def attacked(agent: User) -> User:
    """An account for which the captcha is asked."""
    key = guard.name_key(agent.email)
    for _ in range(guard.ACCOUNT_CAPTCHA.count):
        guard.count(guard.ACCOUNT_CAPTCHA, key, now=timezone.now())
    return agent


def log_in(user: User, solution: str, password: str = PASSWORD) -> Any:
    return APIClient().post("/login/", {"email": user.email, "password": password, "captcha": solution})


class TestCaptcha:
    def test_lets_the_right_password_through(self, attacked: User) -> None:
        assert log_in(attacked, solved()).status_code == 200

    def test_a_solution_is_good_once(self, attacked: User) -> None:
        solution = solved()
        log_in(attacked, solution, "wrong")

        assert_problem(log_in(attacked, solution), 403, "captcha_invalid")

    @pytest.mark.django_db(transaction=True)
    def test_of_ten_uses_at_once_one_counts(self, attacked: User) -> None:
        solution = solved()

        answers = at_once(lambda _: log_in(attacked, solution).status_code, 10, threads=5)

        assert answers.count(200) == 1

    def test_asking_for_it_is_no_try(self, attacked: User) -> None:
        answers = [log_in(attacked, "") for _ in range(8)]

        assert {assert_problem(answer, 403, "captcha_required") is not None for answer in answers} == {True}
        assert log_in(attacked, solved()).status_code == 200

    @pytest.mark.parametrize("solution", ["nonsense", "e30=", "bnVsbA==", "WzFd", "x" * 4096])
    def test_refuses_what_is_no_solution(self, attacked: User, solution: str) -> None:
        assert_problem(log_in(attacked, solution), 403, "captcha_invalid")

    def test_refuses_a_challenge_that_the_client_made_easier(self, attacked: User) -> None:
        challenge = APIClient().get("/captcha/").json()
        challenge["parameters"]["cost"] = 1

        assert_problem(log_in(attacked, solved(challenge)), 403, "captcha_invalid")

    def test_refuses_a_solution_with_another_counter(self, attacked: User) -> None:
        payload = json.loads(base64.b64decode(solved()))
        payload["solution"]["counter"] += 1

        solution = base64.b64encode(json.dumps(payload).encode()).decode()

        assert_problem(log_in(attacked, solution), 403, "captcha_invalid")

    def test_refuses_an_old_challenge(self, attacked: User) -> None:
        old = captcha.new_challenge(address=None, now=timezone.now() - captcha.LIFETIME - timedelta(seconds=1))

        assert_problem(log_in(attacked, solved(old)), 403, "captcha_invalid")

    def test_becomes_more_work_with_the_failures_of_the_address(self, db: None) -> None:
        now = timezone.now()
        easy = captcha.new_challenge(address="192.0.2.1", now=now)["parameters"]["cost"]
        for _ in range(3 * guard.ADDRESS_CAPTCHA.count):
            guard.count(guard.ADDRESS_CAPTCHA, "192.0.2.1", now=now)

        assert captcha.new_challenge(address="192.0.2.1", now=now)["parameters"]["cost"] == 4 * easy
