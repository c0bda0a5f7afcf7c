"""Take in what the help desk sends: the ledger row, the ticket and its task are one transaction."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from audit.actor import Actor
from task import notifications
from task.cancel import cancel_task
from task.hot_sql import CompiledRead, insert, insert_if_new
from task.journal import Journal
from task.models import Task
from task.run import Run, lock_run
from task.start import start_task
from ticketing_common.errors import Conflict, Invalid, NotFound
from ticketing_common.inbox.models import DeadLetter
from tickets.models import IntakeRecord, Ticket
from tickets.submission import InvalidTicket, Submission, read
from workflow.matching import Match, NoMatch, match, matchable
from workflowmanager.ledger import Origin, new_record

Verdict = IntakeRecord.Verdict
read_matchable = CompiledRead(matchable)
DESCRIPTIVE = (
    "subject",
    "description",
    "category",
    "sub_category",
    "department",
    "priority",
    "source_status",
    "requester_name",
    "requester_email",
    "requester_id",
    "submitted_at",
)


@transaction.atomic(savepoint=False)
def receive(body: Any, *, origin: Origin, now: datetime) -> IntakeRecord:
    """Take in one message and return its ledger row. An invalid one has no other effect."""
    journal = Journal(now, origin.actor)
    record = new_record(body, origin, now)
    try:
        submission = read(body)
    except InvalidTicket as error:
        record.verdict, record.reason = Verdict.INVALID, str(error)
        if origin.replay_of_id is not None:
            raise Invalid(error.detail, attr=f"body.{error.path}" if error.path else "body") from error
        record.save()
        return record
    record.body = submission.data
    record.ticket_number = submission.source_number
    _take_in(journal, submission, record)
    insert(record)
    journal.write()
    return record


def _take_in(journal: Journal, submission: Submission, record: IntakeRecord) -> None:
    kind = {name: submission.fields[name] for name in ("category", "sub_category", "department")}
    found = match(**kind, workflows=read_matchable())
    ticket = Ticket(
        ticket_number=submission.source_number,
        source_service=submission.source_service,
        source_number=submission.source_number,
        source_version=submission.source_version,
        data=submission.data,
        payload_hash=submission.payload_hash,
        received_at=journal.now,
        **submission.fields,
    )
    _set_state(ticket, submission, found)
    for number in _numbers(submission):
        ticket.ticket_number = number
        if insert_if_new(ticket):
            break
        known = _lock_known(submission)
        if known is not None:
            _update(journal, known, submission, found, record)
            return
    record.ticket_id, record.ticket_number = ticket.pk, ticket.ticket_number
    journal.audit(
        "ticket.received",
        "ticket",
        ticket.pk,
        ticket_number=ticket.ticket_number,
        new={"source": ticket.source_service, "state": ticket.intake_state, "subject": ticket.subject},
    )
    if submission.is_withdrawn:
        record.verdict, record.reason = Verdict.CANCELLED, "The source had closed the ticket before it came."
        return
    journal.notify(notifications.source_status(ticket, "received", at=journal.now, key=f"t{ticket.pk}"))
    _route(journal, ticket, found, record, told_status="received")


def _numbers(submission: Submission) -> Iterator[str]:
    """Yield what the ticket may be called, best first: its number, or one that no other source has."""
    yield submission.source_number
    named = f"{submission.source_service}-{submission.source_number}"
    yield named
    for attempt in itertools.count(2):
        yield f"{named}-{attempt}"


def _set_state(ticket: Ticket, submission: Submission, found: Match | NoMatch) -> None:
    states = Ticket.IntakeState
    ticket.unmatched_reason, ticket.unmatched_detail = "", None
    if submission.is_withdrawn:
        ticket.intake_state = states.WITHDRAWN
    elif isinstance(found, NoMatch):
        ticket.intake_state = states.UNMATCHED
        ticket.unmatched_reason, ticket.unmatched_detail = found.reason[:64], found.candidates
    else:
        ticket.intake_state = states.MATCHED


def _route(
    journal: Journal,
    ticket: Ticket,
    found: Match | NoMatch,
    record: IntakeRecord | None,
    *,
    told_status: str,
    first_seq: int = 0,
) -> Run | None:
    """Start the workflow that serves the ticket, if one does; note it in the ledger row."""
    if isinstance(found, NoMatch):
        if record is not None:
            record.verdict, record.reason = Verdict.UNMATCHED, found.reason
        return None
    if record is not None:
        record.verdict, record.rule, record.workflow_id = Verdict.ACCEPTED, found.rule, found.workflow_id
    return start_task(
        journal,
        ticket,
        version_id=found.version_id,
        rule=found.rule,
        told_status=told_status,
        first_seq=first_seq,
    )


def _lock_known(submission: Submission) -> Ticket | None:
    return (
        Ticket.objects.select_for_update()
        .filter(source_service=submission.source_service, source_number=submission.source_number)
        .first()
    )


def _update(
    journal: Journal, ticket: Ticket, submission: Submission, found: Match | NoMatch, record: IntakeRecord
) -> None:
    """The ticket is known: distinguish a repetition, an echo, a stale message and a withdrawal from an update."""
    record.ticket_id, record.ticket_number = ticket.pk, ticket.ticket_number
    if submission.echo_of.startswith(notifications.STATUS_EVENT):
        record.verdict, record.reason = Verdict.DUPLICATE, "An echo of a status that was told from here."
        return
    if submission.payload_hash == ticket.payload_hash:
        record.verdict = Verdict.DUPLICATE
        return
    known, given = ticket.source_version, submission.source_version
    if known is not None and given is not None and given < known:
        record.verdict = Verdict.STALE
        record.reason = f"Version {given} is older than version {known}, which is known."
        return
    was_withdrawn = ticket.intake_state == Ticket.IntakeState.WITHDRAWN
    is_newer = known is not None and given is not None and given > known
    changed = _take_description(journal, ticket, submission)
    record.verdict = Verdict.UPDATED
    if submission.is_withdrawn:
        record.verdict = Verdict.CANCELLED
        _withdraw(journal, ticket)
    elif was_withdrawn and is_newer:
        # The source opened it again: it starts afresh.
        _set_state(ticket, submission, found)
        _route(journal, ticket, found, record, told_status="cancelled", first_seq=last_seq(ticket))
    elif ticket.intake_state == Ticket.IntakeState.UNMATCHED:
        _set_state(ticket, submission, found)
        _route(journal, ticket, found, record, told_status="received", first_seq=last_seq(ticket))
    elif changed:
        _note_update(journal, ticket, changed)
    ticket.save()


def _take_description(journal: Journal, ticket: Ticket, submission: Submission) -> dict[str, Any]:
    """Take over the description; return what changed, as {field: {old, new}}."""
    changed: dict[str, Any] = {}
    for name in DESCRIPTIVE:
        old, new = getattr(ticket, name), submission.fields[name]
        if old != new:
            changed[name] = {"old": old, "new": new}
            setattr(ticket, name, new)
    ticket.data, ticket.payload_hash = submission.data, submission.payload_hash
    ticket.source_version = (
        submission.source_version if submission.source_version is not None else ticket.source_version
    )
    journal.audit(
        "ticket.updated",
        "ticket",
        ticket.pk,
        ticket_number=ticket.ticket_number,
        old={name: values["old"] for name, values in changed.items()},
        new={name: values["new"] for name, values in changed.items()},
    )
    return changed


def _note_update(journal: Journal, ticket: Ticket, changed: dict[str, Any]) -> None:
    """Record the update on the running task. Its step, people, version and clock stay as they are."""
    task_id = Task.objects.filter(ticket=ticket).open().values_list("pk", flat=True).first()
    if task_id is None:
        return
    run = lock_run(task_id, journal)
    run.ticket = ticket
    run.task.subject = ticket.subject
    names = [name for name in changed if name != "source_status"]
    run.record("ticket_updated", actor=None, fields=names)
    run.save()


def _withdraw(journal: Journal, ticket: Ticket) -> None:
    ticket.intake_state = Ticket.IntakeState.WITHDRAWN
    ticket.unmatched_reason, ticket.unmatched_detail = "", None
    task_id = Task.objects.filter(ticket=ticket).open().values_list("pk", flat=True).first()
    if task_id is not None:
        run = lock_run(task_id, journal)
        run.ticket = ticket
        cancel_task(run, reason="The source closed or withdrew the ticket.")


def last_seq(ticket: Ticket) -> int:
    """Return the last event number of the ticket's tasks: its numbers go on over all of them."""
    return int(Task.objects.filter(ticket=ticket).aggregate(last=Max("event_seq"))["last"] or 0)


