"""A vote is judged anew when the people who may vote change."""

from __future__ import annotations

from typing import Any

import pytest

from audit.models import AuditLog
from role.models import Person, Role
from task.models import Assignment, Task, Timeline
from task.tests.test_perform import press
from task.tests.test_unassigned_queue import loses, membership
from task.tests.test_vote import Story
from ticketing_testing.clients import deliver, published_messages
from workflowmanager import schedule
from workflowmanager.tasks import sync_role, sync_snapshot, sync_user_system_role
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Any) -> Any:
    """Run what follows a commit at the end of the block."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def vote(story: Story, task: Task, *outcomes: str) -> None:
    for lead, outcome in zip(story.leads, outcomes, strict=False):
        transition = {"approve": "Approve to Granted", "reject": "Approve to Rejected"}[outcome]
        answer = press(lead, task, transition, comment="Seen.")
        assert answer.json()["status"] == "in_progress", answer.json()


def test_all_of_those_left_have_approved(commits: Any) -> None:
    story = Story(approval={"required": 100, "mode": "percent"})
    task = story.start()
    vote(story, task, "approve", "approve")

    with commits():
        loses(story.lead_role, story.leads[2])

    task.refresh_from_db()
    assert task.status == "completed"
    decided = Timeline.objects.get(task=task, event="vote_decided")
    assert (decided.actor_id, decided.detail["why"]) == (None, "electorate_changed")
    assert (decided.detail["approvals"], decided.detail["voters"]) == (2, 2)
    assert AuditLog.objects.filter(action="task.vote_decided", object_id=str(task.pk)).count() == 1
    assert press(story.leads[1], task, "Approve to Granted").status_code == 409


@pytest.mark.parametrize(
    ("approval", "votes", "status"),
    [
        ({"required": 60, "mode": "percent"}, ["approve"], "in_progress"),
        ({"required": 50, "mode": "percent"}, ["approve"], "completed"),
        ({"required": 60, "mode": "percent"}, ["reject"], "rejected"),
        ({"required": 2, "mode": "count"}, ["reject"], "rejected"),
        ({"required": 2, "mode": "count"}, ["approve"], "in_progress"),
    ],
)
def test_what_has_become_certain_is_decided(
    commits: Any, approval: dict[str, Any], votes: list[str], status: str
) -> None:
    story = Story(approval=approval)
    task = story.start()
    vote(story, task, *votes)
    with commits():
        loses(story.lead_role, story.leads[2])
    task.refresh_from_db()
    assert task.status == status


def test_a_deactivation_counts_as_a_loss(commits: Any) -> None:
    story = Story(approval={"required": 100, "mode": "percent"})
    task = story.start()
    vote(story, task, "approve", "approve")
    member = story.leads[2].memberships.get(role=story.lead_role)
    with commits():
        deliver(sync_user_system_role, **membership(member, action="delete"))
    task.refresh_from_db()
    assert task.status == "completed"


def test_a_snapshot_counts_as_a_loss(commits: Any) -> None:
    story = Story(approval={"required": 100, "mode": "percent"})
    task = story.start()
    vote(story, task, "approve", "approve")
    rows = [
        membership(member)
        for role in Role.objects.all()
        for member in role.members.select_related("person", "role")
        if member.person_id != 23
    ]
    roles = [
        {
            "role_id": role.pk,
            "name": role.name,
            "system": "tts",
            "description": "",
            "is_custom": False,
            "action": "upsert",
            "version": 2,
        }
        for role in Role.objects.all()
    ]
    with commits():
        deliver(
            sync_snapshot,
            roles=roles,
            members=rows,
            snapshot_id="one",
            taken_at="2026-06-01T00:00:00Z",
            last_role_id=10**6,
            last_member_id=10**6,
        )
    task.refresh_from_db()
    assert task.status == "completed"


def test_a_new_member_is_asked_for_too_and_decides_nothing(commits: Any) -> None:
    story = Story(approval={"required": 100, "mode": "percent"})
    task = story.start()
    vote(story, task, "approve", "approve")
    factories.join(story.lead_role, factories.make_person(24))
    schedule.tick()
    assert press(story.leads[2], task, "Approve to Granted").json()["status"] == "in_progress"
    with commits():
        loses(story.lead_role, Person.objects.get(pk=24))
    task.refresh_from_db()
    assert task.status == "completed"


def test_who_is_away_still_counts() -> None:
    story = Story(approval={"required": 100, "mode": "percent"})
    task = story.start()
    vote(story, task, "approve", "approve")
    Person.objects.filter(pk=23).update(away_from=factories.LONG_AGO)
    schedule.tick()
    task.refresh_from_db()
    assert task.status == "in_progress"


def test_with_nobody_left_and_no_vote_it_is_escalated_never_passed(commits: Any) -> None:
    heads = factories.make_role("Head", factories.make_person(41))
    story = Story(approval={"required": 100, "mode": "percent"}, escalate_to=heads)
    task = story.start()
    for lead in story.leads:
        with commits():
            loses(story.lead_role, lead)
    task.refresh_from_db()
    assert (task.status, task.assignee_id, task.role_id) == ("in_progress", 41, heads.pk)


def test_a_count_that_nobody_can_reach_any_more_is_escalated_from_its_assignee(commits: Any) -> None:
    heads = factories.make_role("Head", factories.make_person(41), factories.make_person(42))
    story = Story(approval={"required": 2, "mode": "count"}, escalate_to=heads)
    task = story.start()
    for lead in story.leads[1:]:
        with commits():
            loses(story.lead_role, lead)
    task.refresh_from_db()
    assert (task.assignee_id, task.role_id) == (41, heads.pk)
    assert Assignment.objects.get(person_id=21, is_owner=False).end_reason == "escalated"


def test_a_deleted_role_counts_as_a_loss_of_all(commits: Any) -> None:
    heads = factories.make_role("Head", factories.make_person(41))
    story = Story(approval={"required": 2, "mode": "count"}, escalate_to=heads)
    task = story.start()
    role = story.lead_role
    with commits():
        deliver(
            sync_role,
            role_id=role.pk,
            name=role.name,
            system="tts",
            description="",
            is_custom=False,
            action="delete",
            version=2,
        )
    task.refresh_from_db()
    assert (task.assignee_id, task.role_id) == (41, heads.pk)


def test_what_was_decided_moves_on_to_the_next_step_and_its_assignee_is_told(commits: Any) -> None:
    orders = factories.make_role("Purchasing", factories.make_person(51))
    leads = [factories.make_person(number) for number in (21, 22, 23)]
    lead_role = factories.make_role("IT Lead", *leads)
    everybody = {"required": 100, "mode": "percent"}
    factories.make_workflow(
        "Purchase",
        coordinators=orders,
        steps=[
            {
                "name": "Approve",
                "role": lead_role,
                "kind": "approval",
                "approval": everybody,
            },
            {"name": "Order", "role": orders},
            {"name": "Done", "is_end": True, "end_status": "completed"},
            {"name": "Rejected", "is_end": True, "end_status": "rejected"},
        ],
        edges=[
            ("Approve", "Order", "approve", {}),
            ("Approve", "Rejected", "reject", {}),
            ("Order", "Done", "forward", {}),
        ],
    )
    factories.take_in("TX1")
    task = factories.task_of()
    for lead in leads[:2]:
        press(lead, task, "Approve to Order")
    with commits():
        loses(lead_role, leads[2])
    task.refresh_from_db()
    assert task.assignee_id == 51
    assert published_messages("task.send_assignment_notification")[-1]["user_id"] == 51


def test_votes_from_before_an_escalation_are_not_shown_as_of_a_role_since_removed() -> None:
    heads = factories.make_role("Head", factories.make_person(41), factories.make_person(42))
    story = Story(approval={"required": 2, "mode": "count"}, escalate_to=heads)
    task = story.start()
    vote(story, task, "approve")
    url = f"/tasks/{task.pk}/"
    answer = factories.admin_client().post(f"{url}escalate/", {"reason": "They are away."})
    assert answer.status_code == 200, answer.json()
    assert [given["is_role_since_removed"] for given in answer.json()["approval"]["votes"]] == [False]
    factories.leave(story.lead_role, story.leads[0])
    (given,) = factories.admin_client().get(url).json()["approval"]["votes"]
    assert given["is_role_since_removed"]


def test_who_joins_makes_what_was_nearly_certain_open_again(commits: Any) -> None:
    story = Story(approval={"required": 100, "mode": "percent"})
    task = story.start()
    vote(story, task, "approve", "approve")
    factories.join(story.lead_role, factories.make_person(24))
    with commits():
        loses(story.lead_role, story.leads[2])
    task.refresh_from_db()
    assert task.status == "in_progress"
    assert press(Person.objects.get(pk=24), task, "Approve to Granted").json()["status"] == "completed"


def test_the_vote_of_who_left_counts_and_can_not_be_given_twice_after_a_return(commits: Any) -> None:
    story = Story(approval={"required": 2, "mode": "count"})
    task = story.start()
    vote(story, task, "approve")
    with commits():
        loses(story.lead_role, story.leads[0])
    factories.join(story.lead_role, story.leads[0])
    task.refresh_from_db()
    assert press(story.leads[0], task, "Approve to Granted").status_code == 409
    assert press(story.leads[1], task, "Approve to Granted").json()["status"] == "completed"
