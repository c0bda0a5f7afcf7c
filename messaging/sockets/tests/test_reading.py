"""How far a person has read is said over the socket too."""

from __future__ import annotations

from typing import Any

import pytest

from comments import services
from sockets.threads import HTTP
from tests.factories import AMARA, JONAS, NOON, identity, make_ticket
from tests.sockets import Client
from tickets.models import Ticket

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def ticket(transactional_db: None) -> Ticket:
    return make_ticket()


async def say(ticket: Ticket, *texts: str) -> None:
    for text in texts:
        await HTTP.run(
            services.post_comment, ticket_number=ticket.ticket_number, by=identity(JONAS), text=text, now=NOON
        )


async def state_of(ticket: Ticket) -> dict[str, int]:
    return await HTTP.run(services.read_state, ticket=ticket, by=identity(AMARA))


async def done(socket: Client) -> None:
    """Wait until what was said before is done: frames are obeyed one after the other."""
    await socket.say("ping", timestamp=1)
    assert (await socket.next("pong", "error"))["type"] == "pong"


async def test_the_mark_moves_on_and_never_back(ticket: Ticket) -> None:
    await say(ticket, "One", "Two", "Three")
    async with Client(AMARA) as socket:
        await socket.say("read", seq=3)
        await done(socket)
        assert await state_of(ticket) == {"last_read_seq": 3, "unread_comments": 1}
        await socket.say("read", seq=1)
        await done(socket)
        assert (await state_of(ticket))["last_read_seq"] == 3
        await socket.say("read", seq=99)
        await done(socket)
        assert await state_of(ticket) == {"last_read_seq": 4, "unread_comments": 0}


@pytest.mark.parametrize("seq", [None, -1, "3", True, 2**63])
async def test_what_is_no_number_of_an_event_is_refused(seq: Any) -> None:
    async with Client(AMARA) as socket:
        await socket.say("read", seq=seq)
        error = await socket.next()
        assert (error["type"], error["code"]) == ("error", "bad_frame")