# --- what admins do about it --------------------------------------------------------------------------------------


class AlreadyRunning(Conflict):
    code = "already_running"
    default_detail = "A workflow runs on this ticket already."


class TicketWithdrawn(Conflict):
    code = "ticket_withdrawn"
    default_detail = "The source has closed or withdrawn this ticket."


@transaction.atomic
def reroute(ticket_number: str, *, actor: Actor | None, now: datetime) -> Ticket:
    """Look again for the workflow that serves the ticket; start it when there is one."""
    ticket = Ticket.objects.select_for_update().filter(ticket_number=ticket_number).first()
    if ticket is None:
        raise NotFound("There is no such ticket.")
    if ticket.intake_state == Ticket.IntakeState.WITHDRAWN:
        raise TicketWithdrawn()
    if ticket.intake_state == Ticket.IntakeState.MATCHED:
        raise AlreadyRunning()
    journal = Journal(now, actor)
    found = match(category=ticket.category, sub_category=ticket.sub_category, department=ticket.department)
    states = Ticket.IntakeState
    is_matched = isinstance(found, Match)
    ticket.intake_state = states.MATCHED if is_matched else states.UNMATCHED
    ticket.unmatched_reason = "" if isinstance(found, Match) else found.reason[:64]
    ticket.unmatched_detail = None if isinstance(found, Match) else found.candidates
    ticket.save(update_fields=["intake_state", "unmatched_reason", "unmatched_detail", "updated_at"])
    if actor is not None or is_matched:
        journal.audit(
            "ticket.rerouted",
            "ticket",
            ticket.pk,
            ticket_number=ticket.ticket_number,
            new={"state": ticket.intake_state, "reason": ticket.unmatched_reason},
        )
    _route(journal, ticket, found, None, told_status="received", first_seq=last_seq(ticket))
    journal.write()
    return ticket


