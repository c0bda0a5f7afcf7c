"""A requester leaves the help desk's tickets, with their files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import Reject
from django.db import connection

from ticketing_common.inbox.models import DeadLetter
from ticketing_testing.clients import assert_problem, deliver, published_messages
from tickets.models import Attachment, StatusChange, Ticket, TicketComment
from tickets.tasks import erase_person, send_ticket_status
from tickets.tests.factories import NOON, NOOR_ID, PDF, admin, agent, fields, help_desk, noor, ticket_of_noor, upload

pytestmark = pytest.mark.django_db

SECRETS = ("noor haddad", "noor.haddad@example.com", "cracked", "0171 555")


def person(*numbers: str) -> dict[str, Any]:
    return {
        "emails": ["noor.haddad@example.com"],
        "names": ["Noor Haddad"],
        "requesters": [{"source_service": "hdts", "id": str(NOOR_ID)}],
        "tickets": [{"ticket_number": number, "source_service": "hdts", "source_number": number} for number in numbers],
    }


def erase(*numbers: str) -> None:
    deliver(erase_person, erasure_id=4, requested_at="2026-03-02T12:00:00Z", **person(*numbers))


def everything() -> str:
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT row_to_json(t)::text FROM {connection.ops.quote_name(table)} t")  # noqa: S608
            parts += [row for (row,) in cursor.fetchall()]
    return "\n".join(parts).lower()


@pytest.fixture
def ticket() -> Ticket:
    ticket = ticket_of_noor(subject="My screen is cracked", dynamic_data={"phone": "0171 555"})
    status = {"new_status": "resolved", "event_id": "e1", "occurred_at": "2026-03-02T13:00:00Z"}
    deliver(send_ticket_status, ticket_number=ticket.ticket_number, detail="Noor Haddad was called.", **status)
    return ticket


def say(
    ticket: Ticket, text: str, *, author_id: int = NOOR_ID, name: str = "Noor Haddad", **more: Any
) -> TicketComment:
    values = {"origin": "help_desk", "created_at": NOON} | more
    return TicketComment.objects.create(ticket=ticket, author_id=author_id, author_name=name, text=text, **values)


def test_leaves_nothing_of_the_person_in_any_table(ticket: Ticket) -> None:
    mine = say(ticket, "Call me: 0171 555")
    theirs = say(ticket, "I called Noor Haddad.", author_id=7, name="Amara Okafor", origin="workflow", workflow_id=3)
    assert all(secret in everything() for secret in SECRETS)

    erase(ticket.ticket_number)

    left = [row for row in everything().splitlines() if any(secret in row for secret in SECRETS)]
    assert left == []
    ticket.refresh_from_db()
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (ticket.status, ticket.category, ticket.employee_name) == ("resolved", "IT Support", "Erased person")
    assert (mine.text, mine.author_name) == ("[erased]", "Erased person")
    assert (theirs.text, theirs.author_name) == ("I called Erased person.", "Amara Okafor")
    assert StatusChange.objects.filter(ticket=ticket, new_status="resolved").exists()


def test_deletes_the_files_with_their_content(tmp_path: Path, django_capture_on_commit_callbacks: Any) -> None:
    answer = noor().post(
        "/tickets/",
        fields(subject="My screen is cracked") | {"attachments": [upload("mine.pdf", PDF)]},
        format="multipart",
    )
    assert answer.status_code == 201, answer.json()
    number = answer.json()["ticket_number"]
    assert Attachment.objects.filter(ticket__ticket_number=number).count() == 1
    assert stored(tmp_path)

    with django_capture_on_commit_callbacks(execute=True):
        erase(number)

    assert not Attachment.objects.exists()
    assert stored(tmp_path) == []


def test_keeps_other_tickets_and_help_desks(ticket: Ticket) -> None:
    other = ticket_of_noor(subject="Another one")
    elsewhere = person(other.ticket_number)
    elsewhere["tickets"][0]["source_service"] = "elsewhere"
    before = Ticket.objects.filter(pk=other.pk).values().get()

    erase(ticket.ticket_number)
    deliver(erase_person, erasure_id=5, requested_at="2026-03-02T12:00:00Z", **elsewhere)

    assert Ticket.objects.filter(pk=other.pk).values().get() == before


def test_tells_the_workflow_of_no_change_and_confirms(ticket: Ticket) -> None:
    before = len(published_messages("tickets.tasks.receive_ticket"))
    erase(ticket.ticket_number)
    erase(ticket.ticket_number)

    assert len(published_messages("tickets.tasks.receive_ticket")) == before
    first, second = published_messages("privacy.tasks.report_erasure")
    assert (first["service"], first["erased"]["tickets"]) == ("ticket_service", 1)
    assert set(second["erased"].values()) == {0}


def test_rejects_a_message_that_names_no_person() -> None:
    with pytest.raises(Reject):
        deliver(erase_person, erasure_id=4)

    assert DeadLetter.objects.get().code == "invalid_message"


def test_shows_what_an_erasure_would_take_to_administrators_only(ticket: Ticket) -> None:
    say(ticket, "Call me: 0171 555")
    asked = person(ticket.ticket_number)

    answer = admin().post("/privacy/person/", asked, format="json").json()

    assert answer["counts"] == {"tickets": 1, "comments": 1, "files": 0}
    assert answer["data"]["tickets"][0]["dynamic_data"] == {"phone": "0171 555"}
    for client in (agent(), noor(), help_desk()):
        assert_problem(client.post("/privacy/person/", asked, format="json"), 403, "permission_denied")
    assert_problem(admin().post("/privacy/person/", {}, format="json"), 400, "required")


def stored(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
