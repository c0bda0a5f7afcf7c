"""Every operation and socket, called as everybody, compared with the table in docs/access/messaging.md."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from comments import files, services
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
from ticketing_common.testing import assert_problem

TABLE = Path(__file__).parents[2] / "docs" / "access" / "messaging.md"
WHO = ("anonymous", "elsewhere", "User", "participant", "author", "Admin", "service key")
METHODS = {"get", "post", "put", "patch", "delete"}
PEOPLE = {"elsewhere": STRANGER, "User": LEILA, "participant": JONAS, "author": AMARA, "Admin": ADMIN}
BODIES: dict[str, dict[str, Any]] = {
    "POST /comments/": {"text": "Hello.", "visibility": "public"},
    "PATCH /comments/{comment_id}/": {"text": "Better."},
    "POST /comments/{comment_id}/replies/": {"text": "Yes."},
    "PUT /comments/{comment_id}/rating/": {"value": "up"},
    "PUT /tickets/{ticket_id}/read-state/": {"seq": 1},
}


def rows() -> dict[str, dict[str, bool]]:
    found = {}
    for line in TABLE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if match := re.fullmatch(r"`([A-Za-z]+ /\S*)`", cells[0]):
            found[match[1]] = dict(zip(WHO, (cell == "yes" for cell in cells[1:]), strict=True))
    return found


ROWS = rows()
CALLS = [name for name in ROWS if not name.startswith("ws ")]
SOCKETS = [name for name in ROWS if name.startswith("ws ")]


def test_every_operation_has_a_row_and_every_row_an_operation() -> None:
    generator: Any = SchemaGenerator
    schema = generator().get_schema(request=None, public=True)
    operations = {
        f"{method.upper()} {path}" for path, calls in schema["paths"].items() for method in calls if method in METHODS
    }
    assert operations == set(CALLS)
    routes = {re.sub(r"\(\?P<(\w+)>.*?\)", r"{\1}", pattern).strip("^$") for pattern in applications}
    assert {f"ws /{route}" for route in routes} == set(SOCKETS)


def target() -> dict[str, Any]:
    make_ticket(people=[AMARA, JONAS, LEILA])
    by = identity(AMARA)
    comment = services.post_comment(ticket_number=NUMBER, by=by, text="One.", visibility="public", now=NOON)
    comment_id = comment.document["id"]
    attachment, _ = files.attach_upload(
        comment_id=comment_id, by=by, upload=SimpleUploadedFile("a.txt", b"content"), now=NOON
    )
    return {"comment_id": comment_id, "attachment_id": attachment.pk, "ticket_id": NUMBER}


def token_of(who: str, **claims: Any) -> str:
    return token(PEOPLE[who], **(claims | ({"roles": PLAIN_ROLES} if who == "User" else {})))


def client(who: str, **claims: Any) -> APIClient:
    caller = APIClient()
    if who == "service key":
        caller.credentials(HTTP_X_API_KEY="key-of-a-service")
    elif who != "anonymous":
        caller.credentials(HTTP_AUTHORIZATION=f"Bearer {token_of(who, **claims)}")
    return caller


def call(caller: APIClient, operation: str, ids: dict[str, Any]) -> Any:
    method, path = operation.split()
    path = path.format(**ids) + (f"?ticket_id={NUMBER}" if path == "/comments/" else "")
    if path.endswith("/attachments/") and method == "POST":
        return caller.post(path, {"file": SimpleUploadedFile("b.txt", b"more")}, format="multipart")
    return getattr(caller, method.lower())(path, BODIES.get(operation))


@pytest.mark.django_db
@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("operation", CALLS)
def test_lets_in_whom_the_table_says(operation: str, who: str, settings: Any) -> None:
    settings.SERVICE_API_KEYS = ["hdts:key-of-a-service"]
    answer = call(client(who), operation, target())
    is_in = answer.status_code < 400
    assert is_in is ROWS[operation][who], answer.content
    if not is_in:
        expected = {"anonymous": {401}, "service key": {401}, "elsewhere": {404}}.get(who, {403})
        assert answer.status_code in expected
        assert_problem(answer, answer.status_code)


@pytest.mark.django_db
@pytest.mark.parametrize("operation", CALLS)
def test_an_expired_token_is_nobody(operation: str) -> None:
    answer = call(client("Admin", exp=int(time.time()) - 60), operation, target())
    assert_problem(answer, 401, "token_expired")


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("operation", SOCKETS)
async def test_opens_sockets_to_whom_the_table_says(operation: str, who: str) -> None:
    ids = await HTTP.run(target)
    headers: list[tuple[bytes, bytes]] = []
    if who == "service key":
        headers = [(b"x-api-key", b"key-of-a-service")]
    elif who != "anonymous":
        headers = [(b"authorization", f"Bearer {token_of(who)}".encode())]
    socket = Communicator(operation.removeprefix("ws ").format(**ids), headers=headers)
    await socket.connect()
    first = await socket.receive_output(5)
    assert (first["type"] == "websocket.send") is ROWS[operation][who], first
    if first["type"] == "websocket.close":
        assert first["code"] == (4401 if who in {"anonymous", "service key"} else 4403)
    await socket.disconnect()
