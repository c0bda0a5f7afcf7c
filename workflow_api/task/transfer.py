"""Transfer a task to another member of its role."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from audit.actor import Actor
from task.assign import assign_to, check_eligible, end_assignment, notify_of_move
from task.journal import Journal
from task.refusals import NotEligible
from task.remarks import Remark, say
from task.rotation import lock_rotations
from task.run import VISIT_FIELDS, Run, lock_visible
from task.state_machine import TRANSFER, Standing, check_version, required_reason


@transaction.atomic
def transfer(
    *,
    task_id: int,
    user_id: int,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
    with_comment: Remark | None = None,
) -> Run:
    """Give the task to another member of its role. Clock and history stay."""
    reason = required_reason(reason or (with_comment.as_reason if with_comment else ""))
    journal = Journal(now, actor)
    run = lock_visible(task_id, journal)
    check_version(run, expected_version)
    visit = TRANSFER.check(run, Standing(actor, run))
    say(run, with_comment, actor=actor)
    assignee_id = run.task.assignee_id
    if user_id == assignee_id:
        raise NotEligible("This person has the task already.", attr="user_id")
    run.use_rotations(lock_rotations([visit.role_id], now))
    member = check_eligible(run, visit, user_id, attr="user_id")
    old = run.person(assignee_id)
    end_assignment(run, visit, "transferred")
    why = {"strategy": "transfer", "candidates": [user_id], "passed_over": [], "from": assignee_id}
    assign_to(run, visit, user_id, origin="transfer", why=why, given_by=actor, reason=reason)
    run.record("transferred", actor=actor, from_person=old, to_person=member.as_person, reason=reason)
    run.audit("task.transferred", old={"assignee": assignee_id}, new={"assignee": user_id}, reason=reason)
    notify_of_move(run, "task_transferred", old=old, new=member.as_person, reason=reason)
    run.task.version += 1
    visit.save(update_fields=VISIT_FIELDS)
    run.save()
    journal.write()
    return run
