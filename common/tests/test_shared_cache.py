"""The cache that the processes of a service share."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ticketing_common.settings import caches
from ticketing_common.shared_cache import SharedCache


@pytest.fixture
def cache() -> Iterator[SharedCache]:
    url = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
    made = SharedCache(url, {"KEY_PREFIX": f"test-{uuid.uuid4().hex}"})
    yield made
    made.delete_many(["one", "two"])


def test_is_what_the_services_use() -> None:
    made = caches("redis://localhost/0", "auth")["default"]

    assert made["BACKEND"] == f"{SharedCache.__module__}.{SharedCache.__qualname__}"


def test_counts_from_one_and_each_key_by_itself(cache: SharedCache) -> None:
    assert [cache.count("one", 60) for _ in range(3)] == [1, 2, 3]
    assert cache.count("two", 60) == 1
    assert cache.get("one") == 3


def test_forgets_a_number_when_its_time_is_over_however_often_it_counted(cache: SharedCache) -> None:
    cache.count("one", 1)
    deadline = time.monotonic() + 10
    while cache.count("one", 1) > 1:
        assert time.monotonic() < deadline, "each count put the end off"
        time.sleep(0.1)


def test_counts_everybody_who_asks_at_once(cache: SharedCache) -> None:
    with ThreadPoolExecutor(max_workers=8) as pool:
        numbers = list(pool.map(lambda _: cache.count("one", 60), range(100)))

    assert sorted(numbers) == list(range(1, 101))


def test_keeps_its_client(cache: SharedCache) -> None:
    client = cache._cache

    assert client.get_client("one", write=True) is client.get_client("two", write=True)
