"""What the workflow reports becomes the ticket's state, once, and in the order it happened."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from ticketing_common.contracts import messages
from ticketing_common.contracts.registry import queues_consumed_by
from ticketing_common.inbox.models import DeadLetter
from ticketing_testing.clients import deliver, published_messages
from tickets.models import StatusChange, Ticket
from tickets.tasks import send_ticket_status
from tickets.tests.factories import noor, ticket_of_noor

pytestmark = pytest.mark.django_db

EXAMPLES = messages.examples("send_ticket_status")


def report(ticket: Ticket, new_status: str, at: str, event_id: str, **more: Any) -> None:
    deliver(
        send_ticket_status,
        ticket_number=ticket.ticket_number,
        new_status=new_status,
        event_id=event_id,
        occurred_at=f"2026-03-02T{at}Z",
        **more,
    )
    ticket.refresh_from_db()


class TestSendTicketStatus:
    @pytest.mark.parametrize("name", sorted(EXAMPLES))
    def test_accepts_every_published_example_and_its_redelivery(self, name: str) -> None:
        example = EXAMPLES[name]
        deliver(send_ticket_status, message_id="m1", **example)
        deliver(send_ticket_status, message_id="m1", **example)
        deliver(send_ticket_status, message_id="m2", field_of_a_newer_publisher=1, **example)

        change = StatusChange.objects.get(event_id=example["event_id"])
        assert (change.new_status, change.detail) == (example["new_status"], example.get("detail", ""))

    def test_sets_the_state_and_keeps_the_history(self) -> None:
        ticket = ticket_of_noor()

        report(ticket, "in_progress", "12:05:00", "e1")
        report(ticket, "resolved", "13:00:00", "e2", detail="Charger replaced.")

        assert (ticket.status, ticket.status_detail) == ("resolved", "Charger replaced.")
        answer = noor().get(f"/tickets/{ticket.ticket_number}/status-history/").json()
        rows = [(row["old_status"], row["new_status"], row["origin"]) for row in answer["results"]]
        assert rows == [
            ("", "new", "help_desk"),
            ("new", "in_progress", "workflow"),
            ("in_progress", "resolved", "workflow"),
        ]

    def test_older_news_never_replaces_newer(self) -> None:
        ticket = ticket_of_noor()
        report(ticket, "on_hold", "12:30:00", "e2")

        report(ticket, "in_progress", "12:10:00", "e1")

        assert ticket.status == "on_hold"
        assert StatusChange.objects.get(event_id="e1").is_applied is False

    def test_sends_nothing_back_and_leaves_the_version_alone(self) -> None:
        ticket = ticket_of_noor()

        report(ticket, "in_progress", "12:05:00", "e1")

        assert ticket.source_version == 1
        assert len(published_messages()) == 1

    def test_a_withdrawn_ticket_stays_withdrawn(self) -> None:
        ticket = ticket_of_noor()
        noor().post(f"/tickets/{ticket.ticket_number}/withdraw/")

        deliver(
            send_ticket_status,
            ticket_number=ticket.ticket_number,
            new_status="cancelled",
            event_id="e9",
            occurred_at="2099-01-01T00:00:00Z",
        )

        ticket.refresh_from_db()
        assert ticket.status == "withdrawn"
        assert StatusChange.objects.get(event_id="e9").is_applied is False

    def test_notes_the_tickets_of_other_help_desks_without_complaint(self) -> None:
        deliver(send_ticket_status, **EXAMPLES["in_progress"])

        assert StatusChange.objects.get().ticket is None
        assert DeadLetter.objects.count() == 0


def test_every_task_of_our_queues_is_registered() -> None:
    from config.celery import app

    app.loader.import_default_modules()
    named = {task for queue in queues_consumed_by("ticket_service") for task in queue.tasks}
    assert named
    assert named <= set(app.tasks)


@pytest.mark.django_db(transaction=True)
def test_one_event_delivered_many_times_at_once_counts_once() -> None:
    ticket = ticket_of_noor()

    def send(_: int) -> None:
        try:
            deliver(
                send_ticket_status,
                ticket_number=ticket.ticket_number,
                new_status="received",
                event_id="e1",
                occurred_at="2026-03-02T12:00:01Z",
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(send, range(12)))

    assert StatusChange.objects.filter(event_id="e1").count() == 1
    ticket.refresh_from_db()
    assert ticket.status == "received"
