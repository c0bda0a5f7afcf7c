"""Talk to supervisor: write its configuration, start it, start and stop what it looks after."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from native.console import Console, StartError
from native.layout import Layout, tail
from native.processes import MARK, Process
from native.state import write_private

#: What supervisor answers when it is asked for a state that is already there.
ALREADY_STARTED, NOT_RUNNING = 60, 70
DOWN = frozenset({"STOPPED", "EXITED", "FATAL"})
SERVERS = ("rabbitmq", "postgresql", "redis", "epmd")


@dataclass(frozen=True)
class Status:
    """One process as supervisor sees it."""

    name: str
    pid: int
    state: str
    restarts: int
    description: str

    @property
    def is_up(self) -> bool:
        return self.state == "RUNNING"


def render_config(layout: Layout, processes: Iterable[Process]) -> str:
    """Write supervisor's configuration. Nothing starts by itself: `up` starts things in order."""
    lines = [
        "[unix_http_server]",
        f"file = {_literal(str(layout.supervisor_socket))}",
        "chmod = 0700",
        "",
        "[supervisord]",
        f"logfile = {_literal(str(layout.supervisor_log))}",
        "logfile_maxbytes = 20MB",
        "logfile_backups = 1",
        f"pidfile = {_literal(str(layout.run / 'supervisord.pid'))}",
        "nodaemon = true",
        "silent = true",
        "minfds = 1024",
        *(["user = root"] if os.geteuid() == 0 else []),
        "",
        "[rpcinterface:supervisor]",
        "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface",
    ]
    for process in processes:
        command = " ".join(_quote(word) for word in process.command)
        lines += [
            "",
            f"[program:{process.name}]",
            f"command = {_literal(command)}",
            f"directory = {_literal(str(process.directory))}",
            f"environment = {_environment(process.environment)}",
            *([f"user = {process.user}"] if process.user else []),
            "autostart = false",
            "autorestart = true",
            f"startsecs = {process.start_seconds}",
            "startretries = 100",
            f"stopsignal = {process.stop_signal}",
            f"stopwaitsecs = {process.stop_seconds}",
            "killasgroup = true",
            "redirect_stderr = true",
            f"stdout_logfile = {_literal(str(layout.log_of(process.name)))}",
            "stdout_logfile_maxbytes = 20MB",
            "stdout_logfile_backups = 2",
        ]
    return "\n".join(lines) + "\n"


def _literal(text: str) -> str:
    """Supervisor expands %(name)s everywhere, so a percent sign is written twice."""
    return text.replace("%", "%%")


def _quote(word: str) -> str:
    return word if re.fullmatch(r"[\w@%+=:,./-]+", word) else '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _environment(values: dict[str, str]) -> str:
    for name, value in values.items():
        if '"' in value or "\n" in value:
            raise StartError(f"{name} may not hold a double quote or a line break.")
    return _literal(",".join(f'{name}="{value}"' for name, value in sorted(values.items())))


