"""A list shows what the rule of visibility says, in whichever form the rule is asked."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from role.models import Person, RoleMember
from task import lists
from task.hot_sql import gather_visible, visible_by_orm
from task.models import ApprovalVote, Assignment, StepVisit, Task
from task.tests.test_perform import press
from workflow.models import VersionTransition
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db
TICKETS = 24
Kind = TypeVar("Kind")


class World:
    """Tickets in three roles, closed and open, with random owners, assignments and votes."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.people = [factories.make_person(number, f"Person {number}") for number in range(11, 17)]
        self.roles = [factories.make_role(name, *self.some(self.people, 0.7)) for name in ("One", "Two", "Three")]
        left = self.some(list(RoleMember.objects.values_list("pk", flat=True)), 0.2)
        RoleMember.objects.filter(pk__in=left).update(is_active=False)
        for role in self.roles:
            factories.one_step(role, name=role.name, category=role.name, department=role.name)
        for number in range(TICKETS):
            role = self.rng.choice(self.roles)
            priority = self.rng.choice(("low", "medium", "high", "urgent"))
            factories.take_in(f"TX{number}", category=role.name, department=role.name, priority=priority)
        for task in self.some(list(Task.objects.filter(assignee__isnull=False).select_related("assignee"))):
            assert task.assignee is not None
            press(task.assignee, task, "Work to Done")
        for task in Task.objects.all():
            self._scatter(task)
        person = self.rng.choice(self.people)
        Person.objects.filter(pk=person.pk).update(is_active=False)

    def some(self, items: list[Kind], share: float = 0.4) -> list[Kind]:
        return [item for item in items if self.rng.random() < share]

    def _scatter(self, task: Task) -> None:
        now, rng = timezone.now(), self.rng
        due_at = rng.choice([None, now + timedelta(hours=rng.randrange(-50, 50))])
        fields: dict[str, Any] = {"due_at": due_at, "is_breached": rng.random() < 0.2}
        if rng.random() < 0.3:
            fields["owner"] = owner = rng.choice(self.people)
            self._assign(task, owner, is_owner=True)
        if task.is_open and rng.random() < 0.3:
            fields["assignee"] = rng.choice([None, *self.people])
        Task.objects.filter(pk=task.pk).update(**fields)
        for person in self.people:
            if rng.random() < 0.1:
                self._assign(task, person)
            if rng.random() < 0.1:
                visit = StepVisit.objects.filter(task=task).latest("number")
                edge = VersionTransition.objects.filter(version_id=task.workflow_version_id)[0]
                ApprovalVote.objects.create(
                    visit=visit,
                    person=person,
                    transition=edge,
                    outcome="approve",
                    cast_at=now,
                    voided_at=rng.choice([None, now]),
                )

    def _assign(self, task: Task, person: Person, *, is_owner: bool = False) -> None:
        now, role = timezone.now(), self.rng.choice(self.roles)
        ended_at = None if is_owner else now
        Assignment.objects.create(
            task=task, person=person, role=role, is_owner=is_owner, origin="transfer", started_at=now, ended_at=ended_at
        )


def seen_by(person: Person) -> set[int]:
    """Return the ids by the rule in plain words: assigned, with a role of theirs, or took part in a role still held."""
    roles = set()
    if Person.objects.get(pk=person.pk).is_active:
        roles = set(RoleMember.objects.filter(person=person, is_active=True).values_list("role_id", flat=True))
    found = set()
    for task in Task.objects.select_related("current_visit"):
        takes_part = (
            Assignment.objects.filter(task=task, person=person, role_id__in=roles).exists()
            or ApprovalVote.objects.filter(visit__task=task, person=person, visit__role_id__in=roles).exists()
        )
        if task.assignee_id == person.pk or takes_part or (task.current_visit and task.current_visit.role_id in roles):
            found.add(task.pk)
    return found


