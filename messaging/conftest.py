"""Fixtures of this service's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    """A folder for uploads that ends with the test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture(autouse=True, scope="session")
def no_connection_outlives_the_tests(django_db_setup: None) -> Iterator[None]:
    """The threads' connections would keep the test database from being dropped."""
    yield
    from sockets.threads import HTTP, SOCKETS

    HTTP.close_connections()
    SOCKETS.close_connections()
