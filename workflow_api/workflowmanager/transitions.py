"""Perform transitions: one transaction, the task locked, exactly one winner."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.actor import Actor
from task.access import holds_role, leads
from task.models import ApprovalVote, StepVisit, Task, Timeline
from ticketing_common.errors import Conflict, Forbidden, Invalid
from workflow.conditions import holds
from workflow.graph import GraphStep, GraphTransition
from workflowmanager import notices
from workflowmanager.approvals import Rule, barred_from, give_visit, interested, may_vote
from workflowmanager.pooling import person_changed
from workflowmanager.rosters import lock_rosters, save_cursors
from workflowmanager.running import FOUR_EYES, VOTED, Run, load_run, load_visible
from workflowmanager.writing import Change, in_transaction

NEEDS_COMMENT = frozenset({"reject", "return"})
APPROVAL_OUTCOMES = frozenset({"approve", "reject", "return"})


class StaleVersion(Conflict):
    code = "stale_version"
    default_detail = "The task has changed meanwhile."


class TaskOnHold(Conflict):
    code = "task_on_hold"
    default_detail = "The task is on hold."


class TaskClosed(Conflict):
    code = "task_closed"
    default_detail = "The task is closed."


class NotAssigned(Conflict):
    code = "not_assigned"
    default_detail = "Nobody has the task. Claim or transfer it first."


class NotAssignee(Forbidden):
    code = "not_assignee"
    default_detail = "Only the person who has the task may do this."


class TransitionNotAvailable(Conflict):
    code = "transition_not_available"
    default_detail = "This transition does not leave the task's current step."


class GuardNotMet(Conflict):
    code = "condition_not_met"
    default_detail = "The ticket does not fulfil this transition's condition."


class FourEyes(Forbidden):
    code = "four_eyes"
    default_detail = "Nobody approves what they asked for or did themselves."


class AlreadyVoted(Conflict):
    code = "already_voted"
    default_detail = "This person has given their word already."


class NotVisited(Conflict):
    code = "step_not_visited"
    default_detail = "The task has not been in that step: it can't be returned there."


class LoopLimit(Conflict):
    code = "loop_limit"
    default_detail = "The task has gone this way too often. The role's lead decides now."


class CommentRequired(Invalid):
    code = "comment_required"
    default_detail = "A comment is needed."


def current_state(task: Task, run: Run | None = None) -> dict[str, Any]:
    """Return what a client needs to know after a conflict: the state now, and who made it."""
    step = run.step if run else None
    last = (
        Timeline.objects.filter(task_id=task.pk, actor_id__isnull=False)
        .order_by("-seq")
        .values("actor_id", "actor_name", "event", "at")
        .first()
    )
    return {
        "current": {
            "id": task.pk,
            "status": task.status,
            "version": task.version,
            "current_step": step.as_step if step else None,
            "assignee": run.person(task.assignee_id) if run else None,
        },
        "acted_by": {"user_id": last["actor_id"], "full_name": last["actor_name"]} if last else None,
        "last_event": last["event"] if last else None,
    }


def check_version(run: Run, expected_version: int | None) -> None:
    if expected_version is None or expected_version == run.task.version:
        return
    state = current_state(run.task, run)
    by = f" by {state['acted_by']['full_name']}" if state["acted_by"] else ""
    raise StaleVersion(f"The task was changed{by} meanwhile.", **state)


def check_open(run: Run) -> StepVisit:
    """Return the open visit of a task that is being worked on, else refuse with its state."""
    task = run.task
    if task.status == Task.Status.ON_HOLD:
        raise TaskOnHold(**current_state(task, run))
    if run.visit is None or task.status not in (Task.Status.PENDING, Task.Status.IN_PROGRESS):
        raise TaskClosed(f"The task is {task.status}.", **current_state(task, run))
    return run.visit


def perform(
    *,
    actor: Actor,
    task_id: int,
    transition_id: int,
    comment: str = "",
    expected_version: int | None,
    now: datetime,
) -> Task:
    """Perform one transition and return the task as it is then."""
    try:
        return perform_now(
            actor=actor,
            task_id=task_id,
            transition_id=transition_id,
            comment=comment.strip(),
            expected_version=expected_version,
            now=now,
        )
    except LoopLimit:
        _call_lead(task_id, actor=actor, now=now)
        raise


@in_transaction
def perform_now(
    *,
    actor: Actor,
    task_id: int,
    transition_id: int,
    comment: str,
    expected_version: int | None,
    now: datetime,
) -> Task:
    """Perform it, in one transaction."""
    change = Change(now, actor)
    run = load_visible(task_id, change)
    check_version(run, expected_version)
    visit = check_open(run)
    step = run.graph.steps[visit.step_id]
    transition = _find(run, step, transition_id)
    is_loop = transition.outcome in NEEDS_COMMENT or run.graph.is_in_ring(transition)
    on_behalf_of_id = _in_whose_name(run, visit, step, actor, is_loop=is_loop)
    if (transition.requires_comment or transition.outcome in NEEDS_COMMENT) and not comment:
        raise CommentRequired(attr="comment")
    if not holds(transition.condition, run.fields):
        raise GuardNotMet()
    if step.kind == "approval" and transition.outcome == "approve":
        _check_four_eyes(run, visit, actor, on_behalf_of_id)
    if is_loop:
        _check_loop(run, visit, step, transition, actor)
    if step.takes_votes and transition.outcome in ("approve", "reject"):
        decided = _vote(run, visit, step, transition, actor, on_behalf_of_id, comment)
        if decided is None:
            run.save()
            change.write()
            return run.task
        transition = decided
    holder = run.task.assignee
    _move(run, visit, transition, actor=actor, on_behalf_of_id=on_behalf_of_id, comment=comment)
    run.save()
    change.write()
    if holder is not None and holder.capacity is not None:
        # They have room again: what waited for it need not wait for the next sweep.
        transaction.on_commit(lambda: person_changed(holder.user_id, now=change.now), robust=True)
    return run.task


def _find(run: Run, step: GraphStep, transition_id: int) -> GraphTransition:
    transition = run.graph.transition(transition_id)
    if transition is None:
        raise Invalid("The task's version has no such transition.", attr="transition_id")
    if transition.from_step_id != step.id or transition.is_automatic:
        raise TransitionNotAvailable(**current_state(run.task, run))
    if step.kind == "approval" and transition.outcome not in APPROVAL_OUTCOMES:
        raise TransitionNotAvailable("An approval is left by approval, refusal or return only.")
    return transition


def _in_whose_name(run: Run, visit: StepVisit, step: GraphStep, actor: Actor, *, is_loop: bool) -> int | None:
    """Return for whom the person acts, None for themselves; refuse who may not act at all."""
    assignee_id = run.task.assignee_id
    if assignee_id == actor.user_id:
        return None
    if step.takes_votes and holds_role(actor.user_id, visit.role_id):
        return None
    if actor.is_admin or (is_loop and leads(actor, visit.role_id)):
        if assignee_id is None:
            raise NotAssigned(**current_state(run.task, run))
        return assignee_id
    if assignee_id is None:
        raise NotAssigned(**current_state(run.task, run))
    raise NotAssignee(**current_state(run.task, run))


def _check_four_eyes(run: Run, visit: StepVisit, actor: Actor, on_behalf_of_id: int | None) -> None:
    barred = interested(run)
    people = {actor.user_id, on_behalf_of_id or actor.user_id}
    turn = run.current_turn()
    if turn is not None and turn.person_id in people and turn.why.get("stands_in_for"):
        people.add(int(turn.why["stands_in_for"]))
    if people & barred:
        raise FourEyes()


def _check_loop(run: Run, visit: StepVisit, step: GraphStep, transition: GraphTransition, actor: Actor) -> None:
    """A return goes to a step the task has been in; a way back may be gone a limited number of times."""
    target = run.graph.steps[transition.to_step_id]
    if target.is_end:
        return
    if transition.outcome == "return" and target.id not in run.visited_step_ids():
        raise NotVisited()
    way = (transition.from_step_id, transition.to_step_id)
    times = sum((row["from_step_id"], row["to_step_id"]) == way for row in run.history())
    if times >= step.return_cap and not leads(actor, visit.role_id):
        raise LoopLimit(
            f"The task has gone this way {times} times. The role's lead decides now.", limit=step.return_cap
        )


def _vote(
    run: Run,
    visit: StepVisit,
    step: GraphStep,
    transition: GraphTransition,
    actor: Actor,
    on_behalf_of_id: int | None,
    comment: str,
) -> GraphTransition | None:
    """Count the person's word; return the transition that it decides, None while the approval is open."""
    voter_id = on_behalf_of_id or actor.user_id
    # With the cursors of whatever step this word may lead to: all at once, in order.
    steps = [step, *(run.graph.steps[step_id] for step_id in run.graph.ahead(step.id))]
    roles = {role_id for each in steps for role_id in (each.role_id, each.escalate_to_id)}
    run.note_roster(lock_rosters({visit.role_id, *roles}, run.now, strategies=[each.assignment for each in steps]))
    barred = barred_from(run, visit, step)
    if barred.get(voter_id) == VOTED:
        raise AlreadyVoted()
    outcomes = [(vote.outcome, vote.person_id) for vote in run.votes()] + [(transition.outcome, voter_id)]
    run.change.insert(
        ApprovalVote(
            visit_id=visit.pk,
            person_id=voter_id,
            transition_id=transition.id,
            outcome=transition.outcome,
            comment=comment,
            cast_at=run.now,
        )
    )
    # Who has left the role keeps the word they gave.
    voters = {*may_vote(run, visit, barred), *(person_id for _, person_id in outcomes)}
    approvals = sum(outcome == "approve" for outcome, _ in outcomes)
    verdict = Rule.of(step).verdict(approvals=approvals, refusals=len(outcomes) - approvals, voters=len(voters))
    run.newcomers.append((voter_id, visit.role_id or 0))
    run.story(
        "vote",
        actor=actor,
        outcome=transition.outcome,
        approvals=approvals,
        refusals=len(outcomes) - approvals,
        voters=len(voters),
        comment=comment,
    )
    run.audit(
        "task.vote",
        actor=actor,
        on_behalf_of_id=on_behalf_of_id,
        new={"outcome": transition.outcome, "step": step.name},
        reason=comment,
    )
    if verdict == transition.outcome:
        return transition
    if verdict:
        fields = run.fields
        for other in run.graph.outgoing(step.id):
            if other.outcome == verdict and not other.is_automatic and holds(other.condition, fields):
                return other
    run.task.version += 1
    if run.task.assignee_id == voter_id:
        # Their part is done: the visit goes on to somebody whose word is missing.
        run.end_assignment(visit, "voted")
        run.give(visit, step.assignment, excluded={**barred, voter_id: VOTED})
        run.tell_assignee()
        run.change.update(visit, ("role_id", "pooled_at", "needs_lead"))
        save_cursors(run.rosters, run.change)
    return None


