"""`docs/rules.md` says where each rule of the engine is kept and tested; what it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "rules.md"
NAMED = re.compile(r"`([\w/]+\.py)(?:::([\w.:]+))?`")


def rows() -> list[list[str]]:
    lines = [line for line in TABLE.read_text().splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [row for row in cells if row[0] != "rule"]


def is_there(path: str, name: str | None) -> bool:
    """Return whether the file is there, and in it what `Class.method`, `Class::test` or `function` names."""
    file = ROOT / path if path.startswith("common/") else ROOT / "workflow_api" / path
    if not file.is_file():
        return False
    body: list[ast.stmt] = ast.parse(file.read_text()).body
    for part in re.split(r"::|\.", name) if name else ():
        found = [node for node in body if _name(node) == part]
        if not found:
            return False
        body = getattr(found[0], "body", [])
    return True


def _name(node: ast.stmt) -> str:
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return node.name
    target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
    return target.id if isinstance(target, ast.Name) else ""


def test_every_rule_names_a_place_and_a_test() -> None:
    assert len(rows()) > 100
    wrong = [rule for rule, place, tests in rows() if not NAMED.search(place) or "/test_" not in tests]

    assert wrong == []


def test_every_place_and_every_test_that_is_named_is_there() -> None:
    named = [match.groups() for row in rows() for cell in row[1:] for match in NAMED.finditer(cell)]
    missing = [f"{path}::{name}" for path, name in named if not is_there(path, name)]

    assert missing == []


def test_what_is_not_there_is_noticed() -> None:
    assert is_there("workflowmanager/intake.py", "receive")
    assert not is_there("workflowmanager/intake.py", "deceive")
    assert not is_there("workflowmanager/outtake.py", "receive")
