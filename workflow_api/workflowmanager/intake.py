"""Take in what the help desk sends: the ledger row, the ticket and its task are one transaction."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from audit.actor import Actor
from task.models import Task
from ticketing_common.context import current_request_id
from ticketing_common.errors import Conflict, Invalid, NotFound
from ticketing_common.inbox.models import DeadLetter
from ticketing_common.rows import insert_if_new
from tickets.models import IntakeRecord, Ticket
from tickets.submission import InvalidTicket, Submission, read, storable, text
from workflow.matching import Match, NoMatch, match
from workflowmanager import notices
from workflowmanager.cancelling import cancel_task
from workflowmanager.running import Run, load_run
from workflowmanager.starting import start_task
from workflowmanager.writing import Change

QUEUE = "TICKET_TASKS_PRODUCTION"
TASK_NAME = "tickets.tasks.receive_ticket"
Verdict = IntakeRecord.Verdict
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


@dataclass(frozen=True)
class Origin:
    """How a message came."""

    queue: str
    message_id: str = ""
    headers: dict[str, Any] = field(default_factory=dict)
    replay_of_id: int | None = None
    actor: Actor | None = None


@transaction.atomic(savepoint=False)
def receive(body: Any, *, origin: Origin, now: datetime) -> IntakeRecord:
    """Take in one message and return its ledger row. An invalid one has no other effect."""
    change = Change(now, origin.actor)
    record = _ledger_row(body, origin, now)
    change.insert(record)
    try:
        submission = read(body)
    except InvalidTicket as error:
        record.verdict, record.reason = Verdict.INVALID, str(error)
        if origin.replay_of_id is not None:
            raise Invalid(error.detail, attr=f"body.{error.path}" if error.path else "body") from error
        change.write()
        return record
    record.body = submission.data
    record.ticket_number = submission.source_number
    _take_in(change, submission, record)
    change.write()
    return record


def _ledger_row(body: Any, origin: Origin, now: datetime) -> IntakeRecord:
    record = IntakeRecord(
        queue=origin.queue,
        message_id=origin.message_id[:200],
        headers=_headers(origin.headers),
        replay_of_id=origin.replay_of_id,
        replayed_by_id=origin.actor.user_id if origin.actor else None,
        request_id=current_request_id(),
        received_at=now,
    )
    number = body.get("ticket_number") if isinstance(body, dict) else None
    record.ticket_number = text(str(number))[:200] if number is not None else ""
    try:
        record.body = storable(body)
        if len(json.dumps(record.body)) > 2 * 1024 * 1024:
            raise InvalidTicket("too large to keep as an object")
    except InvalidTicket:
        record.body, record.raw_body = None, text(json.dumps(body, default=str))[:200_000]
    return record


def _headers(headers: dict[str, Any]) -> dict[str, Any]:
    try:
        return dict(storable(json.loads(json.dumps(headers, default=str))))
    except (InvalidTicket, ValueError):
        return {}


def _take_in(change: Change, submission: Submission, record: IntakeRecord) -> None:
    found = match(**{name: submission.fields[name] for name in ("category", "sub_category", "department")})
    ticket = Ticket(
        id=None,
        ticket_number=submission.source_number,
        source_service=submission.source_service,
        source_number=submission.source_number,
        source_version=submission.source_version,
        data=submission.data,
        payload_hash=submission.payload_hash,
        received_at=change.now,
        **submission.fields,
    )
    _set_state(ticket, submission, found)
    change.take_ids(tickets=1, tasks=1, step_visits=1)
    (ticket.id,) = change.new_ids("tickets", 1)
    for number in _numbers(submission):
        ticket.ticket_number = number
        if insert_if_new(ticket):
            break
        known = _lock_known(submission)
        if known is not None:
            _meet_again(change, known, submission, found, record)
            return
    record.ticket_id, record.ticket_number = ticket.pk, ticket.ticket_number
    change.audit(
        "ticket.received",
        "ticket",
        ticket.pk,
        ticket_number=ticket.ticket_number,
        new={"source": ticket.source_service, "state": ticket.intake_state, "subject": ticket.subject},
    )
    if submission.is_withdrawn:
        record.verdict, record.reason = Verdict.CANCELLED, "The source had closed the ticket before it came."
        return
    change.tell(notices.source_status(ticket, "received", at=change.now, key=f"t{ticket.pk}"))
    _route(change, ticket, found, record, told_status="received")


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
    change: Change,
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
        change,
        ticket,
        version_id=found.version_id,
        rule=found.rule,
        told_status=told_status,
        first_seq=first_seq,
        actor=change.actor,
    )


def _lock_known(submission: Submission) -> Ticket | None:
    return (
        Ticket.objects.select_for_update()
        .filter(source_service=submission.source_service, source_number=submission.source_number)
        .first()
    )


def _meet_again(
    change: Change, ticket: Ticket, submission: Submission, found: Match | NoMatch, record: IntakeRecord
) -> None:
    """The ticket is known: tell a repetition, an echo, a stale message and a withdrawal from an update."""
    record.ticket_id, record.ticket_number = ticket.pk, ticket.ticket_number
    if submission.echo_of.startswith(notices.STATUS_EVENT):
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
    changed = _describe_anew(change, ticket, submission)
    record.verdict = Verdict.UPDATED
    if submission.is_withdrawn:
        record.verdict = Verdict.CANCELLED
        _withdraw(change, ticket)
    elif was_withdrawn and is_newer:
        # The source opened it again: it starts afresh.
        _set_state(ticket, submission, found)
        _route(change, ticket, found, record, told_status="cancelled", first_seq=last_seq(ticket))
    elif ticket.intake_state == Ticket.IntakeState.UNMATCHED:
        _set_state(ticket, submission, found)
        _route(change, ticket, found, record, told_status="received", first_seq=last_seq(ticket))
    elif changed:
        _tell_of_update(change, ticket, changed)
    ticket.save()


def _describe_anew(change: Change, ticket: Ticket, submission: Submission) -> dict[str, Any]:
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
    change.audit(
        "ticket.updated",
        "ticket",
        ticket.pk,
        ticket_number=ticket.ticket_number,
        old={name: values["old"] for name, values in changed.items()},
        new={name: values["new"] for name, values in changed.items()},
    )
    return changed


def _tell_of_update(change: Change, ticket: Ticket, changed: dict[str, Any]) -> None:
    """Note the update on the running task. Its step, people, version and clock stay as they are."""
    task_id = Task.objects.filter(ticket=ticket).open().values_list("pk", flat=True).first()
    if task_id is None:
        return
    run = load_run(task_id, change)
    run.ticket = ticket
    run.task.subject = ticket.subject
    names = [name for name in changed if name != "source_status"]
    run.story("ticket_updated", actor=None, fields=names)
    run.save()


def _withdraw(change: Change, ticket: Ticket) -> None:
    ticket.intake_state = Ticket.IntakeState.WITHDRAWN
    ticket.unmatched_reason, ticket.unmatched_detail = "", None
    task_id = Task.objects.filter(ticket=ticket).open().values_list("pk", flat=True).first()
    if task_id is not None:
        run = load_run(task_id, change)
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
    change = Change(now, actor)
    found = match(category=ticket.category, sub_category=ticket.sub_category, department=ticket.department)
    states = Ticket.IntakeState
    is_matched = isinstance(found, Match)
    ticket.intake_state = states.MATCHED if is_matched else states.UNMATCHED
    ticket.unmatched_reason = "" if isinstance(found, Match) else found.reason[:64]
    ticket.unmatched_detail = None if isinstance(found, Match) else found.candidates
    ticket.save(update_fields=["intake_state", "unmatched_reason", "unmatched_detail", "updated_at"])
    if actor is not None or is_matched:
        change.audit(
            "ticket.rerouted",
            "ticket",
            ticket.pk,
            ticket_number=ticket.ticket_number,
            new={"state": ticket.intake_state, "reason": ticket.unmatched_reason},
        )
    _route(change, ticket, found, None, told_status="received", first_seq=last_seq(ticket))
    change.write()
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


def note_dead_letter(letter: DeadLetter) -> None:
    """Keep in the ledger what could not be read as a ticket (`DEAD_LETTER_HOOK`, in the letter's transaction)."""
    if letter.queue != QUEUE and letter.task != TASK_NAME:
        return
    known = (
        IntakeRecord.objects.filter(message_id=letter.message_id, verdict=Verdict.INVALID)
        if letter.message_id
        else None
    )
    if known is not None and known.filter(dead_letter_id__isnull=True).update(dead_letter_id=letter.pk):
        return
    record = IntakeRecord(
        queue=letter.queue,
        message_id=letter.message_id,
        headers=letter.headers,
        raw_body=letter.body,
        body=_ticket_data_in(letter.body),
        verdict=Verdict.UNREADABLE,
        reason=f"{letter.code}: {letter.reason}",
        dead_letter_id=letter.pk,
        request_id=letter.request_id,
        received_at=letter.created_at,
    )
    if isinstance(record.body, dict):
        record.ticket_number = str(record.body.get("ticket_number") or "")[:200]
    record.save()


def _ticket_data_in(body: str) -> Any:
    """Return the ticket in a dead letter's body where one can be made out, so that it can be replayed as it is."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    kwargs = content.get("kwargs") if isinstance(content, dict) else None
    if isinstance(content, list) and len(content) == 3:
        kwargs = content[1]
    found = kwargs.get("ticket_data") if isinstance(kwargs, dict) else None
    if not isinstance(found, dict):
        return None
    try:
        return storable(found)
    except InvalidTicket:
        return None
