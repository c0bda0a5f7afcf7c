"""What counts as noticed when a rule is taken out, and what as merely broken."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from native.say import Voice
from take_out.__main__ import Result, chosen, parser, report
from take_out.bench import BenchError, Outcome
from take_out.edits import Edit, Way

EDITED = ["workflow_api/task/sla.py"]
HERE, ELSEWHERE = "/tmp/code/workflow_api/task/sla.py", "/tmp/code/workflow_api/task/tests/test_sla.py"  # noqa: S108
WAY = Way("engine", "Intake", "A rule.", (Edit("a.py", "", "a", "b"),), Path("intake.toml"))


def outcome(kind: str, file: str, *, when: str = "call") -> Outcome:
    line: dict[str, Any] = {"test": "t", "when": when, "outcome": "failed", "message": ""}
    return Outcome([line | {"errors": [{"kind": kind, "file": file}]}], 1, "")


@pytest.mark.parametrize(
    ("kind", "file"),
    [("AssertionError", ELSEWHERE), ("DoesNotExist", HERE), ("TypeError", ELSEWHERE), ("Failed", ELSEWHERE)],
)
def test_what_a_test_asserts_is_noticed(kind: str, file: str) -> None:
    assert outcome(kind, file).noticed(EDITED) is not None


def test_what_its_setup_asserts_is_noticed() -> None:
    assert outcome("AssertionError", ELSEWHERE, when="setup").noticed(EDITED) is not None


@pytest.mark.parametrize(
    ("kind", "file", "when"),
    [
        ("NameError", HERE, "call"),
        ("ImportError", ELSEWHERE, "call"),
        ("TypeError", HERE, "call"),
        ("AttributeError", HERE, "call"),
        ("OperationalError", ELSEWHERE, "setup"),
        ("AssertionError", ELSEWHERE, "teardown"),
    ],
)
def test_a_program_that_is_broken_has_noticed_nothing(kind: str, file: str, when: str) -> None:
    assert outcome(kind, file, when=when).noticed(EDITED) is None


@pytest.mark.parametrize(("test", "code"), [("test_it", 0), ("", 1)])
def test_one_that_nobody_noticed_fails_the_run(test: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert report([Result(WAY, 1.0, test=test, reason="every test passes")], Voice()) == code
    assert f"1 rules taken out, {1 - code} noticed, {code} not noticed" in capsys.readouterr().out


def test_nothing_taken_out_is_no_success() -> None:
    assert report([], Voice(quiet=True)) == 1


def test_chooses_by_table_section_and_rule() -> None:
    found = chosen(parser().parse_args(["engine", "--section", "intake", "--rule", "same payload"]))

    assert [(way.section, row.rule) for way, row in found] == [("Intake", "The same payload again is a `duplicate`.")]
    with pytest.raises(BenchError):
        chosen(parser().parse_args(["nonsense"]))


def test_the_plugin_tells_failures_apart(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_no():\n    assert 1 == 2\n\ndef test_comes_after():\n    pass\n")
    written = tmp_path / "report.jsonl"
    scripts = Path(__file__).resolve().parents[2] / "scripts"

    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:django", "-p", "take_out.witness", "test_it.py"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(scripts), "TAKE_OUT_REPORT": str(written), "TAKE_OUT_STOP": "[]"},
        check=False,
        capture_output=True,
    )

    lines = written.read_text()
    assert '"kind": "AssertionError"' in lines
    assert "test_comes_after" not in lines, "the first who notices is enough"
