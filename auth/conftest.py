"""The people of this service's tests."""

from __future__ import annotations

import pytest
from django.utils import timezone

from keys.ring import ring
from systems.seeds import seed_systems
from users.models import User
from users.tests.factories import a_person


@pytest.fixture(autouse=True)
def _fresh_key_ring() -> None:
    """Each test has a database of its own; a ring that remembers another one's keys would mislead it."""
    ring.forget()


@pytest.fixture
def systems(db: None) -> None:
    """The four systems with their roles."""
    seed_systems(now=timezone.now())


@pytest.fixture
def admin(systems: None) -> User:
    return a_person("Miriam", "Castellanos", tts=["Admin"])


@pytest.fixture
def agent(systems: None) -> User:
    return a_person("Priya", "Raman", tts=["Agent", "IT Support"])


@pytest.fixture
def requester(systems: None) -> User:
    return a_person("Jonas", "Keller", tts=["User"])
