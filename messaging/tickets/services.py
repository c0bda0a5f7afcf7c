"""Take over workflow events; answer who may read a ticket."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction

from sockets import broadcast
from ticketing_common.contracts.messages import ApplyTicketEvent
from ticketing_common.errors import NotFound
from ticketing_common.jwt import Identity
from tickets.models import Ticket, TicketEvent, TicketParticipant
from users.models import Person

# The help desk that is meant where none is named.
HOME_SOURCE = "hdts"
RELATIONS_BY_WEIGHT = [relation.value for relation in TicketParticipant.Relation]


class TicketNotFound(NotFound):
    code = "ticket_not_found"
    default_detail = "There is no such ticket for you."


def readable_ticket(*, ticket_number: str, by: Identity) -> Ticket:
    """Return the ticket, or refuse as if it did not exist."""
    ticket = (
        Ticket.objects.filter(ticket_number=ticket_number).readable_by(user_id=by.user_id, is_admin=by.is_admin).first()
    )
    if ticket is None:
        raise TicketNotFound()
    return ticket


def check_may_read(*, ticket: Ticket, by: Identity) -> None:
    """Refuse who may not read the ticket now. Exact when the caller holds the ticket's lock."""
    if not by.is_admin and not ticket.participants.reading().filter(user_id=by.user_id).exists():
        raise TicketNotFound()


@transaction.atomic
def apply_ticket_event(*, message: ApplyTicketEvent, now: datetime) -> TicketEvent | None:
    """Record the event, and take over state and participants unless something newer is known already.

    Returns None when this event was recorded before.
    """
    if message.source:
        lock_source(**message.source)
    Ticket.objects.bulk_create(
        [Ticket(ticket_number=message.ticket_number, created_at=now, updated_at=now)], ignore_conflicts=True
    )
    ticket = Ticket.objects.select_for_update().get(ticket_number=message.ticket_number)
    if ticket.events.filter(event_id=message.event_id).exists():
        return None
    told = set(ticket.participants.reading().values_list("user_id", flat=True))
    # A ticket that comes back gets another task, whose events may count from one again.
    is_newest = (message.task_state["id"], message.seq) > (ticket.task.get("id", 0), ticket.last_event_seq)
    if is_newest:
        ticket.task, ticket.last_event_seq = message.task_state, message.seq
        ticket.access_version += _replace_participants(ticket, message.participants)
        if message.source:
            ticket.source_service, ticket.source_number = message.source["service"], message.source["number"]
        ticket.save(update_fields=["task", "last_event_seq", "access_version", "source_service", "source_number"])
        told |= {entry["user_id"] for entry in message.participants}
    event = ticket.record(
        kind=TicketEvent.Kind.TICKET,
        # A late event is told with the state of now: no client is thrown back.
        payload={"event": message.event, "task": ticket.task, "occurred_at": message.occurred_at},
        now=now,
        event_id=message.event_id,
    )
    transaction.on_commit(
        partial(
            broadcast.ticket_event,
            ticket_number=ticket.ticket_number,
            access_version=ticket.access_version,
            seq=event.seq,
            payload=event.payload,
            people=sorted(told),
        ),
        robust=True,
    )
    return event


def lock_source(*, service: str, number: str) -> None:
    """Let one transaction at a time decide whether a ticket of a help desk is known here. Taken before any row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"source:{service}:{number}"])


def _replace_participants(ticket: Ticket, entries: Iterable[dict[str, Any]]) -> int:
    """Make the list the ticket's participants; return 1 if anyone came or went, else 0."""
    wanted: dict[int, dict[str, Any]] = {}
    for entry in sorted(entries, key=lambda entry: RELATIONS_BY_WEIGHT.index(entry["relation"])):
        wanted.setdefault(entry["user_id"], entry)
    known = {row.user_id: row for row in ticket.participants.all()}
    gone = known.keys() - wanted.keys()
    if gone:
        ticket.participants.filter(user_id__in=gone).delete()
    TicketParticipant.objects.bulk_create(
        [
            TicketParticipant(
                ticket=ticket,
                user_id=user_id,
                full_name=entry["full_name"][:255],
                relation=entry["relation"],
                role=entry.get("role", "")[:255],
            )
            for user_id, entry in wanted.items()
            if user_id not in known
            or (known[user_id].full_name, known[user_id].relation, known[user_id].role)
            != (entry["full_name"], entry["relation"], entry.get("role", ""))
        ],
        update_conflicts=True,
        unique_fields=["ticket", "user_id"],
        update_fields=["full_name", "relation", "role"],
    )
    return int(known.keys() != wanted.keys())


def readers_of(*, ticket: Ticket) -> list[dict[str, Any]]:
    """Return the participants and the administrators, by name."""
    readers = {
        row.user_id: {"user_id": row.user_id, "full_name": row.full_name, "relation": row.relation}
        for row in ticket.participants.reading()
    }
    for person in Person.objects.filter(is_active=True, roles__tts__contains=["Admin"]):
        readers.setdefault(
            person.user_id, {"user_id": person.user_id, "full_name": person.full_name, "relation": "admin"}
        )
    return sorted(readers.values(), key=lambda reader: (reader["full_name"], reader["user_id"]))
