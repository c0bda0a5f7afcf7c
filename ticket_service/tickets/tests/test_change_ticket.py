"""Changes, withdrawal and deletion reach the workflow as new versions."""

from __future__ import annotations

import pytest
from django.db import connections
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from ticketing_testing.clients import assert_problem, published_messages
from tickets.models import StatusChange, Ticket
from tickets.tests.factories import admin, agent, help_desk, noor, png, stranger, ticket_of_noor, upload

pytestmark = pytest.mark.django_db


class TestChangeTicket:
    def test_queues_the_next_version(self) -> None:
        ticket = ticket_of_noor()

        response = noor().patch(f"/tickets/{ticket.ticket_number}/", {"priority": "low"})

        assert response.status_code == 200, response.content
        assert (response.json()["priority"], response.json()["source_version"]) == ("Low", 2)
        versions = [message["ticket_data"]["source_version"] for message in published_messages()]
        assert versions == [1, 2]
        assert published_messages()[1]["ticket_data"]["priority"] == "Low"

    def test_adds_files_to_those_that_are_there(self) -> None:
        ticket = ticket_of_noor()
        url = f"/tickets/{ticket.ticket_number}/"
        noor().patch(url, {"attachments": [upload("a.png", png())]}, format="multipart")

        response = noor().patch(url, {"attachments": [upload("b.png", png())]}, format="multipart")

        assert [entry["file_name"] for entry in response.json()["attachments"]] == ["a.png", "b.png"]

    def test_counts_the_files_of_all_requests_together(self) -> None:
        url = f"/tickets/{ticket_of_noor().ticket_number}/"
        six = [upload(f"{n}.png", png()) for n in range(6)]
        assert noor().patch(url, {"attachments": six}, format="multipart").status_code == 200

        more = [upload(f"{n}.png", png()) for n in range(5)]
        assert_problem(noor().patch(url, {"attachments": more}, format="multipart"), 400, "too_many_files")

    def test_refuses_a_version_that_is_not_the_current_one(self) -> None:
        url = f"/tickets/{ticket_of_noor().ticket_number}/"
        assert noor().patch(url, {"subject": "First", "source_version": 1}).status_code == 200

        body = assert_problem(noor().patch(url, {"subject": "Late", "source_version": 1}), 409, "version_conflict")
        assert body["source_version"] == 2

    def test_is_for_the_employee_and_the_help_desk_only(self) -> None:
        url = f"/tickets/{ticket_of_noor().ticket_number}/"

        assert_problem(stranger().patch(url, {"subject": "Mine now"}), 404, "ticket_not_found")
        assert_problem(agent().patch(url, {"subject": "Mine now"}), 404)
        assert help_desk().patch(url, {"subject": "Corrected"}).status_code == 200
        assert admin().put(url, {"subject": "S", "category": "C", "department": "D"}).status_code == 200

    def test_the_state_is_not_the_client_s_to_set(self) -> None:
        url = f"/tickets/{ticket_of_noor().ticket_number}/"

        response = noor().patch(url, {"status": "resolved"})

        assert_problem(response, 400, "unknown_field", attr="status")
        assert noor().get(url).json()["status"] == "new"


