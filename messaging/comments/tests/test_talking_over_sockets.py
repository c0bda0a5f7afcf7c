"""What one writes, the others see: over sockets, over REST, in order, once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from comments import services
from sockets.threads import HTTP
from tests.factories import ADMIN, AMARA, JONAS, NOON, NUMBER, identity, make_ticket, ticket_event
from tests.sockets import Client
from ticketing_testing.clients import client_for
from tickets.models import Ticket
from tickets.workflow_events import apply_ticket_event

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def ticket(transactional_db: None) -> Ticket:
    return make_ticket()


async def rest(user_id: int, path: str) -> Any:
    answer = await HTTP.run(client_for(user_id, roles={"tts": ["Agent"]}).get, path)
    assert answer.status_code == 200, answer.content
    return answer.json()


async def test_a_comment_reaches_everyone_on_the_ticket_as_rest_shows_it() -> None:
    async with Client(AMARA) as amara, Client(JONAS) as jonas:
        await amara.say("comment_create", text="The share is mounted.", client_id="c-1", ref="r-1")
        mine, theirs = await amara.next(), await jonas.next()
        assert (theirs["type"], theirs["action"], theirs["seq"]) == ("comment_update", "create", 2)
        assert "ref" not in theirs
        assert mine == theirs | {"ref": "r-1"}
        assert theirs["comment"] == await rest(JONAS, f"/comments/{theirs['comment']['id']}/")


async def test_a_comment_over_rest_reaches_the_sockets_too() -> None:
    async with Client(JONAS) as jonas:
        amara = client_for(AMARA, full_name="Amara Okafor", roles={"tts": ["Agent"]})
        answer = await HTTP.run(amara.post, f"/comments/?ticket_id={NUMBER}", {"text": "Over REST."})
        assert answer.status_code == 201
        assert (await jonas.next())["comment"] == answer.json()


async def test_what_is_not_kept_is_shown_to_nobody() -> None:
    def write_and_fail() -> None:
        with transaction.atomic():
            services.post_comment(ticket_number=NUMBER, by=identity(AMARA), text="Never said.", now=NOON)
            raise ZeroDivisionError

    async with Client(JONAS) as jonas:
        with pytest.raises(ZeroDivisionError):
            await HTTP.run(write_and_fail)
        await jonas.nothing(0.5)


async def test_every_verb_makes_its_frame() -> None:
    async with Client(AMARA) as amara, Client(JONAS) as jonas:
        await amara.say("comment_create", text="First.", client_id="a")
        comment_id = (await jonas.next())["comment"]["id"]
        await jonas.say("comment_reply", comment_id=comment_id, text="Second.", client_id="b")
        reply = await jonas.next()
        assert (reply["action"], reply["comment"]["parent_id"]) == ("reply", comment_id)
        await amara.say("comment_update", comment_id=comment_id, text="First, better.")
        update = await jonas.next()
        assert (update["action"], update["comment"]["text"]) == ("update", "First, better.")
        assert update["comment"]["edited_at"]
        await jonas.say("comment_rate", comment_id=comment_id, value="up")
        rate = await jonas.next()
        assert (rate["action"], rate["comment"]["rating"]) == ("rate", {"up": 1, "down": 0, "mine": "up"})
        await amara.say("comment_delete", comment_id=comment_id)
        delete = await jonas.next()
        assert (delete["action"], delete["comment"]["text"]) == ("delete", "")
        assert delete["comment"]["deleted_at"]
        assert delete["comment"]["rating"]["mine"] == "up"
        numbers = [frame["seq"] for frame in (reply, update, rate, delete)]
        assert numbers == [3, 4, 5, 6]
        seen_by_amara = [await amara.next() for _ in range(5)]
        assert [frame["seq"] for frame in seen_by_amara] == [2, 3, 4, 5, 6]
        assert {frame["comment"]["rating"]["mine"] for frame in seen_by_amara} == {None}


async def test_a_comment_brings_the_files_that_were_uploaded_for_it_in_one_frame() -> None:
    async with Client(AMARA) as amara, Client(JONAS) as jonas:
        upload = await HTTP.run(
            lambda: client_for(AMARA, roles={"tts": ["Agent"]}).post(
                f"/tickets/{NUMBER}/uploads/", {"file": SimpleUploadedFile("a.txt", b"x")}, format="multipart"
            )
        )
        await amara.say("comment_create", text="See the file.", client_id="a", uploads=[upload.json()["id"]])
        shown = await jonas.next()
        assert shown["action"] == "create"
        assert [file["file_name"] for file in shown["comment"]["attachments"]] == ["a.txt"]
        await amara.next()
        for uploads, attr in [([upload.json()["id"]], "uploads"), (["x"], "uploads")]:
            await amara.say("comment_create", text="Again.", client_id="b", uploads=uploads)
            refusal = await amara.next()
            assert (refusal["type"], refusal["attr"]) == ("error", attr)
        await jonas.nothing(0.3)


async def test_posting_again_with_the_same_client_id_posts_once() -> None:
    async with Client(AMARA) as amara, Client(JONAS) as jonas:
        await amara.say("comment_create", text="Once.", client_id="same", ref=1)
        first = await amara.next()
        await amara.say("comment_create", text="Once.", client_id="same", ref=2)
        second = await amara.next()
        assert second == first | {"ref": 2}
        assert (await jonas.next())["comment"]["text"] == "Once."
        await jonas.nothing()


async def test_a_refusal_names_its_reason_and_the_ref() -> None:
    async with Client(AMARA) as amara, Client(JONAS) as jonas:
        await amara.say("comment_create", text="Mine.", ref="x")
        comment_id = (await amara.next())["comment"]["id"]
        await jonas.next()
        refusals = [
            ("comment_update", {"comment_id": comment_id, "text": "Not yours"}, "not_your_comment"),
            ("comment_delete", {"comment_id": comment_id}, "not_your_comment"),
            ("comment_update", {"comment_id": 999_999, "text": "?"}, "comment_not_found"),
            ("comment_create", {"text": "   "}, "invalid"),
            ("comment_create", {"text": "x" * 10_001}, "invalid"),
            ("comment_create", {"text": 5}, "invalid"),
            ("comment_create", {"text": "x", "visibility": "secret"}, "invalid"),
            ("comment_rate", {"comment_id": comment_id, "value": "sideways"}, "invalid"),
            ("comment_rate", {"comment_id": 2**70, "value": "up"}, "invalid"),
            ("comment_attach_document", {"comment_id": comment_id, "attachment_id": 1}, "attachment_not_found"),
        ]
        for number, (kind, fields, code) in enumerate(refusals):
            await jonas.say(kind, ref=number, **fields)
            error = await jonas.next()
            assert (error["type"], error["code"], error["ref"]) == ("error", code, number)
        await amara.say("comment_rate", comment_id=comment_id, value="up", ref="own")
        assert (await amara.next())["code"] == "own_comment"


async def test_a_workflow_event_shows_on_the_ticket_and_in_the_inboxes() -> None:
    async with Client(AMARA, f"/ws/tickets/{NUMBER}/") as amara, Client(JONAS, "/ws/inbox/") as jonas:
        event = ticket_event(seq=2, event="transition", status="completed", current_step=None)
        await HTTP.run(apply_ticket_event, message=event, now=NOON)
        frame = await amara.next()
        assert (frame["type"], frame["event"], frame["seq"]) == ("ticket_update", "transition", 2)
        assert frame["task"]["status"] == "completed"
        assert await jonas.next() == {"type": "tasks_changed", "ticket_number": NUMBER, "event": "transition"}


async def test_losing_the_right_to_read_closes_the_socket_before_the_next_word() -> None:
    async with Client(JONAS) as jonas, Client(AMARA) as amara, Client(ADMIN) as admin:
        await HTTP.run(apply_ticket_event, message=ticket_event(seq=2, people=[AMARA]), now=NOON)
        await HTTP.run(services.post_comment, ticket_number=NUMBER, by=identity(AMARA), text="Without you.", now=NOON)
        message = await jonas.communicator.receive_output()
        while message["type"] == "websocket.send" and '"presence"' in message["text"]:
            message = await jonas.communicator.receive_output()
        assert message == {"type": "websocket.close", "code": 4403}
        assert [(await amara.next())["seq"], (await amara.next())["seq"]] == [2, 3]
        assert [(await admin.next())["seq"], (await admin.next())["seq"]] == [2, 3]


async def test_an_internal_note_is_only_a_number_to_who_may_not_see_it() -> None:
    async with Client(JONAS, roles={"tts": ["User"]}) as outsider, Client(AMARA) as amara:
        await amara.say("comment_create", text="Between us.", visibility="internal")
        assert (await amara.next())["comment"]["visibility"] == "internal"
        assert await outsider.next() == {"type": "skip", "seq": 2}
        await amara.say("comment_create", text="For all.", visibility="public")
        assert (await outsider.next())["comment"]["text"] == "For all."
        await outsider.say("resume", last_seq=1)
        replayed = [await outsider.next() for _ in range(3)]
        assert [frame["type"] for frame in replayed] == ["skip", "comment_update", "resumed"]
        await outsider.say("comment_create", text="I try", visibility="internal", ref=1)
        assert (await outsider.next())["code"] == "internal_not_allowed"


async def test_presence_and_typing_show_the_others() -> None:
    async with Client(AMARA) as amara:
        async with Client(JONAS) as jonas:
            while (await amara.next("presence"))["count"] != 2:
                pass
            await jonas.say("typing")
            assert await amara.next("typing") == {"type": "typing", "user_id": JONAS}
        gone = await amara.next("presence")
        assert gone["users"] == [{"user_id": AMARA, "full_name": "Amara Okafor"}]


async def test_the_same_client_id_with_other_words_is_refused() -> None:
    async with Client(AMARA) as amara:
        await amara.say("comment_create", text="First words.", client_id="c-1", ref=1)
        assert (await amara.next())["type"] == "comment_update"
        await amara.say("comment_create", text="Others.", client_id="c-1", ref=2)
        error = await amara.next()
        assert (error["type"], error["code"], error["ref"]) == ("error", "client_id_reused", 2)
