"""The ports of the system: their defaults, who holds one, and the next free one."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import tempfile
from collections.abc import Iterable
from pathlib import Path

DEFAULT_PORTS = {
    "AUTH_PORT": 8003,
    "WORKFLOW_PORT": 8002,
    "MESSAGING_PORT": 8005,
    "NOTIFICATION_PORT": 8006,
    "TICKET_PORT": 8004,
    "FRONTEND_PORT": 1000,
    "POSTGRES_PORT": 5433,
    "RABBITMQ_PORT": 5672,
    "RABBITMQ_MANAGEMENT_PORT": 15672,
    "REDIS_PORT": 6379,
    "SMTP_PORT": 1025,
    "MAIL_PORT": 8025,
}
#: Ports nobody connects to by hand: they are always chosen freely, from here upwards.
HIDDEN_PORTS = {"EPMD_PORT": 24369, "RABBITMQ_DIST_PORT": 25672}
#: Where the frontend goes when its port is below what an ordinary user may open.
UNPRIVILEGED_FRONTEND_PORT = 10000
LISTEN = "0A"


def is_free(port: int) -> bool:
    """Tell whether nobody listens there; a port this user may not open counts as free."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            return False
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104 - the services listen on every interface too
        except OSError as error:
            return error.errno in (errno.EACCES, errno.EPERM)
    return True


def next_free(start: int, *, taken: Iterable[int] = ()) -> int:
    """Return the first free port from `start` upwards that is not already spoken for."""
    spoken_for = set(taken)
    for port in range(start, min(start + 2000, 65536)):
        if port not in spoken_for and is_free(port):
            return port
    raise OSError(errno.EADDRINUSE, f"no free port from {start} upwards")


_reserved: dict[int, int] = {}


def reserve(port: int) -> bool:
    """Speak for a port among this user's starts; False where another start that is under way has it.

    Between choosing a port and listening there lies a minute of set-up, in which another start would find it free.
    The reservation ends with the process: by then somebody listens.
    """
    if port in _reserved:
        return True
    folder = Path(tempfile.gettempdir()) / f"ticket-tracking-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(folder / str(port), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return False
    _reserved[port] = handle
    return True


def take_next(start: int, *, taken: Iterable[int] = ()) -> int:
    """Return the first port from `start` upwards that is free, not spoken for, and now reserved."""
    port = next_free(start, taken=taken)
    while not reserve(port):
        port = next_free(port + 1, taken=taken)
    return port


def lowest_unprivileged_port() -> int:
    """Return the first port that a user without special rights may open."""
    if os.geteuid() == 0:
        return 1
    try:
        return int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())
    except (OSError, ValueError):
        return 1024


def holder(port: int) -> str:
    """Say which process listens on a port, as far as this user may know."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            columns = row.split()
            if columns[3] == LISTEN and int(columns[1].rsplit(":", 1)[1], 16) == port:
                inodes.add(f"socket:[{columns[9]}]")
    for process in Path("/proc").glob("[0-9]*") if inodes else ():
        try:
            if any(os.readlink(handle) in inodes for handle in (process / "fd").iterdir()):
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                return f"process {process.name} ({command[:80]})"
        except OSError:
            continue  # the process ended, or belongs to someone else
    return "another program"
