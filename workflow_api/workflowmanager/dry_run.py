"""Let a ticket walk a workflow's draft, or a version of it, on the engine itself, and keep nothing of it.

Everything happens in one transaction that is rolled back: the draft is frozen as a version, the ticket is inserted, and
each choice is performed as the person would perform it. Assignments, clocks and conditions are those of real work.

What stays away: audit entries and messages are collected and not written, so that the end of the audit chain, which
every writer waits for, is never locked. What is locked until the rollback: the workflow's row, and the rotations of all
of its roles, in the order of their ids. Who can't get a lock within `LOCK_TIMEOUT` gives up, well before PostgreSQL
looks for deadlocks, so that no worker ever fails for a dry run.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg2.errors import DeadlockDetected, LockNotAvailable, QueryCanceled

from audit.actor import Actor, PlainActor
from role.models import Person
from task import notifications
from task.claim import claim
from task.journal import Journal
from task.models import StepVisit
from task.perform import perform_transition
from task.rotation import lock_rotations
from task.run import Run, as_run, with_relations
from ticketing_common.contracts.messages import Message
from ticketing_common.errors import Conflict, Invalid, NotFound, Refusal
from tickets.models import Ticket
from tickets.submission import InvalidTicket, read
from workflow import services as workflows
from workflow.graph import GraphTransition, VersionGraph, forget, version_graph
from workflow.matching import Match
from workflow.models import Workflow
from workflow.versions import get_version
from workflowmanager.intake import ticket_of
from workflowmanager.routing import route

MAX_CHOICES = 50
MAX_SECONDS = 5.0
FARTHEST = timedelta(days=366)  # of the moment at which the ticket comes in, from now
LOCK_TIMEOUT, STATEMENT_TIMEOUT = "800ms", "3s"
MOMENT = timedelta(microseconds=1)  # between two acts
SAMPLE = "SAMPLE"  # what the answer calls a ticket that has no number


class DraftNotValid(Invalid):
    """The draft has errors, so that no version can be made of it; the answer carries `findings`."""

    code = "definition_invalid"
    default_detail = "The draft has errors. Validate it, and repair what is found."


class ChoiceNotPossible(Invalid):
    """The engine refuses one of the choices; `because` is the code of its refusal."""

    code = "choice_not_possible"


class DryRunBusy(Conflict):
    code = "dry_run_busy"
    default_detail = "Work is being assigned in these roles at this moment. Try again."


class DryRunTooLong(Conflict):
    code = "dry_run_too_long"
    default_detail = f"The dry run took longer than {MAX_SECONDS:g} seconds and was stopped."


@dataclass(frozen=True)
class Choice:
    """A transition, by the draft's id of it, and who performs it; None: whoever has the ticket."""

    transition: int
    by: int | None = None


@dataclass
class Collected(Journal):
    """A journal whose entries are dropped and whose messages are checked and kept, not published."""

    kept: list[Message] = field(default_factory=list)

    def write(self) -> None:
        for message in self.messages:
            message.validate()
        self.kept += self.messages
        self.messages, self.entries = [], []


