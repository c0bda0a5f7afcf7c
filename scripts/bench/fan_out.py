"""Measure the sockets: one comment to many, many tickets at once, memory; each beside a bare Channels broadcast (F5).

    python scripts/bench/fan_out.py --sockets 1000 --tickets 1 --comments 20 --rate 2 --rounds 2

Ours and the floor take turns, each round with new processes; all delays of all rounds count, from the sending of the
comment to each arrival. The first comment waits until the sockets are settled, a second in which none got a frame
(presence, catching up): opening a thousand sockets at once is another question. Memory is what a socket adds to the
process once some are open, so that what is loaded with the first one is not counted.

Needs `DATABASE_URL` (a server where a database may be created), `REDIS_URL` and the RabbitMQ variables. Everything
runs in a database, a virtual host and a Redis prefix of its own, removed afterwards.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent.parent
MESSAGING = ROOT / "messaging"
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"
os.environ.setdefault("LOG_LEVEL", "ERROR")
sys.path[:0] = [str(MESSAGING), str(ROOT / "scripts")]

from bench.ears import Ear, listen  # noqa: E402

# So many sockets are open before memory is counted.
WARM = 20


@dataclass(frozen=True)
class Round:
    """Milliseconds of each delivery, deliveries that never came, KiB a socket."""

    delays: list[float]
    lost: int
    memory: float


def rss_kib(pid: int) -> int:
    """Return the resident memory of a process and its children."""
    total = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            status = (entry / "status").read_text()
        except OSError:
            continue
        fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        if entry.name == str(pid) or fields.get("PPid", "").strip() == str(pid):
            total += int(fields.get("VmRSS", "0 kB").split()[0])
    return total


async def settle(ears: list[Ear]) -> None:
    """Return when no socket got anything for a second."""
    async with asyncio.timeout(60):
        while (quiet := time.perf_counter() - max(ear.last_at for ear in ears)) < 1:
            await asyncio.sleep(1 - quiet)


async def measure(
    ports: list[int], paths: list[str], tokens: list[str], *, comments: int, rate: float, as_comment: bool, pid: int
) -> Round:
    ears = await listen(ports, paths[:WARM], tokens)
    await asyncio.sleep(1)
    before = rss_kib(pid)
    ears += await listen(ports, paths[WARM:], tokens)
    await asyncio.sleep(1)
    await settle(ears)
    memory = (rss_kib(pid) - before) / (max(1, len(ears) - WARM) / len(ports))
    speakers = {}
    for ear in ears:
        speakers.setdefault(ear.path, ear)
    addresses = sorted(speakers)
    said: dict[int, tuple[float, str]] = {}
    started = time.perf_counter()
    for number in range(comments):
        await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
        path = addresses[number % len(addresses)]
        text = f"mark-{number:06d} " + "x" * 120
        frame = {"type": "comment_create", "text": text} if as_comment else {"text": text, "comment": {"author": "x"}}
        said[number] = (time.perf_counter(), path)
        speakers[path].say(json.dumps(frame))
    await asyncio.sleep(3)
    delays, lost = [], 0
    for number, (at, path) in said.items():
        for ear in ears:
            if ear.path == path:
                if number in ear.heard:
                    delays.append((ear.heard[number] - at) * 1000)
                else:
                    lost += 1
    for ear in ears:
        if ear.transport is not None:
            ear.transport.abort()
    return Round(delays, lost, memory)


def summary(rounds: list[Round]) -> dict[str, Any]:
    delays = [delay for each in rounds for delay in each.delays]
    return {
        "p50_ms": round(statistics.median(delays), 1),
        "p95_ms": round(statistics.quantiles(delays, n=20)[-1], 1),
        "p95_ms_by_round": [round(statistics.quantiles(each.delays, n=20)[-1], 1) for each in rounds],
        "deliveries": len(delays),
        "lost": sum(each.lost for each in rounds),
        "kib_per_socket": round(statistics.median(each.memory for each in rounds), 1),
    }


@contextmanager
def database() -> Iterator[None]:
    """Create a database with the service's tables, and drop it at the end."""
    import psycopg2

    parts = urlsplit(os.environ["DATABASE_URL"])
    name = f"bench_sockets_{uuid.uuid4().hex[:8]}"
    admin = psycopg2.connect(urlunsplit(parts._replace(path="/postgres")))
    admin.autocommit = True
    admin.cursor().execute(f"CREATE DATABASE {name}")
    os.environ["DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{name}"))
    try:
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        yield
    finally:
        from django.db import connections

        connections.close_all()
        admin.cursor().execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def ours(options: argparse.Namespace) -> Round:
    from tests.factories import make_ticket, token
    from tests.processes import Broker, processes

    people = list(range(1000, 1000 + min(options.sockets, 400)))
    numbers = [f"BENCH-{uuid.uuid4().hex[:6]}-{number}" for number in range(options.tickets)]
    for number in numbers:
        make_ticket(number, people=people)
    tokens = [token(user_id) for user_id in people]
    prefix = f"bench-{uuid.uuid4().hex[:8]}"
    limits = {"SOCKET_BURST": "100000", "SOCKET_RATE": "100000"}
    with (
        Broker() as broker,
        processes(
            options.processes, redis=os.environ["REDIS_URL"], prefix=prefix, RABBITMQ_URL=broker.url, **limits
        ) as started,
    ):
        paths = [f"/ws/comments/{numbers[index % len(numbers)]}/" for index in range(options.sockets)]
        return asyncio.run(
            measure(
                [process.port for process in started],
                paths,
                tokens,
                comments=options.comments,
                rate=options.rate,
                as_comment=True,
                pid=started[0].pid,
            )
        )


def floor(options: argparse.Namespace) -> Round:
    import requests

    from tests.processes import free_port

    prefix = f"bare-{uuid.uuid4().hex[:8]}"
    environment = os.environ | {"CHANNEL_PREFIX": prefix, "DJANGO_SETTINGS_MODULE": "bare_channels"}
    ports = [free_port() for _ in range(options.processes)]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "bare_channels:application",
        "-k",
        "ticketing_common.asgi.SocketWorker",
    ]
    started = [
        subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{port}", "--log-level", "error"],
            cwd=Path(__file__).parent,
            env=environment,
        )
        for port in ports
    ]
    try:
        for port in ports:
            for _ in range(200):
                try:
                    requests.get(f"http://127.0.0.1:{port}/", timeout=1)
                    break
                except requests.RequestException:
                    time.sleep(0.1)
        paths = [f"/t{index % options.tickets}/" for index in range(options.sockets)]
        return asyncio.run(
            measure(
                ports,
                paths,
                ["none"],
                comments=options.comments,
                rate=options.rate,
                as_comment=False,
                pid=started[0].pid,
            )
        )
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(timeout=20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--tickets", type=int, default=1)
    parser.add_argument("--comments", type=int, default=20)
    parser.add_argument("--rate", type=float, default=2.0)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    mine, bare = [], []
    with database():
        for _ in range(options.rounds):
            mine.append(ours(options))
            bare.append(floor(options))
    found = {"ours": summary(mine), "bare channels": summary(bare)}
    ratio = round(found["ours"]["p95_ms"] / found["bare channels"]["p95_ms"], 2)
    load = round(os.getloadavg()[0], 1)
    sys.stdout.write(json.dumps({"options": vars(options), **found, "p95 ratio": ratio, "load": load}, indent=2) + "\n")


if __name__ == "__main__":
    main()
