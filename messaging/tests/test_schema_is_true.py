"""The published schema is true: generated requests find no server error and no undocumented answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from comments import files, services
from tests.factories import ADMIN, AMARA, NOON, NUMBER, identity, make_person, make_ticket, token

CHOSEN = [CHECKS.get_one("not_a_server_error"), status_code_conformance]
CHOSEN += [content_type_conformance, response_schema_conformance]

SCHEMA = schemathesis.openapi.from_wsgi("/api/schema/", get_wsgi_application())
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


def existing() -> dict[str, Any]:
    """Return ids that exist: a comment of another person with a reply, an earlier text and a file."""
    make_ticket()
    make_person(ADMIN)
    by = identity(AMARA)
    comment = services.post_comment(ticket_number=NUMBER, by=by, text="One.", now=NOON).document["id"]
    services.edit_comment(comment_id=comment, by=by, text="Two.", now=NOON)
    services.post_reply(comment_id=comment, by=by, text="And?", now=NOON)
    attachment, _ = files.attach_upload(
        comment_id=comment, by=by, upload=SimpleUploadedFile("a.txt", b"content"), now=NOON
    )
    return {"comment_id": comment, "attachment_id": attachment.pk, "ticket_id": NUMBER}


@pytest.mark.django_db
@pytest.mark.usefixtures("_connection_outlives_requests")
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_the_schema_is_true(operation: Any) -> None:
    known = existing()
    bearer = token(ADMIN)
    is_existing = True

    @given(case=operation.as_strategy())
    @settings(
        max_examples=25,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answers_as_documented(case: Any) -> None:
        nonlocal is_existing
        is_existing = not is_existing
        if is_existing:
            case.path_parameters = {
                name: known.get(name, value) for name, value in (case.path_parameters or {}).items()
            }
            if "ticket_id" in (case.query or {}):
                case.query["ticket_id"] = NUMBER
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {bearer}"}
        before = transaction.savepoint()
        try:
            case.call_and_validate(checks=CHOSEN)
        finally:
            transaction.savepoint_rollback(before)  # every request meets the same state

    answers_as_documented()
