"""All open sockets of one process, and their one channel of the channel layer.

A channel for each socket would cost a subscription and a decoding of every message per socket. Here a process
listens once for each ticket that is open in it, and hands the text on.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import Error as DatabaseError

import broadcasts
from broadcasts import CONTROL_GROUP, INBOX_GROUP, LAYER_ERRORS, Message, send_to_group, ticket_group
from comments.events import TicketState
from sockets.rooms import Room
from sockets.threads import SOCKETS
from ticketing_common import metrics, revocations
from ticketing_common.logs import logger
from ticketing_common.revocations import Revocation
from tickets.models import Ticket
from users.models import Person

if TYPE_CHECKING:
    from sockets.consumer import SocketConsumer

log = logger(__name__)

LAYER_SECONDS = 3.0
TICK_SECONDS = 0.5

# Before the layer is read again after a message that could not be.
RETRY_SECONDS = 0.1

_running: Hub | None = None


@contextmanager
def contained(what: str) -> Iterator[None]:
    """Log a failure and go on: one bad message or socket must not stop the others."""
    try:
        yield
    except Exception as error:
        log.error("failed_alone", what=what, error=f"{type(error).__name__}: {error}", exc_info=error)


def running_hub() -> Hub | None:
    """Return the hub of this process, None where no socket is open."""
    return _running if _running is not None and not _running.loop.is_closed() else None


def hub() -> Hub:
    """Return the hub of the running event loop; the first socket starts it."""
    global _running
    if _running is None or _running.loop is not asyncio.get_running_loop():
        _running = Hub()
        broadcasts.connect(_running)
    return _running


@metrics.gauge("messaging_open_sockets", "Sockets open in this process.")
def count_open_sockets() -> float:
    return float(len(_running.sockets)) if _running else 0.0


class Hub:
    def __init__(self) -> None:
        self.id = uuid.uuid4().hex
        self.loop = asyncio.get_running_loop()
        self._people: dict[int, set[SocketConsumer]] = {}
        self.rooms: dict[str, Room] = {}
        # The loop itself keeps no task alive.
        self._tasks: set[asyncio.Task[None]] = set()
        self._joined: set[str] = set()
        self._channel: str | None = None
        self._is_ending = False
        self._layer_lock = asyncio.Lock()
        self._checked_at = self.loop.time()
        self.start(self._join_groups())
        self._ticking = self.start(self._tick())
        self._receiving: asyncio.Task[None] | None = None

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run the work as a task that the hub keeps alive."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("hub_task_failed", error=f"{type(error).__name__}: {error}", exc_info=error)

    # -- sockets come and go

    @property
    def sockets(self) -> list[SocketConsumer]:
        return [socket for sockets in self._people.values() for socket in sockets]

    def sockets_of(self, user_id: int) -> list[SocketConsumer]:
        return list(self._people.get(user_id, ()))

    def enter(self, socket: SocketConsumer) -> None:
        self._people.setdefault(socket.user_id, set()).add(socket)

    def enter_room(self, socket: SocketConsumer, state: TicketState) -> Room:
        room = self.rooms.get(state.ticket_number)
        if room is None:
            room = self.rooms[state.ticket_number] = Room(self, state)
            self.start(self._open(room))
        else:
            room.heard(state.seq, state.access_version)
        self.enter(socket)
        room.enter(socket, state)
        return room

    async def _open(self, room: Room) -> None:
        """Listen first, then read: what happened in between is read, what comes later is heard."""
        await self._join_groups()
        room.catch_up()
        room.presence.announce(wants_answer=True)

    def leave(self, socket: SocketConsumer) -> None:
        sockets = self._people.get(socket.user_id, set())
        sockets.discard(socket)
        if not sockets:
            self._people.pop(socket.user_id, None)
        room = socket.room
        if room is not None:
            room.leave(socket)
            if not room.members and self.rooms.get(room.ticket_number) is room:
                del self.rooms[room.ticket_number]
                room.presence.announce()
                room.close()
                self.start(self._join_groups())
        if not self._people:
            self._stop()

    def _stop(self) -> None:
        global _running
        if _running is self:
            _running = None
            broadcasts.connect(None)
        if not self._is_ending:
            self._is_ending = True
            self.start(self._end())

    async def _end(self) -> None:
        """Let the last messages go out, leave the groups, end the tasks."""
        lasting = {self._ticking, self._receiving, asyncio.current_task()}
        if last := self._tasks - lasting:
            await asyncio.wait(last, timeout=LAYER_SECONDS)
        await self._join_groups()
        for task in (self._ticking, self._receiving):
            if task is not None:
                task.cancel()

    # -- the channel layer

    def spread(self, group: str, message: Message) -> None:
        """Give the message to this process's sockets now, and to the other processes'."""
        self._dispatch(message)
        self.start(send_to_group(group, message | {"from": self.id}))

    def _wanted_groups(self) -> set[str]:
        return set() if self._is_ending else {CONTROL_GROUP, INBOX_GROUP, *map(ticket_group, self.rooms)}

    async def _join_groups(self) -> None:
        """Listen to the groups of the open rooms and no others. When the layer is away the next check tries again."""
        layer = get_channel_layer()
        assert layer is not None, "CHANNEL_LAYERS is not configured"
        try:
            async with self._layer_lock, asyncio.timeout(LAYER_SECONDS):
                if self._channel is None:
                    self._channel = await layer.new_channel()
                    self._receiving = self.start(self._receive(layer, self._channel))
                for group in self._wanted_groups() - self._joined:
                    await layer.group_add(group, self._channel)
                    self._joined.add(group)
                for group in self._joined - self._wanted_groups():
                    self._joined.discard(group)
                    await layer.group_discard(group, self._channel)
        except LAYER_ERRORS as error:
            log.warning("layer_away", error=type(error).__name__)

    async def _receive(self, layer: Any, channel: str) -> None:
        while True:
            is_handled = False
            with contained("layer_message"):
                message = await layer.receive(channel)
                if message.get("from") != self.id:
                    self._dispatch(message)
                is_handled = True
            if not is_handled:
                await asyncio.sleep(RETRY_SECONDS)

    def _dispatch(self, message: Message) -> None:
        kind = message["type"]
        if kind == "inbox":
            for user_id in message["people"]:
                for socket in self.sockets_of(user_id):
                    if socket.receives_inbox:
                        socket.offer(message["text"])
        elif kind == "person":
            self._on_person(message)
        elif room := self.rooms.get(message["ticket"]):
            if kind == "event":
                room.on_event(message)
            elif kind == "typing":
                room.on_typing(message["user_id"])
            elif kind == "presence" and "from" in message:
                people = {int(user_id): name for user_id, name in message["people"].items()}
                room.presence.hear(message["from"], people, wants_answer=message["ask"])

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
            for socket in self.sockets:
                with contained("socket_tick"):
                    socket.tick(time.monotonic())
            if now - self._checked_at >= settings.SOCKET_CHECK_SECONDS:
                self._checked_at = now
                with contained("comparison"):
                    await self._compare_with_database()
            for room in tuple(self.rooms.values()):
                with contained("presence_beat"):
                    room.presence.beat(now)

    async def _compare_with_database(self) -> None:
        """Find what no message told: lost hints, a layer that was away. Two queries, however many sockets."""
        if self._wanted_groups() != self._joined:
            self.start(self._join_groups())
        if not self.rooms:
            return
        try:
            tickets, versions = await SOCKETS.run(_state_of, tuple(self.rooms), tuple(self._people))
        except DatabaseError as error:
            log.warning("compare_failed", error=type(error).__name__)
            return
        for ticket_number, seq, access_version in tickets:
            if room := self.rooms.get(ticket_number):
                if room.is_outdated(versions):
                    room.ask_again()
                room.heard(seq, access_version)


def _on_revocation(entry: Revocation) -> None:
    """Called on the listener's thread."""
    if found := running_hub():
        found.loop.call_soon_threadsafe(found.on_revocation, entry)


revocations.known.subscribe(_on_revocation)


def _state_of(
    ticket_numbers: Iterable[str], user_ids: Iterable[int]
) -> tuple[list[tuple[str, int, int]], dict[int, int]]:
    """Return number, latest event and access version of the tickets, and the people's versions of now."""
    rows = Ticket.objects.filter(ticket_number__in=ticket_numbers)
    people = Person.objects.filter(user_id__in=user_ids)
    return list(rows.values_list("ticket_number", "seq", "access_version")), dict(
        people.values_list("user_id", "version")
    )
