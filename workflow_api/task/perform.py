"""Perform a transition of the workflow: one transaction, the task locked, exactly one winner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from audit.actor import Actor
from task import notifications
from task.access import check_visible
from task.assign import notify_assignee, notify_lead
from task.journal import Journal
from task.models import StepVisit, Task
from task.refusals import LoopLimit, TransitionNotAvailable
from task.remarks import Remark, say
from task.rotation import lock_rotations
from task.run import Run, lock_run, lock_visible
from task.state_machine import (
    PERFORM,
    VOTE_OUTCOMES,
    Standing,
    check_loop_limit,
    check_transition,
    check_version,
    stating,
)
from task.unassigned_queue import person_changed
from task.visits import automatic_chain, close_visit, end_of, enter, finish, pass_through, record_transition
from task.vote import cast_vote
from ticketing_common.errors import Invalid
from workflow.graph import GraphStep, GraphTransition, version_graph


def perform(
    *,
    actor: Actor,
    task_id: int,
    transition_id: int,
    comment: str = "",
    with_comment: Remark | None = None,
    expected_version: int | None,
    now: datetime,
) -> Run:
    """Perform one transition and return the run as it is then; what it makes room for follows the commit.

    `with_comment` is posted on the ticket, and is the transition's comment where none is given apart. Raises LoopLimit
    where the lead is to decide: `calling_lead` then calls them.
    """
    if with_comment is not None and not comment.strip():
        comment = with_comment.text
    with transaction.atomic():
        run, freed_id = perform_transition(
            actor=actor,
            task_id=task_id,
            transition_id=transition_id,
            comment=comment.strip(),
            with_comment=with_comment,
            expected_version=expected_version,
            now=now,
        )
        if freed_id is not None:
            transaction.on_commit(lambda: person_changed(freed_id, now=run.now), robust=True)
    return run


def perform_named(
    *, actor: Actor, task_id: int, transition: str, with_comment: Remark | None = None, now: datetime
) -> Run:
    """Perform the transition of this name that leads out of the task's step: for tasks of several versions."""
    check_visible(actor, task_id)
    place = Task.objects.filter(pk=task_id).values_list("workflow_version_id", "current_step_id").get()
    found = [each for each in version_graph(place[0]).outgoing(place[1]) if each.name == transition]
    if not found:
        raise TransitionNotAvailable(f"No transition “{transition}” leads out of the ticket's step.")
    return perform(
        actor=actor,
        task_id=task_id,
        transition_id=found[0].id,
        with_comment=with_comment,
        expected_version=None,
        now=now,
    )


@contextmanager
def calling_lead(task_id: int, *, actor: Actor, now: datetime) -> Iterator[None]:
    """Call the lead when the work within is refused by the loop limit.

    The refusal rolls back the transaction that it is raised in. So this stands around the outermost one: that of the
    `Idempotency-Key`, where a request has one.
    """
    try:
        yield
    except LoopLimit:
        _call_lead(task_id, actor=actor, now=now)
        raise


def perform_transition(
    *,
    actor: Actor,
    task_id: int,
    transition_id: int,
    comment: str,
    expected_version: int | None,
    now: datetime,
    with_comment: Remark | None = None,
    journal: Journal | None = None,
) -> tuple[Run, int | None]:
    """Do it in the caller's transaction, noted in the journal if one is given.

    Returns the run, and the id of a person with a capacity who has room again: what waited for it need not wait for
    the next sweep.
    """
    journal = journal or Journal(now, actor)
    run = lock_visible(task_id, journal)
    check_version(run, expected_version)
    with stating(run):
        visit = PERFORM.visit_in(run)
    transition = run.graph.transition(transition_id)
    if transition is None:
        raise Invalid("The task's version has no such transition.", attr="transition_id")
    standing = Standing(actor, run)
    on_behalf_of_id = check_transition(run, transition, standing, comment=comment)
    check_loop_limit(run, visit, transition, standing)
    say(run, with_comment, actor=actor)
    step, assignee = run.graph.steps[visit.step_id], run.task.assignee
    decided: GraphTransition | None = transition
    if step.takes_votes and transition.outcome in VOTE_OUTCOMES:
        decided = cast_vote(run, visit, transition, actor=actor, on_behalf_of_id=on_behalf_of_id, comment=comment)
    run.task.version += 1
    if decided is not None:
        move(run, visit, decided, actor=actor, on_behalf_of_id=on_behalf_of_id, comment=comment)
    run.save()
    run.performers = set()
    journal.write()
    is_freed = decided is not None and assignee is not None and assignee.capacity is not None
    return run, assignee.user_id if assignee is not None and is_freed else None


