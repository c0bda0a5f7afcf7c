"""Tell open sockets, in whichever process they are, what was committed.

What is sent here is a hint: it may get lost, and nothing breaks. Sockets notice by the event's number that they
missed something and read it from the database.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterable
from typing import Any

from channels.exceptions import ChannelFull
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from ticketing_common.logs import logger

log = logger(__name__)

INBOX_GROUP = "inbox"
CONTROL_GROUP = "control"
SEND_SECONDS = 5.0
LAYER_ERRORS = (OSError, TimeoutError, RedisError, ChannelFull)

Message = dict[str, Any]


def ticket_group(ticket_number: str) -> str:
    return f"ticket.{ticket_number}"


def comment_event(
    *,
    ticket_number: str,
    access_version: int,
    seq: int,
    action: str,
    document: dict[str, Any],
    is_internal: bool,
    ratings: dict[int, str],
) -> None:
    from sockets import frames

    message = frames.event(
        ticket_number=ticket_number,
        access_version=access_version,
        seq=seq,
        frame=frames.comment_frame(action=action, document=document, seq=seq),
        is_internal=is_internal,
        ratings=ratings,
    )
    publish(ticket_group(ticket_number), message)


def ticket_event(
    *, ticket_number: str, access_version: int, seq: int, payload: dict[str, Any], people: list[int]
) -> None:
    """Tell the ticket's sockets, and the inboxes of everyone whose list changes by it."""
    from sockets import frames

    message = frames.event(
        ticket_number=ticket_number,
        access_version=access_version,
        seq=seq,
        frame=frames.ticket_frame(payload=payload, seq=seq),
    )
    publish(ticket_group(ticket_number), message)
    inbox(people=people, frame={"type": "tasks_changed", "ticket_number": ticket_number, "event": payload["event"]})


def inbox(*, people: Iterable[int], frame: dict[str, Any]) -> None:
    from sockets import frames

    publish(INBOX_GROUP, {"type": "inbox", "people": list(people), "text": frames.encode(frame)})


def person_changed(*, user_id: int, is_active: bool, is_admin: bool, is_agent: bool) -> None:
    publish(
        CONTROL_GROUP,
        {"type": "person", "user_id": user_id, "active": is_active, "admin": is_admin, "agent": is_agent},
    )


def publish(group: str, message: Message) -> None:
    """Hand the message over without waiting. Where sockets are open in this very process they get it at once."""
    from sockets.hub import running_hub

    hub = running_hub()
    if hub is not None:
        hub.loop.call_soon_threadsafe(hub.spread, group, message)
    else:
        _background.send(group, message)


async def send_to_group(group: str, message: Message) -> None:
    layer = get_channel_layer()
    assert layer is not None, "CHANNEL_LAYERS is not configured"
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await layer.group_send(group, message)
    except LAYER_ERRORS as error:
        log.warning("broadcast_failed", group=group, error=type(error).__name__)


class Background:
    """An event loop on a thread of its own, for processes that hold no sockets, such as workers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid = 0
        self._loop: asyncio.AbstractEventLoop | None = None

    def send(self, group: str, message: Message) -> None:
        asyncio.run_coroutine_threadsafe(send_to_group(group, message), self._running_loop())

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            # Workers fork: a thread of the parent does not exist in the child.
            if self._loop is None or self._pid != os.getpid():
                self._loop, self._pid = asyncio.new_event_loop(), os.getpid()
                threading.Thread(target=self._loop.run_forever, name="broadcast", daemon=True).start()
            return self._loop


_background = Background()
