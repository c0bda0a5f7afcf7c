"""The requester's card: who asked, and what else they asked for, as far as one may see it."""

from __future__ import annotations

import pytest

from task.models import Task
from tickets.models import Ticket
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db


def asked_by(number: str, **columns: str) -> Task:
    factories.take_in(number)
    empty = {"requester_id": "", "requester_email": "", "requester_name": "Ana Cruz"}
    Ticket.objects.filter(ticket_number=factories.task_of(number).ticket_number).update(**{**empty, **columns})
    return factories.task_of(number)


def shown(client: object, task: Task) -> list[int]:
    return [row["id"] for row in client.get(f"/tasks/{task.pk}/requester/").json()["open"]["tasks"]]  # type: ignore[attr-defined]


def test_knows_a_requester_by_id_else_by_address_and_never_by_name() -> None:
    person = factories.make_person(11, "Amara")
    factories.one_step(factories.make_role("IT Support", person))
    client = factories.as_client(person)
    first = asked_by("TX1", requester_id="7", requester_email="ana@example.com")
    same = asked_by("TX2", requester_id="7")
    namesake = asked_by("TX3", requester_id="8")
    by_address = asked_by("TX4", requester_email="ana@example.com")
    also_by_address = asked_by("TX5", requester_email="Ana@Example.com")
    unknown = asked_by("TX6")
    assert shown(client, first) == [same.pk]
    assert shown(client, namesake) == []
    assert shown(client, by_address) == [also_by_address.pk]
    assert shown(client, unknown) == []
    card = client.get(f"/tasks/{first.pk}/requester/").json()
    assert card["requester"] == {"id": "7", "name": "Ana Cruz", "email": "ana@example.com"}
    assert card["open"]["tasks"][0]["assignee"]["user_id"] == 11


def test_counts_beyond_what_it_shows_and_keeps_closed_ones_apart() -> None:
    person = factories.make_person(11, "Amara")
    factories.one_step(factories.make_role("IT Support", person))
    tasks = [asked_by(f"TX{number}", requester_id="7") for number in range(1, 9)]
    Task.objects.filter(pk=tasks[1].pk).update(status="completed", closed_at=factories.LONG_AGO)
    card = factories.as_client(person).get(f"/tasks/{tasks[0].pk}/requester/").json()
    assert (card["open"]["count"], len(card["open"]["tasks"])) == (6, 5)
    assert (card["closed"]["count"], [row["id"] for row in card["closed"]["tasks"]]) == (1, [tasks[1].pk])


def test_hides_tasks_that_the_reader_may_not_see() -> None:
    person, other = factories.make_person(11, "Amara"), factories.make_person(12, "Kenji")
    support, finance = factories.make_role("IT Support", person), factories.make_role("Finance", other)
    factories.one_step(support)
    mine, theirs = asked_by("TX1", requester_id="7"), asked_by("TX2", requester_id="7")
    Task.objects.filter(pk=theirs.pk).update(assignee=other, owner=other, role=finance)
    theirs.visits.all().update(role=finance)
    theirs.assignments.all().delete()
    client = factories.as_client(person)
    assert client.get(f"/tasks/{mine.pk}/requester/").json()["open"] == {"count": 0, "tasks": []}
    assert client.get(f"/tasks/{theirs.pk}/requester/").status_code == 404
    assert shown(factories.admin_client(), mine) == [theirs.pk]
