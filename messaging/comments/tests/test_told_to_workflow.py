"""The workflow is told of new public comments: one may be the answer that a ticket on hold waits for."""

from __future__ import annotations

from typing import Any

import pytest

from comments import services
from comments.models import Comment
from comments.tasks import receive_reply
from tests.factories import AMARA, NOON, NUMBER, identity, make_ticket
from ticketing_common.contracts.messages import ReportPublicComment
from ticketing_testing.clients import deliver, published_messages

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ticket() -> None:
    make_ticket(source={"service": "hdts", "number": "HD-7"})


def told() -> list[dict[str, Any]]:
    return published_messages(ReportPublicComment.task)


def reply(**changes: Any) -> None:
    said = {"ticket_number": "HD-7", "reply_id": "r-1", "author": {"name": "Rosa Lim"}, "text": "Budget."}
    deliver(receive_reply, reply=said | changes)


def say(visibility: str) -> int:
    written = services.post_comment(
        ticket_number=NUMBER, by=identity(AMARA), text="Which folder?", visibility=visibility, now=NOON
    )
    return int(written.document["id"])


def test_a_reply_of_the_help_desk_s_side_is_told_once_without_an_author() -> None:
    reply()
    reply()
    comment = Comment.objects.get()
    (message,) = told()
    assert message.pop("occurred_at").endswith("Z")
    assert message == {"ticket_number": NUMBER, "event_id": f"comment-{comment.pk}-added"}


def test_a_public_comment_is_told_with_its_author() -> None:
    comment = say("public")
    assert told() == [
        {
            "ticket_number": NUMBER,
            "author_id": AMARA,
            "occurred_at": "2026-03-02T12:00:00Z",
            "event_id": f"comment-{comment}-added",
        }
    ]


def test_an_answer_to_a_comment_is_told_too() -> None:
    reply()
    theirs = Comment.objects.get()
    services.post_reply(comment_id=theirs.pk, by=identity(AMARA), text="Thank you.", now=NOON)
    assert [message.get("author_id") for message in told()] == [None, AMARA]


def test_internal_notes_and_later_changes_are_not() -> None:
    note = say("internal")
    services.post_reply(comment_id=note, by=identity(AMARA), text="Insolvent?", now=NOON)
    assert told() == []
    comment = say("public")
    services.edit_comment(comment_id=comment, by=identity(AMARA), text="Which folder exactly?", now=NOON)
    services.delete_comment(comment_id=comment, by=identity(AMARA), now=NOON)
    reply()
    reply(action="update", version=2, text="The budget.")
    reply(action="delete")
    assert len(told()) == 2
