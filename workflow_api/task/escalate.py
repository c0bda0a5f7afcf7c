"""Escalate a task: to the step's escalation role, else to the role's lead, else administrators are told."""

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
from task.rotation import lock_rotations, save_rotations
from task.run import VISIT_FIELDS, Run, lock_visible
from task.state_machine import ESCALATE, Standing, check_version, required_reason


@transaction.atomic
def escalate(*, task_id: int, reason: str, actor: Actor, now: datetime, expected_version: int | None = None) -> Run:
    """Escalate on a person's request."""
    reason = required_reason(reason)
    journal = Journal(now, actor)
    run = lock_visible(task_id, journal)
    check_version(run, expected_version)
    visit = ESCALATE.check(run, Standing(actor, run))
    run.use_rotations(lock_rotations([visit.role_id, run.graph.steps[visit.step_id].escalate_to_id], now))
    escalate_visit(run, visit, reason=reason, actor=actor)
    run.save()
    journal.write()
    return run


def escalate_visit(run: Run, visit: StepVisit, *, reason: str, actor: Actor | None) -> None:
    """Move the visit up, with the rotations of both roles locked. By the clock there is no actor."""
    step = run.graph.steps[visit.step_id]
    old_id = run.task.assignee_id
    old = run.person(old_id)
    target = run.rotation(step.escalate_to_id)
    barred = barred_from(run, visit, step)
    if target is not None and step.escalate_to_id != visit.role_id and not target.can_choose(barred):
        to_role = ""
        _keep(run, visit, reason=reason, role_name=target.name)
    elif target is not None and step.escalate_to_id != visit.role_id:
        to_role = target.name
        end_assignment(run, visit, "escalated")
        visit.role_id = step.escalate_to_id
        assign_by_strategy(run, visit, ROUND_ROBIN, excluded=barred, origin="escalation")
        request_votes(run, visit, step, barred)
    else:
        to_role = _escalate_to_lead(run, visit, reason=reason, actor=actor)
    new = run.person(run.task.assignee_id)
    run.record("escalated", actor=actor, from_person=old, to_person=new, role=to_role, reason=reason)
    run.audit(
        "task.escalated",
        actor=actor,
        old={"assignee": old_id},
        new={"assignee": run.task.assignee_id, "role": to_role},
        reason=reason,
    )
    if run.task.assignee_id != old_id:
        notify_of_move(run, "task_escalated", old=old, new=new, reason=reason)
    run.task.version += 1
    visit.save(update_fields=VISIT_FIELDS)
    save_rotations(run.rotations)


def _escalate_to_lead(run: Run, visit: StepVisit, *, reason: str, actor: Actor | None) -> str:
    """Assign the visit to its role's lead and return what that is called; empty where the lead can't have it."""
    rotation = run.rotation(visit.role_id)
    lead = rotation.member(rotation.lead_id) if rotation else None
    barred = barred_from(run, visit, run.graph.steps[visit.step_id])
    if rotation and lead and lead.user_id != run.task.assignee_id and not lead.why_not() and lead.user_id not in barred:
        end_assignment(run, visit, "escalated")
        why = {"strategy": "lead", "candidates": [lead.user_id], "passed_over": []}
        assign_to(run, visit, lead.user_id, origin="escalation", why=why, given_by=actor, reason=reason)
        return f"the lead of {rotation.name}"
    _keep(run, visit, reason=reason)
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
            reason=reason,
        )
    )
