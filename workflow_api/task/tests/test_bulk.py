"""Transitions and comments of many tasks at once, and which transitions are offered for them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from role.models import Person, Role
from task.models import Task, Timeline
from ticketing_testing.clients import assert_problem, published_messages
from workflowmanager.tests import factories

REMARK = {"text": "The delivery has come.", "visibility": "public", "client_id": "c-1"}


def bulk(person: Person, *tasks: Task, **body: Any) -> Any:
    return factories.as_client(person).post("/tasks/bulk/", {"task_ids": [task.pk for task in tasks], **body})


def offers(person: Person, *tasks: Task) -> Any:
    wanted = ",".join(str(task.pk) for task in tasks)
    return factories.as_client(person).get(f"/tasks/offers/?tasks={wanted}").json()["transitions"]


@pytest.fixture
def tasks(support: Role, amara: Person, kenji: Person) -> list[Task]:
    """Three tasks in the same step: Amara's, Kenji's, Amara's."""
    factories.one_step(support)
    for number in range(3):
        factories.take_in(f"TX{number}")
    found = [factories.task_of(f"TX{number}") for number in range(3)]
    assert [task.assignee_id for task in found] == [amara.pk, kenji.pk, amara.pk]
    return found


@pytest.mark.django_db
class TestTransition:
    def test_is_performed_on_each_by_its_name(self, tasks: list[Task], amara: Person) -> None:
        results = bulk(amara, *tasks, action="transition", transition="Work to Done", with_comment=REMARK).json()[
            "results"
        ]

        assert [(each["ok"], each.get("error", {}).get("code")) for each in results] == [
            (True, None),
            (False, "not_assignee"),
            (True, None),
        ]
        assert Task.objects.filter(status="completed").count() == 2
        said = published_messages("comments.tasks.post_comment")
        assert [(each["ticket_number"], each["text"]) for each in said] == [
            ("TX0", REMARK["text"]),
            ("TX2", REMARK["text"]),
        ]
        line = Timeline.objects.get(task=tasks[0], event="transition")
        assert line.detail["client_id"] == "c-1"

    def test_a_name_that_the_step_does_not_know_is_refused_for_that_task(
        self, tasks: list[Task], amara: Person
    ) -> None:
        (result,) = bulk(amara, tasks[0], action="transition", transition="Elsewhere").json()["results"]
        assert (result["status"], result["error"]["code"]) == (409, "transition_not_available")

    def test_what_one_may_not_see_is_not_found(self, tasks: list[Task]) -> None:
        stranger = factories.make_person(61, "Elsa Where")
        (result,) = bulk(stranger, tasks[0], action="transition", transition="Work to Done").json()["results"]
        assert result["status"] == 404

    def test_needs_a_name(self, tasks: list[Task], amara: Person) -> None:
        assert_problem(bulk(amara, tasks[0], action="transition"), 400, attr="transition")


@pytest.mark.django_db
class TestComment:
    def test_is_posted_on_each_and_changes_no_task(self, tasks: list[Task], amara: Person) -> None:
        before = list(Task.objects.order_by("pk").values())
        results = bulk(amara, *tasks, action="comment", with_comment=REMARK).json()["results"]

        assert [each["ok"] for each in results] == [True, True, True]
        said = published_messages("comments.tasks.post_comment")
        assert [each["ticket_number"] for each in said] == ["TX0", "TX1", "TX2"]
        assert {each["author"]["user_id"] for each in said} == {amara.pk}
        assert list(Task.objects.order_by("pk").values()) == before

    def test_not_where_one_may_not_see(self, tasks: list[Task]) -> None:
        stranger = factories.make_person(61, "Elsa Where")
        (result,) = bulk(stranger, tasks[0], action="comment", with_comment=REMARK).json()["results"]
        assert result["status"] == 404
        assert published_messages("comments.tasks.post_comment") == []

    @pytest.mark.parametrize(
        ("remark", "attr"),
        [
            (None, "with_comment"),
            ({**REMARK, "text": " "}, "with_comment.text"),
            ({**REMARK, "uploads": [1]}, "with_comment.uploads"),
            ({**REMARK, "mentions": [1]}, "with_comment.mentions"),
        ],
    )
    def test_refuses_what_can_not_be_posted(self, tasks: list[Task], amara: Person, remark: Any, attr: str) -> None:
        body = {} if remark is None else {"with_comment": remark}
        assert_problem(bulk(amara, tasks[0], action="comment", **body), 400, attr=attr)


@pytest.mark.django_db
class TestOffers:
    def test_counts_the_tasks_of_each_name(self, tasks: list[Task], amara: Person, kenji: Person) -> None:
        done = {"name": "Work to Done", "requires_comment": False}
        assert offers(amara, *tasks) == [{**done, "count": 2}]
        assert offers(kenji, *tasks) == [{**done, "count": 1}]
        assert offers(factories.make_person(61, "Elsa Where"), *tasks) == []

    def test_asks_no_more_of_the_database_for_more_tasks(self, tasks: list[Task], amara: Person) -> None:
        def asked(*some: Task) -> int:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                offers(amara, *some)
            return len(queries)

        asked(tasks[0])
        assert asked(tasks[0]) == asked(*tasks)

    @pytest.mark.parametrize("wanted", ["", "x", "1,,2", ",".join(str(each) for each in range(1, 102))])
    def test_refuses_what_are_no_ids(self, amara: Person, wanted: str) -> None:
        assert_problem(factories.as_client(amara).get(f"/tasks/offers/?tasks={wanted}"), 400, attr="tasks")
