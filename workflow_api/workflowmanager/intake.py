"""Take in what the help desk sends: the ledger row, the ticket and its task are one transaction."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.actor import Actor
from task import notifications
from task.hot_sql import CompiledRead, insert, insert_if_new
from task.journal import Journal, write_all
from task.models import Task
from task.one_by_one import one_by_one
from ticketing_common.bodies import Unreadable
from ticketing_common.errors import Conflict, Invalid, NotFound
from ticketing_common.inbox.models import DeadLetter
from tickets.models import IntakeRecord, Ticket
from tickets.submission import InvalidTicket, Submission, read
from workflow.matching import Match, NoMatch, match, matchable
from workflow.models import Workflow
from workflowmanager.ledger import Origin, new_record
from workflowmanager.raw_bodies import raw_body_of, ticket_in
from workflowmanager.routing import Route, match_of, route, route_all, set_state
from workflowmanager.updates import update

Verdict = IntakeRecord.Verdict
read_matchable = CompiledRead(matchable)
MOMENT = timedelta(microseconds=1)  # between two messages that are taken in together


@dataclass
class Arrival:
    """One message that is taken in: its ledger row, and the ticket that it would make."""

    record: IntakeRecord
    journal: Journal
    submission: Submission
    ticket: Ticket
    found: Match | NoMatch


def receive(body: Any, *, origin: Origin, now: datetime) -> IntakeRecord:
    """Take in one message and return its ledger row. An invalid one has no other effect."""
    (record,) = receive_all([(body, origin)], now=now)
    if record is None:
        raise RuntimeError("A message by itself is never put off.")
    return record


@transaction.atomic(savepoint=False)
def receive_all(messages: Sequence[tuple[Any, Origin]], *, now: datetime) -> list[IntakeRecord | None]:
    """Take in messages in their order, as if one by one, each a moment after the one before.

    Returns their ledger rows. None stands for a message that is put off, without effect: one of several about a
    ticket that is known, or that an earlier one of them makes. It is to be taken in by itself, after the others.
    """
    workflows = read_matchable()
    records: list[IntakeRecord | None] = []
    arrivals: dict[int, Arrival] = {}
    for place, (body, origin) in enumerate(messages):
        moment = now + place * MOMENT
        record = new_record(body, origin, moment)
        records.append(record)
        try:
            submission = read(body)
        except InvalidTicket as error:
            record.verdict, record.reason = Verdict.INVALID, str(error)
            if origin.replay_of_id is not None:
                raise Invalid(error.detail, attr=f"body.{error.path}" if error.path else "body") from error
            continue
        record.body, record.ticket_number = submission.data, submission.source_number
        journal = Journal(moment, origin.actor, origin.request_id)
        arrivals[place] = _arrival(record, journal, submission, workflows)
    if len(messages) == 1:
        new = [arrival for arrival in arrivals.values() if _insert_or_update(arrival)]
    else:
        new = _insert_new(list(arrivals.values()))
        for place in [place for place, arrival in arrivals.items() if arrival not in new]:
            del arrivals[place]
            records[place] = None
    _start(new)
    insert(*(record for record in records if record is not None))
    write_all([arrival.journal for arrival in arrivals.values()])
    return records


def _arrival(record: IntakeRecord, journal: Journal, submission: Submission, workflows: list[Workflow]) -> Arrival:
    kind = {name: submission.fields[name] for name in ("category", "sub_category", "department")}
    found = match(**kind, workflows=workflows)
    ticket = ticket_of(submission, journal.now)
    set_state(ticket, found)
    if submission.is_withdrawn:
        ticket.intake_state, ticket.unmatched_reason, ticket.unmatched_detail = Ticket.IntakeState.WITHDRAWN, "", None
    return Arrival(record, journal, submission, ticket, found)


def ticket_of(submission: Submission, received_at: datetime) -> Ticket:
    """Return the new ticket that the message describes, not saved, without its intake state."""
    return Ticket(
        ticket_number=submission.source_number,
        source_service=submission.source_service,
        source_number=submission.source_number,
        source_version=submission.source_version,
        data=submission.data,
        payload_hash=submission.payload_hash,
        received_at=received_at,
        **submission.fields,
    )


def _insert_or_update(arrival: Arrival) -> bool:
    """Insert the message's ticket, or update the one that is known; return whether it is new."""
    for number in _numbers(arrival.submission):
        arrival.ticket.ticket_number = number
        insert_if_new(arrival.ticket, key="ticket_number")
        if not arrival.ticket._state.adding:
            return True
        known = _lock_known(arrival.submission)
        if known is not None:
            update(arrival.journal, known, arrival.submission, arrival.record)
            break
    return False


