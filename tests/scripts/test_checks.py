"""The runner of checks: verdicts, closing lines, the time limit, and an environment of its own."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from native.checks import Check, Workbench, clean_environment
from native.console import Console
from native.layout import Layout
from native.ports import DEFAULT_PORTS


def python(name: str, code: str, folder: Path, *, minutes: float = 1) -> Check:
    return Check(name, "unit", (sys.executable, "-c", code), folder, minutes=minutes)


def test_each_check_gets_its_verdict_and_closing_line(
    layout: Layout, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = Workbench(layout, Console())

    bench.run_all(
        [
            python("good", "print('first'); print('12 passed in 0.10s')", tmp_path),
            python("bad", "import sys; print('1 failed in 0.20s'); sys.exit(1)", tmp_path),
        ],
        side_by_side=2,
    )
    bench.table()

    verdicts = {result.name: (result.passed, result.closing) for result in bench.results}
    assert verdicts == {"good": (True, "12 passed in 0.10s"), "bad": (False, "1 failed in 0.20s")}
    shown = capsys.readouterr().out
    assert "PASS  good" in shown
    assert "FAIL  bad" in shown
    assert "2 checks, 1 failed: bad" in shown


def test_why_a_check_failed_is_said_last(layout: Layout, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench = Workbench(layout, Console())
    reason = "import sys; print('E   3.9:1 is too little'); print('1 failed in 0.20s'); sys.exit(1)"

    bench.run_all(
        [python("bad", reason, tmp_path), python("good", "print('nothing to see')", tmp_path)], side_by_side=1
    )
    bench.table()

    after_the_table = capsys.readouterr().out.rpartition("-" * 100)[2]
    assert "E   3.9:1 is too little" in after_the_table
    assert "nothing to see" not in after_the_table
    assert after_the_table.rstrip().endswith("2 checks, 1 failed: bad")


def test_which_tests_failed_stands_in_the_last_lines(
    layout: Layout, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = Workbench(layout, Console())
    summary = "import sys; print('FAILED test_rooms.py::test_leaving - assert 2 == 1'); sys.exit(1)"

    bench.run_all(
        [python("short", summary, tmp_path), python("long", "print('line\\n' * 99); exit(1)", tmp_path)], side_by_side=1
    )
    bench.table()

    assert capsys.readouterr().out.splitlines()[-2:] == [
        "short: FAILED test_rooms.py::test_leaving - assert 2 == 1",
        "2 checks, 2 failed: short, long",
    ]


def test_what_takes_too_long_is_ended_with_its_children(layout: Layout, tmp_path: Path) -> None:
    code = "import subprocess; subprocess.run(['sleep', '60'])"
    bench = Workbench(layout, Console(quiet=True))
    began = time.monotonic()

    bench.run(python("slow", code, tmp_path, minutes=0.01))

    assert not bench.results[0].passed
    assert time.monotonic() - began < 30
    assert "ended after" in layout.log_of("check-slow").read_text()


def test_nothing_of_a_persons_own_servers_or_ports_reaches_the_tests(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://production.example.com/")
    monkeypatch.setenv("AUTH_DATABASE_URL", "postgres://production.example.com/people")
    monkeypatch.setenv("RABBITMQ_URL", "amqp://production.example.com")
    monkeypatch.setenv("EMAIL_HOST", "smtp.example.com")

    environment = clean_environment(layout)

    assert not any("example.com" in value for value in environment.values())
    assert not set(DEFAULT_PORTS.values()) & {int(environment[name]) for name in DEFAULT_PORTS}
