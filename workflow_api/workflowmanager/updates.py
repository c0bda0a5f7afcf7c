"""What a later message about a known ticket means: a repetition, an update, the ticket's end, or its reopening."""

from __future__ import annotations

from typing import Any

from task import notifications
from task.cancel import cancel_task
from task.hold import HELD_BY_SOURCE, hold_run, is_held_by_source, resume_run
from task.journal import Journal
from task.models import Task
from task.reopen import is_within_window, reopen_run
from task.run import Run, lock_run
from task.state_machine import HOLD
from task.ticket_changes import apply_changes
from tickets.models import IntakeRecord, Ticket
from tickets.patch import changes, patched
from tickets.reasons import SENTENCES
from tickets.submission import IN_PROGRESS, ON_HOLD, REOPENED, Submission, described, is_status
from workflow.matching import Match
from workflow.models import Workflow
from workflowmanager.routing import Verdict, last_task_id, match_of, route, set_state

Status = Task.Status
KIND = frozenset({"category", "sub_category", "department"})


def update(journal: Journal, ticket: Ticket, submission: Submission, record: IntakeRecord) -> None:
    """Take in what the message says about the locked ticket, and save it."""
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
    is_newer = known is not None and given is not None and given > known
    run = _lock_last(journal, ticket)
    before = run.fields if run else {}
    changed = take_description(journal, ticket, submission)
    record.verdict = Verdict.UPDATED
    _react(journal, ticket, submission, record, run, before, changed, is_newer=is_newer)
    ticket.save()


def _lock_last(journal: Journal, ticket: Ticket) -> Run | None:
    task_id = last_task_id(ticket)
    if task_id is None:
        return None
    run = lock_run(task_id, journal)
    run.ticket = ticket
    return run


def _react(
    journal: Journal,
    ticket: Ticket,
    submission: Submission,
    record: IntakeRecord,
    run: Run | None,
    before: dict[str, Any],
    changed: dict[str, Any],
    *,
    is_newer: bool,
) -> None:
    states = Ticket.IntakeState
    status = run.task.status if run else ""
    if submission.is_withdrawn:
        if status in (Status.COMPLETED, Status.REJECTED):
            record.reason = f"The task is {status}: nothing is left to close."
            return
        record.verdict = Verdict.CANCELLED
        _withdraw(ticket, run)
    elif run is not None and run.task.is_open:
        if changed:
            _take_change(ticket, run, before, changed)
    elif ticket.intake_state == states.UNMATCHED:
        found = match_of(ticket)
        set_state(ticket, found)
        route(journal, ticket, found, record, told_status="received", is_known=True)
    elif ticket.intake_state == states.WITHDRAWN and is_newer and "status" in submission.data:
        # The source opened it again: it starts afresh.
        _start_again(journal, ticket, record, run)
    elif submission.is_reopened or (status == Status.REJECTED and changed.keys() - {"source_status"}):
        _reopen(journal, ticket, record, run, changed)


def _take_change(ticket: Ticket, run: Run, before: dict[str, Any], changed: dict[str, Any]) -> None:
    """Tell the running task of the change; a new status of the source may hold it, or end a hold of the source's."""
    said = changed.get("source_status")
    goes_on = said is not None and is_status(ticket.data, IN_PROGRESS | REOPENED)
    holds = said is not None and is_status(ticket.data, ON_HOLD) and not is_status({"status": said["old"]}, ON_HOLD)
    visit = run.visit
    if goes_on and visit is not None and is_held_by_source(run):
        resume_run(run, visit, actor=None, reason=SENTENCES["resumed_by_source"])
    apply_changes(run, before, changed, move_offer=_move_offer(ticket, run, changed))
    visit = run.visit
    if holds and visit is not None and run.task.status in HOLD.sources:
        hold_run(run, visit, reason=HELD_BY_SOURCE, actor=None)
        run.save()


def take_description(journal: Journal, ticket: Ticket, submission: Submission) -> dict[str, Any]:
    """Patch the ticket with the message; return what changed, as {field: {old, new}}.

    A column changes where the source says something else than before: what was changed here stays otherwise.
    """
    data = patched(ticket.data, submission.data)
    # A payload from which the content was taken has no subject.
    old_columns, new_columns = described({"subject": "", **ticket.data}), described(data)
    ticket.requesters = ticket.known_requesters
    changed: dict[str, Any] = {}
    for name, new in new_columns.items():
        old = getattr(ticket, name)
        if old_columns[name] != new and old != new:
            changed[name] = {"old": old, "new": new}
            setattr(ticket, name, new)
    changed |= changes(ticket.data, data)
    ticket.requesters = ticket.known_requesters
    ticket.data, ticket.payload_hash = data, submission.payload_hash
    if submission.source_version is not None:
        ticket.source_version = submission.source_version
    journal.audit(
        "ticket.updated",
        "ticket",
        ticket.pk,
        ticket_number=ticket.ticket_number,
        old={name: values["old"] for name, values in changed.items()},
        new={name: values["new"] for name, values in changed.items()},
    )
    return changed


def _move_offer(ticket: Ticket, run: Run, changed: dict[str, Any]) -> dict[str, Any] | None:
    """Return the other workflow that serves what the ticket is about now, None where the present one is right."""
    if not KIND & changed.keys():
        return run.task.move_offer
    found = match_of(ticket)
    if not isinstance(found, Match) or found.workflow_id == run.task.workflow_id:
        return None
    name = Workflow.objects.filter(pk=found.workflow_id).values_list("name", flat=True).get()
    return {"workflow_id": found.workflow_id, "name": name}


def _withdraw(ticket: Ticket, run: Run | None) -> None:
    ticket.intake_state = Ticket.IntakeState.WITHDRAWN
    ticket.unmatched_reason, ticket.unmatched_detail = "", None
    if run is not None and run.task.is_open:
        cancel_task(run, reason=SENTENCES["withdrawn_by_source"])


def _reopen(journal: Journal, ticket: Ticket, record: IntakeRecord, run: Run | None, changed: dict[str, Any]) -> None:
    """Open the next cycle of the ticket's last task; after its window, or without one, start a new task."""
    if run is None or not is_within_window(run):
        _start_again(journal, ticket, record, run)
        return
    set_state(ticket, Match(run.task.workflow_id, run.graph.version_id, run.task.matched_by))
    reopen_run(run, reason=SENTENCES["reopened_by_source"], actor=None, changes=changed)
    record.verdict, record.reason = Verdict.REOPENED, f"Cycle {run.task.cycle} of the task."


def _start_again(journal: Journal, ticket: Ticket, record: IntakeRecord, run: Run | None) -> None:
    found = match_of(ticket)
    set_state(ticket, found)
    told_status = run.task.told_status if run else "received"
    started = route(journal, ticket, found, record, told_status=told_status, is_known=True)
    if started is not None and run is not None:
        record.verdict, record.reason = Verdict.REOPENED, "A new task goes on from the earlier one."
