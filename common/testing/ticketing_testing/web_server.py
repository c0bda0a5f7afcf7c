"""A web server of a small application, and clients that speak to it in bytes."""

from __future__ import annotations

import http.client
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path


@contextmanager
def gunicorn(
    folder: Path,
    application: str,
    *options: str,
    import_from: Sequence[Path] = (),
    largest_file: int = resource.RLIM_INFINITY,
) -> Iterator[int]:
    """Serve the source text of a module with `application` in it, and give the port.

    A file that grows beyond `largest_file` bytes is an error, as on a disk that is full.
    """
    (folder / "small_application.py").write_text(application)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 -- a command of the tests
            [sys.executable, "-m", "gunicorn", "small_application", *options, "--bind", f"127.0.0.1:{port}"],
            cwd=folder,
            stdout=log,
            stderr=log,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (folder, *import_from)))},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file)),
        )
    try:
        deadline = time.monotonic() + 60
        while socket.socket().connect_ex(("127.0.0.1", port)):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((folder / "log").read_text())
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def send(port: int, text: bytes, lines: ExitStack) -> socket.socket:
    """Open a connection, which `lines` closes, and send so much of the text as the server takes."""
    line = lines.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
    with suppress(ConnectionError):  # refused before all of it was sent
        line.sendall(text)
    return line


def answer_on(line: socket.socket) -> tuple[int, bytes]:
    answer = http.client.HTTPResponse(line)
    answer.begin()
    return answer.status, answer.read()
