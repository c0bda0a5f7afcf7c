"""Bodies of REST requests as they arrive: each has a cap, and the large ones have a bound together."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.conf import settings

from sockets.http import Body, PooledHandler
from ticketing_common.incoming import MAX_MEMORY_BYTES, MAX_SPOOLED_BYTES

# The handler looks after the connection of the thread that it uses, whichever test opened it.
pytestmark = pytest.mark.django_db

PART = b"x" * 2**20
Receive = Callable[[], Awaitable[dict[str, Any]]]


def sends(size: int, *, hangs_up: asyncio.Event | None = None) -> Receive:
    """Return what the server gives the application of a client that sends so much; one that hangs up sends no end."""
    left: int | None = size

    async def receive() -> dict[str, Any]:
        nonlocal left
        if left is None:
            await (hangs_up or asyncio.Event()).wait()
            return {"type": "http.disconnect"}
        part, left = PART[:left], max(left - len(PART), 0) or None
        return {"type": "http.request", "body": part, "more_body": left is not None or hangs_up is not None}

    return receive


async def answer_to(receive: Receive) -> tuple[int, Any]:
    """Return status and document of the answer to a stranger's request."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/comments/1/attachments/",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"content-type", b"application/octet-stream")],
    }
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await PooledHandler()(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], json.loads(body)


def test_a_body_ends_at_the_cap() -> None:
    status, document = asyncio.run(answer_to(sends(settings.MAX_BODY_BYTES + 1)))

    assert (status, document["errors"][0]["code"]) == (413, "body_too_large")
    assert Body.on_disk == 0


def test_large_bodies_have_a_bound_together_and_small_ones_go_on() -> None:
    large = settings.MAX_BODY_BYTES - 2**20

    async def strangers() -> list[tuple[int, str]]:
        over = asyncio.Event()
        waiting = [
            asyncio.create_task(PooledHandler()({"type": "http"}, sends(large, hangs_up=over), None))
            for _ in range(MAX_SPOOLED_BYTES // large)
        ]
        while Body.on_disk < large * len(waiting):
            await asyncio.sleep(0.01)
        answers = [await answer_to(sends(size)) for size in (large, MAX_MEMORY_BYTES)]
        over.set()
        await asyncio.gather(*waiting)
        answers.append(await answer_to(sends(large)))
        return [(status, document["errors"][0]["code"]) for status, document in answers]

    assert asyncio.run(strangers()) == [
        (503, "service_unavailable"),
        (401, "not_authenticated"),
        (401, "not_authenticated"),
    ]
    assert Body.on_disk == 0