class TestWithdrawTicket:
    def test_ends_the_ticket_and_tells_the_workflow(self) -> None:
        number = ticket_of_noor().ticket_number

        response = noor().post(f"/tickets/{number}/withdraw/", {"reason": "Found the charger."})

        assert response.status_code == 200, response.content
        assert response.json()["status"] == "withdrawn"
        data = published_messages()[-1]["ticket_data"]
        assert (data["status"], data["source_version"]) == ("withdrawn", 2)
        change = StatusChange.objects.latest("id")
        assert (change.old_status, change.new_status, change.detail) == ("new", "withdrawn", "Found the charger.")
        assert change.actor == {"user_id": 41, "full_name": "Noor Haddad"}

    def test_happens_once(self) -> None:
        url = f"/tickets/{ticket_of_noor().ticket_number}/withdraw/"
        assert noor().post(url).status_code == 200

        assert_problem(noor().post(url), 409, "ticket_ended")
        assert len(published_messages()) == 2

    def test_leaves_nothing_to_change(self) -> None:
        url = f"/tickets/{ticket_of_noor().ticket_number}/"
        noor().post(f"{url}withdraw/")

        assert_problem(noor().patch(url, {"subject": "Still open?"}), 409, "ticket_ended")

    def test_is_not_for_strangers_or_agents(self) -> None:
        url = f"/tickets/{ticket_of_noor().ticket_number}/withdraw/"

        assert_problem(stranger().post(url), 404)
        assert_problem(agent().post(url), 404)


class TestReopenTicket:
    def test_opens_an_ended_ticket_and_tells_the_workflow(self) -> None:
        number = ticket_of_noor().ticket_number
        noor().post(f"/tickets/{number}/withdraw/")

        response = noor().post(f"/tickets/{number}/reopen/", {"reason": "It broke again."})

        assert response.status_code == 200, response.content
        assert (response.json()["status"], response.json()["withdrawn_at"]) == ("new", None)
        data = published_messages()[-1]["ticket_data"]
        assert (data["status"], data["source_version"]) == ("Reopened", 3)
        change = StatusChange.objects.latest("id")
        assert (change.old_status, change.new_status, change.detail) == ("withdrawn", "new", "It broke again.")

    def test_an_open_ticket_is_refused(self) -> None:
        number = ticket_of_noor().ticket_number

        assert_problem(noor().post(f"/tickets/{number}/reopen/"), 409, "ticket_open")

    def test_is_not_for_strangers_or_agents(self) -> None:
        url = f"/tickets/{ticket_of_noor().ticket_number}/"
        noor().post(f"{url}withdraw/")

        assert_problem(stranger().post(f"{url}reopen/"), 404)
        assert_problem(agent().post(f"{url}reopen/"), 404)

    def test_what_was_emptied_is_said(self) -> None:
        ticket = ticket_of_noor()
        noor().patch(f"/tickets/{ticket.ticket_number}/", {"location": "Room 12"})

        noor().patch(f"/tickets/{ticket.ticket_number}/", {"location": ""})

        assert published_messages()[-1]["ticket_data"]["location"] is None


class TestDeleteTicket:
    def test_withdraws_an_open_ticket_and_removes_its_files(
        self, settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        ticket = ticket_of_noor()
        url = f"/tickets/{ticket.ticket_number}/"
        noor().patch(url, {"attachments": [upload("a.png", png())]}, format="multipart")
        media = settings.MEDIA_ROOT
        assert len([path for path in media.rglob("*") if path.is_file()]) == 1

        with django_capture_on_commit_callbacks(execute=True):
            response = help_desk().delete(url)

        assert response.status_code == 204
        assert published_messages()[-1]["ticket_data"]["status"] == "withdrawn"
        assert Ticket.objects.count() == 0
        assert [path for path in media.rglob("*") if path.is_file()] == []
        assert StatusChange.objects.filter(ticket_number=ticket.ticket_number).count() == 2

    def test_is_for_the_help_desk_only(self) -> None:
        url = f"/tickets/{ticket_of_noor().ticket_number}/"

        assert_problem(noor().delete(url), 403, "not_your_ticket")
        assert_problem(stranger().delete(url), 404)


@pytest.mark.django_db(transaction=True)
def test_two_withdrawals_at_once_are_one() -> None:
    from concurrent.futures import ThreadPoolExecutor

    url = f"/tickets/{ticket_of_noor().ticket_number}/withdraw/"

    def withdraw(_: int) -> int:
        try:
            return noor().post(url).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(withdraw, range(4))) == [200, 409, 409, 409]
    assert len(published_messages()) == 2
