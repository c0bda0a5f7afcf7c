"""Do an erasure again: what was published before it and is read after it brings texts back (ADR 0039)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from privacy import people, services
from privacy.models import Erasure
from ticketing_common.erasure import PersonRef
from ticketing_common.logs import logger
from tickets.models import Ticket

log = logger(__name__)

MOST_AT_ONCE = 20


def run_due(*, now: datetime) -> int:
    """Begin the passes that are due, each in its own transaction. Returns how many began.

    One that fails is logged and stays due; it does not keep the others.
    """
    due = Erasure.objects.filter(next_pass_at__lte=now).order_by("next_pass_at", "pk")
    begun = 0
    for erasure_id in list(due.values_list("pk", flat=True)[:MOST_AT_ONCE]):
        try:
            begun += begin(erasure_id=erasure_id, now=now)
        except Exception:
            log.exception("erasure_pass_failed", erasure_id=erasure_id)
    return begun


@transaction.atomic
def begin(*, erasure_id: int, now: datetime) -> bool:
    """Do the next pass in this database and queue it for the others. Returns whether it was due.

    Tickets that came later, and those that are worked on again, are not what the erasure was asked for. The row's lock
    lets one through; whoever comes second finds the pass begun. Raises `AuditBroken`.
    """
    due = Erasure.objects.filter(pk=erasure_id, next_pass_at__lte=now, person__isnull=False)
    erasure = due.select_for_update(skip_locked=True).first()
    if erasure is None:
        return False
    asked = PersonRef(**(erasure.person or {}), until=erasure.requested_at)
    known = list(Ticket.objects.filter(ticket_number__in=asked.numbers).select_for_update().order_by("pk"))
    # Whoever opens a task holds its ticket's lock.
    person = people.without_reopened(asked)
    tickets = [ticket for ticket in known if ticket.ticket_number in set(person.numbers)]
    earlier = list(people.once_theirs(asked).select_for_update().order_by("pk"))
    erasure.begin_next_pass()
    services.erase_here(erasure, person=person, tickets=tickets, earlier=earlier, actor=None, now=now)
    return True
