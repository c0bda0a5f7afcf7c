"""Processes tell each other who is with them: often enough to be remembered, and not for all tickets at once."""

from __future__ import annotations

import asyncio

from sockets.frames import TicketState
from sockets.hub import Hub
from sockets.rooms import PRESENCE_EXPIRES, Room

ROOMS = 200


class NotedRoom(Room):
    said = 0

    def announce(self, *, wants_answer: bool = False) -> None:
        self.said += 1


async def heartbeats(seconds: float) -> tuple[list[int], list[int]]:
    """Return how often rooms that opened together speak in each half second, and how often each room does."""
    hub = Hub()
    try:
        rooms = [NotedRoom(hub, TicketState(f"T-{number}", 0, 0, {}, [], False)) for number in range(ROOMS)]
        begun, together = hub.loop.time(), []
        for step in range(int(seconds * 2)):
            before = sum(room.said for room in rooms)
            for room in rooms:
                room.beat(begun + step / 2)
            together.append(sum(room.said for room in rooms) - before)
        return together, [room.said for room in rooms]
    finally:
        hub._stop()
        await asyncio.sleep(0)


def test_rooms_that_opened_together_do_not_speak_together() -> None:
    together, each = asyncio.run(heartbeats(PRESENCE_EXPIRES))
    assert max(together) < ROOMS / 4
    assert min(each) >= 2, "a process that is there must not be forgotten"
