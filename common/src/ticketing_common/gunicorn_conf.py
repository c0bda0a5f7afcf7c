"""How gunicorn runs every service's web process, natively and in containers; `--bind` comes from the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ticketing_common.watchdog import life_file

# More than four threads a process cost more than they bring: Python runs one at a time.
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "ticketing_common.web.Worker"
# Answers go through the worker, which keeps what a slow client does not take yet.
sendfile = False

# A worker that does not come back within this time is replaced; the slowest call (a hash under load) is far below.
timeout = 60
graceful_timeout = 20
keepalive = 15

# Workers report that they are alive through a file; on a disk that may block.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108

# The services write one structured line for each request themselves.
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True


def on_starting(_server: Any) -> None:
    """Begin with empty metrics and without a life: files of an earlier run would be taken for this one's."""
    if pulse := os.environ.get("PULSE_FILE"):
        life_file(pulse).unlink(missing_ok=True)
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        for file in Path(folder).glob("*.db"):
            file.unlink()


def post_worker_init(_worker: Any) -> None:
    """Show metrics and life, and have the keys that tokens are verified with before the first token comes.

    No life before a worker can answer: on a busy machine that takes minutes, and the watchdog would end it.
    """
    from ticketing_common.jwt import fetch_keys_early
    from ticketing_common.metrics import serve

    # Of several workers one gets the port, and shows what all of them count.
    serve(with_gauges=True)
    if pulse := os.environ.get("PULSE_FILE"):
        life_file(pulse).write_text(str(os.getppid()))
    fetch_keys_early()


def child_exit(_server: Any, worker: Any) -> None:
    """Take a dead worker's gauges out of the metrics that several processes add up."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
