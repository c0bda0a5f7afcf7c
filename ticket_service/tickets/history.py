"""Tickets of the past, filed by the ordinary function. The workflow is not told: it gets them with how they went."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from ticketing_common.context import new_request_id, request_id_var
from ticketing_common.outbox.models import OutboxMessage
from tickets.models import Ticket
from tickets.serializers import TicketIn
from tickets.services import file_ticket

# Such tickets are told from others by their numbers.
PREFIX = "HX"


class HistoryError(ValueError):
    """What is to be filed can't be read; the text says where."""


def read_entry(entry: Any, place: int) -> dict[str, Any]:
    """Return number, moment and fields of a ticket: of `{number, submitted_at, ticket}`, as an API request has it."""
    try:
        number, moment = str(entry["number"]), datetime.fromisoformat(entry["submitted_at"])
        ticket = TicketIn(data=entry["ticket"])
    except (KeyError, TypeError, ValueError) as error:
        raise HistoryError(f"Ticket {place}: {error!r}") from error
    if not number.startswith(PREFIX) or moment.tzinfo is None:
        raise HistoryError(f"Ticket {place}: a number begins with {PREFIX}, and a moment has an offset.")
    if not ticket.is_valid():
        raise HistoryError(f"Ticket {place}: {ticket.errors}")
    return {"number": number, "now": moment, "values": ticket.validated_data}


@transaction.atomic
def file_history(entries: list[dict[str, Any]]) -> int:
    """File the tickets that `read_entry` returned, all or none; return how many.

    Where there are tickets of a history already, nothing is added.
    """
    if history().exists():
        return 0
    request_id = f"history-{new_request_id()}"
    token = request_id_var.set(request_id)
    try:
        for entry in entries:
            employee = entry["values"].pop("employee", {})
            file_ticket(values=entry["values"], employee=employee, number=entry["number"], now=entry["now"])
        OutboxMessage.objects.filter(request_id=request_id).delete()
    finally:
        request_id_var.reset(token)
    return len(entries)


def history() -> Any:
    return Ticket.objects.filter(ticket_number__startswith=PREFIX).order_by("id")
