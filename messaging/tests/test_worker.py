"""Messages that the worker takes reach the sockets of the web processes, through Redis."""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from typing import Any

import pytest
from websockets.asyncio.client import connect

from sockets.threads import HTTP
from tests.factories import AMARA, JONAS, LEILA, NUMBER, make_ticket, ticket_event, token
from tests.processes import Broker, Worker, processes, redis_parts, redis_url
from ticketing_common.contracts.messages import PushInboxEvent, SyncUserForMessaging
from tickets.models import Ticket
from users.models import Person

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]


async def next_frame(socket: Any, kind: str, *, seconds: float = 60) -> dict[str, Any]:
    async with asyncio.timeout(seconds):
        while True:
            frame: dict[str, Any] = json.loads(await socket.recv())
            if frame["type"] == kind:
                return frame


def bearer(user_id: int) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(user_id)}"}


async def test_every_message_of_the_contract_has_its_effect_and_shows() -> None:
    await HTTP.run(make_ticket)
    prefix = f"test-{uuid.uuid4().hex[:8]}"
    redis = redis_url(redis_parts()[1])
    # Nothing but the layer may tell: the comparison with the database would only hide that it does not.
    quiet = {"SOCKET_CHECK_SECONDS": "600"}
    with (
        Broker() as broker,
        processes(1, redis=redis, prefix=prefix, RABBITMQ_URL=broker.url, **quiet) as (web,),
    ):
        worker = Worker(auth="http://127.0.0.1:9", redis=redis, prefix=prefix, RABBITMQ_URL=broker.url)
        worker.start()
        try:
            async with (
                connect(f"{web.ws}/ws/tickets/{NUMBER}/", additional_headers=bearer(AMARA)) as ticket,
                connect(f"{web.ws}/ws/inbox/", additional_headers=bearer(JONAS)) as inbox,
            ):
                await next_frame(ticket, "connection_established")
                await next_frame(inbox, "connection_established")
                shown = None
                for seq in range(2, 20):
                    # Again where it was lost: the web process may not listen yet.
                    broker.send(ticket_event(seq=seq, event="assigned", people=[AMARA, JONAS, LEILA]))
                    with contextlib.suppress(TimeoutError):
                        shown = await next_frame(ticket, "ticket_update", seconds=10)
                        break
                assert shown is not None
                assert (shown["event"], shown["seq"]) == ("assigned", 2)
                assert (await next_frame(inbox, "tasks_changed"))["ticket_number"] == NUMBER

                broker.send(PushInboxEvent(user_id=JONAS, event="notification", unread_count=4, event_id="e-1"))
                assert (await next_frame(inbox, "inbox_update"))["unread_count"] == 4

                broker.send(
                    SyncUserForMessaging(
                        user_id=JONAS,
                        email="jonas.weber@example.com",
                        full_name="Jonas Weber",
                        is_active=False,
                        avatar_url="",
                        roles={"tts": ["Agent"]},
                        version=1,
                    )
                )
                async with asyncio.timeout(60):
                    await inbox.wait_closed()
                assert inbox.close_code == 4401
                assert await HTTP.run(what_is_known) == ({AMARA, JONAS, LEILA}, ["Jonas Weber"])
        finally:
            worker.end()
            worker.wait_for_end()


def what_is_known() -> tuple[set[int], list[str]]:
    people = set(Ticket.objects.get().participants.values_list("user_id", flat=True))
    return people, list(Person.objects.values_list("full_name", flat=True))