class Supervisor:
    """The supervisor of one run directory."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._restarts_before: dict[str, int] = {}

    @contextmanager
    def _rpc(self) -> Iterator[Any]:
        # Of the virtual environment, while these scripts run in the system's Python.
        packages = [str(path) for path in self.layout.venv.glob("lib/python3*/site-packages")]
        sys.path += [path for path in packages if path not in sys.path]
        from supervisor.xmlrpc import SupervisorTransport

        transport = SupervisorTransport(serverurl=f"unix://{self.layout.supervisor_socket}")
        with contextlib.closing(transport):
            yield xmlrpc.client.ServerProxy("http://localhost", transport=transport).supervisor

    def is_alive(self) -> bool:
        if not self.layout.supervisor_socket.exists():
            return False
        try:
            with self._rpc() as rpc:
                return bool(rpc.getState()["statename"] == "RUNNING")
        except (OSError, xmlrpc.client.Error, http.client.HTTPException):
            return False

    def apply(self, processes: list[Process]) -> None:
        """Make supervisor know exactly these processes, starting it if need be; what is unchanged keeps running."""
        config = render_config(self.layout, processes)
        write_private(self.layout.supervisor_config, config)
        if not self.is_alive():
            self._launch()
        with self._rpc() as rpc:
            ((added, changed, removed),) = rpc.reloadConfig()
            for group in (*removed, *changed):
                rpc.stopProcessGroup(group)
                rpc.removeProcessGroup(group)
            for group in (*changed, *added):
                rpc.addProcessGroup(group)

    def _launch(self) -> None:
        socket_folder = self.layout.supervisor_socket.parent
        socket_folder.mkdir(parents=True, exist_ok=True)
        if socket_folder != self.layout.run:
            if socket_folder.stat().st_uid != os.getuid():
                raise StartError(f"{socket_folder} belongs to someone else.")
            socket_folder.chmod(0o700)
        self.layout.supervisor_log.unlink(missing_ok=True)
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE", "DATABASE_URL"}
        }
        errors = self.layout.log_of("supervisord-start")
        with errors.open("wb") as output:
            process = subprocess.Popen(
                [str(self.layout.python), "-m", "supervisor.supervisord", "-c", str(self.layout.supervisor_config)],
                cwd=self.layout.run,
                env=environment | {MARK: str(self.layout.run)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + 30
        while not self.is_alive():
            if process.poll() is not None or time.monotonic() > deadline:
                raise StartError(
                    "supervisor does not start.", log_tail=tail(errors) or tail(self.layout.supervisor_log)
                )
            time.sleep(0.1)

    def start(self, name: str) -> None:
        with self._rpc() as rpc:
            _unless(ALREADY_STARTED, lambda: rpc.startProcess(name, False))

    def stop(self, name: str) -> None:
        with self._rpc() as rpc:
            _unless(NOT_RUNNING, lambda: rpc.stopProcess(name))

    def stop_together(self, names: Iterable[str]) -> None:
        """Ask all of them to end, then wait for each: the slowest one decides how long it takes."""
        names = list(names)
        with self._rpc() as rpc:
            for name in names:
                _unless(NOT_RUNNING, lambda name=name: rpc.stopProcess(name, False))  # type: ignore[misc]
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if all(status.state in DOWN for status in self.statuses() if status.name in names):
                return
            time.sleep(0.2)

    def shutdown(self) -> None:
        """End supervisor, which ends what still runs, and wait until it is gone."""
        pid_file = self.layout.run / "supervisord.pid"
        with self._rpc() as rpc:
            rpc.shutdown()
        deadline = time.monotonic() + 90
        while (self.layout.supervisor_socket.exists() or pid_file.exists()) and time.monotonic() < deadline:
            time.sleep(0.1)

    def end_in_order(self, console: Console) -> None:
        """Stop the applications first, then the servers, so that nothing is cut off in the middle."""
        names = [status.name for status in self.statuses() if status.state not in DOWN]
        if applications := [name for name in names if name not in SERVERS]:
            console.step(f"Stopping {len(applications)} processes")
            self.stop_together(applications)
        if servers := [name for name in names if name in SERVERS and name != "epmd"]:
            console.step(f"Stopping {', '.join(servers)}")
            self.stop_together(servers)
        self.shutdown()

    def statuses(self) -> list[Status]:
        with self._rpc() as rpc:
            rows: list[dict[str, Any]] = rpc.getAllProcessInfo()
        restarts = count_restarts(self._log_text())
        return [
            Status(row["name"], row["pid"], row["statename"], restarts.get(row["name"], 0), row["description"])
            for row in rows
        ]

    def count_from_now(self) -> None:
        """Forget earlier deaths: only those from here on tell whether this start goes well."""
        self._restarts_before = count_restarts(self._log_text())

    def deaths(self, status: Status) -> int:
        return status.restarts - self._restarts_before.get(status.name, 0)

    def _log_text(self) -> str:
        parts = (self.layout.supervisor_log.with_name("supervisord.log.1"), self.layout.supervisor_log)
        return "".join(part.read_text(errors="replace") for part in parts if part.exists())


def _unless(fault: int, call: Callable[[], object]) -> None:
    try:
        call()
    except xmlrpc.client.Fault as error:
        if error.faultCode != fault:
            raise


def count_restarts(log: str) -> dict[str, int]:
    """Count, from supervisor's log, how often each process was started again after it had died by itself."""
    died: set[str] = set()
    restarts: dict[str, int] = {}
    for match in re.finditer(r"(?:INFO|WARN) (spawned|exited|stopped): '?([\w-]+)", log):
        verb, name = match.groups()
        if verb == "exited":
            died.add(name)
        elif verb == "stopped":
            died.discard(name)
        elif verb == "spawned" and name in died:
            died.discard(name)
            restarts[name] = restarts.get(name, 0) + 1
    return restarts


def leftover_processes(layout: Layout) -> list[int]:
    """Return processes of this run directory that outlived their supervisor, known by a mark in their environment."""
    wanted = f"{MARK}={layout.run}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            marks = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # it ended, or belongs to someone else
        if wanted in marks and int(entry.name) != os.getpid():
            found.append(int(entry.name))
    return found


def end_leftovers(layout: Layout, *, patience: float = 15) -> int:
    """End processes left of an earlier run by SIGTERM, then SIGKILL. Return how many there were."""
    mine = _ancestors()
    leftovers = [pid for pid in leftover_processes(layout) if pid not in mine]
    for number, wait in ((signal.SIGTERM, patience), (signal.SIGKILL, 5.0)):
        for pid in (pid for pid in leftover_processes(layout) if pid not in mine):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        deadline = time.monotonic() + wait
        while [pid for pid in leftover_processes(layout) if pid not in mine] and time.monotonic() < deadline:
            time.sleep(0.1)
    return len(leftovers)


def _ancestors() -> set[int]:
    pids, pid = set(), os.getpid()
    while pid > 1:
        pids.add(pid)
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError, ValueError):
            break
    return pids
