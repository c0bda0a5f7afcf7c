"""Who reads a single ticket, its files and its conversation: who asked, the staff, and whom the workflow names now."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from ticketing_testing.clients import assert_problem
from tickets import services
from tickets.models import Ticket, TicketComment
from tickets.tests.factories import NOON, admin, agent, fields, help_desk, noor, png, stranger, upload
from tickets.tests.other_services import OtherService
from tickets.uploads import check_files

pytestmark = pytest.mark.django_db

AUTHOR = {"user_id": 7, "full_name": "Amara Okafor"}
FILE = {"id": 33, "file_name": "steps.png", "content_type": "image/png", "size": 4, "url": "/attachments/33/"}


@pytest.fixture
def ticket() -> Ticket:
    files = check_files([upload("screen.png", png())])
    ticket = services.file_ticket(values=fields(), employee={"id": 41, "name": "Noor"}, files=files, now=NOON)
    TicketComment.objects.create(
        ticket=ticket,
        origin=TicketComment.Origin.WORKFLOW,
        workflow_id=12,
        author_id=7,
        author_name="Amara Okafor",
        text="See the picture.",
        attachments=[FILE],
        created_at=NOON,
    )
    return ticket


def addresses(ticket: Ticket) -> list[str]:
    path = f"/tickets/{ticket.ticket_number}/"
    return [path, f"{path}comments/", f"{path}status-history/", ticket.attachments.get().url]


class TestAgents:
    def test_read_what_the_workflow_shows_them_and_nothing_else(self, ticket: Ticket, workflow: OtherService) -> None:
        for address in addresses(ticket):
            assert_problem(agent().get(address), 404)
        workflow.shows(ticket)
        for address in addresses(ticket):
            assert agent().get(address).status_code == 200, address
        workflow.answers.clear()
        for address in addresses(ticket):
            assert_problem(agent().get(address), 404)

    def test_are_asked_for_with_their_own_token(self, ticket: Ticket, workflow: OtherService) -> None:
        agent().get(addresses(ticket)[0])

        ((path, headers),) = workflow.asked
        assert path == f"/tickets/{ticket.ticket_number}/"
        assert headers["Authorization"].startswith("Bearer ey")

    @pytest.mark.parametrize("status", [401, 403, 404])
    def test_get_nothing_where_the_workflow_refuses(self, ticket: Ticket, workflow: OtherService, status: int) -> None:
        workflow.answer(f"/tickets/{ticket.ticket_number}/", status)

        for address in addresses(ticket):
            assert_problem(agent().get(address), 404)

    @pytest.mark.parametrize("status", [302, 429, 500, 503])
    def test_are_told_to_come_back_while_the_workflow_gives_no_answer(
        self, ticket: Ticket, workflow: OtherService, status: int
    ) -> None:
        workflow.answer(f"/tickets/{ticket.ticket_number}/", status)

        for address in addresses(ticket):
            assert_problem(agent().get(address), 503, "unavailable")

    def test_are_told_to_come_back_while_the_workflow_is_away(self, ticket: Ticket, settings: Settings) -> None:
        settings.WORKFLOW_API_URL = "http://127.0.0.1:9"

        for address in addresses(ticket):
            assert_problem(agent().get(address), 503, "unavailable")
            assert noor().get(address).status_code == help_desk().get(address).status_code == 200

    def test_of_another_help_desks_ticket_with_the_same_number_open_nothing(
        self, ticket: Ticket, workflow: OtherService
    ) -> None:
        workflow.shows(ticket, source_service="another-desk")

        for address in addresses(ticket):
            assert_problem(agent().get(address), 404)

    def test_list_no_ticket_but_their_own(self, ticket: Ticket, workflow: OtherService) -> None:
        workflow.shows(ticket)

        assert agent().get("/tickets/").json()["count"] == 0
        for client in (noor(), help_desk(), admin()):
            assert client.get("/tickets/").json()["count"] == 1

    def test_change_nothing(self, ticket: Ticket, workflow: OtherService) -> None:
        workflow.shows(ticket)
        path = addresses(ticket)[0]

        assert_problem(agent().patch(path, {"subject": "Mine"}), 404)
        assert_problem(agent().post(f"{path}comments/", {"text": "Look."}), 404)


class TestOthers:
    def test_are_not_asked_for(self, ticket: Ticket, workflow: OtherService) -> None:
        workflow.shows(ticket)

        for address in addresses(ticket):
            assert_problem(stranger().get(address), 404)
            assert noor().get(address).status_code == help_desk().get(address).status_code == 200
        assert workflow.asked == []


class TestFilesOfPublicComments:
    def address(self, client: APIClient, ticket: Ticket) -> str:
        (row,) = client.get(f"/tickets/{ticket.ticket_number}/comments/").json()["results"]
        url: str = row["attachments"][0]["url"]
        return url

    def test_are_for_who_asked(self, ticket: Ticket, messaging: OtherService) -> None:
        messaging.answer("/attachments/33/", 200, b"\x89PNG")

        answer: Any = noor().get(self.address(noor(), ticket))

        assert b"".join(answer.streaming_content) == b"\x89PNG"
        assert answer["Content-Type"] == "image/png"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert messaging.asked[0][1]["X-API-Key"] == "s3rvice"

    def test_are_for_whom_the_workflow_names(
        self, ticket: Ticket, messaging: OtherService, workflow: OtherService
    ) -> None:
        messaging.answer("/attachments/33/", 200, b"\x89PNG")
        address = self.address(noor(), ticket)

        assert_problem(agent().get(address), 404)
        assert_problem(stranger().get(address), 404)
        assert messaging.asked == []
        workflow.shows(ticket)
        assert agent().get(address).status_code == 200

    def test_are_those_of_the_comment_only(self, ticket: Ticket, messaging: OtherService) -> None:
        messaging.answer("/attachments/34/", 200, b"of another comment")
        address = self.address(noor(), ticket)

        assert_problem(noor().get(address.replace("/33/", "/34/")), 404)
        comment = TicketComment.objects.get()
        comment.mark_deleted(now=NOON)
        comment.save()
        assert_problem(noor().get(address), 404)

    @pytest.mark.parametrize(("status", "answered"), [(404, 404), (410, 410), (401, 503), (500, 503)])
    def test_that_messaging_does_not_give_are_no_failure(
        self, ticket: Ticket, messaging: OtherService, status: int, answered: int
    ) -> None:
        messaging.answer("/attachments/33/", status)

        assert_problem(noor().get(self.address(noor(), ticket)), answered)
