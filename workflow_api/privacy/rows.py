"""Take a requester out of this service's rows. What others wrote stays, without the person's names and addresses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from amscheckout.models import AmsCheckout
from audit.models import AuditLog
from audit.services import REDACTED
from bmscheckout.models import BmsCheckout
from task.models import ApprovalVote, Assignment, StepVisit, Task, TaskTransition, Timeline
from ticketing_common.erasure import KEPT, NAME, TEXT, PersonRef, blank, erase_messages
from tickets.models import IntakeRecord, Ticket
from workflowmanager.models import Reminder

CHUNK = 500


def erase_rows(*, person: PersonRef, tickets: list[Ticket], earlier: list[Ticket], now: datetime) -> dict[str, int]:
    """Erase the person, and return how many rows of each kind were changed.

    `tickets` are those that the person asked for, `earlier` those that they once did and somebody else does now.
    All of them are locked, and none has an open task among `tickets`.
    """
    erased = sum(_erase_ticket(ticket, person) for ticket in tickets)
    for ticket in earlier:
        ticket.requesters = [_without(person, ticket, known) for known in ticket.requesters]
        ticket.subject, ticket.description = person.clean(ticket.subject)[:255], person.clean(ticket.description)
    Ticket.objects.bulk_update([*tickets, *earlier], _TICKET_COLUMNS, batch_size=CHUNK)
    ids, numbers = [ticket.pk for ticket in tickets], person.numbers
    Task.objects.filter(ticket__in=ids).update(subject=TEXT)
    of_theirs, of_others = Q(task__ticket__in=ids), Q(task__ticket__in=[ticket.pk for ticket in earlier])
    either = of_theirs | of_others
    unclear = Q(ticket=None, ticket_number__in=[*numbers, *(ticket.source_number for ticket in tickets)])
    handoffs = Q(ticket_number__in=numbers)
    votes = ApprovalVote.objects.filter(visit__in=StepVisit.objects.filter(either))
    notes = Reminder.objects.filter(ticket__in=[ticket.pk for ticket in (*tickets, *earlier)])
    return {
        "tickets": erased,
        "tasks": _clean(Task.objects.filter(ticket__in=ids), "approved_data", clean=person.clean_json),
        "timeline": _clean(Timeline.objects.filter(of_theirs), "detail", clean=person.clean_json)
        + _clean(Timeline.objects.filter(of_others), "detail", clean=person.clean_texts),
        "transitions": _clean(TaskTransition.objects.filter(either), "comment", clean=person.clean),
        "votes": _clean(votes, "comment", clean=person.clean),
        "assignments": _clean(Assignment.objects.filter(either), "reason", clean=person.clean),
        "reminders": _clean(notes, "note", clean=lambda note: person.clean(note)[:500]),
        "handoffs": _clean(AmsCheckout.objects.filter(handoffs), "payload", "last_error", clean=person.clean_json)
        + _clean(BmsCheckout.objects.filter(handoffs), "payload", "last_error", clean=person.clean_json),
        "intake_messages": IntakeRecord.objects.filter(Q(ticket__in=ids) | unclear)
        .exclude(body=None, raw_body="", headers={}, reason=TEXT)
        .update(body=None, raw_body="", headers={}, reason=TEXT),
        "messages": erase_messages(person, now=now),
    }


def audit_changes(person: PersonRef, *, earlier: Sequence[str]) -> dict[int, dict[str, Any]]:
    """Return what `audit.redaction.redact` is to put into the rows about these tickets, by id.

    `earlier` are the numbers of tickets that are somebody else's now.
    """
    rows = AuditLog.objects.filter(ticket_number__in=[*person.numbers, *earlier]).exclude(action=REDACTED)
    changes = {}
    for row in rows.iterator(chunk_size=CHUNK):
        clean = person.clean_texts if row.ticket_number in earlier else person.clean_json
        was = {"old": row.old, "new": row.new, "reason": row.reason}
        after = {name: clean(value) for name, value in was.items()}
        if after != was:
            changes[row.pk] = after
    return changes


_TICKET_COLUMNS = [
    "subject",
    "description",
    "requester_name",
    "requester_email",
    "requester_id",
    "requesters",
    "data",
    "unmatched_detail",
    "intake_state",
]


def _erase_ticket(ticket: Ticket, person: PersonRef) -> bool:
    """Return whether something was left to erase."""
    before = [getattr(ticket, name) for name in _TICKET_COLUMNS]
    ticket.subject, ticket.description = TEXT, blank(ticket.description)
    ticket.requester_name, ticket.requester_email, ticket.requester_id = NAME, "", ""
    ticket.requesters = [_without(person, ticket, known) for known in ticket.requesters]
    ticket.data = {name: value for name, value in ticket.data.items() if name in KEPT}
    ticket.unmatched_detail = person.clean_json(ticket.unmatched_detail)
    if ticket.intake_state == Ticket.IntakeState.UNMATCHED:
        # No workflow is to take up a ticket that says nothing any more.
        ticket.intake_state = Ticket.IntakeState.WITHDRAWN
    return [getattr(ticket, name) for name in _TICKET_COLUMNS] != before


def _without(person: PersonRef, ticket: Ticket, known: dict[str, str]) -> dict[str, str]:
    has_id = {"source_service": ticket.source_service, "id": known.get("id")} in person.requesters
    is_theirs = has_id or known.get("email", "").lower() in person.addresses
    return {"id": "", "name": NAME, "email": ""} if is_theirs else known


def _clean(rows: QuerySet[Any], *names: str, clean: Callable[[Any], Any]) -> int:
    """Clean these columns of the rows, and return how many rows that changed."""
    changed = []
    for row in rows.iterator(chunk_size=CHUNK):
        before = [getattr(row, name) for name in names]
        after = [clean(value) for value in before]
        if after != before:
            for name, value in zip(names, after, strict=True):
                setattr(row, name, value)
            changed.append(row)
    if changed:
        rows.model._default_manager.bulk_update(changed, names, batch_size=CHUNK)
    return len(changed)
