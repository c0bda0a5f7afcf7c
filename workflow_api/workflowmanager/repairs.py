"""Put right what earlier releases left behind."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery

from task.journal import Journal
from task.models import Task
from tickets.models import Ticket
from tickets.reasons import SENTENCES

States = Ticket.IntakeState


@transaction.atomic
def repair_withdrawn(*, now: datetime) -> list[str]:
    """Mark tickets as matched whose last task had ended before the source closed them; return their numbers."""
    last = Task.objects.filter(ticket_id=OuterRef("pk")).order_by("-pk").values("status")[:1]
    wrong = (
        Ticket.objects.select_for_update(no_key=True)
        .filter(intake_state=States.WITHDRAWN)
        .annotate(last_status=Subquery(last))
        .filter(last_status__in=(Task.Status.COMPLETED, Task.Status.REJECTED))
        .order_by("pk")
    )
    journal = Journal(now)
    numbers = []
    for ticket in wrong:
        ticket.intake_state = States.MATCHED
        ticket.save(update_fields=["intake_state", "updated_at"])
        journal.audit(
            "ticket.repaired",
            "ticket",
            ticket.pk,
            ticket_number=ticket.ticket_number,
            old={"state": str(States.WITHDRAWN)},
            new={"state": str(States.MATCHED)},
            reason=SENTENCES["closed_after_end"],
        )
        numbers.append(ticket.ticket_number)
    journal.write()
    return numbers
