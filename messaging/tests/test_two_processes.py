"""Two web processes behind a load balancer: what happens on one reaches the other, whatever breaks between."""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import statistics
import sys
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import requests
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from comments import services
from sockets.threads import HTTP
from tests.factories import AMARA, JONAS, LEILA, NOON, NUMBER, identity, make_ticket, ticket_event, token
from tests.processes import Broker, CuttableLine, OwnRedis, Process, call, processes
from tests.reader import Reader
from tickets.models import Ticket
from tickets.workflow_events import apply_ticket_event

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]

# The long form, some minutes: SOCKET_FUZZ_ROUNDS=1000 SOCKET_FUZZ_CLIENTS=50 SOCKET_FUZZ_PAUSE=0.2
ROUNDS = int(os.environ.get("SOCKET_FUZZ_ROUNDS", "240"))
PAUSE = float(os.environ.get("SOCKET_FUZZ_PAUSE", "0.03"))
# How long anything may take on a machine that is busy with other work; benchmarks measure how long it takes.
PATIENCE = 60.0
READERS = list(range(200, 200 + int(os.environ.get("SOCKET_FUZZ_CLIENTS", "8"))))


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnRedis]:
    with OwnRedis(tmp_path_factory.mktemp("redis")) as redis:
        yield redis


@pytest.fixture(scope="module")
def line(redis: OwnRedis) -> CuttableLine:
    return CuttableLine("127.0.0.1", redis.port)


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with Broker() as broker:
        yield broker


@pytest.fixture(scope="module")
def pair(django_db_setup: None, line: CuttableLine, broker: Broker, tmp_path_factory: Any) -> Iterator[list[Process]]:
    media = str(tmp_path_factory.mktemp("media"))
    prefix = f"test-{uuid.uuid4().hex[:8]}"
    with processes(
        2,
        redis=f"redis://127.0.0.1:{line.port}/0",
        prefix=prefix,
        MEDIA_ROOT=media,
        RABBITMQ_URL=broker.url,
        SOCKET_STALL_SECONDS="3",
    ) as started:
        yield started


@pytest_asyncio.fixture(autouse=True)
async def _line_is_whole(line: CuttableLine) -> AsyncIterator[None]:
    await line.mend()
    yield
    await line.cut()


@pytest.fixture(autouse=True)
def ticket(transactional_db: None) -> Ticket:
    return make_ticket(people=[AMARA, JONAS, LEILA, *READERS])


def bearer(user_id: int) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(user_id)}"}


