"""The people who may read a ticket now. The rule is declared on the querysets of `tickets.models`; see ADR 0019."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from tickets.models import Ticket, TicketParticipant
from users.models import Person

# Of several relations the first one counts.
RELATIONS_BY_WEIGHT = ("assignee", "owner", "performer", "team")


@dataclass(frozen=True)
class Reader:
    """A person who may read. `version` is the version of the person that was read, None where auth has told nothing."""

    user_id: int
    full_name: str
    relation: str
    version: int | None


def readers_of(ticket: Ticket, *, among: Collection[int] | None = None) -> dict[int, Reader]:
    """Return the people who may read the ticket by their id, all or those `among` some; administrators apart."""
    return readers_of_each([ticket], among=among)[ticket.pk]


def readers_of_each(tickets: Sequence[Ticket], *, among: Collection[int] | None = None) -> dict[int, dict[int, Reader]]:
    """Return the readers of each ticket by the ticket's key. The tickets' roles are taken as the objects have them."""
    found: dict[int, dict[int, Reader]] = {ticket.pk: {} for ticket in tickets}
    version = Subquery(Person.objects.filter(user_id=OuterRef("user_id")).values("version"))
    participants = TicketParticipant.objects.filter(ticket__in=found).reading().annotate(person_version=version)
    if among is not None:
        participants = participants.filter(user_id__in=among)
    # A person has one row as a participant, and one more as a member of the team at most.
    for pk, *row in participants.values_list("ticket_id", "user_id", "full_name", "relation", "person_version"):
        found[pk][row[0]] = Reader(*row)
    teams: dict[tuple[int | None, str], list[tuple[int, str, int]]] = {}
    for ticket in tickets:
        role = ticket.team_role_id, ticket.team_role
        if role not in teams:
            team = Person.objects.holding(role_id=role[0], role=role[1])
            teams[role] = list(
                (team if among is None else team.filter(user_id__in=among)).values_list(
                    "user_id", "full_name", "version"
                )
            )
        for user_id, full_name, person_version in teams[role]:
            found[ticket.pk].setdefault(user_id, Reader(user_id, full_name, "team", person_version))
    return found


def versions_of_readers(ticket: Ticket) -> dict[int, int | None]:
    """Return who may read the ticket, and of which version each was when that was found; None: auth told nothing."""
    return {user_id: reader.version for user_id, reader in readers_of(ticket).items()}
