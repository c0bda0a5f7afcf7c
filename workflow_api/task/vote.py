"""Vote on an approval that several people decide."""

from __future__ import annotations

from dataclasses import dataclass

from audit.actor import Actor
from task.approvals import VOTED, Rule, barred_from, may_vote
from task.assign import assign_by_strategy, end_assignment, flag_undecidable, notify_assignee
from task.models import ApprovalVote, StepVisit
from task.refusals import AlreadyVoted
from task.rotation import lock_rotations, save_rotations
from task.run import VISIT_FIELDS, Run
from workflow.graph import GraphStep, GraphTransition


@dataclass(frozen=True)
class Tally:
    """The votes of a visit as they are now. `voters` are all whose vote counts, given or not."""

    approvals: int
    refusals: int
    voters: int
    verdict: str  # approve, reject, or empty while undecided

    @classmethod
    def of(cls, run: Run, visit: StepVisit, step: GraphStep, barred: dict[int, str]) -> Tally:
        """Count the votes; the rotation of the visit's role is known to the run."""
        votes = run.votes()
        # The votes of people who have left the role since count.
        voters = {*may_vote(run, visit, barred), *(vote.person_id for vote in votes)}
        approvals = sum(vote.outcome == "approve" for vote in votes)
        refusals = len(votes) - approvals
        verdict = Rule.of(step).verdict(approvals=approvals, refusals=refusals, voters=len(voters))
        return cls(approvals, refusals, len(voters), verdict)


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
    lock_ahead(run, visit, step)
    barred = barred_from(run, visit, step)
    if barred.get(voter_id) == VOTED:
        raise AlreadyVoted()
    ApprovalVote.objects.create(
        visit_id=visit.pk,
        person_id=voter_id,
        transition_id=transition.id,
        outcome=transition.outcome,
        comment=comment,
        cast_at=run.now,
    )
    run.forget_votes()
    tally = Tally.of(run, visit, step, barred)
    run.joined.append((voter_id, visit.role_id or 0))
    run.record(
        "vote",
        actor=actor,
        outcome=transition.outcome,
        approvals=tally.approvals,
        refusals=tally.refusals,
        voters=tally.voters,
        comment=comment,
    )
    run.audit(
        "task.vote",
        actor=actor,
        on_behalf_of_id=on_behalf_of_id,
        new={"outcome": transition.outcome, "step": step.name},
        reason=comment,
    )
    decided = transition if tally.verdict == transition.outcome else deciding_transition(run, step, tally.verdict)
    if decided is None and run.task.assignee_id == voter_id:
        # Their part is done: the visit goes on to somebody who has not voted.
        end_assignment(run, visit, "voted")
        assign_by_strategy(run, visit, step.assignment, excluded={**barred, voter_id: VOTED})
        notify_assignee(run)
        visit.save(update_fields=VISIT_FIELDS)
        save_rotations(run.rotations)
    if decided is None and flag_undecidable(run, visit, step, barred_from(run, visit, step)):
        visit.save(update_fields=VISIT_FIELDS)
    return decided


def lock_ahead(run: Run, visit: StepVisit, step: GraphStep) -> None:
    """Lock the rotations of every step that the vote may lead to, with the visit's own: all at once, in order."""
    steps = [step, *(run.graph.steps[step_id] for step_id in run.graph.ahead(step.id))]
    roles = {role_id for each in steps for role_id in (each.role_id, *run.graph.roles_above(each))}
    run.use_rotations(lock_rotations({visit.role_id, *roles}, run.now, strategies=[each.assignment for each in steps]))


def deciding_transition(run: Run, step: GraphStep, verdict: str) -> GraphTransition | None:
    """Return the transition that a verdict performs; None for no verdict, or where no transition of it fits."""
    for transition in run.graph.outgoing(step.id):
        if verdict and transition.outcome == verdict and not transition.is_automatic and run.fulfils(transition):
            return transition
    return None
