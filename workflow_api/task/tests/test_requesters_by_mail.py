"""Who sent a ticket by mail is asked and told by mail; their answer ends the hold as any requester's does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from role.models import Person, Role
from task.models import Task
from task.tests.test_remarks import SAID, do, press
from ticketing_common.contracts.messages import SendEmail
from ticketing_common.contracts.validation import check
from ticketing_testing.clients import deliver, published_messages
from workflowmanager.tasks import note_public_comment
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db

CHLOE = {"name": "Chloe Martin", "email": "chloe@example.net"}
ASKED = {"reason": "Which printer is it?", "until_answer": True}


def taken_in(support: Role, source: str = "mail") -> Task:
    factories.one_step(support, coordinators=factories.make_role("Desk", factories.make_person(1)))
    factories.take_in("ML1", source_service=source, employee=CHLOE)
    return factories.task_of("ML1")


def answers() -> list[dict[str, Any]]:
    messages = published_messages(SendEmail.task)
    for message in messages:
        check(SendEmail.task, message)
    return [message for message in messages if message["notification_type"] == "ticket_answer"]


def test_a_hold_that_waits_for_the_requester_asks_them_and_their_answer_ends_it(support: Role, amara: Person) -> None:
    task = taken_in(support)

    assert do(amara, task, "hold", **ASKED).status_code == 200

    (message,) = answers()
    assert message["context"]["ticket_number"] == "ML1"
    assert message["context"]["message"].endswith("Which printer is it?")
    now = datetime.now(UTC).isoformat()
    deliver(note_public_comment, ticket_number="ML1", occurred_at=now, event_id="comment-1-added")
    task.refresh_from_db()
    assert task.status == "in_progress"


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("mail", {"reason": "Waiting for the part."}),
        ("mail", {**ASKED, "with_comment": SAID}),
        ("hdts", ASKED),
    ],
    ids=["nothing is asked", "the public comment asks", "a help desk asks itself"],
)
def test_other_holds_send_no_mail(support: Role, amara: Person, source: str, body: dict[str, Any]) -> None:
    task = taken_in(support, source)

    assert do(amara, task, "hold", **body).status_code == 200

    assert answers() == []


def test_an_internal_note_with_a_hold_does_not_replace_the_question(support: Role, amara: Person) -> None:
    task = taken_in(support)

    do(amara, task, "hold", **ASKED, with_comment={**SAID, "visibility": "internal"})

    (message,) = answers()
    assert SAID["text"] not in message["context"]["message"]


def test_the_end_of_the_ticket_is_told_in_its_thread(support: Role, amara: Person) -> None:
    task = taken_in(support)

    assert press(amara, task, "Work to Done").status_code == 200

    (message,) = answers()
    assert message["context"]["message"] == f"Your ticket “{task.subject}” (ML1) is resolved."
    assert [m for m in published_messages(SendEmail.task) if m["notification_type"] == "system"] == []
