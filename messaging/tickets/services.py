"""Apply workflow events; answer who may read a ticket."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction

import broadcasts
from ticketing_common.contracts.messages import ApplyTicketEvent
from ticketing_common.errors import NotFound
from ticketing_common.jwt import Identity
from tickets.events import event_of, ticket_frame
from tickets.models import Ticket, TicketEvent, TicketParticipant
from tickets.readers import RELATIONS_BY_WEIGHT, readers_of
from users.models import Person

# The help desk that is meant where none is named.
HOME_SOURCE = "hdts"
# What a ticket takes over from the newest event.
TAKEN_OVER = [
    "task",
    "last_event_seq",
    "team_role_id",
    "team_role",
    "access_version",
    "source_service",
    "source_number",
]


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
    informed = set(readers_of(ticket))
    # A ticket that comes back gets another task, whose events may count from one again.
    is_newest = (message.task_state["id"], message.seq) > (ticket.task.get("id", 0), ticket.last_event_seq)
    if is_newest:
        ticket.task, ticket.last_event_seq = message.task_state, message.seq
        role = (message.team_role_id, (message.team_role or "")[:255])
        has_new_readers = role != (ticket.team_role_id, ticket.team_role)
        ticket.team_role_id, ticket.team_role = role
        has_new_readers |= _replace_participants(ticket, message.participants)
        ticket.access_version += has_new_readers
        if message.source:
            ticket.source_service, ticket.source_number = message.source["service"], message.source["number"]
        ticket.save(update_fields=TAKEN_OVER)
        informed |= set(readers_of(ticket))
    event = ticket.record(
        kind=TicketEvent.Kind.TICKET,
        # A late event carries the state of now: no client is thrown back.
        payload={"event": message.event, "task": ticket.task, "occurred_at": message.occurred_at},
        now=now,
        event_id=message.event_id,
    )
    number, frame = ticket.ticket_number, ticket_frame(payload=event.payload, seq=event.seq)
    broadcasts.after_commit(broadcasts.ticket_group(number), event_of(ticket, seq=event.seq, frame=frame))
    # Everyone whose list changes by it.
    broadcasts.to_inboxes(
        people=sorted(informed),
        frame={"type": "tasks_changed", "ticket_number": number, "event": message.event},
    )
    return event


def lock_source(*, service: str, number: str) -> None:
    """Let one transaction at a time decide whether a ticket of a help desk is known here. Taken before any row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"source:{service}:{number}"])


def _replace_participants(ticket: Ticket, entries: Iterable[dict[str, Any]]) -> bool:
    """Make the list the ticket's participants; return whether others may read by it now, or by another right."""
    wanted: dict[int, TicketParticipant] = {}
    for entry in sorted(entries, key=lambda entry: RELATIONS_BY_WEIGHT.index(entry["relation"])):
        row = TicketParticipant(
            ticket=ticket,
            user_id=entry["user_id"],
            full_name=entry["full_name"][:255],
            relation=entry["relation"],
            role_ids=entry.get("role_ids"),
            role=entry.get("role", "")[:255],
        )
        wanted.setdefault(row.user_id, row)
    known = {row.user_id: row for row in ticket.participants.all()}
    gone = known.keys() - wanted.keys()
    if gone:
        ticket.participants.filter(user_id__in=gone).delete()
    rights = {user_id: row.right for user_id, row in known.items()}
    TicketParticipant.objects.bulk_create(
        [
            row
            for user_id, row in wanted.items()
            if rights.get(user_id) != row.right or known[user_id].full_name != row.full_name
        ],
        update_conflicts=True,
        unique_fields=["ticket", "user_id"],
        update_fields=["full_name", "relation", "role_ids", "role"],
    )
    return rights != {user_id: row.right for user_id, row in wanted.items()}


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
