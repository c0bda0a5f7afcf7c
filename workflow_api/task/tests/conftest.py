"""The people of the acts' tests."""

from __future__ import annotations

import pytest

from role.models import Person, Role
from workflowmanager.tests import factories


@pytest.fixture
def amara(db: None) -> Person:
    return factories.make_person(11, "Amara Okafor")


@pytest.fixture
def kenji(db: None) -> Person:
    return factories.make_person(12, "Kenji Mori")


@pytest.fixture
def support(amara: Person, kenji: Person) -> Role:
    return factories.make_role("IT Support", amara, kenji)
