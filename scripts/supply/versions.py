"""Run the tests on other versions than the prescribed ones: PostgreSQL 15 and 17, RabbitMQ 4, Node 22 and 24.

Takes each from the machine or from a package registry, and says of those that can't be had why. Ends with 0 where all
that could be had passed, 1 where a test failed, 2 where none could be had. What stands after `--` goes to pytest or
vitest; without it, whole suites run, for which two cores take about an hour.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from native.plan import read_env_file
from native.services import SERVICES
from supply.other_servers import NotToBeHad, node, postgresql, rabbitmq_4
from supply.tools import FRONTEND, ROOT

FOLDER = ROOT / ".run" / "versions"
SERVERS = ("RABBITMQ_URL", "RABBITMQ_MANAGEMENT_URL", "REDIS_URL")
#: What meets the broker: the relay, consumers, dead letters and the topology; intake and its many processes.
BROKER_SUITES = ("common", "workflow_api")
NOT_TO_BE_HAD = "not to be had"


@dataclass(frozen=True)
class Version:
    name: str
    server: Callable[[Path], AbstractContextManager[dict[str, str]]]
    suites: tuple[str, ...]


VERSIONS = (
    Version("postgresql-15", partial(postgresql, "15"), (*(service.folder for service in SERVICES), "common")),
    Version("postgresql-17", partial(postgresql, "17"), (*(service.folder for service in SERVICES), "common")),
    Version("rabbitmq-4", rabbitmq_4, BROKER_SUITES),
    Version("node-22", partial(node, "22"), ("frontend",)),
    Version("node-24", partial(node, "24"), ("frontend",)),
)


@dataclass(frozen=True)
class Outcome:
    version: str
    suite: str
    result: str
    seconds: float = 0


def run_suite(suite: str, environment: Mapping[str, str], arguments: Sequence[str]) -> str:
    """Run one suite with the servers that the environment names; return passed or failed."""
    if suite == "frontend":
        commands = [["node_modules/.bin/vitest", "run", *arguments], ["node_modules/.bin/vite", "build"]]
        commands = [["node", *command] for command in commands]
        commands[1] += ["--outDir", str(FOLDER / "dist"), "--emptyOutDir", "--logLevel", "error"]
        folder = FRONTEND
    else:
        commands = [[str(ROOT / ".venv/bin/python"), "-m", "pytest", "-q", "--create-db", *arguments]]
        folder = ROOT / suite
    for command in commands:
        done = subprocess.run(command, cwd=folder, env=dict(environment), stdin=subprocess.DEVNULL, check=False)
        if done.returncode:
            return f"failed ({done.returncode})"
    return "passed"


def environment_of(suite: str, standard: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    """Return what the suite is told: the standard servers, but for those of the other version."""
    # The common package has no service of its own: its tests use the database of auth.
    variable = next((each.database_variable for each in SERVICES if each.folder == suite), "AUTH_DATABASE_URL")
    named = {name: standard[name] for name in SERVERS if name in standard}
    named["DATABASE_URL"] = standard.get(variable, "")
    return {**os.environ, **named, **other}


def try_version(
    version: Version, suites: Sequence[str], standard: Mapping[str, str], arguments: Sequence[str]
) -> list[Outcome]:
    outcomes = []
    try:
        with version.server(FOLDER) as other:
            for suite in suites:
                print(f"\n{version.name}: {suite}", flush=True)
                began = time.monotonic()
                result = run_suite(suite, environment_of(suite, standard, other), arguments)
                outcomes.append(Outcome(version.name, suite, result, time.monotonic() - began))
    except NotToBeHad as error:
        print(f"\n{version.name} can't be had: {error}", flush=True)
        outcomes.append(Outcome(version.name, "–", NOT_TO_BE_HAD))
    return outcomes


def standard_servers(command: str, *options: str) -> None:
    environment = {**os.environ, "RUN_DIR": str(FOLDER / "servers")}
    done = subprocess.run([str(ROOT / "scripts" / command), *options], env=environment, check=False)
    if done.returncode and command == "up":
        raise SystemExit(2)


def main() -> int:
    own, passed_on = split(sys.argv[1:])
    names = [version.name for version in VERSIONS]
    parser = argparse.ArgumentParser(prog="scripts/test_versions", description=__doc__)
    parser.add_argument("--only", action="append", choices=names, help="one version; may be given often")
    parser.add_argument("--suite", action="append", help="one of its suites, such as workflow_api; may be given often")
    asked = parser.parse_args(own)
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = [version for version in VERSIONS if version.name in (asked.only or names)]
    chosen = [
        (version, [each for each in version.suites if each in (asked.suite or version.suites)]) for version in wanted
    ]
    standard: dict[str, str] = {}
    outcomes: list[Outcome] = []
    try:
        if any(suites != ["frontend"] for _, suites in chosen if suites):
            standard_servers("up", "--servers-only", "--auto-ports", "--fast-disk")
            standard = read_env_file(FOLDER / "servers" / "env")
        for version, suites in chosen:
            outcomes += try_version(version, suites, standard, passed_on)
    finally:
        if standard:
            standard_servers("down", "--wipe")
    print("\n| version | suite | result | seconds |\n|---|---|---|---|")
    for outcome in outcomes:
        print(f"| {outcome.version} | {outcome.suite} | {outcome.result} | {outcome.seconds:.0f} |")
    return verdict(outcomes)


def split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Return what stands before `--`, and what stands after it."""
    at = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:at], arguments[at + 1 :]


def verdict(outcomes: Sequence[Outcome]) -> int:
    if any(outcome.result.startswith("failed") for outcome in outcomes):
        return 1
    return 0 if any(outcome.result == "passed" for outcome in outcomes) else 2


if __name__ == "__main__":
    sys.exit(main())
