"""The documents that say which test guards what name tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ["docs/security.md"]
NAMED = re.compile(r"`([\w/.-]+\.py)::([\w:]+)`")
FILE = re.compile(r"`((?:[\w.-]+/)+[\w.-]*)`")


def names_in(path: Path) -> set[str]:
    """Return the tests of a module, such as `test_it` and `TestThings::test_one`."""
    tests: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            tests.add(node.name)
        elif isinstance(node, ast.ClassDef):
            tests |= {f"{node.name}::{inner.name}" for inner in node.body if hasattr(inner, "name")}
    return tests


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_test_that_a_document_names_exists(document: str) -> None:
    named = NAMED.findall((ROOT / document).read_text())

    missing = [
        f"{path}::{name}" for path, name in named if not (ROOT / path).is_file() or name not in names_in(ROOT / path)
    ]
    assert len(named) > 50
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_a_document_names_exists(document: str) -> None:
    named = FILE.findall((ROOT / document).read_text())

    assert [path for path in named if not (ROOT / path).exists()] == []
