"""How fast `simulate_history` tells a past, and whether it is one: the audit chain and every clock are checked.

In a database of its own, with the people, roles and seeded workflows of `desk.py`; nothing else writes to it.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.desk import WORKFLOW, settle
from bench.growth import TABLES, counts
from bench.rig import Cpu, Rig, ending_clearly, find_servers, machine, report


class Pace(threading.Thread):
    """Notes how many tickets there are, once in a while, so that a slowing down is seen."""

    def __init__(self, rig: Rig, every: float) -> None:
        super().__init__(daemon=True)
        self.rig, self.every = rig, every
        self.seen: list[tuple[float, int]] = []
        self._is_over = threading.Event()

    def run(self) -> None:
        began = time.monotonic()
        while not self._is_over.wait(self.every):
            with self.rig.database() as database:
                told = int(database.value("SELECT count(*) FROM tickets"))
            self.seen.append((round(time.monotonic() - began, 1), told))

    def stop(self) -> None:
        self._is_over.set()
        self.join()


def measure(rig: Rig, *, tickets: int, days: int, seed: int) -> dict[str, Any]:
    cpu = Cpu({"PostgreSQL": urlsplit(rig.servers.database).port or 5432})
    pace = Pace(rig, every=10)
    pace.start()
    began, python, database = time.monotonic(), _children(), cpu.read()
    rig.manage(WORKFLOW, "simulate_history", "--tickets", str(tickets), "--days", str(days), "--seed", str(seed))
    took = time.monotonic() - began
    found: dict[str, Any] = {
        "tickets": tickets,
        "seconds": round(took, 1),
        "per_second": round(tickets / took, 1),
        "python_ms_a_ticket": round((_children() - python) * 1000 / tickets, 1),
        "database_ms_a_ticket": round((cpu.read() - database) / tickets, 1),
    }
    pace.stop()
    found["pace"] = pace.seen
    with rig.database() as reading, reading.connection.cursor() as cursor:
        found["rows"] = counts(cursor, TABLES)
    for name in ("verify_audit", "verify_clocks"):  # each fails the benchmark with what is wrong
        began = time.monotonic()
        rig.manage(WORKFLOW, name)
        found[f"{name}_seconds"] = round(time.monotonic() - began, 1)
    return found


def _children() -> float:
    """Return the processor seconds of the programs that this one has started and that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def rows_of(found: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    rows = found["rows"]
    story = ", ".join(f"{rows[table]:,} {table}" for table in ("tasks", "step_visits", "sla_clocks", "audit_logs"))
    cost = f"{found['python_ms_a_ticket']} + {found['database_ms_a_ticket']} ms"
    return [
        ("tickets, wall clock", f"{found['tickets']:,} in {found['seconds']} s: {found['per_second']}/s", "–", ""),
        ("CPU a ticket, Python + PostgreSQL", cost, "–", ""),
        ("rows", story, "–", ""),
        ("verify_audit", f"one chain, {found['verify_audit_seconds']} s", "one chain", "yes"),
        ("verify_clocks", f"each as its replay, {found['verify_clocks_seconds']} s", "all", "yes"),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench/history", description=__doc__)
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the result to this file as well")
    asked = parser.parse_args()
    with ending_clearly():
        with tempfile.TemporaryDirectory(prefix="bench-") as logs, Rig(find_servers()) as rig:
            print("roles, people, workflows", file=sys.stderr)
            settle(rig, Path(logs))
            result: dict[str, Any] = {"machine": machine()}
            print(f"{asked.tickets} tickets walk through the engine", file=sys.stderr)
            result["history"] = measure(rig, tickets=asked.tickets, days=asked.days, seed=asked.seed)
            result["machine"]["load_after"] = machine()["load_before"]
    report(result, rows_of(result["history"]), asked.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
