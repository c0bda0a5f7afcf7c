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

from config.wsgi import application
from ticketing_testing.clients import token_for
from tickets.tests.factories import ticket_of_noor

CHOSEN = [CHECKS.get_one("not_a_server_error"), status_code_conformance]
CHOSEN += [content_type_conformance, response_schema_conformance]

SCHEMA = schemathesis.openapi.from_wsgi("/api/schema/", application)
OPERATIONS: list[Any] = [result.ok() for result in SCHEMA.get_all_operations()]  # type: ignore[union-attr]


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
def test_the_schema_is_true(operation: Any) -> None:
    ticket = ticket_of_noor()
    token = token_for(1, full_name="Ada Admin", roles={"tts": ["Admin"]})

    @given(case=operation.as_strategy())
    @settings(
        max_examples=30,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answers_as_documented(case: Any) -> None:
        if "ticket_number" in (case.path_parameters or {}):
            case.path_parameters["ticket_number"] = ticket.ticket_number
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}
        before = transaction.savepoint()
        try:
            case.call_and_validate(checks=CHOSEN)
        finally:
            transaction.savepoint_rollback(before)  # every request meets the same state

    answers_as_documented()
