"""The server of ASGI services: no request, however it is made, holds up its other clients."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from ticketing_testing.web_server import answer_on, gunicorn, send

SERVICE = Path(__file__).resolve().parents[2]
APPLICATION = """
async def application(scope, receive, send):
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close"})
        return
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": f"{scope['method']} {scope['path']} {size}".encode()})
"""
CHUNKED = b"POST /a/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
UPGRADE = b"GET /ws/ HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    worker = ("-k", "sockets.server.SocketWorker")
    with gunicorn(tmp_path_factory.mktemp("asgi"), APPLICATION, *worker, import_from=[SERVICE]) as port:
        yield port


@pytest.fixture
def lines() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"x" * 70_000, 431),
        (CHUNKED + b"1\r\na\r\n" * 10_001, 413),
        (UPGRADE + b"Sec-WebSocket-Key: x\r\nSec-WebSocket-Version: 99\r\n\r\n", 400),
        (UPGRADE + b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n", 403),
    ],
    ids=["nonsense", "two lengths", "a long header", "many chunks", "an odd handshake", "a socket refused"],
)
def test_what_is_refused_has_the_error_form_of_the_services(
    port: int, lines: ExitStack, request_bytes: bytes, status: int
) -> None:
    said, body = answer_on(send(port, request_bytes, lines))

    assert said == status
    document = json.loads(body)
    assert document["type"] == "client_error"
    assert set(document["errors"][0]) == {"code", "detail", "attr"}


@pytest.mark.parametrize(
    "beginning",
    [b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: ", CHUNKED + b"5\r\nhello\r\n0\r\nX-Long: "],
    ids=["before a body", "after a body"],
)
def test_a_header_without_end_is_taken_no_further(port: int, lines: ExitStack, beginning: bytes) -> None:
    """Put together piece by piece, 40 MB of it took ten seconds, for which nobody else was heard."""
    line = send(port, beginning, lines)
    taken = 0
    with suppress(ConnectionError, TimeoutError):
        line.settimeout(5)
        while taken < 40_000_000:
            taken += line.send(b"x" * 1_000_000)

    assert taken < 20_000_000  # what the buffers of both ends hold, and no more
    assert answer_on(send(port, b"GET /quick/ HTTP/1.1\r\nHost: a\r\n\r\n", lines)) == (200, b"GET /quick/ 0")


def test_chunks_of_one_byte_hold_up_nobody(port: int, lines: ExitStack) -> None:
    """A million of them, each joined to those before, took a minute."""
    began = time.monotonic()
    send(port, CHUNKED + b"1\r\na\r\n" * 1_000_000, lines)

    assert answer_on(send(port, b"GET /quick/ HTTP/1.1\r\nHost: a\r\n\r\n", lines)) == (200, b"GET /quick/ 0")
    assert time.monotonic() - began < 5


def test_a_large_body_small_chunks_and_a_further_request_arrive(port: int, lines: ExitStack) -> None:
    line = send(port, b"POST /a/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n" + b"x" * 3_000_000, lines)
    assert answer_on(line) == (200, b"POST /a/ 3000000")

    line.sendall(CHUNKED + b"1\r\na\r\n" * 9_000 + b"0\r\nX-Sum: 9000\r\n\r\n")
    assert answer_on(line) == (200, b"POST /a/ 9000")

    large = b"%x\r\n" % 100_000 + b"x" * 100_000 + b"\r\n"
    line.sendall(CHUNKED + large * 30 + b"0\r\n\r\n")
    assert answer_on(line) == (200, b"POST /a/ 3000000")
