"""Frames that are none, clients that are too fast, too slow or silent, and what was missed."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

import broadcasts
from comments import services
from comments.changes import Written
from comments.events import ticket_state
from comments.models import Comment
from sockets import consumer
from sockets.hub import running_hub
from sockets.threads import HTTP
from tests.factories import (
    ADMIN,
    ADMIN_ROLES,
    AMARA,
    JONAS,
    LEILA,
    NOON,
    NUMBER,
    identity,
    make_person,
    make_team_ticket,
    make_ticket,
    ticket_event,
)
from tests.sockets import Client
from ticketing_common.contracts.messages import SyncUserForMessaging
from tickets.models import Ticket
from tickets.services import TicketNotFound
from tickets.workflow_events import apply_ticket_event
from users.services import sync_user

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def ticket(transactional_db: None) -> Ticket:
    return make_ticket()


async def post(text: str, user_id: int = AMARA) -> Written:
    return await HTTP.run(
        services.post_comment, ticket_number=NUMBER, by=identity(user_id), text=text, visibility="internal", now=NOON
    )


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        '"text"',
        "{}",
        '{"type": 5}',
        '{"type": "nonsense"}',
        '{"type": "ping", "ref": {"a": 1}}',
        '{"type": "resume"}',
        '{"type": "resume", "last_seq": -1}',
        '{"type": "resume", "last_seq": "1"}',
        '{"type": "renew"}',
        '{"type": "ping", "timestamp": ' + "[" * 400 + "]" * 400 + "}",
        '{"type": "ping", "timestamp": ' + '{"a":' * 400 + "1" + "}" * 401,
        '{"type": "ping", "ref": ' + "[" * 400 + "]" * 400 + "}",
        "[" * 5_000,
        '{"type": "ping", "timestamp": ' + "[" * 5_000 + "]" * 5_000 + "}",
        "NaN",
        "\ud800",
    ],
)
async def test_what_is_no_frame_is_refused_and_the_third_one_ends_it(text: str) -> None:
    async with Client(AMARA) as socket:
        for _ in range(2):
            await socket.raw(text)
            error = await socket.next()
            assert (error["type"], error["code"]) == ("error", "bad_frame")
        await socket.say("ping", timestamp=1)
        assert (await socket.next())["type"] == "pong"
        await socket.raw(text)
        assert (await socket.next())["code"] == "bad_frame"
        assert await socket.close_code() == 4400


async def test_bytes_are_no_frame() -> None:
    async with Client(AMARA) as socket:
        await socket.communicator.send_input({"type": "websocket.receive", "bytes": b"{}"})
        assert (await socket.next())["code"] == "bad_frame"


async def test_twenty_at_once_are_served_and_more_are_too_fast(settings: Any) -> None:
    settings.SOCKET_RATE = 0.01  # a slow machine must not fill the allowance meanwhile
    async with Client(AMARA) as socket:
        for number in range(20):
            await socket.say("ping", timestamp=number)
        for number in range(20):
            assert (await socket.next())["timestamp"] == number
        for number in range(25):
            await socket.say("ping", timestamp=number)
        assert await socket.close_code() == 4429


async def test_a_socket_that_fails_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(_self: object, _text: str | None) -> None:
        raise ZeroDivisionError

    async with Client(AMARA) as stays:
        failing = Client(JONAS)
        await failing.__aenter__()
        hub = running_hub()
        assert hub is not None
        assert len(hub.sockets) == 2
        monkeypatch.setattr(consumer.SocketConsumer, "decode_json", fails)
        await failing.say("ping")
        with pytest.raises(ZeroDivisionError):
            await failing.communicator.wait(30)
        monkeypatch.undo()
        assert [socket.user_id for socket in hub.sockets] == [AMARA]
        await stays.say("ping", timestamp=1)
        assert (await stays.next())["type"] == "pong"


async def test_silence_ends_it(settings: Any) -> None:
    settings.SOCKET_IDLE_SECONDS = 6.0  # a busy machine may hold up the lively one for a while
    async with Client(AMARA) as silent, Client(JONAS) as lively:
        closed = asyncio.create_task(silent.close_code())
        while not closed.done():
            await lively.say("ping", timestamp=0)
            assert (await lively.next())["type"] == "pong"
            await asyncio.wait([closed], timeout=0.3)
        assert closed.result() == 4408
        await lively.say("ping", timestamp=0)
        assert (await lively.next())["type"] == "pong"


async def test_a_reader_that_stalls_is_dropped_and_the_others_are_served(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SOCKET_QUEUE = 5
    put = consumer.SocketConsumer.put

    async def stalling(self: consumer.SocketConsumer, text: str, seq: int = 0) -> None:
        if self.user_id == JONAS and '"comment_update"' in text:
            await asyncio.Event().wait()  # a network that takes nothing more
        await put(self, text, seq)

    monkeypatch.setattr(consumer.SocketConsumer, "put", stalling)
    async with Client(JONAS) as stalled, Client(AMARA) as lively:
        for number in range(8):
            await post(f"Number {number}")
            assert (await lively.next())["comment"]["text"] == f"Number {number}"
        assert await stalled.close_code() == 1013


async def test_a_stall_ends_after_a_time_though_little_waits(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SOCKET_STALL_SECONDS = 0.6
    put = consumer.SocketConsumer.put

    async def stalling(self: consumer.SocketConsumer, text: str, seq: int = 0) -> None:
        if '"pong"' in text:
            self._sending_since = asyncio.get_running_loop().time()
            await asyncio.Event().wait()
        await put(self, text, seq)

    monkeypatch.setattr(consumer.SocketConsumer, "put", stalling)
    async with Client(JONAS) as stalled:
        await stalled.say("ping", timestamp=1)
        assert await stalled.close_code() == 1013


class TestResume:
    async def test_replays_in_order_what_was_missed(self) -> None:
        for number in range(3):
            await post(f"Number {number}")
        async with Client(JONAS) as socket:
            assert socket.established["seq"] == 4
            await socket.say("resume", last_seq=1, ref="back")
            frames = [await socket.next() for _ in range(4)]
            assert [frame["seq"] for frame in frames] == [2, 3, 4, 4]
            assert [frame["comment"]["text"] for frame in frames[:3]] == ["Number 0", "Number 1", "Number 2"]
            assert frames[3] == {"type": "resumed", "seq": 4, "complete": True, "ref": "back"}
            await post("Live again")
            assert (await socket.next())["seq"] == 5

    async def test_that_overtakes_a_write_still_answers_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        put = consumer.SocketConsumer.put

        async def slow(self: consumer.SocketConsumer, text: str, seq: int = 0) -> None:
            if '"pong"' in text:
                await asyncio.sleep(0.5)
            await put(self, text, seq)

        monkeypatch.setattr(consumer.SocketConsumer, "put", slow)
        async with Client(AMARA) as socket:
            await socket.say("ping", timestamp=1)
            await socket.say("comment_create", text="Written while the line was busy.", ref="w")
            await socket.say("resume", last_seq=1)
            assert (await socket.next())["type"] == "pong"
            shown = await socket.next()
            assert (shown["type"], shown["seq"], shown.get("ref")) == ("comment_update", 2, "w")
            answer = await socket.next()
            if answer.get("seq") == 2 and answer["type"] == "comment_update":
                answer = await socket.next()  # replayed: a client passes over a number that it knows
            assert answer["type"] == "resumed"
            await socket.nothing()

    async def test_from_nothing_it_brings_everything(self) -> None:
        async with Client(JONAS) as socket:
            await socket.say("resume", last_seq=0)
            assert (await socket.next())["type"] == "ticket_update"
            assert await socket.next() == {"type": "resumed", "seq": 1, "complete": True}

    async def test_says_when_too_much_was_missed_or_the_number_is_unknown(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sockets.tickets.RESUME_LIMIT", 2)
        for number in range(4):
            await post(f"Number {number}")
        async with Client(JONAS) as socket:
            await socket.say("resume", last_seq=1)
            assert await socket.next() == {"type": "resumed", "seq": 5, "complete": False}
            await socket.say("resume", last_seq=77)
            assert await socket.next() == {"type": "resumed", "seq": 5, "complete": False}

    async def test_what_was_deleted_does_not_come_back(self) -> None:
        written = await post("My password is hunter2")
        await HTTP.run(services.delete_comment, comment_id=written.document["id"], by=identity(AMARA), now=NOON)
        async with Client(JONAS) as socket:
            await socket.say("resume", last_seq=1)
            frames = [await socket.next() for _ in range(3)]
            assert "hunter2" not in json.dumps(frames)
            assert [frame.get("action") for frame in frames] == ["create", "delete", None]

    async def test_is_refused_to_who_lost_the_right_unheard(
        self, monkeypatch: pytest.MonkeyPatch, settings: Any
    ) -> None:
        async with Client(JONAS) as socket:
            await take_off_unheard(monkeypatch, settings)
            await socket.say("resume", last_seq=0)
            assert await socket.close_code() == 4403


async def take_off_unheard(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Take Jonas off the ticket while no message reaches his socket."""
    settings.SOCKET_CHECK_SECONDS = 60
    with monkeypatch.context() as lost:
        lost.setattr("broadcasts.publish", lambda group, message: None)
        await HTTP.run(apply_ticket_event, message=ticket_event(seq=2, people=[AMARA]), now=NOON)


