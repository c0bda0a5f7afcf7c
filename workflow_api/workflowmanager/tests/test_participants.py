"""What messaging is told of who may read a ticket: participants and roles, not the people of the team."""

from __future__ import annotations

from typing import Any

import pytest

from role.models import Person, Role, RoleMember
from task.models import Task
from task.tests.test_actions import do
from task.tests.test_perform import press
from task.tests.test_vote import Story
from ticketing_testing.clients import published_messages
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db


def last_event() -> dict[str, Any]:
    event: dict[str, Any] = published_messages("tickets.tasks.apply_ticket_event")[-1]
    return event


def relations(event: dict[str, Any]) -> dict[int, tuple[str, list[int]]]:
    return {entry["user_id"]: (entry["relation"], entry["role_ids"]) for entry in event["participants"]}


def readers(event: dict[str, Any]) -> set[int]:
    """Return who may read by the event and the roles of now, as messaging has it."""
    held: dict[int, set[int]] = {}
    for user_id, role_id in RoleMember.objects.active().values_list("person_id", "role_id"):
        held.setdefault(user_id, set()).add(role_id)
    team = {user_id for user_id, roles in held.items() if event.get("team_role_id") in roles}
    return team | {
        entry["user_id"]
        for entry in event["participants"]
        if entry["relation"] == "assignee" or held.get(entry["user_id"], set()) & set(entry["role_ids"])
    }


def viewers(task: Task) -> set[int]:
    """Return who is shown the task here."""
    people = Person.objects.filter(is_active=True)
    return {
        person.pk for person in people if Task.objects.visible_to(factories.actor(person)).filter(pk=task.pk).exists()
    }


def test_everybody_is_named_with_the_roles_of_their_assignments_and_votes() -> None:
    story = Story(approval={"required": 2, "mode": "count"})
    task = story.start()
    support, coordinators = Role.objects.get(name="IT Support"), Role.objects.get(name="Ticket Coordinator")
    lead = story.lead_role.pk
    holder = story.holder(task).pk
    event = last_event()
    assert relations(event) == {
        1: ("owner", [coordinators.pk]),
        11: ("performer", [support.pk]),
        holder: ("assignee", [lead]),
    }
    assert (event["team_role_id"], event["team_role"]) == (lead, "IT Lead")

    voter = next(person for person in story.leads if person.pk != holder)
    press(voter, task, "Approve to Granted")
    assert relations(last_event())[voter.pk] == ("performer", [lead]), "voted without having been assigned"
    press(story.holder(task), task, "Approve to Granted")
    event = last_event()
    assert relations(event)[holder] == ("performer", [lead])
    assert "team_role_id" not in event, "no visit is open any more"


def test_an_escalated_visit_is_with_its_new_role_and_earlier_assignees_keep_theirs() -> None:
    amara, other = factories.make_person(11), factories.make_person(12)
    support, leads = (
        factories.make_role("IT Support", amara, other),
        factories.make_role("IT Lead", factories.make_person(21)),
    )
    factories.one_step(support, step={"escalate_to": leads})
    factories.take_in("TX1")
    do(factories.assignee_of(factories.task_of()), factories.task_of(), "escalate", reason="Beyond me.")
    event = last_event()
    assert (event["team_role_id"], event["team_role"]) == (leads.pk, "IT Lead")
    assert relations(event)[21] == ("assignee", [leads.pk])
    assert relations(event)[11][1] == [support.pk]


def test_a_renamed_role_is_called_by_its_present_name() -> None:
    story = Story(approval={"required": 2, "mode": "count"})
    task = story.start()
    Role.objects.filter(pk=story.lead_role.pk).update(name="Access Approvers")
    press(story.leads[0], task, "Approve to Granted")
    assert last_event()["team_role"] == "Access Approvers"


def test_the_conversation_is_read_by_those_who_are_shown_the_task() -> None:
    story = Story(approval={"required": 2, "mode": "count"})
    task = story.start()
    assert readers(last_event()) == viewers(task) == {1, 11, 21, 22, 23}
    voter = next(person for person in story.leads if person != story.holder(task))
    press(voter, task, "Approve to Granted")
    press(story.holder(task), task, "Approve to Granted")
    assert readers(last_event()) == viewers(task) >= {1, 11, voter.pk}
    for role in Role.objects.order_by("name"):
        for member in Person.objects.filter(memberships__role=role).order_by("pk"):
            factories.leave(role, member)
            assert member.pk not in readers(last_event())
            assert readers(last_event()) == viewers(task)


def test_an_owner_who_is_assigned_counts_as_the_assignee() -> None:
    coordinators = factories.make_role("Ticket Coordinator", factories.make_person(1))
    factories.straight(coordinators, factories.make_role("IT Support", factories.make_person(11)))
    factories.take_in("TX1")
    assert relations(last_event()) == {1: ("assignee", [coordinators.pk])}


def test_deactivated_people_are_not_named() -> None:
    story = Story(approval={"required": 2, "mode": "count"})
    task = story.start()
    Person.objects.filter(pk=11).update(is_active=False)
    press(story.leads[0], task, "Approve to Granted")
    assert 11 not in relations(last_event())
