"""Selecting all tasks of a filtered list."""

from __future__ import annotations

from typing import Any

import pytest

from role.models import Person, Role
from task import selection
from task.models import Task
from ticketing_testing.clients import assert_problem
from workflowmanager.tests import factories


@pytest.fixture
def tasks(support: Role) -> list[Task]:
    factories.one_step(support)
    for number in range(3):
        factories.take_in(f"TX{number}")
    return [factories.task_of(f"TX{number}") for number in range(3)]


def select(person: Person, **params: Any) -> Any:
    return factories.as_client(person).get("/tasks/selection/", params)


class TestSelection:
    def test_answers_every_page_of_the_list_in_its_order(self, tasks: list[Task], amara: Person) -> None:
        answer = select(amara, view="team", ordering="-ticket_number", page_size=1, count=3)
        assert answer.status_code == 200
        assert answer.json() == {
            "tasks": [{"id": task.pk, "ticket_number": task.ticket_number} for task in reversed(tasks)]
        }

    def test_takes_the_filters_and_the_search_of_the_list(self, tasks: list[Task], amara: Person) -> None:
        Task.objects.filter(pk=tasks[1].pk).update(priority="urgent")
        assert [task["id"] for task in select(amara, priority="urgent", count=1).json()["tasks"]] == [tasks[1].pk]
        assert [task["id"] for task in select(amara, search="TX2", count=1).json()["tasks"]] == [tasks[2].pk]

    def test_selects_only_what_the_person_may_see(self, tasks: list[Task]) -> None:
        stranger = factories.make_person(99)
        assert select(stranger, count=0).json() == {"tasks": []}

    def test_refuses_another_number_than_was_shown(self, tasks: list[Task], amara: Person) -> None:
        answer = select(amara, view="team", count=2)
        assert_problem(answer, 409, code="selection_changed")
        assert answer.json()["count"] == 3

    def test_refuses_more_than_can_be_selected(
        self, tasks: list[Task], amara: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(selection, "MAX_SELECTED", 2)
        assert_problem(select(amara, view="team", count=3), 400, code="selection_too_large")

    @pytest.mark.parametrize("count", ["", "many", "-1"])
    def test_refuses_a_count_that_is_no_number(self, tasks: list[Task], amara: Person, count: str) -> None:
        assert_problem(select(amara, count=count), 400, attr="count")

    def test_refuses_an_unknown_filter(self, tasks: list[Task], amara: Person) -> None:
        assert select(amara, count=3, colour="red").status_code == 400
