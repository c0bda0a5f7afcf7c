"""The start scripts run outside every service, from the scripts folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from native import ports
from native.layout import Layout

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    found = Layout(root=ROOT, run=tmp_path / "run")
    found.logs.mkdir(parents=True)
    return found


@pytest.fixture
def own_servers() -> Callable[[Path, int], dict[str, str]]:
    """Return what makes the environment in which the scripts start servers in a run directory, on ports from one up.

    Below those that the system gives to outgoing connections: between two starts one of them could be taken.
    """

    def environment(run: Path, first_port: int) -> dict[str, str]:
        foreign = ("DATABASE_URL", "RABBITMQ_URL", "REDIS_URL", "RABBITMQ_MANAGEMENT_URL", "PYTHONPATH")
        found = {name: value for name, value in os.environ.items() if name not in foreign}
        found |= {"RUN_DIR": str(run), "ENV_FILE": os.devnull}
        for name in ("POSTGRES_PORT", "RABBITMQ_PORT", "RABBITMQ_MANAGEMENT_PORT", "REDIS_PORT"):
            first_port = ports.next_free(first_port + 1)
            found[name] = str(first_port)
        return found

    return environment
