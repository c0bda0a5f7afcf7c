"""The limit on what one person asks a minute."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from project.urls import WhoView
from rest_framework.test import APIClient

from ticketing_common import throttling
from ticketing_testing.clients import assert_problem, client_for


@pytest.fixture(autouse=True)
def _limit(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    settings.API_REQUESTS_PER_MINUTE = 5
    monkeypatch.setattr(WhoView, "throttle_classes", [throttling.PersonThrottle])
    # One minute lasts the whole test.
    monkeypatch.setattr(throttling, "clock", lambda: 1_000_000.0)


def ask(user_id: int = 7) -> Any:
    return client_for(user_id).get("/who/")


def test_the_sixth_request_of_the_minute_waits_for_the_next() -> None:
    answers = [ask().status_code for _ in range(5)]

    sixth = ask()

    assert answers == [200] * 5
    assert_problem(sixth, 429, "throttled")
    assert 0 < int(sixth["Retry-After"]) <= 61


def test_the_next_minute_is_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(6):
        ask()
    monkeypatch.setattr(throttling, "clock", lambda: 1_000_060.0)

    assert ask().status_code == 200


def test_people_are_counted_apart_and_strangers_not_at_all() -> None:
    for _ in range(6):
        ask()

    assert ask(4).status_code == 200
    assert {APIClient().get("/who/").status_code for _ in range(8)} == {401}


def test_is_exact_when_many_ask_at_once() -> None:
    with ThreadPoolExecutor(max_workers=20) as pool:
        answers = list(pool.map(lambda _: ask().status_code, range(40)))

    assert sorted(answers) == [200] * 5 + [429] * 35


def test_zero_means_no_limit(settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 0

    assert {ask().status_code for _ in range(10)} == {200}


def test_a_cache_that_is_away_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(throttling.cache, "add", away)

    assert {ask().status_code for _ in range(8)} == {200}
