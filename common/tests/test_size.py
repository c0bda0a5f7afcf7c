"""What the services share stays small (ADR 22)."""

from __future__ import annotations

from pathlib import Path

import ticketing_common

MAX_LINES, MAX_MODULE_LINES = 8_350, 400


def test_the_shared_package_stays_under_its_cap() -> None:
    folder = Path(ticketing_common.__file__).parent
    lines = {
        path: len(path.read_text().splitlines()) for path in folder.rglob("*.py") if "migrations" not in path.parts
    }

    assert len(lines) > 40
    assert sum(lines.values()) <= MAX_LINES
    assert {path.name: count for path, count in lines.items() if count > MAX_MODULE_LINES} == {}
