"""Sockets that only listen, for many at little cost."""

from __future__ import annotations

import asyncio
import base64
import os
import time
from typing import Any


class Listener(asyncio.Protocol):
    """A socket that only listens: notes when each numbered text arrives. Far cheaper than a full client."""

    def __init__(self, path: str, token: str) -> None:
        self.path, self.token = path, token
        self.arrived: dict[int, float] = {}
        self.last_at = 0.0
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._is_open = False
        self._rest = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {self.path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Authorization: Bearer {self.token}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self.last_at = now = time.perf_counter()
        if not self._is_open:
            assert b" 101 " in data[:30], data[:200]
            self._is_open = True
            self.ready.set_result(None)
        start = data.find(b"mark-")
        while start >= 0:
            digits = data[start + 5 : start + 11]
            if digits.isdigit():
                self.arrived.setdefault(int(digits), now)
            start = data.find(b"mark-", start + 5)

    def send(self, text: str) -> None:
        payload = text.encode()
        mask = b"\0\0\0\0"
        assert self.transport is not None
        if len(payload) < 126:
            self.transport.write(bytes([0x81, 0x80 | len(payload)]) + mask + payload)
        else:
            self.transport.write(bytes([0x81, 0xFE]) + len(payload).to_bytes(2, "big") + mask + payload)


async def listen(ports: list[int], paths: list[str], tokens: list[str]) -> list[Listener]:
    loop = asyncio.get_running_loop()
    listeners: list[Listener] = []
    for number, path in enumerate(paths):
        port = ports[number % len(ports)]
        listener = Listener(path, tokens[number % len(tokens)])
        await loop.create_connection(lambda listener=listener: listener, "127.0.0.1", port)  # type: ignore[misc]
        listeners.append(listener)
        if number % 20 == 19:
            await asyncio.wait_for(listeners[-1].ready, 30)
    await asyncio.gather(*(listener.ready for listener in listeners))
    return listeners
