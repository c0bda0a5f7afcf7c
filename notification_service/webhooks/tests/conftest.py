from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from webhooks.tests.receiver import Receiver


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    server = Receiver()
    yield server
    server.stop()
