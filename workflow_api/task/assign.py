"""Assign a visit: by its step's strategy, to a named person, or put it into its role's unassigned queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit.actor import Actor
from task import notifications
from task.approvals import barred_from, cannot_pass, is_hopeless, request_votes
from task.assignment import CLAIM, ROUND_ROBIN, WORDS, Choice, Member
from task.hot_sql import CompiledUpdate
from task.models import Assignment, StepVisit, Task
from task.refusals import NotEligible
from task.run import Run
from task.state_machine import working_status
from workflow.graph import GraphStep

UNDECIDABLE = "undecidable"
CALLS = {
    UNDECIDABLE: "too few people of {role} may still vote for the approval to pass.",
    "assignee_away": "its assignee is away, and nobody of {role} is available.",
}


def assign_visit(run: Run, visit: StepVisit, step: GraphStep, *, preferred_id: int | None = None) -> None:
    """Assign the visit by its step's strategy; the rotations of its role and of the role above are locked.

    An approval that nobody of the role can decide is escalated, never passed.
    """
    barred = barred_from(run, visit, step)
    is_escalated = False
    while is_hopeless(run, visit, step, barred):
        above = run.graph.role_above(step, visit.role_id)
        if above is None or above.id not in run.rotations:
            break
        visit.role_id, is_escalated = above.id, True
        run.record("escalated", actor=None, role=above.name, why="no_approver")
        run.audit("task.escalated", actor=None, new={"role": above.name}, reason="no_approver")
        barred = barred_from(run, visit, step)
    if is_escalated:
        assign_by_strategy(run, visit, ROUND_ROBIN, excluded=barred, origin="escalation")
    else:
        assign_by_strategy(run, visit, step.assignment, excluded=barred, preferred_id=preferred_id)
    flag_undecidable(run, visit, step, barred)
    request_votes(run, visit, step, barred)


def flag_undecidable(run: Run, visit: StepVisit, step: GraphStep, barred: dict[int, str]) -> bool:
    """Call the lead for an approval that nobody can decide any more, once; return whether that was done now."""
    if step.kind != "approval" or visit.needs_lead or not cannot_pass(run, visit, step, barred):
        return False
    call_lead(run, visit, UNDECIDABLE)
    return True


def call_lead(run: Run, visit: StepVisit, why: str) -> None:
    """Flag the visit, and tell its role's lead and the administrators; the rotation is locked. Nothing is saved."""
    visit.needs_lead = True
    rotation = run.rotation(visit.role_id)
    role_name = rotation.name if rotation else "the role"
    lead_id = rotation.lead_id if rotation else None
    run.record("lead_called", actor=None, why=why)
    run.audit("task.lead_called", actor=None, reason=why)
    run.journal.notify(
        *notifications.to_each(
            [*([lead_id] if lead_id else []), *notifications.admin_ids()],
            run.task,
            "system",
            subject=f"{run.task.ticket_number} needs an administrator",
            message=f"{run.task.ticket_number} “{run.task.subject}”: {CALLS[why].format(role=role_name)}",
            text=notifications.task_text(
                run.task,
                "lead_called_undecidable" if why == UNDECIDABLE else "lead_called_assignee_away",
                role=role_name,
            ),
            with_mail=False,
        )
    )


def assign_by_strategy(
    run: Run,
    visit: StepVisit,
    strategy: str,
    *,
    excluded: Mapping[int, str] | None = None,
    preferred_id: int | None = None,
    origin: str | None = None,
) -> None:
    """Assign the visit to a member of its role, or queue it. `origin` overrides what the assignment is called."""
    rotation = run.rotation(visit.role_id)
    choice = None
    if rotation is not None and (strategy != CLAIM or preferred_id is not None):
        choice = rotation.choose(strategy, now=run.now, excluded=excluded, preferred_id=preferred_id)
    if choice is not None and choice.user_id is not None:
        assign_to(run, visit, choice.user_id, origin=origin or choice.origin, why=choice.why)
        return
    queue_visit(run, visit, needs_lead=strategy != CLAIM)
    if visit.needs_lead:
        notify_lead(run, visit)


def assign_to(
    run: Run,
    visit: StepVisit,
    user_id: int,
    *,
    origin: str,
    why: Mapping[str, Any],
    given_by: Actor | None = None,
    reason: str = "",
) -> None:
    """Assign the visit to this person. An earlier assignment must have ended."""
    run.made = Assignment(
        task_id=run.task.pk,
        visit_id=visit.pk,
        person_id=user_id,
        role_id=visit.role_id or 0,
        origin=origin,
        why=dict(why),
        reason=reason,
        given_by_id=given_by.user_id if given_by else None,
        started_at=run.now,
    )
    person, rotation = run.people.get(user_id), run.rotation(visit.role_id)
    if person is not None and rotation is not None:
        run.made.person, run.made.role = person, rotation.cursor.role
    run.add(run.made)
    visit.needs_lead = False
    visit.pooled_at = None
    run.task.assignee_id = user_id
    if person is not None:
        run.task.assignee = person
    run.joined.append((user_id, visit.role_id or 0))
    run.task.status = working_status(run.task)
    if run.task.status == run.task.Status.IN_PROGRESS:
        run.notify_source("in_progress")


