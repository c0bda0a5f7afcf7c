"""All open sockets of one process, and their one line to the channel layer.

A socket of its own channel would cost a Redis subscription and a decoding of every message per socket. Here a
process listens once for each ticket that is open in it, and hands the text on.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Coroutine, Iterable
from typing import Any, Protocol

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import Error as DatabaseError

from sockets.broadcast import CONTROL_GROUP, INBOX_GROUP, LAYER_ERRORS, Message, send_to_group, ticket_group
from sockets.frames import TicketState
from sockets.limits import Patience
from sockets.rooms import Member, Room
from sockets.threads import SOCKETS
from ticketing_common import metrics, revocations
from ticketing_common.jwt import Identity
from ticketing_common.logs import logger
from ticketing_common.revocations import Revocation
from tickets.models import Ticket
from users.models import Person

log = logger(__name__)

LAYER_SECONDS = 3.0
TICK_SECONDS = 0.5


class Socket(Member, Protocol):
    """A socket as the hub sees it."""

    identity: Identity
    room: Room | None

    def tick(self, moment: float, patience: Patience) -> None: ...
    def check_rights(self) -> None: ...


_running: Hub | None = None
# The loop itself keeps no task alive.
_ending: set[asyncio.Task[None]] = set()


def running_hub() -> Hub | None:
    """Return the hub of this process, None where no socket is open."""
    return _running if _running is not None and not _running.loop.is_closed() else None


def hub() -> Hub:
    """Return the hub of the running event loop; the first socket starts it."""
    global _running
    if _running is None or _running.loop is not asyncio.get_running_loop():
        _running = Hub()
    return _running


@metrics.gauge("messaging_open_sockets", "Sockets open in this process.")
def count_open_sockets() -> float:
    return float(len(_running.sockets)) if _running else 0.0


class Hub:
    def __init__(self) -> None:
        self.id = uuid.uuid4().hex
        self.loop = asyncio.get_running_loop()
        self.sockets: set[Socket] = set()
        self._people: dict[int, set[Socket]] = {}
        self.rooms: dict[str, Room] = {}
        self.inboxes: dict[int, set[Socket]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._sends: set[asyncio.Task[None]] = set()
        self._groups: set[str] = set()
        self._channel: str | None = None
        self._layer_lock = asyncio.Lock()
        self._checked_at = self.loop.time()
        self._listen(CONTROL_GROUP)
        self.start(self._tick())

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run the work as a task that the hub keeps alive, and ends when it ends itself."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("hub_task_failed", error=f"{type(error).__name__}: {error}", exc_info=error)

    # -- sockets come and go

    def sockets_of(self, user_id: int) -> list[Socket]:
        return list(self._people.get(user_id, ()))

    def _enter(self, socket: Socket) -> None:
        self.sockets.add(socket)
        self._people.setdefault(socket.user_id, set()).add(socket)

    def enter_room(self, socket: Socket, state: TicketState) -> Room:
        room = self.rooms.get(state.ticket_number)
        if room is None:
            room = self.rooms[state.ticket_number] = Room(self, state)
            self.start(self._open(room))
        else:
            room.heard(state.seq, state.access_version)
        self._enter(socket)
        room.enter(socket, state)
        return room

    async def _open(self, room: Room) -> None:
        """Listen first, then read: what happened in between is read, what comes later is heard."""
        await self._join(ticket_group(room.ticket_number))
        room.catch_up()
        room.announce(wants_answer=True)

    def enter_inbox(self, socket: Socket) -> None:
        self._enter(socket)
        self.inboxes.setdefault(socket.user_id, set()).add(socket)
        self._listen(INBOX_GROUP)

    def leave(self, socket: Socket, room: Room | None) -> None:
        self.sockets.discard(socket)
        _remove(self._people, socket)
        if room is not None:
            room.leave(socket)
            if not room.members and self.rooms.get(room.ticket_number) is room:
                del self.rooms[room.ticket_number]
                room.announce()
                room.close()
                self.start(self._unjoin(ticket_group(room.ticket_number)))
        _remove(self.inboxes, socket)
        if not self.sockets:
            self._stop()

    def _stop(self) -> None:
        global _running
        if _running is self:
            _running = None
        ending = self.loop.create_task(self._end())
        _ending.add(ending)
        ending.add_done_callback(_ending.discard)

    async def _end(self) -> None:
        """Let farewells go out, leave the groups, end the tasks."""
        if self._sends:
            await asyncio.wait(tuple(self._sends), timeout=LAYER_SECONDS)
        for group in tuple(self._groups):
            await self._unjoin(group)
        for task in tuple(self._tasks):
            task.cancel()

    # -- the channel layer

    def spread(self, group: str, message: Message) -> None:
        """Give the message to this process's sockets now, and to the other processes'."""
        self._dispatch(message)
        send = self.start(send_to_group(group, message | {"from": self.id}))
        self._sends.add(send)
        send.add_done_callback(self._sends.discard)

    def _listen(self, group: str) -> None:
        if group not in self._groups:
            self.start(self._join(group))

    async def _join(self, group: str) -> None:
        """Listen to the group. When the layer is away the next tick tries again."""
        self._groups.add(group)
        layer = get_channel_layer()
        assert layer is not None, "CHANNEL_LAYERS is not configured"
        try:
            async with self._layer_lock, asyncio.timeout(LAYER_SECONDS):
                if self._channel is None:
                    self._channel = await layer.new_channel()
                    self.start(self._receive(layer, self._channel))
                await layer.group_add(group, self._channel)
        except LAYER_ERRORS as error:
            self._groups.discard(group)
            log.warning("layer_away", group=group, error=type(error).__name__)

    async def _unjoin(self, group: str) -> None:
        if group not in self._groups or self._channel is None:
            return
        ticket_number = group.removeprefix("ticket.")
        layer = get_channel_layer()
        assert layer is not None
        try:
            async with self._layer_lock, asyncio.timeout(LAYER_SECONDS):
                if ticket_number in self.rooms:
                    return  # somebody came back meanwhile
                self._groups.discard(group)
                await layer.group_discard(group, self._channel)
        except LAYER_ERRORS as error:
            log.warning("layer_away", group=group, error=type(error).__name__)

    async def _receive(self, layer: Any, channel: str) -> None:
        while True:
            message = await layer.receive(channel)
            if message.get("from") != self.id:
                self._dispatch(message)

    def _dispatch(self, message: Message) -> None:
        kind = message["type"]
        if kind == "event":
            if room := self.rooms.get(message["ticket"]):
                room.on_event(message)
        elif kind == "inbox":
            for user_id in message["people"]:
                for socket in tuple(self.inboxes.get(user_id, ())):
                    socket.offer(message["text"])
        elif kind == "typing":
            if room := self.rooms.get(message["ticket"]):
                room.on_typing(message["user_id"])
        elif kind == "presence":
            room = self.rooms.get(message["ticket"])
            if room and "from" in message:
                people = {int(user_id): name for user_id, name in message["people"].items()}
                room.on_presence(message["from"], people, wants_answer=message["ask"])
        elif kind == "person":
            self._on_person(message)

    def _on_person(self, message: Message) -> None:
        for socket in self.sockets_of(message["user_id"]):
            if not message["active"]:
                socket.shut(4401)
                continue
            socket.is_admin = socket.is_admin and message["admin"]
            socket.sees_internal = socket.sees_internal and message["agent"]
            socket.check_rights()
            if socket.room is not None:
                # Who may read by a role may have lost it: what the database says now counts.
                socket.room.ask_again()

    def on_revocation(self, entry: Revocation) -> None:
        """Close the sockets whose token or session is not good any more."""
        for socket in self.sockets_of(entry.user_id):
            if entry.covers(socket.identity):
                socket.shut(4401)

    # -- twice a second

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now = self.loop.time()
            patience, moment = Patience.of_settings(), time.monotonic()
            for socket in tuple(self.sockets):
                socket.tick(moment, patience)
            if now - self._checked_at >= settings.SOCKET_CHECK_SECONDS:
                self._checked_at = now
                await self._compare_with_database()
            for room in tuple(self.rooms.values()):
                room.beat(now)

    async def _compare_with_database(self) -> None:
        """Find what no message told: lost hints, a layer that was away. Two queries, however many sockets."""
        self._listen(CONTROL_GROUP)
        if self.inboxes:
            self._listen(INBOX_GROUP)
        for number in self.rooms:
            self._listen(ticket_group(number))
        if not self.rooms:
            return
        try:
            rows, versions = await SOCKETS.run(_numbers, tuple(self.rooms), tuple(self._people))
        except DatabaseError as error:
            log.warning("compare_failed", error=type(error).__name__)
            return
        for ticket_number, seq, access_version in rows:
            if room := self.rooms.get(ticket_number):
                if room.is_outdated(versions):
                    room.ask_again()
                room.heard(seq, access_version)


def _on_revocation(entry: Revocation) -> None:
    """Called on the listener's thread."""
    hub = running_hub()
    if hub is not None:
        hub.loop.call_soon_threadsafe(hub.on_revocation, entry)


revocations.known.subscribe(_on_revocation)


def _remove(index: dict[int, set[Socket]], socket: Socket) -> None:
    if found := index.get(socket.user_id):
        found.discard(socket)
        if not found:
            del index[socket.user_id]


def _numbers(
    ticket_numbers: Iterable[str], user_ids: Iterable[int]
) -> tuple[list[tuple[str, int, int]], dict[int, int]]:
    """Return number, latest event and access version of the tickets, and of which version the people are now."""
    rows = Ticket.objects.filter(ticket_number__in=ticket_numbers)
    people = Person.objects.filter(user_id__in=user_ids)
    return list(rows.values_list("ticket_number", "seq", "access_version")), dict(
        people.values_list("user_id", "version")
    )
