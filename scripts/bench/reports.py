"""Reports over 1 000, 10 000 and 100 000 tasks, and the audit trail as CSV: how long, how much memory.

Real gunicorn with two processes, as an administrator, over the whole history. Every row of the period is read: a report
grows with what it reports on. What must not grow is the memory of an export, nor the time to its first byte.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import requests

from bench.desk import WORKFLOW
from bench.growth import SIZES, Connected, Grown
from bench.lists import ADMIN
from bench.rig import Rig, ending_clearly, find_servers, machine, report
from bench.web import Client, Keys, Server

REPORTS = ("overview", "sla", "agents", "workflows", "steps")
PERIOD = "from=2020-01-01"
REDIS = 12


class Memory:
    """The most that a server's processes hold above what they held at the start."""

    def __init__(self, pid: int) -> None:
        self._processes = psutil.Process(pid).children(recursive=True)
        self._before = self._read()
        self._most = self._before
        self._done = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def _read(self) -> int:
        return sum(process.memory_info().rss for process in self._processes)

    def _look(self) -> None:
        while not self._done.wait(0.01):
            self._most = max(self._most, self._read())

    def __enter__(self) -> Memory:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._watch.join()

    @property
    def mib(self) -> float:
        return (self._most - self._before) / 2**20


def export(server: Server, token: str, path: str) -> dict[str, Any]:
    """Read a streamed table to its end; return seconds to its first byte and its last, rows, MiB that it took."""
    with Memory(server.pid) as memory:
        began = time.perf_counter()
        url, headers = f"http://127.0.0.1:{server.port}{path}", {"Authorization": f"Bearer {token}"}
        rows, first = 0, 0.0
        with requests.get(url, headers=headers, stream=True, timeout=600) as answer:
            answer.raise_for_status()
            for part in answer.iter_content(1 << 16):
                first = first or time.perf_counter() - began
                rows += part.count(b"\n")
        total = time.perf_counter() - began
    return {"first_s": round(first, 3), "total_s": round(total, 2), "rows": rows - 1, "mib": round(memory.mib, 1)}


def measure(rig: Rig, grown: Grown, size: int, logs: Path, keys: Keys, samples: int) -> dict[str, Any]:
    token = keys.token(ADMIN, "Admin")
    with grown.copied(size) as url:  # an export is noted in the trail
        with Connected(url) as cursor:
            cursor.execute("ANALYZE")
        environment = {
            "DATABASE_URL": url,
            "REDIS_URL": rig.servers.redis_of(REDIS),
            "DJANGO_AUTH_SERVICE": keys.url,
            "API_REQUESTS_PER_MINUTE": "100000000",
        }
        server = Server(
            rig,
            WORKFLOW,
            "config.wsgi:application",
            logs / f"web-{size}.log",
            settings="config.settings",
            environment=environment,
        )
        for _ in range(20):  # until each process has had its first request, which loads what it needs
            server.wait("/tasks/?page_size=1", token)
        client = Client(server.port, token)
        found: dict[str, Any] = {}
        for name in REPORTS:
            path = f"/analytics/{name}/?{PERIOD}"
            client.get(path)
            found[name] = round(statistics.median(client.get(path) * 1000 for _ in range(samples)), 1)
        found["steps as CSV"] = export(server, token, f"/analytics/steps/?{PERIOD}&format=csv")
        found["audit as CSV"] = export(server, token, "/audit/export/")
        server.stop()
    return found


def rows_of(sizes: dict[int, dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    rows = []
    for name in REPORTS:
        series = [found[name] for found in sizes.values()]
        measured = " → ".join(f"{each:.0f}" for each in series)
        rows.append((f"report, {name}", f"{measured} ms: {series[-1] / series[0]:.1f} ×", "–", ""))
    for name in ("steps as CSV", "audit as CSV"):
        for size, found in sizes.items():
            one = found[name]
            measured = f"{one['rows']} rows, first byte {one['first_s'] * 1000:.0f} ms, all {one['total_s']} s"
            rows.append((f"{name}, {size} tasks", f"{measured}, {one['mib']} MiB", "–", ""))
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench/reports", description=__doc__)
    parser.add_argument("--samples", type=int, default=5, help="requests of each report and size")
    parser.add_argument("--json", type=Path, help="write the result to this file as well")
    asked = parser.parse_args()
    with ending_clearly():
        servers = find_servers()
        grown = Grown(servers)
        grown.make(lambda text: print(text, file=sys.stderr))
        with (
            tempfile.TemporaryDirectory(prefix="bench-") as logs,
            Rig(servers) as rig,
            contextlib.closing(Keys()) as keys,
        ):
            grown.migrate(rig)
            result: dict[str, Any] = {"machine": machine(), "sizes": {}}
            for size in SIZES:
                print(f"{size} tasks", file=sys.stderr)
                result["sizes"][size] = measure(rig, grown, size, Path(logs), keys, asked.samples)
            result["machine"]["load_after"] = machine()["load_before"]
    report(result, rows_of(result["sizes"]), asked.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
