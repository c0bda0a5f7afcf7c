"""The tables of rules in docs/: each row is a rule, where the code keeps it, and the tests that notice it gone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`([\w/.-]+\.py)(?:::([\w.:]+))?`")
#: Tests of the whole running system: they notice too, but a rule needs one beside them that takes seconds.
WHOLE_SYSTEM = "tests/"


@dataclass(frozen=True)
class Row:
    """One rule. Places and tests are `(path from the root, name in that file or "")`."""

    section: str
    rule: str
    places: tuple[tuple[str, str], ...]
    tests: tuple[tuple[str, str], ...]

    @property
    def node_ids(self) -> list[str]:
        """Return the tests that a take-out runs, as pytest names them from the root."""
        return [f"{path}::{name}" for path, name in self.tests if name and not path.startswith(WHOLE_SYSTEM)]


@dataclass(frozen=True)
class Table:
    """A document of rules. Its paths begin at `base`, but for those of the shared package."""

    name: str
    document: str
    base: str = ""

    @property
    def edits(self) -> Path:
        """Return the folder with what takes these rules out."""
        return ROOT / "tests" / "rules" / self.name

    def rows(self) -> list[Row]:
        rows, section = [], ""
        for line in (ROOT / self.document).read_text().splitlines():
            if line.startswith("## "):
                section = line.removeprefix("## ").strip()
            elif line.startswith("| "):
                cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
                if cells[0] != "rule":
                    rows.append(Row(section, cells[0], self._named(cells[1]), self._named(cells[2])))
        return rows

    def _named(self, cell: str) -> tuple[tuple[str, str], ...]:
        return tuple((self._from_root(path), name or "") for path, name in NAMED.findall(cell))

    def _from_root(self, path: str) -> str:
        return path if path.startswith("common/") else f"{self.base}{path}"


TABLES = {
    table.name: table
    for table in (
        Table("engine", "docs/rules.md", base="workflow_api/"),
        Table("notices", "docs/notices.md"),
        Table("conversation", "docs/conversation.md", base="messaging/"),
    )
}