@dataclass
class Walk:
    """A task on its way through the workflow, as far as the choices led it."""

    workflow: Workflow
    number: int | None  # of the version; None: the draft
    graph: VersionGraph
    ticket: Ticket
    shown_number: str
    at: datetime
    run: Run
    # Of each act, the start first: how many visits there were afterwards, and what would have been sent.
    acts: list[tuple[int, list[Message]]] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The moment of the next act."""
        return self.at + len(self.acts) * MOMENT

    def note(self, *journals: Collected) -> None:
        """Note an act, and read the task anew."""
        messages = [message for journal in journals for message in journal.kept]
        self.acts.append((StepVisit.objects.filter(task_id=self.run.task.pk).count(), messages))
        task = with_relations().get(pk=self.run.task.pk)
        self.run = as_run(task, Journal(self.now))

    def perform(self, choice: Choice) -> None:
        """Perform the choice as the person it names; who takes it from the unassigned queue claims it first."""
        transition = self._transition(choice.transition)
        actor = self._actor(choice.by)
        task, step, journals = self.run.task, self.run.step, []
        if task.assignee_id is None and step is not None and not step.takes_votes:
            journals.append(Collected(self.now, actor))
            claim(task_id=task.pk, actor=actor, now=self.now, journal=journals[-1])
        journals.append(Collected(self.now, actor))
        perform_transition(
            actor=actor,
            task_id=task.pk,
            transition_id=transition.id,
            comment="Dry run",
            expected_version=None,
            now=self.now,
            journal=journals[-1],
        )
        self.note(*journals)

    def _transition(self, key: int) -> GraphTransition:
        found = next((item for item in self.graph.transitions.values() if item.key == key), None)
        if found is None:
            raise Invalid("The workflow has no such transition.")
        return found

    def _actor(self, user_id: int | None) -> Actor:
        wanted = user_id if user_id is not None else self.run.task.assignee_id
        if wanted is None:
            raise Invalid("Nobody has the ticket here. Say who takes it.")
        person = Person.objects.filter(pk=wanted, is_active=True).first()
        if person is None:
            raise Invalid("There is no such person.")
        return PlainActor(person.user_id, person.full_name)


@contextmanager
def dry_run(
    *,
    workflow_id: int,
    number: int | None,
    sample: Mapping[str, Any] | None,
    ticket_number: str | None,
    choices: Sequence[Choice],
    actor: Actor,
    at: datetime,
) -> Iterator[Walk]:
    """Let a ticket that comes in at this moment take these choices; what the walk made is there inside the block.

    The ticket is a `sample`, as a help desk describes one, or has the payload of the one with `ticket_number`. Raises
    `DraftNotValid`, `ChoiceNotPossible`, `DryRunBusy`, `DryRunTooLong`, and what a ticket or version is refused with.
    """
    version_id = None
    try:
        with transaction.atomic():
            try:
                _limit()
                workflow = workflows.locked(workflow_id)
                version_id = _version_id(workflow, number, actor, at)
                walk = _start(workflow, number, version_id, _ticket(sample, ticket_number, at), ticket_number, at)
                _take(walk, choices)
                yield walk
            finally:
                transaction.set_rollback(True)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
            raise DryRunBusy() from error
        if isinstance(error.__cause__, QueryCanceled):
            raise DryRunTooLong() from error
        raise
    finally:
        if number is None and version_id is not None:
            forget(version_id)


def _limit() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'")


def _version_id(workflow: Workflow, number: int | None, actor: Actor, at: datetime) -> int:
    if number is not None:
        return get_version(workflow_id=workflow.pk, number=number).pk
    try:
        return workflows.freeze_draft(workflow, actor=actor, now=at).pk
    except workflows.NotValid as error:
        raise DraftNotValid(attr="version", **error.extra) from error


def _ticket(sample: Mapping[str, Any] | None, ticket_number: str | None, at: datetime) -> Ticket:
    """Return a new ticket, inserted, under a number that nobody else waits for."""
    own_number = f"DRY-RUN-{uuid.uuid4().hex}"
    if ticket_number is not None:
        ticket = Ticket.objects.filter(ticket_number=ticket_number).first()
        if ticket is None:
            raise NotFound("There is no such ticket.", attr="ticket_number")
        ticket.pk, ticket._state.adding = None, True
        ticket.ticket_number = ticket.source_number = own_number
    else:
        try:
            ticket = ticket_of(read({**(sample or {}), "ticket_number": own_number}), at)
        except InvalidTicket as error:
            raise Invalid(error.detail, attr=f"ticket.{error.path}" if error.path else "ticket") from error
    ticket.intake_state, ticket.unmatched_reason, ticket.unmatched_detail = Ticket.IntakeState.MATCHED, "", None
    ticket.save(force_insert=True)
    return ticket


def _start(
    workflow: Workflow, number: int | None, version_id: int, ticket: Ticket, shown: str | None, at: datetime
) -> Walk:
    """Start the version on the ticket, as intake does."""
    graph = version_graph(version_id)
    # All at once and in order, as every act locks its own: the acts of a walk come one after the other.
    roles = {role_id for step in graph.steps.values() for role_id in (step.role_id, *graph.roles_above(step))}
    lock_rotations({graph.coordinator_role_id, *roles}, at)
    journal = Collected(at)
    journal.notify(notifications.source_status(ticket, "received", at=at, key=f"t{ticket.pk}"))
    run = route(journal, ticket, Match(workflow.pk, version_id, "dry run"), None, told_status="received")
    if run is None:
        raise RuntimeError("A ticket that is matched starts.")
    journal.write()
    walk = Walk(workflow, number, graph, ticket, shown or SAMPLE, at, run)
    walk.note(journal)
    return walk


def _take(walk: Walk, choices: Sequence[Choice]) -> None:
    started = time.monotonic()
    for index, choice in enumerate(choices):
        if time.monotonic() - started > MAX_SECONDS:
            raise DryRunTooLong()
        try:
            walk.perform(choice)
        except Refusal as error:
            raise ChoiceNotPossible(error.detail, attr=f"choices.{index}", because=error.code) from error
