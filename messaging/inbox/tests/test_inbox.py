"""Hints for the open browsers of one person."""

from __future__ import annotations

import pytest

from inbox.tasks import push_inbox_event
from sockets.threads import HTTP
from tests.factories import AMARA, JONAS, make_person
from tests.sockets import Client
from ticketing_common.contracts.messages import SyncUserForMessaging, examples
from ticketing_testing.clients import deliver
from users.services import sync_user

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]

INBOX = "/ws/inbox/"


async def test_every_open_tab_of_the_person_is_told_and_nobody_else() -> None:
    payload = examples("inbox.tasks.push_inbox_event")["new"]
    async with Client(AMARA, INBOX) as first, Client(AMARA, INBOX) as second, Client(JONAS, INBOX) as other:
        for _ in range(2):
            await HTTP.run(deliver, push_inbox_event, message_id="m-1", **payload)
        for tab in (first, second):
            assert await tab.next() == {
                "type": "inbox_update",
                "event": "notification",
                "unread_count": 3,
                "notification": {"id": 33, "subject": "New task"},
            }
            await tab.nothing(0.2)
        await other.nothing(0.2)


async def test_a_read_notice_carries_only_the_count() -> None:
    async with Client(AMARA, INBOX) as amara:
        await HTTP.run(deliver, push_inbox_event, **examples("inbox.tasks.push_inbox_event")["read"])
        frame = await amara.next()
        assert (frame["event"], frame["unread_count"], frame["notification"]) == ("read", 2, None)


async def test_it_answers_a_ping_and_refuses_to_write() -> None:
    async with Client(AMARA, INBOX) as amara:
        await amara.say("ping", timestamp=12, ref="p")
        assert await amara.next() == {"type": "pong", "timestamp": 12, "ref": "p"}
        await amara.say("comment_create", text="Here?")
        assert (await amara.next())["code"] == "bad_frame"


async def test_a_deactivated_person_is_out_at_once() -> None:
    await HTTP.run(make_person, AMARA)
    gone = SyncUserForMessaging(
        user_id=AMARA,
        email="amara.okafor@example.com",
        full_name="Amara Okafor",
        is_active=False,
        avatar_url="",
        roles={},
        version=2,
    )
    async with Client(AMARA, INBOX) as amara:
        await HTTP.run(sync_user, message=gone)
        assert await amara.close_code() == 4401
