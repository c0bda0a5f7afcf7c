"""Answers to mails become comments: once, with the rights that their authors have now, or are refused out loud."""

from __future__ import annotations

from typing import Any

import pytest
from celery.exceptions import Reject
from pytest_django import Settings

from comments.models import Comment
from comments.services import MAX_CLIENT_ID, MAX_TEXT
from comments.tasks import post_mail_comment
from comments.tests.test_files import client
from tests.factories import (
    AMARA,
    JONAS,
    NAMES,
    NOON,
    NUMBER,
    PLAIN_ROLES,
    STRANGER,
    make_person,
    make_ticket,
)
from ticketing_common.contracts.messages import PostMailComment, examples
from ticketing_common.contracts.validation import schema
from ticketing_common.inbox.models import DeadLetter
from ticketing_testing.clients import deliver, published_messages
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

EXAMPLES = examples(PostMailComment.task)


@pytest.fixture(autouse=True)
def ticket() -> Ticket:
    make_person(AMARA)
    return make_ticket(source={"service": "hdts", "number": NUMBER})


def answer(**changes: Any) -> None:
    deliver(post_mail_comment, **(EXAMPLES["note"] | changes))


def comment(**values: Any) -> Comment:
    ticket = Ticket.objects.get(ticket_number=NUMBER)
    given = {"author_id": JONAS, "author_name": NAMES[JONAS], "text": "Who owns it?", "visibility": "public"} | values
    return Comment.objects.create(ticket=ticket, created_at=NOON, **given)


def refusal(**changes: Any) -> DeadLetter:
    with pytest.raises(Reject):
        answer(**changes)
    return DeadLetter.objects.get()


class TestPosting:
    def test_an_answer_is_an_internal_note_of_its_author(self) -> None:
        answer()

        (shown,) = client(AMARA).get(f"/comments/?ticket_id={NUMBER}").json()["results"]
        assert shown["author"] == {"user_id": AMARA, "full_name": NAMES[AMARA]}
        assert (shown["text"], shown["visibility"], shown["parent_id"]) == (
            "The share belongs to Finance.",
            "internal",
            None,
        )
        assert published_messages("send_ticket_comment") == []
        assert published_messages("task.tasks.note_public_comment") == []

    def test_once_however_often_the_mail_or_the_message_comes(self) -> None:
        for message_id in ("m1", "m1", "m2"):
            deliver(post_mail_comment, message_id=message_id, **EXAMPLES["note"])

        assert Comment.objects.count() == 1

    def test_the_answer_to_a_public_comment_is_a_public_reply_that_the_requester_gets(self) -> None:
        asked = comment()

        answer(**EXAMPLES["answer_to_a_comment"] | {"comment_id": asked.pk})

        reply = Comment.objects.get(author_id=AMARA)
        assert (reply.parent_id, reply.visibility) == (asked.pk, "public")
        assert [message["text"] for message in published_messages("send_ticket_comment")] == [reply.text]

    def test_the_answer_to_a_reply_goes_under_the_first_comment(self) -> None:
        first = comment()
        second = comment(parent=first)

        answer(visibility="public", comment_id=second.pk)
        answer(visibility="public", comment_id=second.pk)

        assert Comment.objects.get(author_id=AMARA).parent_id == first.pk

    def test_a_note_is_never_made_public_by_what_it_answers(self) -> None:
        asked = comment()

        answer(visibility="internal", comment_id=asked.pk)

        note = Comment.objects.get(author_id=AMARA)
        assert (note.parent_id, note.visibility) == (None, "internal")

    @pytest.mark.parametrize("gone", ["deleted", "internal", "of another ticket", "unknown"])
    def test_it_stands_by_itself_where_the_comment_takes_no_reply(self, gone: str) -> None:
        asked = comment(
            deleted_at=NOON if gone == "deleted" else None, visibility="internal" if gone == "internal" else "public"
        )
        if gone == "of another ticket":
            Comment.objects.filter(pk=asked.pk).update(ticket=make_ticket("TX2"))

        answer(visibility="public", comment_id=asked.pk + (gone == "unknown"))

        assert Comment.objects.get(author_id=AMARA).parent_id is None

    def test_who_is_no_agent_writes_publicly(self) -> None:
        make_person(JONAS, roles=PLAIN_ROLES)

        answer(user_id=JONAS, visibility="internal")

        assert Comment.objects.get(author_id=JONAS).visibility == "public"


class TestRefusing:
    def test_who_may_not_read_the_ticket_now_writes_nothing_and_is_told_by_mail(self) -> None:
        make_person(STRANGER)

        assert refusal(user_id=STRANGER).code == "ticket_not_found"
        assert Comment.objects.count() == 0
        (told,) = published_messages("notifications.send_email")
        assert (told["user_id"], told["notification_type"]) == (STRANGER, "system")
        assert NUMBER in told["context"]["message"]
        assert "Re: New task" in told["context"]["message"]

    def test_once_however_often_it_comes(self) -> None:
        make_person(STRANGER)

        for message_id in ("m1", "m2"):
            with pytest.raises(Reject):
                deliver(post_mail_comment, message_id=message_id, **EXAMPLES["note"] | {"user_id": STRANGER})

        told = published_messages("notifications.send_email")
        assert len({message["event_id"] for message in told}) == 1, "the notification service sends one of an event"

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"user_id": 12345}, "person_inactive"),
            ({"ticket_number": "TX-unknown"}, "ticket_not_found"),
            ({"text": "\u200b"}, "invalid"),
        ],
    )
    def test_each_refusal_has_its_code(self, changes: dict[str, Any], code: str) -> None:
        assert refusal(**changes).code == code

    def test_a_deactivated_person_writes_nothing(self) -> None:
        make_person(JONAS, is_active=False)

        assert refusal(user_id=JONAS).code == "person_inactive"

    def test_one_person_s_limit_counts_for_mails_too(self, settings: Settings) -> None:
        settings.COMMENTS_PER_MINUTE = 2
        for number in range(2):
            answer(client_id=f"mail-{number}")

        assert refusal(client_id="mail-more").code == "throttled"

    def test_who_asked_for_no_automatic_mail_gets_none(self) -> None:
        make_person(STRANGER)

        refusal(user_id=STRANGER, tells_author=False)

        assert published_messages("notifications.send_email") == []


def test_the_schema_takes_what_messaging_takes() -> None:
    properties = schema(PostMailComment.task)["properties"]

    assert properties["text"]["maxLength"] == MAX_TEXT
    assert properties["client_id"]["maxLength"] == MAX_CLIENT_ID
    assert properties["visibility"]["enum"] == list(Comment.Visibility.values)
