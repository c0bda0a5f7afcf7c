"""Escalate a task: to the step's escalation role, else to the role's lead, else administrators are told.

A workflow may name a role for a second escalation, above the step's own.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from audit.actor import Actor
from task import notifications
from task.approvals import barred_from, request_votes
from task.assign import assign_by_strategy, assign_to, end_assignment, notify_of_move
from task.assignment import ROUND_ROBIN
from task.journal import Journal
from task.models import StepVisit
from task.remarks import Remark, say
from task.rotation import lock_rotations, save_rotations
from task.run import VISIT_FIELDS, Run, lock_visible
from task.state_machine import ESCALATE, Standing, check_version, required_reason
from workflow.graph import GraphStep


@transaction.atomic
def escalate(
    *,
    task_id: int,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
    with_comment: Remark | None = None,
) -> Run:
    """Escalate on a person's request."""
    reason = required_reason(reason or (with_comment.as_reason if with_comment else ""))
    journal = Journal(now, actor)
    run = lock_visible(task_id, journal)
    check_version(run, expected_version)
    visit = ESCALATE.check(run, Standing(actor, run))
    say(run, with_comment, actor=actor)
    above = run.graph.roles_above(run.graph.steps[visit.step_id])
    run.use_rotations(lock_rotations([visit.role_id, *above], now))
    escalate_visit(run, visit, reason=reason, actor=actor)
    run.save()
    journal.write()
    return run


def escalate_visit(run: Run, visit: StepVisit, *, reason: str, actor: Actor | None, is_second: bool = False) -> None:
    """Move the visit up, with the rotations of its role and those above locked. By the clock there is no actor.

    `is_second` goes to the role of the second escalation at once, wherever the first one led.
    """
    step = run.graph.steps[visit.step_id]
    old_id = run.task.assignee_id
    old = run.person(old_id)
    second = run.graph.second_role_of(step)
    above = second if is_second else run.graph.role_above(step, visit.role_id)
    to_role = ""
    if above is not None and (is_second or step.escalate_to_id is not None):
        to_role = _move_up(run, visit, step, above.id, reason=reason)
    else:
        to_role = _assign_to_lead(run, visit, reason=reason, actor=actor)
        if not to_role and above is not None:
            to_role = _move_up(run, visit, step, above.id, reason=reason)
        elif not to_role:
            _keep(run, visit, reason=reason)
    new = run.person(run.task.assignee_id)
    level = {"level": 2} if second is not None and visit.role_id == second.id else {}
    run.record("escalated", actor=actor, from_person=old, to_person=new, role=to_role, reason=reason, **level)
    run.audit(
        "task.escalated",
        actor=actor,
        old={"assignee": old_id},
        new={"assignee": run.task.assignee_id, "role": to_role, **level},
        reason=reason,
    )
    if run.task.assignee_id != old_id:
        notify_of_move(run, "task_escalated", old=old, new=new, reason=reason)
    run.task.version += 1
    visit.save(update_fields=VISIT_FIELDS)
    save_rotations(run.rotations)


def _move_up(run: Run, visit: StepVisit, step: GraphStep, role_id: int | None, *, reason: str) -> str:
    """Assign the visit to the role above and return its name; empty where nobody of it is available."""
    target = run.rotation(role_id)
    barred = barred_from(run, visit, step)
    if target is None or not target.can_choose(barred):
        _keep(run, visit, reason=reason, role_name=target.name if target else "")
        return ""
    end_assignment(run, visit, "escalated")
    visit.role_id = role_id
    assign_by_strategy(run, visit, ROUND_ROBIN, excluded=barred, origin="escalation")
    request_votes(run, visit, step, barred)
    return target.name


def _assign_to_lead(run: Run, visit: StepVisit, *, reason: str, actor: Actor | None) -> str:
    """Assign the visit to its role's lead and return what that is called; empty where the lead can't have it."""
    rotation = run.rotation(visit.role_id)
    lead = rotation.member(rotation.lead_id) if rotation else None
    barred = barred_from(run, visit, run.graph.steps[visit.step_id])
    if rotation and lead and lead.user_id != run.task.assignee_id and not lead.why_not() and lead.user_id not in barred:
        end_assignment(run, visit, "escalated")
        why = {"strategy": "lead", "candidates": [lead.user_id], "passed_over": []}
        assign_to(run, visit, lead.user_id, origin="escalation", why=why, given_by=actor, reason=reason)
        return f"the lead of {rotation.name}"
    return ""


def _keep(run: Run, visit: StepVisit, *, reason: str, role_name: str = "") -> None:
    """Leave the visit with whoever has it; the lead of its role and the administrators are told to look after it."""
    visit.needs_lead = True
    rotation = run.rotation(visit.role_id)
    lead_id = rotation.lead_id if rotation else None
    nobody = f"nobody of {role_name} is available" if role_name else "there is nobody above"
    run.journal.notify(
        *notifications.to_each(
            [*([lead_id] if lead_id else []), *notifications.admin_ids()],
            run.task,
            "task_escalated",
            subject=f"{run.task.ticket_number} needs an administrator",
            message=f"{run.task.ticket_number} was escalated and {nobody}. {reason}",
            text=(
                notifications.task_text(run.task, "escalated_role_unavailable", role=role_name, reason=reason)
                if role_name
                else notifications.task_text(run.task, "escalated_nobody_above", reason=reason)
            ),
            reason=reason,
        )
    )
