"""Who sees which tickets, and how lists are cut."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from ticketing_testing.clients import assert_problem
from tickets import services
from tickets.tests.factories import (
    NOON,
    admin,
    fields,
    help_desk,
    noor,
    png,
    stranger,
    ticket_of_noor,
    upload,
)
from tickets.uploads import check_files

pytestmark = pytest.mark.django_db


class TestListTickets:
    def test_shows_a_person_their_own_and_the_staff_all(self) -> None:
        mine = ticket_of_noor()
        services.file_ticket(values=fields(subject="Other"), employee={"id": 99}, now=NOON)

        assert [row["ticket_number"] for row in noor().get("/tickets/").json()["results"]] == [mine.ticket_number]
        assert stranger().get("/tickets/").json()["count"] == 0
        for client in (admin(), help_desk()):
            assert client.get("/tickets/").json()["count"] == 2

    def test_filters_searches_and_orders(self) -> None:
        ticket_of_noor(subject="Printer jams", category="IT Support", priority="Low")
        ticket_of_noor(subject="Chairs", category="New Budget Proposal", priority="High")

        def subjects(query: str) -> list[str]:
            return [row["subject"] for row in noor().get(f"/tickets/?{query}").json()["results"]]

        assert subjects("category=it support") == ["Printer jams"]
        assert subjects("priority=High") == ["Chairs"]
        assert subjects("status=withdrawn") == []
        assert subjects("search=printer") == ["Printer jams"]
        assert subjects("ordering=subject") == ["Chairs", "Printer jams"]
        assert subjects("submitted_before=2026-03-02T12:00:00Z") == []
        assert len(subjects("submitted_after=2026-03-02T12:00:00Z")) == 2

    def test_refuses_filters_and_orderings_it_does_not_know(self) -> None:
        assert_problem(noor().get("/tickets/?colour=red"), 400, "unknown_filter")
        assert_problem(noor().get("/tickets/?ordering=colour"), 400, "unknown_ordering")

    def test_refuses_times_that_no_calendar_has(self) -> None:
        for value in ("soon", "4362-05-14T22:11:39+18:00", "2026-13-01T00:00Z"):
            assert_problem(noor().get("/tickets/", {"submitted_after": value}), 400)

    def test_needs_the_same_few_queries_for_any_number_of_tickets(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for _ in range(12):
            files = check_files([upload("a.png", png())])
            services.file_ticket(values=fields(), employee={"id": 41}, files=files, now=NOON)
        client = noor()

        with django_assert_num_queries(3):
            assert len(client.get("/tickets/").json()["results"]) == 12


class TestReadTicket:
    def test_is_found_by_its_number(self) -> None:
        number = ticket_of_noor().ticket_number

        assert noor().get(f"/tickets/{number}/").json()["subject"] == "Laptop does not start"
        assert help_desk().get(f"/tickets/{number}/").status_code == 200

    def test_does_not_exist_for_strangers(self) -> None:
        number = ticket_of_noor().ticket_number

        assert_problem(stranger().get(f"/tickets/{number}/"), 404)
        assert_problem(stranger().get(f"/tickets/{number}/status-history/"), 404)
        assert_problem(APIClient().get(f"/tickets/{number}/"), 401)
        assert_problem(noor().get("/tickets/TX20260302999999/"), 404)
