"""Public comments reach the help desk that sent the ticket, and what is said there is shown here: once, no echo."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from celery.exceptions import Reject
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections

from comments import files, services
from comments.models import Comment, SourceReply
from comments.tasks import apply_ticket_event, receive_reply
from tests.factories import (
    ADMIN,
    ADMIN_ROLES,
    AGENT_ROLES,
    AMARA,
    JONAS,
    NAMES,
    NOON,
    NUMBER,
    identity,
    make_person,
    make_ticket,
    ticket_event,
)
from ticketing_common.contracts.messages import ApplyTicketEvent, examples
from ticketing_common.inbox.models import DeadLetter
from ticketing_testing.clients import assert_problem, client_for, deliver, published_messages
from tickets.models import Ticket, TicketEvent

pytestmark = pytest.mark.django_db

LIST = f"/comments/?ticket_id={NUMBER}"
HOME = {"service": "hdts", "number": NUMBER}
EXAMPLES = examples("comments.tasks.receive_reply")


@pytest.fixture
def ticket() -> Ticket:
    return make_ticket(source=HOME)


def client(user_id: int) -> Any:
    return client_for(user_id, full_name=NAMES[user_id], roles=ADMIN_ROLES if user_id == ADMIN else AGENT_ROLES)


def sent() -> list[dict[str, Any]]:
    return published_messages("send_ticket_comment")


def say(text: str = "Which folder?", *, by: int = AMARA, visibility: str = "public") -> int:
    written = services.post_comment(
        ticket_number=NUMBER, by=identity(by), text=text, visibility=visibility, mentions=[], now=NOON
    )
    return int(written.document["id"])


def reply(**changes: Any) -> None:
    said = {"ticket_number": NUMBER, "reply_id": "r-1", "author": {"name": "Rosa Lim"}, "text": "Budget."} | changes
    deliver(receive_reply, reply={name: value for name, value in said.items() if value is not None})


@pytest.mark.usefixtures("ticket")
class TestGoingOut:
    def test_a_public_comment_is_told_and_its_changes_follow(self) -> None:
        comment = say()
        services.edit_comment(comment_id=comment, by=identity(AMARA), text="Which folder exactly?", now=NOON)
        upload = SimpleUploadedFile("hint.txt", b"the third")
        files.attach_upload(comment_id=comment, by=identity(AMARA), upload=upload, now=NOON)
        services.rate_comment(comment_id=comment, by=identity(JONAS), value="up", now=NOON)
        services.delete_comment(comment_id=comment, by=identity(AMARA), now=NOON)

        told = sent()
        assert [message["action"] for message in told] == ["create", "update", "update", "delete"]
        assert [message["text"] for message in told] == ["Which folder?", *["Which folder exactly?"] * 2, ""]
        assert [len(message["attachments"]) for message in told] == [0, 0, 1, 0]
        assert [message["version"] for message in told] == sorted({message["version"] for message in told})
        assert told[0] == {
            "ticket_number": NUMBER,
            "source_service": "hdts",
            "action": "create",
            "comment_id": comment,
            "version": 2,
            "text": "Which folder?",
            "author": {"user_id": AMARA, "full_name": "Amara Okafor"},
            "attachments": [],
            "occurred_at": "2026-03-02T12:00:00Z",
            "event_id": f"tts-comment-{comment}-2",
        }

    def test_an_internal_note_never_is_whatever_happens_to_it(self) -> None:
        note = say("The supplier is insolvent.", visibility="internal")
        services.post_reply(comment_id=note, by=identity(JONAS), text="Insolvent?", now=NOON)
        services.edit_comment(comment_id=note, by=identity(AMARA), text="Insolvent!", now=NOON)
        upload = SimpleUploadedFile("insolvent.txt", b"insolvent")
        files.attach_upload(comment_id=note, by=identity(AMARA), upload=upload, now=NOON)
        services.delete_comment(comment_id=note, by=identity(AMARA), now=NOON)

        assert sent() == []

    def test_an_answer_names_what_it_answers_by_the_source_s_own_id(self) -> None:
        reply()
        theirs = Comment.objects.get()
        services.post_reply(comment_id=theirs.pk, by=identity(AMARA), text="Thank you.", now=NOON)

        (message,) = sent()
        assert (message["parent_id"], message["parent_reply_id"]) == (theirs.pk, "r-1")

    def test_goes_to_the_number_that_the_source_uses(self) -> None:
        make_ticket("acme-1001", source={"service": "acme", "number": "1001"})
        services.post_comment(
            ticket_number="acme-1001", by=identity(AMARA), text="Hello.", visibility="public", mentions=[], now=NOON
        )

        assert [(message["source_service"], message["ticket_number"]) for message in sent()] == [("acme", "1001")]


def test_a_ticket_whose_source_is_not_known_tells_nobody() -> None:
    make_ticket()
    say()

    assert sent() == []


class TestComingIn:
    @pytest.mark.usefixtures("ticket")
    @pytest.mark.parametrize("name", sorted(EXAMPLES))
    def test_accepts_every_published_example_and_its_redelivery(self, name: str) -> None:
        for message_id in ("m-1", "m-1", "m-2"):
            deliver(receive_reply, message_id=message_id, field_of_a_newer_publisher=1, **EXAMPLES[name])

        kept = SourceReply.objects.get()
        assert (kept.comment is None) is (name == "delete")
        assert Comment.objects.count() == (name != "delete")

    @pytest.mark.usefixtures("ticket")
    def test_is_shown_as_a_public_comment_of_somebody_without_an_account(self) -> None:
        reply()

        (shown,) = client(AMARA).get(LIST).json()["results"]
        assert shown["author"] is None
        assert shown["outside_author"] == {"full_name": "Rosa Lim", "service": "hdts"}
        assert (shown["text"], shown["visibility"]) == ("Budget.", "public")
        event = TicketEvent.objects.get(comment_id=shown["id"])
        assert (event.payload["action"], event.seq) == ("create", shown["seq"])

    @pytest.mark.usefixtures("ticket")
    def test_is_never_sent_back(self) -> None:
        reply()
        reply(action="update", version=2, text="Budget 2026.")
        reply(action="delete", text=None, author=None)

        assert Comment.objects.get().is_deleted
        assert sent() == []

    @pytest.mark.usefixtures("ticket")
    def test_our_own_words_sent_back_are_not_heard(self) -> None:
        say("Which folder?")
        reply(event_id=sent()[0]["event_id"], text="Which folder?", author={"name": "Amara Okafor"})

        assert Comment.objects.count() == 1
        assert not SourceReply.objects.exists()

    @pytest.mark.usefixtures("ticket")
    def test_changes_follow_in_the_order_of_their_versions(self) -> None:
        reply(version=1)
        reply(action="update", version=3, text="Third.")
        reply(action="update", version=2, text="Second.")

        comment = Comment.objects.get()
        assert comment.text == "Third."
        history = client(ADMIN).get(f"/comments/{comment.pk}/history/").json()["results"]
        assert [(row["text"], row["replaced_by"]) for row in history] == [("Budget.", None)]
        reply(action="delete", text=None, author=None)
        reply(action="update", version=4, text="Fourth.")
        comment.refresh_from_db()
        assert (comment.text, comment.is_deleted) == ("", True)

    @pytest.mark.usefixtures("ticket")
    def test_what_was_deleted_before_it_arrived_stays_away(self) -> None:
        reply(action="delete", text=None, author=None)
        reply()
        reply(action="update", version=2, text="Budget 2026.")

        assert not Comment.objects.exists()

    @pytest.mark.usefixtures("ticket")
    def test_answers_stand_where_they_belong_one_level_deep(self) -> None:
        first = say()
        inner = services.post_reply(comment_id=first, by=identity(JONAS), text="Yes?", now=NOON).document["id"]
        note = say("Internal.", visibility="internal")
        reply(reply_id="to a reply", parent_id=inner)
        reply(reply_id="to a note", parent_id=note)
        reply(reply_id="to nothing", parent_id=999_999)
        reply(reply_id="own", text="First.")
        reply(reply_id="to own", parent_reply_id="own")

        parents = {row.reply_id: row.comment.parent_id for row in SourceReply.objects.all() if row.comment}
        own = SourceReply.objects.get(reply_id="own").comment_id
        assert parents == {
            "to a reply": first,
            "to a note": None,
            "to nothing": None,
            "own": None,
            "to own": own,
        }

    def test_waits_for_a_ticket_that_no_workflow_has_taken_yet(self) -> None:
        reply(reply_id="r-1", text="First.")
        reply(reply_id="r-2", text="Second.")
        reply(reply_id="r-1", action="update", version=2, text="First, better.")
        reply(reply_id="r-3", text="Oh.")
        reply(reply_id="r-3", action="delete", text=None, author=None)
        assert not Comment.objects.exists()

        deliver(apply_ticket_event, **ticket_event(source=HOME).as_kwargs())

        assert list(Comment.objects.order_by("id").values_list("text", flat=True)) == ["First, better.", "Second."]
        deliver(apply_ticket_event, **ticket_event(seq=2, source=HOME).as_kwargs())
        assert Comment.objects.count() == 2

    @pytest.mark.usefixtures("ticket")
    def test_is_for_the_ticket_of_that_help_desk_only(self) -> None:
        reply(source_service="acme")

        assert not Comment.objects.exists()

    @pytest.mark.usefixtures("ticket")
    @pytest.mark.parametrize(
        "fault",
        [
            {"text": "   "},
            {"text": "nul \x00 byte"},
            {"text": "x" * 10_001},
            {"text": None},
            {"author": None},
            {"author": {"name": ""}},
            {"reply_id": ""},
            {"ticket_number": "not a number!"},
            {"action": "shout"},
            {"action": "update"},
            {"version": 0},
            {"version": True},
        ],
        ids=str,
    )
    def test_what_cannot_be_shown_is_dead_lettered_with_its_reason(self, fault: dict[str, Any]) -> None:
        with pytest.raises(Reject):
            reply(**fault)

        letter = DeadLetter.objects.get()
        assert letter.code != "handler_failed"
        assert letter.reason
        assert not Comment.objects.exists()

    @pytest.mark.usefixtures("ticket")
    def test_a_name_cannot_start_another_line(self) -> None:
        reply(author={"name": "Rosa\r\nBcc: all@example.com\x07"})

        assert Comment.objects.get().author_name == "Rosa Bcc: all@example.com"

    @pytest.mark.usefixtures("ticket")
    def test_nobody_here_rewrites_it_but_an_administrator_may_take_it_away(self) -> None:
        reply()
        path = f"/comments/{Comment.objects.get().pk}/"
        assert_problem(client(ADMIN).patch(path, {"text": "I am happy."}), 403, "outside_comment")
        upload = {"file": SimpleUploadedFile("a.txt", b"a")}
        assert_problem(client(ADMIN).post(f"{path}attachments/", upload, format="multipart"), 403, "outside_comment")
        assert_problem(client(AMARA).delete(path), 403, "not_your_comment")

        assert client(ADMIN).delete(path).status_code == 204
        reply(action="update", version=2, text="Again.")

        assert Comment.objects.get().text == ""
        assert sent() == []

    @pytest.mark.usefixtures("ticket")
    def test_counts_as_unread_and_can_be_rated(self) -> None:
        reply()
        comment = Comment.objects.get()

        assert client(AMARA).get(f"/tickets/{NUMBER}/read-state/").json()["unread_comments"] == 1
        assert client(AMARA).put(f"/comments/{comment.pk}/rating/", {"value": "up"}).status_code == 200


@pytest.mark.usefixtures("ticket")
class TestTelling:
    def test_who_works_on_the_ticket_is_told_once(self) -> None:
        for _ in range(2):
            reply()
        reply(action="update", version=2, text="Budget 2026.")

        (notice,) = published_messages("notifications.create_inapp_notification")
        (mail,) = published_messages("notifications.send_email")
        assert (notice["user_id"], notice["notification_type"]) == (AMARA, "requester_reply")
        assert (notice["subject"], notice["message"]) == (f"Rosa Lim replied on {NUMBER}", "Budget.")
        assert mail["event_id"] == f"{notice['event_id']}-mail"

    def test_its_owner_is_while_nobody_works_on_it(self) -> None:
        deliver(apply_ticket_event, **ticket_event(seq=2, source=HOME, assignee=None).as_kwargs())
        reply()

        (notice,) = published_messages("notifications.create_inapp_notification")
        assert notice["user_id"] == JONAS


@pytest.mark.django_db(transaction=True)
def test_a_reply_and_its_ticket_that_arrive_at_once_meet() -> None:
    """Whichever of the two comes first: the reply is neither lost nor shown twice."""
    numbers = [f"TX-{number}" for number in range(12)]

    def arrive(job: tuple[str, bool]) -> None:
        number, is_ticket = job
        try:
            if is_ticket:
                event: ApplyTicketEvent = ticket_event(number=number, source={"service": "hdts", "number": number})
                deliver(apply_ticket_event, **event.as_kwargs())
            else:
                reply(ticket_number=number, reply_id=f"r-{number}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(arrive, [(number, is_ticket) for number in numbers for is_ticket in (True, False, False)]))

    shown = Comment.objects.values_list("ticket__ticket_number", flat=True)
    assert sorted(shown) == sorted(numbers)


@pytest.mark.usefixtures("ticket")
def test_a_person_s_own_rating_cannot_be_told_from_the_words_of_the_frame() -> None:
    make_person(JONAS)
    reply(text='"mine":null')
    comment = Comment.objects.get()

    rated = client(JONAS).put(f"/comments/{comment.pk}/rating/", {"value": "up"}).json()

    assert (rated["text"], rated["rating"]["mine"]) == ('"mine":null', "up")


def test_a_waiting_reply_that_cannot_be_shown_stops_neither_the_others_nor_the_ticket() -> None:
    for number, text in enumerate(["poison", "First.", "Second."]):
        reply(reply_id=f"reply-{number}", text=text)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'poisoned'; END $$;"
            "CREATE TRIGGER refuse BEFORE INSERT ON comments FOR EACH ROW WHEN (NEW.text = 'poison')"
            " EXECUTE FUNCTION refuse()"
        )
    deliver(apply_ticket_event, **ticket_event(source=HOME).as_kwargs())

    assert [*Comment.objects.order_by("id").values_list("text", "seq")] == [("First.", 2), ("Second.", 3)]
    assert Ticket.objects.get().seq == 3
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
        )
    deliver(apply_ticket_event, **ticket_event(source=HOME, seq=2).as_kwargs())
    assert Comment.objects.filter(text="poison").exists()
