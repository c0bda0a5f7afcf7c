"""Database connections of the threads behind the event loop: asked whether they stand only where that is in doubt."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper

from sockets import threads
from sockets.threads import Threads

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pool() -> Iterator[Threads]:
    pool = Threads("one", 1)
    yield pool
    pool.close_connections()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sessions that were asked whether they still stand."""
    sessions: list[int] = []
    ask = DatabaseWrapper.is_usable

    def is_usable(wrapper: DatabaseWrapper) -> bool:
        sessions.append(wrapper.connection.get_backend_pid())
        return bool(ask(wrapper))

    monkeypatch.setattr(DatabaseWrapper, "is_usable", is_usable)
    return sessions


def session() -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def run(pool: Threads) -> int:
    return asyncio.run(pool.run(session))


def test_a_connection_in_steady_use_is_not_asked(pool: Threads, asked: list[int]) -> None:
    assert run(pool) == run(pool) == run(pool)
    assert asked == []


def test_a_connection_that_was_long_silent_is_asked(
    pool: Threads, asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(pool)
    monkeypatch.setattr(threads, "TRUST_SECONDS", -1.0)
    assert run(pool) == first
    assert asked == [first]


def test_a_session_that_the_server_ended_costs_no_call(pool: Threads) -> None:
    first = run(pool)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
        assert cursor.fetchone() == (True,)
    assert run(pool) != first
