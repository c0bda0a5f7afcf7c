"""Open work of who is away: flagged in lists and detail, and handed over in one act."""

from __future__ import annotations

from typing import Any

import pytest

from audit.models import AuditLog
from role.models import Person, Role
from task.models import Assignment, Timeline
from ticketing_testing.clients import assert_problem, published_messages
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db
REASON = {"reason": "On leave."}


@pytest.fixture
def away() -> Person:
    """Somebody with two open tasks and a stand-in, who went away after getting them."""
    person = factories.make_person(11, "Amara")
    role = factories.make_role("IT Support", person)
    factories.one_step(role)
    for number in ("TX1", "TX2"):
        factories.take_in(number)
    stand_in, other = factories.make_person(12, "Kenji"), factories.make_person(13, "Lena")
    for each in (stand_in, other):
        factories.join(role, each)
    Person.objects.filter(pk=11).update(away_from=factories.LONG_AGO, substitute=stand_in)
    person.refresh_from_db()
    return person


def hand_over(by: Any, **body: Any) -> Any:
    return by.post("/people/11/hand-over/", body or REASON)


def test_is_flagged_in_lists_and_detail_and_can_be_filtered(away: Person) -> None:
    client = factories.as_client(Person.objects.get(pk=12))
    task = factories.task_of("TX1")
    assert client.get(f"/tasks/{task.pk}/").json()["is_assignee_away"]
    rows = client.get("/tasks/?view=team&assignee_away=true").json()["results"]
    assert {row["ticket_number"]: row["is_assignee_away"] for row in rows} == {"TX1": True, "TX2": True}
    assert client.get("/tasks/?view=team&assignee_away=false").json()["count"] == 0
    Person.objects.filter(pk=11).update(away_from=None)
    assert not client.get(f"/tasks/{task.pk}/").json()["is_assignee_away"]
    assert client.get("/tasks/?view=team&assignee_away=true").json()["count"] == 0


def test_goes_to_the_substitute_with_a_result_for_each(away: Person) -> None:
    first, second = factories.task_of("TX1"), factories.task_of("TX2")
    due_at = first.due_at
    answer = hand_over(factories.admin_client())
    assert answer.status_code == 200, answer.json()
    assert [(item["task_id"], item["ok"]) for item in answer.json()["results"]] == [(first.pk, True), (second.pk, True)]
    for task in (first, second):
        assert factories.assignee_of(task).pk == 12
    assert first.due_at == due_at
    made = Assignment.objects.get(task=first, person_id=12)
    assert (made.origin, made.why["stands_in_for"]) == ("substitute", 11)
    assert Timeline.objects.get(task=first, event="transferred").detail["to_person"]["user_id"] == 12
    assert AuditLog.objects.filter(action="task.handed_over").count() == 2
    notices = published_messages("notifications.create_inapp_notification")
    assert 12 in [m["user_id"] for m in notices if m["notification_type"] == "task_transferred"]


def test_goes_to_the_next_of_the_role_where_the_substitute_can_not_have_it(away: Person) -> None:
    Person.objects.filter(pk=12).update(capacity=0)
    hand_over(factories.admin_client())
    assert {factories.assignee_of(factories.task_of(number)).pk for number in ("TX1", "TX2")} == {13}


def test_stays_where_nobody_is_available(away: Person) -> None:
    Person.objects.filter(pk__in=(12, 13)).update(away_from=factories.LONG_AGO)
    results = hand_over(factories.admin_client()).json()["results"]
    assert [item["error"]["code"] for item in results] == ["not_eligible", "not_eligible"]
    assert factories.assignee_of(factories.task_of("TX1")).pk == 11


def test_work_on_hold_is_handed_over_and_stays_on_hold(away: Person) -> None:
    task = factories.task_of("TX1")
    factories.as_client(away).post(f"/tasks/{task.pk}/hold/", {"reason": "Waiting."})
    hand_over(factories.admin_client())
    task.refresh_from_db()
    assert (task.status, task.assignee_id) == ("on_hold", 12)


def test_is_done_by_the_person_their_substitute_or_a_lead(away: Person) -> None:
    assert_problem(hand_over(factories.as_client(Person.objects.get(pk=13))), 403, "permission_denied")
    Role.objects.update(lead_id=13)
    assert [item["ok"] for item in hand_over(factories.as_client(Person.objects.get(pk=13))).json()["results"]] == [
        True,
        True,
    ]
    for client in (factories.as_client(away), factories.as_client(Person.objects.get(pk=12))):
        assert hand_over(client).json() == {"results": []}


def test_needs_a_reason(away: Person) -> None:
    assert_problem(factories.admin_client().post("/people/11/hand-over/", {}), 400, attr="reason")
    assert_problem(factories.admin_client().post("/people/4711/hand-over/", REASON), 404, "not_found")
