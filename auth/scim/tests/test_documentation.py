"""What docs/scim.md shows can be run as it stands."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from scim.tests.conftest import a_key
from users.models import User


@pytest.mark.django_db(transaction=True)
def test_the_example_of_the_documentation_runs(systems: None, live_server: Any) -> None:
    page = (Path(__file__).parents[3] / "docs" / "scim.md").read_text()
    example = page.split("```sh")[1].split("```")[0]

    environment = {**os.environ, "HOST": live_server.url, "KEY": a_key()}
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", example], env=environment, capture_output=True, text=True, timeout=60
    )

    assert run.returncode == 0, run.stderr
    assert '"totalResults":1' in run.stdout
    user = User.objects.get(email="anna.lind@example.com")
    assert (user.full_name, user.is_active) == ("Anna Lind", False)
