"""Vote on an approval that several people decide."""

from __future__ import annotations

from audit.actor import Actor
from task.approvals import VOTED, Rule, barred_from, may_vote
from task.assign import assign_by_strategy, end_assignment, notify_assignee
from task.models import ApprovalVote, StepVisit
from task.refusals import AlreadyVoted
from task.rotation import lock_rotations, save_rotations
from task.run import VISIT_FIELDS, Run
from workflow.graph import GraphStep, GraphTransition


def cast_vote(
    run: Run,
    visit: StepVisit,
    transition: GraphTransition,
    *,
    actor: Actor,
    on_behalf_of_id: int | None,
    comment: str,
) -> GraphTransition | None:
    """Store the vote; return the transition that it decides, None while the approval is open."""
    step = run.graph.steps[visit.step_id]
    voter_id = on_behalf_of_id or actor.user_id
    _lock_ahead(run, visit, step)
    barred = barred_from(run, visit, step)
    if barred.get(voter_id) == VOTED:
        raise AlreadyVoted()
    votes = [(vote.outcome, vote.person_id) for vote in run.votes()] + [(transition.outcome, voter_id)]
    ApprovalVote.objects.create(
        visit_id=visit.pk,
        person_id=voter_id,
        transition_id=transition.id,
        outcome=transition.outcome,
        comment=comment,
        cast_at=run.now,
    )
    run.forget_votes()
    # The votes of people who have left the role since count.
    voters = {*may_vote(run, visit, barred), *(person_id for _, person_id in votes)}
    approvals = sum(outcome == "approve" for outcome, _ in votes)
    refusals = len(votes) - approvals
    verdict = Rule.of(step).verdict(approvals=approvals, refusals=refusals, voters=len(voters))
    run.joined.append((voter_id, visit.role_id or 0))
    run.record(
        "vote",
        actor=actor,
        outcome=transition.outcome,
        approvals=approvals,
        refusals=refusals,
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
    decided = _decided_by(run, step, transition, verdict)
    if decided is None and run.task.assignee_id == voter_id:
        # Their part is done: the visit goes on to somebody who has not voted.
        end_assignment(run, visit, "voted")
        assign_by_strategy(run, visit, step.assignment, excluded={**barred, voter_id: VOTED})
        notify_assignee(run)
        visit.save(update_fields=VISIT_FIELDS)
        save_rotations(run.rotations)
    return decided


def _lock_ahead(run: Run, visit: StepVisit, step: GraphStep) -> None:
    """Lock the rotations of every step that the vote may lead to, with the visit's own: all at once, in order."""
    steps = [step, *(run.graph.steps[step_id] for step_id in run.graph.ahead(step.id))]
    roles = {role_id for each in steps for role_id in (each.role_id, each.escalate_to_id)}
    run.use_rotations(lock_rotations({visit.role_id, *roles}, run.now, strategies=[each.assignment for each in steps]))


def _decided_by(run: Run, step: GraphStep, transition: GraphTransition, verdict: str) -> GraphTransition | None:
    if verdict == transition.outcome:
        return transition
    for other in run.graph.outgoing(step.id):
        if verdict and other.outcome == verdict and not other.is_automatic and run.fulfils(other):
            return other
    return None
