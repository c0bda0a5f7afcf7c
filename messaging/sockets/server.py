"""The server of ASGI services: uvicorn under gunicorn, with limits that its defaults lack."""

from __future__ import annotations

import asyncio
import warnings
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn_worker import UvicornWorker

from ticketing_common.incoming import HEADER_SECONDS, REQUEST_SECONDS, STALL_SECONDS, Framing, error_document, refusal

with warnings.catch_warnings():
    # Unlike its successor, this implementation cuts the line of a client that reads no more when it is closed.
    warnings.simplefilter("ignore")
    from uvicorn.protocols.websockets.websockets_impl import WebSocketProtocol

MAX_FRAME_BYTES = 64 * 1024
CLOSE_SECONDS = 3.0


class SocketProtocol(WebSocketProtocol):
    """Waits a little for a goodbye, then cuts the line: a client that reads no more will not answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.close_timeout = CLOSE_SECONDS

    def write_http_response(self, status: HTTPStatus, headers: Any, body: bytes | None = None) -> None:
        """Refuse a handshake in the services' error form."""
        if status >= HTTPStatus.BAD_REQUEST:
            body = error_document(HTTPStatus(status))
            for name, value in (("Content-Type", "application/json"), ("Content-Length", str(len(body)))):
                if name in headers:
                    del headers[name]
                headers[name] = value
        super().write_http_response(status, headers, body)


class HttpProtocol(HttpToolsProtocol):
    """Cuts the line of a client that stops in the middle of a request, or reads its answer no further.

    Refuses headers and chunks without end: every socket of the process would wait while they are put together.
    """

    _arriving: asyncio.TimerHandle | None = None
    _leaving: asyncio.TimerHandle | None = None
    _began = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._cost = Framing()
        self._expect_data(HEADER_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        self._cost.arrived(len(data))
        super().data_received(data)
        if (status := self._cost.refused) is not None:
            self._refuse(status)
            return
        # Handed to the web-socket protocol by an upgrade, the line is no longer this object's to cut.
        if self._arriving is not None and self.transport.get_protocol() is not self:
            self._stop_waiting()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._began = self.loop.time()
        self._expect_data(HEADER_SECONDS)

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._expect_data(STALL_SECONDS)

    def on_body(self, body: bytes) -> None:
        self._cost.body_arrived()
        super().on_body(body)
        self._expect_data(min(STALL_SECONDS, self._began + REQUEST_SECONDS - self.loop.time()))

    def on_chunk_header(self) -> None:
        self._cost.chunk_arrived()
        if self._cost.has_too_many_chunks:
            raise ValueError("too many chunks")  # ends the parser's work on what has arrived

    def on_message_complete(self) -> None:
        self._cost.request_arrived()
        super().on_message_complete()
        self._expect_data(None)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._leaving = self.loop.call_later(STALL_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._leaving is not None:
            self._leaving.cancel()

    def send_400_response(self, msg: str) -> None:
        self._refuse(self._cost.refused or HTTPStatus.BAD_REQUEST)

    def _refuse(self, status: HTTPStatus) -> None:
        if not self.transport.is_closing():
            self.transport.write(refusal(status))
            self.transport.close()

    def _expect_data(self, seconds: float | None) -> None:
        if self._arriving is not None:
            self._arriving.cancel()
        self._arriving = None if seconds is None else self.loop.call_later(seconds, self.transport.abort)

    def _stop_waiting(self) -> None:
        self._expect_data(None)
        if self._leaving is not None:
            self._leaving.cancel()


class SocketWorker(UvicornWorker):  # type: ignore[misc]
    """Frames of at most 64 KiB, a protocol ping every 20 s, and no more than 20 s to answer it."""

    CONFIG_KWARGS = {
        **UvicornWorker.CONFIG_KWARGS,
        "http": HttpProtocol,
        "ws": SocketProtocol,
        "ws_max_size": MAX_FRAME_BYTES,
        # Compression would encode each frame once per socket, and keep a compressor's memory for each.
        "ws_per_message_deflate": False,
        "ws_ping_interval": 20.0,
        "ws_ping_timeout": 20.0,
        "lifespan": "off",
    }
