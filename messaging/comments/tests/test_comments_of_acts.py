"""What is said together with an act in the workflow API is posted here: once, as its author's, or refused out loud."""

from __future__ import annotations

import json
from typing import Any

import pytest
from celery.exceptions import Reject

from comments.models import Comment
from comments.serializers import MAX_ID
from comments.services import MAX_CLIENT_ID, MAX_MENTIONS, MAX_TEXT
from comments.tasks import post_comment
from comments.tests.test_files import client
from comments.tests.test_uploads import uploaded
from tests.factories import AGENT_ROLES, AMARA, JONAS, NAMES, NUMBER, STRANGER, make_person, make_ticket
from ticketing_common.contracts.messages import PostComment
from ticketing_common.contracts.validation import schema
from ticketing_common.inbox.models import DeadLetter
from ticketing_testing.clients import deliver, published_messages

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket() -> Any:
    return make_ticket(source={"service": "hdts", "number": NUMBER})


def say(**changes: Any) -> None:
    said: dict[str, Any] = {
        "ticket_number": NUMBER,
        "author": {"user_id": AMARA, "full_name": NAMES[AMARA]},
        "text": "The dock is replaced.",
        "visibility": "public",
        "client_id": "c-1",
        "mentions": [],
        "uploads": [],
        "occurred_at": "2026-03-02T12:30:00Z",
    }
    deliver(post_comment, **(said | changes))


@pytest.mark.usefixtures("ticket")
class TestPosting:
    def test_it_is_a_comment_of_its_author_at_the_time_of_the_act(self) -> None:
        make_person(JONAS, roles=AGENT_ROLES)
        say(uploads=[uploaded("a.txt")], mentions=[JONAS], text="  at line 1\nDone, @Jonas Weber.\n")
        (shown,) = client(JONAS).get(f"/comments/?ticket_id={NUMBER}").json()["results"]
        assert shown["author"] == {"user_id": AMARA, "full_name": NAMES[AMARA]}
        assert (shown["text"], shown["visibility"], shown["client_id"]) == (
            "  at line 1\nDone, @Jonas Weber.",
            "public",
            "c-1",
        )
        assert shown["created_at"] == "2026-03-02T12:30:00Z"
        assert [file["file_name"] for file in shown["attachments"]] == ["a.txt"]
        assert [person["user_id"] for person in shown["mentions"]] == [JONAS]
        assert [message["action"] for message in published_messages("send_ticket_comment")] == ["create"]
        told = published_messages("notifications.create_inapp_notification")
        assert [(message["user_id"], message["notification_type"]) for message in told] == [(JONAS, "mention")]

    def test_once_however_often_it_arrives(self) -> None:
        say()
        say()
        assert Comment.objects.count() == 1

    def test_an_internal_note_does_not_leave(self) -> None:
        say(visibility="internal")
        assert Comment.objects.get().is_internal
        assert published_messages("send_ticket_comment") == []

    def test_the_workflow_api_has_asked_for_the_right(self, settings: Any) -> None:
        settings.COMMENTS_PER_MINUTE = 0
        say(author={"user_id": STRANGER, "full_name": "Sam Stray"})
        assert Comment.objects.get().author_id == STRANGER

    @pytest.mark.parametrize(
        ("changes", "code"),
        [({"uploads": [999_999]}, "upload_not_found"), ({"text": "Other words."}, "client_id_reused")],
    )
    def test_what_is_refused_is_a_dead_letter_and_its_author_is_told(self, changes: Any, code: str) -> None:
        if code == "client_id_reused":
            say()
        with pytest.raises(Reject):
            say(**changes)
        letter = DeadLetter.objects.get()
        assert letter.code == code
        assert Comment.objects.count() == (1 if code == "client_id_reused" else 0)
        (told,) = published_messages("notifications.create_inapp_notification")
        assert (told["user_id"], told["notification_type"]) == (AMARA, "system")
        assert told["subject"] == f"Your comment on {NUMBER} was not posted"
        assert "dock" not in json.dumps(told)


def test_it_may_arrive_before_the_ticket_is_known() -> None:
    say()
    assert Comment.objects.get().ticket.ticket_number == NUMBER


def test_the_contract_has_the_limits_that_are_kept_here() -> None:
    properties = schema(PostComment.schema_name())["properties"]
    assert properties["text"]["maxLength"] == MAX_TEXT
    assert properties["client_id"]["maxLength"] == MAX_CLIENT_ID
    assert properties["mentions"]["maxItems"] == MAX_MENTIONS
    assert set(properties["visibility"]["enum"]) == set(Comment.Visibility.values)
    assert properties["mentions"]["items"]["maximum"] == MAX_ID
