"""Who is meant: requesters as their tickets know them. They need no account."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils.crypto import salted_hmac

from task.models import Task
from ticketing_common.erasure import PersonRef
from ticketing_common.errors import Conflict, NotFound
from tickets.models import Ticket

MOST_FOUND = 50
MOST_TICKETS = 10_000
# As many names, addresses and ids as a message may carry.
MOST_NAMES = 50


class PersonNotFound(NotFound):
    code = "person_not_found"
    default_detail = "No ticket names this requester."


class TooManyTickets(Conflict):
    code = "too_many_tickets"
    default_detail = f"The requester has more than {MOST_TICKETS:,} tickets."


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Who an administrator chose: the id within a help desk, an address, or both."""

    source_service: str = ""
    requester_id: str = ""
    email: str = ""

    @property
    def label(self) -> str:
        """What is typed to confirm the erasure."""
        return self.email or self.requester_id

    @property
    def digest(self) -> str:
        identity = self.email.lower() or f"{self.source_service}/{self.requester_id}"
        return salted_hmac("privacy.erasure", identity, algorithm="sha256").hexdigest()

    def own(self) -> QuerySet[Ticket]:
        """The tickets whose requester this is, by id or by address; never by name."""
        same = Q(pk__in=[])
        if self.requester_id:
            same |= Q(source_service=self.source_service, requester_id=self.requester_id)
        if self.email:
            same |= Q(requester_email__iexact=self.email)
        return Ticket.objects.filter(same)

    def earlier(self) -> QuerySet[Ticket]:
        """The tickets whose requester this once was, and is not any more."""
        named = Q(pk__in=[])
        if self.requester_id:
            named |= Q(source_service=self.source_service, requesters__contains=[{"id": self.requester_id}])
        if self.email:
            named |= Q(requesters__contains=[{"email": self.email}])
        return Ticket.objects.filter(named).exclude(pk__in=self.own().values("pk"))


def without_reopened(person: PersonRef) -> PersonRef:
    """Return the person without those of the tickets that are worked on again since they were erased."""
    tasks = Task.objects.open().filter(ticket__ticket_number__in=person.numbers)
    reopened = set(tasks.values_list("ticket_number", flat=True))
    tickets = [ticket for ticket in person.tickets if ticket["ticket_number"] not in reopened]
    return dataclasses.replace(person, tickets=tickets)


def once_theirs(person: PersonRef) -> QuerySet[Ticket]:
    """Return tickets that came until `person.until`, whose requester the person once was and is not any more."""
    named, own = Q(pk__in=[]), Q(ticket_number__in=person.numbers)
    for email in person.emails:
        named |= Q(requesters__contains=[{"email": email}])
        own |= Q(requester_email__iexact=email)
    for known in person.requesters:
        named |= Q(source_service=known["source_service"], requesters__contains=[{"id": known["id"]}])
        own |= Q(source_service=known["source_service"], requester_id=known["id"])
    return Ticket.objects.filter(named & person.before("received_at")).exclude(
        pk__in=Ticket.objects.filter(own).values("pk")
    )


def find(text: str) -> list[dict[str, Any]]:
    """Return requesters whose name or address has the text in it, or whose id is the text; newest tickets first.

    Each is `{source_service, requester_id, name, email, ticket_count, last_ticket_at}`.
    """
    found = (
        Ticket.objects.filter(
            Q(requester_name__icontains=text) | Q(requester_email__icontains=text) | Q(requester_id__iexact=text)
        )
        .exclude(requester_id="", requester_email="")
        .values("source_service", "requester_id", "requester_name", "requester_email")
        .annotate(ticket_count=Count("id"), last_ticket_at=Max("received_at"))
        .order_by("-last_ticket_at", "requester_name")[:MOST_FOUND]
    )
    renamed = {"requester_name": "name", "requester_email": "email"}
    return [{renamed.get(name, name): value for name, value in row.items()} for row in found]


def describe(subject: Subject, tickets: list[Ticket]) -> PersonRef:
    """Return the person by every name, address and id that the tickets give them. Raises `PersonNotFound`."""
    if not tickets:
        raise PersonNotFound()
    if len(tickets) > MOST_TICKETS:
        raise TooManyTickets()
    emails = {ticket.requester_email for ticket in tickets} | {subject.email}
    names = {ticket.requester_name for ticket in tickets}
    ids = {(ticket.source_service, ticket.requester_id) for ticket in tickets if ticket.requester_id}
    return PersonRef(
        emails=sorted(emails - {""})[:MOST_NAMES],
        names=sorted(names - {""})[:MOST_NAMES],
        requesters=[{"source_service": source, "id": known} for source, known in sorted(ids)[:MOST_NAMES]],
        tickets=[
            {
                "ticket_number": ticket.ticket_number,
                "source_service": ticket.source_service,
                "source_number": ticket.source_number,
            }
            for ticket in tickets
        ],
    )


def document(person: PersonRef) -> dict[str, Any]:
    """Return the person as messages and answers say who is meant."""
    return {name: list(getattr(person, name)) for name in ("emails", "names", "requesters", "tickets")}


def open_numbers(tickets: list[Ticket]) -> list[str]:
    """Return the numbers of the tickets with work under way."""
    tasks = Task.objects.open().filter(ticket__in=tickets).order_by("ticket_number")
    return list(tasks.values_list("ticket_number", flat=True).distinct())
