"""Claim a task from the unassigned queue, and release it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from audit.actor import Actor
from task.assign import assign_to, check_eligible, end_assignment, queue_visit
from task.assignment import CLAIM as BY_CLAIM
from task.journal import Journal
from task.notifications import iso
from task.rotation import lock_rotations
from task.run import VISIT_FIELDS, Run, lock_visible
from task.state_machine import CLAIM, RELEASE, Standing, check_version


@transaction.atomic
def claim(
    *, task_id: int, actor: Actor, now: datetime, expected_version: int | None = None, journal: Journal | None = None
) -> Run:
    """Take a task that nobody has. The second to try is told who was faster."""
    journal = journal or Journal(now, actor)
    run = lock_visible(task_id, journal)
    visit = CLAIM.check(run, Standing(actor, run))
    check_version(run, expected_version)
    run.use_rotations(lock_rotations([visit.role_id], now))
    member = check_eligible(run, visit, actor.user_id)
    since = iso(visit.pooled_at) if visit.pooled_at else None
    why = {"strategy": BY_CLAIM, "candidates": [member.user_id], "passed_over": [], "pooled_at": since}
    assign_to(run, visit, member.user_id, origin="claim", why=why, given_by=actor)
    run.record("claimed", actor=actor, assignee=member.as_person)
    run.audit("task.claimed", new={"assignee": member.user_id})
    run.task.version += 1
    visit.save(update_fields=VISIT_FIELDS)
    run.save()
    journal.write()
    return run


@transaction.atomic
def release(*, task_id: int, actor: Actor, now: datetime, reason: str = "", expected_version: int | None = None) -> Run:
    """Put the task back into its role's queue, where it keeps its age and waits to be claimed."""
    journal = Journal(now, actor)
    run = lock_visible(task_id, journal)
    check_version(run, expected_version)
    visit = RELEASE.check(run, Standing(actor, run))
    assignee_id = run.task.assignee_id
    end_assignment(run, visit, "released")
    queue_visit(run, visit)
    run.record("released", actor=actor, released_by=run.person(assignee_id), reason=reason.strip())
    run.audit("task.released", old={"assignee": assignee_id}, new={"assignee": None}, reason=reason.strip())
    run.task.version += 1
    visit.save(update_fields=VISIT_FIELDS)
    run.save()
    journal.write()
    return run