@pytest.fixture(params=[0, 500], ids=["asked for each task", "gathered"])
def form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Up to how many visible tasks a list gathers them all: both forms of the rule."""
    monkeypatch.setattr(lists, "MAX_GATHERED", request.param)
    return int(request.param)


@pytest.fixture(params=range(3))
def world(request: pytest.FixtureRequest) -> World:
    return World(request.param)


def test_every_form_of_the_rule_names_the_same_tasks(world: World) -> None:
    sizes = set()
    for person in world.people:
        actor, expected = factories.actor(person), seen_by(person)
        sizes.add(len(expected))
        assert set(Task.objects.visible_to(actor).values_list("pk", flat=True)) == expected
        assert set(Task.objects.visible_to(actor, is_gathered=True).values_list("pk", flat=True)) == expected
        assert set(visible_by_orm(Task.objects.all(), actor).values_list("pk", flat=True)) == expected
        assert set(gather_visible(actor, 100)) == expected
        assert len(gather_visible(actor, 5)) == min(5, len(expected))
    assert len(sizes) > 1, "a world in which all see the same would prove little"


@pytest.mark.parametrize("view", ["all", "mine", "team", "unassigned", "breached", "at_risk", "done"])
def test_a_list_shows_only_what_the_person_may_see(world: World, view: str, form: int) -> None:
    everything = {row["id"] for row in page(factories.admin_client(), view=view)["results"]}
    for person in world.people[:3]:
        visible = seen_by(person)
        for ordering in ("due_at", "-priority", "-created_at", "-closed_at"):
            answer = page(factories.as_client(person), view=view, ordering=ordering)
            ids = [row["id"] for row in answer["results"]]
            assert answer["count"] == len(ids) == len(set(ids))
            assert set(ids) <= visible
            if view not in ("mine", "team"):
                assert set(ids) == visible & everything


def test_a_page_is_a_part_of_the_list_and_counts_all_of_it(world: World, form: int) -> None:
    clients = [(factories.as_client(person), len(seen_by(person))) for person in world.people]
    for client, total in [(factories.admin_client(), TICKETS), *clients]:
        pages = [page(client, page_size="3"), page(client, page_size="3", page="2")] if total > 3 else []
        whole = [row["id"] for row in page(client)["results"]]
        assert [row["id"] for answer in pages for row in answer["results"]] == (whole[:6] if pages else [])
        assert all(answer["count"] == total for answer in pages)


def test_a_count_is_of_this_moment(world: World) -> None:
    admin = factories.admin_client()
    assert page(admin, page_size="1")["count"] == TICKETS
    Task.objects.filter(pk=Task.objects.all()[0].pk).delete()
    assert page(admin, page_size="1")["count"] == TICKETS - 1


def page(client: APIClient, **parameters: str) -> dict[str, Any]:
    answer = client.get("/tasks/", {"page_size": "100", **parameters})
    assert answer.status_code == 200, answer.json()
    found: dict[str, Any] = answer.json()
    return found


def test_priorities_are_ordered_by_their_meaning_for_everybody(world: World) -> None:
    rank = {"urgent": 4, "high": 3, "medium": 2, "low": 1}
    rows = factories.admin_client().get("/tasks/", {"ordering": "priority", "page_size": "100"}).json()["results"]
    ranks = [rank[row["priority"]] for row in rows]
    assert ranks == sorted(ranks, reverse=True)
    assert len(rows) == TICKETS


class TestRoleLost:
    """Rights are those of now: nothing that a lost role gave is seen any longer, and regained it is seen again."""

    def _shown(self, person: Person, task: Task) -> list[bool]:
        client = factories.as_client(person)
        listed = client.get("/tasks/", {"view": "all"}).json()["results"]
        statuses = {
            client.get(f"/tasks/{task.pk}/").status_code,
            client.get(f"/tasks/{task.pk}/timeline/").status_code,
            client.get(f"/tickets/{task.ticket_number}/").status_code,
        }
        assert statuses in ({200}, {404})
        return [task.pk in {row["id"] for row in listed}, statuses == {200}]

    def _closed_by(self, person: Person, *others: Person) -> tuple[Task, Any]:
        """Return a task that the person closed in a role, and that role."""
        role = factories.make_role("One", person, *others)
        factories.one_step(role, name="One", category="One", department="One")
        factories.take_in("TX1", category="One", department="One")
        task = Task.objects.get()
        press(task.assignee or person, task, "Work to Done")
        return Task.objects.get(), role

    def test_what_was_done_in_it_is_out_of_sight(self, form: int) -> None:
        person = factories.make_person(11, "Ada Stone")
        task, role = self._closed_by(person)
        assert self._shown(person, task) == [True, True]
        RoleMember.objects.filter(person=person, role=role).update(is_active=False)
        assert self._shown(person, task) == [False, False]
        RoleMember.objects.filter(person=person, role=role).update(is_active=True)
        assert self._shown(person, task) == [True, True]

    def test_another_role_brings_nothing_of_it_back(self) -> None:
        person = factories.make_person(11, "Ada Stone")
        task, role = self._closed_by(person)
        factories.make_role("Two", person)
        RoleMember.objects.filter(person=person, role=role).update(is_active=False)
        assert self._shown(person, task) == [False, False]

    def test_the_owner_of_what_is_closed_sees_it_no_longer(self) -> None:
        owner = factories.make_person(12, "Olga Field")
        task, _ = self._closed_by(factories.make_person(11, "Ada Stone"))
        role = factories.make_role("Coordinators", owner)
        Task.objects.filter(pk=task.pk).update(owner=owner)
        turn = {"origin": "round_robin", "started_at": timezone.now(), "is_owner": True}
        Assignment.objects.create(task=task, person=owner, role=role, **turn)
        assert self._shown(owner, task) == [True, True]
        RoleMember.objects.filter(person=owner).update(is_active=False)
        assert self._shown(owner, task) == [False, False]

    def test_a_vote_counts_in_the_role_of_its_visit(self) -> None:
        voter = factories.make_person(12, "Vera Lund")
        task, role = self._closed_by(factories.make_person(11, "Ada Stone"), voter)
        visit = StepVisit.objects.get(task=task)
        edge = VersionTransition.objects.filter(version_id=task.workflow_version_id)[0]
        Assignment.objects.filter(person=voter).delete()
        ApprovalVote.objects.create(
            visit=visit, person=voter, transition=edge, outcome="approve", cast_at=timezone.now()
        )
        assert self._shown(voter, task) == [True, True]
        RoleMember.objects.filter(person=voter, role=role).update(is_active=False)
        assert self._shown(voter, task) == [False, False]
