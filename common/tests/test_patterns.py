"""Every pattern of the product takes a time that is linear in the length of an outside text."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from ticketing_common import logs

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("auth", "workflow_api", "messaging", "notification_service", "ticket_service", "common/src")
LENGTH = 60_000
SECONDS = 0.25
FUNCTIONS = {"compile", "sub", "search", "match", "fullmatch", "split", "findall", "finditer", "subn"}


def patterns() -> Iterator[tuple[str, str]]:
    """Return place and text of each pattern that the product's code writes out."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if {"tests", "migrations", "media"} & set(path.parts) or path.name.startswith("test_"):
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if (text := _pattern_of(node)) is not None:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", text  # type: ignore[attr-defined]


def _pattern_of(node: ast.AST) -> str | None:
    if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
        return None
    text, function = node.args[0].value, node.func
    if not isinstance(text, str):
        return None
    if isinstance(function, ast.Attribute) and function.attr in FUNCTIONS and getattr(function.value, "id", "") == "re":
        return text
    is_validator = isinstance(function, ast.Name) and function.id == "RegexValidator"
    return text if is_validator else None


def pieces(pattern: str) -> list[str]:
    """Return the literal runs of a pattern and one character of each of its classes, the longest first."""
    import re._parser as parser  # type: ignore[import-not-found]

    found: dict[str, None] = {}

    def walk(parsed: Any) -> None:
        run = ""
        for kind, value in [*parsed, (None, None)]:
            if str(kind) == "LITERAL":
                run += chr(value)
                continue
            if run:
                found[run] = None
                run = ""
            if str(kind) in {"IN", "ANY", "NOT_LITERAL"}:
                found.update(dict.fromkeys(c for c in "a1 .-/:@\n\"'{" if _matches(kind, value, c)))
            elif isinstance(value, tuple):
                for inner in value:
                    if hasattr(inner, "data"):
                        walk(inner)
                    elif isinstance(inner, list):
                        for branch in inner:
                            walk(branch)

    walk(parser.parse(pattern))
    return sorted(found, key=len, reverse=True)[:9]


def _matches(kind: Any, value: Any, character: str) -> bool:
    if str(kind) == "ANY":
        return character != "\n"
    if str(kind) == "NOT_LITERAL":
        return ord(character) != value
    return True  # a class: whether it holds the character is for the pattern to say


def attacks(pattern: str) -> Iterator[str]:
    """Return long texts of one or two of the pattern's own pieces, over and over, with an end that fits nothing."""
    parts = pieces(pattern)
    for first, second in product([*parts, ""], [*parts, "a"]):
        unit = first + second
        yield unit * (LENGTH // len(unit)) + "\x01"
    for first, second in product(parts, [*parts, "a"]):
        yield first + second * (LENGTH // len(second)) + "\x01"


FOUND = [*patterns(), *((f"logs:{p.pattern[:20]}", p.pattern) for p, _ in logs.SECRETS_IN_TEXT)]


def test_the_patterns_are_found() -> None:
    assert len(FOUND) > 12


@pytest.mark.parametrize(("place", "pattern"), FOUND, ids=[place for place, _ in FOUND])
def test_time_is_linear(place: str, pattern: str) -> None:
    compiled = re.compile(pattern, re.IGNORECASE)
    for text in attacks(pattern):
        started = time.process_time()
        compiled.search(text)
        compiled.sub("", text)
        assert time.process_time() - started < SECONDS, f"{place}: {text[:40]!r}…"


def test_the_check_notices_a_pattern_that_is_quadratic() -> None:
    with pytest.raises(AssertionError):
        test_time_is_linear("here", r"eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*")


@pytest.mark.parametrize("unit", ["eyJ", "eyJaaaaa.", "://a:", "bearer ", "?token=", "x-api-key: ", "://a:b@"])
def test_masking_a_long_value_is_quick(unit: str) -> None:
    started = time.process_time()
    masked = logs.masked({"path": unit * (LENGTH // len(unit)), "list": [unit * LENGTH] * 5})
    assert time.process_time() - started < 0.1
    assert len(masked["path"]) <= 2 * logs.MAX_VALUE_CHARACTERS  # a mask may be longer than what it replaces
