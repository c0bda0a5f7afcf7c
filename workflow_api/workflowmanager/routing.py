"""Bring a ticket to the workflow that serves it, or keep it with the reason why none does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max

from task.hold import HELD_BY_SOURCE, hold_run
from task.journal import Journal
from task.models import Task
from task.run import Run
from task.start import Start, start_tasks
from tickets.models import IntakeRecord, Ticket
from tickets.submission import ON_HOLD, is_status
from workflow.matching import Match, NoMatch, match

Verdict = IntakeRecord.Verdict


def match_of(ticket: Ticket) -> Match | NoMatch:
    return match(category=ticket.category, sub_category=ticket.sub_category, department=ticket.department)


def set_state(ticket: Ticket, found: Match | NoMatch) -> None:
    """Note on the ticket whether a workflow takes it. Nothing is saved."""
    states = Ticket.IntakeState
    ticket.unmatched_reason, ticket.unmatched_detail = "", None
    if isinstance(found, NoMatch):
        ticket.intake_state = states.UNMATCHED
        ticket.unmatched_reason, ticket.unmatched_detail = found.reason[:64], found.candidates
    else:
        ticket.intake_state = states.MATCHED


@dataclass
class Route:
    """A ticket on its way to the workflow that was found for it, with the ledger row in which that is noted."""

    journal: Journal
    ticket: Ticket
    found: Match | NoMatch
    record: IntakeRecord | None
    told_status: str
    is_known: bool = False


def route(
    journal: Journal,
    ticket: Ticket,
    found: Match | NoMatch,
    record: IntakeRecord | None,
    *,
    told_status: str,
    is_known: bool = False,
) -> Run | None:
    """Start the workflow that serves the ticket, if one does; note it in the ledger row.

    Of a known ticket, the new task goes on from the last one. A ticket that the source holds is held from the start.
    """
    runs = route_all([Route(journal, ticket, found, record, told_status, is_known)])
    return runs[0] if runs else None


def route_all(routes: Sequence[Route]) -> list[Run]:
    """Do it for several tickets, in this order; return the runs of those for which there is a workflow."""
    starts = []
    for each in routes:
        found, record = each.found, each.record
        if isinstance(found, NoMatch):
            if record is not None:
                record.verdict, record.reason = Verdict.UNMATCHED, found.reason
            continue
        if record is not None:
            record.verdict, record.rule, record.workflow_id = Verdict.ACCEPTED, found.rule, found.workflow_id
        start = Start(
            journal=each.journal,
            ticket=each.ticket,
            version_id=found.version_id,
            rule=found.rule,
            told_status=each.told_status,
            first_seq=last_seq(each.ticket) if each.is_known else 0,
            continues_id=last_task_id(each.ticket) if each.is_known else None,
        )
        starts.append(start)
    runs = start_tasks(starts)
    for run in runs:
        if is_status(run.ticket.data, ON_HOLD) and run.visit is not None:
            hold_run(run, run.visit, reason=HELD_BY_SOURCE, actor=None)
            run.save()
    return runs


def last_seq(ticket: Ticket) -> int:
    """Return the last event number of the ticket's tasks: its numbers go on over all of them."""
    return int(Task.objects.filter(ticket=ticket).aggregate(last=Max("event_seq"))["last"] or 0)


def last_task_id(ticket: Ticket) -> int | None:
    return Task.objects.filter(ticket=ticket).order_by("-pk").values_list("pk", flat=True).first()
