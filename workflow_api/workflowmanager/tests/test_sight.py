"""What a list shows is what the rule says, in whichever form the rule is asked."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from django.core.cache import cache
from django.utils import timezone

from role.models import Person, RoleMember
from task.models import ApprovalVote, Assignment, StepVisit, Task
from task.tests.test_perform import press
from workflow.models import VersionTransition
from workflowmanager import access, fixed, listing
from workflowmanager.access import few_seen_by, share_of, tasks_of, visible
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db
TICKETS = 24
Kind = TypeVar("Kind")


class World:
    """Tickets in three roles, closed and open, with owners, turns and votes of anybody, by the dice."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.people = [factories.make_person(number, f"Person {number}") for number in range(11, 17)]
        self.roles = [factories.make_role(name, *self.some(self.people, 0.7)) for name in ("One", "Two", "Three")]
        left = self.some(list(RoleMember.objects.values_list("pk", flat=True)), 0.2)
        RoleMember.objects.filter(pk__in=left).update(is_active=False)
        for role in self.roles:
            factories.one_step(role, name=role.name, category=role.name, department=role.name)
        for number in range(TICKETS):
            role = self.dice.choice(self.roles)
            priority = self.dice.choice(("low", "medium", "high", "urgent"))
            factories.take_in(f"TX{number}", category=role.name, department=role.name, priority=priority)
        for task in self.some(list(Task.objects.filter(assignee__isnull=False).select_related("assignee"))):
            assert task.assignee is not None
            press(task.assignee, task, "Work to Done")
        for task in Task.objects.all():
            self._scatter(task)
        person = self.dice.choice(self.people)
        Person.objects.filter(pk=person.pk).update(is_active=False)

    def some(self, items: list[Kind], share: float = 0.4) -> list[Kind]:
        return [item for item in items if self.dice.random() < share]

    def _scatter(self, task: Task) -> None:
        now, dice = timezone.now(), self.dice
        due_at = dice.choice([None, now + timedelta(hours=dice.randrange(-50, 50))])
        fields: dict[str, Any] = {"due_at": due_at, "is_breached": dice.random() < 0.2}
        if dice.random() < 0.3:
            fields["owner"] = owner = dice.choice(self.people)
            self._turn(task, owner, is_owner=True)
        if task.is_open and dice.random() < 0.3:
            fields["assignee"] = dice.choice([None, *self.people])
        Task.objects.filter(pk=task.pk).update(**fields)
        for person in self.people:
            if dice.random() < 0.1:
                self._turn(task, person)
            if dice.random() < 0.1:
                visit = StepVisit.objects.filter(task=task).latest("number")
                edge = VersionTransition.objects.filter(version_id=task.workflow_version_id)[0]
                ApprovalVote.objects.create(
                    visit=visit,
                    person=person,
                    transition=edge,
                    outcome="approve",
                    cast_at=now,
                    voided_at=dice.choice([None, now]),
                )

    def _turn(self, task: Task, person: Person, *, is_owner: bool = False) -> None:
        now, role = timezone.now(), self.dice.choice(self.roles)
        ended_at = None if is_owner else now
        Assignment.objects.create(
            task=task, person=person, role=role, is_owner=is_owner, origin="transfer", started_at=now, ended_at=ended_at
        )


def seen_by(person: Person) -> set[int]:
    """Return the ids by the rule in plain words: held, one's role's now, or taken part in by a role still held."""
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


