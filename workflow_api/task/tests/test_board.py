"""The board: columns with their totals and first cards."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from role.models import Person, Role
from task import board
from task.models import Task
from task.tests.test_perform import press
from ticketing_testing.clients import assert_problem
from workflow.models import VersionStep
from workflowmanager.tests import factories


@pytest.fixture
def tasks(amara: Person, support: Role) -> list[Task]:
    factories.straight(support, support, name="Requests", is_default=True)
    for number in range(4):
        factories.take_in(f"TX{number}")
    return [factories.task_of(f"TX{number}") for number in range(4)]


def columns(person: Person, **params: Any) -> list[dict[str, Any]]:
    answer = factories.as_client(person).get("/tasks/board/", params)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["columns"]
    return found


def shown(person: Person, **params: Any) -> list[tuple[str | None, int, list[str]]]:
    return [
        (
            column["step"] and column["step"]["name"],
            column["count"],
            [task["ticket_number"] for task in column["tasks"]],
        )
        for column in columns(person, **params)
    ]


def go_on(task: Task, amara: Person) -> None:
    Task.objects.filter(pk=task.pk).update(assignee=amara)
    assert press(amara, task, "Triage to Resolve", "Admin").status_code == 200


class TestBoard:
    def test_has_a_column_for_each_step_in_the_order_of_the_workflow(self, tasks: list[Task], amara: Person) -> None:
        go_on(tasks[0], amara)
        assert shown(amara, ordering="ticket_number") == [("Triage", 3, ["TX1", "TX2", "TX3"]), ("Resolve", 1, ["TX0"])]

    def test_counts_what_it_does_not_show(
        self, tasks: list[Task], amara: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(board, "CARDS", 2)
        assert shown(amara, ordering="-ticket_number") == [("Triage", 4, ["TX3", "TX2"])]
        column = columns(amara)[0]
        more = {"workflow": column["workflow"]["id"], "step_key": column["step"]["key"], "page_size": 2, "page": 2}
        rest = factories.as_client(amara).get("/tasks/", {**more, "ordering": "-ticket_number"}).json()
        assert [task["ticket_number"] for task in rest["results"]] == ["TX1", "TX0"]

    def test_gives_columns_beyond_its_limit_without_cards(
        self, tasks: list[Task], amara: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        go_on(tasks[0], amara)
        monkeypatch.setattr(board, "MAX_FILLED", 1)
        assert shown(amara, ordering="ticket_number") == [("Triage", 3, ["TX1", "TX2", "TX3"]), ("Resolve", 1, [])]

    def test_holds_open_tasks_only_those_that_were_handed_off_apart(self, tasks: list[Task], amara: Person) -> None:
        Task.objects.filter(pk=tasks[0].pk).update(status="completed", current_step=None)
        Task.objects.filter(pk=tasks[1].pk).update(status="handing_off", current_step=None)
        assert shown(amara, ordering="ticket_number") == [("Triage", 2, ["TX2", "TX3"]), (None, 1, ["TX1"])]
        rest = factories.as_client(amara).get("/tasks/", {"status": "handing_off"}).json()
        assert [task["ticket_number"] for task in rest["results"]] == ["TX1"]

    def test_takes_the_view_and_the_filters_of_the_list(self, tasks: list[Task], amara: Person, kenji: Person) -> None:
        Task.objects.update(assignee=kenji)
        Task.objects.filter(pk=tasks[2].pk).update(assignee=amara, priority="urgent")
        assert shown(amara, view="mine") == [("Triage", 1, ["TX2"])]
        assert shown(amara, priority="urgent") == [("Triage", 1, ["TX2"])]
        assert_problem(factories.as_client(amara).get("/tasks/board/", {"colour": "red"}), 400, code="unknown_filter")

    def test_shares_columns_between_versions_and_names_them_as_the_newest(
        self, tasks: list[Task], amara: Person, support: Role
    ) -> None:
        factories.make_workflow(
            "Requests",
            coordinators=support,
            steps=[
                {"name": "Look at it", "role": support},
                {"name": "Done", "is_end": True, "end_status": "completed"},
            ],
            edges=[("Look at it", "Done", "forward", {})],
            is_default=True,
        )
        factories.take_in("TX9")
        assert shown(amara, ordering="ticket_number") == [("Look at it", 5, ["TX0", "TX1", "TX2", "TX3", "TX9"])]
        ids = set(VersionStep.objects.filter(key=1).values_list("pk", flat=True))
        assert set(columns(amara)[0]["step_ids"]) == ids
        assert len(ids) == 2

    def test_holds_only_what_the_person_may_see(self, tasks: list[Task]) -> None:
        assert columns(factories.make_person(99)) == []

    def test_costs_three_statements_whatever_its_columns(self, tasks: list[Task], amara: Person) -> None:
        go_on(tasks[0], amara)
        with CaptureQueriesContext(connection) as queries:
            assert len(columns(amara, view="team")) == 2
        assert len(queries) == 3
