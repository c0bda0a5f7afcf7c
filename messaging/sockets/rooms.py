"""One ticket in one process: its open sockets, its readers, the number of the last event shown, who is here."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from django.db import Error as DatabaseError

from sockets import frames
from sockets.broadcast import ticket_group
from sockets.frames import Event, TicketState, encode, ticket_state
from sockets.threads import SOCKETS
from ticketing_common.logs import logger

if TYPE_CHECKING:
    from sockets.hub import Hub

log = logger(__name__)

# A crowded ticket names so many of those present; `count` says how many there are.
PRESENCE_NAMES = 50
PRESENCE_DELAY, PRESENCE_INTERVAL = 0.05, 1.0
# How often a process says who is with it, so that others know that it is there. Each room has its own time for it:
# hundreds at once would hold up everybody's frames.
HEARTBEAT_SECONDS = 15.0
# A process that said nothing for so long is gone, and the people on it with it.
PRESENCE_EXPIRES = 45.0


class Member(Protocol):
    """A socket as its room sees it."""

    user_id: int
    full_name: str
    is_admin: bool
    sees_internal: bool
    sent_seq: int

    def offer(self, text: str, seq: int = 0) -> None: ...
    def shut(self, code: int) -> None: ...


class Room:
    def __init__(self, hub: Hub, state: TicketState) -> None:
        self.hub = hub
        self.ticket_number = state.ticket_number
        self.seq = state.seq
        self.access_version = state.access_version
        self.readers = state.readers
        self.members: set[Member] = set()
        self._catching_up: asyncio.Task[None] | None = None
        self._is_behind = False
        # How often it was asked who may read now, and whether the last time still waits for its answer.
        self._questions = 0
        self._is_in_doubt = False
        self._elsewhere: dict[str, tuple[dict[int, str], float]] = {}
        self._announced: dict[int, str] = {}
        self._presence_text = ""
        self._presence_at = float("-inf")
        self._presence_timer: asyncio.TimerHandle | None = None
        self._beats_at = hub.loop.time() + HEARTBEAT_SECONDS * random.uniform(0.5, 1.0)  # noqa: S311 -- no secret

    # -- who is in

    def may_stay(self, member: Member) -> bool:
        return member.is_admin or member.user_id in self.readers

    def enter(self, member: Member, state: TicketState) -> None:
        """Take in who may read by a state that was just read."""
        member.sent_seq = self.seq
        self.members.add(member)
        key = member.user_id
        if key in state.readers and (key, state.readers[key]) not in self.readers.items():
            # Read before or after the room read its own: nobody knows. It lets them in, and asks.
            self.readers = self.readers | {key: state.readers[key]}
            self.ask_again()

    def greet(self, member: Member) -> None:
        """Show the newcomer who is here, and the newcomer to the others."""
        if member.user_id in self._announced and self._presence_text:
            member.offer(self._presence_text)
        else:
            self._plan_presence()

    def leave(self, member: Member) -> None:
        self.members.discard(member)
        if all(other.user_id != member.user_id for other in self.members):
            self._plan_presence()

    def is_outdated(self, versions: Mapping[int, int]) -> bool:
        """Return whether a member is another than when the room asked what they may; `versions` are of now."""
        return any(
            member.user_id in self.readers and versions.get(member.user_id) != self.readers[member.user_id]
            for member in self.members
        )

    def ask_again(self) -> None:
        """Read who may read now. Until that is known, nobody is shown the next event."""
        self._questions += 1
        self._is_in_doubt = True
        self.catch_up()

    def expel(self) -> None:
        """Close the sockets of those who may not read the ticket any more."""
        for member in tuple(self.members):
            if not self.may_stay(member):
                member.shut(4403)

    def close(self) -> None:
        if self._catching_up:
            self._catching_up.cancel()
        if self._presence_timer:
            self._presence_timer.cancel()

    # -- events

    def on_event(self, event: Event) -> None:
        """Show the next event at once; for any other, read from the database what is missing."""
        is_next = event["access"] == self.access_version and event["seq"] == self.seq + 1
        if is_next and not self._is_in_doubt:
            self._show(event)
        else:
            self.heard(event["seq"], event["access"])

    def heard(self, seq: int, access_version: int) -> None:
        if self._is_in_doubt or seq > self.seq or access_version != self.access_version:
            self.catch_up()

    def catch_up(self) -> None:
        self._is_behind = True
        if self._catching_up is None:
            self._catching_up = self.hub.start(self._catch_up())

    async def _catch_up(self) -> None:
        try:
            while self._is_behind:
                self._is_behind = False
                questions = self._questions
                state = await SOCKETS.run(ticket_state, self.ticket_number, after=self.seq)
                if state is None:
                    for member in tuple(self.members):
                        member.shut(4403)
                    return
                if questions != self._questions:
                    continue  # somebody asked meanwhile: what was read may be from before
                self._is_in_doubt = False
                if state.access_version >= self.access_version:
                    self.access_version, self.readers = state.access_version, state.readers
                    self.expel()
                for event in state.events:
                    if event["seq"] == self.seq + 1:
                        self._show(event)
                self._is_behind |= state.has_more
        except DatabaseError as error:
            # The hub compares numbers with the database every few seconds and will come back here.
            log.warning("catch_up_failed", ticket_number=self.ticket_number, error=type(error).__name__)
        finally:
            self._catching_up = None

    def _show(self, event: Event) -> None:
        seq, text, mine, is_internal = event["seq"], event["text"], event["mine"], event["internal"]
        self.seq = seq
        variants: dict[str | None, str] = {None: text}
        for member in tuple(self.members):
            if not self.may_stay(member):
                member.shut(4403)
            elif is_internal and not member.sees_internal:
                member.offer(frames.skip_frame(seq), seq)
            elif mine and (value := mine.get(str(member.user_id))):
                if value not in variants:
                    variants[value] = frames.with_rating(text, value)
                member.offer(variants[value], seq)
            else:
                member.offer(text, seq)

    def on_typing(self, user_id: int) -> None:
        text = encode({"type": "typing", "user_id": user_id})
        for member in tuple(self.members):
            if member.user_id != user_id:
                member.offer(text)

    # -- presence

    def _local(self) -> dict[int, str]:
        return {member.user_id: member.full_name for member in self.members}

    def on_presence(self, process: str, people: dict[int, str], *, wants_answer: bool) -> None:
        """Another process says who is with it; with nobody there it is forgotten."""
        before = self._elsewhere.get(process)
        if people:
            self._elsewhere[process] = (people, self.hub.loop.time())
        else:
            self._elsewhere.pop(process, None)
        if wants_answer:
            self.announce()
        if (before[0] if before else {}) != people:
            self._plan_presence()

    def announce(self, *, wants_answer: bool = False) -> None:
        """Tell the other processes who is here."""
        message = {
            "type": "presence",
            "ticket": self.ticket_number,
            "people": {str(user_id): name for user_id, name in self._local().items()},
            "ask": wants_answer,
        }
        self.hub.spread(ticket_group(self.ticket_number), message)

    def beat(self, now: float) -> None:
        """Say who is here, and forget the processes that do not, when it is this room's time."""
        if now >= self._beats_at:
            self._beats_at = now + HEARTBEAT_SECONDS
            self.announce()
            self.forget_the_silent(now)

    def forget_the_silent(self, now: float) -> None:
        silent = [process for process, (_, heard) in self._elsewhere.items() if now - heard > PRESENCE_EXPIRES]
        for process in silent:
            del self._elsewhere[process]
        if silent:
            self._plan_presence()

    def _plan_presence(self) -> None:
        """Soon, and at most once a second however many come and go."""
        if self._presence_timer is None:
            since = self.hub.loop.time() - self._presence_at
            delay = max(PRESENCE_DELAY, PRESENCE_INTERVAL - since)
            self._presence_timer = self.hub.loop.call_later(delay, self._show_presence)

    def _show_presence(self) -> None:
        self._presence_timer = None
        self._presence_at = self.hub.loop.time()
        local = self._local()
        if local.keys() != self._announced.keys():
            self._announced = local
            self.announce()
        everyone = dict(local)
        for people, _ in self._elsewhere.values():
            everyone.update(people)
        users = [{"user_id": user_id, "full_name": everyone[user_id]} for user_id in sorted(everyone)]
        text = encode({"type": "presence", "users": users[:PRESENCE_NAMES], "count": len(users)})
        if text != self._presence_text:
            self._presence_text = text
            for member in tuple(self.members):
                member.offer(text)
