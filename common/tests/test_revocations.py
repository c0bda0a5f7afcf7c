"""A session that ended is over in every process, at once, and for processes that start later."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from django.core.cache import cache
from support import Broker, wait_until

from ticketing_common import revocations
from ticketing_common.jwt import Identity, InvalidToken, verify
from ticketing_common.revocations import Listener, Revocation, Revocations
from ticketing_testing.clients import token_for

AMARA, JONAS = 7, 4


def identity(user_id: int = AMARA, *, sid: str = "s-1", ver: int = 3) -> Identity:
    return verify(token_for(user_id, sid=sid, ver=ver))


def news(user_id: int = AMARA, *, sid: str | None = None, min_version: int = 0) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "sid": sid,
        "min_version": min_version,
        "reason": "logout",
        "occurred_at": "2026-03-02T08:15:30Z",
    }


@pytest.fixture
def known() -> Revocations:
    cache.clear()
    return Revocations()


@pytest.mark.parametrize(
    ("message", "is_covered"),
    [
        (news(sid="s-1"), True),
        (news(sid="s-2"), False),
        (news(JONAS, sid="s-1"), False),
        (news(min_version=4), True),
        (news(min_version=3), False),
        (news(JONAS, min_version=9), False),
        (news(sid="", min_version=0), False),
    ],
)
def test_covers_the_session_or_every_older_token_of_the_person(
    known: Revocations, message: dict[str, Any], is_covered: bool
) -> None:
    known.hear(message)
    assert known.covers(identity()) is is_covered


def test_a_process_that_starts_later_knows_what_the_others_heard(known: Revocations) -> None:
    known.hear(news(sid="s-1"))
    known.hear(news(JONAS, min_version=9))
    later = Revocations()
    assert not later.covers(identity())
    later.load()
    assert later.covers(identity())
    assert later.covers(identity(JONAS))


def test_forgets_what_no_token_can_outlive(known: Revocations, monkeypatch: pytest.MonkeyPatch) -> None:
    known.hear(news(sid="s-1"))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + revocations.KEEP_SECONDS + 1)
    known.hear(news(JONAS, min_version=9))
    assert cache.get(revocations.CACHE_KEY) == [(JONAS, None, 9, time.time())]


def test_the_check_refuses_with_its_code(
    known: Revocations, monkeypatch: pytest.MonkeyPatch, settings: Any, broker: Broker
) -> None:
    monkeypatch.setattr(revocations, "known", known)
    monkeypatch.setattr(revocations, "listener", Listener(known))
    settings.JWT_REVOCATION_CHECK = "ticketing_common.revocations.check"
    token = token_for(AMARA, sid="s-1")
    assert verify(token).user_id == AMARA
    known.hear(news(sid="s-1"))
    with pytest.raises(InvalidToken) as refusal:
        verify(token)
    assert refusal.value.code == "token_revoked"


class CountingListener(Listener):
    """Counts its connections: on a busy machine one is there again before anybody has seen it gone."""

    connections = 0

    def _listen(self) -> None:
        self.connections += 1
        super()._listen()


def test_hears_the_exchange_over_breaks_and_nonsense(known: Revocations, broker: Broker) -> None:
    heard: list[Revocation] = []
    known.subscribe(heard.append)
    listener = CountingListener(known)
    listener.ensure_running()
    listener.ensure_running()
    assert listener.is_listening.wait(10)

    def tell(body: bytes) -> None:
        with broker.channel() as channel:
            channel.basic_publish(revocations.EXCHANGE, "", body)

    for nonsense in (b"not json", b"[]", b'{"user_id": 7}'):
        tell(nonsense)
    tell(json.dumps(news(sid="s-1")).encode())
    wait_until(lambda: known.covers(identity()), what="the news is heard", seconds=5)
    assert [entry.user_id for entry in heard] == [AMARA]

    def is_made_again() -> bool:
        # The broker lists a connection some seconds after it was made.
        if listener.connections == 1:
            broker.close_connections()
        return listener.connections > 1

    wait_until(is_made_again, what="the connection is closed and made again", seconds=30)
    assert listener.is_listening.wait(15), "it listens again"
    tell(json.dumps(news(JONAS, min_version=9)).encode())
    wait_until(lambda: known.covers(identity(JONAS)), what="it hears again", seconds=5)
