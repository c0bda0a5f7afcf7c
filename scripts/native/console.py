"""Progress on the terminal: one line per fact, with the seconds since the start."""

from __future__ import annotations

import os
import sys
import threading
import time


class StartError(Exception):
    """A reason why the work cannot go on, in words meant for the person at the terminal."""

    def __init__(self, message: str, *, log_tail: str = "", exit_code: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.log_tail = log_tail
        self.exit_code = exit_code


class Console:
    """Writes whole lines, so that several threads may speak at once."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self.quiet = quiet

    def elapsed(self) -> float:
        return time.monotonic() - self._began

    def step(self, text: str) -> None:
        if not self.quiet:
            self.line(f"[{self.elapsed():4.0f} s] {text}")

    def line(self, text: str = "") -> None:
        with self._lock:
            try:
                sys.stdout.write(f"{text}\n")
                sys.stdout.flush()
            except BrokenPipeError:
                # The reader of the output is gone (`| head`); go on without it.
                sys.stdout = open(os.devnull, "w")  # noqa: SIM115

    def error(self, error: StartError) -> None:
        with self._lock:
            sys.stdout.flush()
            sys.stderr.write(f"\nerror: {error.message}\n")
            if error.log_tail:
                sys.stderr.write("\n".join(f"    | {line}" for line in error.log_tail.splitlines()) + "\n")
            sys.stderr.flush()
