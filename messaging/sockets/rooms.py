"""One ticket in one process: its open sockets, its readers, the number of the last event sent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import Error as DatabaseError
from prometheus_client import Histogram

from comments.events import TicketState, ticket_state
from sockets.presence import Presence
from sockets.threads import SOCKETS
from ticketing_common.logs import logger
from tickets.events import Event, encode, skip_frame, with_rating

if TYPE_CHECKING:
    from sockets.consumer import SocketConsumer
    from sockets.hub import Hub

log = logger(__name__)

FORBIDDEN = 4403

DELIVERY = Histogram(
    "socket_delivery_seconds",
    "From the writing of an event to its handing over to the sockets of a ticket that are open in this process.",
    ["kind"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10),
)


class Room:
    def __init__(self, hub: Hub, state: TicketState) -> None:
        self.hub = hub
        self.ticket_number = state.ticket_number
        self.seq = state.seq
        self.access_version = state.access_version
        self.readers = state.readers
        self.members: set[SocketConsumer] = set()
        self.presence = Presence(hub, self)
        self._catching_up: asyncio.Task[None] | None = None
        self._is_behind = False
        # How often the readers had to be read anew, and whether the last time still waits for its answer.
        self._questions = 0
        self._is_in_doubt = False

    # -- readers

    def may_read(self, member: SocketConsumer) -> bool:
        return member.is_admin or member.user_id in self.readers

    def enter(self, member: SocketConsumer, state: TicketState) -> None:
        """Take in a person who may read by a state that was just read."""
        member.sent_seq = self.seq
        self.members.add(member)
        key = member.user_id
        if key in state.readers and (key, state.readers[key]) not in self.readers.items():
            # Read before or after the room read its own: nobody knows. It lets them in, and asks.
            self.readers = self.readers | {key: state.readers[key]}
            self.ask_again()

    def leave(self, member: SocketConsumer) -> None:
        self.members.discard(member)
        if all(other.user_id != member.user_id for other in self.members):
            self.presence.plan()

    def is_outdated(self, versions: Mapping[int, int]) -> bool:
        """Return whether a member's version differs from when the readers were read; `versions` are of now."""
        return any(
            member.user_id in self.readers and versions.get(member.user_id) != self.readers[member.user_id]
            for member in self.members
        )

    def ask_again(self) -> None:
        """Read who may read now. Until that is known, nobody is sent the next event."""
        self._questions += 1
        self._is_in_doubt = True
        self.catch_up()

    def close(self) -> None:
        if self._catching_up:
            self._catching_up.cancel()
        self.presence.close()

    # -- events

    def on_event(self, event: Event) -> None:
        """Send the next event at once; for any other, read from the database what is missing."""
        is_next = event["access"] == self.access_version and event["seq"] == self.seq + 1
        if is_next and not self._is_in_doubt:
            self._send(event)
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
                if questions != self._questions:
                    continue  # somebody asked meanwhile: what was read may be from before
                self._is_in_doubt = False
                if state is None or state.access_version >= self.access_version:
                    self._take_readers(state)
                for event in state.events if state else ():
                    if event["seq"] == self.seq + 1:
                        self._send(event)
                self._is_behind |= state is not None and state.has_more
        except DatabaseError as error:
            # The hub compares numbers with the database every second and will come back here.
            log.warning("catch_up_failed", ticket_number=self.ticket_number, error=type(error).__name__)
        finally:
            self._catching_up = None

    def _take_readers(self, state: TicketState | None) -> None:
        """Close the sockets of those who may not read the ticket any more; of everybody where it is gone."""
        if state is not None:
            self.access_version, self.readers = state.access_version, state.readers
        for member in tuple(self.members):
            if state is None or not self.may_read(member):
                member.shut(FORBIDDEN)

    def _send(self, event: Event) -> None:
        seq, text, mine = event["seq"], event["text"], event["mine"]
        self.seq = seq
        skip = skip_frame(seq)
        rated = {value: with_rating(text, value) for value in set(mine.values())}
        for member in tuple(self.members):
            if not self.may_read(member):
                member.shut(FORBIDDEN)
            elif event["internal"] and not member.sees_internal:
                member.offer(skip, seq)
            else:
                member.offer(rated[mine[str(member.user_id)]] if str(member.user_id) in mine else text, seq)
        if "at" in event:  # a process of the version before does not send it
            DELIVERY.labels(event["kind"]).observe(max(0.0, time.time() - event["at"]))

    def on_typing(self, user_id: int) -> None:
        text = encode({"type": "typing", "user_id": user_id})
        for member in tuple(self.members):
            if member.user_id != user_id:
                member.offer(text)