async def next_frame(opened: Any, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        while True:
            frame: dict[str, Any] = json.loads(await opened.recv())
            if frame["type"] == kind:
                return frame


async def test_a_comment_on_one_process_reaches_sockets_on_the_other(
    pair: list[Process], line: CuttableLine, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"/ws/comments/{NUMBER}/"
    async with (
        connect(pair[0].ws + address, additional_headers=bearer(AMARA)) as amara,
        connect(pair[1].ws + address, additional_headers=bearer(JONAS)) as jonas,
    ):
        await next_frame(amara, "connection_established")
        await next_frame(jonas, "connection_established")
        async with asyncio.timeout(PATIENCE):
            while (await next_frame(amara, "presence"))["count"] != 2:
                pass
        seconds = []
        for number in range(60):
            started = time.perf_counter()
            await amara.send(json.dumps({"type": "comment_create", "text": f"Word {number}", "client_id": str(number)}))
            frame = await next_frame(jonas, "comment_update")
            seconds.append(time.perf_counter() - started)
            assert frame["comment"]["text"] == f"Word {number}"
            await asyncio.sleep(0.11)
        median, p95 = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
        with capsys.disabled():
            sys.stdout.write(f"\n  said here, heard there: median {median * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms\n")
        url = f"{pair[1].url}/comments/?ticket_id={NUMBER}"
        posted = await asyncio.to_thread(call, "POST", url, token(JONAS), {"text": "Over REST."})
        heard = await next_frame(amara, "comment_update")
        while heard["comment"]["id"] != posted["id"]:
            heard = await next_frame(amara, "comment_update")
        for process in pair:
            delivered = await asyncio.to_thread(measured, process, 'socket_delivery_seconds_count{kind="comment"}')
            assert delivered >= 61


async def test_the_handshake_over_the_network(pair: list[Process], line: CuttableLine) -> None:
    address = f"{pair[0].ws}/ws/comments/{NUMBER}/"
    async with connect(address, subprotocols=["tts.v1", token(AMARA)], origin="http://localhost:1000") as opened:  # type: ignore[list-item, arg-type]
        assert opened.subprotocol == "tts.v1"
        assert await next_frame(opened, "connection_established")
    with pytest.raises(InvalidStatus):
        await connect(address, additional_headers=bearer(AMARA), origin="https://evil.example")  # type: ignore[arg-type]
    for headers, code in [({}, 4401), (bearer(9999), 4403)]:
        async with connect(address, additional_headers=headers) as opened:
            with pytest.raises(ConnectionClosed) as closed:
                await opened.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == code


async def test_a_frame_that_is_too_large_ends_the_socket(pair: list[Process]) -> None:
    # A ticket of its own: the process waits for the client to hang up, and keeps what it knows of the ticket meanwhile.
    await HTTP.run(make_ticket, number="TX-LARGE", people=[AMARA])
    address = f"{pair[0].ws}/ws/comments/TX-LARGE/"
    async with connect(address, additional_headers=bearer(AMARA)) as amara:
        await next_frame(amara, "connection_established")
        await amara.send(json.dumps({"type": "ping", "timestamp": 1, "more": "x" * 60_000}))
        assert await next_frame(amara, "pong")
        await amara.send(json.dumps({"type": "ping", "timestamp": 2, "more": "x" * 70_000}))
        assert (await frames_until_closed(amara))[1] == 1009


async def frames_until_closed(opened: Any) -> tuple[list[str], int]:
    """Return the types of the frames that still came, and the close code."""
    kinds = []
    async with asyncio.timeout(PATIENCE):
        try:
            while True:
                kinds.append(json.loads(await opened.recv())["type"])
        except ConnectionClosed as closed:
            return kinds, closed.rcvd.code if closed.rcvd else 1006


def layer_of(pair: list[Process], redis: OwnRedis) -> dict[str, Any]:
    """Return settings with which this process tells the others, as a worker does: without sockets, same layer."""
    config = {"hosts": [redis.url], "prefix": pair[0].prefix}
    return {"default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": config}}


@pytest.mark.parametrize("is_told", [True, False], ids=["told by the layer", "the message is lost"])
async def test_a_person_taken_off_the_ticket_loses_the_socket(
    pair: list[Process], redis: OwnRedis, settings: Any, is_told: bool
) -> None:
    if is_told:
        settings.CHANNEL_LAYERS = layer_of(pair, redis)
    async with connect(f"{pair[0].ws}/ws/tickets/{NUMBER}/", additional_headers=bearer(JONAS)) as jonas:
        await next_frame(jonas, "connection_established")
        await HTTP.run(apply_ticket_event, message=ticket_event(seq=2, people=[AMARA]), now=NOON)
        kinds, code = await frames_until_closed(jonas)
        assert code == 4403
        assert set(kinds) <= {"presence"}


@pytest.mark.parametrize("cause", ["signed out", "role lost"])
async def test_a_revoked_session_ends_on_sockets_and_rest(
    pair: list[Process], line: CuttableLine, broker: Broker, cause: str
) -> None:
    sid = f"sid-{cause.replace(' ', '-')}"
    ended, other = token(LEILA, sid=sid, ver=3), token(LEILA, sid="another", ver=4)
    address = f"{pair[0].ws}/ws/comments/{NUMBER}/"
    rest = f"{pair[1].url}/comments/?ticket_id={NUMBER}"
    async with (
        connect(address, additional_headers={"Authorization": f"Bearer {ended}"}) as closing,
        connect(address, additional_headers={"Authorization": f"Bearer {other}"}) as staying,
    ):
        await next_frame(closing, "connection_established")
        await next_frame(staying, "connection_established")
        await asyncio.to_thread(call, "GET", rest, ended)
        news = {"user_id": LEILA, "sid": None, "min_version": 4, "reason": "role_lost"}
        if cause == "signed out":
            news |= {"sid": sid, "min_version": 0, "reason": "logout"}
        closed = asyncio.create_task(frames_until_closed(closing))
        answer = None
        async with asyncio.timeout(PATIENCE):
            # Published again and again: the processes begin to listen with the first token that they see.
            while not closed.done() or answer is None or answer.status_code == 200:
                await asyncio.to_thread(broker.tell, "tts.revocations", news | {"occurred_at": "2026-03-02T08:15:30Z"})
                await asyncio.wait([closed], timeout=0.5)
                bearer_of_ended = {"Authorization": f"Bearer {ended}"}
                answer = await asyncio.to_thread(requests.get, rest, headers=bearer_of_ended, timeout=PATIENCE)
        assert closed.result()[1] == 4401
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, "token_revoked")
        await staying.send(json.dumps({"type": "ping", "timestamp": 1}))
        assert await next_frame(staying, "pong")
    async with connect(address, additional_headers={"Authorization": f"Bearer {ended}"}) as again:
        assert (await frames_until_closed(again))[1] == 4401