def _insert_new(arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Insert the tickets whose numbers nobody has, and return their messages; of one number only the first."""
    first = {arrival.ticket.ticket_number: arrival for arrival in reversed(arrivals)}
    # In one order, so that two workers with the same tickets wait for each other and do not block each other.
    insert_if_new(*(first[number].ticket for number in sorted(first)), key="ticket_number")
    return [arrival for arrival in arrivals if not arrival.ticket._state.adding]


def _start(new: Sequence[Arrival]) -> None:
    """Note the new tickets, and start the workflows that serve them."""
    routes = []
    for arrival in new:
        journal, ticket, record = arrival.journal, arrival.ticket, arrival.record
        record.ticket_id, record.ticket_number = ticket.pk, ticket.ticket_number
        journal.audit(
            "ticket.received",
            "ticket",
            ticket.pk,
            ticket_number=ticket.ticket_number,
            new={"source": ticket.source_service, "state": ticket.intake_state, "subject": ticket.subject},
        )
        if arrival.submission.is_withdrawn:
            record.verdict, record.reason = Verdict.CANCELLED, "The source had closed the ticket before it came."
            continue
        journal.notify(notifications.source_status(ticket, "received", at=journal.now, key=f"t{ticket.pk}"))
        routes.append(Route(journal, ticket, arrival.found, record, told_status="received"))
    route_all(routes)


def _numbers(submission: Submission) -> Iterator[str]:
    """Yield what the ticket may be called, best first: its number, or one that no other source has."""
    yield submission.source_number
    named = f"{submission.source_service}-{submission.source_number}"
    yield named
    for attempt in itertools.count(2):
        yield f"{named}-{attempt}"


def _lock_known(submission: Submission) -> Ticket | None:
    return (
        Ticket.objects.select_for_update()
        .filter(source_service=submission.source_service, source_number=submission.source_number)
        .first()
    )


# --- what admins do about it --------------------------------------------------------------------------------------


class AlreadyRunning(Conflict):
    code = "already_running"
    default_detail = "A workflow runs on this ticket already."


class AlreadyFinished(Conflict):
    code = "already_finished"
    default_detail = "The workflow of this ticket has ended."


class TicketWithdrawn(Conflict):
    code = "ticket_withdrawn"
    default_detail = "The source has closed or withdrawn this ticket."


class BodyRemoved(Conflict):
    code = "body_removed"
    status_code = 410
    default_detail = "The retention rule has removed this message's body. Give the corrected body."


class StillUnreadable(Invalid):
    """The raw body of a message can't be read; the detail says why."""

    code = "still_unreadable"


@transaction.atomic
def reroute(ticket_number: str, *, actor: Actor | None, now: datetime) -> Ticket:
    """Look again for the workflow that serves the ticket; start it when there is one."""
    ticket = Ticket.objects.select_for_update().filter(ticket_number=ticket_number).first()
    if ticket is None:
        raise NotFound("There is no such ticket.")
    if ticket.intake_state == Ticket.IntakeState.WITHDRAWN:
        raise TicketWithdrawn()
    if ticket.intake_state == Ticket.IntakeState.MATCHED:
        last = Task.objects.filter(ticket=ticket).order_by("-pk").first()
        if last is not None and not last.is_open:
            raise AlreadyFinished(
                f"The workflow of this ticket has ended: the task is {last.status}. Reopen it instead."
            )
        raise AlreadyRunning()
    journal = Journal(now, actor)
    found = match_of(ticket)
    is_matched = isinstance(found, Match)
    set_state(ticket, found)
    ticket.save(update_fields=["intake_state", "unmatched_reason", "unmatched_detail", "updated_at"])
    if actor is not None or is_matched:
        journal.audit(
            "ticket.rerouted",
            "ticket",
            ticket.pk,
            ticket_number=ticket.ticket_number,
            new={"state": ticket.intake_state, "reason": ticket.unmatched_reason},
        )
    route(journal, ticket, found, None, told_status="received", is_known=True)
    journal.write()
    return ticket


def reroute_unmatched(*, now: datetime, actor: Actor | None = None, limit: int = 1000) -> int:
    """Look again for every unmatched ticket, oldest first, each in its own transaction; return how many started."""
    numbers = list(
        Ticket.objects.filter(intake_state=Ticket.IntakeState.UNMATCHED)
        .order_by("received_at", "id")
        .values_list("ticket_number", flat=True)[:limit]
    )
    return one_by_one(numbers, partial(_reroute_if_unmatched, now=now), what="unmatched ticket")


def _reroute_if_unmatched(number: str, *, now: datetime) -> bool:
    try:
        ticket = reroute(number, actor=None, now=now)
    except (AlreadyRunning, AlreadyFinished, TicketWithdrawn):
        return False
    return ticket.intake_state == Ticket.IntakeState.MATCHED


@transaction.atomic
def replay(record_id: int, *, body: Any, actor: Actor, now: datetime, charset: str = "") -> IntakeRecord:
    """Take in a message of the ledger again, corrected or as it was; its dead letter is settled by that.

    What could not be read when it came is read anew from its raw body, in the charset if one is given.
    """
    letter_id = IntakeRecord.objects.filter(pk=record_id).values_list("dead_letter_id", flat=True).first()
    if letter_id is not None:
        # First, as whoever sends the dead letter again does.
        DeadLetter.objects.select_for_update().filter(pk=letter_id).first()
    original = IntakeRecord.objects.select_for_update().filter(pk=record_id).first()
    if original is None:
        raise NotFound("There is no such message.")
    content = body
    if content is None and original.body_removed_at is not None:
        raise BodyRemoved(attr="body")
    if content is None:
        content = original.body if original.body is not None and not charset else _read_again(original, charset)
    record = receive(
        content,
        origin=Origin(
            queue=original.queue,
            message_id=f"replay-{original.pk}-{actor.user_id}-{now.timestamp():.6f}",
            headers=original.headers,
            replay_of_id=original.pk,
            actor=actor,
        ),
        now=now,
    )
    if original.dead_letter_id is not None:
        DeadLetter.objects.filter(pk=original.dead_letter_id, resolved_at__isnull=True).update(resolved_at=now)
    return record


def _read_again(record: IntakeRecord, charset: str) -> Any:
    """Return the ticket in the raw body of the message, or refuse with what keeps it from being read."""
    letter = DeadLetter.objects.filter(pk=record.dead_letter_id).first() if record.dead_letter_id else None
    raw = raw_body_of(letter) if letter is not None else record.raw_body.encode()
    try:
        return ticket_in(raw, charset=charset)
    except Unreadable as error:
        raise StillUnreadable(f"{error} Give the corrected body.", attr="body") from error


def route_after_commit() -> None:
    """Look again for every unmatched ticket once the caller's transaction is committed."""
    transaction.on_commit(lambda: reroute_unmatched(now=timezone.now()), robust=True)
