"""What goes on, said on the standard error while it lasts, and only to a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

CLEAR_LINE = "\r\x1b[2K"


class Progress:
    """One line that is written over as things go on."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._shows = self._stream.isatty()

    def say(self, text: str) -> None:
        if self._shows:
            self._stream.write(f"{CLEAR_LINE}{text}")
            self._stream.flush()

    def clear(self) -> None:
        if self._shows:
            self._stream.write(CLEAR_LINE)
            self._stream.flush()


@contextmanager
def progress(text: str = "") -> Iterator[Progress]:
    shown = Progress()
    if text:
        shown.say(text)
    try:
        yield shown
    finally:
        shown.clear()