def measured(process: Process, series: str) -> float:
    lines = requests.get(f"{process.url}/metrics", timeout=PATIENCE).text.splitlines()
    return float(next((line for line in lines if line.startswith(f"{series} ")), f"{series} 0").split()[-1])


def open_sockets(process: Process) -> float:
    return measured(process, "messaging_open_sockets")


async def test_a_client_that_stops_reading_is_dropped_and_leaves_nothing_behind(
    pair: list[Process], redis: OwnRedis, settings: Any
) -> None:
    """Over a real line, whose buffers the server must fill before it can notice."""
    settings.CHANNEL_LAYERS = layer_of(pair, redis)
    address = f"{pair[0].ws}/ws/comments/{NUMBER}/"
    async with connect(address, additional_headers=bearer(AMARA)) as lively:
        await next_frame(lively, "connection_established")
        narrow = socket.socket()
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        narrow.connect(("127.0.0.1", pair[0].port))
        client_port = narrow.getsockname()[1]
        stalled = await connect(address, additional_headers=bearer(JONAS), compression=None, sock=narrow)
        await next_frame(stalled, "connection_established")
        stalled.transport.pause_reading()
        assert is_connected(pair[0], client_port)
        async with asyncio.timeout(PATIENCE):
            # Those of the test before may still be closing.
            while await asyncio.to_thread(open_sockets, pair[0]) != 2:
                await asyncio.sleep(0.1)
        heard = 0
        async with asyncio.timeout(300):
            while await asyncio.to_thread(open_sockets, pair[0]) == 2:
                words = await HTTP.run(say_much, 30)
                for _ in range(words):
                    await next_frame(lively, "comment_update")
                    heard += 1
        assert heard > 0
        await lively.send(json.dumps({"type": "ping", "timestamp": 1}))
        assert await next_frame(lively, "pong")
        async with asyncio.timeout(PATIENCE):
            while await asyncio.to_thread(is_connected, pair[0], client_port):
                await asyncio.sleep(0.3)
        stalled.transport.abort()


def say_much(comments: int) -> int:
    """Long comments, as another process writes them."""
    for number in range(comments):
        services.post_comment(ticket_number=NUMBER, by=identity(AMARA), text=f"{number} " + "x" * 9_900, now=NOON)
    return comments


def is_connected(process: Process, client_port: int) -> bool:
    """Return whether the process still holds the connection from that port, as the kernel sees it."""
    ends = f":{process.port:04X}", f":{client_port:04X}"
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(row[1].endswith(ends[0]) and row[2].endswith(ends[1]) and row[3] in {"01", "04", "05"} for row in rows)


