"""The start scripts run outside every service, from the scripts folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from native.layout import Layout  # noqa: E402


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    found = Layout(root=ROOT, run=tmp_path / "run")
    found.logs.mkdir(parents=True)
    return found
