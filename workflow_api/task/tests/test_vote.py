"""Approvals: counts and percentages, early refusal, four eyes, votes voided and kept."""

from __future__ import annotations

from typing import Any

import pytest

from audit.models import AuditLog
from role.models import Person, Role
from task.approvals import Rule
from task.models import ApprovalVote, Assignment, Task
from task.tests.test_perform import press
from ticketing_testing.clients import assert_problem, published_messages
from workflowmanager import schedule
from workflowmanager.tests import factories


class TestRule:
    @pytest.mark.parametrize(
        ("approvals", "refusals", "voters", "verdict"),
        [(0, 0, 3, ""), (1, 0, 3, ""), (2, 0, 3, "approve"), (1, 1, 3, ""), (0, 2, 3, "reject"), (1, 2, 3, "reject")],
    )
    def test_counts(self, approvals: int, refusals: int, voters: int, verdict: str) -> None:
        assert Rule(2, "count").verdict(approvals=approvals, refusals=refusals, voters=voters) == verdict

    @pytest.mark.parametrize(
        ("required", "approvals", "refusals", "voters", "verdict"),
        [
            (50, 2, 0, 4, "approve"),
            (50, 1, 2, 4, ""),
            (50, 1, 3, 4, "reject"),
            (60, 0, 2, 4, "reject"),
            (100, 0, 1, 4, "reject"),
            (100, 3, 0, 4, ""),
            (67, 2, 0, 3, ""),
            (66, 2, 0, 3, "approve"),
            (100, 0, 0, 0, ""),
        ],
    )
    def test_percentages(self, required: int, approvals: int, refusals: int, voters: int, verdict: str) -> None:
        rule = Rule(required, "percent")
        assert rule.verdict(approvals=approvals, refusals=refusals, voters=voters) == verdict


class Story:
    """Three leads decide what support has reviewed."""

    def __init__(self, **approve: Any) -> None:
        self.mara = factories.make_person(1, "Mara")
        self.amara = factories.make_person(11, "Amara")
        self.leads = [factories.make_person(number) for number in (21, 22, 23)]
        self.lead_role = factories.make_role("IT Lead", *self.leads)
        self.heads = factories.make_role("Department Head", factories.make_person(31))
        support = factories.make_role("IT Support", self.amara)
        coordinators = factories.make_role("Ticket Coordinator", self.mara)
        factories.approval(support, self.lead_role, coordinators=coordinators, approve=approve)

    def start(self, **fields: Any) -> Task:
        factories.take_in("TX1", **fields)
        task = factories.task_of()
        answer = press(self.amara, task, "Review to Approve")
        assert answer.status_code == 200, answer.json()
        task.refresh_from_db()
        return task

    def holder(self, task: Task) -> Person:
        return factories.assignee_of(task)


