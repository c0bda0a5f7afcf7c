"""Clients that stop in the middle of a request, at the services' own ports and at the gateway, stop nobody else."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
import requests
from stack import Stack

#: Twice the threads of a web process, of each kind.
CLIENTS = 8
#: Seconds in which an answer must come within half a second; below every limit after which a client is dropped.
PATIENCE_SECONDS = 5
BEGINNINGS = {
    "silent": b"",
    "headers": b"GET /health/ HTTP/1.1\r\nHost: localhost",
    "body": b"POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
    "chunks": b"POST /login/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{",
    "open": b"GET /health/live/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
}


@pytest.mark.parametrize("kind", BEGINNINGS)
@pytest.mark.parametrize("place", ["auth", "workflow", "messaging", "notification", "ticket", "frontend"])
def test_unfinished_requests_hold_up_nobody(stack: Stack, place: str, kind: str) -> None:
    url = getattr(stack, place)
    parts = urlsplit(url)
    with ExitStack() as opened:
        for _ in range(CLIENTS):
            line = opened.enter_context(socket.create_connection((parts.hostname or "", parts.port or 80), timeout=10))
            line.sendall(BEGINNINGS[kind])
        # A held thread would be free again only after the time limit for headers, which is longer.
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            began = time.monotonic()
            answer = requests.get(f"{url}/health/", timeout=20)
            assert answer.status_code == 200
            if time.monotonic() - began < 0.5:
                break
            assert time.monotonic() < deadline