def _move(
    run: Run,
    visit: StepVisit,
    transition: GraphTransition,
    *,
    actor: Actor,
    on_behalf_of_id: int | None,
    comment: str,
) -> None:
    """Leave the visit by the transition, and enter what comes next."""
    task = run.task
    performer_id = on_behalf_of_id or actor.user_id
    turn = run.current_turn() if run.graph.steps[transition.to_step_id].kind == "approval" else None
    run.performers = {actor.user_id, performer_id}
    if turn is not None and turn.why.get("stands_in_for"):
        run.performers.add(int(turn.why["stands_in_for"]))
    task.version += 1
    run.close_visit(visit, outcome=transition.outcome, performer_id=performer_id, reason="done")
    run.record_transition(visit, transition, actor=actor, comment=comment, on_behalf_of_id=on_behalf_of_id)
    target = run.graph.steps[transition.to_step_id]
    is_return = transition.outcome == "return"
    chain = [] if is_return else run.automatic_chain(target)
    step = run.graph.steps[chain[-1][1].to_step_id] if chain else target
    ids = run.change.new_ids("step_visits", len(chain) + (not step.is_end))
    run.pass_through(chain, ids)
    if step.is_end:
        run.finish(step)
        _tell_owner(run, step, actor)
        return
    enter(run, step, ids.pop(0), preferred_id=_previous_performer(run, step) if is_return else None)
    if is_return and task.assignee_id is not None and task.assignee_id != actor.user_id:
        run.change.tell(
            *notices.notice(
                task,
                "task_returned",
                user_id=task.assignee_id,
                subject=f"{task.ticket_number} came back to you",
                message=comment,
                actor_name=actor.full_name,
                comment=comment,
                step_name=step.name,
            )
        )
    else:
        run.tell_assignee()
    _tell_owner(run, step, actor)


