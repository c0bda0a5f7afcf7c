"""The server of WSGI services: clients that send or read slowly hold none of its threads."""

from __future__ import annotations

import http.client
import json
import resource
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from ticketing_common.incoming import HEADER_SECONDS
from ticketing_common.web import LINGER_SECONDS
from ticketing_testing.web_server import answer_on, gunicorn, send

APPLICATION = """
import time

def application(environ, start_response):
    path, body = environ["PATH_INFO"], environ["wsgi.input"].read()
    if path == "/fails/":
        raise RuntimeError("on purpose")
    start_response("200 OK", [("Content-Type", "text/plain")])
    if path == "/export/":
        return (b"x" * 65536 for _ in range(200))
    return [f"{environ['REQUEST_METHOD']} {path} {len(body)}".encode()]
"""
THREADS = 2
CHUNKED = b"POST /a/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with server(tmp_path_factory.mktemp("web")) as port:
        yield port


@contextmanager
def server(folder: Path, *, largest_file: int = resource.RLIM_INFINITY) -> Iterator[int]:
    (folder / "conf.py").write_text(
        f"from ticketing_common.gunicorn_conf import *\nthreads = {THREADS}\npost_worker_init = lambda worker: None\n"
    )
    with gunicorn(folder, APPLICATION, "-c", str(folder / "conf.py"), largest_file=largest_file) as port:
        yield port


@pytest.fixture
def lines() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def seconds_for_a_quick_answer(port: int) -> float:
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/quick/")
    assert connection.getresponse().read() == b"GET /quick/ 0"
    connection.close()
    return time.monotonic() - began


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"GET /slow/ HTTP/1.1\r\nHost: a",
        b"POST /slow/ HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nbegin",
        b"POST /slow/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nbegin",
        b"GET /export/ HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /quick/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    ],
    ids=["silent", "headers", "body", "chunks", "an answer that is not read", "a line that is not closed"],
)
def test_slow_clients_hold_up_nobody(port: int, lines: ExitStack, beginning: bytes) -> None:
    for _ in range(THREADS * 4):
        send(port, beginning, lines)

    # A held thread would be free again only after a time limit; the answers that nobody reads take time to produce.
    deadline = time.monotonic() + HEADER_SECONDS / 2
    while seconds_for_a_quick_answer(port) > 0.5:
        assert time.monotonic() < deadline


def test_a_request_in_pieces_arrives_whole(port: int, lines: ExitStack) -> None:
    line = send(port, b"POST /slow/ HTTP/1.1\r\nHo", lines)
    for piece in (b"st: a\r\nContent-Length: 10\r\n", b"\r\n12345", b"67890"):
        time.sleep(0.05)
        line.sendall(piece)

    assert answer_on(line) == (200, b"POST /slow/ 10")


def test_chunks_a_large_body_and_a_second_request_on_the_same_line(port: int, lines: ExitStack) -> None:
    chunks = b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    large = b"Content-Length: 3000000\r\n\r\n" + b"x" * 3_000_000
    head = b"POST /a/ HTTP/1.1\r\nHost: a\r\n"
    line = send(port, head + chunks, lines)
    assert answer_on(line) == (200, b"POST /a/ 5")

    line.sendall(head + large)
    assert answer_on(line) == (200, b"POST /a/ 3000000")


def test_requests_sent_at_once_are_answered_in_turn(port: int, lines: ExitStack) -> None:
    line = send(port, b"".join(b"GET /%d/ HTTP/1.1\r\nHost: a\r\n\r\n" % number for number in range(5)), lines)
    reader = line.makefile("rb")
    bodies = []
    for _ in range(5):
        length = 0
        while (header := reader.readline().strip()) != b"":
            if header.lower().startswith(b"content-length:"):
                length = int(header.split(b":")[1])
        if length:
            bodies.append(reader.read(length))
        else:
            size = int(reader.readline(), 16)
            bodies.append(reader.read(size))
            assert reader.read(7) == b"\r\n0\r\n\r\n"

    assert bodies == [b"GET /%d/ 0" % number for number in range(5)]


