"""Intake: how many tickets a second the real workflow worker takes, and how long one takes, against two floors.

Throughput: a burst of messages, from the first publish to the last commit; real worker and floor take turns, and
the median run counts. Latency: messages at a steady rate, each from its publish to its commit, which PostgreSQL
announces. Statements are counted in one process, commits by PostgreSQL, CPU time by the kernel.
"""

from __future__ import annotations

import argparse
import json
import select
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.desk import INTAKE, WORKFLOW, settle, start_worker
from bench.rig import (
    BenchError,
    Cpu,
    Database,
    Rig,
    Worker,
    announcements,
    ending_clearly,
    find_servers,
    machine,
    percentile,
    report,
)

BENCH = Path(__file__).resolve().parent
TARGETS = {"throughput ratio": 0.6, "latency ratio": 5.0, "statements": 16, "commits": 1, "cpu ms": 8.0}


@dataclass(frozen=True)
class Subject:
    """Something that takes tickets from a queue."""

    name: str
    queue: str
    task: str
    table: str
    column: str


REAL = Subject("intake", INTAKE, "tickets.tasks.receive_ticket", "tasks", "ticket_number")
F1 = Subject("F1: 1 read + 4 inserts", "floor_one", "floor.one_read_four_inserts", "floor_fourth", "number")
F2 = Subject("F2: 1 insert", "floor_two", "floor.one_insert", "floor_first", "number")


def ticket(number: str) -> dict[str, Any]:
    return {
        "ticket_data": {
            "ticket_number": number,
            "subject": "Laptop does not start after the update",
            "description": "The screen stays black. The light on the side blinks twice, then nothing happens. " * 3,
            "department": "IT Department",
            "category": "IT Support",
            "priority": "High",
            "employee": {"id": 900, "name": "Rosa Lim", "email": "rosa.lim@example.com", "department": "Sales"},
            "submitted_at": "2026-11-22T08:00:00+00:00",
        }
    }


class Bench:
    def __init__(self, rig: Rig, logs: Path, burst: int, rate: float, samples: int, rounds: int) -> None:
        self.rig, self.logs = rig, logs
        self.burst, self.rate, self.samples, self.rounds = burst, rate, samples, rounds
        self._numbers = 0

    def numbers(self, count: int) -> list[str]:
        self._numbers += count
        return [f"B{self._numbers - count + turn:07}" for turn in range(count)]

    # Preparation

    def prepare(self) -> None:
        self.rig.manage(BENCH, "migrate", "--noinput", "--run-syncdb", settings="floor.settings")
        self.rig.declare(F1.queue, F2.queue)
        settle(self.rig, self.logs)

    def start_real(self) -> Worker:
        return start_worker(self.rig, self.logs)

    def start_floor(self) -> Worker:
        queues = [F1.queue, F2.queue]
        return self.rig.worker(BENCH, "floor", queues, self.logs / "floor.log", settings="floor.settings")

    def warm_up(self, *subjects: Subject) -> None:
        """Let every process of the workers open its connection and fill its caches."""
        for subject in subjects:
            self.run_burst(subject, 60)

    # Measurements

    def run_burst(self, subject: Subject, count: int) -> float:
        """Return the tickets per second of one burst, first publish to last commit."""
        with self.rig.publisher() as publisher, self.rig.database() as database:
            query = f"SELECT count(*) FROM {subject.table}"  # noqa: S608 -- the names above
            before = database.value(query)
            messages = [(subject.queue, subject.task, ticket(number)) for number in self.numbers(count)]
            began = time.perf_counter()
            for message in messages:
                publisher.publish(*message)
            publisher.flush()
            database.wait_for(query, before + count, seconds=300)
            return count / (time.perf_counter() - began)

    def run_latency(self, subject: Subject) -> list[float]:
        """Return the milliseconds from publish to commit of each message, sent one at a time at the rate."""
        published: dict[str, float] = {}
        took: list[float] = []
        numbers = self.numbers(self.samples)
        with (
            announcements(self.rig.database_url, subject.table, subject.column) as listener,
            self.rig.publisher() as publisher,
        ):
            began = time.perf_counter()
            for turn, number in enumerate(numbers):
                _collect(listener, until=began + turn / self.rate, published=published, took=took)
                published[number] = time.perf_counter()
                publisher.publish(subject.queue, subject.task, ticket(number))
                publisher.flush()
            deadline = time.perf_counter() + 30
            while len(took) < len(numbers) and time.perf_counter() < deadline:
                _collect(listener, until=time.perf_counter() + 0.1, published=published, took=took)
        if len(took) < len(numbers):
            raise BenchError(f"{subject.name}: {len(took)} of {len(numbers)} messages had an effect.")
        return took

    def throughput(self) -> dict[str, Any]:
        """Let the real worker and the floor take turns."""
        ports = {"postgresql": urlsplit(self.rig.database_url).port or 5432}
        ports["rabbitmq"] = urlsplit(self.rig.broker_url).port or 5672
        cpu = Cpu(ports)
        found: dict[str, Any] = {subject.name: {"runs": [], "cpu": []} for subject in (REAL, F1)}
        for start, subject in [(self.start_real, REAL), (self.start_floor, F1)] * self.rounds:
            worker = start()
            self.warm_up(subject)
            time.sleep(1)
            before = cpu.read(worker.pid)
            found[subject.name]["runs"].append(round(self.run_burst(subject, self.burst), 1))
            found[subject.name]["cpu"].append(round((cpu.read(worker.pid) - before) / self.burst, 2))
            worker.stop()
        for result in found.values():
            result["per_second"] = statistics.median(result["runs"])
            result["cpu_ms"] = statistics.median(result.pop("cpu"))
        found["cpu_without"] = cpu.missing
        return found

    def latency(self) -> dict[str, Any]:
        found = {}
        for start, subject in ((self.start_real, REAL), (self.start_floor, F2)):
            worker = start()
            self.warm_up(subject)
            took = self.run_latency(subject)
            found[subject.name] = {
                "p50_ms": round(percentile(took, 0.5), 1),
                "p95_ms": round(percentile(took, 0.95), 1),
            }
            worker.stop()
        return found

    def commits(self) -> float:
        """Return the commits per ticket that PostgreSQL counts for a burst of the real worker."""
        with Database(self.rig.servers.database_of("postgres")) as outside:
            worker = self.start_real()
            self.warm_up(REAL)
            before = self._settled_commits(outside)
            self.run_burst(REAL, self.burst)
            after = self._settled_commits(outside)
            worker.stop()
        return round((after - before) / self.burst, 2)

    def _settled_commits(self, outside: Database) -> int:
        """Return the counter once idle sessions have reported theirs, which takes PostgreSQL some seconds."""
        time.sleep(11)
        outside.connection.rollback()
        query = "SELECT xact_commit FROM pg_stat_database WHERE datname = %s"
        return int(outside.value(query, self.rig.name))

    def statements(self) -> float:
        """Return the SQL statements of one ticket, counted in a process of the workflow API."""
        counted = subprocess.run(
            [sys.executable, str(BENCH / "count_statements.py")],
            cwd=WORKFLOW,
            env={**self.rig.environment, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(WORKFLOW)},
            input=json.dumps([ticket(number) for number in self.numbers(40)]),
            capture_output=True,
            text=True,
        )
        if counted.returncode:
            raise BenchError(f"Counting statements failed:\n{counted.stderr[-2000:]}")
        return float(counted.stdout.strip().splitlines()[-1])


