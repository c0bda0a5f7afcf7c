"""A transition in the engine beside the least that anyone could do (F4), and as the tables grow.

In one process without a web server: locks, guards, the next assignment, clocks, audit, outbox, commit. Each database is
copied first, since transitions stay done.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.desk import WORKFLOW
from bench.growth import SIZES, Grown
from bench.rig import BenchError, Rig, ending_clearly, find_servers, machine, percentile, report

BENCH = Path(__file__).resolve().parent
TARGETS = {"ratio": 6.0, "statements": 20, "growth": 1.3}


def measure(rig: Rig, grown: Grown, size: int, samples: int) -> dict[str, Any]:
    with grown.copied(size) as url:
        done = subprocess.run(
            [sys.executable, str(BENCH / "time_transitions.py"), str(samples)],
            cwd=WORKFLOW,
            env={
                **rig.environment,
                "DATABASE_URL": url,
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "PYTHONPATH": str(WORKFLOW),
                "LOG_LEVEL": "WARNING",
            },
            capture_output=True,
            text=True,
        )
    if done.returncode:
        raise BenchError(f"Transitions failed:\n{done.stderr[-2000:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    real, plain = found["transition"], found["floor"]
    return {
        "samples": len(real),
        "p50_ms": round(statistics.median(real), 2),
        "p95_ms": round(percentile(real, 0.95), 2),
        "floor_p50_ms": round(statistics.median(plain), 2),
        "floor_p95_ms": round(percentile(plain, 0.95), 2),
        "ratio": round(statistics.median(real) / statistics.median(plain), 2),
        "statements": max(found["statements"]),
    }


def rows_of(sizes: dict[int, dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    rows = []
    for size, found in sizes.items():
        measured = f"p50 {found['p50_ms']} ms (F4 {found['floor_p50_ms']}): {found['ratio']:.2f} ×"
        rows.append((f"transition, {size} tasks", measured, "≤ 6 × F4", _met(found["ratio"] <= TARGETS["ratio"])))
        is_met = found["statements"] <= TARGETS["statements"]
        rows.append((f"statements at most, {size} tasks", str(found["statements"]), "≤ 20", _met(is_met)))
    first, last = sizes[SIZES[0]], sizes[SIZES[-1]]
    growth = last["p50_ms"] / first["p50_ms"]
    rows.append(("growth, first to last", f"{growth:.2f} ×", "≤ 1.3 ×", _met(growth <= TARGETS["growth"])))
    by_floor = last["ratio"] / first["ratio"]
    rows.append(("the same, each beside its own F4", f"{by_floor:.2f} ×", "–", ""))
    return rows


def _met(is_met: bool) -> str:
    return "yes" if is_met else "**no**"


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench/transition", description=__doc__)
    parser.add_argument("--samples", type=int, default=120, help="transitions of each size, as far as tasks go round")
    parser.add_argument("--json", type=Path, help="write the result to this file as well")
    asked = parser.parse_args()
    with ending_clearly():
        servers = find_servers()
        grown = Grown(servers)
        grown.make(lambda text: print(text, file=sys.stderr))
        with Rig(servers) as rig:
            grown.migrate(rig)
            result: dict[str, Any] = {"machine": machine(), "sizes": {}}
            for size in SIZES:
                print(f"{size} tasks", file=sys.stderr)
                result["sizes"][size] = measure(rig, grown, size, asked.samples)
            result["machine"]["load_after"] = machine()["load_before"]
    report(result, rows_of(result["sizes"]), asked.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
