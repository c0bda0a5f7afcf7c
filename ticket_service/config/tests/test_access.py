"""Every route, called as everybody, compared with the table in docs/access/ticket_service.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from ticketing_testing.access import AccessTable, routes
from ticketing_testing.clients import assert_problem, callers, scopes_but
from tickets.models import Ticket, TicketComment
from tickets.tests.factories import EMPLOYEE, NOOR_ID, STRANGER_ID, fields, noor, upload
from tickets.tests.other_services import OtherService

pytestmark = pytest.mark.django_db

TABLE = AccessTable.read(Path(__file__).parents[3] / "docs" / "access" / "ticket_service.md")
REFUSALS = {401, 403, 404}
PEOPLE = {
    "User": {"user_id": NOOR_ID, "roles": EMPLOYEE},
    "other user": {"user_id": STRANGER_ID, "roles": EMPLOYEE},
    "help desk": {"user_id": 5, "roles": {"hdts": ["Ticket Coordinator"]}},
    "Agent": {"user_id": 7, "roles": {"tts": ["Agent", "IT Support"]}},
    "other agent": {"user_id": 8, "roles": {"tts": ["Agent", "IT Lead"]}},
    "Admin": {"user_id": 90, "roles": {"tts": ["Admin"]}},
}
KEYS = {"service key": ["tickets"], "other key": scopes_but("tickets")}
BODIES: dict[str, dict[str, Any]] = {
    "PUT /tickets/{ticket_number}/": fields(subject="Laptop does not start at all"),
    "PATCH /tickets/{ticket_number}/": {"subject": "Laptop does not start at all"},
    "POST /tickets/{ticket_number}/withdraw/": {"reason": "It started."},
    "POST /tickets/{ticket_number}/comments/": {"text": "It started."},
    "PATCH /tickets/{ticket_number}/comments/{comment_id}/": {"text": "It started again."},
}


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert routes() == set(TABLE.rows)


FILE_OF_COMMENT = "GET /tickets/{ticket_number}/comments/{comment_id}/attachments/{attachment_id}/"


def answer_to(caller: APIClient, operation: str, ids: dict[str, Any]) -> Any:
    method, template = operation.split()
    if operation == FILE_OF_COMMENT:
        ids = ids | {"attachment_id": 33}
    with transaction.atomic():  # each call meets the same state
        answer = getattr(caller, method.lower())(template.format(**ids), BODIES.get(operation))
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("who", TABLE.columns)
def test_lets_in_whom_the_table_says(
    who: str, settings: Any, tmp_path: Path, workflow: OtherService, messaging: OtherService
) -> None:
    settings.API_KEY_SOURCE = "ticketing_testing.clients.key_of_scope"
    settings.MEDIA_ROOT = tmp_path
    filed = noor().post("/tickets/", fields() | {"attachments": [upload("a.txt", b"words")]}, format="multipart").json()
    reply = noor().post(f"/tickets/{filed['ticket_number']}/comments/", {"text": "Please hurry."}).json()
    if who == "Agent":
        workflow.shows(Ticket.objects.get())
    file = {"id": 33, "file_name": "a.png", "content_type": "image/png", "size": 4, "url": "/attachments/33/"}
    TicketComment.objects.update(attachments=[file])
    messaging.answer("/attachments/33/", 200, b"\x89PNG")
    ids = {
        "kind": "attachments",
        "ticket_number": filed["ticket_number"],
        "attachment_id": filed["attachments"][0]["id"],
        "comment_id": reply["id"],
    }
    for caller in callers(who, people=PEOPLE, keys=KEYS):
        for operation in TABLE.rows:
            answer = answer_to(caller, operation, ids)
            is_in = answer.status_code not in REFUSALS
            said = f"{operation} as {who}: {answer.status_code}"
            assert answer.status_code < 500, said
            assert is_in is TABLE.lets_in(who, operation), said
            if not is_in:
                expected = {403, 404} if who in PEOPLE else {401, 403} if who in KEYS else {401}
                assert answer.status_code in expected, said
                assert_problem(answer, answer.status_code)
