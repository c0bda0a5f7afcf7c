"""One provider for this folder's tests, and a configuration that trusts it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from oidc import remote
from oidc.tests.real_provider import CLIENT_SECRET, Browser, RealProvider, running_provider


@pytest.fixture(scope="session")
def _provider() -> Iterator[RealProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def acme(_provider: RealProvider) -> RealProvider:
    """The provider as each test finds it: one client, one account, the right time."""
    _provider.reset()
    remote.forget()
    return _provider


@pytest.fixture
def configure(acme: RealProvider, systems: None, settings: Any) -> Callable[..., None]:
    """Configure the provider, with these fields changed."""

    def change(**fields: Any) -> None:
        entry = {
            "slug": "acme",
            "name": "Acme",
            "issuer": acme.issuer,
            "client_id": "tts",
            "client_secret": CLIENT_SECRET,
            "creates_accounts": True,
            "roles": [
                {"group": "everybody", "system": "tts", "role": "User"},
                {"group": "it-support", "system": "tts", "role": "Agent"},
            ],
        }
        settings.OIDC_PROVIDERS = json.dumps([entry | fields])

    change()
    return change


@pytest.fixture
def browser(configure: Callable[..., None]) -> Browser:
    return Browser()
