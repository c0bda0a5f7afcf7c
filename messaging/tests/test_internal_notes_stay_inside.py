"""An internal note on every way out of this service, as a person sees it who is no agent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver

from canned.services import create_reply
from comments import files, services, uploads
from sockets.threads import HTTP
from tests.factories import (
    AMARA,
    JONAS,
    LEILA,
    NOON,
    NUMBER,
    PLAIN_ROLES,
    identity,
    make_person,
    make_ticket,
)
from tests.sockets import Client
from ticketing_testing.clients import client_for, published_messages

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]

SECRET = "the supplier is insolvent"
# Routes that show no comment.
ELSEWHERE = {"health", "live", "metrics", "schema", "docs"}


def everything_internal() -> dict[str, Any]:
    """Write, edit, answer, rate, mention and attach, all internally, and keep the words; return the ids."""
    by, other = identity(AMARA), identity(LEILA)
    note = services.post_comment(
        ticket_number=NUMBER, by=by, text=SECRET, visibility="internal", mentions=[JONAS], now=NOON
    ).document["id"]
    services.edit_comment(comment_id=note, by=by, text=f"{SECRET}!", now=NOON)
    services.post_reply(comment_id=note, by=other, text=f"So {SECRET}?", now=NOON)
    services.rate_comment(comment_id=note, by=other, value="up", now=NOON)
    upload = SimpleUploadedFile(f"{SECRET}.txt", SECRET.encode())
    attachment, _ = files.attach_upload(comment_id=note, by=by, upload=upload, now=NOON)
    waiting = uploads.store_upload(
        ticket_number=NUMBER, by=by, upload=SimpleUploadedFile(f"{SECRET}.txt", SECRET.encode()), now=NOON
    )
    own = create_reply(by=by, title="Insolvent", text=SECRET, scope="own", now=NOON)
    return {
        "comment_id": note,
        "attachment_id": attachment.pk,
        "upload_id": waiting.pk,
        "ticket_id": NUMBER,
        "reply_id": own.pk,
        "kind": "attachments",
    }


def addresses(ids: dict[str, Any]) -> list[str]:
    """Return every route of the service that is no technical one, with ids that exist."""
    found = []

    def walk(entries: list[Any]) -> None:
        for entry in entries:
            if isinstance(entry, URLResolver):
                walk(entry.url_patterns)
            elif isinstance(entry, URLPattern) and entry.name not in ELSEWHERE:
                path = "/" + str(entry.pattern)
                for name, value in ids.items():
                    for kind in ("int", "ticket", "slug"):
                        path = path.replace(f"<{kind}:{name}>", str(value))
                assert "<" not in path, path
                found.append(path)

    walk(get_resolver().url_patterns)
    return found


async def test_nothing_of_it_comes_out() -> None:
    source = {"service": "hdts", "number": NUMBER}
    await HTTP.run(make_ticket, people=[AMARA, JONAS, LEILA], source=source)
    await HTTP.run(make_person, JONAS, roles=PLAIN_ROLES)
    async with Client(JONAS, roles=PLAIN_ROLES) as comments, Client(AMARA) as agent:
        tickets = Client(JONAS, f"/ws/tickets/{NUMBER}/", roles=PLAIN_ROLES)
        inbox = Client(JONAS, "/ws/inbox/", roles=PLAIN_ROLES)
        async with tickets, inbox:
            ids = await HTTP.run(everything_internal)
            seen_by_agent = [await agent.next() for _ in range(5)]
            assert SECRET in json.dumps(seen_by_agent), "there was something to leak"
            for socket in (comments, tickets):
                live = [await socket.next() for _ in range(5)]
                await socket.say("resume", last_seq=0)
                replayed = [await socket.next() for _ in range(7)]
                assert [frame["type"] for frame in live] == ["skip"] * 5
                assert SECRET not in json.dumps(live + replayed)
            for kind, fields in [
                ("comment_reply", {"comment_id": ids["comment_id"], "text": "?"}),
                ("comment_update", {"comment_id": ids["comment_id"], "text": "?"}),
                ("comment_rate", {"comment_id": ids["comment_id"], "value": "up"}),
                ("comment_attach_document", {"comment_id": ids["comment_id"], "attachment_id": ids["attachment_id"]}),
            ]:
                await comments.say(kind, **fields)
                assert (await comments.next())["code"] == "comment_not_found"
            await inbox.nothing(0.3)

    outsider = client_for(JONAS, roles=PLAIN_ROLES)
    paths = addresses(ids)
    assert len(paths) >= 10
    for path in [*paths, f"/comments/?ticket_id={NUMBER}", f"/comments/?ticket_id={NUMBER}&search=insolvent"]:
        answer = await HTTP.run(outsider.get, path)
        assert SECRET not in answer.content.decode(), path
        assert SECRET not in str(answer.headers), path
    assert await HTTP.run(published_messages) == []
