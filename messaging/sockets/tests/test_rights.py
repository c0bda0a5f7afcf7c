"""Open conversations follow the roles of now: out at once, in at once, and nothing in between."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
import pytest_asyncio

import sockets.tickets
from comments import services
from comments.events import ticket_state
from sockets.threads import HTTP
from tests.factories import AMARA, JONAS, LEAD, LEILA, NOON, NUMBER, SUPPORT, identity, now_has, participant, tell
from tests.sockets import AMBIENT, Client, refused_with

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]


@pytest_asyncio.fixture(autouse=True)
async def story() -> None:
    """Amara has the task, Leila is of its team, Jonas had it in an earlier step."""

    def happen() -> None:
        for user_id, role_id in ((AMARA, LEAD), (LEILA, LEAD), (JONAS, SUPPORT)):
            now_has(user_id, role_id)
        tell(participant(AMARA, "assignee", role_ids=[LEAD]), participant(JONAS, "performer", role_ids=[SUPPORT]))

    await HTTP.run(happen)


class SlowAnswer:
    """The database's answer to who may read, held back once until it may go on."""

    def __init__(self) -> None:
        self.is_read, self.may_go_on = threading.Event(), threading.Event()

    def __call__(self, *args: Any, **values: Any) -> Any:
        state = ticket_state(*args, **values)
        if not self.is_read.is_set():
            self.is_read.set()
            assert self.may_go_on.wait(30)
        return state


async def post(text: str) -> None:
    await HTTP.run(services.post_comment, ticket_number=NUMBER, by=identity(AMARA), text=text, now=NOON)


@pytest.mark.parametrize("user_id", [LEILA, JONAS], ids=["team", "performer"])
async def test_who_loses_the_role_is_out_before_the_next_event(user_id: int, settings: Any) -> None:
    settings.SOCKET_CHECK_SECONDS = 60
    async with Client(user_id) as socket, Client(AMARA) as amara:
        await post("For all")
        assert (await socket.next())["comment"]["text"] == "For all"
        await HTTP.run(now_has, user_id, LEAD + SUPPORT)
        await post("Not for them")
        while (told := await socket.communicator.receive_output())["type"] == "websocket.send":
            assert json.loads(told["text"])["type"] in AMBIENT, told
        assert told["code"] == 4403
        assert [(await amara.next())["comment"]["text"] for _ in range(2)] == ["For all", "Not for them"]
    assert await refused_with(Client(user_id)) == 4403


async def test_nothing_is_shown_from_memory_until_the_database_has_said_who_may_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = SlowAnswer()
    async with Client(LEILA) as socket, Client(AMARA) as amara:
        await amara.nothing(0.2)
        monkeypatch.setattr("sockets.rooms.ticket_state", slow)
        await HTTP.run(now_has, LEILA, SUPPORT)
        assert await HTTP.run(slow.is_read.wait, 30)
        await post("Not for Leila")
        await socket.nothing(0.2)
        slow.may_go_on.set()
        assert (await amara.next())["comment"]["text"] == "Not for Leila"
        assert await socket.close_code() == 4403


async def test_an_answer_from_before_the_news_settles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The room asks because of Amara; before it has the answer Leila loses the role."""
    early, late = SlowAnswer(), SlowAnswer()
    answers = [early, late]
    async with Client(LEILA) as socket, Client(AMARA) as amara:
        await amara.nothing(0.2)
        monkeypatch.setattr("sockets.rooms.ticket_state", lambda *args, **values: answers[0](*args, **values))
        await HTTP.run(now_has, AMARA, LEAD)
        assert await HTTP.run(early.is_read.wait, 30)
        await HTTP.run(now_has, LEILA, SUPPORT)
        answers.remove(early)
        early.may_go_on.set()
        assert await HTTP.run(late.is_read.wait, 30)
        await post("Not for Leila")
        await socket.nothing(0.2)
        late.may_go_on.set()
        assert await socket.close_code() == 4403


async def test_who_gains_the_role_is_in_at_once_and_stays_in(settings: Any) -> None:
    settings.SOCKET_CHECK_SECONDS = 60
    newcomer = 77
    async with Client(AMARA) as amara:
        await HTTP.run(now_has, newcomer, SUPPORT)
        assert await refused_with(Client(newcomer)) == 4403
        await HTTP.run(now_has, newcomer, LEAD)
        async with Client(newcomer) as socket:
            await post("Welcome")
            assert (await socket.next())["comment"]["text"] == "Welcome"
            await socket.say("comment_create", text="Thanks", ref="t")
            assert (await socket.next())["ref"] == "t"
            await amara.next()
            assert (await amara.next())["comment"]["text"] == "Thanks"


async def test_a_renamed_role_keeps_its_sockets(settings: Any) -> None:
    settings.SOCKET_CHECK_SECONDS = 60
    async with Client(LEILA) as socket:
        await HTTP.run(lambda: now_has(LEILA, LEAD, names=["Agent", "Access Approvers"]))
        await post("Still there?")
        assert (await socket.next())["comment"]["text"] == "Still there?"


async def test_a_loss_that_no_message_told_is_noticed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Client(LEILA) as socket, Client(AMARA) as amara:
        monkeypatch.setattr("broadcasts.publish", lambda group, message: None)
        await HTTP.run(now_has, LEILA, SUPPORT)
        assert await socket.close_code() == 4403
        await amara.say("ping", timestamp=1)
        assert (await amara.next())["type"] == "pong"


async def test_who_loses_the_role_while_being_let_in_is_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database says yes, then the role goes, then the socket enters."""
    slow = SlowAnswer()
    async with Client(AMARA):
        monkeypatch.setattr(sockets.tickets, "ticket_state", slow)
        entering = Client(LEILA)
        await entering.communicator.send_input({"type": "websocket.connect"})
        assert await HTTP.run(slow.is_read.wait, 30)
        await HTTP.run(now_has, LEILA, SUPPORT)
        slow.may_go_on.set()
        assert (await entering.communicator.receive_output())["type"] == "websocket.accept"
        assert await entering.close_code() == 4403
        await entering.communicator.disconnect()


async def test_what_was_read_before_a_role_was_gained_throws_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The room asks who may read; before it has the answer the role comes, and with it a socket."""
    newcomer, slow = 77, SlowAnswer()
    await HTTP.run(now_has, newcomer, SUPPORT)
    async with Client(AMARA) as amara:
        await amara.nothing(0.2)
        monkeypatch.setattr("sockets.rooms.ticket_state", slow)
        await HTTP.run(now_has, AMARA, LEAD)
        assert await HTTP.run(slow.is_read.wait, 30)
        await HTTP.run(now_has, newcomer, LEAD)
        async with Client(newcomer) as socket:
            slow.may_go_on.set()
            await socket.nothing(0.2)
            await post("Welcome")
            assert (await socket.next())["comment"]["text"] == "Welcome"
