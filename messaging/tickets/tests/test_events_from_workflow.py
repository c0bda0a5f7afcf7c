"""What workflow_api tells, and what it changes here."""

from __future__ import annotations

import dataclasses
import threading
from typing import Any

import pytest
from django.db import connection

from comments.tasks import apply_ticket_event as consumer
from tests.factories import (
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
from ticketing_common.contracts.messages import examples
from ticketing_testing.clients import deliver
from tickets.models import Ticket, TicketEvent
from tickets.services import list_readers
from tickets.workflow_events import apply_ticket_event

pytestmark = pytest.mark.django_db


def readers() -> dict[int, str]:
    return dict(Ticket.objects.get().participants.values_list("user_id", "relation"))


@pytest.mark.parametrize("name", examples("tickets.tasks.apply_ticket_event"))
def test_accepts_every_published_example_and_its_redelivery(name: str) -> None:
    payload = examples("tickets.tasks.apply_ticket_event")[name]
    deliver(consumer, message_id="m-1", **payload, sent_by="a newer publisher")
    deliver(consumer, message_id="m-1", **payload)
    deliver(consumer, message_id="m-2", **payload)
    ticket = Ticket.objects.get(ticket_number=payload["ticket_number"])
    assert (ticket.seq, ticket.last_event_seq, ticket.task) == (1, payload["seq"], payload["task"])
    assert set(readers()) == {person["user_id"] for person in payload["participants"]}


def test_the_newest_list_of_readers_is_the_list() -> None:
    make_ticket(people=[AMARA, JONAS])
    before = Ticket.objects.get().access_version
    apply_ticket_event(message=ticket_event(seq=2, people=[LEILA, JONAS]), now=NOON)
    assert readers() == {LEILA: "assignee", JONAS: "owner"}
    assert Ticket.objects.get().access_version == before + 1
    apply_ticket_event(message=ticket_event(seq=3, people=[LEILA, JONAS]), now=NOON)
    assert Ticket.objects.get().access_version == before + 1, "the same people are no change"


@pytest.mark.parametrize("seq", [4, 5])
def test_a_late_event_is_kept_but_changes_neither_state_nor_readers(seq: int) -> None:
    make_ticket(seq=5, people=[AMARA])
    late = ticket_event(seq=seq, event="assigned", people=[JONAS], status="pending")
    event = apply_ticket_event(message=late, now=NOON)
    assert event is not None
    assert (event.seq, event.payload["event"]) == (2, "assigned")
    assert event.payload["task"]["status"] == "in_progress", "clients are told the state of now"
    assert set(readers()) == {AMARA}
    assert Ticket.objects.get().last_event_seq == 5


def test_a_later_task_of_the_ticket_counts_from_one_again_and_the_earlier_one_is_over() -> None:
    make_ticket(seq=9, people=[AMARA])
    apply_ticket_event(message=ticket_event(seq=1, event="task_created", people=[LEILA], id=82), now=NOON)
    assert set(readers()) == {LEILA}
    apply_ticket_event(message=ticket_event(seq=10, event="cancelled", people=[AMARA], id=81), now=NOON)
    assert set(readers()) == {LEILA}
    assert Ticket.objects.get().task["id"] == 82


def test_a_person_named_twice_is_one_reader_by_the_weightier_relation() -> None:
    message = ticket_event(people=[AMARA])
    people = [{"user_id": AMARA, "full_name": "Amara Okafor", "relation": name} for name in ("team", "owner")]
    apply_ticket_event(message=dataclasses.replace(message, participants=people), now=NOON)
    assert readers() == {AMARA: "owner"}


@pytest.mark.parametrize(
    ("holds", "reads"), [(["Agent", "IT Lead"], True), (["Agent"], False), ([], False), (None, True)]
)
def test_the_team_reads_while_it_has_the_role(holds: list[str] | None, reads: bool) -> None:
    if holds is not None:
        make_person(LEILA, roles={"tts": holds} if holds else {"hdts": ["User"]})
    ticket = make_team_ticket(LEILA, role="IT Lead")
    assert [*Ticket.objects.visible_to(identity(LEILA))] == ([ticket] if reads else [])
    assert {reader["user_id"] for reader in list_readers(ticket=ticket)} == ({AMARA, LEILA} if reads else {AMARA})


def test_who_had_the_task_goes_on_reading_without_the_role() -> None:
    make_person(JONAS, roles={"tts": ["Agent"]})
    ticket = make_ticket(people=[AMARA, JONAS])
    assert [*Ticket.objects.visible_to(identity(JONAS))] == [ticket]


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_get_twenty_numbers_without_a_gap() -> None:
    failures: list[BaseException] = []

    def apply(seq: int) -> None:
        try:
            apply_ticket_event(message=ticket_event(seq=seq), now=NOON)
        except BaseException as error:  # noqa: BLE001 -- whatever it is, the test must see it
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=apply, args=(seq,)) for seq in range(1, 21)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert list(TicketEvent.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 21))
    assert Ticket.objects.get(ticket_number=NUMBER).last_event_seq == 20


@pytest.mark.parametrize("field", ["ticket_number", "seq", "participants", "task", "event_id"])
def test_a_message_without_a_field_is_dead_lettered(field: str) -> None:
    from celery.exceptions import Reject

    payload: dict[str, Any] = dict(examples("tickets.tasks.apply_ticket_event")["transition"])
    del payload[field]
    with pytest.raises(Reject):
        deliver(consumer, **payload)
    assert not Ticket.objects.exists()
