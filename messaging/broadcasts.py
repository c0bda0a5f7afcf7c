"""Announce committed changes to the open sockets of every process.

An announcement is a hint and may get lost: sockets see by an event's number that they missed something and read it
from the database. The domain announces here and knows nothing of sockets; the process that holds some connects them.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterable
from functools import partial
from typing import Any, Protocol

import orjson
from channels.exceptions import ChannelFull
from channels.layers import get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError

from ticketing_common.logs import logger

log = logger(__name__)

INBOX_GROUP = "inbox"
CONTROL_GROUP = "control"
SEND_SECONDS = 5.0
LAYER_ERRORS = (OSError, TimeoutError, RedisError, ChannelFull)

Message = dict[str, Any]


class OpenSockets(Protocol):
    """The sockets of this process."""

    loop: asyncio.AbstractEventLoop

    def spread(self, group: str, message: Message) -> None:
        """Deliver to this process's sockets and to the other processes. Called on `loop`."""


_sockets: OpenSockets | None = None


def connect(sockets: OpenSockets | None) -> None:
    """Name the sockets of this process, None when the last one has closed."""
    global _sockets
    _sockets = sockets


def ticket_group(ticket_number: str) -> str:
    return f"ticket.{ticket_number}"


def after_commit(group: str, message: Message) -> None:
    transaction.on_commit(partial(publish, group, message), robust=True)


def to_inboxes(*, people: Iterable[int], frame: dict[str, Any]) -> None:
    """Send the frame to the open inboxes of these people, after the commit."""
    after_commit(INBOX_GROUP, {"type": "inbox", "people": list(people), "text": orjson.dumps(frame).decode()})


def publish(group: str, message: Message) -> None:
    """Hand the message over without waiting."""
    if _sockets is not None and not _sockets.loop.is_closed():
        _sockets.loop.call_soon_threadsafe(_sockets.spread, group, message)
    else:
        asyncio.run_coroutine_threadsafe(send_to_group(group, message), _background_loop())


async def send_to_group(group: str, message: Message) -> None:
    layer = get_channel_layer()
    assert layer is not None, "CHANNEL_LAYERS is not configured"
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await layer.group_send(group, message)
    except LAYER_ERRORS as error:
        log.warning("broadcast_failed", group=group, error=type(error).__name__)


_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None
_loop_pid = 0


def _background_loop() -> asyncio.AbstractEventLoop:
    """Return an event loop on a thread of its own, for processes without sockets, such as workers."""
    global _loop, _loop_pid
    with _lock:
        # Workers fork: a thread of the parent does not exist in the child.
        if _loop is None or _loop_pid != os.getpid():
            _loop, _loop_pid = asyncio.new_event_loop(), os.getpid()
            threading.Thread(target=_loop.run_forever, name="broadcasts", daemon=True).start()
        return _loop
