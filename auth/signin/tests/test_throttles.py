"""Ceilings on requests: of one address on public endpoints, of one person on the rest."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from ticketing_testing.clients import assert_problem
from users.models import User
from users.tests.factories import at_once, client_of

pytestmark = pytest.mark.django_db


def ask(path: str = "/captcha/", **headers: Any) -> Any:
    return APIClient().get(path, **headers)


class TestAddress:
    @pytest.fixture(autouse=True)
    def _limit(self, settings: Any) -> None:
        settings.PUBLIC_REQUESTS_PER_MINUTE = 5

    def test_counts_all_public_endpoints_together(self, db: None) -> None:
        answers = [ask().status_code for _ in range(3)] + [APIClient().post("/login/").status_code for _ in range(2)]

        sixth = APIClient().post("/api/v1/invitations/lookup/", {"token": "x"})

        assert answers == [200] * 3 + [400] * 2
        assert_problem(sixth, 429, "throttled")
        assert 0 < int(sixth["Retry-After"]) <= 61

    def test_other_addresses_are_not_held_up_and_no_header_makes_one_another(self, db: None) -> None:
        for number in range(6):
            last = ask(HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")

        assert last.status_code == 429
        assert ask(REMOTE_ADDR="192.0.2.77").status_code == 200

    @pytest.mark.parametrize("path", ["/.well-known/jwks.json", "/.well-known/revocations.json", "/health/live/"])
    def test_what_services_need_is_never_held_up(self, db: None, path: str) -> None:
        assert {ask(path).status_code for _ in range(8)} == {200}

    @pytest.mark.django_db(transaction=True)
    def test_is_exact_when_many_ask_at_once(self) -> None:
        assert sorted(at_once(lambda _: ask().status_code, 30)) == [200] * 5 + [429] * 25


def test_a_person_has_a_ceiling_too(agent: User, settings: Any) -> None:
    cache.clear()
    settings.API_REQUESTS_PER_MINUTE = 5
    client = client_of(agent)

    answers = [client.get("/api/v1/users/me/").status_code for _ in range(11)]

    assert answers[:5] == [200] * 5
    assert 429 in answers  # the minute may turn once in between
