"""Filtering lists of tasks by what their tickets say, and the choices of these filters."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from role.models import Person, Role
from task.filters import MAX_TEXTS, texts_of
from ticketing_testing.clients import assert_problem
from workflowmanager.tests import factories

ANA = {"id": "17", "name": "Ana Cruz", "email": "ana@north.example"}
OTHER_ANA = {"id": "18", "name": "Ana Cruz", "email": "ana.cruz@south.example"}
WRITER = {"name": "Bo Lind", "email": "Bo@North.example"}


@pytest.fixture
def tickets(support: Role) -> None:
    factories.one_step(support, is_default=True)
    factories.take_in("TX1", category="Hardware", department="Finance", employee=ANA)
    factories.take_in("TX2", category="Desks, chairs", department="Finance", employee=OTHER_ANA)
    factories.take_in("TX3", category="Back\\office", department="Legal", employee=WRITER)
    factories.take_in("TX4", category="hardware", department="Legal")


def numbers(person: Person, **params: Any) -> list[str]:
    answer = factories.as_client(person).get("/tasks/", {"ordering": "ticket_number", **params})
    assert answer.status_code == 200, answer.json()
    return [row["ticket_number"] for row in answer.json()["results"]]


def choices(person: Person, field: str, **params: Any) -> list[dict[str, str]]:
    answer = factories.as_client(person).get("/tasks/choices/", {"field": field, **params})
    assert answer.status_code == 200, answer.json()
    results: list[dict[str, str]] = answer.json()["results"]
    return results


def values(person: Person, field: str, **params: Any) -> list[str]:
    return [choice["value"] for choice in choices(person, field, **params)]


class TestFilters:
    def test_takes_exact_names_several_and_those_with_commas(self, tickets: None, amara: Person) -> None:
        assert numbers(amara, category="Hardware") == ["TX1"]
        assert numbers(amara, category="Hard") == []
        assert numbers(amara, category="Hardware,hardware") == ["TX1", "TX4"]
        assert numbers(amara, category=r"Hardware,Desks\, chairs") == ["TX1", "TX2"]
        assert numbers(amara, category=r"Back\\office") == ["TX3"]
        assert numbers(amara, department="Legal") == ["TX3", "TX4"]

    def test_narrow_together(self, tickets: None, amara: Person) -> None:
        assert numbers(amara, department="Finance", category=r"Hardware,Back\\office", view="team") == ["TX1"]

    def test_know_requesters_by_id_or_address_not_by_name(self, tickets: None, amara: Person) -> None:
        assert numbers(amara, requester="hdts:17") == ["TX1"]
        assert numbers(amara, requester="hdts:17,hdts:18") == ["TX1", "TX2"]
        assert numbers(amara, requester="hdts:bo@north.example") == ["TX3"]
        assert numbers(amara, requester="hdts:ana@north.example") == []
        assert numbers(amara, requester="other:17") == []
        for nobody in ("hdts:", "17", "Ana Cruz"):
            assert numbers(amara, requester=nobody) == [], nobody

    def test_serve_the_selection_of_all_tasks_as_well(self, tickets: None, amara: Person) -> None:
        answer = factories.as_client(amara).get("/tasks/selection/?department=Legal&count=2")
        assert len(answer.json()["tasks"]) == 2

    @pytest.mark.parametrize("name", ["category", "department", "requester"])
    def test_refuse_too_many_values(self, tickets: None, amara: Person, name: str) -> None:
        answer = factories.as_client(amara).get("/tasks/", {name: ",".join(["x:1"] * (MAX_TEXTS + 1))})
        assert_problem(answer, 400, code="too_many_values", attr=name)

    def test_refuse_what_no_column_can_hold(self, tickets: None, amara: Person) -> None:
        assert_problem(factories.as_client(amara).get("/tasks/", {"category": "a\0b"}), 400, attr="category")

    @pytest.mark.parametrize(
        ("given", "texts"), [("", []), (",,", []), ("a\\", ["a\\"]), (r"a\,b,c", ["a,b", "c"]), (r"\\,b", ["\\", "b"])]
    )
    def test_split_texts_at_bare_commas(self, given: str, texts: list[str]) -> None:
        assert texts_of(given) == texts


class TestChoices:
    def test_are_the_values_of_the_tickets_in_order(self, tickets: None, amara: Person) -> None:
        assert values(amara, "category") == sorted(["Back\\office", "Desks, chairs", "Hardware", "hardware"])
        assert values(amara, "department") == ["Finance", "Legal"]

    def test_tell_two_people_of_one_name_apart(self, tickets: None, amara: Person) -> None:
        assert choices(amara, "requester") == [
            {"value": "hdts:17", "label": "Ana Cruz", "hint": "ana@north.example"},
            {"value": "hdts:18", "label": "Ana Cruz", "hint": "ana.cruz@south.example"},
            {"value": "hdts:bo@north.example", "label": "Bo Lind", "hint": "Bo@North.example"},
        ]

    def test_each_finds_its_tickets(self, tickets: None, amara: Person) -> None:
        found = [numbers(amara, requester=value) for value in values(amara, "requester")]
        assert found == [["TX1"], ["TX2"], ["TX3"]]

    def test_are_searched(self, tickets: None, amara: Person) -> None:
        assert values(amara, "category", search="HARD") == ["Hardware", "hardware"]
        assert values(amara, "requester", search="south.example") == ["hdts:18"]
        assert values(amara, "requester", search="bo l") == ["hdts:bo@north.example"]

    def test_name_one_value(self, tickets: None, amara: Person) -> None:
        assert [choice["label"] for choice in choices(amara, "requester", value="hdts:18")] == ["Ana Cruz"]
        assert values(amara, "category", value="Desks, chairs") == ["Desks, chairs"]
        assert values(amara, "category", value="Desks") == []

    def test_come_in_pages_that_say_how_many_there_are(self, tickets: None, amara: Person) -> None:
        answer = factories.as_client(amara).get("/tasks/choices/?field=category&page_size=3").json()
        assert (answer["count"], len(answer["results"])) == (4, 3)
        assert answer["next"] is not None

    def test_are_those_of_tickets_that_the_person_may_see(self, tickets: None, amara: Person) -> None:
        stranger = factories.make_person(99)
        for field in ("category", "department", "requester"):
            assert choices(stranger, field) == []
        answer = factories.admin_client().get("/tasks/choices/", {"field": "department"})
        assert [choice["value"] for choice in answer.json()["results"]] == ["Finance", "Legal"]

    @pytest.mark.parametrize("field", ["category", "department", "requester"])
    def test_cost_one_statement_where_one_page_holds_them(self, tickets: None, amara: Person, field: str) -> None:
        with CaptureQueriesContext(connection) as queries:
            choices(amara, field)
        assert len(queries) == 1

    def test_refuse_other_fields_and_parameters(self, tickets: None, amara: Person) -> None:
        client = factories.as_client(amara)
        assert_problem(client.get("/tasks/choices/"), 400, code="required", attr="field")
        assert_problem(client.get("/tasks/choices/", {"field": "subject"}), 400, code="invalid_choice", attr="field")
        asked: dict[str, Any] = {"field": "category", "view": "mine"}
        assert_problem(client.get("/tasks/choices/", asked), 400, code="unknown_filter", attr="view")
