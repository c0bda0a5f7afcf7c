"""Whether a process is well, and the end of one that shows no sign of life: its supervisor starts it again.

A process keeps two files (`ticketing_common.pulse`): the pulse, touched while all is well, and its life, touched
while its loop turns at all, even if only to find the broker away; the life holds the process's id. Containers look by
their health check, a native start by one process for all:

    python -m ticketing_common.watchdog pulse                a process without a port, by its PULSE_FILE
    python -m ticketing_common.watchdog web http://…:8000    a web process at this address
    python -m ticketing_common.watchdog watch NAME=LIFE …    until told to stop; LIFE@ADDRESS for web processes

Exit 0 when all is well. WATCHDOG_SECONDS is how long a process may show no life (180; 0: for ever). This module must
do without Django: a health check runs every few seconds.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

OLDEST_PULSE_SECONDS = 60
WATCHDOG_SECONDS = 180.0
LOOK_SECONDS = 10.0


def life_file(pulse: str | Path) -> Path:
    """Return where the process with this pulse shows that its loop turns."""
    return Path(f"{pulse}.life")


def patience(environment: Mapping[str, str]) -> float:
    return float(environment.get("WATCHDOG_SECONDS") or WATCHDOG_SECONDS)


def check_pulse(pulse: Path, limit: float) -> str:
    """Return what is wrong, or nothing; end the process that has shown no life for `limit` seconds."""
    ended = end_lifeless(life_file(pulse), limit)
    age = _age(pulse)
    if age is None:
        return "no pulse yet"
    return ended or ("" if age <= OLDEST_PULSE_SECONDS else f"no sign of life for {age:.0f} s")


def check_web(address: str, life: Path, limit: float) -> str:
    """Return what is wrong, or nothing; end the process that has answered nothing for `limit` seconds."""
    wrong = _ask(f"{address}/health/ready/", seconds=4)
    if not wrong or not _ask(f"{address}/health/live/", seconds=1.5):
        _touch(life)
        return wrong
    return end_lifeless(life, limit) or wrong


def end_lifeless(life: Path, limit: float) -> str:
    """Kill the process whose life is older than `limit` seconds and return what was done; 0 means never."""
    age = _age(life)
    if not limit or age is None or age <= limit:
        return ""
    try:
        pid = int(life.read_text())
        if _started_at(pid) > life.stat().st_mtime + 1:
            return ""  # another process has that id by now
        # With its children, where it leads a group of its own: they hold its port and its queues.
        (os.killpg if os.getpgid(pid) == pid else os.kill)(pid, signal.SIGKILL)
    except (OSError, ValueError):
        return ""  # it has gone by itself, or is another user's
    return f"ended process {pid}, which had shown no life for {age:.0f} s"


def watch(named: Mapping[str, str], limit: float) -> None:
    """Look at every process again and again. What is done is logged as JSON."""
    is_stopping = False

    def stop(*_: object) -> None:
        nonlocal is_stopping
        is_stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not is_stopping:
        for name, place in named.items():
            life, _, address = place.partition("@")
            done = check_web(address, Path(life), limit) if address else end_lifeless(Path(life), limit)
            if done.startswith("ended"):
                import json

                sys.stdout.write(json.dumps({"event": "watchdog", "process": name, "did": done}) + "\n")
                sys.stdout.flush()
        _sleep_until(time.monotonic() + min(LOOK_SECONDS, max(limit / 3, 0.5)), lambda: is_stopping)


def _sleep_until(moment: float, is_over: Callable[[], bool]) -> None:
    while time.monotonic() < moment and not is_over():
        time.sleep(0.2)


def _touch(life: Path) -> None:
    # Only what the process itself has made: its id stands in it.
    if life.exists():
        os.utime(life)


def _age(file: Path) -> float | None:
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return None


def _started_at(pid: int) -> float:
    """Return when a process began, in seconds since the epoch. Raises `OSError` where there is none."""
    ticks = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19])
    booted = next(line for line in Path("/proc/stat").read_text().splitlines() if line.startswith("btime"))
    return int(booted.split()[1]) + ticks / os.sysconf("SC_CLK_TCK")


def _ask(url: str, *, seconds: float) -> str:
    # Here, since most health checks ask nobody: they should cost little.
    import urllib.error
    import urllib.request

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=seconds):
            return ""
    except (urllib.error.URLError, OSError) as error:
        return f"{url}: {error}"


def main(arguments: list[str]) -> str | int:
    limit = patience(os.environ)
    match arguments:
        case ["pulse"]:
            return check_pulse(Path(os.environ["PULSE_FILE"]), limit) or 0
        case ["web", address]:
            return check_web(address, life_file(os.environ["PULSE_FILE"]), limit) or 0
        case ["watch", *named]:
            watch(dict(entry.split("=", 1) for entry in named), limit)
            return 0
    return __doc__ or ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