def at_most(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Call a share small up to this limit."""
    monkeypatch.setattr(access, "SMALL_SHARE", limit)
    cache.clear()


@pytest.fixture(params=range(3))
def world(request: pytest.FixtureRequest) -> World:
    return World(request.param)


def test_every_form_of_the_rule_names_the_same_tasks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = set()
    for person in world.people:
        actor, expected = factories.actor(person), seen_by(person)
        sizes.add(len(expected))
        assert set(tasks_of(actor).values_list("pk", flat=True)) == expected
        assert set(share_of(actor).values_list("id", flat=True)) == expected
        assert len(share_of(actor, most=5)) >= min(5, len(expected))
        for limit in (0, 500):
            at_most(limit, monkeypatch)
            for _ in range(2):  # the second time it may be known that they are many
                few = few_seen_by(actor)
                assert (few is None) is (len(expected) > limit)
                assert few is None or set(few) == expected
                assert set(visible(actor, few).values_list("pk", flat=True)) == expected
    assert len(sizes) > 1, "a world in which all see the same would prove little"


@pytest.mark.parametrize("view", ["all", "mine", "team", "unassigned", "breached", "at_risk", "done"])
def test_a_list_of_many_and_a_list_of_few_show_the_same(
    world: World, view: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in world.people[:3]:
        client, visible = factories.as_client(person), seen_by(person)
        for ordering in ("due_at", "-priority", "-created_at", "-closed_at"):
            answers = []
            for limit in (0, 500):
                at_most(limit, monkeypatch)
                parameters: dict[str, Any] = {"view": view, "ordering": ordering, "page_size": 100}
                answers.append(client.get("/tasks/", parameters).json())
            ids = [[row["id"] for row in answer["results"]] for answer in answers]
            assert ids[0] == ids[1]
            assert answers[0]["count"] == answers[1]["count"] == len(ids[0])
            assert set(ids[0]) <= visible
            if view == "all":
                assert set(ids[0]) == visible


def test_a_search_counts_what_it_shows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = world.people[0]
    client, visible = factories.as_client(person), seen_by(person)
    matching = set(Task.objects.filter(pk__in=visible, ticket_number__contains="TX1").values_list("pk", flat=True))
    for limit in (0, 500):
        at_most(limit, monkeypatch)
        answer = client.get("/tasks/", {"search": "tx1", "page_size": "100"}).json()
        assert {row["id"] for row in answer["results"]} == matching
        assert answer["count"] == len(matching)


def test_priorities_are_ordered_by_their_meaning_for_everybody(world: World) -> None:
    rank = {"urgent": 4, "high": 3, "medium": 2, "low": 1}
    rows = factories.admin_client().get("/tasks/", {"ordering": "-priority", "page_size": "100"}).json()["results"]
    ranks = [rank[row["priority"]] for row in rows]
    assert ranks == sorted(ranks, reverse=True)
    assert len(rows) == TICKETS


def test_a_number_that_is_kept_is_kept_for_its_person_and_its_question(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "FRESH_FOR", ((0, 60),))
    at_most(0, monkeypatch)
    closed = set(Task.objects.exclude(status__in=Task.OPEN).values_list("pk", flat=True))
    expected = {person.pk: seen_by(person) for person in world.people}
    assert len({len(ids) for ids in expected.values()}) > 1
    admin = factories.admin_client()
    page = {"page_size": "1"}  # a page that is not full needs no count
    for _ in range(2):  # counted, then kept
        assert admin.get("/tasks/", page).json()["count"] == Task.objects.count()
        for person in world.people:
            client = factories.as_client(person)
            assert client.get("/tasks/", page).json()["count"] == len(expected[person.pk])
            done = client.get("/tasks/", {"view": "done", **page}).json()["count"]
            assert done == len(expected[person.pk] & closed)
    Task.objects.filter(pk=next(iter(closed))).delete()
    assert admin.get("/tasks/", page).json()["count"] == Task.objects.count() + 1, "it was kept"
    assert admin.get("/tasks/", {"page_size": "100"}).json()["count"] == Task.objects.count(), "it was seen"


def test_an_old_number_is_shown_once_more_and_counted_after_the_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    monkeypatch.setattr(listing, "FRESH_FOR", ())
    admin, page = factories.admin_client(), {"page_size": "1"}
    assert admin.get("/tasks/", page).json()["count"] == TICKETS
    Task.objects.filter(pk=Task.objects.all()[0].pk).delete()
    assert admin.get("/tasks/", page).json()["count"] == TICKETS - 1, "a small one is always counted"
    monkeypatch.setattr(listing, "STALE_FROM", 10)
    assert admin.get("/tasks/", page).json()["count"] == TICKETS - 1
    Task.objects.filter(pk=Task.objects.all()[0].pk).delete()
    assert admin.get("/tasks/", page).json()["count"] == TICKETS - 1
    assert admin.get("/tasks/", page).json()["count"] == TICKETS - 2
    Task.objects.filter(pk__in=Task.objects.all()[: TICKETS - 7]).delete()
    assert admin.get("/tasks/", page).json()["count"] == TICKETS - 2
    assert admin.get("/tasks/", page).json()["count"] == 5
    Task.objects.filter(pk=Task.objects.all()[0].pk).delete()
    assert admin.get("/tasks/", page).json()["count"] == 4, "what it was when it was large is forgotten"


def test_a_first_page_by_a_known_statement_is_the_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixed, "_known", {})
    at_most(0, monkeypatch)
    many = [person for person in world.people if len(seen_by(person)) > 3]
    clients = [factories.admin_client(), *(factories.as_client(person) for person in many)]
    shown = []
    for client in clients * 2:  # the second time round the statements are known
        first = client.get("/tasks/", {"page_size": "3"}).json()
        second = client.get("/tasks/", {"page_size": "3", "page": "2"}).json()
        ordered = client.get("/tasks/", {"page_size": "6", "ordering": "due_at"}).json()
        assert [without_clock(row) for row in first["results"] + second["results"]] == [
            without_clock(row) for row in ordered["results"]
        ]
        assert first["count"] == second["count"] == ordered["count"]
        shown.append(tuple(row["id"] for row in first["results"]))
    assert ("all", None, True, True, "page", 3) in fixed._known
    assert ("all", None, False, True, "page", 3) in fixed._known
    assert len(set(shown)) > 1


@pytest.mark.parametrize("most", [0, 100])
def test_a_person_is_never_answered_with_the_values_of_another(
    world: World, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ids of people, priorities' ranks and limits may be equal numbers: each keeps its place in the statement."""
    monkeypatch.setattr(fixed, "_known", {})
    monkeypatch.setattr(fixed, "MOST", most)
    role = world.roles[0]
    for number in (1, 2, 3, 4, 20):
        person = factories.make_person(number, f"Person {number}")
        if number % 2:
            factories.join(role, person)
    for limit in (0, 500):
        at_most(limit, monkeypatch)
        for person in Person.objects.all():
            client, expected = factories.as_client(person), seen_by(person)
            for ordering in ("-priority", "due_at"):
                answer = client.get("/tasks/", {"ordering": ordering, "page_size": "20"}).json()
                assert answer["count"] == len(expected)
                assert {row["id"] for row in answer["results"]} <= expected
                assert len(answer["results"]) == min(20, len(expected))
    assert len(fixed._known) <= most


def without_clock(row: dict[str, Any]) -> dict[str, Any]:
    """The row but for the seconds that pass between two looks."""
    return row | {"sla": {name: value for name, value in row["sla"].items() if name != "remaining_seconds"}}


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

    @pytest.mark.parametrize("limit", [0, 500])
    def test_what_was_done_in_it_is_out_of_sight(self, limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
        at_most(limit, monkeypatch)
        person = factories.make_person(11, "Ada Stone")
        task, role = self._closed_by(person)
        assert self._shown(person, task) == [True, True]
        RoleMember.objects.filter(person=person, role=role).update(is_active=False)
        cache.clear()
        assert self._shown(person, task) == [False, False]
        RoleMember.objects.filter(person=person, role=role).update(is_active=True)
        cache.clear()
        assert self._shown(person, task) == [True, True]

    def test_another_role_brings_nothing_of_it_back(self) -> None:
        person = factories.make_person(11, "Ada Stone")
        task, role = self._closed_by(person)
        factories.make_role("Two", person)
        RoleMember.objects.filter(person=person, role=role).update(is_active=False)
        cache.clear()
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
        cache.clear()
        assert self._shown(owner, task) == [False, False]

    def test_a_vote_counts_in_the_role_of_its_stay(self) -> None:
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
        cache.clear()
        assert self._shown(voter, task) == [False, False]
