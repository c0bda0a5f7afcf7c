"""What takes a rule out: small edits of the source, kept in tests/rules/TABLE/SECTION.toml.

A file names its section and has an entry per rule; a rule with several entries is taken out in several ways, one after
the other. An entry has the rule's text as in its table, and one edit, or several that belong together:

    section = "Intake"

    [[rule]]
    name = "The same payload again is a `duplicate`."
    file = "workflow_api/workflowmanager/intake.py"
    in = "_meet_again"      # function, `Class.method` or class; without it the whole file is looked through
    old = '''if submission.payload_hash == ticket.payload_hash:'''
    new = '''if False:'''

    [[rule]]
    name = "…"
    [[rule.edit]]           # file, in, old, new; as many as it takes
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from take_out.tables import Table


class EditError(Exception):
    """An edit that can't be made; the text says which and why."""


@dataclass(frozen=True)
class Edit:
    """Replace `old`, which occurs once in the file (in what `inside` names, if it does), by `new`."""

    file: str
    inside: str
    old: str
    new: str


@dataclass(frozen=True)
class Way:
    """One way of taking out one rule."""

    table: str
    section: str
    rule: str
    edits: tuple[Edit, ...]
    source: Path  # the file that says so


def read_ways(table: Table) -> list[Way]:
    """Return every way of the table, by file and in the order of each."""
    return [way for path in sorted(table.edits.glob("*.toml")) for way in _read_file(table, path)]


def _read_file(table: Table, path: Path) -> list[Way]:
    try:
        content = tomllib.loads(path.read_text())
        return [
            Way(
                table.name,
                content["section"],
                entry["name"],
                tuple(_edit(edit) for edit in entry.get("edit") or [entry]),
                path,
            )
            for entry in content["rule"]
        ]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise EditError(f"{path}: {error!r}") from error


def _edit(entry: dict[str, Any]) -> Edit:
    return Edit(entry["file"], entry.get("in", ""), entry["old"], entry["new"])


def edited(root: Path, edits: Iterable[Edit]) -> dict[str, str]:
    """Return the files that the edits change, as they are afterwards; raise `EditError` where one does not fit."""
    texts: dict[str, str] = {}
    for edit in edits:
        try:
            text = texts.get(edit.file) or (root / edit.file).read_text()
        except OSError as error:
            raise EditError(f"{edit.file}: can't be read") from error
        texts[edit.file] = _replace(text, edit)
    for file, text in texts.items():
        if file.endswith(".py"):
            try:
                compile(text, file, "exec")
            except SyntaxError as error:
                raise EditError(f"{file}: no longer Python: {error}") from error
    return texts


def _replace(text: str, edit: Edit) -> str:
    begin, end = _extent(text, edit) if edit.inside else (0, len(text))
    part = text[begin:end]
    if edit.old == edit.new:
        raise EditError(f"{edit.file}: the edit changes nothing: {edit.old!r}")
    count = part.count(edit.old)
    if count != 1:
        where = f" in {edit.inside}" if edit.inside else ""
        raise EditError(f"{edit.file}{where}: found {count} times, not once: {edit.old!r}")
    return text[:begin] + part.replace(edit.old, edit.new) + text[end:]


def _extent(text: str, edit: Edit) -> tuple[int, int]:
    """Return where the function, method, class or assignment begins and ends, in characters, with its decorators."""
    body: list[ast.stmt] = ast.parse(text).body
    node: ast.stmt | None = None
    for part in edit.inside.split("."):
        node = next((inner for inner in body if _name(inner) == part), None)
        if node is None:
            raise EditError(f"{edit.file}: there is no {edit.inside}")
        body = getattr(node, "body", [])
    if node is None:
        raise EditError(f"{edit.file}: there is no {edit.inside}")
    first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: first - 1])), sum(map(len, lines[: node.end_lineno]))


def _name(node: ast.stmt) -> str:
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return node.name
    target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
    return target.id if isinstance(target, ast.Name) else ""
