"""Who has a ticket open, over all processes: each tells the others who is with it, when that changes and regularly."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

from broadcasts import ticket_group
from tickets.events import encode

if TYPE_CHECKING:
    from sockets.consumer import SocketConsumer
    from sockets.hub import Hub
    from sockets.rooms import Room

# A crowded ticket names so many of those present; `count` says how many there are.
MAX_NAMES = 50
DELAY, INTERVAL = 0.05, 1.0
# How often a process says who is with it. Each room has its own time for it: hundreds at once would delay frames.
HEARTBEAT_SECONDS = 15.0
# A process that said nothing for so long is gone, and the people on it with it.
EXPIRY_SECONDS = 45.0


class Presence:
    def __init__(self, hub: Hub, room: Room) -> None:
        self.hub, self.room = hub, room
        self._elsewhere: dict[str, tuple[dict[int, str], float]] = {}
        self._announced: dict[int, str] = {}
        self._text = ""
        self._shown_at = float("-inf")
        self._timer: asyncio.TimerHandle | None = None
        self._beats_at = hub.loop.time() + HEARTBEAT_SECONDS * random.uniform(0.5, 1.0)  # noqa: S311 -- no secret

    def _here(self) -> dict[int, str]:
        return {member.user_id: member.full_name for member in self.room.members}

    def greet(self, member: SocketConsumer) -> None:
        """Show the newcomer who is here, and the newcomer to the others."""
        if member.user_id in self._announced and self._text:
            member.offer(self._text)
        else:
            self.plan()

    def hear(self, process: str, people: dict[int, str], *, wants_answer: bool) -> None:
        """Another process says who is with it; with nobody there it is forgotten."""
        before, _ = self._elsewhere.pop(process, ({}, 0.0))
        if people:
            self._elsewhere[process] = (people, self.hub.loop.time())
        if wants_answer:
            self.announce()
        if before != people:
            self.plan()

    def announce(self, *, wants_answer: bool = False) -> None:
        """Tell the other processes who is here."""
        number = self.room.ticket_number
        people = {str(user_id): name for user_id, name in self._here().items()}
        message = {"type": "presence", "ticket": number, "people": people, "ask": wants_answer}
        self.hub.spread(ticket_group(number), message)

    def beat(self, now: float) -> None:
        """When it is time, say who is here and forget the processes that are silent."""
        if now < self._beats_at:
            return
        self._beats_at = now + HEARTBEAT_SECONDS
        self.announce()
        silent = [process for process, (_, heard) in self._elsewhere.items() if now - heard > EXPIRY_SECONDS]
        for process in silent:
            del self._elsewhere[process]
        if silent:
            self.plan()

    def plan(self) -> None:
        """Show who is here soon, and at most once a second however many come and go."""
        if self._timer is None:
            delay = max(DELAY, INTERVAL - (self.hub.loop.time() - self._shown_at))
            self._timer = self.hub.loop.call_later(delay, self._show)

    def close(self) -> None:
        if self._timer:
            self._timer.cancel()

    def _show(self) -> None:
        self._timer = None
        self._shown_at = self.hub.loop.time()
        here = self._here()
        if here.keys() != self._announced.keys():
            self._announced = here
            self.announce()
        everyone = dict(here)
        for people, _ in self._elsewhere.values():
            everyone.update(people)
        users = [{"user_id": user_id, "full_name": everyone[user_id]} for user_id in sorted(everyone)]
        text = encode({"type": "presence", "users": users[:MAX_NAMES], "count": len(users)})
        if text != self._text:
            self._text = text
            for member in tuple(self.room.members):
                member.offer(text)
