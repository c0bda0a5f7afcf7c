"""The small, fixed sets of threads that do database work for the event loop.

Each thread keeps its own connection, so a process has as many connections as threads, however many sockets are
open. Django's own way under ASGI, a thread for each request, would leave connections behind.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import close_old_connections, connections

P = ParamSpec("P")
T = TypeVar("T")


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
    try:
        return call()
    finally:
        close_old_connections()


HTTP = Threads("http", settings.HTTP_THREADS)
SOCKETS = Threads("sockets", settings.SOCKET_THREADS)