def _collect(listener: Any, *, until: float, published: dict[str, float], took: list[float]) -> None:
    """Note the arrival of announcements until that moment."""
    while (left := until - time.perf_counter()) > 0:
        if select.select([listener], [], [], left)[0]:
            listener.poll()
            now = time.perf_counter()
            for notice in listener.notifies:
                if notice.payload in published:
                    took.append((now - published.pop(notice.payload)) * 1000)
            listener.notifies.clear()


def rows_of(result: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Return the table: what, measured, target, met."""
    real, floor = result["throughput"][REAL.name], result["throughput"][F1.name]
    slow, quick = result["latency"][REAL.name], result["latency"][F2.name]
    throughput = real["per_second"] / floor["per_second"]
    latency = slow["p95_ms"] / quick["p95_ms"]
    return [
        _row("tickets/s, burst", f"{real['per_second']:.0f} (F1 {floor['per_second']:.0f})", "–", None),
        _row("throughput / F1", f"{throughput:.2f}", "≥ 0.6", throughput >= TARGETS["throughput ratio"]),
        _row("publish → committed p50", f"{slow['p50_ms']} ms (F2 {quick['p50_ms']})", "–", None),
        _row("publish → committed p95", f"{slow['p95_ms']} ms (F2 {quick['p95_ms']})", "–", None),
        _row("p95 / F2", f"{latency:.2f}", "≤ 5", latency <= TARGETS["latency ratio"]),
        _row(
            "SQL statements a ticket",
            f"{result['statements']:g}",
            "≤ 16",
            result["statements"] <= TARGETS["statements"],
        ),
        _row("commits a ticket", f"{result['commits']:g}", "1", result["commits"] < TARGETS["commits"] + 0.1),
        _row(
            "CPU a ticket, all processes",
            f"{real['cpu_ms']:.1f} ms (F1 {floor['cpu_ms']:.1f})",
            "≤ 8 ms",
            real["cpu_ms"] <= TARGETS["cpu ms"],
        ),
    ]


def _row(what: str, measured: str, target: str, is_met: bool | None) -> tuple[str, str, str, str]:
    return what, measured, target, {True: "yes", False: "no", None: ""}[is_met]


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench/intake", description=__doc__)
    parser.add_argument("--burst", type=int, default=600, help="messages in a burst")
    parser.add_argument("--rounds", type=int, default=3, help="bursts of each; the median counts")
    parser.add_argument("--rate", type=float, default=20, help="messages a second for the latency")
    parser.add_argument("--samples", type=int, default=300, help="messages for the latency")
    parser.add_argument("--json", type=Path, help="write the result to this file as well")
    asked = parser.parse_args()
    with ending_clearly():
        with tempfile.TemporaryDirectory(prefix="bench-") as logs, Rig(find_servers()) as rig:
            bench = Bench(rig, Path(logs), asked.burst, asked.rate, asked.samples, asked.rounds)
            print("preparing: database, queues, roles, workflows", file=sys.stderr)
            result: dict[str, Any] = {"machine": machine()}
            bench.prepare()
            print("counting statements", file=sys.stderr)
            result["statements"] = bench.statements()
            print(f"bursts of {asked.burst}", file=sys.stderr)
            result["throughput"] = bench.throughput()
            print(f"latency at {asked.rate:g}/s", file=sys.stderr)
            result["latency"] = bench.latency()
            print("counting commits", file=sys.stderr)
            result["commits"] = bench.commits()
            result["machine"]["load_after"] = machine()["load_before"]
    report(result, rows_of(result), asked.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
