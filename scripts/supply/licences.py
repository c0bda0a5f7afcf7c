"""List the licences of everything that is shipped, and refuse one that is not on the allow list.

Ends with 0 where all are allowed, 1 where one is not, 2 where they could not be read.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supply.tools import FRONTEND, ROOT, ToolMissing, run, tool

LISTED = Path(__file__).with_name("licences.toml")
SHIPPED_LOCKS = ("requirements.lock", "requirements-s3.lock")
REQUIREMENT = re.compile(r"^([A-Za-z0-9][\w.-]*)==", re.MULTILINE)
CONNECTIVES = re.compile(r"\s+(?:AND|OR|WITH)\s+|\s*;\s*|[()]")


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    licence: str


@dataclass(frozen=True)
class AllowList:
    """Licences by their SPDX identifiers, and what packages write in their place."""

    allowed: frozenset[str]
    spellings: Mapping[str, str]

    @classmethod
    def read(cls, path: Path = LISTED) -> AllowList:
        document = tomllib.loads(path.read_text())
        return cls(frozenset(document["allowed"]), document["spellings"])

    def allows(self, licence: str) -> bool:
        """Whether every licence that the expression names is allowed, those of a choice included."""
        whole = self.spellings.get(licence.strip(), licence)
        parts = [part.strip() for part in CONNECTIVES.split(whole) if part.strip()]
        return bool(parts) and all(self.spellings.get(part, part) in self.allowed for part in parts)


def of_python(rows: Iterable[Mapping[str, Any]], locks: Iterable[str]) -> list[Package]:
    """Return the packages of pip-licenses' JSON that the texts of the lock files name."""
    shipped = {normal(name) for lock in locks for name in REQUIREMENT.findall(lock)}
    return [Package(row["Name"], row["Version"], row["License"]) for row in rows if normal(row["Name"]) in shipped]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def of_npm(lock: Mapping[str, Any]) -> list[Package]:
    """Return the packages that the user interface is built from; tools of development are not shipped."""
    return [
        Package(path.rpartition("node_modules/")[2], entry["version"], str(entry.get("license") or "none named"))
        for path, entry in lock["packages"].items()
        if path and not entry.get("dev") and "version" in entry
    ]


def installed() -> list[Package]:
    with tool("pip-licenses") as command:
        done = run(str(command), "--python", str(ROOT / ".venv/bin/python"), "--format", "json", "--from", "mixed")
    if done.returncode:
        raise ToolMissing(f"pip-licenses: {done.stderr.strip()[-1000:]}")
    locks = [(ROOT / name).read_text() for name in SHIPPED_LOCKS]
    found = of_python(json.loads(done.stdout), locks)
    known = {normal(package.name) for package in found}
    absent = sorted({normal(name) for lock in locks for name in REQUIREMENT.findall(lock)} - known)
    if absent:
        print(f"not installed here, so not looked at: {', '.join(absent)}")
    return found + of_npm(json.loads((FRONTEND / "package-lock.json").read_text()))


def main() -> int:
    try:
        packages = installed()
    except ToolMissing as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    allow = AllowList.read()
    for licence, number in Counter(package.licence for package in packages).most_common():
        print(f"{number:5}  {licence}")
    refused = [package for package in packages if not allow.allows(package.licence)]
    for package in refused:
        print(f"not on the allow list: {package.name} {package.version}: {package.licence}")
    print(f"{len(packages)} packages, {len(refused)} with a licence that is not allowed")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
