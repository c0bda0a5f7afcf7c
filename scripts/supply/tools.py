"""Tools that only these commands need, in a virtual environment that is gone with them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "frontend"
VERSIONS = {"pip-audit": "2.10.1", "cyclonedx-bom": "7.5.0", "pip-licenses": "5.5.5"}
MINUTES = 10


class ToolMissing(Exception):
    """A tool can't be had or gave no answer; the text says which and why."""


@contextmanager
def tool(name: str, command: str | None = None) -> Iterator[Path]:
    """Install the tool in its pinned version and give the path of its command, by default of the same name."""
    wanted = f"{name}=={VERSIONS[name]}"
    with tempfile.TemporaryDirectory(prefix="supply-") as folder:
        run(sys.executable, "-m", "venv", folder)
        programs = Path(folder) / "bin"
        done = run(str(programs / "pip"), "install", "--quiet", "--disable-pip-version-check", wanted)
        if done.returncode:
            raise ToolMissing(f"{wanted} could not be installed:\n{done.stderr.strip()[-1000:]}")
        yield programs / (command or name)


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, whatever its exit code."""
    try:
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=MINUTES * 60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolMissing(f"{command[0]}: {error}") from error
