"""Apply the events of workflow_api: those that wait are applied together, and end as they would one by one (ADR 25)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

import broadcasts
from ticketing_common.contracts.messages import ApplyTicketEvent
from tickets.events import event_of, ticket_frame
from tickets.models import Ticket, TicketEvent, TicketParticipant
from tickets.readers import RELATIONS_BY_WEIGHT, readers_of_each

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
    "seq",
    "updated_at",
]


def apply_ticket_event(*, message: ApplyTicketEvent, now: datetime) -> TicketEvent | None:
    """Apply one event, see `apply_ticket_events`."""
    return apply_ticket_events([message], now=now)[0]


@transaction.atomic
def apply_ticket_events(messages: Sequence[ApplyTicketEvent], *, now: datetime) -> list[TicketEvent | None]:
    """Record each event, and take over state and participants unless something newer is known already.

    Returns None for an event that was recorded before.
    """
    lock_sources({(message.source["service"], message.source["number"]) for message in messages if message.source})
    numbers = sorted({message.ticket_number for message in messages})
    Ticket.objects.bulk_create(
        [Ticket(ticket_number=number, created_at=now, updated_at=now) for number in numbers], ignore_conflicts=True
    )
    locked = Ticket.objects.select_for_update().filter(ticket_number__in=numbers).order_by("ticket_number")
    tickets = {ticket.ticket_number: ticket for ticket in locked}
    events: dict[int, TicketEvent] = {}
    for places in _rounds(messages):
        events |= _apply({place: messages[place] for place in places}, tickets, now)
    return [events.get(place) for place in range(len(messages))]


def _rounds(messages: Sequence[ApplyTicketEvent]) -> list[list[int]]:
    """Part the places of the messages so that no part holds two of one ticket; those of a ticket keep their order."""
    rounds: list[list[int]] = []
    last: dict[str, int] = {}
    for place, message in enumerate(messages):
        number = last[message.ticket_number] = last.get(message.ticket_number, -1) + 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(place)
    return rounds


def _apply(
    messages: Mapping[int, ApplyTicketEvent], tickets: Mapping[str, Ticket], now: datetime
) -> dict[int, TicketEvent]:
    """Apply the events of different tickets, whose rows are locked; return those that are new."""
    known = set(
        TicketEvent.objects.filter(
            ticket__in=tickets.values(), event_id__in=[message.event_id for message in messages.values()]
        ).values_list("ticket_id", "event_id")
    )
    new = {
        place: (tickets[message.ticket_number], message)
        for place, message in messages.items()
        if (tickets[message.ticket_number].pk, message.event_id) not in known
    }
    newest = [(ticket, message) for ticket, message in new.values() if _is_newest(ticket, message)]
    concerned = [ticket for ticket, _ in new.values()]
    before = readers_of_each(concerned)
    changed = _replace_participants({ticket: message.participants for ticket, message in newest})
    for ticket, message in newest:
        role = (message.team_role_id, (message.team_role or "")[:255])
        ticket.access_version += ticket in changed or role != (ticket.team_role_id, ticket.team_role)
        ticket.team_role_id, ticket.team_role = role
        ticket.task, ticket.last_event_seq = message.task_state, message.seq
        if message.source:
            ticket.source_service, ticket.source_number = message.source["service"], message.source["number"]
    events = {
        place: ticket.next_event(
            kind=TicketEvent.Kind.TICKET,
            # A late event carries the state of now: no client is thrown back.
            payload={"event": message.event, "task": ticket.task, "occurred_at": message.occurred_at},
            now=now,
            event_id=message.event_id,
        )
        for place, (ticket, message) in new.items()
    }
    _save(concerned)
    TicketEvent.objects.bulk_create(events.values())
    after = readers_of_each([ticket for ticket, _ in newest])
    for event in events.values():
        _announce(event, {*before[event.ticket_id], *after.get(event.ticket_id, ())})
    return events


def _is_newest(ticket: Ticket, message: ApplyTicketEvent) -> bool:
    """A ticket that comes back gets another task, whose events may count from one again."""
    return (message.task_state["id"], message.seq) > (ticket.task.get("id", 0), ticket.last_event_seq)


def _save(tickets: Sequence[Ticket]) -> None:
    if len(tickets) == 1:
        tickets[0].save(update_fields=TAKEN_OVER)
    else:
        Ticket.objects.bulk_create(
            tickets, update_conflicts=True, unique_fields=["ticket_number"], update_fields=TAKEN_OVER
        )


def _announce(event: TicketEvent, people: Collection[int]) -> None:
    """Send the event to the ticket's sockets, and to everyone whose list changes by it."""
    number, frame = event.ticket.ticket_number, ticket_frame(payload=event.payload, seq=event.seq)
    broadcasts.after_commit(broadcasts.ticket_group(number), event_of(event.ticket, event, frame=frame))
    broadcasts.to_inboxes(
        people=sorted(people),
        frame={"type": "tasks_changed", "ticket_number": number, "event": event.payload["event"]},
    )


def lock_sources(sources: Collection[tuple[str, str]]) -> None:
    """Let one transaction at a time decide whether these tickets of help desks are known here: (service, number).

    Taken before any row, and always in the same order.
    """
    with connection.cursor() as cursor:
        for service, number in sorted(sources):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"source:{service}:{number}"])


def _replace_participants(entries: Mapping[Ticket, Iterable[dict[str, Any]]]) -> set[Ticket]:
    """Make each list the ticket's participants; return the tickets that others read now, or by another right."""
    known: dict[Ticket, dict[int, TicketParticipant]] = {ticket: {} for ticket in entries}
    by_id = {ticket.pk: ticket for ticket in entries}
    for row in TicketParticipant.objects.filter(ticket__in=by_id):
        known[by_id[row.ticket_id]][row.user_id] = row
    gone: list[int] = []
    written: list[TicketParticipant] = []
    changed = set()
    for ticket, people in entries.items():
        wanted = _participants(ticket, people)
        gone += [row.pk for user_id, row in known[ticket].items() if user_id not in wanted]
        rights = {user_id: row.right for user_id, row in known[ticket].items()}
        written += [
            row
            for user_id, row in wanted.items()
            if rights.get(user_id) != row.right or known[ticket][user_id].full_name != row.full_name
        ]
        if rights != {user_id: row.right for user_id, row in wanted.items()}:
            changed.add(ticket)
    if gone:
        TicketParticipant.objects.filter(pk__in=gone).delete()
    TicketParticipant.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["ticket", "user_id"],
        update_fields=["full_name", "relation", "role_ids", "role"],
    )
    return changed


def _participants(ticket: Ticket, entries: Iterable[dict[str, Any]]) -> dict[int, TicketParticipant]:
    """Return one row for each person: of several relations the weightiest."""
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
    return wanted
