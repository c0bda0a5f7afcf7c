"""A client as docs/sockets.md asks for: keeps a copy of the conversation up to date, whatever happens to its socket."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

AWAY = (OSError, WebSocketException, TimeoutError)


class Reader:
    def __init__(self, urls: list[str], ticket_number: str, token: str, chance: random.Random) -> None:
        self.urls = urls
        self.ticket_number = ticket_number
        self.token = token
        self.chance = chance
        self.last_seq = 0
        self.comments: dict[int, dict[str, Any]] = {}
        self.applied: list[int] = []
        self.connections = 0
        self.errors: list[dict[str, Any]] = []
        self._socket: ClientConnection | None = None
        self._is_resuming = False
        self._unsent: dict[str, dict[str, Any]] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._live())

    async def stop(self) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def kill(self) -> None:
        """Cut the connection as a network does: no goodbye."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def say(self, kind: str, ref: str, **fields: Any) -> None:
        """Say it until it is answered: what gets lost with a connection is said again on the next."""
        self._unsent[ref] = {"type": kind, "ref": ref, **fields}
        await self._send(self._unsent[ref])

    @property
    def has_said_all(self) -> bool:
        return not self._unsent

    async def _send(self, frame: dict[str, Any]) -> None:
        if self._socket is not None:
            try:
                await self._socket.send(json.dumps(frame))
            except AWAY:
                self._socket = None

    async def _live(self) -> None:
        while True:
            url = f"{self.chance.choice(self.urls)}/ws/comments/{self.ticket_number}/"
            headers = {"Authorization": f"Bearer {self.token}"}
            try:
                async with connect(url, additional_headers=headers, open_timeout=30, close_timeout=1) as socket:
                    self.connections += 1
                    await self._converse(socket)
            except AWAY:
                pass
            self._socket = None
            await asyncio.sleep(self.chance.uniform(0, 0.1))

    async def _converse(self, socket: ClientConnection) -> None:
        first = json.loads(await socket.recv())
        assert first["type"] == "connection_established", first
        self._socket = socket
        await self._resume()
        for frame in tuple(self._unsent.values()):
            await self._send(frame)
        async for text in socket:
            await self._take(json.loads(text))

    async def _resume(self) -> None:
        self._is_resuming = True
        await self._send({"type": "resume", "last_seq": self.last_seq})

    async def _take(self, frame: dict[str, Any]) -> None:
        if frame.get("ref") is not None:
            self._unsent.pop(frame["ref"], None)
            if frame["type"] == "error":
                self.errors.append(frame)
        if frame["type"] == "resumed":
            assert frame["complete"], frame
            self._is_resuming = False
            if self.last_seq < frame["seq"]:
                await self._resume()
        elif "seq" in frame and frame["type"] in {"comment_update", "ticket_update", "skip"}:
            await self._apply(frame)

    async def _apply(self, frame: dict[str, Any]) -> None:
        seq = frame["seq"]
        if seq == self.last_seq + 1:
            self.last_seq = seq
            self.applied.append(seq)
            if frame["type"] == "comment_update":
                self.comments[frame["comment"]["id"]] = frame["comment"]
        elif seq > self.last_seq and not self._is_resuming:
            await self._resume()
