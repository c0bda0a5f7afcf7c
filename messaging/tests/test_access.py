"""Every route and socket, called as everybody, compared with the table in docs/access/messaging.md."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from canned.services import create_reply
from comments import files, services, uploads
from config.routing import applications
from sockets.threads import HTTP
from tests.factories import (
    ADMIN,
    AMARA,
    JONAS,
    LEILA,
    NOON,
    NUMBER,
    PLAIN_ROLES,
    STRANGER,
    identity,
    make_ticket,
    token,
)
from tests.sockets import Communicator
from ticketing_testing.access import AccessTable, routes
from ticketing_testing.clients import KEY_SCOPES, assert_problem

TABLE = AccessTable.read(Path(__file__).parents[2] / "docs" / "access" / "messaging.md")
WHO = TABLE.columns
PEOPLE = {"elsewhere": STRANGER, "User": LEILA, "participant": JONAS, "author": AMARA, "Admin": ADMIN}
BODIES: dict[str, dict[str, Any]] = {
    "POST /comments/": {"text": "Hello.", "visibility": "public"},
    "PATCH /comments/{comment_id}/": {"text": "Better."},
    "POST /comments/{comment_id}/replies/": {"text": "Yes."},
    "PUT /comments/{comment_id}/rating/": {"value": "up"},
    "PUT /tickets/{ticket_id}/read-state/": {"seq": 1},
    "POST /canned-replies/": {"title": "Thanks", "text": "Thank you.", "scope": "own"},
    "PATCH /canned-replies/{reply_id}/": {"title": "Many thanks", "version": 1},
}


# Takes the installation's own key and no token.
FOR_SERVICES = {"POST /comments/readable/", "POST /tickets/{ticket_id}/mail-uploads/"}
CALLS = [name for name in TABLE.rows if not name.startswith("ws ")]
SOCKETS = [name for name in TABLE.rows if name.startswith("ws ")]


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert routes() == set(CALLS)
    sockets = {re.sub(r"\(\?P<(\w+)>.*?\)", r"{\1}", pattern).strip("^$") for pattern in applications}
    assert {f"ws /{route}" for route in sockets} == set(SOCKETS)


def target() -> dict[str, Any]:
    make_ticket(people=[AMARA, JONAS, LEILA])
    by = identity(AMARA)
    comment = services.post_comment(ticket_number=NUMBER, by=by, text="One.", visibility="public", now=NOON)
    comment_id = comment.document["id"]
    attachment, _ = files.attach_upload(
        comment_id=comment_id, by=by, upload=SimpleUploadedFile("a.txt", b"content"), now=NOON
    )
    upload = uploads.store_upload(ticket_number=NUMBER, by=by, upload=SimpleUploadedFile("c.txt", b"kept"), now=NOON)
    reply = create_reply(by=by, title="Hello", text="Hello {{requester.name}}.", scope="own", now=NOON)
    return {
        "comment_id": comment_id,
        "attachment_id": attachment.pk,
        "upload_id": upload.pk,
        "ticket_id": NUMBER,
        "reply_id": reply.pk,
        "kind": "attachments",
    }


def token_of(who: str) -> str:
    if who == "expired":
        return token(ADMIN, exp=int(time.time()) - 60)
    return token(PEOPLE[who], **({"roles": PLAIN_ROLES} if who == "User" else {}))


def clients(who: str) -> list[APIClient]:
    names = [f"key-of-{scope}" for scope in sorted(KEY_SCOPES)] if who == "any key" else [""]
    found = [APIClient() for _ in names]
    for caller, key in zip(found, names, strict=True):
        if key:
            caller.credentials(HTTP_X_API_KEY=key)
        elif who != "anonymous":
            caller.credentials(HTTP_AUTHORIZATION=f"Bearer {token_of(who)}")
    return found


def call(caller: APIClient, operation: str, ids: dict[str, Any]) -> Any:
    method, path = operation.split()
    path = path.format(**ids) + (f"?ticket_id={NUMBER}" if path == "/comments/" else "")
    if path.endswith(("/attachments/", "/uploads/")) and method == "POST":
        return caller.post(path, {"file": SimpleUploadedFile("b.txt", b"more")}, format="multipart")
    return getattr(caller, method.lower())(path, BODIES.get(operation))


FILE = "GET /attachments/{attachment_id}/"


@pytest.mark.django_db
@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("operation", CALLS)
def test_lets_in_whom_the_table_says(operation: str, who: str, settings: Any) -> None:
    settings.API_KEY_SOURCE = "ticketing_testing.clients.key_of_scope"
    ids = target()
    for caller in clients(who):
        answer = call(caller, operation, ids)
        is_in = answer.status_code not in {401, 403, 404}
        assert is_in is TABLE.lets_in(who, operation), answer.content
        if operation in FOR_SERVICES:
            assert_problem(answer, 403 if who == "any key" else 401)
        elif not is_in:
            expected = {"elsewhere": 404}.get(who, 403 if who in PEOPLE else 401)
            if who in PEOPLE and "{upload_id}" in operation:
                expected = 404
            if "/canned-replies/" in operation and who in PEOPLE:
                expected = 403 if who == "User" else 404
            if "/retention/" in operation and who in PEOPLE:
                expected = 403
            if "/privacy/" in operation and who in PEOPLE:
                expected = 403  # about no ticket of theirs: there is nothing to hide
            if who == "any key" and operation == FILE:
                expected = 403  # a key is known here, and none that auth gives opens it
            assert_problem(answer, expected, "token_expired" if who == "expired" else None)


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("operation", SOCKETS)
async def test_opens_sockets_to_whom_the_table_says(operation: str, who: str) -> None:
    ids = await HTTP.run(target)
    headers: list[tuple[bytes, bytes]] = []
    if who == "any key":
        headers = [(b"x-api-key", b"key-of-tickets")]
    elif who != "anonymous":
        headers = [(b"authorization", f"Bearer {token_of(who)}".encode())]
    socket = Communicator(operation.removeprefix("ws ").format(**ids), headers=headers)
    await socket.connect()
    first = await socket.receive_output(5)
    assert (first["type"] == "websocket.send") is TABLE.lets_in(who, operation), first
    if first["type"] == "websocket.close":
        assert first["code"] == (4403 if who in PEOPLE else 4401)
    await socket.disconnect()
