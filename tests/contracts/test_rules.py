"""The tables of rules in docs/ name places and tests that exist, and tests/rules/ says of each how to take it out.

Whether a test notices a rule that is taken out takes long to see: `scripts/take-out`. What is checked here keeps that
possible: every rule has an edit, and every edit still fits the source.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from take_out.edits import Edit, EditError, edited, read_ways
from take_out.tables import ROOT, TABLES, Table

ALL = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)


def is_there(path: str, name: str) -> bool:
    """Return whether the file is there, and in it what `Class.method`, `Class::test` or `function` names."""
    file = ROOT / path
    if not file.is_file():
        return False
    body: list[ast.stmt] = ast.parse(file.read_text()).body
    for part in name.replace("::", ".").split(".") if name else ():
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


@ALL
def test_every_rule_names_a_place_and_a_test_that_takes_seconds(table: Table) -> None:
    assert len(table.rows()) > 30
    assert [row.rule for row in table.rows() if not row.places or not row.node_ids] == []


@ALL
def test_every_rule_stands_there_once(table: Table) -> None:
    rules = [(row.section, row.rule) for row in table.rows()]

    assert len(set(rules)) == len(rules)


@ALL
def test_every_place_and_every_test_that_is_named_is_there(table: Table) -> None:
    named = [entry for row in table.rows() for entry in (*row.places, *row.tests)]

    assert [f"{path}::{name}" for path, name in named if not is_there(path, name)] == []


@ALL
def test_every_rule_can_be_taken_out(table: Table) -> None:
    rules = {(row.section, row.rule) for row in table.rows()}
    ways = {(way.section, way.rule) for way in read_ways(table)}

    assert sorted(rules - ways) == [], "rules without an edit"
    assert sorted(ways - rules) == [], "edits without a rule"


@ALL
def test_every_edit_fits_the_source(table: Table) -> None:
    misfits = []
    for way in read_ways(table):
        try:
            edited(ROOT, way.edits)
        except EditError as error:
            misfits.append(f"{way.source.name}, {way.rule}: {error}")

    assert misfits == []


def test_what_is_not_there_is_noticed() -> None:
    assert is_there("workflow_api/workflowmanager/intake.py", "receive")
    assert not is_there("workflow_api/workflowmanager/intake.py", "deceive")
    assert not is_there("workflow_api/workflowmanager/outtake.py", "receive")


class TestEdits:
    SOURCE = "class A:\n    def one(self):\n        return 1\n\n    def two(self):\n        return 1\n"

    def edit(self, folder: Path, inside: str, old: str, new: str) -> str:
        (folder / "a.py").write_text(self.SOURCE)
        return edited(folder, [Edit("a.py", inside, old, new)])["a.py"]

    def test_change_what_they_name_and_nothing_else(self, tmp_path: Path) -> None:
        assert self.edit(tmp_path, "A.two", "return 1", "return 2") == self.SOURCE[:-2] + "2\n"

    @pytest.mark.parametrize(
        ("inside", "old", "new"),
        [
            ("", "return 1", "return 2"),
            ("A.one", "return 3", "return 2"),
            ("A.three", "return 1", "return 2"),
            ("A.one", "return 1", "return 1"),
            ("A.one", "return 1", "return ("),
        ],
        ids=["twice", "not there", "nowhere", "no change", "no Python"],
    )
    def test_that_do_not_fit_are_refused(self, tmp_path: Path, inside: str, old: str, new: str) -> None:
        with pytest.raises(EditError):
            self.edit(tmp_path, inside, old, new)
