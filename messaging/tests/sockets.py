"""A client of the sockets, for tests inside one process."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Self

from asgiref.testing import ApplicationCommunicator

from config.asgi import application
from tests.factories import NUMBER, token

AMBIENT = {"presence", "typing"}
# How long an answer may take on a machine that is busy with other work.
PATIENCE = 30.0


Untyped: Any = ApplicationCommunicator


class Communicator(Untyped):  # type: ignore[misc]
    """One socket of the application, in this process. (Channels' own wants a server that is not installed.)"""

    def __init__(self, path: str, *, headers: Any = (), subprotocols: Any = ()) -> None:
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "headers": list(headers),
            "subprotocols": list(subprotocols),
        }
        super().__init__(application, scope)

    async def receive_output(self, timeout: float = PATIENCE) -> Any:
        return await super().receive_output(timeout)

    async def connect(self) -> tuple[bool, Any]:
        """Return whether the handshake succeeded, with the subprotocol, else the code."""
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output()
        if answer["type"] == "websocket.accept":
            return True, answer.get("subprotocol")
        return False, answer.get("code")

    async def disconnect(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(PATIENCE)


class Client:
    """A socket that is used as `async with Client(AMARA) as socket:`."""

    def __init__(
        self, user_id: int, path: str = f"/ws/comments/{NUMBER}/", *, headers: Any = None, **claims: Any
    ) -> None:
        if headers is None:
            headers = [(b"authorization", f"Bearer {token(user_id, **claims)}".encode())]
        self.communicator = Communicator(path, headers=headers)
        self.established: dict[str, Any] = {}

    async def __aenter__(self) -> Self:
        is_connected, _ = await self.communicator.connect()
        assert is_connected
        self.established = await self.next("connection_established")
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.communicator.disconnect()

    async def say(self, kind: str, **fields: Any) -> None:
        await self.raw(json.dumps({"type": kind, **fields}))

    async def raw(self, text: str) -> None:
        await self.communicator.send_input({"type": "websocket.receive", "text": text})

    async def any(self, timeout: float = PATIENCE) -> dict[str, Any]:
        message = await self.communicator.receive_output(timeout)
        assert message["type"] == "websocket.send", message
        frame: dict[str, Any] = json.loads(message["text"])
        return frame

    async def next(self, *kinds: str, timeout: float = PATIENCE) -> dict[str, Any]:
        """Return the next frame of these kinds; without kinds, the next that is not about who is here."""
        while True:
            frame = await self.any(timeout)
            if (frame["type"] in kinds) if kinds else (frame["type"] not in AMBIENT):
                return frame

    async def nothing(self, seconds: float = 0.3) -> None:
        """Check that no frame comes but those about who is here."""
        end = asyncio.get_running_loop().time() + seconds
        while (left := end - asyncio.get_running_loop().time()) > 0:
            if await self.communicator.receive_nothing(timeout=left, interval=0.02):
                return
            frame = await self.any()
            assert frame["type"] in AMBIENT, frame

    async def close_code(self, timeout: float = PATIENCE) -> int:
        """Wait until the server closes and return the code; frames before it are passed over."""
        while True:
            message = await self.communicator.receive_output(timeout)
            if message["type"] == "websocket.close":
                return int(message["code"])


async def refused_with(client: Client) -> int:
    """Connect and return the code with which the server closes before it says anything."""
    is_connected, _ = await client.communicator.connect()
    assert is_connected, "the socket is accepted first, so that a browser sees the code"
    message = await client.communicator.receive_output()
    assert message["type"] == "websocket.close", message
    await client.communicator.disconnect()
    return int(message["code"])
