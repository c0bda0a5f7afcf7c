"""The requester of a ticket that came by mail gets public answers by mail, each once; nobody else's ticket does."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from comments import services
from comments.tasks import receive_reply
from comments.uploads import store_upload
from tests.factories import AMARA, NAMES, NOON, NUMBER, identity, make_ticket
from ticketing_common.contracts.messages import SendEmail
from ticketing_common.contracts.validation import check
from ticketing_testing.clients import deliver, published_messages

pytestmark = pytest.mark.django_db

MAIL = {"service": "mail", "number": NUMBER}


def told() -> list[dict[str, Any]]:
    return published_messages(SendEmail.task)


def say(text: str = "Which **printer**?", *, visibility: str = "public", uploads: tuple[int, ...] = ()) -> int:
    written = services.post_comment(
        ticket_number=NUMBER, by=identity(AMARA), text=text, visibility=visibility, uploads=uploads, now=NOON
    )
    return int(written.document["id"])


def test_a_public_comment_and_a_reply_go_out_and_their_changes_do_not() -> None:
    make_ticket(source=MAIL)

    first = say()
    reply = services.post_reply(comment_id=first, by=identity(AMARA), text="The big one?", now=NOON).document["id"]
    services.edit_comment(comment_id=first, by=identity(AMARA), text="Which one?", now=NOON)
    services.delete_comment(comment_id=first, by=identity(AMARA), now=NOON)

    messages = told()
    for message in messages:
        check(SendEmail.task, message)
    assert [message["context"]["message"] for message in messages] == [
        f"{NAMES[AMARA]}:\n\nWhich printer?",
        f"{NAMES[AMARA]}:\n\nThe big one?",
    ]
    assert [message["context"]["comment_id"] for message in messages] == [first, reply]
    assert {message["notification_type"] for message in messages} == {"ticket_answer"}
    assert len({message["event_id"] for message in messages}) == 2
    assert "user_email" not in messages[0], "their address is the notification service's to know"
    assert published_messages("send_ticket_comment") == []


def test_files_are_named() -> None:
    make_ticket(source=MAIL)
    upload = store_upload(
        ticket_number=NUMBER, by=identity(AMARA), upload=SimpleUploadedFile("plan.txt", b"x"), now=NOON
    )

    say("", uploads=(upload.pk,))

    (message,) = told()
    assert message["context"]["message"] == f"{NAMES[AMARA]}: plan.txt"
    assert message["context"]["file_names"] == "plan.txt"


def test_no_mail_for_an_internal_note_another_source_or_what_the_requester_said_themselves() -> None:
    make_ticket(source=MAIL)
    say(visibility="internal")
    reply = {"ticket_number": NUMBER, "source_service": "mail", "reply_id": "r1", "author": {"name": "C"}, "text": "X"}
    deliver(receive_reply, reply=reply)
    assert [message["notification_type"] for message in told()] == ["requester_reply"], "the assignee's"

    make_ticket("TX9", source={"service": "hdts", "number": "TX9"})
    services.post_comment(ticket_number="TX9", by=identity(AMARA), text="Hi", visibility="public", now=NOON)
    assert len(told()) == 1
    assert len(published_messages("send_ticket_comment")) == 1


def test_the_requester_s_answer_is_told_to_the_workflow_as_any_answer_is() -> None:
    make_ticket(source=MAIL)
    reply = {"ticket_number": NUMBER, "source_service": "mail", "reply_id": "r1", "author": {"name": "C"}, "text": "X"}

    deliver(receive_reply, reply=reply)

    (message,) = published_messages("task.tasks.note_public_comment")
    assert "author_id" not in message, "without one it ends a hold that waits for an answer"
