"""Answer who may read a ticket."""

from __future__ import annotations

from typing import Any

from ticketing_common.errors import NotFound
from ticketing_common.jwt import Identity
from tickets.models import Ticket
from tickets.readers import readers_of
from users.models import Person


class TicketNotFound(NotFound):
    code = "ticket_not_found"
    default_detail = "There is no such ticket for you."


def readable_ticket(*, ticket_number: str, by: Identity) -> Ticket:
    """Return the ticket, or refuse as if it did not exist."""
    ticket = Ticket.objects.visible_to(by).filter(ticket_number=ticket_number).first()
    if ticket is None:
        raise TicketNotFound()
    return ticket


def check_may_read(*, ticket: Ticket, by: Identity) -> None:
    """Refuse who may not read the ticket now. Exact when the caller holds the ticket's lock."""
    if not by.is_admin and not Ticket.objects.visible_to(by).filter(pk=ticket.pk).exists():
        raise TicketNotFound()


def list_readers(*, ticket: Ticket) -> list[dict[str, Any]]:
    """Return everyone who may read the ticket, the administrators among them, by name."""
    readers = {
        reader.user_id: {"user_id": reader.user_id, "full_name": reader.full_name, "relation": reader.relation}
        for reader in readers_of(ticket).values()
    }
    for person in Person.objects.filter(is_active=True, roles__tts__contains=["Admin"]):
        readers.setdefault(
            person.user_id, {"user_id": person.user_id, "full_name": person.full_name, "relation": "admin"}
        )
    return sorted(readers.values(), key=lambda reader: (reader["full_name"], reader["user_id"]))
