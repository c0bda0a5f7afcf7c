"""Automatic transitions decide by the ticket's fields, or leave the ticket with a person and say why."""

from __future__ import annotations

from typing import Any

import pytest

from ticketing_testing.clients import assert_problem
from workflowmanager.tests import factories
from workflowmanager.tests.factories import edge

OVER = {"field": "requested_budget", "op": "gte", "value": 5000}
UNDER = {"field": "requested_budget", "op": "lt", "value": 5000}
NOT_A_NUMBER = "None of the conditions could be decided: requested_budget is not a number."
NOT_GIVEN = "None of the conditions could be decided: requested_budget is not given."


@pytest.fixture(autouse=True)
def _workflow(db: None) -> None:
    people = {name: factories.make_person(number, name.title()) for number, name in ((11, "dana"), (12, "finn"))}
    requests, finance = (
        factories.make_role("Requests", people["dana"]),
        factories.make_role("Finance", people["finn"]),
    )
    factories.make_workflow(
        "Purchases",
        coordinators=requests,
        steps=[
            {"name": "Sort", "role": requests},
            {"name": "Finance", "role": finance},
            {"name": "Done", "is_end": True, "end_status": "completed"},
        ],
        edges=[
            ("Sort", "Finance", "forward", {"is_automatic": True, "condition": OVER}),
            ("Sort", "Done", "forward", {"is_automatic": True, "condition": UNDER}),
            ("Sort", "Finance", "forward", {"name": "Large", "condition": {"not": UNDER}}),
            ("Finance", "Done", "forward", {}),
        ],
    )


def detail() -> dict[str, Any]:
    task = factories.task_of()
    found: dict[str, Any] = factories.admin_client().get(f"/tasks/{task.pk}/").json()
    return found


@pytest.mark.parametrize("amount", [25000, "25000", "25000.00", 5000])
def test_a_plain_amount_decides(amount: Any) -> None:
    factories.take_in(requested_budget=amount)

    assert detail()["current_step"]["name"] == "Finance"
    assert detail()["decision_problem"] is None


def test_a_small_amount_ends_the_task() -> None:
    factories.take_in(requested_budget="4999.99")

    assert detail()["status"] == "completed"


@pytest.mark.parametrize(
    ("amount", "problem"),
    [
        *((text, NOT_A_NUMBER) for text in ("25,000.00", "25.000,00", "25 000", "$25000", "")),
        (None, NOT_GIVEN),
    ],
)
def test_an_amount_that_can_not_be_read_leaves_the_ticket_with_a_person_who_is_told_why(
    amount: Any, problem: str
) -> None:
    factories.take_in(requested_budget=amount)

    found = detail()
    assert (found["current_step"]["name"], found["assignee"]["full_name"]) == ("Sort", "Dana")
    assert found["decision_problem"] == problem


def test_an_unknown_condition_is_not_met_under_not_either_and_the_refusal_says_why() -> None:
    factories.take_in()
    task = factories.task_of()

    answer = factories.as_client(factories.assignee_of(task)).post(
        "/transitions/",
        {"task_id": task.pk, "transition_id": edge(task, "Large").pk, "expected_version": task.version},
    )

    problem = assert_problem(answer, 409, "condition_not_met")
    assert "requested_budget is not given" in problem["errors"][0]["detail"]
