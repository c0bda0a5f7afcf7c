"""The task list and the task page: who sees what, filters, order, and the number of statements."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from role.models import Person, Role
from task.models import Task
from ticketing_testing.clients import assert_problem
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db
NOON = factories.LONG_AGO + timedelta(hours=12)


class Floor:
    """Two roles with their own workflows; three tickets in the one, one in the other."""

    def __init__(self) -> None:
        self.mara = factories.make_person(1, "Mara Lindt")
        self.amara, self.kenji = factories.make_person(11, "Amara"), factories.make_person(12, "Kenji")
        self.olga = factories.make_person(31, "Olga")
        owners = factories.make_role("Ticket Coordinator", self.mara)
        self.support = factories.make_role("IT Support", self.amara, self.kenji)
        self.assets = factories.make_role("Asset Manager", self.olga)
        factories.one_step(self.support, coordinators=owners)
        factories.one_step(
            self.assets,
            coordinators=owners,
            name="Assets",
            category="Asset Check Out",
            department="Asset Department",
        )
        with time_machine.travel(NOON, tick=False) as clock:
            factories.take_in("TX1", priority="low", subject="Mouse is broken")
            clock.shift(timedelta(minutes=1))
            factories.take_in("TX2", priority="urgent", employee={"name": "Noor Haddad"})
            clock.shift(timedelta(minutes=1))
            factories.take_in("TX3", priority="medium")
            clock.shift(timedelta(minutes=1))
            factories.take_in("TX4", priority="high", category="Asset Check Out", department="Asset Department")

    def seen(self, person: Person, *roles: str, **params: str | int | None) -> list[str]:
        with time_machine.travel(NOON + timedelta(minutes=10), tick=False):
            answer = factories.as_client(person, *roles).get(
                "/tasks/", {name: str(value) for name, value in params.items()}
            )
        assert answer.status_code == 200, answer.json()
        return [row["ticket_number"] for row in answer.json()["results"]]


@pytest.fixture
def floor() -> Floor:
    return Floor()


class TestWhoSees:
    def test_admins_all_owners_theirs_members_their_roles_strangers_nothing(self, floor: Floor) -> None:
        admin, stranger = factories.make_person(90), factories.make_person(91)
        assert len(floor.seen(admin, "Admin")) == 4
        assert len(floor.seen(floor.mara)) == 4
        assert sorted(floor.seen(floor.kenji)) == ["TX1", "TX2", "TX3"]
        assert floor.seen(floor.olga) == ["TX4"]
        assert floor.seen(stranger) == []

    @pytest.mark.parametrize("part", ["", "timeline/", "graph/", "sla/", "assignment/"])
    def test_every_part_of_another_roles_task_is_not_found(self, floor: Floor, part: str) -> None:
        task = factories.task_of("TX4")
        assert factories.as_client(floor.olga).get(f"/tasks/{task.pk}/{part}").status_code == 200
        assert_problem(factories.as_client(floor.amara).get(f"/tasks/{task.pk}/{part}"), 404, "not_found")

    @pytest.mark.parametrize("verb", ["claim", "release", "hold", "resume", "escalate", "transfer", "priority"])
    def test_no_verb_reaches_another_roles_task(self, floor: Floor, verb: str) -> None:
        task = factories.task_of("TX4")
        body = {"reason": "Because.", "to_user_id": 11, "priority": "low"}
        assert_problem(factories.as_client(floor.amara).post(f"/tasks/{task.pk}/{verb}/", body), 404, "not_found")

    def test_the_record_of_another_roles_task_is_not_found(self, floor: Floor) -> None:
        task = factories.task_of("TX4")
        assert_problem(factories.as_client(floor.amara).get("/transitions/", {"task": task.pk}), 404)
        assert_problem(factories.as_client(floor.amara).get("/transitions/"), 400, attr="task")

    def test_nobody_without_a_token(self) -> None:
        assert_problem(APIClient().get("/tasks/"), 401)


class TestViews:
    def test_mine_team_and_done(self, floor: Floor) -> None:
        assert sorted(floor.seen(floor.amara, view="mine")) == ["TX1", "TX3"]
        assert sorted(floor.seen(floor.amara, view="team")) == ["TX1", "TX2", "TX3"]
        factories.take_in("TX1", status="Withdrawn")
        assert floor.seen(floor.amara, view="mine") == ["TX3"]
        assert floor.seen(floor.amara, view="done") == ["TX1"]

    def test_unknown_views_filters_and_orders_are_refused(self, floor: Floor) -> None:
        client = factories.as_client(floor.amara)
        assert_problem(client.get("/tasks/", {"view": "everything"}), 400, attr="view")
        assert_problem(client.get("/tasks/", {"colour": "red"}), 400, attr="colour")
        assert_problem(client.get("/tasks/", {"ordering": "colour"}), 400, attr="ordering")
        assert_problem(client.get("/tasks/", {"status": "asleep"}), 400, attr="status")
        assert_problem(client.get("/tasks/", {"workflow": "x"}), 400, attr="workflow")


class TestFilters:
    def test_by_each_field(self, floor: Floor) -> None:
        see = floor.seen
        task = factories.task_of("TX4")
        assert see(floor.mara, priority="low,urgent", ordering="ticket_number") == ["TX1", "TX2"]
        assert see(floor.mara, workflow=task.workflow_id) == ["TX4"]
        assert see(floor.mara, step=task.current_step_id) == ["TX4"]
        assert see(floor.mara, role=floor.assets.pk) == ["TX4"]
        assert see(floor.mara, assignee="12,31", ordering="ticket_number") == ["TX2", "TX4"]
        assert see(floor.mara, status="pending") == []
        assert see(floor.mara, ticket_number="TX3") == ["TX3"]

    @pytest.mark.parametrize(("text", "found"), [("tx2", ["TX2"]), ("mouse", ["TX1"]), ("noor had", ["TX2"])])
    def test_search_finds_number_subject_and_requester(self, floor: Floor, text: str, found: list[str]) -> None:
        assert floor.seen(floor.mara, search=text) == found

    def test_order_by_time_left_creation_and_priority(self, floor: Floor) -> None:
        assert floor.seen(floor.mara) == ["TX2", "TX4", "TX3", "TX1"]
        assert floor.seen(floor.mara, ordering="-created_at") == ["TX4", "TX3", "TX2", "TX1"]
        assert floor.seen(floor.mara, ordering="priority") == ["TX2", "TX4", "TX3", "TX1"]
        assert floor.seen(floor.mara, ordering="-priority") == ["TX1", "TX3", "TX4", "TX2"]
        numbers = [
            row["ticket_number"]
            for row in factories.admin_client().get("/tickets/", {"ordering": "priority"}).json()["results"]
        ]
        assert numbers == ["TX2", "TX4", "TX3", "TX1"]
        task = factories.task_of("TX2")
        factories.as_client(floor.kenji).post(f"/tasks/{task.pk}/hold/", {"reason": "Waiting."})
        assert floor.seen(floor.mara)[-1] == "TX2"  # paused: no time runs

    def test_pages(self, floor: Floor) -> None:
        answer = factories.as_client(floor.mara).get("/tasks/", {"page_size": 3, "page": 2}).json()
        assert (answer["count"], len(answer["results"]), answer["next"]) == (4, 1, None)


class TestCost:
    def test_a_list_takes_at_most_four_statements_however_long(self) -> None:
        people = [factories.make_person(number) for number in (11, 12)]
        support = factories.make_role("IT Support", *people)
        factories.one_step(support)
        for number in range(30):
            factories.take_in(f"TX{number}")
        Task.objects.filter(ticket_number="TX3").update(status="on_hold")
        client = factories.as_client(people[0])
        for page_size in (5, 30):
            with CaptureQueriesContext(connection) as queries:
                answer = client.get("/tasks/", {"page_size": page_size})
            assert len(answer.json()["results"]) == page_size
            assert len(queries) <= 4

    @pytest.mark.parametrize("kind", ["action", "approval"])
    def test_a_task_takes_at_most_eight_statements(self, kind: str) -> None:
        holder = factories.make_person(11)
        support: Role = factories.make_role("IT Support", holder, factories.make_person(12))
        factories.one_step(support, step={"kind": kind, "approval": {"required": 2, "mode": "count"}})
        factories.take_in("TX1", employee={"name": "Noor", "email": "noor@example.com"})
        task = factories.task_of()
        client = factories.as_client(holder)
        client.get(f"/tasks/{task.pk}/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/tasks/{task.pk}/").status_code == 200
        assert len(queries) <= 8, "\n".join(query["sql"] for query in queries.captured_queries)
