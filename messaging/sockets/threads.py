"""The small, fixed sets of threads that do database work for the event loop.

Each thread keeps its own connection, so a process has as many connections as threads, however many sockets are
open. Django's own way under ASGI, a thread for each request, would leave connections behind.
"""

from __future__ import annotations

import asyncio
import contextvars
import select
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import close_old_connections, connections

P = ParamSpec("P")
T = TypeVar("T")

TRUST_SECONDS = 10.0


class Threads:
    def __init__(self, name: str, size: int) -> None:
        self.size = size
        self._executor = ThreadPoolExecutor(max_workers=size, thread_name_prefix=name)

    async def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the function on one of the threads, with the caller's context, on a connection that is fit for use."""
        context = contextvars.copy_context()
        call = partial(_with_fresh_connections, partial(function, *args, **kwargs))
        return await asyncio.get_running_loop().run_in_executor(self._executor, context.run, call)

    def close_connections(self) -> None:
        """Close every thread's database connections. For the end of a test run."""
        together = threading.Barrier(self.size)

        def close() -> None:
            together.wait(timeout=10)
            connections.close_all()

        for future in [self._executor.submit(close) for _ in range(self.size)]:
            future.result(timeout=10)


def _with_fresh_connections(call: Callable[[], T]) -> T:
    close_old_connections()
    _trust_open_lines()
    try:
        return call()
    finally:
        close_old_connections()
        _last.at = time.monotonic()


# When this thread's connections were last in use.
_last = threading.local()


def _trust_open_lines() -> None:
    """Spare a connection that was in use just now the question whether it still stands, a round trip of its own.

    A server that ended the session has said so, or has at least hung up: then there is something to read. A line
    that some device in between forgot in a long silence shows nothing, so after one Django asks.
    """
    if time.monotonic() - getattr(_last, "at", float("-inf")) > TRUST_SECONDS:
        return
    for connection in connections.all(initialized_only=True):
        raw = connection.connection
        if raw is not None and not raw.closed and not _has_something_to_read(raw.fileno()):
            connection.health_check_done = True  # type: ignore[attr-defined]


def _has_something_to_read(descriptor: int) -> bool:
    line = select.poll()  # unlike select(), good for any number of open sockets
    line.register(descriptor, select.POLLIN | select.POLLPRI)
    return bool(line.poll(0))


HTTP = Threads("http", settings.HTTP_THREADS)
SOCKETS = Threads("sockets", settings.SOCKET_THREADS)
