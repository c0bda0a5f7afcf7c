"""Processes tell each other who is with them: often enough to be remembered, and not for all tickets at once."""

from __future__ import annotations

import asyncio

import pytest

from comments.events import TicketState
from sockets.hub import Hub
from sockets.presence import EXPIRY_SECONDS, Presence
from sockets.rooms import Room

ROOMS = 200


async def heartbeats(seconds: float, monkeypatch: pytest.MonkeyPatch) -> tuple[list[int], list[int]]:
    """Return how many rooms that opened together announce in each half second, and how often each room does."""
    announced: dict[Presence, int] = {}

    def announce(presence: Presence, *, wants_answer: bool = False) -> None:
        announced[presence] = announced.get(presence, 0) + 1

    monkeypatch.setattr(Presence, "announce", announce)
    hub = Hub()
    try:
        rooms = [Room(hub, TicketState(f"T-{number}", 0, 0, {}, [], False)) for number in range(ROOMS)]
        begun, together = hub.loop.time(), []
        for step in range(int(seconds * 2)):
            before = sum(announced.values())
            for room in rooms:
                room.presence.beat(begun + step / 2)
            together.append(sum(announced.values()) - before)
        return together, [announced.get(room.presence, 0) for room in rooms]
    finally:
        hub._stop()
        await asyncio.sleep(0)


def test_rooms_that_opened_together_do_not_announce_together(monkeypatch: pytest.MonkeyPatch) -> None:
    together, each = asyncio.run(heartbeats(EXPIRY_SECONDS, monkeypatch))
    assert max(together) < ROOMS / 4
    assert min(each) >= 2, "a process that is there must not be forgotten"
