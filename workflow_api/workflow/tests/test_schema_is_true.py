"""The published schema is true of definitions and audit: generated requests find no undocumented answer."""

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
from workflow.models import Calendar, Category, Workflow
from workflow.tests import factories as story

CHOSEN = [CHECKS.get_one("not_a_server_error"), status_code_conformance]
CHOSEN += [content_type_conformance, response_schema_conformance]
OURS = ("/workflows/", "/steps/", "/categories/", "/calendars/", "/roles/", "/people/", "/audit/")

SCHEMA = schemathesis.openapi.from_wsgi("/schema/", application)
OPERATIONS: list[Any] = [
    operation
    for result in SCHEMA.get_all_operations()
    if (operation := result.ok()).path.startswith(OURS)  # type: ignore[union-attr]
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


def existing_ids(workflow: Workflow) -> dict[str, int]:
    """Return one thing of each kind, by the name in the path."""
    step = workflow.steps.order_by("id")[0]
    return {
        "workflows": workflow.pk,
        "steps": step.pk,
        "roles": step.role_id or 0,
        "categories": Category.objects.create(name="IT Support").pk,
        "calendars": Calendar.objects.create(name="Office", hours={"0": [["08:00", "12:00"]]}).pk,
        "people": story.AMARA.user_id,
        "audit": 1,
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("_connection_outlives_requests")
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_the_schema_is_true(operation: Any) -> None:
    story.roles()
    workflow = story.deployed(steps=story.APPROVAL_STEPS, edges=story.APPROVAL_EDGES)
    # What a request must name rightly to get past the first refusal.
    current = {"workflow": workflow.pk, "edit_version": workflow.edit_version}
    known = next(value for name, value in existing_ids(workflow).items() if operation.path.startswith(f"/{name}/"))
    token = token_for(1, full_name="Ines Duarte", roles={"tts": ["Admin"]})

    @given(case=operation.as_strategy())
    @settings(
        max_examples=15,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answers_as_documented(case: Any) -> None:
        for name in set(case.path_parameters or {}) & {"id", "number"}:
            case.path_parameters[name] = 1 if name == "number" else known
        for part in (case.body, case.query):
            if isinstance(part, dict):
                part.update({name: value for name, value in current.items() if name in part})
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}
        before = transaction.savepoint()
        try:
            case.call_and_validate(checks=CHOSEN)
        finally:
            transaction.savepoint_rollback(before)  # every request meets the same state

    answers_as_documented()