def check_eligible(run: Run, visit: StepVisit, user_id: int, *, attr: str | None = None) -> Member:
    """Return the member of the visit's role, or refuse with what keeps them from it. The rotation is locked."""
    rotation = run.rotation(visit.role_id)
    member = rotation.member(user_id) if rotation else None
    if member is None:
        role_name = rotation.name if rotation else "the role"
        raise NotEligible(f"This person does not hold {role_name}.", attr=attr)
    step = run.graph.steps[visit.step_id]
    why = member.why_not() or barred_from(run, visit, step).get(user_id, "")
    if why:
        raise NotEligible(f"{member.full_name} {WORDS.get(why, why)}.", attr=attr, why=why)
    return member


def queue_visit(run: Run, visit: StepVisit, *, needs_lead: bool = False) -> None:
    """Put the visit into its role's unassigned queue. Its age there is the visit's, whoever had it in between."""
    visit.pooled_at = visit.opened_at
    visit.needs_lead = needs_lead
    run.task.assignee_id = None
    run.task.status = working_status(run.task)


end_open_assignment = CompiledUpdate(
    lambda visit_id: Assignment.objects.filter(visit_id=visit_id, is_owner=False, ended_at__isnull=True)
)


def end_assignment(run: Run, visit: StepVisit, reason: str) -> None:
    """End the visit's open assignment, if there is one."""
    end_open_assignment(visit_id=visit.pk, set_ended_at=run.now, set_end_reason=reason)
    run.note_end(visit, reason)


def assign_owner(run: Run, user_id: int, *, origin: str, why: Mapping[str, Any]) -> None:
    """Make the person the ticket's owner, in the role of its workflow's coordinators."""
    role_id = run.graph.coordinator_role_id
    run.add(
        Assignment(
            task_id=run.task.pk,
            person_id=user_id,
            role_id=role_id,
            is_owner=True,
            origin=origin,
            why=dict(why),
            started_at=run.now,
        )
    )
    run.task.owner_id = user_id
    run.joined.append((user_id, role_id))


def choose_owner(run: Run) -> Choice | None:
    """Choose the next coordinator, None where nobody is eligible. The role's rotation is locked."""
    rotation = run.rotation(run.graph.coordinator_role_id)
    choice = rotation.choose(ROUND_ROBIN, now=run.now, is_for_owner=True) if rotation else None
    return choice if choice is not None and choice.user_id is not None else None


def end_ownership(run: Run, reason: str) -> None:
    owners = Assignment.objects.filter(task_id=run.task.pk, is_owner=True, ended_at__isnull=True)
    owners.update(ended_at=run.now, end_reason=reason)


def notify_assignee(run: Run) -> None:
    """Notify the new assignee, unless it was their own doing. Where votes are taken, once a visit."""
    task, step, visit = run.task, run.step, run.visit
    if task.assignee_id is None or (run.actor and run.actor.user_id == task.assignee_id):
        return
    rotation = run.rotation(visit.role_id if visit else None)
    run.journal.notify(
        notifications.assigned(
            task,
            user_id=task.assignee_id,
            role_name=rotation.name if rotation else (step.role_name if step else ""),
            step=step,
            workflow_name=run.graph.workflow_name,
            key=notifications.vote_request_key(task, visit.pk) if visit and step and step.takes_votes else "",
        )
    )


def notify_lead(run: Run, visit: StepVisit) -> None:
    """Tell the role's lead, or the administrators where it has none, that nobody can take the task."""
    rotation = run.rotation(visit.role_id)
    role_name = rotation.name if rotation else "the role"
    lead_id = rotation.lead_id if rotation else None
    run.journal.notify(
        *notifications.to_each(
            [lead_id] if lead_id else notifications.admin_ids(),
            run.task,
            "system",
            subject=f"{run.task.ticket_number} waits for somebody",
            message=f"Nobody of {role_name} can take {run.task.ticket_number} now. It waits in the pool.",
            text=notifications.task_text(run.task, "nobody_available", role=role_name),
            with_mail=False,
            key="",
        )
    )


def _text_of_move(task: Task, kind: str, name: str, reason: str) -> dict[str, Any]:
    is_transfer = kind == "task_transferred"
    if not name:
        return notifications.task_text(task, "task_transferred" if is_transfer else "task_escalated", reason=reason)
    return notifications.task_text(
        task, "task_transferred_to" if is_transfer else "task_escalated_to", name=name, reason=reason
    )


def notify_of_move(
    run: Run, kind: str, *, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, reason: str
) -> None:
    """Tell the new and the old assignee of a transfer or an escalation, but nobody of their own doing."""
    task, actor = run.task, run.actor
    done = {"task_transferred": "was transferred", "task_escalated": "was escalated"}[kind]
    names = {"from_name": old["full_name"] if old else "", "to_name": new["full_name"] if new else ""}
    people = [int(person["user_id"]) for person in (new, old) if person is not None]
    to = f" to {names['to_name']}" if new else ""
    run.journal.notify(
        *notifications.to_each(
            [user_id for user_id in people if not (actor and actor.user_id == user_id)],
            task,
            kind,
            subject=f"{task.ticket_number} {done}{to}",
            message=f"{task.ticket_number} “{task.subject}” {done}{to}. {reason}".strip(),
            text=_text_of_move(task, kind, names["to_name"], reason),
            reason=reason,
            actor_name=actor.full_name if actor else "",
            step_name=run.step.name if run.step else "",
            **{name: value for name, value in names.items() if value},
        )
    )
