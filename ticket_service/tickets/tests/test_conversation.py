"""The conversation as the help desk keeps it: what is said by those who work on a ticket, and what is answered."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ticketing_common.contracts import messages
from ticketing_testing.clients import assert_problem, deliver, published_messages
from tickets.models import Ticket, TicketComment
from tickets.tasks import send_ticket_comment
from tickets.tests.factories import admin, agent, help_desk, noor, stranger, ticket_of_noor

pytestmark = pytest.mark.django_db

EXAMPLES = messages.examples("send_ticket_comment")
AMARA = {"user_id": 7, "full_name": "Amara Okafor"}


@pytest.fixture
def ticket() -> Ticket:
    return ticket_of_noor()


def told(ticket: Ticket, **changes: Any) -> None:
    message: dict[str, Any] = {
        "ticket_number": ticket.ticket_number,
        "source_service": "hdts",
        "action": "create",
        "comment_id": 12,
        "version": 5,
        "text": "Which folder?",
        "author": AMARA,
        "attachments": [],
        "occurred_at": "2026-03-02T12:30:00Z",
        "event_id": "tts-comment-12-5",
    } | changes
    deliver(send_ticket_comment, **message)


def path_of(ticket: Ticket) -> str:
    return f"/tickets/{ticket.ticket_number}/comments/"


def shown(ticket: Ticket) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = noor().get(path_of(ticket)).json()["results"]
    return rows


def replies() -> list[dict[str, Any]]:
    return [message["reply"] for message in published_messages("comments.tasks.receive_reply")]


class TestWhatIsTold:
    @pytest.mark.parametrize("name", sorted(EXAMPLES))
    def test_accepts_every_published_example_and_its_redelivery(self, name: str) -> None:
        ticket = ticket_of_noor()
        example = EXAMPLES[name] | {"ticket_number": ticket.ticket_number}
        for message_id in ("m1", "m1", "m2"):
            deliver(send_ticket_comment, message_id=message_id, field_of_a_newer_publisher=1, **example)

        assert TicketComment.objects.count() == 1

    def test_the_employee_reads_it(self, ticket: Ticket) -> None:
        told(ticket)

        (row,) = shown(ticket)
        assert row | {"id": 0} == {
            "id": 0,
            "origin": "workflow",
            "author": AMARA,
            "text": "Which folder?",
            "parent_id": None,
            "attachments": [],
            "created_at": "2026-03-02T12:30:00Z",
            "edited_at": None,
            "deleted_at": None,
        }

    def test_later_versions_replace_earlier_ones_and_never_the_other_way(self, ticket: Ticket) -> None:
        told(ticket, version=5)
        told(ticket, version=9, action="update", text="Which folder exactly?", occurred_at="2026-03-02T12:40:00Z")
        told(ticket, version=7, action="update", text="Which?")

        (row,) = shown(ticket)
        assert (row["text"], row["edited_at"]) == ("Which folder exactly?", "2026-03-02T12:40:00Z")

    def test_what_was_deleted_leaves_its_place_and_no_text(self, ticket: Ticket) -> None:
        told(ticket, version=9, action="delete", text="", occurred_at="2026-03-02T12:40:00Z")
        told(ticket, version=5)

        (row,) = shown(ticket)
        assert (row["text"], row["deleted_at"]) == ("", "2026-03-02T12:40:00Z")

    def test_answers_stand_under_what_they_answer(self, ticket: Ticket) -> None:
        told(ticket)
        told(ticket, comment_id=13, version=6, parent_id=12)
        own = noor().post(path_of(ticket), {"text": "Budget."}).json()["id"]
        told(ticket, comment_id=14, version=7, parent_id=99, parent_reply_id=f"reply-{own}")
        told(ticket, comment_id=15, version=8, parent_id=99, parent_reply_id="what?")

        parents = dict(TicketComment.objects.values_list("workflow_id", "parent_id"))
        asked = TicketComment.objects.get(workflow_id=12).pk
        assert parents == {12: None, 13: asked, None: None, 14: own, 15: None}

    def test_nothing_of_it_is_sent_back(self, ticket: Ticket) -> None:
        told(ticket)
        told(ticket, version=6, action="update", text="Which?")
        told(ticket, version=7, action="delete", text="")

        assert replies() == []

    @pytest.mark.parametrize("elsewhere", [{"ticket_number": "TX20200101000001"}, {"source_service": "acme"}])
    def test_another_help_desk_s_tickets_are_none_of_ours(self, ticket: Ticket, elsewhere: dict[str, str]) -> None:
        told(ticket, **elsewhere)

        assert not TicketComment.objects.exists()


class TestReplying:
    def test_sends_it_to_those_who_work_on_the_ticket(self, ticket: Ticket) -> None:
        told(ticket)
        asked = TicketComment.objects.get().pk

        answer = noor().post(path_of(ticket), {"text": " Budget. ", "parent_id": asked})

        assert answer.status_code == 201
        row = answer.json()
        assert (row["origin"], row["text"], row["parent_id"]) == ("help_desk", "Budget.", asked)
        assert row["author"] == {"user_id": 41, "full_name": "Noor Haddad"}
        (said,) = replies()
        assert said.pop("occurred_at")
        assert said == {
            "ticket_number": ticket.ticket_number,
            "source_service": "hdts",
            "reply_id": f"reply-{row['id']}",
            "action": "create",
            "version": 1,
            "author": {"name": "Noor Haddad"},
            "text": "Budget.",
            "parent_id": 12,
        }

    def test_changes_and_deletions_follow(self, ticket: Ticket) -> None:
        row = noor().post(path_of(ticket), {"text": "Budget."}).json()
        address = f"{path_of(ticket)}{row['id']}/"

        for text in ("Budget 2026.", "Budget 2026."):
            assert noor().patch(address, {"text": text}).json()["text"] == text
        for _ in range(2):
            assert noor().delete(address).status_code == 204
        assert_problem(noor().patch(address, {"text": "Again."}), 409, "comment_deleted")

        assert [(said["action"], said["version"], said.get("text")) for said in replies()] == [
            ("create", 1, "Budget."),
            ("update", 2, "Budget 2026."),
            ("delete", 3, None),
        ]
        assert shown(ticket)[0]["text"] == ""

    def test_a_retry_with_the_same_key_says_it_once(self, ticket: Ticket) -> None:
        headers = {"Idempotency-Key": "k-1"}
        answers = [noor().post(path_of(ticket), {"text": "Budget."}, headers=headers).json() for _ in range(2)]

        assert answers[0] == answers[1]
        assert len(replies()) == 1

    def test_is_for_the_employee_and_the_help_desk_s_staff(self, ticket: Ticket) -> None:
        assert_problem(stranger().post(path_of(ticket), {"text": "Me too."}), 404, "ticket_not_found")
        assert_problem(agent().post(path_of(ticket), {"text": "Look."}), 404)
        assert help_desk().post(path_of(ticket), {"text": "He is on the phone."}).status_code == 201
        assert admin().post(path_of(ticket), {"text": "We look into it."}).status_code == 201
        assert len(replies()) == 2

    def test_strangers_read_nothing(self, ticket: Ticket) -> None:
        told(ticket)

        answer = stranger().get(path_of(ticket))
        assert_problem(answer, 404, "ticket_not_found")
        assert "folder" not in answer.content.decode()
        assert help_desk().get(path_of(ticket)).json()["count"] == 1

    def test_nobody_changes_what_others_said(self, ticket: Ticket) -> None:
        told(ticket)
        theirs = TicketComment.objects.get().pk
        desk = help_desk().post(path_of(ticket), {"text": "From the desk."}).json()["id"]

        for entry in (theirs, desk):
            assert_problem(noor().patch(f"{path_of(ticket)}{entry}/", {"text": "No."}), 403, "not_your_comment")
            assert_problem(noor().delete(f"{path_of(ticket)}{entry}/"), 403, "not_your_comment")
        assert_problem(admin().delete(f"{path_of(ticket)}{theirs}/"), 403, "not_your_comment")
        other = ticket_of_noor()
        assert_problem(noor().delete(f"{path_of(other)}{desk}/"), 404, "comment_not_found")

    def test_nests_one_level(self, ticket: Ticket) -> None:
        first = noor().post(path_of(ticket), {"text": "One."}).json()["id"]
        second = noor().post(path_of(ticket), {"text": "Two.", "parent_id": first}).json()["id"]

        assert_problem(noor().post(path_of(ticket), {"text": "Three.", "parent_id": second}), 400, "reply_to_reply")
        assert_problem(noor().post(path_of(ticket), {"text": "Three.", "parent_id": 999_999}), 404)
        assert replies()[1]["parent_reply_id"] == f"reply-{first}"

    @pytest.mark.parametrize("text", ["", "  ", "x" * 10_001, "nul \x00 byte", None])
    def test_refuses_what_is_no_text(self, ticket: Ticket, text: Any) -> None:
        assert_problem(noor().post(path_of(ticket), {"text": text}), 400, attr="text")
        assert replies() == []

    def test_the_list_needs_the_same_few_queries_for_any_number(self, ticket: Ticket) -> None:
        counts = []
        for size in (1, 9):
            for number in range(size):
                told(ticket, comment_id=100 * size + number)
            with CaptureQueriesContext(connection) as statements:
                assert noor().get(path_of(ticket)).status_code == 200
            counts.append(len(statements))
        assert counts[0] == counts[1] <= 4


def test_creating_a_ticket_costs_at_most_eight_statements() -> None:
    """Those that begin and end the transaction included."""
    person = noor()
    fields = {"subject": "Laptop", "category": "IT Support", "department": "IT Department"}
    with CaptureQueriesContext(connection) as statements:
        assert person.post("/tickets/", fields).status_code == 201
    assert len(statements) <= 8, [query["sql"] for query in statements]