def enter(run: Run, step: GraphStep, visit_id: int, *, preferred_id: int | None = None) -> StepVisit:
    """Open a stay in the step and give it to somebody. Votes of an earlier stay there are void."""
    rosters = lock_rosters(
        [step.role_id, step.escalate_to_id if step.kind == "approval" else None],
        run.now,
        strategies=[step.assignment],
        change=run.change,
    )
    run.note_roster(rosters)
    if step.kind == "approval" and not run.is_new:
        run.settle()
        run.change.run(_VOID, run.now, run.task.pk, step.id)
    visit = run.open_visit(step, visit_id)
    give_visit(run, visit, step, preferred_id=preferred_id)
    save_cursors(rosters, run.change)
    return visit


_VOID = (
    "UPDATE approval_votes SET voided_at = %s FROM step_visits v WHERE v.id = approval_votes.visit_id"
    " AND v.task_id = %s AND v.step_id = %s AND voided_at IS NULL"
)


def _previous_performer(run: Run, step: GraphStep) -> int | None:
    run.settle()
    return (
        StepVisit.objects.filter(task=run.task, step_id=step.id, performer_id__isnull=False)
        .order_by("-number")
        .values_list("performer_id", flat=True)
        .first()
    )


def _tell_owner(run: Run, step: GraphStep, actor: Actor) -> None:
    """The owner hears of every step, unless it is their own doing or their own task now."""
    task = run.task
    if run.change.is_quiet or task.owner_id is None or task.owner_id in (actor.user_id, task.assignee_id):
        return
    run.change.tell(
        *notices.notice(
            task,
            "system",
            user_id=task.owner_id,
            subject=f"{task.ticket_number} is now in “{step.name}”",
            message=f"{actor.full_name} moved {task.ticket_number} “{task.subject}” on to “{step.name}”.",
            with_mail=False,
        )
    )


