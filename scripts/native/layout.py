"""Where things lie: the repository, the virtual environment and the run directory."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

#: A Unix socket's path may not be longer than this (108 bytes with the closing zero on Linux, 104 on macOS).
LONGEST_SOCKET_PATH = 100


@dataclass(frozen=True)
class Layout:
    """The folders and files of one running copy of the system."""

    root: Path
    run: Path

    @classmethod
    def discover(cls) -> Layout:
        root = Path(__file__).resolve().parents[2]
        run = Path(os.environ.get("RUN_DIR") or ".run")
        return cls(root=root, run=run if run.is_absolute() else root / run)

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def logs(self) -> Path:
        return self.run / "logs"

    @property
    def mail(self) -> Path:
        return self.run / "mail"

    @property
    def state_file(self) -> Path:
        return self.run / "state.json"

    @property
    def env_file(self) -> Path:
        return self.run / "env"

    @property
    def demo_file(self) -> Path:
        return self.run / "demo.json"

    @property
    def lock_file(self) -> Path:
        return self.run / "lock"

    @property
    def supervisor_config(self) -> Path:
        return self.run / "supervisord.conf"

    @property
    def supervisor_log(self) -> Path:
        return self.logs / "supervisord.log"

    @property
    def fingerprint(self) -> str:
        """Tell this run directory from every other one on the machine."""
        return hashlib.sha256(str(self.run).encode()).hexdigest()[:8]

    @property
    def supervisor_socket(self) -> Path:
        usual = self.run / "supervisor.sock"
        if len(str(usual)) <= LONGEST_SOCKET_PATH:
            return usual
        return Path(tempfile.gettempdir()) / f"ticket-tracking-{os.getuid()}-{self.fingerprint}" / "supervisor.sock"

    def log_of(self, process: str) -> Path:
        return self.logs / f"{process}.log"

    def shown(self, path: Path) -> str:
        """Name a path as a person in the repository's folder would."""
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)


def tail(path: Path, lines: int = 30) -> str:
    """Return the end of a log, or nothing when there is none."""
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 64 * 1024))
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])
