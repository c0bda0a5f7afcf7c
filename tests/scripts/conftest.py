"""The start scripts run outside every service, from the scripts folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from native.layout import Layout

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    found = Layout(root=ROOT, run=tmp_path / "run")
    found.logs.mkdir(parents=True)
    return found
