"""What is wrong with the running copy: its processes, its disk, and what each service says of itself."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from native.console import Console, StartError
from native.layout import Layout
from native.manage import command_of
from native.services import SERVICES, Service
from native.state import State
from native.supervision import Supervisor
from native.up import source_fingerprint

SECONDS = 120
MIN_FREE_BYTES = 2**30
MANY_RESTARTS = 3
OLDEST_PULSE_SECONDS = 60
COMPOSE = ("docker", "compose", "exec", "-T")
CONTAINERS = {
    "auth": "auth-service",
    "workflow": "workflow-api",
    "messaging": "messaging-service",
    "notification": "notification-service",
    "ticket": "ticket-service",
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, as `ticketing_common.doctor` has it, and where."""

    service: str
    code: str
    detail: str
    fix: str
    severity: str = "problem"


def doctor(layout: Layout, console: Console, *, as_json: bool, docker: bool = False) -> int:
    """Print the findings, the problems first; 1 where there is a problem."""
    found = examine_containers(layout) if docker else examine_native(layout)
    found.sort(key=lambda finding: (finding.severity != "problem", finding.service))
    if as_json:
        console.line(json.dumps([asdict(finding) for finding in found], indent=2))
    else:
        for finding in found:
            console.line(f"{finding.severity}: {finding.service}: {finding.code}")
            console.line(f"    {finding.detail}\n    → {finding.fix}")
        console.line(f"{len(found)} findings" if found else "Nothing is wrong.")
    return 1 if any(finding.severity == "problem" for finding in found) else 0


def examine_native(layout: Layout) -> list[Finding]:
    if not State.of(layout).get("ports_in_use"):
        raise StartError("Nothing has been started here yet: run scripts/up first.")
    found = [*processes(layout), *code(layout), *disk(layout)]
    return found + ask_services(lambda service: run(*command_of(layout, service, ("doctor", "--json"))))


def examine_containers(layout: Layout) -> list[Finding]:
    def ask(service: Service) -> subprocess.CompletedProcess[str]:
        words = [*COMPOSE, CONTAINERS[service.name], "python", "manage.py", "doctor", "--json"]
        return run(words, str(layout.root), None)

    return ask_services(ask)


def run(words: Sequence[str], folder: str, environment: dict[str, str] | None) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            words,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(words, 1, "", f"no answer within {SECONDS} s")


def ask_services(ask: Callable[[Service], subprocess.CompletedProcess[str]]) -> list[Finding]:
    """Ask each service about itself, two at a time."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        answers = list(pool.map(ask, SERVICES))
    found = []
    for service, answer in zip(SERVICES, answers, strict=True):
        try:
            # Before the document there may be lines of the log.
            document = json.loads(answer.stdout.strip().splitlines()[-1])
            found += [Finding(service=service.folder, **entry) for entry in document["findings"]]
        except (ValueError, IndexError, KeyError, TypeError):
            reason = (answer.stderr.strip() or answer.stdout.strip() or "it said nothing").splitlines()[-1][:300]
            found.append(
                Finding(
                    service.folder, "doctor_failed", reason, "Mend what it names; then look again with scripts/doctor."
                )
            )
    return found


def processes(layout: Layout) -> list[Finding]:
    supervisor = Supervisor(layout)
    if not supervisor.is_alive():
        return [Finding("this machine", "not_running", "Nothing runs here.", "Start it with scripts/up.")]
    found = []
    for status in supervisor.statuses():
        log = f"scripts/logs {status.name} says why"
        if not status.is_up:
            detail = f"{status.name} is {status.state.lower()}: {status.description}."
            found.append(Finding("this machine", "process_down", detail, f"{log}; scripts/up starts it."))
        elif status.restarts >= MANY_RESTARTS:
            detail = f"{status.name} died by itself and was started again {status.restarts} times."
            found.append(Finding("this machine", "process_restarts", detail, f"{log}.", "warning"))
    return found + silent(layout)


def silent(layout: Layout) -> list[Finding]:
    """Name processes that run and have had no good round for a minute; those with a port show no pulse."""
    found = []
    for pulse in sorted((layout.run / "pulse").glob("*")):
        age = time.time() - pulse.stat().st_mtime
        if pulse.suffix != ".life" and age > OLDEST_PULSE_SECONDS:
            detail = f"{pulse.name} has had no good round for {age:.0f} s."
            fix = f"scripts/logs {pulse.name} says what it waits for; what hangs is ended and started again."
            found.append(Finding("this machine", "process_silent", detail, fix))
    return found


def code(layout: Layout) -> list[Finding]:
    running = State.of(layout).get("running_code")
    if running is None or running == source_fingerprint(layout):
        return []
    detail = "The services run code that is not the one in this folder."
    return [
        Finding("this machine", "code_changed", detail, "scripts/up migrates and starts what is old again.", "warning")
    ]


def disk(layout: Layout) -> list[Finding]:
    usage = shutil.disk_usage(layout.run)
    if usage.free >= MIN_FREE_BYTES:
        return []
    detail = f"{usage.free / 2**30:.2f} GiB are free where {layout.run} lies."
    return [Finding("this machine", "disk_low", detail, "Make room; docs/operations/disk-full.md.")]