@pytest.mark.django_db
class TestVotes:
    def test_a_single_approver_decides_alone_either_way(self) -> None:
        story = Story()
        task = story.start()
        assert press(story.holder(task), task, "Approve to Rejected", comment="No.").json()["status"] == "rejected"

    def test_two_of_three_approve(self) -> None:
        story = Story(approval={"required": 2, "mode": "count"})
        task = story.start()
        answer = press(story.leads[0], task, "Approve to Granted").json()
        assert answer["status"] == "in_progress"
        assert answer["approval"]["votes"][0]["person"]["user_id"] == 21
        # The visit went on to a lead whose word is missing.
        assert answer["assignee"]["user_id"] == 22
        assert answer["available_transitions"] == []
        # Any lead may give theirs, whoever has the task.
        assert press(story.leads[2], task, "Approve to Granted").json()["status"] == "completed"
        assert ApprovalVote.objects.count() == 2

    def test_one_word_each(self) -> None:
        story = Story(approval={"required": 2, "mode": "count"})
        task = story.start()
        press(story.leads[0], task, "Approve to Granted")
        assert_problem(press(story.leads[0], task, "Approve to Granted"), 409, "already_voted")

    def test_refused_as_soon_as_acceptance_is_impossible(self) -> None:
        story = Story(approval={"required": 2, "mode": "count"})
        task = story.start()
        assert press(story.leads[0], task, "Approve to Rejected", comment="No.").json()["status"] == "in_progress"
        assert press(story.leads[1], task, "Approve to Rejected", comment="No.").json()["status"] == "rejected"

    def test_percentage_of_the_role(self) -> None:
        story = Story(approval={"required": 60, "mode": "percent"})
        task = story.start()
        press(story.leads[0], task, "Approve to Granted")
        assert press(story.leads[1], task, "Approve to Granted").json()["status"] == "completed"

    def test_votes_are_void_after_a_return_and_kept_in_history(self) -> None:
        story = Story(approval={"required": 2, "mode": "count"})
        task = story.start()
        press(story.leads[0], task, "Approve to Granted")
        assert press(story.leads[1], task, "Approve to Review", comment="Explain.").status_code == 200
        assert press(story.amara, task, "Review to Approve").status_code == 200
        assert ApprovalVote.objects.get().voided_at is not None
        assert press(story.leads[0], task, "Approve to Granted").json()["status"] == "in_progress"
        assert press(story.leads[1], task, "Approve to Granted").json()["status"] == "completed"
        assert ApprovalVote.objects.count() == 3

    def test_a_word_given_counts_when_its_giver_has_left_the_role(self) -> None:
        story = Story(approval={"required": 2, "mode": "count"})
        task = story.start()
        press(story.leads[0], task, "Approve to Granted")
        factories.leave(story.lead_role, story.leads[0])
        (vote,) = factories.admin_client().get(f"/tasks/{task.pk}/").json()["approval"]["votes"]
        assert vote["is_role_since_removed"]
        assert press(story.leads[1], task, "Approve to Granted").json()["status"] == "completed"
        history = factories.admin_client().get(f"/tasks/{task.pk}/assignment/").json()["history"]
        removed = [turn["is_role_since_removed"] for turn in history if turn["person"]["user_id"] == 21]
        assert removed == [True]


def asked() -> list[tuple[int, str]]:
    """Return who was asked for their word, and under which key, in the order of the messages."""
    notices = published_messages("notifications.create_inapp_notification")
    mails = published_messages("notifications.send_email")
    told = [(m["user_id"], m["event_id"]) for m in notices if m["notification_type"] == "approval_requested"]
    assert told == [(m["user_id"], m["event_id"]) for m in mails if m["notification_type"] == "approval_requested"]
    assigned = published_messages("task.send_assignment_notification")
    return told + [(m["user_id"], m["event_id"]) for m in assigned if m["step_kind"] == "approval"]


@pytest.mark.django_db
class TestAsking:
    def test_who_decides_alone_is_asked_with_the_assignment_and_by_nothing_else(self) -> None:
        Story().start()
        (assignment,) = [m for m in published_messages("task.send_assignment_notification") if m["user_id"] == 21]
        kind, step, workflow = assignment["step_kind"], assignment["step_name"], assignment["workflow_name"]
        assert (kind, step, workflow) == ("approval", "Approve", "Access Request")
        assert [user_id for user_id, _ in asked()] == [21]

    def test_voters_are_asked_once_a_stay_however_the_turn_goes_on(self) -> None:
        story = Story(approval={"required": 3, "mode": "count"})
        task = story.start()
        assert [user_id for user_id, _ in asked()] == [22, 23, 21]
        press(story.leads[0], task, "Approve to Granted")
        press(story.leads[1], task, "Approve to Granted")
        assert story.holder(task).pk == 23
        # The turn of 22 and of 23 is the same request, under the same key.
        assert [user_id for user_id, _ in asked()] == [22, 23, 21, 22, 23]
        assert len({key for _, key in asked()}) == 1

    def test_voters_are_asked_again_at_the_next_stay(self) -> None:
        story = Story(approval={"required": 2, "mode": "count"})
        task = story.start()
        press(story.leads[0], task, "Approve to Review", comment="Explain.")
        press(story.amara, task, "Review to Approve")
        assert sorted(user_id for user_id, _ in asked()) == [21, 21, 22, 22, 23, 23]
        assert len(set(asked())) == 6

    def test_those_above_are_asked_when_a_vote_is_escalated(self) -> None:
        above = factories.make_role("Head", *(factories.make_person(number) for number in (41, 42, 43)))
        story = Story(approval={"required": 2, "mode": "count"}, escalate_to=above)
        task = story.start()
        answer = factories.admin_client().post(f"/tasks/{task.pk}/escalate/", {"reason": "They are away."})
        assert answer.status_code == 200, answer.json()
        holder = story.holder(task).pk
        escalated = published_messages("notifications.create_inapp_notification")
        assert holder in [m["user_id"] for m in escalated if m["notification_type"] == "task_escalated"]
        # Who has it now is told of the escalation; the others of its role are asked for their word.
        assert {user_id for user_id, _ in asked()} - {21, 22, 23} == {41, 42, 43} - {holder}

    def test_those_above_are_asked_when_nobody_below_can_decide(self) -> None:
        above = factories.make_role("Head", *(factories.make_person(number) for number in (41, 42, 43)))
        story = Story(approval={"required": 2, "mode": "count"}, escalate_to=above)
        for lead in story.leads:
            factories.leave(story.lead_role, lead)
        story.start()
        assert {user_id for user_id, _ in asked()} == {41, 42, 43}
        assert len(asked()) == 3


