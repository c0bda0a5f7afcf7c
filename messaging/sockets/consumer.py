"""One socket: who it is, what it may, what it says, and a bounded queue of what it is sent."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import orjson
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.db import Error as DatabaseError

from sockets.hub import Hub
from sockets.limits import TokenBucket
from sockets.rooms import FORBIDDEN, Room
from sockets.threads import SOCKETS
from ticketing_common import revocations
from ticketing_common.context import accept_request_id, request_id_var
from ticketing_common.errors import Refusal
from ticketing_common.jwt import Identity, InvalidToken, bearer_token, verify
from ticketing_common.logs import logger
from tickets.events import encode, with_ref

log = logger(__name__)

SUBPROTOCOL = "tts.v1"

BAD_FRAMES, UNAUTHENTICATED, IDLE, TOO_FAST = 4400, 4401, 4408, 4429
# The standard code for "try again later": the client reads too slowly, and gets what it missed when it is back.
TOO_SLOW = 1013
INTERNAL_ERROR = 1011
CLOSE_SECONDS = 60.0  # the server's own limit is shorter; a shorter one here would leave the connection open

Frame = dict[str, Any]
Ref = str | int | None


class BadFrame(Exception):
    """What came is not a frame of the protocol."""


class SocketConsumer(AsyncJsonWebsocketConsumer):
    # Sockets share their process's channel (see the hub); none has one of its own.
    channel_layer_alias = "none"
    receives_inbox = False

    identity: Identity

    def __init__(self) -> None:
        super().__init__()
        self.user_id, self.full_name = 0, ""
        self.is_admin = self.sees_internal = False
        self.hub: Hub | None = None
        self.room: Room | None = None
        self.sent_seq = 0
        self.refs: dict[int, str | int] = {}
        self.is_closing = False
        # Held while something is sent, so that numbers reach the client in order, whoever sends.
        self.sending = asyncio.Lock()
        self._sending_since: float | None = None
        self._queue: asyncio.Queue[tuple[str, int]] = asyncio.Queue(settings.SOCKET_QUEUE)
        self._writer: asyncio.Task[None] | None = None
        self._closer: asyncio.Task[None] | None = None
        self._bad_frames = 0
        self._bucket = TokenBucket(rate=settings.SOCKET_RATE, burst=settings.SOCKET_BURST)
        self._heard_at = time.monotonic()

    # -- what the kinds of socket differ in

    async def admit(self) -> Frame | None:
        """Enter the hub and return the first frame, or None when the person may not."""
        raise NotImplementedError

    def admitted(self) -> None:
        """The first frame is queued."""

    async def on_frame(self, kind: str, frame: Frame, ref: Ref) -> None:
        raise BadFrame(f"Unknown type {kind!r}.")

    def check_rights(self) -> None:
        """Close the socket if the person may not be here any more."""

    # -- the connection's life

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._leave()  # however it ended, nothing is sent to it any more

    async def connect(self) -> None:
        headers = dict(self.scope["headers"])
        request_id_var.set(accept_request_id(headers.get(b"x-request-id", b"").decode("latin-1")))
        offered = list(self.scope.get("subprotocols") or ())
        await self.accept(subprotocol=SUBPROTOCOL if SUBPROTOCOL in offered else None)
        try:
            self._identify(await SOCKETS.run(verify, _token(headers, offered)))
            first = await self.admit()
        except InvalidToken:
            await self.close(UNAUTHENTICATED)
            return
        except DatabaseError as error:
            log.warning("socket_not_admitted", error=type(error).__name__)
            await self.close(INTERNAL_ERROR)
            return
        if first is None or self.hub is None:
            await self.close(FORBIDDEN)
        elif len(self.hub.sockets_of(self.user_id)) > settings.SOCKETS_PER_USER:
            self._leave()
            await self.close(TOO_FAST)
        else:
            self.offer(encode(first))
            self._writer = asyncio.create_task(self._write())
            self.admitted()

    def _identify(self, identity: Identity) -> None:
        self.identity = identity
        self.user_id, self.full_name = identity.user_id, identity.full_name
        self.is_admin, self.sees_internal = identity.is_admin, identity.is_agent

    async def disconnect(self, code: int) -> None:
        self._leave()
        if self._closer is not None:
            self._closer.cancel()

    def _leave(self) -> None:
        self.is_closing = True
        if self._writer is not None:
            self._writer.cancel()
        if self.hub is not None:
            self.hub.leave(self)
            self.hub = None

    def shut(self, code: int) -> None:
        """Send nothing more and close."""
        if not self.is_closing:
            self._leave()
            self._closer = asyncio.create_task(self._close(code))

    async def _close(self, code: int) -> None:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.close(code)
        except (OSError, RuntimeError):
            # It closed by itself meanwhile, or its network takes nothing any more.
            log.info("socket_abandoned", user_id=self.user_id)

    def tick(self, moment: float) -> None:
        """Close the socket if its time is over. `moment` is what `time.monotonic()` says."""
        if time.time() >= self.identity.expires_at + settings.SOCKET_EXPIRY_GRACE:
            self.shut(UNAUTHENTICATED)
        elif revocations.known.covers(self.identity):
            # Whoever ended the session is heard at once; this finds what was learned late, after a break.
            self.shut(UNAUTHENTICATED)
        elif moment - self._heard_at > settings.SOCKET_IDLE_SECONDS:
            self.shut(IDLE)
        elif self._sending_since is not None and moment - self._sending_since > settings.SOCKET_STALL_SECONDS:
            self._drop()

    # -- what the client is sent

    def offer(self, text: str, seq: int = 0) -> None:
        """Queue a frame. A reader that lags too far is dropped, and harms nobody else."""
        if self.is_closing:
            return
        try:
            self._queue.put_nowait((text, seq))
        except asyncio.QueueFull:
            self._drop()

    def _drop(self) -> None:
        log.info("socket_too_slow", user_id=self.user_id, queued=self._queue.qsize())
        self.shut(TOO_SLOW)

    async def _write(self) -> None:
        try:
            while True:
                text, seq = await self._queue.get()
                async with self.sending:
                    # Sent already by a resume: sent again only if it is the answer that somebody waits for.
                    if not seq or seq > self.sent_seq or seq in self.refs:
                        await self.put(text, seq)
        except OSError:
            log.debug("socket_gone", user_id=self.user_id)

    async def put(self, text: str, seq: int = 0) -> None:
        """Send a frame, with the client's ref if its own write made the event. The caller holds `sending`."""
        self.sent_seq = max(self.sent_seq, seq)
        ref = self.refs.pop(seq, None)
        self._sending_since = time.monotonic()
        try:
            await self.send(text_data=text if ref is None else with_ref(text, ref))
        finally:
            self._sending_since = None

    def answer(self, frame: Frame, ref: Ref) -> None:
        self.offer(encode(frame if ref is None else frame | {"ref": ref}))

    def refuse(self, code: str, detail: str, ref: Ref, **extra: Any) -> None:
        self.offer(encode({"type": "error", "code": code, "detail": detail, "ref": ref, **extra}))

    # -- what the client says

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **_: Any) -> None:
        if self.is_closing:
            return
        self._heard_at = time.monotonic()
        if not self._bucket.take(self._heard_at):
            self.shut(TOO_FAST)
            return
        ref: Ref = None
        try:
            frame = await self.decode_json(text_data)
            ref = _ref(frame)
            await self._obey(frame["type"], frame, ref)
        except BadFrame as error:
            await self._on_bad_frame(str(error), ref)
        except Refusal as error:
            if error.code == "ticket_not_found":
                self.shut(FORBIDDEN)
            else:
                self.refuse(error.code, error.detail, ref, attr=error.attr)
        except DatabaseError as error:
            log.warning("socket_write_failed", error=type(error).__name__)
            self.refuse("unavailable", "The service cannot reach its database.", ref)

    async def _on_bad_frame(self, detail: str, ref: Ref) -> None:
        self._bad_frames += 1
        if self._bad_frames < settings.SOCKET_BAD_FRAMES:
            self.refuse("bad_frame", detail, ref)
            return
        async with self.sending:
            await self.put(encode({"type": "error", "code": "bad_frame", "detail": detail, "ref": ref}))
        self.shut(BAD_FRAMES)

    @classmethod
    async def decode_json(cls, text_data: str | None) -> Frame:
        if text_data is None:
            raise BadFrame("Frames are JSON text.")
        try:
            frame = orjson.loads(text_data)
        except orjson.JSONDecodeError as error:
            raise BadFrame("This is not JSON.") from error
        if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
            raise BadFrame("A frame is an object with a type.")
        return frame

    async def _obey(self, kind: str, frame: Frame, ref: Ref) -> None:
        if kind == "ping":
            self.answer({"type": "pong", "timestamp": _timestamp(frame)}, ref)
        elif kind == "renew":
            await self._renew(frame, ref)
        elif time.time() >= self.identity.expires_at + settings.SOCKET_EXPIRY_GRACE:
            self.shut(UNAUTHENTICATED)
        else:
            await self.on_frame(kind, frame, ref)

    async def _renew(self, frame: Frame, ref: Ref) -> None:
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
        self._identify(identity)
        self.check_rights()
        self.answer({"type": "renewed", "expires_at": identity.expires_at}, ref)


def _token(headers: dict[bytes, bytes], offered: list[str]) -> str:
    """Return the token from the header or, from browsers, from beside the subprotocol."""
    token = bearer_token(headers.get(b"authorization", b"").decode("latin-1"))
    if token is None and len(offered) == 2 and offered[0] == SUBPROTOCOL:
        token = offered[1]
    if token is None:
        raise InvalidToken("token_missing", "No token.")
    return token


def _ref(frame: Frame) -> Ref:
    ref = frame.get("ref")
    if ref is None or (isinstance(ref, int) and not isinstance(ref, bool)):
        return ref
    if isinstance(ref, str) and len(ref) <= 64:
        return ref
    raise BadFrame("ref is a number or a text of at most 64 characters.")


def _timestamp(frame: Frame) -> Any:
    timestamp = frame.get("timestamp")
    if isinstance(timestamp, dict | list):
        raise BadFrame("timestamp is a number or a text.")
    return timestamp
