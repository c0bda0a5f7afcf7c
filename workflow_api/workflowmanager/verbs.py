"""What people do with a task beside transitions: claim, release, transfer, escalate, hold, resume, priority."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from audit.actor import Actor
from task.access import check_leads
from task.assignment import CLAIM, ROUND_ROBIN, WORDS, Member
from task.clocks import CLOCK_COLUMNS, PAUSED, RESUMED, TARGET_CHANGED, note, reading_of
from task.models import VISIT_COLUMNS, StepVisit, Task
from task.sla import Event
from ticketing_common.errors import Conflict, Invalid, Refusal
from workflow.models import PRIORITIES
from workflowmanager import notices
from workflowmanager.approvals import ask_voters, barred_from
from workflowmanager.loading import admin_ids
from workflowmanager.rosters import Roster, lock_rosters, save_cursors
from workflowmanager.running import Run, load_visible
from workflowmanager.transitions import NotAssigned, check_open, check_version, current_state
from workflowmanager.writing import Change, in_transaction, iso

# Does one part of a write, by its name, in a transaction of its own.
DoPart = Callable[[str, Callable[[], dict[str, Any]]], dict[str, Any]]


class AlreadyTaken(Conflict):
    code = "already_taken"
    default_detail = "Somebody has the task already."


class NotEligible(Invalid):
    code = "not_eligible"
    default_detail = "This person can't take the task now."


class NotOnHold(Conflict):
    code = "not_on_hold"
    default_detail = "The task is not on hold."


class AlreadyOnHold(Conflict):
    code = "already_on_hold"
    default_detail = "The task is on hold already."


def _open(task_id: int, actor: Actor, now: datetime, expected_version: int | None) -> tuple[Change, Run]:
    change = Change(now, actor)
    run = load_visible(task_id, change)
    check_version(run, expected_version)
    return change, run


def _done(change: Change, run: Run, visit: StepVisit | None = None) -> Task:
    run.task.version += 1
    if visit is not None:
        change.update(visit, VISIT_COLUMNS)
    save_cursors(run.rosters, change)
    run.save()
    change.write()
    return run.task


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid("A reason is needed.", attr="reason")
    return reason.strip()


def _check_eligible(run: Run, visit: StepVisit, roster: Roster | None, user_id: int, attr: str | None) -> Member:
    """Return the member, or refuse with what keeps them from taking the visit."""
    member = roster.member(user_id) if roster else None
    if member is None:
        role_name = roster.name if roster else "the role"
        raise NotEligible(f"This person does not hold {role_name}.", attr=attr)
    step = run.graph.steps[visit.step_id]
    why = member.why_not() or barred_from(run, visit, step).get(user_id, "")
    if why:
        raise NotEligible(f"{member.full_name} {WORDS.get(why, why)}.", attr=attr, why=why)
    return member


@in_transaction
def claim(*, task_id: int, actor: Actor, now: datetime, expected_version: int | None = None) -> Task:
    """Take a task from the pool. The second to try is told who was faster."""
    change = Change(now, actor)
    run = load_visible(task_id, change)
    visit = check_open(run)
    taken_by = run.task.assignee
    if taken_by is not None:
        raise AlreadyTaken(f"{taken_by.full_name} has the task already.", **current_state(run.task, run))
    check_version(run, expected_version)
    rosters = lock_rosters([visit.role_id], now)
    run.note_roster(rosters)
    member = _check_eligible(run, visit, rosters.get(visit.role_id or 0), actor.user_id, None)
    since = iso(visit.pooled_at) if visit.pooled_at else None
    why = {"strategy": CLAIM, "candidates": [member.user_id], "passed_over": [], "pooled_at": since}
    run.assign(visit, member.user_id, origin="claim", why=why, given_by=actor)
    run.story("claimed", actor=actor, assignee=member.as_person)
    run.audit("task.claimed", new={"assignee": member.user_id})
    return _done(change, run, visit)


@in_transaction
def release(
    *, task_id: int, actor: Actor, now: datetime, reason: str = "", expected_version: int | None = None
) -> Task:
    """Put the task back into its pool, where it keeps its age and waits to be taken."""
    change, run = _open(task_id, actor, now, expected_version)
    visit = check_open(run)
    holder_id = run.task.assignee_id
    if holder_id is None:
        raise NotAssigned(**current_state(run.task, run))
    check_leads(actor, visit.role_id, or_holds=holder_id)
    run.end_assignment(visit, "released")
    run.pool(visit)
    run.story("released", actor=actor, released_by=run.person(holder_id), reason=reason.strip())
    run.audit("task.released", old={"assignee": holder_id}, new={"assignee": None}, reason=reason.strip())
    return _done(change, run, visit)


@in_transaction
def transfer(
    *,
    task_id: int,
    user_id: int,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> Task:
    """Give the task to another member of its role. Clock and history stay."""
    reason = _reason(reason)
    change, run = _open(task_id, actor, now, expected_version)
    visit = check_open(run)
    holder_id = run.task.assignee_id
    check_leads(actor, visit.role_id, or_holds=holder_id)
    if user_id == holder_id:
        raise NotEligible("This person has the task already.", attr="user_id")
    rosters = lock_rosters([visit.role_id], now)
    run.note_roster(rosters)
    member = _check_eligible(run, visit, rosters.get(visit.role_id or 0), user_id, "user_id")
    old = run.person(holder_id)
    run.end_assignment(visit, "transferred")
    why = {"strategy": "transfer", "candidates": [user_id], "passed_over": [], "from": holder_id}
    run.assign(visit, user_id, origin="transfer", why=why, given_by=actor, reason=reason)
    run.story("transferred", actor=actor, from_person=old, to_person=member.as_person, reason=reason)
    run.audit("task.transferred", old={"assignee": holder_id}, new={"assignee": user_id}, reason=reason)
    _tell_of_move(run, "task_transferred", [user_id, holder_id], reason, old, member.as_person)
    return _done(change, run, visit)


def _tell_of_move(
    run: Run,
    kind: str,
    user_ids: list[int | None],
    reason: str,
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any] | None,
) -> None:
    """Tell the old and the new holder, but nobody of their own doing."""
    task, actor = run.task, run.change.actor
    word = {"task_transferred": "was transferred", "task_escalated": "was escalated"}[kind]
    names = {"from_name": old["full_name"] if old else "", "to_name": new["full_name"] if new else ""}
    told = [user_id for user_id in user_ids if user_id is not None and not (actor and actor.user_id == user_id)]
    to = f" to {names['to_name']}" if new else ""
    run.change.tell(
        *notices.to_each(
            told,
            task,
            kind,
            subject=f"{task.ticket_number} {word}{to}",
            message=f"{task.ticket_number} “{task.subject}” {word}{to}. {reason}".strip(),
            reason=reason,
            actor_name=actor.full_name if actor else "",
            step_name=run.step.name if run.step else "",
            **{name: value for name, value in names.items() if value},
        )
    )


@in_transaction
def escalate(*, task_id: int, reason: str, actor: Actor, now: datetime, expected_version: int | None = None) -> Task:
    """Move the task up: to the step's escalation role, else to the role's lead, else administrators are told."""
    reason = _reason(reason)
    change, run = _open(task_id, actor, now, expected_version)
    visit = check_open(run)
    check_leads(actor, visit.role_id, or_holds=run.task.assignee_id)
    step = run.graph.steps[visit.step_id]
    run.note_roster(lock_rosters([visit.role_id, step.escalate_to_id], now))
    escalate_visit(run, visit, reason=reason, actor=actor)
    return _done(change, run, visit)


def escalate_visit(run: Run, visit: StepVisit, *, reason: str, actor: Actor | None) -> None:
    """Do it, with the rosters of both roles locked. By the clock there is no actor."""
    step = run.graph.steps[visit.step_id]
    old = run.person(run.task.assignee_id)
    holder_id = run.task.assignee_id
    own_role = run.rosters.get(visit.role_id or 0)
    target = run.rosters.get(step.escalate_to_id or 0)
    barred = barred_from(run, visit, step)
    to_role = ""
    if target is not None and step.escalate_to_id != visit.role_id:
        to_role = target.name
        run.end_assignment(visit, "escalated")
        visit.role_id = step.escalate_to_id
        run.give(visit, ROUND_ROBIN, excluded=barred, origin="escalation")
        ask_voters(run, visit, step, barred)
    else:
        lead = own_role.member(own_role.lead_id) if own_role else None
        if lead is not None and lead.user_id != holder_id and not lead.why_not() and lead.user_id not in barred:
            to_role = f"the lead of {own_role.name}" if own_role else ""
            run.end_assignment(visit, "escalated")
            why = {"strategy": "lead", "candidates": [lead.user_id], "passed_over": []}
            run.assign(visit, lead.user_id, origin="escalation", why=why, given_by=actor, reason=reason)
        else:
            # Nobody is above: whoever has it keeps it, and the administrators know.
            visit.needs_lead = True
            run.change.tell(
                *notices.to_each(
                    admin_ids(),
                    run.task,
                    "task_escalated",
                    subject=f"{run.task.ticket_number} needs an administrator",
                    message=f"{run.task.ticket_number} was escalated and there is nobody above. {reason}",
                    reason=reason,
                )
            )
    new = run.person(run.task.assignee_id)
    run.story("escalated", actor=actor, from_person=old, to_person=new, role=to_role, reason=reason)
    run.audit(
        "task.escalated",
        actor=actor,
        old={"assignee": holder_id},
        new={"assignee": run.task.assignee_id, "role": to_role},
        reason=reason,
    )
    if run.task.assignee_id != holder_id:
        _tell_of_move(run, "task_escalated", [run.task.assignee_id, holder_id], reason, old, new)


@in_transaction
def hold(*, task_id: int, reason: str, actor: Actor, now: datetime, expected_version: int | None = None) -> Task:
    """Pause the task and its clocks."""
    reason = _reason(reason)
    change, run = _open(task_id, actor, now, expected_version)
    if run.task.status == Task.Status.ON_HOLD:
        raise AlreadyOnHold(**current_state(run.task, run))
    visit = check_open(run)
    check_leads(actor, visit.role_id, or_holds=run.task.assignee_id)
    hold_run(run, visit, reason=reason, actor=actor)
    return _done(change, run, visit)


def hold_run(run: Run, visit: StepVisit, *, reason: str, actor: Actor | None) -> None:
    _note_on_clocks(run, visit, lambda _clock: Event(run.now, PAUSED, reason=reason))
    run.task.status = Task.Status.ON_HOLD
    run.story("held", actor=actor, reason=reason)
    run.audit("task.held", actor=actor, reason=reason)
    run.tell_source("on_hold", reason)


@in_transaction
def resume(*, task_id: int, actor: Actor, now: datetime, expected_version: int | None = None) -> Task:
    """Let the task and its clocks go on."""
    change, run = _open(task_id, actor, now, expected_version)
    visit = run.visit
    if run.task.status != Task.Status.ON_HOLD or visit is None:
        raise NotOnHold(**current_state(run.task, run))
    check_leads(actor, visit.role_id, or_holds=run.task.assignee_id)
    _note_on_clocks(run, visit, lambda _clock: Event(run.now, RESUMED))
    run.task.status = Task.Status.IN_PROGRESS if run.task.assignee_id else Task.Status.PENDING
    run.story("resumed", actor=actor)
    run.audit("task.resumed")
    run.tell_source("in_progress")
    return _done(change, run, visit)


@in_transaction
def set_priority(
    *,
    task_id: int,
    priority: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
    expected_version: int | None = None,
) -> Task:
    """Change the priority: start and pauses stay, the clocks take the new targets, and may breach at once."""
    if priority not in PRIORITIES:
        raise Invalid(f"Choose one of {', '.join(PRIORITIES)}.", attr="priority")
    change, run = _open(task_id, actor, now, expected_version)
    visit = run.visit
    if visit is None or run.task.status not in Task.OPEN:
        check_open(run)
    check_leads(actor, visit.role_id if visit else None, or_holds=run.task.assignee_id)
    old = run.task.priority
    if old == priority:
        return run.task
    run.task.priority = priority
    total = int(run.graph.sla_seconds[priority])
    step = run.graph.steps[visit.step_id] if visit else None

    def changed(is_visit: bool) -> Event:
        seconds = max(1, round(total * step.share)) if is_visit and step else total
        return Event(run.now, TARGET_CHANGED, seconds)

    _note_on_clocks(run, visit, changed)
    task_clock = run.clocks().get(None)
    if task_clock is not None:
        reading = reading_of(task_clock, now)
        run.task.is_at_risk = run.task.is_at_risk and reading.risk_at is not None
    run.story("priority_changed", actor=actor, old=old, new=priority, reason=reason.strip())
    run.audit("task.priority_changed", old={"priority": old}, new={"priority": priority}, reason=reason.strip())
    return _done(change, run, visit)


def _note_on_clocks(run: Run, visit: StepVisit | None, event: Callable[[bool], Event]) -> None:
    """Add the event to the task's and the visit's clock; `event` is told whether it is the visit's."""
    for visit_id, clock in run.clocks().items():
        if visit_id is None:
            note(clock, event(False), run.task, None)
        elif visit is not None and visit_id == visit.pk:
            note(clock, event(True), run.task, visit)
        run.change.update(clock, CLOCK_COLUMNS)


def bulk(
    *, action: str, task_ids: list[int], parameters: Mapping[str, Any], actor: Actor, now: datetime, do: DoPart
) -> list[dict[str, Any]]:
    """Do one thing to many tasks; each succeeds or fails by itself, in the transaction that `do` makes of it."""
    results: list[dict[str, Any]] = []
    for task_id in task_ids:

        def work(task_id: int = task_id) -> dict[str, Any]:
            task = BULK[action](task_id=task_id, actor=actor, now=now, **parameters)
            return {"task_id": task_id, "ok": True, "status": 200, "version": task.version}

        try:
            results.append(do(str(task_id), work))
        except Refusal as refusal:
            error = {"code": refusal.code, "detail": refusal.detail, "attr": refusal.attr}
            results.append({"task_id": task_id, "ok": False, "status": refusal.status_code, "error": error})
    return results


BULK: dict[str, Callable[..., Task]] = {
    "claim": claim,
    "release": release,
    "transfer": transfer,
    "escalate": escalate,
    "hold": hold,
    "resume": resume,
    "priority": set_priority,
}