async def test_who_lost_the_right_unheard_says_nothing_more(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    async with Client(JONAS) as socket:
        await take_off_unheard(monkeypatch, settings)
        await socket.say("comment_create", text="One more thing.")
        assert await socket.close_code() == 4403
    assert not await HTTP.run(Comment.objects.exists)


async def test_an_event_that_no_message_told_arrives_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Client(JONAS) as socket:
        monkeypatch.setattr("broadcasts.publish", lambda group, message: None)
        await post("Lost on the way")
        await post("Lost as well")
        assert [(await socket.next())["seq"] for _ in range(2)] == [2, 3]
        monkeypatch.undo()
        await post("Heard")
        assert (await socket.next())["seq"] == 4


async def test_a_gap_is_filled_before_the_next_event_is_shown(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.SOCKET_CHECK_SECONDS = 60
    async with Client(JONAS) as socket:
        with monkeypatch.context() as lost:
            lost.setattr("broadcasts.publish", lambda group, message: None)
            await post("Lost on the way")
        await post("Heard")
        frames = [await socket.next() for _ in range(2)]
        assert [frame["comment"]["text"] for frame in frames] == ["Lost on the way", "Heard"]


async def test_an_administrator_who_is_none_any_more_is_out() -> None:
    await HTTP.run(make_person, ADMIN, roles=ADMIN_ROLES)
    now_an_agent = SyncUserForMessaging(
        user_id=ADMIN,
        email="ada.admin@example.com",
        full_name="Ada Admin",
        is_active=True,
        avatar_url="",
        roles={"tts": ["Agent"]},
        version=2,
    )
    async with Client(ADMIN) as socket, Client(AMARA) as amara:
        await HTTP.run(sync_user, message=now_an_agent)
        assert await socket.close_code() == 4403
        await amara.say("ping", timestamp=1)
        assert (await amara.next())["type"] == "pong"


async def test_who_reads_by_a_role_and_loses_it_is_out_and_stays_out() -> None:
    def now_has(roles: list[str], version: int) -> SyncUserForMessaging:
        return SyncUserForMessaging(
            user_id=LEILA,
            email="leila.haddad@example.com",
            full_name="Leila Haddad",
            is_active=True,
            avatar_url="",
            roles={"tts": roles},
            version=version,
        )

    await HTTP.run(Ticket.objects.all().delete)
    await HTTP.run(make_person, LEILA, roles={"tts": ["Agent", "IT Lead", "IT Support"]})
    await HTTP.run(lambda: make_team_ticket(LEILA, role="IT Lead"))
    async with Client(LEILA) as socket, Client(AMARA) as amara:
        await HTTP.run(sync_user, message=now_has(["Agent", "IT Lead"], 2))
        await post("Another role is none of this ticket's")
        assert (await socket.next())["comment"]["text"] == "Another role is none of this ticket's"
        await amara.next()
        await HTTP.run(sync_user, message=now_has(["Agent"], 3))
        assert await socket.close_code() == 4403
        await post("Not for everybody any more")
        assert (await amara.next())["comment"]["text"] == "Not for everybody any more"
    with pytest.raises(TicketNotFound):
        await post("Let me in", LEILA)
    state = await HTTP.run(ticket_state, NUMBER)
    assert state is not None
    assert state.readers == {AMARA: None}
    await HTTP.run(sync_user, message=now_has(["Agent", "IT Lead"], 4))
    await post("Back again", LEILA)


class TestOneFailureAlone:
    """One message or socket that can't be handled does not stop the others."""

    @pytest.mark.parametrize(
        ("group", "message"),
        [
            (broadcasts.INBOX_GROUP, {"type": "inbox"}),
            (broadcasts.INBOX_GROUP, {"no type": 1}),
            (broadcasts.CONTROL_GROUP, {"type": "person", "user_id": [JONAS]}),
            (broadcasts.ticket_group(NUMBER), {"type": "event", "ticket": NUMBER}),
        ],
    )
    async def test_of_a_message_of_the_layer(self, group: str, message: dict[str, Any]) -> None:
        async with Client(JONAS) as socket:
            hub = running_hub()
            assert hub is not None
            while group not in hub._joined:
                await asyncio.sleep(0.01)
            await broadcasts.send_to_group(group, message)
            good = {"type": "typing", "ticket": NUMBER, "user_id": AMARA}
            await broadcasts.send_to_group(broadcasts.ticket_group(NUMBER), good)
            assert await socket.next("typing") == {"type": "typing", "user_id": AMARA}

    async def test_of_a_socket(self, settings: Any) -> None:
        async with Client(JONAS), Client(AMARA) as expiring:
            hub = running_hub()
            assert hub is not None
            for socket in hub.sockets:
                if socket.user_id == JONAS:
                    del socket.identity
            settings.SOCKET_EXPIRY_GRACE = -1800.0
            assert await expiring.close_code() == 4401
