"""The published schema is true of the runtime: generated requests find no undocumented answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from celery.exceptions import Reject
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from amscheckout.models import AmsCheckout
from bmscheckout.models import BmsCheckout
from config.wsgi import application
from role.models import Person
from task.tests.test_perform import press
from ticketing_common.inbox.models import DeadLetter
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.clients import token_for
from tickets.models import IntakeRecord
from workflow.tests.test_schema_is_true import OURS as OTHERS
from workflowmanager.models import SavedView
from workflowmanager.tests import factories

CHOSEN = [CHECKS.get_one("not_a_server_error"), status_code_conformance]
CHOSEN += [content_type_conformance, response_schema_conformance]
OURS = (
    "/tasks/",
    "/transitions/",
    "/tickets/",
    "/intake/",
    "/ams/",
    "/bms/",
    "/analytics/",
    "/views/",
    "/reminders/",
    "/calendar-feeds/",
    "/calendar/",
    "/stuck/",
    "/dead-letters/",
    "/outbox/",
    "/privacy/",
    "/retention/",
    "/pool/",
    "/workflows/{workflow_id}/migrate/",
)

SCHEMA = schemathesis.openapi.from_wsgi("/schema/", application)
OPERATIONS: list[Any] = [
    operation
    for result in SCHEMA.get_all_operations()
    if (operation := result.ok()).path.startswith(OURS)  # type: ignore[union-attr]
]


def test_every_operation_is_tried_by_one_of_the_two_tests() -> None:
    labels = [result.ok().label for result in SCHEMA.get_all_operations()]  # type: ignore[union-attr]
    assert [label for label in labels if not label.split()[1].startswith((*OURS, *OTHERS))] == []


@contextmanager
def connection_kept() -> Iterator[None]:
    """Django's own test client does the same: a request must not close the connection that holds the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def one_of_each() -> dict[str, Any]:
    """Make one thing of each kind; return what names it in a path or a body."""
    holder = factories.make_person(11, "Amara Okafor")
    support = factories.make_role("IT Support", holder, factories.make_person(12, "Kenji Mori"))
    factories.make_role("Admin", factories.make_person(90, "Ada Admin"))
    version = factories.one_step(support, end_logic="asset")
    factories.take_in("TX1", asset_name="Projector")
    press(holder, factories.task_of("TX1"), "Work to Done")
    factories.one_step(support, name="Budget", category="Budget", end_logic="budget")
    factories.take_in("TX4", category="Budget")
    press(factories.assignee_of(factories.task_of("TX4")), factories.task_of("TX4"), "Work to Done")
    factories.take_in("TX2", employee={"name": "Noor", "email": "noor@example.com"})
    with pytest.raises(Reject):
        factories.take_in("TX3", priority="shouting")
    task = factories.task_of("TX2")
    view = SavedView.objects.create(owner_id=90, name="Mine")
    feed, calendar_file = factories.make_feed(90)
    return {
        "task": task,
        "edge": factories.edge(task, "Work to Done").pk,
        "workflow_id": version.workflow_id,
        "ticket_number": "TX2",
        "kind": "intake-bodies",
        "/tasks/": task.pk,
        "/intake/": IntakeRecord.objects.latest("id").pk,
        "/ams/": AmsCheckout.objects.get().pk,
        "/bms/": BmsCheckout.objects.get().pk,
        "/views/": view.pk,
        "/reminders/": factories.make_reminder(90, "TX1").pk,
        "/calendar-feeds/": feed.pk,
        "token_file": calendar_file,
        "/dead-letters/": DeadLetter.objects.get().pk,
        "/outbox/": OutboxMessage.objects.latest("id").pk,
    }


@pytest.mark.django_db
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_the_schema_is_true(operation: Any) -> None:
    known = one_of_each()
    admin = Person.objects.get(pk=90)
    token = token_for(admin.pk, full_name=admin.full_name, roles={"tts": ["Admin"]})

    @given(case=operation.as_strategy())
    @settings(
        max_examples=15,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def check(case: Any) -> None:
        for name in case.path_parameters or {}:
            prefix = next((place for place in known if operation.path.startswith(place)), "")
            case.path_parameters[name] = known.get(name, known.get(prefix, 1))
        if isinstance(case.body, dict):
            if "task_id" in case.body:
                case.body |= {"task_id": known["task"].pk, "transition_id": known["edge"]}
            if "expected_version" in case.body:
                case.body["expected_version"] = known["task"].version
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}
        before = transaction.savepoint()
        try:
            case.call_and_validate(checks=CHOSEN)
        finally:
            transaction.savepoint_rollback(before)  # every request meets the same state

    with connection_kept():
        check()


def test_writes_that_honour_the_idempotency_key_say_so_and_no_others() -> None:
    documented = {
        (method, path)
        for path, operations in SCHEMA.raw_schema["paths"].items()
        for method, operation in operations.items()
        if any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", []))
    }
    assert documented >= {("post", "/transitions/"), ("post", "/tasks/bulk/"), ("post", "/tasks/{id}/hold/")}
    assert not {path for method, path in documented if method == "get"}
