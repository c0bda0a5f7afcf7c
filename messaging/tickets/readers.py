"""The people who may read a ticket now. The rule is declared on the querysets of `tickets.models`; see ADR 0019."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from tickets.models import Ticket
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
    version = Subquery(Person.objects.filter(user_id=OuterRef("user_id")).values("version"))
    participants = ticket.participants.reading().annotate(person_version=version)
    team = Person.objects.holding(role_id=ticket.team_role_id, role=ticket.team_role)
    if among is not None:
        participants, team = participants.filter(user_id__in=among), team.filter(user_id__in=among)
    # A person has one row as a participant, and one more as a member of the team at most.
    found = {
        row[0]: Reader(*row) for row in participants.values_list("user_id", "full_name", "relation", "person_version")
    }
    for user_id, full_name, person_version in team.values_list("user_id", "full_name", "version"):
        found.setdefault(user_id, Reader(user_id, full_name, "team", person_version))
    return found


def versions_of_readers(ticket: Ticket) -> dict[int, int | None]:
    """Return who may read the ticket, and of which version each was when that was found; None: auth told nothing."""
    return {user_id: reader.version for user_id, reader in readers_of(ticket).items()}
