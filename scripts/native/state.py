"""What must stay the same from one start to the next: chosen ports, made secrets, what was migrated."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from native.layout import Layout


class State:
    """A small JSON file under the run directory, readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._values: dict[str, Any] = json.loads(path.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            self._values = {}

    @classmethod
    def of(cls, layout: Layout) -> State:
        return cls(layout.state_file)

    def get(self, name: str, default: Any = None) -> Any:
        return self._values.get(name, default)

    def set(self, name: str, value: Any) -> None:
        if self._values.get(name) == value:
            return
        self._values[name] = value
        self._save()

    def secret(self, name: str, *, length: int = 32) -> str:
        """Return the secret of that name, made at its first use."""
        made: dict[str, str] = self._values.setdefault("secrets", {})
        if name not in made:
            made[name] = secrets.token_urlsafe(length)
            self._save()
        return made[name]

    def _save(self) -> None:
        write_private(self._path, json.dumps(self._values, indent=2, sort_keys=True) + "\n")


def write_private(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Replace a file at once, so that a reader sees the old text or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        os.fchmod(file.fileno(), mode)
    os.replace(draft, path)
