"""Who gets in, how, and with what first frame."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.factories import ADMIN, AMARA, JONAS, NUMBER, STRANGER, make_ticket, token
from tests.sockets import Client, Communicator, refused_with
from tickets.models import Ticket

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def ticket(transactional_db: None) -> Ticket:
    return make_ticket()


def bearer(value: str) -> list[tuple[bytes, bytes]]:
    return [(b"authorization", f"Bearer {value}".encode())]


@pytest.mark.parametrize("path", [f"/ws/comments/{NUMBER}/", f"/ws/tickets/{NUMBER}/"])
async def test_a_participant_learns_the_ticket_and_its_number_first(path: str) -> None:
    async with Client(AMARA, path) as socket:
        assert socket.established == {"type": "connection_established", "ticket_id": NUMBER, "seq": 1}


async def test_an_administrator_reads_every_ticket() -> None:
    async with Client(ADMIN) as socket:
        assert socket.established["seq"] == 1


async def test_the_inbox_is_for_everyone_signed_in() -> None:
    async with Client(STRANGER, "/ws/inbox/") as socket:
        assert socket.established["type"] == "connection_established"


async def test_a_browser_sends_the_token_beside_the_subprotocol() -> None:
    socket = Communicator(
        f"/ws/comments/{NUMBER}/",
        headers=[(b"origin", b"http://localhost:1000")],
        subprotocols=["tts.v1", token(AMARA)],
    )
    assert await socket.connect() == (True, "tts.v1")
    assert "connection_established" in (await socket.receive_output())["text"]
    await socket.disconnect()


@pytest.mark.parametrize(
    "origin",
    [
        b"https://evil.example",
        b"null",
        b"",
        b"http://localhost:1000000",
        b"http://localhost:one",
        b"http://localhost:-1",
        b"http://[",
        b"http://[::1",
        b"\xff\xfe",
        b"http://localhost:1000 ",
    ],
)
async def test_a_page_of_another_origin_is_refused_in_the_handshake(origin: bytes) -> None:
    headers = [*bearer(token(AMARA)), (b"origin", origin)]
    socket = Communicator(f"/ws/comments/{NUMBER}/", headers=headers)
    is_connected, _ = await socket.connect()
    assert not is_connected


async def test_an_unknown_address_is_refused_in_the_handshake() -> None:
    socket = Communicator("/ws/nothing/", headers=bearer(token(AMARA)))
    is_connected, _ = await socket.connect()
    assert not is_connected


@pytest.mark.parametrize(
    "headers",
    [
        [],
        bearer("nonsense"),
        bearer(token(AMARA, exp=int(time.time()) - 60)),
        bearer(token(AMARA, token_type="refresh")),
        bearer(token(AMARA, aud="somewhere-else")),
    ],
    ids=["missing", "garbage", "expired", "refresh token", "other audience"],
)
async def test_without_a_good_token_it_closes_with_4401(headers: Any) -> None:
    assert await refused_with(Client(AMARA, headers=headers)) == 4401


async def test_who_may_not_read_the_ticket_gets_4403() -> None:
    assert await refused_with(Client(STRANGER)) == 4403


async def test_an_unknown_ticket_looks_like_a_forbidden_one() -> None:
    assert await refused_with(Client(ADMIN, "/ws/comments/TX-none/")) == 4403


async def test_the_twenty_first_socket_of_a_person_is_one_too_many(settings: Any) -> None:
    settings.SOCKETS_PER_USER = 2
    async with Client(AMARA), Client(AMARA), Client(JONAS):
        assert await refused_with(Client(AMARA)) == 4429


async def test_an_expired_token_closes_an_open_socket(settings: Any) -> None:
    async with Client(AMARA) as socket:
        settings.SOCKET_EXPIRY_GRACE = -1800.0  # as though half an hour had gone by
        assert await socket.close_code() == 4401


async def test_a_renewed_token_keeps_the_socket_open(settings: Any) -> None:
    async with Client(AMARA) as socket:
        await socket.say("renew", token=token(AMARA, exp=int(time.time()) + 7200), ref="r1")
        answer = await socket.next("renewed")
        assert answer["ref"] == "r1"
        assert answer["expires_at"] > time.time() + 600
        settings.SOCKET_EXPIRY_GRACE = -1800.0  # the first token's time is over
        await socket.nothing(2.5)


async def test_a_bad_renewal_changes_nothing_and_another_persons_ends_it() -> None:
    async with Client(AMARA) as socket:
        await socket.say("renew", token="nonsense", ref=2)
        assert await socket.next() == {
            "type": "error",
            "code": "token_invalid",
            "detail": "The token is not valid.",
            "ref": 2,
        }
        await socket.say("renew", token=token(JONAS))
        assert await socket.close_code() == 4401
