"""The published schema is true: generated requests find no server error and no undocumented answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.tests.test_access import target  # noqa: F401 -- a fixture
from config.wsgi import application
from users.models import User
from users.tests.factories import signed_in

CHOSEN = [CHECKS.get_one("not_a_server_error"), status_code_conformance]
CHOSEN += [content_type_conformance, response_schema_conformance]
# They answer 503 by design when another service or its keys can't be reached.
NEEDS_OTHERS = {
    "GET /api/v1/tts/drift/",
    "DELETE /api/v1/roles/{id}/",
    "POST /oidc/{slug}/backchannel-logout/",
}

SCHEMA = schemathesis.openapi.from_wsgi("/api/schema/", application)
OPERATIONS: list[Any] = [
    operation
    for result in SCHEMA.get_all_operations()
    if (operation := result.ok()).label not in NEEDS_OTHERS  # type: ignore[union-attr]
]


@pytest.fixture
def _connection_outlives_requests() -> Iterator[None]:
    """Django's own test client does the same: a request must not close the connection that holds the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.usefixtures("_connection_outlives_requests")
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_the_schema_is_true(operation: Any, admin: User, target: dict[str, str]) -> None:  # noqa: F811
    access = signed_in(admin).access
    kind = operation.path.removeprefix("/api/v1/").split("/")[0]
    ids = {"id": target.get(kind, "1"), "user_id": target["users"], "sid": target["sid"], "slug": "acme"}
    ids["kind"] = "people"

    @given(case=operation.as_strategy())
    @settings(
        max_examples=15,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answers_as_documented(case: Any) -> None:
        for name in case.path_parameters or {}:
            case.path_parameters[name] = ids[name]
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {access}"}
        before = transaction.savepoint()
        try:
            case.call_and_validate(checks=CHOSEN)
        finally:
            transaction.savepoint_rollback(before)  # every request meets the same state

    answers_as_documented()