def move(
    run: Run,
    visit: StepVisit,
    transition: GraphTransition,
    *,
    actor: Actor | None,
    on_behalf_of_id: int | None = None,
    comment: str = "",
) -> None:
    """Leave the visit by the transition, and enter what comes next. Without an actor nobody in person performed it."""
    target = run.graph.steps[transition.to_step_id]
    performer_id = on_behalf_of_id or (actor.user_id if actor else None)
    run.performers = {actor.user_id, performer_id or actor.user_id} if actor else set()
    assignment = run.current_assignment() if target.kind == "approval" else None
    if assignment is not None and assignment.why.get("stands_in_for"):
        run.performers.add(int(assignment.why["stands_in_for"]))
    close_visit(run, visit, outcome=transition.outcome, performer_id=performer_id, reason="done")
    record_transition(run, visit, transition, actor=actor, comment=comment, on_behalf_of_id=on_behalf_of_id)
    is_return = transition.outcome == "return"
    chain = [] if is_return else automatic_chain(run, target)
    step = end_of(run, target, chain)
    pass_through(run, chain)
    if step.is_end:
        finish(run, step)
    else:
        enter(run, step, preferred_id=_previous_performer(run, step) if is_return else None)
        if is_return and actor is not None and run.task.assignee_id not in (None, actor.user_id):
            _notify_of_return(run, step, actor, comment)
        else:
            notify_assignee(run)
    _notify_owner(run, step, actor)


def _previous_performer(run: Run, step: GraphStep) -> int | None:
    visits = StepVisit.objects.filter(task_id=run.task.pk, step_id=step.id, performer_id__isnull=False)
    return visits.order_by("-number").values_list("performer_id", flat=True).first()


def _notify_of_return(run: Run, step: GraphStep, actor: Actor, comment: str) -> None:
    task = run.task
    run.journal.notify(
        *notifications.notification(
            task,
            "task_returned",
            user_id=task.assignee_id or 0,
            subject=f"{task.ticket_number} came back to you",
            message=comment,
            text=notifications.task_text(task, "ticket_returned", comment=comment),
            actor_name=actor.full_name,
            comment=comment,
            step_name=step.name,
        )
    )


def _notify_owner(run: Run, step: GraphStep, actor: Actor | None) -> None:
    """Tell the owner of every step, unless it is their own doing or they are the assignee now."""
    task = run.task
    if task.owner_id is None or task.owner_id in (actor.user_id if actor else None, task.assignee_id):
        return
    moved = f"{task.ticket_number} “{task.subject}”"
    done = f"{actor.full_name} moved {moved} on" if actor else f"{moved} went on by itself"
    run.journal.notify(
        *notifications.notification(
            task,
            "system",
            user_id=task.owner_id,
            subject=f"{task.ticket_number} is now in “{step.name}”",
            message=f"{done} to “{step.name}”.",
            text=(
                notifications.task_text(task, "step_entered_by", step=step.name, actor=actor.full_name)
                if actor
                else notifications.task_text(task, "step_entered", step=step.name)
            ),
            with_mail=False,
        )
    )


@transaction.atomic
def _call_lead(task_id: int, *, actor: Actor, now: datetime) -> None:
    """Flag the visit for its role's lead, once."""
    journal = Journal(now, actor)
    run = lock_run(task_id, journal)
    visit = run.visit
    if visit is None or visit.needs_lead:
        return
    visit.needs_lead = True
    visit.save(update_fields=["needs_lead"])
    run.use_rotations(lock_rotations([visit.role_id], now))
    run.record("lead_called", actor=actor, why="loop_limit")
    run.audit("task.lead_called", reason="loop_limit")
    notify_lead(run, visit)
    run.save()
    journal.write()
