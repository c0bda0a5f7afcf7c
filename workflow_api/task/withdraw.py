"""Take back a vote while the approval is undecided."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from audit.actor import Actor
from task.approvals import barred_from
from task.assign import assign_by_strategy, notify_assignee
from task.assignment import CLAIM, ROUND_ROBIN
from task.journal import Journal
from task.refusals import NotVoted
from task.rotation import lock_rotations, save_rotations
from task.run import VISIT_FIELDS, Run, lock_visible
from task.state_machine import PERFORM, check_version, stating


@transaction.atomic
def withdraw_vote(*, task_id: int, actor: Actor, now: datetime, expected_version: int | None = None) -> Run:
    """Void the person's own vote on the current visit; it stays in history, and they may vote anew."""
    journal = Journal(now, actor)
    run = lock_visible(task_id, journal)
    check_version(run, expected_version)
    with stating(run):
        visit = PERFORM.visit_in(run)
    vote = next((given for given in run.votes() if given.person_id == actor.user_id), None)
    if vote is None:
        raise NotVoted()
    vote.voided_at = run.now
    vote.save(update_fields=["voided_at"])
    run.forget_votes()
    step = run.graph.steps[visit.step_id]
    run.record("vote_withdrawn", actor=actor, outcome=vote.outcome)
    run.audit("task.vote_withdrawn", actor=actor, old={"outcome": vote.outcome, "step": step.name})
    if run.task.assignee_id is None:
        # Everybody else has voted: it is theirs again.
        run.use_rotations(lock_rotations([visit.role_id], now, strategies=[step.assignment]))
        strategy = ROUND_ROBIN if step.assignment == CLAIM else step.assignment
        assign_by_strategy(run, visit, strategy, excluded=barred_from(run, visit, step))
        notify_assignee(run)
        visit.save(update_fields=VISIT_FIELDS)
        save_rotations(run.rotations)
    run.task.version += 1
    run.save()
    journal.write()
    return run