@pytest.mark.django_db
class TestFourEyes:
    def test_nobody_approves_what_they_asked_for(self) -> None:
        story = Story()
        task = story.start(employee={"name": "Person 21", "email": "PERSON.21@example.com"})
        assert task.assignee_id == 22
        passed_over = Assignment.objects.get(person_id=22).why["passed_over"]
        assert passed_over == [{"user_id": 21, "why": "four_eyes"}]
        answer = factories.as_client(story.leads[1]).post(
            f"/tasks/{task.pk}/transfer/", {"to_user_id": 21, "reason": "Please."}
        )
        assert_problem(answer, 400, "not_eligible")

    def test_nor_in_somebody_elses_name(self) -> None:
        story = Story()
        task = story.start(employee={"name": "Ada Admin", "email": "ada.admin@example.com"})
        admin = factories.make_person(90, "Ada Admin")
        assert_problem(press(admin, task, "Approve to Granted", "Admin"), 403, "four_eyes")
        offered = factories.as_client(admin, "Admin").get(f"/tasks/{task.pk}/").json()["available_transitions"]
        assert "Approve to Granted" not in [transition["name"] for transition in offered]

    def test_nobody_approves_what_they_performed_just_before(self) -> None:
        story = Story()
        factories.join(story.lead_role, story.amara)
        task = story.start()
        assert task.assignee_id != story.amara.pk

    def test_a_substitute_is_bound_by_whom_they_stand_in_for(self) -> None:
        story = Story()
        requester, stand_in = story.leads[0], story.leads[1]
        Person.objects.filter(pk=requester.pk).update(away_from=factories.LONG_AGO, substitute=stand_in)
        task = story.start(employee={"name": requester.full_name, "email": requester.email})
        assert task.assignee_id == 23

    def test_with_nobody_left_to_approve_it_is_escalated_never_passed(self) -> None:
        story = Story()
        heads = Role.objects.get(name="Department Head")
        factories.approval(
            Role.objects.get(name="IT Support"),
            story.lead_role,
            coordinators=Role.objects.get(name="Ticket Coordinator"),
            approve={"escalate_to": heads},
        )
        for person in story.leads[1:]:
            factories.leave(story.lead_role, person)
        task = story.start(employee={"name": "Person 21", "email": "person.21@example.com"})
        assert (task.status, task.assignee_id) == ("in_progress", 31)
        assert Assignment.objects.get(person_id=31).origin == "escalation"

    @pytest.mark.parametrize("leaving", [(21, 22, 23), (22, 23)], ids=["everybody", "whose words are missing"])
    def test_when_those_who_could_decide_leave_it_is_escalated(self, leaving: tuple[int, ...]) -> None:
        story = Story()
        heads = Role.objects.get(name="Department Head")
        factories.approval(
            Role.objects.get(name="IT Support"),
            story.lead_role,
            coordinators=Role.objects.get(name="Ticket Coordinator"),
            approve={"escalate_to": heads, "approval": {"required": 2, "mode": "count"}},
        )
        task = story.start()
        press(story.leads[0], task, "Approve to Granted")
        schedule.tick()
        assert factories.assignee_of(task).pk == 22

        for number in leaving:
            factories.leave(story.lead_role, Person.objects.get(pk=number))
        schedule.tick()

        task.refresh_from_db()
        assert (task.status, task.assignee_id) == ("in_progress", 31)
        assert task.current_visit is not None
        assert task.current_visit.role == heads
        assert press(Person.objects.get(pk=31), task, "Approve to Granted").json()["status"] == "completed"

    def test_without_an_escalation_role_it_waits_for_the_lead(self) -> None:
        story = Story()
        for person in story.leads[1:]:
            factories.leave(story.lead_role, person)
        Role.objects.filter(pk=story.lead_role.pk).update(lead=story.mara)
        task = story.start(employee={"name": "Person 21", "email": "person.21@example.com"})
        assert (task.status, task.assignee_id) == ("pending", None)
        assert 1 in [m["user_id"] for m in published_messages("notifications.create_inapp_notification")]


