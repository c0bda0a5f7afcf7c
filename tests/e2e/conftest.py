"""The stack under test: `RUN_DIR` names its run directory, by default the one of `scripts/up`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stack import ROOT, Stack


@pytest.fixture(scope="session")
def stack() -> Stack:
    run = Path(os.environ.get("RUN_DIR") or ".run")
    run = run if run.is_absolute() else ROOT / run
    assert (run / "demo.json").exists(), f"nothing runs in {run}: start it with scripts/up"
    found = Stack(run)
    found.wait_until_healthy()
    return found


@pytest.fixture
def healthy_afterwards(stack: Stack) -> Iterator[None]:
    """Leave the stack as it was, whatever the test did to its processes."""
    yield
    for name, process in stack.processes().items():
        if process["state"] != "RUNNING":
            stack.start(name)
    stack.wait_until_healthy()
