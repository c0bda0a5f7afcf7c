"""Every check and test of the repository: what runs, on what, and a table of how it went."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from native import ports
from native.console import Console, StartError
from native.layout import Layout, tail
from native.plan import read_env_file
from native.provision import Needs, browser, provision
from native.services import SERVICES, Service

GROUPS = ("lint", "types", "unit", "contracts", "e2e", "browser")
#: The test stack stays away from the ports of a stack that people use.
PORT_OFFSET = 20000
#: What a person's environment must not decide about the tests.
FOREIGN = (
    "DATABASE_URL",
    "RABBITMQ_URL",
    "RABBITMQ_MANAGEMENT_URL",
    "REDIS_URL",
    "DJANGO_SETTINGS_MODULE",
    "DJANGO_ENV",
)
FOREIGN_PREFIXES = ("DJANGO_", "AUTH_", "WORKFLOW_", "MESSAGING_", "NOTIFICATION_", "TICKET_", "EMAIL_", "FRONTEND_")
#: What takes minutes, longest first: whatever else there is fills the gaps at the end.
LONGEST = (
    "vitest",
    "pytest workflow_api/workflowmanager",
    "pytest auth",
    "pytest common",
    "pytest workflow_api",
    "pytest messaging",
    "pytest notification_service",
)
PASSED_LINES, FAILED_LINES, REASON_LINES = 3, 200, 40
#: How the test runners close: pytest, vitest, Playwright.
SUMMARY = re.compile(r"\b\d+ (passed|failed|errors?)\b")


@dataclass(frozen=True)
class Check:
    """One command whose exit code is the verdict."""

    name: str
    group: str
    command: tuple[str, ...]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    minutes: float = 20
    on_servers: bool = False


@dataclass
class Result:
    """How one check went."""

    name: str
    passed: bool
    seconds: float
    closing: str
    reasons: tuple[str, ...] = ()  # the end of what a failed check said


class Workbench:
    """Runs checks against a stack of its own, beside whatever else runs on the machine."""

    def __init__(self, layout: Layout, console: Console) -> None:
        self.layout = layout
        self.console = console
        self.results: list[Result] = []
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self.environment = clean_environment(layout)

    def script(self, name: str, *arguments: str, run: Path | None = None) -> bool:
        """Run one of the repository's own commands on a test stack, its output shown as it comes."""
        command = [str(self.layout.root / "scripts" / name), *arguments]
        environment = self.environment | {"RUN_DIR": str(run or self.layout.run)}
        done = subprocess.run(command, cwd=self.layout.root, env=environment, stdin=subprocess.DEVNULL, check=False)
        return done.returncode == 0

    def run_all(self, checks: Iterable[Check | Callable[[], None]], *, side_by_side: int) -> None:
        """Run checks, and whatever else is to be called between them, in this order and so many at once."""
        with ThreadPoolExecutor(max_workers=side_by_side) as pool:
            jobs = [pool.submit(self.run, job) if isinstance(job, Check) else pool.submit(job) for job in checks]
            try:
                for job in jobs:
                    job.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                self.end_all()
                raise

    def run(self, check: Check) -> None:
        log = self.layout.log_of("check-" + check.name.replace(" ", "-").replace("/", "-"))
        began = time.monotonic()
        with log.open("wb") as output:
            process = subprocess.Popen(
                check.command,
                cwd=check.folder,
                env=self.environment | check.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            with self._lock:
                self._running[process.pid] = process
            try:
                code = process.wait(timeout=check.minutes * 60)
            except subprocess.TimeoutExpired:
                end_group(process)
                output.write(f"\nended after {check.minutes:.0f} minutes\n".encode())
                code = -1
            finally:
                with self._lock:
                    self._running.pop(process.pid, None)
        self._report(check, code == 0, time.monotonic() - began, log)

    def _report(self, check: Check, passed: bool, seconds: float, log: Path) -> None:
        shown = [line for line in tail(log, 1000).splitlines() if line.strip()]
        closing = next((line for line in reversed(shown) if SUMMARY.search(line)), shown[-1] if shown else "")
        reasons = () if passed else tuple(shown[-REASON_LINES:])
        shown = shown[-PASSED_LINES if passed else -FAILED_LINES :]
        if closing and closing not in shown:
            shown.append(closing)  # something spoke after the summary
        result = Result(check.name, passed, seconds, closing.strip(), reasons)
        with self._lock:
            self.results.append(result)
        body = "".join(f"    {line}\n" for line in shown)
        self.console.line(f"{'PASS' if passed else 'FAIL'}  {check.name}  ({seconds:.1f} s)\n{body}".rstrip("\n"))

    def end_all(self) -> None:
        with self._lock:
            running = list(self._running.values())
        for process in running:
            end_group(process)

    def note(self, name: str, passed: bool, seconds: float, closing: str) -> None:
        with self._lock:
            self.results.append(Result(name, passed, seconds, closing))

    def table(self) -> None:
        self.console.line("\n" + "-" * 100)
        for result in self.results:
            verdict = "passed" if result.passed else "FAILED"
            self.console.line(f"{verdict}  {result.seconds:6.1f} s  {result.name:<28} {result.closing[:60]}")
        failed = [result.name for result in self.results if not result.passed]
        self.console.line("-" * 100)
        # Said once more at the very end, where a log that is cut short still has it.
        for result in self.results:
            if result.reasons:
                body = "".join(f"    {line}\n" for line in result.reasons)
                self.console.line(f"FAILED  {result.name}, the end of its output:\n{body}".rstrip("\n"))
        for result in self.results:
            for line in [line for line in result.reasons if line.startswith(("FAILED ", "ERROR "))]:
                self.console.line(f"{result.name}: {line[:160]}")
        self.console.line(
            f"{len(self.results)} checks, {len(failed)} failed" + (f": {', '.join(failed)}" if failed else "")
        )


def end_group(process: subprocess.Popen[bytes]) -> None:
    for number, wait in ((signal.SIGTERM, 10), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, number)
            process.wait(timeout=wait)
            return
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            return


def clean_environment(layout: Layout) -> dict[str, str]:
    """Return an environment in which the tests' own stack decides everything."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in FOREIGN and not name.startswith(FOREIGN_PREFIXES) and name not in ports.DEFAULT_PORTS
    }
    kept.pop("PYTHONPATH", None)
    offset = {name: str(port + PORT_OFFSET) for name, port in ports.DEFAULT_PORTS.items()}
    # 15672 + 20000 lies among the ports that the system hands out for outgoing connections.
    offset["RABBITMQ_MANAGEMENT_PORT"] = "25772"
    path = f"{layout.venv / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return (
        kept
        | offset
        | {"RUN_DIR": str(layout.run), "ENV_FILE": os.devnull, "PATH": path, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
    )


def all_checks(layout: Layout, stack: dict[str, str]) -> list[Check]:
    """Return the checks that need no running services, longest first; `stack` are the variables of the test stack."""
    root, python = layout.root, str(layout.python)
    lint_imports = str(layout.venv / "bin" / "lint-imports")
    frontend = root / "frontend"
    checks = []
    for service in SERVICES:
        database = {"DATABASE_URL": stack.get(service.database_variable, "")}
        broker = {name: stack.get(name, "") for name in ("RABBITMQ_URL", "RABBITMQ_MANAGEMENT_URL", "REDIS_URL")}
        folder = root / service.folder
        mypy = (python, "-m", "mypy", "--config-file", "../pyproject.toml", ".")
        lint_migrations = (python, "-m", "ticketing_testing.migration_lint")
        migrations = (python, "manage.py", "makemigrations", "--check", "--dry-run")
        checks += [
            Check(f"imports {service.folder}", "lint", (lint_imports, "--no-cache"), folder),
            Check(f"mypy {service.folder}", "types", mypy, folder),
            *(
                Check(
                    name,
                    "unit",
                    (python, "-m", "pytest", "--color=no", *paths),
                    folder,
                    found | broker,
                    on_servers=True,
                )
                for name, paths, found in _halves(service, database)
            ),
            Check(f"migrations {service.folder}", "contracts", migrations, folder, database, on_servers=True),
            Check(f"upgrade {service.folder}", "contracts", lint_migrations, folder, database, on_servers=True),
        ]
    broker = {name: stack.get(name, "") for name in ("RABBITMQ_URL", "RABBITMQ_MANAGEMENT_URL", "REDIS_URL")}
    auth_database = {"DATABASE_URL": stack.get("AUTH_DATABASE_URL", "")}
    plain = (python, "-m", "pytest", "--color=no")
    checks += [
        Check("pytest common", "unit", plain, root / "common", auth_database | broker, on_servers=True),
        Check("pytest scripts", "unit", (*plain, "scripts"), root / "tests"),
        Check("pytest client", "unit", plain, root / "scripts" / "client"),
        Check("vitest", "unit", ("npm", "run", "--silent", "test"), frontend),
        Check("architecture and contracts", "contracts", (*plain, "architecture", "contracts"), root / "tests"),
        Check("openapi", "contracts", (str(root / "scripts" / "gen-openapi"), "--check"), root),
        Check(
            "mypy common",
            "types",
            (python, "-m", "mypy", "--config-file", "../pyproject.toml", "../common/src", "../common/testing"),
            root / "ticket_service",  # Django's plugin needs some service's settings
        ),
        Check("mypy scripts", "types", (python, "-m", "mypy", "--config-file", "scripts/mypy.ini"), root),
        Check("tsc", "types", ("npm", "run", "--silent", "typecheck"), frontend),
        Check("biome", "lint", ("npm", "run", "--silent", "lint"), frontend),
        Check("ruff", "lint", (python, "-m", "ruff", "check", "."), root),
        Check(
            "documentation site",
            "lint",
            (python, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(layout.run / "site")),
            root,
            {"NO_MKDOCS_2_WARNING": "1"},
        ),
    ]
    order = {"unit": 0, "types": 1, "contracts": 2, "lint": 3}
    longest = {name: place for place, name in enumerate(LONGEST)}
    return sorted(checks, key=lambda check: (order[check.group], longest.get(check.name, len(longest))))


def _halves(service: Service, database: dict[str, str]) -> list[tuple[str, tuple[str, ...], dict[str, str]]]:
    """Return name, arguments and database of each pytest run of a service: the longest one is cut in two."""
    name = f"pytest {service.folder}"
    if service.name != "workflow":
        return [(name, (), database)]
    second = {variable: f"{url}_engine" if url else "" for variable, url in database.items()}
    return [
        (f"{name}/workflowmanager", ("workflowmanager",), second),
        (name, ("--ignore=workflowmanager",), database),
    ]


def run_checks(layout: Layout, console: Console, groups: frozenset[str], *, keep: bool) -> int:
    """Provision, run the groups, print the table; the exit code says whether everything passed."""
    wanted = groups or frozenset(GROUPS)
    on_servers = bool(wanted & {"unit", "contracts", "e2e", "browser"})
    live = bool(wanted & {"e2e", "browser"})
    programs = {"postgresql", "rabbitmq", "redis", "nginx", "pgbouncer", "promtool", "dovecot"}
    servers = frozenset(programs) if on_servers else frozenset()
    programs_of_tests = {"browser": "browser" in wanted, "examples": "e2e" in wanted}
    needs = Needs(servers=servers, built=live, development=True, **programs_of_tests)
    provision(layout, needs, console)
    bench = Workbench(layout, console)
    try:
        if on_servers:
            bench.script("down", "--wipe")
            layout.logs.mkdir(parents=True, exist_ok=True)
            if not bench.script("up", "--servers-only", "--fast-disk", "--auto-ports"):
                raise StartError("The tests' own servers do not start.")
        checks = [check for check in all_checks(layout, read_env_file(layout.env_file)) if check.group in wanted]
        journeys = [group for group in ("browser", "e2e") if group in wanted]
        console.step(f"Running {len(checks) + len(journeys)} checks")
        long = [check for check in checks if check.group == "unit"]
        short = [check for check in checks if check.group != "unit"]
        processors = os.cpu_count() or 2
        bench.run_all(long, side_by_side=processors + 1)
        # Journeys tell of a product in use, with limits on time: one whole stack at a time, beside what computes.
        bench.run_all([partial(run_journeys, bench, journeys, keep=keep), *short], side_by_side=processors)
    finally:
        bench.end_all()
        if on_servers and not keep:
            bench.script("down")
    bench.table()
    return 0 if all(result.passed for result in bench.results) else 1


def run_journeys(bench: Workbench, groups: Iterable[str], *, keep: bool) -> None:
    for group in groups:
        run_live(bench, group, keep=keep)


def run_live(bench: Workbench, group: str, *, keep: bool) -> None:
    """Start a whole stack as a newcomer would, for these journeys alone, and let them run against it."""
    layout, began = bench.layout, time.monotonic()
    run = layout.run / group
    bench.script("down", "--wipe", run=run)
    try:
        started = bench.script("up", "--fast-disk", "--auto-ports", run=run)
        bench.note(f"scripts/up, {group}", started, time.monotonic() - began, "a whole stack, from empty databases")
        if started:
            bench.run(journey(layout, group, read_env_file(run / "env") | {"RUN_DIR": str(run)}))
    finally:
        if not keep:
            bench.script("down", run=run)


def journey(layout: Layout, group: str, stack: dict[str, str]) -> Check:
    if group == "e2e":
        command = (str(layout.python), "-m", "pytest", "--color=no", "e2e")
        return Check("pytest e2e", group, command, layout.root / "tests", stack, minutes=25)
    return Check(
        "playwright",
        group,
        ("npm", "run", "--silent", "e2e"),
        layout.root / "frontend",
        stack | {"BASE_URL": stack["FRONTEND_URL"], "CHROMIUM_PATH": browser(), "CI": "1"},
        minutes=30,
    )
