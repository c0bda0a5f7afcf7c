"""Fixtures of this service's tests."""

from __future__ import annotations

import pytest
from django.db import connection


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """Let tests that commit empty the tables afterwards: the audit trail's own tests put the guard back."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_logs DISABLE TRIGGER audit_logs_no_truncate")
