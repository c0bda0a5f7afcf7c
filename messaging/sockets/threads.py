"""The fixed sets of threads that do database work for the event loop.

Each thread keeps its own connection, so a process has as many connections as threads, however many sockets are open
and requests run. Django's own way under ASGI, a thread for each request, opens a connection for each.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from channels.db import database_sync_to_async
from django.conf import settings
from django.db import connections

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    def __init__(self, name: str, size: int) -> None:
        self.size = size
        self._executor = ThreadPoolExecutor(max_workers=size, thread_name_prefix=name)

    async def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the function on one of the threads, with the caller's context."""
        call = database_sync_to_async(function, thread_sensitive=False, executor=self._executor)
        result: T = await call(*args, **kwargs)
        return result

    def close_connections(self) -> None:
        """Close every thread's database connections. For the end of a test run."""
        together = threading.Barrier(self.size)

        def close() -> None:
            together.wait(timeout=10)
            connections.close_all()

        for future in [self._executor.submit(close) for _ in range(self.size)]:
            future.result(timeout=10)


HTTP = Threads("http", settings.HTTP_THREADS)
SOCKETS = Threads("sockets", settings.SOCKET_THREADS)
