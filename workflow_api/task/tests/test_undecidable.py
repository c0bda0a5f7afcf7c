"""An approval that nobody can decide any more, and that has no role above, is flagged for its lead."""

from __future__ import annotations

from typing import Any

import pytest

from task.electorate import judge_approvals
from task.models import Task, Timeline
from task.tests.test_perform import press
from task.tests.test_unassigned_queue import loses
from task.tests.test_vote import Story
from ticketing_testing.clients import published_messages
from workflowmanager import schedule
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Any) -> Any:
    return lambda: django_capture_on_commit_callbacks(execute=True)


def needs_lead(task: Task) -> bool:
    detail = factories.admin_client().get(f"/tasks/{task.pk}/").json()
    listed = factories.admin_client().get("/tasks/", {"needs_lead": "true"}).json()["results"]
    assert bool(listed) == detail["needs_lead"]
    return bool(detail["needs_lead"])


def told() -> list[int]:
    notices = published_messages("notifications.create_inapp_notification")
    return [m["user_id"] for m in notices if "may still vote" in m["message"]]


def started(**approval: Any) -> tuple[Story, Task]:
    factories.make_role("Admin", factories.make_person(90))
    story = Story(approval=approval)
    type(story.lead_role).objects.filter(pk=story.lead_role.pk).update(lead_id=23)
    return story, story.start()


def test_when_too_few_are_left_although_it_has_an_assignee(commits: Any) -> None:
    story, task = started(required=3, mode="count")
    assert task.assignee_id == 21
    assert not needs_lead(task)
    with commits():
        loses(story.lead_role, story.leads[1])
    task.refresh_from_db()
    assert (task.status, task.assignee_id) == ("in_progress", 21)
    assert needs_lead(task)
    assert sorted(told()) == [23, 90]
    line = Timeline.objects.get(event="lead_called")
    assert line.detail["why"] == "undecidable"
    assert factories.admin_client().get("/stuck/").json()["needs_lead"] == 1
    schedule.tick()
    assert sorted(told()) == [23, 90]


def test_when_votes_are_given_already(commits: Any) -> None:
    story, task = started(required=3, mode="count")
    press(story.leads[0], task, "Approve to Granted")
    with commits():
        loses(story.lead_role, story.leads[1])
    assert needs_lead(task)


def test_from_the_beginning_where_the_requester_is_one_of_them() -> None:
    story = Story(approval={"required": 3, "mode": "count"})
    task = story.start(employee={"id": "22", "name": "Person 22", "email": "person.22@example.com"})
    assert task.assignee_id is not None
    assert needs_lead(task)


def test_when_an_update_names_one_of_them_as_the_requester() -> None:
    _, task = started(required=3, mode="count")
    factories.take_in("TX1", employee={"id": "22", "name": "Person 22", "email": "person.22@example.com"})
    assert needs_lead(task)


def test_with_a_percentage_when_all_who_may_vote_are_gone(commits: Any) -> None:
    story, task = started(required=100, mode="percent")
    with commits():
        for lead in story.leads:
            loses(story.lead_role, lead)
    assert task.status == "in_progress"
    assert needs_lead(task)


def test_the_flag_is_taken_back_when_somebody_joins(commits: Any) -> None:
    story, task = started(required=3, mode="count")
    with commits():
        loses(story.lead_role, story.leads[1])
    assert needs_lead(task)
    with commits():
        joins = factories.make_person(24)
        factories.join(story.lead_role, joins)
        judge_approvals(now=task.created_at, role_ids=[story.lead_role.pk])
    assert not needs_lead(task)
    assert Timeline.objects.filter(event="decidable").count() == 1


def test_another_flag_is_not_taken_back() -> None:
    story, task = started(required=2, mode="count")
    visit = task.current_visit
    assert visit is not None
    visit.needs_lead = True
    visit.save(update_fields=["needs_lead"])
    judge_approvals(now=task.created_at, role_ids=[story.lead_role.pk])
    assert needs_lead(task)


def test_with_a_role_above_it_is_escalated_instead(commits: Any) -> None:
    head = factories.make_role("Head", *(factories.make_person(number) for number in (41, 42, 43)))
    story = Story(approval={"required": 3, "mode": "count"}, escalate_to=head)
    task = story.start()
    with commits():
        loses(story.lead_role, story.leads[1])
    task.refresh_from_db()
    assert task.role_id == head.pk
    assert not needs_lead(task)


def test_a_corrected_requester_makes_a_vote_certain() -> None:
    story, task = started(required=100, mode="percent")
    for lead in story.leads[:2]:
        press(lead, task, "Approve to Granted")
    factories.take_in("TX1", employee={"id": "23", "name": "Person 23", "email": "person.23@example.com"})
    task.refresh_from_db()
    assert task.status == "completed"
    assert Timeline.objects.get(event="vote_decided").detail["voters"] == 2
