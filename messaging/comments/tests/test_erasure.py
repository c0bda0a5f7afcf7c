"""A requester leaves the conversations on their tickets; what others said stays without their name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import Reject
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from comments import files, services
from comments.models import Comment, CommentAttachment
from comments.tasks import erase_person, receive_reply
from tests.factories import ADMIN, ADMIN_ROLES, AMARA, JONAS, NAMES, NOON, NUMBER, identity, make_person, make_ticket
from ticketing_common.inbox.models import DeadLetter
from ticketing_testing.clients import assert_problem, client_for, deliver, published_messages
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

OTHER = "TX20260302000099"
PERSON: dict[str, Any] = {
    "emails": ["mia.berg@example.com"],
    "names": ["Mia Berg"],
    "requesters": [{"source_service": "hdts", "id": "4711"}],
    "tickets": [{"ticket_number": NUMBER, "source_service": "hdts", "source_number": NUMBER}],
}
SECRETS = ("mia berg", "mia.berg@example.com", "finance share", "0171 555")


@pytest.fixture
def ticket() -> Ticket:
    return make_ticket(source={"service": "hdts", "number": NUMBER})


def reply(text: str, number: str = NUMBER, reply_id: str = "r1", version: int = 1, name: str = "Mia Berg") -> None:
    document = {
        "ticket_number": number,
        "reply_id": reply_id,
        "author": {"name": name},
        "text": text,
        "version": version,
        "action": "create" if version == 1 else "update",
    }
    deliver(receive_reply, reply=document)


def say(text: str, by: int = AMARA) -> int:
    written = services.post_comment(
        ticket_number=NUMBER, by=identity(by), text=text, visibility="public", mentions=[], now=NOON
    )
    return int(written.document["id"])


def erase(erasure_id: int = 4, **person: Any) -> None:
    deliver(erase_person, erasure_id=erasure_id, requested_at="2026-03-02T12:00:00Z", **(PERSON | person))


def everything() -> str:
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT row_to_json(t)::text FROM {connection.ops.quote_name(table)} t")  # noqa: S608
            parts += [row for (row,) in cursor.fetchall()]
    return "\n".join(parts).lower()


def test_leaves_nothing_of_the_person_and_keeps_the_conversation(ticket: Ticket) -> None:
    reply("Call me: 0171 555")
    reply("Call me: 0171 555, now", version=2)
    mine = say("Mia Berg (mia.berg@example.com) wants the finance share back.")
    other_text = "I called."
    say(other_text, JONAS)
    assert all(secret in everything() for secret in SECRETS)

    erase()

    theirs = Comment.objects.get(author_id=None)
    assert (theirs.text, theirs.author_name) == ("[erased]", "Erased person")
    assert theirs.revisions.get().text == "[erased]"
    assert Comment.objects.get(pk=mine).text == "Erased person ([erased]) wants the finance share back."
    assert Comment.objects.get(author_id=JONAS).text == other_text
    ticket.refresh_from_db()
    assert (ticket.task["subject"], ticket.task["status"]) == ("[erased]", "in_progress")
    secrets = ("mia berg", "mia.berg@example.com", "0171 555")
    left = [row for row in everything().splitlines() if any(secret in row for secret in secrets)]
    assert left == []


def test_confirms_with_what_was_erased(ticket: Ticket) -> None:
    reply("Call me: 0171 555")

    erase()

    (report,) = published_messages("privacy.tasks.report_erasure")
    assert (report["erasure_id"], report["service"], report["event_id"]) == (4, "messaging", "erasure-4-1-messaging")
    assert (report["erased"]["comments"], report["erased"]["replies"]) == (1, 1)


def test_changes_nothing_the_second_time(ticket: Ticket) -> None:
    reply("Call me: 0171 555")
    erase()
    before = list(Comment.objects.values())
    erase()

    assert list(Comment.objects.values()) == before
    assert set(published_messages("privacy.tasks.report_erasure")[-1]["erased"].values()) == {0}


def test_touches_no_other_ticket(ticket: Ticket) -> None:
    make_ticket(OTHER, source={"service": "hdts", "number": OTHER})
    reply("Mine, of Mia Berg", OTHER, "r2")

    erase()

    assert Comment.objects.get(ticket__ticket_number=OTHER).text == "Mine, of Mia Berg"


def test_leaves_other_people_of_the_help_desk(ticket: Ticket) -> None:
    reply("I asked Mia Berg.", name="Olga Ruiz")

    erase()

    comment = Comment.objects.get()
    assert (comment.author_name, comment.text) == ("Olga Ruiz", "I asked Erased person.")


def test_erases_a_reply_that_waits_for_its_ticket() -> None:
    reply("Call me: 0171 555")

    erase()

    assert "0171 555" not in everything()


def test_removes_the_files_of_who_has_an_account(
    ticket: Ticket, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    make_person(JONAS, email="Mia.Berg@example.com")
    comment_id, kept = say("See the file.", JONAS), say("Mine.")
    for owner, place in ((JONAS, comment_id), (AMARA, kept)):
        files.attach_upload(
            comment_id=place, by=identity(owner), upload=SimpleUploadedFile("a.txt", b"hello"), now=NOON
        )

    with django_capture_on_commit_callbacks(execute=True):
        erase()

    assert CommentAttachment.objects.get().comment_id == kept
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1
    assert Comment.objects.get(pk=comment_id).text == "[erased]"


def test_rejects_a_message_that_names_no_person() -> None:
    with pytest.raises(Reject):
        deliver(erase_person, erasure_id=4)

    assert DeadLetter.objects.get().code == "invalid_message"


class TestReading:
    def test_shows_what_an_erasure_would_take(self, ticket: Ticket) -> None:
        reply("Call me: 0171 555")
        say("I called.")

        answer = admin().post("/privacy/person/", PERSON, format="json").json()

        assert [comment["text"] for comment in answer["data"]["comments"]] == ["Call me: 0171 555"]
        assert answer["counts"] == {kind: len(rows) for kind, rows in answer["data"].items()}

    def test_is_for_administrators_only(self) -> None:
        agent = client_for(AMARA, full_name=NAMES[AMARA])
        assert_problem(agent.post("/privacy/person/", PERSON, format="json"), 403, "permission_denied")

    def test_refuses_what_names_no_person(self) -> None:
        assert_problem(admin().post("/privacy/person/", {}, format="json"), 400, "required")


def admin() -> Any:
    return client_for(ADMIN, full_name=NAMES[ADMIN], roles=ADMIN_ROLES)
