"""Take a requester out of the help desk's tickets (ADR 0039)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from ticketing_common.contracts.messages import ErasePersonAtHelpDesk, ReportErasure
from ticketing_common.erasure import NAME, TEXT, PersonRef, blank, erase_messages
from ticketing_common.erasure_api import Sections
from ticketing_common.outbox import enqueue
from tickets.models import SOURCE, Attachment, StatusChange, Ticket, TicketComment

SERVICE = "ticket_service"
NOBODY = 0  # an author who is known by no account


def collect(person: PersonRef) -> Sections:
    """Return the rows of the person's tickets by kind."""
    tickets = _tickets(person)
    return {
        "tickets": [
            ticket.as_ticket_data() | {"ended_at": ticket.status_at if ticket.has_ended else None}
            for ticket in tickets.order_by("id").prefetch_related("attachments")
        ],
        "comments": list(
            _written_by(person, tickets).order_by("id").values("id", "ticket__ticket_number", "text", "created_at")
        ),
        "files": [
            attachment.as_reference | {"ticket_number": attachment.ticket.ticket_number, "sha256": attachment.sha256}
            for attachment in Attachment.objects.filter(ticket__in=tickets).select_related("ticket").order_by("id")
        ],
    }


@transaction.atomic
def erase(*, message: ErasePersonAtHelpDesk, now: datetime) -> dict[str, int]:
    """Erase the person here, and confirm it. Doing it again changes nothing; the workflow is told of no change.

    Returns how many rows of each kind were changed.
    """
    person = PersonRef.of(message)
    tickets = list(_tickets(person).select_for_update().order_by("pk"))
    theirs = list(_written_by(person, tickets).values_list("pk", flat=True))
    others = TicketComment.objects.filter(ticket__in=tickets).exclude(pk__in=theirs)
    counts = {
        "tickets": sum(_erase_ticket(ticket, person) for ticket in tickets),
        "comments": TicketComment.objects.filter(pk__in=theirs)
        .exclude(author_id=NOBODY)
        .update(text=TEXT, attachments=[], author_id=NOBODY, author_name=NAME)
        + _clean(others, "text", clean=person.clean),
        "files": _delete_files(tickets),
        "status_changes": _clean(
            StatusChange.objects.filter(ticket__in=tickets), "detail", "actor_name", clean=person.clean
        ),
        "messages": erase_messages(person, now=now),
    }
    enqueue(ReportErasure(erased=counts, **message.done_by(SERVICE, at=now)))
    return counts


def _tickets(person: PersonRef) -> QuerySet[Ticket]:
    """The tickets that the workflow knows the person by. One that it does not know yet is not ended, and stays."""
    numbers = [ticket["source_number"] for ticket in person.tickets if ticket["source_service"] == SOURCE]
    return Ticket.objects.filter(ticket_number__in=numbers)


def _written_by(person: PersonRef, tickets: Any) -> QuerySet[TicketComment]:
    """What the person wrote here: who asked, by their account, or by name."""
    named = Q(pk__in=[])
    for name in person.names:
        named |= Q(author_name__iexact=name)
    ids = [requester["id"] for requester in person.requesters if requester["id"].isdecimal()]
    asked = Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).values("employee_user_id")
    mine = named | Q(author_id__in=[int(known) for known in ids if len(known) <= 18]) | Q(author_id__in=asked)
    return TicketComment.objects.filter(mine, ticket__in=tickets, origin=TicketComment.Origin.HELP_DESK)


def _erase_ticket(ticket: Ticket, person: PersonRef) -> bool:
    before = _state(ticket)
    ticket.subject, ticket.description = TEXT, blank(ticket.description)
    ticket.employee_user_id, ticket.employee_name = None, NAME
    ticket.employee_email = ticket.employee_company_id = ticket.employee_department = ""
    ticket.asset_name = ticket.serial_number = ticket.location = ""
    ticket.cost_items, ticket.dynamic_data = [], {}
    ticket.status_detail = person.clean(ticket.status_detail)
    ticket.created_by_id = None
    if _state(ticket) == before:
        return False
    ticket.save()
    return True


def _state(ticket: Ticket) -> dict[str, Any]:
    return {name: value for name, value in vars(ticket).items() if not name.startswith("_")}


def _delete_files(tickets: list[Ticket]) -> int:
    """Delete the files' rows, and their content once that is committed."""
    attachments = list(Attachment.objects.filter(ticket__in=tickets))
    for attachment in attachments:
        transaction.on_commit(partial(attachment.file.delete, save=False), robust=True)
    Attachment.objects.filter(pk__in=[attachment.pk for attachment in attachments]).delete()
    return len(attachments)


def _clean(rows: QuerySet[Any], *names: str, clean: Callable[[str], str]) -> int:
    """Clean these columns of the rows, and return how many rows that changed."""
    changed = []
    for row in rows:
        before = [getattr(row, name) for name in names]
        after = [clean(value) for value in before]
        if after != before:
            for name, value in zip(names, after, strict=True):
                setattr(row, name, value)
            changed.append(row)
    if changed:
        rows.model._default_manager.bulk_update(changed, names)
    return len(changed)
