"""Measure this tree, or two commits in turn, from outside: `scripts/bench/run`, `scripts/bench/compare BASE`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.build import ROOT, BenchError, Build
from bench.measures import MEASURES, REPEATED, Samples, summary


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(done.stderr.strip())
    return done.stdout.strip()


def measure(builds: list[Build], names: list[str], *, samples: int, rounds: int) -> list[Samples]:
    """Let the builds take turns, each measure by each; the machine's other work meets all of them alike."""
    found: list[Samples] = [{} for _ in builds]
    for name in (name for name in MEASURES if name in names):
        for turn in range(rounds if name in REPEATED else 1):
            order = list(enumerate(builds))
            for number, build in order if turn % 2 == 0 else reversed(order):
                print(f"{name}, {build.name}", flush=True)
                for what, values in MEASURES[name](build, samples).items():
                    found[number].setdefault(what, []).extend(values)
    return found


def table(builds: list[Build], found: list[Samples]) -> list[str]:
    heads = [f"{build.name}, p50 / p95" for build in builds]
    ratio = len(builds) == 2
    rows = [f"| what | {' | '.join(heads)} |" + (" ratio |" if ratio else "")]
    rows.append("|---" * (len(builds) + 1 + ratio) + "|")
    for what in found[0]:
        figures = [summary(what, each[what]) for each in found]
        cells = [what, *(shown for _, shown in figures)]
        if ratio:
            cells.append(f"{figures[1][0] / figures[0][0]:.2f}")
        rows.append(f"| {' | '.join(cells)} |")
    return rows


def machine() -> dict[str, Any]:
    return {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


def run(builds: list[Build], asked: argparse.Namespace) -> int:
    before = machine()
    try:
        for build in builds:
            build.up()
        found = measure(builds, asked.only or list(MEASURES), samples=asked.samples, rounds=asked.rounds)
    finally:
        for build in builds:
            build.down()
    rows = table(builds, found)
    print("\n".join(["", *rows, "", f"{before['date']}, {before['cores']} cores, load {before['load']} before"]))
    if asked.json:
        names = [build.name for build in builds]
        asked.json.write_text(json.dumps({"machine": before, "builds": dict(zip(names, found, strict=True))}, indent=2))
    return 0


def compare(asked: argparse.Namespace) -> int:
    """Check both commits out beside each other, start them, and measure them in turn."""
    commits = [git("rev-parse", "--short", asked.base), git("rev-parse", "--short", asked.head)]
    if commits[0] == commits[1]:
        raise BenchError(f"{asked.base} and {asked.head} are the same commit.")
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="bench-"))
    folder = folder.resolve()
    builds = []
    try:
        for commit in commits:
            root = folder / commit
            if not root.exists():
                git("worktree", "add", "--detach", "--force", str(root), commit)
            builds.append(Build(commit, root, root / ".run"))
        return run(builds, asked)
    finally:
        if not asked.keep:
            for build in builds:
                subprocess.run(["git", "worktree", "remove", "--force", str(build.root)], cwd=ROOT, check=False)


def main() -> int:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--only", action="append", choices=tuple(MEASURES), help="one measure; may be given often")
    common.add_argument("--samples", type=int, default=100, help="requests of each kind and round")
    common.add_argument("--rounds", type=int, default=3, help="turns of each measure that can be repeated")
    common.add_argument("--json", type=Path, help="write every sample to this file as well")
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", prog="scripts/bench/run", parents=[common], help="measure this tree")
    both = commands.add_parser("compare", prog="scripts/bench/compare", parents=[common], help="measure two commits")
    both.add_argument("base", help="the commit to compare with")
    both.add_argument("head", nargs="?", default="HEAD", help="the commit to look at (HEAD)")
    both.add_argument("--keep", type=Path, help="keep both checkouts in this folder, for the next time")
    asked = parser.parse_args()
    try:
        if asked.command == "compare":
            return compare(asked)
        return run([Build("this tree", ROOT, ROOT / ".run" / "bench")], asked)
    except BenchError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
