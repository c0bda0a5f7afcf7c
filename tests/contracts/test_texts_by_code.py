"""What services say by code has a sentence in every language, with the parameters that come with it."""

from __future__ import annotations

import ast
import importlib.util
import re
import string
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sources import ROOT, SERVICES, Source, service_sources

CATALOGUES = sorted((ROOT / "notification_service" / "notifications").glob("sentences_*.py"))
# `task_text` names the ticket and its subject by itself.
CALLS = {"by_code": set(), "task_text": {"ticket", "subject"}}


def sentences(path: Path) -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    found: dict[str, Any] = module.SENTENCES
    return found


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def published() -> dict[str, set[str]]:
    """Return the codes that services use, with the parameters that are given wherever one is used."""
    found: dict[str, set[str]] = {}
    for service in SERVICES:
        for source in service_sources(service):
            if not source.is_test:
                for code, params in _calls(source):
                    found[code] = found.get(code, params) & params
    return found


def _calls(source: Source) -> Iterator[tuple[str, set[str]]]:
    for node in ast.walk(source.tree):
        name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
        if not isinstance(node, ast.Call) or name not in CALLS:
            continue
        given = CALLS[name] | {word.arg for word in node.keywords if word.arg}
        code = node.args[-1]
        if isinstance(code, ast.Name):  # inside `task_text` itself
            continue
        for each in _codes(source, code):
            yield each, given


def _codes(source: Source, node: ast.expr) -> list[str]:
    """Return the codes that an argument may be: literals only, so that none is missed here."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.IfExp):
        return _codes(source, node.body) + _codes(source, node.orelse)
    assert isinstance(node, ast.Subscript), f"{source.name}:{node.lineno}: name the code literally or by TEXT_CODES"
    (table,) = [
        each.value
        for each in source.tree.body
        if isinstance(each, ast.Assign) and [getattr(target, "id", "") for target in each.targets] == ["TEXT_CODES"]
    ]
    assert isinstance(table, ast.Dict)
    return [str(ast.literal_eval(value)) for value in table.values]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_code_has_a_sentence_with_its_parameters(path: Path) -> None:
    codes, catalogue = published(), sentences(path)

    assert len(codes) > 40
    assert set(catalogue) == set(codes)
    for code, parts in catalogue.items():
        needed = set().union(*map(placeholders, parts))
        assert needed <= codes[code], f"{code} lacks {needed - codes[code]}"
        assert codes[code] - needed <= {"subject", "ticket"}, f"{code} does not say {codes[code] - needed}"


@pytest.mark.parametrize("file", ["ticket.ts", "de/ticket.ts"])
def test_the_user_interface_explains_every_assignment(file: str) -> None:
    source = (ROOT / "frontend" / "src" / "i18n" / file).read_text()
    (block,) = re.findall(r"^    because: \{\n(.*?)^    \},$", source, re.DOTALL | re.MULTILINE)
    shown = {code: set(re.findall(r"{{(\w+)}}", text)) for code, text in re.findall(r"(\w+):\s+'(.*?)',\n", block)}

    codes = sentences(ROOT / "workflow_api" / "task" / "assignment.py")

    assert shown == {code: placeholders(text) for code, text in codes.items()}
