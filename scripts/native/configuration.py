"""Write docs/configuration.md from `.env.example`, the services' sources and the compose file."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from native.services import SERVICES

READ = re.compile(r"""(?:env|self)\.([a-z_]+)\(\s*["']([A-Z_]+)["']|os\.environ(?:\.get\(|\[)["']([A-Z_]+)["']""")
SECTION = re.compile(r"# --- (.+?) -+$")
VARIABLE = re.compile(r"#([A-Z_]+)=(.*?)(?:\s{2,}#\s?(.*))?$")

HEADER = Path(__file__).with_suffix(".md")


@dataclass
class Variable:
    """One line of `.env.example`."""

    name: str
    default: str
    meaning: str


@dataclass
class Section:
    """A heading of `.env.example`, what is said below it, and its variables."""

    title: str
    notes: list[str] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)


def sections(root: Path) -> list[Section]:
    """Read `.env.example`."""
    found: list[Section] = []
    for line in (root / ".env.example").read_text().splitlines():
        if heading := SECTION.match(line):
            found.append(Section(heading[1]))
        elif variable := VARIABLE.match(line):
            found[-1].variables.append(Variable(variable[1], variable[2].strip(), (variable[3] or "").strip()))
        elif line.startswith("# ") and found:
            found[-1].notes.append(line.removeprefix("# "))
    return found


def reads(folder: Path) -> set[str]:
    """Return the variables that the sources of a folder read; tests aside."""
    names: set[str] = set()
    for file in folder.rglob("*.py"):
        if "tests" not in file.parts and not file.stem.endswith(("_test", "testing")):
            for how, name, other in READ.findall(file.read_text()):
                names.add(name or other)
                if how == "url_with_secret":
                    names.add(f"{name}_PASSWORD")
    return names


def readers(root: Path) -> dict[str, set[str]]:
    """Return, for each service's folder, the variables that it reads, by itself or through `common`."""
    shared = reads(root / "common" / "src")
    # What only services that keep files in a store ask the shared module for.
    files = {name for name in shared if name.startswith("ATTACHMENT_STORAGE")}
    found = {}
    for service in SERVICES:
        own = reads(root / service.folder)
        has_store = "attachment_storages(" in (root / service.folder / "config" / "settings.py").read_text()
        found[service.folder] = own | (shared if has_store else shared - files)
    return found


def render(root: Path) -> str:
    """Return the page."""
    read_by = readers(root)
    lines = [HEADER.read_text()]
    for section in sections(root):
        lines += [f"## {section.title}", ""]
        if section.notes:
            lines += [" ".join(section.notes), ""]
        lines += ["| variable | default | meaning | read by |", "|---|---|---|---|"]
        for variable in section.variables:
            who = [folder for folder, names in read_by.items() if variable.name in names]
            shown = "every service" if len(who) == len(SERVICES) else ", ".join(who) or "start"
            default = f"`{variable.default}`" if variable.default else ""
            lines.append(
                f"| `{variable.name}` | {default} | {variable.meaning.replace('|', chr(92) + '|')} | {shown} |"
            )
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def write(root: Path, *, check: bool) -> bool:
    """Write the page, or only tell whether it is as it should be."""
    page = root / "docs" / "configuration.md"
    if check:
        return page.exists() and page.read_text() == render(root)
    page.write_text(render(root))
    return True


def main(arguments: list[str]) -> int:
    if write(Path(__file__).resolve().parents[2], check="--check" in arguments):
        return 0
    sys.stdout.write("docs/configuration.md is out of date; run scripts/gen-configuration\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
