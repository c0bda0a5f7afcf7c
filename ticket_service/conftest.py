"""Fixtures of this service's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tickets.tests.other_services import OtherService


@pytest.fixture(autouse=True)
def _media_of_the_test(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def workflow(settings: Settings) -> Iterator[OtherService]:
    with OtherService() as service:
        settings.WORKFLOW_API_URL = service.url
        yield service


@pytest.fixture
def messaging(settings: Settings) -> Iterator[OtherService]:
    with OtherService() as service:
        settings.MESSAGING_SERVICE_URL = service.url
        settings.SERVICE_API_KEYS = ["services:s3rvice"]
        yield service