def test_an_export_that_is_read_slowly_arrives_whole(port: int, lines: ExitStack) -> None:
    line = send(port, b"GET /export/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", lines)
    time.sleep(0.5)

    status, body = answer_on(line)
    assert status == 200
    assert len(body) == 200 * 65536


def test_a_client_is_told_to_go_on_with_its_body(port: int, lines: ExitStack) -> None:
    line = send(port, b"POST /a/ HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n", lines)

    assert line.recv(100).startswith(b"HTTP/1.1 100 ")
    line.sendall(b"ok")
    assert answer_on(line) == (200, b"POST /a/ 2")


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET /" + b"x" * 5000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"x" * 70_000, 431),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\n", 413),
        (CHUNKED + b"5\r\nhello\r\n0\r\nX-Long: " + b"x" * 140_000, 431),
        (CHUNKED + b"1\r\na\r\n" * 10_001, 413),
    ],
)
def test_what_is_refused_has_the_error_form_of_the_services(
    port: int, lines: ExitStack, request_bytes: bytes, status: int
) -> None:
    said, body = answer_on(send(port, request_bytes, lines))

    assert said == status
    document = json.loads(body)
    assert document["type"] == "client_error"
    assert set(document["errors"][0]) == {"code", "detail", "attr"}


def test_small_chunks_and_trailers_arrive(port: int, lines: ExitStack) -> None:
    line = send(port, CHUNKED + b"1\r\na\r\n" * 9_000 + b"0\r\nX-Sum: 9000\r\n\r\n", lines)

    assert answer_on(line) == (200, b"POST /a/ 9000")


def test_a_trailer_without_end_holds_up_nobody(port: int, lines: ExitStack) -> None:
    """Put together piece by piece, it took a minute, for which nobody else was heard."""
    began = time.monotonic()
    line = send(port, CHUNKED + b"5\r\nhello\r\n0\r\nX-Long: ", lines)
    with suppress(ConnectionError):  # refused before all of it was sent
        line.sendall(b"x" * 38_000_000)

    seconds_for_a_quick_answer(port)
    assert time.monotonic() - began < LINGER_SECONDS + 3


def test_what_waits_on_disk_is_bounded_and_small_requests_go_on(port: int, lines: ExitStack) -> None:
    """Strangers would fill the disk, on which every upload depends."""
    size = 39 * 2**20
    head = b"POST /a/ HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % size
    waiting = [send(port, head + b"x" * (size - 1), lines) for _ in range(2)]
    with suppress(ConnectionError):  # refused before all of it was sent
        refused = send(port, head, lines)
        refused.sendall(b"x" * size)

    said, body = answer_on(refused)
    assert (said, json.loads(body)["errors"][0]["code"]) == (503, "service_unavailable")
    assert seconds_for_a_quick_answer(port) < 5
    for line in waiting:
        line.sendall(b"x")
        assert answer_on(line) == (200, b"POST /a/ %d" % size)
    for _ in range(4):  # what was done with is not counted any more
        assert answer_on(send(port, head + b"x" * size, lines)) == (200, b"POST /a/ %d" % size)


def test_a_full_disk_refuses_large_requests_alone(tmp_path: Path, lines: ExitStack) -> None:
    with server(tmp_path, largest_file=500_000) as port:
        head = b"POST /a/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n"
        said, body = answer_on(send(port, head + b"x" * 600_000, lines))

        assert (said, json.loads(body)["errors"][0]["code"]) == (503, "service_unavailable")
        assert seconds_for_a_quick_answer(port) < 5


def test_what_fails_outside_the_framework_is_a_500_in_that_form(port: int, lines: ExitStack) -> None:
    said, body = answer_on(send(port, b"GET /fails/ HTTP/1.1\r\nHost: a\r\n\r\n", lines))

    assert said == 500
    assert json.loads(body)["type"] == "server_error"


def test_a_request_that_never_ends_is_refused_in_time(port: int, lines: ExitStack) -> None:
    line = send(port, b"GET /slow/ HTTP/1.1\r\nHost: a", lines)

    said, body = answer_on(line)
    assert said == 408
    assert json.loads(body)["errors"][0]["code"] == "request_timeout"
