"""Every route of the service, called as everybody, compared with the table in docs/access/workflow_api.md."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import Reject
from django.db import transaction
from rest_framework.test import APIClient

from amscheckout.models import AmsCheckout
from audit.models import AuditLog
from bmscheckout.models import BmsCheckout
from role.models import Person, Role
from step.models import Step
from task.tests.test_perform import press
from ticketing_common.inbox.models import DeadLetter
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.access import AccessTable, routes
from ticketing_testing.clients import assert_problem, callers, scopes_but
from tickets.models import IntakeRecord
from workflow.models import Calendar, Category
from workflowmanager.models import SavedView
from workflowmanager.tests import factories

TABLE = AccessTable.read(Path(__file__).parents[3] / "docs" / "access" / "workflow_api.md")
AGENT = {"roles": {"tts": ["Agent"]}}
PEOPLE = {
    "User": {"user_id": 60, "roles": {"tts": ["User"]}},
    "elsewhere": {"user_id": 61, **AGENT},
    "member": {"user_id": 12, **AGENT},
    "holder": {"user_id": 11, **AGENT},
    "Admin": {"user_id": 90, "roles": {"tts": ["Admin"]}},
}
KEYS = {"AMS key": ["ams"], "BMS key": ["bms"], "other key": scopes_but("ams", "bms")}
REFUSALS = {401, 403, 404}
BODIES: dict[str, dict[str, Any]] = {
    "POST /tasks/{id}/transfer/": {"to_user_id": 12, "reason": "Balance."},
    "POST /tasks/{id}/reopen/": {"reason": "It is not done."},
    "POST /tasks/{id}/cancel/": {"reason": "Not needed."},
    "POST /tasks/{id}/move/": {"workflow_id": 1, "reason": "Misrouted."},
    "POST /tasks/{id}/escalate/": {"reason": "Beyond me."},
    "POST /tasks/{id}/hold/": {"reason": "Waiting."},
    "POST /tasks/{id}/priority/": {"priority": "low"},
    "POST /ams/checkouts/{id}/waive/": {"reason": "By hand."},
    "POST /bms/checkouts/{id}/waive/": {"reason": "By hand."},
    "POST /people/{id}/hand-over/": {"reason": "On leave."},
    "POST /dead-letters/settle/": {"resolution": "replay", "ids": [4711]},
    "PATCH /people/{id}/availability/": {"capacity": 3},
    "POST /reminders/": {"ticket_number": "TX1", "remind_at": "2096-03-02T09:00:00Z"},
    "PATCH /reminders/{id}/": {"note": "Call back."},
    "POST /calendar-feeds/": {"name": "Phone"},
    "POST /views/": {"name": "Mine"},
    "PATCH /views/{id}/": {"name": "Mine"},
    "PUT /views/{id}/": {"name": "Mine"},
}


class Desk:
    """One thing of each kind. Amara holds the task, Kenji the same role; the others have no part in it."""

    def __init__(self) -> None:
        holder, member = factories.make_person(11, "Amara Okafor"), factories.make_person(12, "Kenji Mori")
        factories.make_person(61, "Elsa Where")
        support = factories.make_role("IT Support", holder, member)
        factories.make_role("Admin", factories.make_person(90, "Ada Admin"))
        clerks = factories.make_role("Clerk", factories.make_person(31))
        version = factories.one_step(support)
        for name in ("asset", "budget"):
            factories.one_step(clerks, name=name, category=name, end_logic=name)
            factories.take_in(name, category=name)
            press(Person.objects.get(pk=31), factories.task_of(name), "Work to Done")
        factories.take_in("TX1")
        with pytest.raises(Reject):
            factories.take_in("TX2", priority="shouting")
        factories.take_in("TX3", department="Nowhere")
        self.task = factories.task_of("TX1")
        self.edge = factories.edge(self.task, "Work to Done").pk
        step = Step.objects.create(workflow_id=version.workflow_id, name="Draft", role=support)
        feed, self.calendar_file = factories.make_feed(11, "Desk")
        self.ids = {
            "tasks": self.task.pk,
            "workflows": version.workflow_id,
            "steps": step.pk,
            "roles": Role.objects.get(name="IT Support").pk,
            "people": 11,
            "calendars": Calendar.objects.create(name="Office", hours={"0": [["08:00", "12:00"]]}).pk,
            "categories": Category.objects.create(name="IT Support").pk,
            "audit": AuditLog.objects.latest("id").pk,
            "ams": AmsCheckout.objects.get().pk,
            "bms": BmsCheckout.objects.get().pk,
            "intake": IntakeRecord.objects.filter(verdict="invalid").latest("id").pk,
            "dead-letters": DeadLetter.objects.get().pk,
            "outbox": OutboxMessage.objects.latest("id").pk,
            "views": SavedView.objects.create(owner_id=11, name="Team", is_shared=True).pk,
            "calendar-feeds": feed.pk,
            "reminders": factories.make_reminder(11, "TX1").pk,
            "privacy": factories.make_erasure().pk,
        }

    def path(self, template: str) -> str:
        kind = template.split("/")[1]
        number = "TX3" if template.endswith("/reroute/") else "TX1"
        path = template.replace("{ticket_number}", number).replace("{number}", "1")
        path = path.replace("{token_file}", self.calendar_file).replace("{kind}", "intake-bodies")
        path = re.sub(r"\{\w+\}", str(self.ids.get(kind, 1)), path)
        if path == "/transitions/":
            path += f"?task={self.task.pk}"
        if path == "/tasks/choices/":
            path += "?field=category"
        if path == "/tasks/offers/":
            path += f"?tasks={self.task.pk}"
        return path + ("?from=1&to=1" if path.endswith("/compare/") else "")

    def body(self, operation: str) -> dict[str, Any]:
        if operation == "POST /transitions/":
            return {"task_id": self.task.pk, "transition_id": self.edge, "expected_version": self.task.version}
        if operation == "POST /tasks/bulk/":
            return {"action": "claim", "task_ids": [self.task.pk]}
        return BODIES.get(operation, {})


def answers_to(caller: APIClient, desk: Desk) -> dict[str, Any]:
    """Call every route as this caller, each on the same state; return the answers."""
    answers = {}
    for operation in sorted(TABLE.rows):
        method, template = operation.split()
        before = transaction.savepoint()
        answers[operation] = getattr(caller, method.lower())(desk.path(template), desk.body(operation) or None)
        transaction.savepoint_rollback(before)
    return answers


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert routes() == set(TABLE.rows)


@pytest.mark.django_db
@pytest.mark.parametrize("who", TABLE.columns)
def test_lets_in_whom_the_table_says(who: str, settings: Any) -> None:
    settings.API_KEY_SOURCE = "ticketing_testing.clients.key_of_scope"
    desk = Desk()
    for caller in callers(who, people=PEOPLE, keys=KEYS):
        for operation, answer in answers_to(caller, desk).items():
            is_in = answer.status_code not in REFUSALS
            assert is_in is TABLE.lets_in(who, operation), f"{operation} as {who}: {answer.status_code}"
            if not is_in:
                expected = {403, 404} if who in PEOPLE else {401, 403} if who in KEYS else {401}
                assert answer.status_code in expected, operation
                assert_problem(answer, answer.status_code, "token_expired" if who == "expired" else None)