@transaction.atomic
def _call_lead(task_id: int, *, actor: Actor, now: datetime) -> None:
    """Flag the visit for its lead, once."""
    change = Change(now, actor)
    run = load_run(task_id, change)
    visit = run.visit
    if visit is None or visit.needs_lead:
        return
    visit.needs_lead = True
    change.update(visit, ("needs_lead",))
    run.note_roster(lock_rosters([visit.role_id], now))
    run.story("lead_called", actor=actor, why="loop_limit")
    run.audit("task.lead_called", reason="loop_limit")
    run.tell_lead(visit, None)
    run.save()
    change.write()


def available(
    run: Run,
    actor: Actor,
    *,
    member_role_ids: Collection[int],
    led_role_ids: Collection[int] = (),
) -> list[dict[str, Any]]:
    """Return the transitions that the person may perform now, as the API lists them. Takes no lock.

    Who only leads the role decides about ways back: those are all that is listed for them.
    """
    task, visit, step = run.task, run.visit, run.step
    if visit is None or step is None or task.status not in (Task.Status.IN_PROGRESS, Task.Status.PENDING):
        return []
    is_voter = step.takes_votes and visit.role_id in member_role_ids
    may_act = task.assignee_id == actor.user_id or (actor.is_admin and task.assignee_id is not None) or is_voter
    is_lead = task.assignee_id is not None and visit.role_id in led_role_ids
    if not (may_act or is_lead):
        return []
    may_approve = True
    if step.kind == "approval":
        barred = barred_from(run, visit, step)
        people = {actor.user_id, task.assignee_id if task.assignee_id and not is_voter else actor.user_id}
        turn = run.current_turn()
        if turn is not None and turn.why.get("stands_in_for"):
            people.add(int(turn.why["stands_in_for"]))
        may_approve = not any(barred.get(user_id or 0) == FOUR_EYES for user_id in people)
        voter_id = actor.user_id if is_voter or task.assignee_id == actor.user_id else task.assignee_id
        if barred.get(voter_id or 0) == VOTED:
            return []
    fields = run.fields
    result = []
    for transition in run.graph.outgoing(step.id):
        if transition.is_automatic or not holds(transition.condition, fields):
            continue
        if not may_act and transition.outcome not in NEEDS_COMMENT and not run.graph.is_in_ring(transition):
            continue
        if step.kind == "approval" and (
            transition.outcome not in APPROVAL_OUTCOMES or (transition.outcome == "approve" and not may_approve)
        ):
            continue
        if transition.outcome == "return" and transition.to_step_id not in run.visited_step_ids():
            continue
        result.append(
            {
                "id": transition.id,
                "name": transition.name,
                "outcome": transition.outcome,
                "requires_comment": transition.requires_comment or transition.outcome in NEEDS_COMMENT,
                "to_step": run.graph.steps[transition.to_step_id].as_step,
            }
        )
    return result
