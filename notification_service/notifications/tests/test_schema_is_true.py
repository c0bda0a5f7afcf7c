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
from inbound_mail import services as inbound_mail
from inbound_mail.tests.factories import raw_mail
from notifications import inapp
from notifications.models import NotificationTemplate
from notifications.tests.factories import NOON, mail
from ticketing_testing.clients import token_for
from webhooks.tests.factories import endpoint

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


def existing_ids() -> dict[str, int]:
    new = inapp.NewNotification(user_id=1, notification_type="system", subject="S", message="M", event_id="e1")
    (result,) = inapp.create_inapp(notifications=[new], now=NOON)
    assert result.row is not None
    template = NotificationTemplate.objects.get(notification_type="otp_code", language="en")
    made, _ = endpoint("https://hooks.example.com/")
    inbound, _ = inbound_mail.take_in(raw=raw_mail(to="help@example.com"), now=NOON)
    ids = {"history": mail().pk, "templates": template.pk, "inapp": result.row.pk, "webhooks": made.pk}
    return ids | {"inbound-mails": inbound.pk}


@pytest.mark.django_db
@pytest.mark.usefixtures("_connection_outlives_requests")
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_the_schema_is_true(operation: Any) -> None:
    known = [value for name, value in existing_ids().items() if f"/{name}/" in operation.path]
    token = token_for(1, full_name="Ada Admin", roles={"tts": ["Admin"]})
    key = {"X-API-Key": "development-notification-key"} if operation.path.endswith("/send/") else {}

    @given(case=operation.as_strategy())
    @settings(
        max_examples=20,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answers_as_documented(case: Any) -> None:
        if known and "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = known[0]
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}", **key}
        before = transaction.savepoint()
        try:
            case.call_and_validate(checks=CHOSEN)
        finally:
            transaction.savepoint_rollback(before)  # every request meets the same state

    answers_as_documented()
