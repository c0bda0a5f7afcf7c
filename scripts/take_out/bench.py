"""A copy of the code to take rules out of, and databases for its tests: nothing here touches the working tree."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from native.services import SERVICES
from take_out.edits import Edit, edited
from take_out.tables import ROOT
from take_out.witness import is_noticed

DATABASE_VARIABLES = {service.folder: service.database_variable for service in SERVICES} | {
    "common": "AUTH_DATABASE_URL"
}
LEFT_OUT = ("frontend/",)
PYTEST = ("-p", "take_out.witness", "--reuse-db", "--color=no", "--tb=short")
MIGRATIONS = re.compile(r"/migrations/\d{4}_\w+\.py$")


class BenchError(Exception):
    """The run can't go on; the text says what to do."""


def find_stack() -> dict[str, str]:
    """Return the variables of the servers that the environment names, or that `scripts/up` has started."""
    run = Path(os.environ.get("RUN_DIR") or ".run")
    values: dict[str, str] = {}
    with contextlib.suppress(FileNotFoundError):
        lines = (ROOT / run / "env").read_text().splitlines()
        values = {name: value for name, _, value in (line.partition("=") for line in lines) if name.isidentifier()}
    values |= {name: value for name, value in os.environ.items() if name in values or name.endswith("_URL")}
    missing = [name for name in ("WORKFLOW_DATABASE_URL", "RABBITMQ_URL", "REDIS_URL") if not values.get(name)]
    if missing:
        raise BenchError(f"{', '.join(missing)} is not set and nothing runs here: scripts/up --servers-only")
    return values


@dataclass(frozen=True)
class Outcome:
    """How the tests of one run went: the lines of `take_out.witness`, and pytest's exit code (None: out of time)."""

    lines: list[dict[str, Any]]
    code: int | None
    output: str

    def failures(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["outcome"] == "failed"]

    def noticed(self, files: Sequence[str]) -> dict[str, Any] | None:
        """Return the first test that failed by what it asserts, where `files` were edited."""
        return next((line for line in self.lines if is_noticed(line, files)), None)


class Databases:
    """A migrated database per service, from which each run gets a copy of its own; gone at the end."""

    def __init__(self, stack: dict[str, str]) -> None:
        self.stack = stack
        self.name = f"take_out_{uuid.uuid4().hex[:8]}"
        self._made: set[str] = set()
        self._lock = threading.Lock()

    def url(self, folder: str, name: str) -> str:
        return urlunsplit(urlsplit(self.stack[DATABASE_VARIABLES[folder]])._replace(path=f"/{name}"))

    @contextlib.contextmanager
    def fresh(self, folder: str, code: Path, *, migrated: bool) -> Iterator[str]:
        """Give the URL under which pytest finds a migrated test database, or none where it is to migrate itself."""
        name = f"{self.name}_{uuid.uuid4().hex[:8]}"
        if migrated:
            template = self._template(folder, code)
            self._administer(f'CREATE DATABASE "test_{name}" TEMPLATE "{template}"')
        try:
            yield self.url(folder, name)
        finally:
            self._administer(f'DROP DATABASE IF EXISTS "test_{name}" WITH (FORCE)')

    def _template(self, folder: str, code: Path) -> str:
        name = f"{self.name}_{folder}"
        with self._lock:
            if name in self._made:
                return name
            self._administer(f'CREATE DATABASE "{name}"')
            self._made.add(name)
            done = subprocess.run(
                [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
                cwd=code / folder,
                env=environment(self.stack, code)
                | {"DATABASE_URL": self.url(folder, name), "DJANGO_SETTINGS_MODULE": "config.settings_test"},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise BenchError(f"{folder} does not migrate:\n{done.stderr[-2000:]}")
        return name

    def drop(self) -> None:
        for name in self._made:
            self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _administer(self, statement: str) -> None:
        connection = psycopg2.connect(self.url("workflow_api", "postgres"))
        try:
            connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()


def environment(stack: dict[str, str], code: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    broker = {name: stack.get(name, "") for name in ("RABBITMQ_URL", "RABBITMQ_MANAGEMENT_URL", "REDIS_URL")}
    # The copy's shared package comes before the one that is installed.
    paths = os.pathsep.join([str(code / "common" / "src"), str(ROOT / "scripts")])
    return kept | broker | {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}


class Copy:
    """The tracked files of the repository in a folder of its own, as they are in the working tree now."""

    def __init__(self, databases: Databases) -> None:
        self.databases = databases
        self._folder = tempfile.TemporaryDirectory(prefix="take-out-", ignore_cleanup_errors=True)
        self.code = Path(self._folder.name).resolve() / "code"
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in listed.stdout.split("\0"):
            source = ROOT / name
            if name and not name.startswith(LEFT_OUT) and source.is_file():
                (self.code / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, self.code / name)

    def remove(self) -> None:
        self._folder.cleanup()

    def run(
        self, node_ids: Iterable[str], edits: Iterable[Edit] = (), *, seconds: float, stops: bool = True
    ) -> Outcome:
        """Run the tests with the edits made, service by service; the copy is afterwards as before."""
        changed = edited(self.code, edits)
        original = {file: (self.code / file).read_bytes() for file in changed}
        by_folder: dict[str, list[str]] = {}
        for node_id in node_ids:
            folder, _, rest = node_id.partition("/")
            by_folder.setdefault(folder, []).append(rest)
        lines: list[dict[str, Any]] = []
        output, code = "", 0
        try:
            for file, text in changed.items():
                (self.code / file).write_text(text)
            for folder, names in by_folder.items():
                found = self._pytest(folder, names, sorted(changed) if stops else None, seconds)
                lines += found.lines
                output, code = found.output, found.code or 0
                if found.code is None or (stops and found.noticed(sorted(changed))):
                    return Outcome(lines, found.code, output)
                if found.code:
                    break
        finally:
            for file, content in original.items():
                (self.code / file).write_bytes(content)
        return Outcome(lines, code, output)

    def _pytest(self, folder: str, names: list[str], files: list[str] | None, seconds: float) -> Outcome:
        report, written = self.code.parent / "report.jsonl", self.code.parent / "output"
        report.write_text("")
        migrates = any(MIGRATIONS.search(file) for file in files or ())
        with self.databases.fresh(folder, self.code, migrated=folder != "common" and not migrates) as url:
            variables = environment(self.databases.stack, self.code) | {
                "DATABASE_URL": url,
                "TAKE_OUT_REPORT": str(report),
                "TAKE_OUT_STOP": json.dumps(files),
            }
            # A file, not a pipe: a server that a test has left behind would hold a pipe open.
            with written.open("w") as output:
                process = subprocess.Popen(
                    [sys.executable, "-m", "pytest", *PYTEST, *names],
                    cwd=self.code / folder,
                    env=variables,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
                code: int | None
                try:
                    code = process.wait(timeout=seconds)
                except subprocess.TimeoutExpired:
                    _end(process)
                    code = None
                except BaseException:
                    _end(process)
                    raise
        lines = [json.loads(line) for line in report.read_text().splitlines()]
        return Outcome(lines, code, written.read_text(errors="replace"))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let pytest end what its tests have started; then make an end."""
    for number, patience in ((signal.SIGINT, 20), (signal.SIGKILL, None)):
        os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=patience)
            return
