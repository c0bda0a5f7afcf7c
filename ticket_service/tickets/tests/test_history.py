"""Tickets of the past are filed by the ordinary function, once, and the workflow is not told."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from ticketing_testing.clients import published_messages
from tickets.models import StatusChange, Ticket
from tickets.tests import factories

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2026, 2, 2, 9, 30, tzinfo=UTC)


def entry(number: str = "HX20260202000001", **changes: Any) -> dict[str, Any]:
    employee = {"name": "Ingrid Solheim", "email": "ingrid.solheim@example.com"}
    ticket = factories.fields(employee=employee)
    return {"number": number, "submitted_at": "2026-02-02T10:30:00+01:00", "ticket": ticket} | changes


def filed(monkeypatch: pytest.MonkeyPatch, document: Any) -> Any:
    monkeypatch.setattr("sys.stdin", io.StringIO(document if isinstance(document, str) else json.dumps(document)))
    out = io.StringIO()
    call_command("file_history", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


def test_files_tickets_at_their_times_and_tells_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    (data,) = filed(monkeypatch, [entry()])
    ticket = Ticket.objects.get()
    assert (ticket.ticket_number, ticket.submitted_at, ticket.employee_name) == (
        "HX20260202000001",
        LONG_AGO,
        "Ingrid Solheim",
    )
    assert StatusChange.objects.get().occurred_at == LONG_AGO
    assert data == ticket.as_ticket_data()
    assert published_messages() == []


def test_where_there_are_some_none_is_added(monkeypatch: pytest.MonkeyPatch) -> None:
    first = filed(monkeypatch, [entry()])
    assert filed(monkeypatch, [entry("HX20260203000001"), entry("HX20260203000002")]) == first
    assert Ticket.objects.count() == 1


def test_other_tickets_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    factories.ticket_of_noor()
    assert [data["ticket_number"] for data in filed(monkeypatch, [entry()])] == ["HX20260202000001"]
    assert len(published_messages("tickets.tasks.receive_ticket")) == 1


@pytest.mark.parametrize(
    "document",
    [
        "{",
        "3",
        [{}],
        [entry("TX1")],
        [entry(submitted_at="2026-02-02T10:30:00")],
        [entry(), entry("HX20260202000002", ticket={"subject": "No category"})],
    ],
)
def test_refuses_what_it_cannot_read(monkeypatch: pytest.MonkeyPatch, document: Any) -> None:
    with pytest.raises(CommandError):
        filed(monkeypatch, document)
    assert not Ticket.objects.exists()