@pytest.mark.django_db
class TestOutcomes:
    def test_an_approval_is_left_by_its_own_outcomes_only(self) -> None:
        leads = factories.make_role("IT Lead", factories.make_person(21))
        factories.make_workflow(
            "Odd",
            coordinators=leads,
            steps=[
                {"name": "Approve", "role": leads, "kind": "approval", "approval": {"required": 1, "mode": "count"}},
                {"name": "Done", "is_end": True, "end_status": "completed"},
            ],
            edges=[("Approve", "Done", "forward", {}), ("Approve", "Done", "approve", {"name": "Say yes"})],
        )
        factories.take_in("TX1")
        task = factories.task_of()
        answer = press(Person.objects.get(pk=21), task, "Approve to Done")
        assert_problem(answer, 409, "transition_not_available")
        assert press(Person.objects.get(pk=21), task, "Say yes").json()["status"] == "completed"


@pytest.mark.django_db
def test_votes_of_one_step_keep_nobody_from_the_next() -> None:
    people = [factories.make_person(number) for number in (11, 12)]
    role = factories.make_role("IT Lead", *people)
    both = {"role": role, "kind": "approval", "approval": {"required": 2, "mode": "count"}}
    factories.make_workflow(
        "Twice",
        coordinators=factories.make_role("Ticket Coordinator", factories.make_person(1)),
        steps=[
            {"name": "One", **both},
            {"name": "Two", **both},
            {"name": "Done", "is_end": True, "end_status": "completed"},
        ],
        edges=[("One", "Two", "approve", {}), ("Two", "Done", "approve", {})],
    )
    factories.take_in()
    task = factories.task_of()
    for person in people:
        assert press(person, task, "One to Two").status_code == 200
    task.refresh_from_db()
    # 12 performed what led here; 11 only voted on it.
    assert task.assignee_id == 11


@pytest.mark.django_db
class TestTakingBack:
    def test_a_vote_is_taken_back_while_undecided_and_kept_in_history(self) -> None:
        story = Story(approval={"required": 2, "mode": "count"})
        task = story.start()
        press(story.leads[0], task, "Approve to Granted")
        client, url = factories.as_client(story.leads[0]), f"/tasks/{task.pk}/withdraw-vote/"
        answer = client.post(url)
        assert answer.status_code == 200, answer.json()
        assert answer.json()["approval"]["votes"] == []
        assert ApprovalVote.objects.get().voided_at is not None
        events = [line["event"] for line in client.get(f"/tasks/{task.pk}/timeline/").json()["results"]]
        assert events[-1] == "vote_withdrawn"
        assert AuditLog.objects.filter(action="task.vote_withdrawn", actor_id=21).count() == 1
        assert_problem(client.post(url), 409, "not_voted")
        assert press(story.leads[1], task, "Approve to Granted").json()["status"] == "in_progress"
        assert press(story.leads[0], task, "Approve to Granted").json()["status"] == "completed"

    def test_nobody_takes_back_another_persons_vote_or_a_decided_one(self) -> None:
        story = Story(approval={"required": 2, "mode": "count"})
        task = story.start()
        press(story.leads[0], task, "Approve to Granted")
        url = f"/tasks/{task.pk}/withdraw-vote/"
        assert_problem(factories.as_client(story.leads[1]).post(url), 409, "not_voted")
        press(story.leads[1], task, "Approve to Granted")
        assert_problem(factories.as_client(story.leads[0]).post(url), 409, "task_closed")

    def test_an_approval_that_waits_for_nobody_is_theirs_again(self) -> None:
        story = Story(approval={"required": 3, "mode": "count"})
        task = story.start()
        press(story.leads[0], task, "Approve to Granted")
        press(story.leads[1], task, "Approve to Granted")
        Person.objects.filter(pk=23).update(away_from=factories.LONG_AGO)
        factories.admin_client().post(f"/tasks/{task.pk}/release/")
        factories.as_client(story.leads[0]).post(f"/tasks/{task.pk}/withdraw-vote/")
        assert factories.assignee_of(task).pk == 21