async def test_every_client_ends_with_the_state_of_rest_though_sockets_and_redis_break(
    pair: list[Process], line: CuttableLine, redis: OwnRedis, capsys: pytest.CaptureFixture[str]
) -> None:
    """Several people talk for a while on two processes; sockets are cut at random, the line to Redis too, Redis is
    killed and started again, and one process is killed."""
    chance = random.Random(20260302)
    readers = [
        Reader([process.ws for process in pair], NUMBER, token(user_id), random.Random(user_id)) for user_id in READERS
    ]
    for reader in readers:
        reader.start()
    try:
        said = cuts = 0
        for turn in range(ROUNDS):
            if turn == ROUNDS * 2 // 5:
                await line.cut()
            if turn == ROUNDS // 2:
                await line.mend()
            if turn == ROUNDS * 3 // 5:
                redis.kill()
            if turn == ROUNDS * 3 // 5 + ROUNDS // 20:
                await asyncio.to_thread(redis.start)
            if turn == ROUNDS * 3 // 4:
                # One of the two dies without a word; its people go on with the other.
                pair[1].kill()
                pair[1].start()
            reader = chance.choice(readers)
            known = [comment for comment in reader.comments.values() if not comment["deleted_at"]]
            own = [comment for comment in known if comment["author"]["user_id"] == READERS[readers.index(reader)]]
            others = [comment for comment in known if comment not in own]
            ref = f"turn-{turn}"
            kind = chance.choice(["create", "create", "reply", "update", "rate", "delete"])
            if kind == "create" or not known:
                await reader.say("comment_create", ref, text=f"Said in {turn}", client_id=ref)
            elif kind == "reply":
                first = [comment for comment in known if comment["parent_id"] is None]
                if first:
                    await reader.say(
                        "comment_reply",
                        ref,
                        comment_id=chance.choice(first)["id"],
                        text=f"Reply in {turn}",
                        client_id=ref,
                    )
            elif kind == "update" and own:
                await reader.say("comment_update", ref, comment_id=chance.choice(own)["id"], text=f"Edited in {turn}")
            elif kind == "rate" and others:
                value = chance.choice(["up", "down", None])
                await reader.say("comment_rate", ref, comment_id=chance.choice(others)["id"], value=value)
            elif kind == "delete" and own and chance.random() < 0.3:
                await reader.say("comment_delete", ref, comment_id=chance.choice(own)["id"])
            said += 1
            if chance.random() < 0.25:
                await chance.choice(readers).kill()
                cuts += 1
            await asyncio.sleep(PAUSE)

        async with asyncio.timeout(PATIENCE + len(READERS)):
            while not all(reader.has_said_all for reader in readers):
                await asyncio.sleep(0.1)
        await asyncio.to_thread(pair[1].wait)
        admin = token(1)
        events = await asyncio.to_thread(call, "GET", f"{pair[0].url}/tickets/{NUMBER}/events/", admin)
        async with asyncio.timeout(PATIENCE + len(READERS)):
            while any(reader.last_seq != events["seq"] for reader in readers):
                await asyncio.sleep(0.1)
        for reader, user_id in zip(readers, READERS, strict=True):
            comments: dict[int, Any] = {}
            page: str | None = f"{pair[1].url}/comments/?ticket_id={NUMBER}&page_size=100"
            while page:
                body = await asyncio.to_thread(call, "GET", page, token(user_id))
                comments |= {comment["id"]: comment for comment in body["results"]}
                page = body["next"]
            assert reader.comments == comments
            assert reader.applied == list(range(1, events["seq"] + 1)), "each event once, in order"
            assert {error["code"] for error in reader.errors} <= {"comment_deleted", "comment_not_found"}
        assert sum(reader.connections for reader in readers) > 2 * len(readers), "sockets were really cut"
        written = [comment["client_id"] for comment in comments.values()]
        assert len(written) == len(set(written)), "nothing is posted twice"
        assert said == ROUNDS
        with capsys.disabled():
            sockets = sum(reader.connections for reader in readers)
            sys.stdout.write(
                f"\n  {ROUNDS} rounds, {len(readers)} clients, {cuts} cuts, {sockets} sockets,"
                f" {events['seq']} events: no gap, no duplicate\n"
            )
    finally:
        for reader in readers:
            await reader.stop()
