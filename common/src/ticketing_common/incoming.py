"""Requests as they arrive, before any parser that decides what they mean: what they may cost, and refusals."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from tempfile import SpooledTemporaryFile

import httptools

#: Seconds in which the headers of a request must arrive, and without any further byte of its body or its answer.
HEADER_SECONDS = 10.0
STALL_SECONDS = 15.0
#: Seconds that a request may take to arrive at most.
REQUEST_SECONDS = 300.0
#: Bytes: of headers, of a request (more than any service takes), and kept in memory.
MAX_HEADER_BYTES = 64 * 1024
MAX_REQUEST_BYTES = 40 * 2**20
MAX_MEMORY_BYTES = 256 * 1024
#: Bytes on disk, of all requests of a process that arrive or are worked on: two large ones, and room for a third.
MAX_SPOOLED_BYTES = 96 * 2**20
#: Parts of a body that says its length part by part.
MAX_CHUNKS = 10_000


def error_document(status: HTTPStatus) -> bytes:
    """Return the body of an answer in the services' error form, for what no application code gets to see."""
    kind = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "client_error"
    error = {"code": status.name.lower(), "detail": f"{status.phrase}.", "attr": None}
    return json.dumps({"type": kind, "errors": [error]}).encode()


def refusal(status: HTTPStatus) -> bytes:
    """Return such an answer, after which the line is closed."""
    body = error_document(status)
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


class Framing:
    """What a request costs beside its body.

    Parsers take time that grows with the square of a header that comes in pieces, before a body or after it, and make
    a call for each chunk, however small.
    """

    def __init__(self) -> None:
        self._bytes = self._chunks = 0

    def arrived(self, count: int) -> None:
        self._bytes += count

    def body_arrived(self) -> None:
        self._bytes = 0

    def chunk_arrived(self) -> None:
        self._chunks += 1

    def request_arrived(self) -> None:
        """What comes from here on is of the next request on the line."""
        self._bytes = self._chunks = 0

    @property
    def has_too_many_chunks(self) -> bool:
        return self._chunks > MAX_CHUNKS

    @property
    def refused(self) -> HTTPStatus | None:
        """Say why the request goes no further, if so. What comes in one piece with a part of the body is free."""
        if self._bytes > MAX_HEADER_BYTES:
            return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if self.has_too_many_chunks else None


class Spool:
    """What the requests of a process have on disk, which strangers must not fill."""

    def __init__(self) -> None:
        self.size = 0


class Incoming:
    """A request as it arrives. `complete` says when gunicorn's parser, which decides what it means, may read it."""

    def __init__(self, spool: Spool) -> None:
        self.began = time.monotonic()
        self.complete = False
        self.has_headers = False
        self.refused: HTTPStatus | None = None
        self.expects_continue = False
        self.size = 0
        self._length = 0
        self._cost = Framing()
        self._spool = spool
        self._spooled = 0
        self._bytes = SpooledTemporaryFile[bytes](max_size=MAX_MEMORY_BYTES)
        self._framing = httptools.HttpRequestParser(self)

    def feed(self, data: bytes) -> None:
        self.size += len(data)
        try:
            self._bytes.write(data)
        except OSError:  # the disk is full
            self.refused = HTTPStatus.SERVICE_UNAVAILABLE
            return
        if self.size > MAX_MEMORY_BYTES:
            self._spool.size += self.size - self._spooled
            self._spooled = self.size
        self._cost.arrived(len(data))
        try:
            self._framing.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.complete = True
        if max(self._length, self.size) > MAX_REQUEST_BYTES:
            self.refused = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        elif self._spooled and self._spool.size > MAX_SPOOLED_BYTES:
            self.refused = HTTPStatus.SERVICE_UNAVAILABLE
        else:
            self.refused = self._cost.refused
        if self.complete:
            self._bytes.seek(0)

    def on_header(self, name: bytes, value: bytes) -> None:
        match name.lower():
            case b"content-length" if value.isdigit() and len(value) < 20:
                self._length = int(value)
            case b"expect":
                self.expects_continue = value.lower() == b"100-continue"

    def on_headers_complete(self) -> None:
        self.has_headers = True

    def on_body(self, _part: bytes) -> None:
        self._cost.body_arrived()

    def on_chunk_header(self) -> None:
        self._cost.chunk_arrived()

    def on_message_complete(self) -> None:
        self.complete = True

    def recv(self, size: int) -> bytes:
        """Return the next bytes, as a socket would; none at the end of what has arrived."""
        return self._bytes.read(size)

    def close(self) -> None:
        """Give back what is on disk. The parser refers to this object, so nobody else would, for a while."""
        self._bytes.close()
        self._spool.size -= self._spooled
        self._spooled = 0

    def deadline(self) -> float:
        now = time.monotonic()
        if not self.has_headers:
            return self.began + HEADER_SECONDS
        return min(now + STALL_SECONDS, self.began + REQUEST_SECONDS)
