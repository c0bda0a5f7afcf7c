"""Escalation to a role in which nobody is available."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from role.models import Role
from task.deadlines import sweep_clocks
from task.models import Assignment, StepVisit, Task
from ticketing_testing.clients import published_messages
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db


def told() -> set[int]:
    notices = published_messages("notifications.create_inapp_notification")
    return {m["user_id"] for m in notices if m["notification_type"] == "task_escalated"}


def assigned_task(above: Role | None) -> Task:
    factories.make_role("Admin", factories.make_person(90))
    lead = factories.make_person(20, "Lena Lead")
    support = factories.make_role("IT Support", factories.make_person(11), lead=lead)
    factories.one_step(support, step={"escalate_to": above})
    factories.take_in("TX1")
    return factories.task_of()


@pytest.mark.parametrize(
    "member", [None, {"away_from": factories.LONG_AGO}, {"capacity": 0}, {"is_active": False}], ids=str
)
def test_keeps_the_work_with_its_assignee_and_tells_lead_and_administrators(member: dict[str, Any] | None) -> None:
    above = factories.make_role("Head", *([factories.make_person(41, **member)] if member else []))
    task = assigned_task(above)
    role_id = task.role_id

    answer = factories.admin_client().post(f"/tasks/{task.pk}/escalate/", {"reason": "Stuck."})

    assert answer.status_code == 200, answer.json()
    task.refresh_from_db()
    assert (task.status, task.assignee_id, task.role_id) == ("in_progress", 11, role_id)
    assert Assignment.objects.get(person_id=11, is_owner=False).ended_at is None
    assert answer.json()["needs_lead"]
    assert told() == {20, 90}


def test_so_does_the_clock() -> None:
    task = assigned_task(factories.make_role("Head"))
    sweep_clocks(now=timezone.now() + timedelta(days=30))
    task.refresh_from_db()
    assert task.assignee_id == 11
    assert StepVisit.objects.get().needs_lead
    assert {20, 90} <= told()


def test_moves_up_where_a_substitute_of_the_role_is_available() -> None:
    stand_in = factories.make_person(42)
    away = factories.make_person(41, away_from=factories.LONG_AGO, substitute=stand_in)
    task = assigned_task(factories.make_role("Head", away, stand_in))
    factories.admin_client().post(f"/tasks/{task.pk}/escalate/", {"reason": "Stuck."})
    assert factories.assignee_of(task).pk == 42
