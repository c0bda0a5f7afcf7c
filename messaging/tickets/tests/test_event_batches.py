"""Events that are applied together end as they would one by one."""

from __future__ import annotations

import dataclasses
import json
import random
import uuid
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

import broadcasts
from comments.tasks import apply_ticket_event as consumer
from comments.tasks import receive_reply
from tests.factories import AMARA, JONAS, LEAD, LEILA, make_person, now_has, participant, ticket_event
from ticketing_common.contracts.messages import ApplyTicketEvent
from ticketing_common.inbox.models import DeadLetter
from ticketing_testing.clients import deliver, deliver_batch
from tickets.models import Ticket, TicketEvent, TicketParticipant

pytestmark = pytest.mark.django_db

HOME = {"service": "hdts", "number": "H7"}
Sent = list[tuple[str, Any]]


def batch(*messages: ApplyTicketEvent) -> list[int]:
    """Deliver these events in one batch."""
    return deliver_batch(consumer, {str(uuid.uuid4()): message.as_kwargs() for message in messages})


def state() -> dict[str, Any]:
    """Return all that the events left behind, without ids and moments."""
    return {
        ticket.ticket_number: {
            "ticket": [
                *(ticket.task, ticket.seq, ticket.last_event_seq, ticket.team_role_id, ticket.team_role),
                *(ticket.access_version, ticket.source_service, ticket.source_number),
            ],
            "events": list(ticket.events.order_by("seq").values_list("seq", "event_id", "payload")),
            "people": list(
                ticket.participants.order_by("user_id").values_list("user_id", "full_name", "relation", "role_ids")
            ),
        }
        for ticket in Ticket.objects.order_by("ticket_number")
    }


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Return what is announced, without waiting for a commit."""
    found: Sent = []
    monkeypatch.setattr(broadcasts, "after_commit", lambda group, message: found.append((group, message)))
    return found


def announced(sent: Sent) -> dict[str, Sent]:
    """Return what was announced about each ticket, in its order, without moments."""
    found: dict[str, Sent] = {}
    for group, message in sent:
        text = json.loads(message["text"])
        told = {name: value for name, value in message.items() if name != "at"} | {"text": text}
        found.setdefault(message.get("ticket") or text["ticket_number"], []).append((group, told))
    return found


def one_by_one(messages: Iterable[ApplyTicketEvent], sent: Sent) -> tuple[dict[str, Any], dict[str, Sent]]:
    """Return the state after the events came one by one, and undo it."""
    with transaction.atomic():
        for message in messages:
            batch(message)
        found = state(), announced(sent)
        transaction.set_rollback(True)
    sent.clear()
    return found


def random_event(rng: random.Random) -> ApplyTicketEvent:
    message = ticket_event(
        number=f"TX{rng.randrange(4)}",
        seq=rng.randrange(1, 6),
        event=rng.choice(["task_created", "assigned", "transition"]),
        id=rng.choice([81, 81, 82]),
    )
    chosen = rng.sample([AMARA, JONAS, LEILA], rng.randrange(1, 4))
    relations = ["assignee", "owner", "performer"]
    team = rng.choice([LEAD, LEAD + 1, None])
    return dataclasses.replace(
        message,
        participants=[
            participant(user_id, relations[place]) | rng.choice([{"role_ids": [LEAD]}, {"role_ids": [LEAD + 1]}, {}])
            for place, user_id in enumerate(chosen)
        ],
        team_role_id=team,
        team_role="IT Lead" if team else None,
        source={"service": "hdts", "number": f"of {message.ticket_number}"} if rng.random() < 0.5 else None,
        # Some events are published twice, under another message id.
        event_id=f"event-{message.ticket_number}-{message.seq}-{rng.randrange(2)}",
    )


@pytest.mark.parametrize("seed", range(12))
def test_a_batch_ends_as_its_events_one_by_one(seed: int, sent: Sent) -> None:
    rng = random.Random(seed)
    now_has(AMARA, LEAD)
    now_has(JONAS, LEAD + 1)
    make_person(LEILA, roles={"tts": ["IT Lead"]})
    sent.clear()
    messages = [random_event(rng) for _ in range(rng.randrange(2, 25))]

    expected = one_by_one(messages, sent)
    assert not Ticket.objects.exists()
    assert batch(*messages) == []

    assert (state(), announced(sent)) == expected


def test_one_that_cannot_be_applied_ends_alone() -> None:
    # Another ticket has that number of the help desk already.
    batch(ticket_event(number="TX0", source=HOME))
    bad = ticket_event(number="TX2", source=HOME)
    assert batch(ticket_event(number="TX1"), bad, ticket_event(number="TX3")) == [1]
    assert list(Ticket.objects.order_by("ticket_number").values_list("ticket_number", flat=True)) == [
        "TX0",
        "TX1",
        "TX3",
    ]
    assert DeadLetter.objects.get().ticket_number == "TX2"


def test_the_statements_do_not_grow_with_the_tickets() -> None:
    def statements(number: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            batch(*(ticket_event(number=f"TX{number}-{place}") for place in range(number)))
        return len(queries)

    few, many = statements(5), statements(40)
    assert TicketEvent.objects.count() == 45
    assert TicketParticipant.objects.count() == 90
    assert many == few <= 20


def test_replies_that_waited_are_shown_under_their_tickets() -> None:
    for number in ("H1", "H2", "H9"):
        said = {"ticket_number": number, "reply_id": f"r-{number}", "author": {"name": "Rosa Lim"}, "text": "Budget."}
        deliver(receive_reply, reply=said)
    batch(*(ticket_event(number=f"T{n}", source={"service": "hdts", "number": f"H{n}"}) for n in (1, 2, 3)))
    shown = Ticket.objects.filter(comments__isnull=False).order_by("ticket_number")
    assert [ticket.ticket_number for ticket in shown] == ["T1", "T2"]