def reroute_unmatched(*, now: datetime, actor: Actor | None = None, limit: int = 1000) -> int:
    """Look again for every unmatched ticket, oldest first, each in its own transaction; return how many started."""
    numbers = list(
        Ticket.objects.filter(intake_state=Ticket.IntakeState.UNMATCHED)
        .order_by("received_at", "id")
        .values_list("ticket_number", flat=True)[:limit]
    )
    started = 0
    for number in numbers:
        try:
            ticket = reroute(number, actor=None, now=now)
        except (AlreadyRunning, TicketWithdrawn):
            continue
        started += ticket.intake_state == Ticket.IntakeState.MATCHED
    return started


@transaction.atomic
def replay(record_id: int, *, body: Any, actor: Actor, now: datetime) -> IntakeRecord:
    """Take in a message of the ledger again, corrected or as it was; its dead letter is settled by that."""
    letter_id = IntakeRecord.objects.filter(pk=record_id).values_list("dead_letter_id", flat=True).first()
    if letter_id is not None:
        # First, as whoever sends the dead letter again does.
        DeadLetter.objects.select_for_update().filter(pk=letter_id).first()
    original = IntakeRecord.objects.select_for_update().filter(pk=record_id).first()
    if original is None:
        raise NotFound("There is no such message.")
    content = body if body is not None else original.body
    if content is None:
        raise Invalid("The message can't be read; give the corrected body.", attr="body")
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


def route_after_commit() -> None:
    """Look again for every unmatched ticket once the caller's transaction is committed."""
    transaction.on_commit(lambda: reroute_unmatched(now=timezone.now()), robust=True)
