"""The reasons that the system itself gives are told by code, wherever the service gives one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tickets.reasons import ENDINGS, HOLD_REASONS, SENTENCES, code_of

SERVICE = Path(__file__).parents[2]
GIVEN_AS = {"reason", "waived_reason"}


def given_literally() -> Iterator[str]:
    """Yield the places where the service's code gives a sentence as a reason on the spot."""
    for path in SERVICE.rglob("*.py"):
        if {"tests", "migrations", "management"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            for word in node.keywords if isinstance(node, ast.Call) else ():
                said = word.value.value if isinstance(word.value, ast.Constant) else None
                if word.arg in GIVEN_AS and isinstance(said, str) and said[:1].isupper() and said.endswith("."):
                    yield f"{path.relative_to(SERVICE)}:{word.value.lineno}: {said}"


def test_no_reason_is_given_without_a_code() -> None:
    assert list(given_literally()) == []


def test_every_sentence_has_one_code() -> None:
    assert {code_of(sentence): sentence for sentence in SENTENCES.values()} == SENTENCES
    assert set(HOLD_REASONS) - set(SENTENCES) == {"other"}


@pytest.mark.parametrize("code", ENDINGS)
def test_an_error_of_the_connection_is_known_by_its_ending(code: str) -> None:
    assert code_of(f"ReadTimeout{ENDINGS[code]}") == code


@pytest.mark.parametrize("reason", ["", None, "The printer is on fire.", {"detail": "No."}, 7])
def test_what_a_person_or_another_system_says_has_none(reason: object) -> None:
    assert code_of(reason) == ""
