"""Database connections of the threads behind the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from django.db import connection, connections

from sockets.threads import Threads

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pool() -> Iterator[Threads]:
    pool = Threads("one", 1)
    yield pool
    pool.close_connections()


def session() -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def run(pool: Threads) -> int:
    return asyncio.run(pool.run(session))


def test_a_thread_keeps_its_connection(pool: Threads) -> None:
    assert run(pool) == run(pool) == run(pool)


def test_a_session_that_the_server_ended_costs_no_call(pool: Threads) -> None:
    first = run(pool)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
        assert cursor.fetchone() == (True,)
    assert run(pool) != first
