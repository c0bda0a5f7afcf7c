"""One socket: who it is, what it may, what it says, and a bounded queue of what it is told."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Any

import orjson
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import Error as DatabaseError

from sockets.frames import encode, with_ref
from sockets.hub import Hub, hub
from sockets.limits import Patience, TokenBucket
from sockets.rooms import Room
from sockets.threads import SOCKETS
from ticketing_common import revocations
from ticketing_common.context import accept_request_id, request_id_var
from ticketing_common.errors import Refusal
from ticketing_common.jwt import Identity, InvalidToken, bearer_token, verify
from ticketing_common.logs import logger

log = logger(__name__)

SUBPROTOCOL = "tts.v1"

BAD_FRAMES, UNAUTHENTICATED, FORBIDDEN, IDLE, TOO_FAST = 4400, 4401, 4403, 4408, 4429
# The standard code for "try again later": the client reads too slowly, and gets what it missed when it is back.
TOO_SLOW = 1013
INTERNAL_ERROR = 1011

Frame = dict[str, Any]


class BadFrame(Exception):
    """What came is not a frame of the protocol."""


class SocketConsumer(AsyncWebsocketConsumer):
    # Sockets share their process's channel (see the hub); none has one of its own.
    channel_layer_alias = "none"

    identity: Identity
    user_id = 0
    full_name = ""
    is_admin = False
    sees_internal = False
    sent_seq = 0

    def __init__(self) -> None:
        super().__init__()
        self.hub: Hub | None = None
        self.room: Room | None = None
        self._queue: deque[tuple[str, int]] = deque()
        self._wake = asyncio.Event()
        self._may_send = asyncio.Event()
        self._may_send.set()
        self._send_lock = asyncio.Lock()
        self._sending_since: float | None = None
        self._writer: asyncio.Task[None] | None = None
        self._closer: asyncio.Task[None] | None = None
        self._refs: dict[int, str | int] = {}
        self._bad_frames = 0
        self._bucket = TokenBucket(rate=settings.SOCKET_RATE, burst=settings.SOCKET_BURST)
        self._heard_at = time.monotonic()

    # -- what the kinds of socket differ in

    async def admit(self, identity: Identity) -> Frame | None:
        """Enter where the socket belongs and return its first frame, or None when the person may not."""
        raise NotImplementedError

    def admitted(self) -> None:
        """The first frame is on its way."""

    async def on_frame(self, kind: str, frame: Frame, ref: str | int | None) -> None:
        raise BadFrame(f"Unknown type {kind!r}.")

    def check_rights(self) -> None:
        """Close the socket if the person may not be here any more."""

    # -- the connection's life

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._leave()  # however it ended, nobody goes on talking to it

    async def dispatch(self, message: Frame) -> None:
        # Unlike Channels', without a trip to another thread per message: no database work happens on this one.
        kind = message["type"]
        if kind == "websocket.receive":
            await self.receive(text_data=message.get("text"), bytes_data=message.get("bytes"))
        elif kind == "websocket.connect":
            await self.connect()
        elif kind == "websocket.disconnect":
            await self.disconnect(message.get("code", 1005))
            raise StopConsumer()

    async def connect(self) -> None:
        headers = dict(self.scope.get("headers", ()))
        request_id_var.set(accept_request_id(headers.get(b"x-request-id", b"").decode("latin-1")))
        offered = list(self.scope.get("subprotocols") or ())
        await self.accept(subprotocol=SUBPROTOCOL if SUBPROTOCOL in offered else None)
        try:
            self._be(await SOCKETS.run(verify, self._token(headers, offered)))
        except InvalidToken:
            await self.close(UNAUTHENTICATED)
            return
        try:
            first = await self.admit(self.identity)
        except DatabaseError as error:
            log.warning("socket_not_admitted", error=type(error).__name__)
            await self.close(INTERNAL_ERROR)
            return
        if first is None:
            await self.close(FORBIDDEN)
            return
        self.hub = hub()
        if len(self.hub.sockets_of(self.user_id)) > settings.SOCKETS_PER_USER:
            self.hub.leave(self, self.room)
            await self.close(TOO_FAST)
            return
        self.offer(encode(first))
        self._writer = asyncio.create_task(self._write())
        self.admitted()

    @staticmethod
    def _token(headers: dict[bytes, bytes], offered: list[str]) -> str:
        """Return the token from the header or, from browsers, from beside the subprotocol."""
        token = bearer_token(headers.get(b"authorization", b"").decode("latin-1"))
        if token is None and len(offered) == 2 and offered[0] == SUBPROTOCOL:
            token = offered[1]
        if token is None:
            raise InvalidToken("token_missing", "No token.")
        return token

    def _be(self, identity: Identity) -> None:
        self.identity = identity
        self.user_id, self.full_name = identity.user_id, identity.full_name
        self.is_admin, self.sees_internal = identity.is_admin, identity.is_agent

    async def disconnect(self, code: int) -> None:
        self._leave()
        if self._closer is not None:
            self._closer.cancel()

    def _leave(self) -> None:
        if self._writer is not None:
            self._writer.cancel()
            self._writer = None
        if self.hub is not None:
            self.hub.leave(self, self.room)
            self.hub = None

    def shut(self, code: int) -> None:
        """Say nothing more and close."""
        if self._closer is None:
            self._queue.clear()
            self._leave()
            self._closer = asyncio.create_task(self._close(code))

    async def _close(self, code: int) -> None:
        try:
            # The server's own patience is shorter; cutting it short here would leave the line open.
            async with asyncio.timeout(60):
                await self.close(code)
        except (OSError, RuntimeError):
            # It closed by itself meanwhile, or its network takes nothing any more.
            log.info("socket_abandoned", user_id=self.user_id)

    def tick(self, moment: float, patience: Patience) -> None:
        """Close the socket if its time is over. `moment` is what `time.monotonic()` says."""
        if time.time() >= self.identity.expires_at + patience.expiry_grace:
            self.shut(UNAUTHENTICATED)
        elif revocations.known.covers(self.identity):
            # Whoever ended the session is heard at once; this finds what was learned late, after a break.
            self.shut(UNAUTHENTICATED)
        elif moment - self._heard_at > patience.idle:
            self.shut(IDLE)
        elif self._sending_since is not None and moment - self._sending_since > patience.stall:
            self._drop()

    # -- what the client is told

    def offer(self, text: str, seq: int = 0) -> None:
        """Queue a frame. A reader that lags too far is dropped, and harms nobody else."""
        if self._closer is not None:
            return
        if len(self._queue) >= settings.SOCKET_QUEUE:
            self._drop()
            return
        self._queue.append((text, seq))
        self._wake.set()

    def _drop(self) -> None:
        log.info("socket_too_slow", user_id=self.user_id, queued=len(self._queue))
        self.shut(TOO_SLOW)

    async def _write(self) -> None:
        try:
            await self._write_on()
        except OSError:
            log.debug("socket_gone", user_id=self.user_id)

    async def _write_on(self) -> None:
        while True:
            while not self._queue:
                self._wake.clear()
                await self._wake.wait()
            await self._may_send.wait()
            async with self._send_lock:
                # Written within this lock, numbers reach the client in order, whoever sends.
                if not self._queue:
                    continue
                text, seq = self._queue.popleft()
                if seq:
                    # Shown already by a resume: sent again only if it is the answer that somebody waits for.
                    if seq <= self.sent_seq and seq not in self._refs:
                        continue
                    self.sent_seq = max(self.sent_seq, seq)
                    text = self.as_answer(text, seq)
                await self._put(text)

    def as_answer(self, text: str, seq: int) -> str:
        """Put the client's ref into the frame of the event that its own write made."""
        ref = self._refs.pop(seq, None) if self._refs else None
        return text if ref is None else with_ref(text, ref)

    async def send_now(self, text: str) -> None:
        """Send past the queue, for answers that must come before what waits there."""
        async with self._send_lock:
            await self._put(text)

    async def _put(self, text: str) -> None:
        self._sending_since = time.monotonic()
        try:
            await self.base_send({"type": "websocket.send", "bytes": None, "text": text})
        finally:
            self._sending_since = None

    def answer(self, frame: Frame, ref: str | int | None) -> None:
        self.offer(encode(frame if ref is None else frame | {"ref": ref}))

    def refuse(self, code: str, detail: str, ref: str | int | None, **extra: Any) -> None:
        self.offer(encode({"type": "error", "code": code, "detail": detail, "ref": ref, **extra}))

    # -- what the client says

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._closer is not None or self.hub is None:
            return
        self._heard_at = time.monotonic()
        if not self._bucket.take(self._heard_at):
            self.shut(TOO_FAST)
            return
        ref: str | int | None = None
        try:
            frame = self._parse(text_data)
            ref = self._ref(frame)
            await self._obey(frame["type"], frame, ref)
        except BadFrame as error:
            self._bad_frames += 1
            if self._bad_frames >= settings.SOCKET_BAD_FRAMES:
                await self.send_now(encode({"type": "error", "code": "bad_frame", "detail": str(error), "ref": ref}))
                self.shut(BAD_FRAMES)
            else:
                self.refuse("bad_frame", str(error), ref)
        except Refusal as error:
            if error.code == "ticket_not_found":
                self.shut(FORBIDDEN)
            else:
                self.refuse(error.code, error.detail, ref, attr=error.attr)
        except DatabaseError as error:
            log.warning("socket_write_failed", error=type(error).__name__)
            self.refuse("unavailable", "The service cannot reach its database.", ref)

    @staticmethod
    def _parse(text: str | None) -> Frame:
        if text is None:
            raise BadFrame("Frames are JSON text.")
        try:
            frame = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise BadFrame("This is not JSON.") from error
        if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
            raise BadFrame("A frame is an object with a type.")
        return frame

    @staticmethod
    def _ref(frame: Frame) -> str | int | None:
        ref = frame.get("ref")
        if ref is None or (isinstance(ref, int) and not isinstance(ref, bool)):
            return ref
        if isinstance(ref, str) and len(ref) <= 64:
            return ref
        raise BadFrame("ref is a number or a text of at most 64 characters.")

    async def _obey(self, kind: str, frame: Frame, ref: str | int | None) -> None:
        if kind == "ping":
            self.answer({"type": "pong", "timestamp": frame.get("timestamp")}, ref)
        elif kind == "renew":
            await self._renew(frame, ref)
        elif time.time() >= self.identity.expires_at + settings.SOCKET_EXPIRY_GRACE:
            self.shut(UNAUTHENTICATED)
        else:
            await self.on_frame(kind, frame, ref)

    async def _renew(self, frame: Frame, ref: str | int | None) -> None:
        token = frame.get("token")
        if not isinstance(token, str):
            raise BadFrame("renew carries a token.")
        try:
            identity = await SOCKETS.run(verify, token)
        except InvalidToken as error:
            self.refuse(error.code, error.detail, ref)
            return
        if identity.user_id != self.user_id:
            self.shut(UNAUTHENTICATED)
            return
        self._be(identity)
        self.check_rights()
        self.answer({"type": "renewed", "expires_at": identity.expires_at}, ref)
