"""The people of this service's tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.utils import timezone

from keys import services as key_services
from keys.ring import ring
from roles.models import Role
from roles.tests.workflow_double import WorkflowDouble
from system_roles.catalogue import CATALOGUE
from system_roles.models import SystemRole
from systems.models import System
from systems.seeds import SYSTEMS, WORKFLOW_ROLES
from users.models import User
from users.tests.factories import a_person


@pytest.fixture(autouse=True)
def _fresh_key_ring() -> None:
    """Each test has a database of its own; a ring that remembers another one's keys would mislead it."""
    ring.forget()


@pytest.fixture(autouse=True, scope="session")
def _each_private_key_is_parsed_once() -> Iterator[None]:
    """OpenSSL proves each time that an RSA key is sound, which takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_services, "_load_private", cache(key_services._load_private))
        yield


@pytest.fixture
def systems(db: None) -> None:
    """The four systems with their roles, as the seeds make them, but at once: most tests begin here."""
    now = timezone.now()
    rows = [
        System(slug=slug, name=name, description=description, created_at=now) for slug, name, description in SYSTEMS
    ]
    made = {system.slug: system for system in System.objects.bulk_create(rows)}
    entries = [(made[slug], entry) for slug, catalogue in CATALOGUE.items() for entry in catalogue]
    SystemRole.objects.bulk_create(
        SystemRole(system=system, name=entry.name, description=entry.description, needs_holder=entry.needs_holder)
        for system, entry in entries
    )
    own = [Role(system=system, name=entry.name, is_custom=False, created_at=now) for system, entry in entries]
    team = [Role(system=made[System.TTS], name=name, created_at=now) for name, _ in WORKFLOW_ROLES]
    Role.objects.bulk_create(own + team)


@pytest.fixture
def admin(systems: None) -> User:
    return a_person("Miriam", "Castellanos", tts=["Admin"])


@pytest.fixture
def agent(systems: None) -> User:
    return a_person("Priya", "Raman", tts=["Agent", "IT Support"])


@pytest.fixture
def requester(systems: None) -> User:
    return a_person("Jonas", "Keller", tts=["User"])


@pytest.fixture
def workflow_api(settings: Any) -> Iterator[WorkflowDouble]:
    server = WorkflowDouble()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    settings.WORKFLOW_API_URL = f"http://127.0.0.1:{server.server_address[1]}"
    yield server
    server.shutdown()
    server.server_close()
