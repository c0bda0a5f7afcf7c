"""Enter and leave steps: a visit with its clock and assignment, automatic transitions, and the end of the task."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from amscheckout.models import AmsCheckout
from audit.actor import Actor
from bmscheckout.models import BmsCheckout
from task import notifications
from task.assign import assign_visit, end_assignment
from task.clocks import CLOCK_COLUMNS, new_clock, stop
from task.hot_sql import CompiledUpdate, insert, update
from task.models import ApprovalVote, SlaClock, SlaFact, StepVisit, Task, TaskTransition
from task.rotation import lock_rotations, save_rotations
from task.run import VISIT_FIELDS, Run
from task.state_machine import CANCEL, COMPLETE, HAND_OFF, REJECT, Action
from workflow.graph import GraphStep, GraphTransition

Chain = list[tuple[GraphStep, GraphTransition]]


def automatic_chain(run: Run, step: GraphStep) -> Chain:
    """Return the automatic transitions that fire from `step` on, to a fixed point; no step comes twice."""
    chain: Chain = []
    visited = {step.id}
    while not step.is_end and step.kind != "approval":
        for transition in run.graph.outgoing(step.id):
            is_new = transition.is_automatic and transition.to_step_id not in visited
            if is_new and run.fulfils(transition):
                break
        else:
            return chain
        chain.append((step, transition))
        step = run.graph.steps[transition.to_step_id]
        visited.add(step.id)
    return chain


def end_of(run: Run, step: GraphStep, chain: Chain) -> GraphStep:
    """Return the step in which the chain from `step` ends."""
    return run.graph.steps[chain[-1][1].to_step_id] if chain else step


def pass_through(run: Run, chain: Iterable[tuple[GraphStep, GraphTransition]]) -> None:
    """Record the visits of steps that automatic transitions leave at once."""
    for step, transition in chain:
        visit = _new_visit(run, step)
        visit.closed_at, visit.outcome = run.now, transition.outcome
        _insert(run, visit)
        run.task.current_step_id = step.id
        record_transition(run, visit, transition, actor=None)


def record_transition(
    run: Run,
    visit: StepVisit,
    transition: GraphTransition,
    *,
    actor: Actor | None,
    comment: str = "",
    on_behalf_of_id: int | None = None,
) -> None:
    from_step, to_step = run.graph.steps[transition.from_step_id], run.graph.steps[transition.to_step_id]
    if from_step.kind == "approval" and transition.outcome == "approve":
        decisive = {*run.graph.decisive_fields, *AmsCheckout.payload_fields, *BmsCheckout.payload_fields}
        run.task.approved_data = {name: run.ticket.data[name] for name in sorted(decisive & run.ticket.data.keys())}
    run.add(
        TaskTransition(
            task_id=run.task.pk,
            visit_id=visit.pk,
            transition_id=transition.id,
            from_step_id=from_step.id,
            to_step_id=to_step.id,
            name=transition.name,
            outcome=transition.outcome,
            actor_id=actor.user_id if actor else None,
            actor_name=actor.full_name if actor else "",
            on_behalf_of_id=on_behalf_of_id,
            comment=comment,
            performed_at=run.now,
        )
    )
    detail: dict[str, Any] = {
        "transition": {"id": transition.id, "name": transition.name, "outcome": transition.outcome},
        "from_step": from_step.as_step,
        "to_step": to_step.as_step,
    }
    if comment:
        detail["comment"] = comment
    if on_behalf_of_id:
        detail["on_behalf_of"] = run.person(on_behalf_of_id)
    if actor is None:
        detail["is_automatic"] = True
    run.record("transition", actor=actor, **detail)
    run.audit(
        "task.transition",
        actor=actor,
        on_behalf_of_id=on_behalf_of_id,
        reason=comment,
        old={"step": from_step.name},
        new={"step": to_step.name, "transition": transition.name, "outcome": transition.outcome},
    )


def _new_visit(run: Run, step: GraphStep) -> StepVisit:
    if run.visit_count is None:
        run.visit_count = run.visit.number if run.visit else 0
    run.visit_count += 1
    return StepVisit(
        task_id=run.task.pk,
        step_id=step.id,
        role_id=step.role_id,
        number=run.visit_count,
        cycle=run.task.cycle,
        opened_at=run.now,
    )


def _insert(run: Run, visit: StepVisit) -> None:
    """Insert the visit; where an id is reserved for it, with the rest of the run."""
    if run.visit_ids:
        visit.pk = run.visit_ids.pop(0)
        run.add(visit)
    else:
        insert(visit)


CLOSED_FIELDS = (
    "closed_at",
    "outcome",
    "performer_id",
    "pooled_at",
    "needs_lead",
    "due_at",
    "second_escalation_at",
)
void_votes = CompiledUpdate(
    lambda task_id, step_id: ApprovalVote.objects.filter(
        visit__task_id=task_id, visit__step_id=step_id, voided_at__isnull=True
    )
)


def enter(run: Run, step: GraphStep, *, preferred_id: int | None = None) -> None:
    """Open a visit of the step and assign it. Votes of an earlier visit of the step are void."""
    above = run.graph.roles_above(step) if step.kind == "approval" else ()
    run.use_rotations(lock_rotations([step.role_id, *above], run.now, strategies=[step.assignment]))
    if step.kind == "approval" and not run.is_new:
        void_votes(task_id=run.task.pk, step_id=step.id, set_voided_at=run.now)
    visit = open_visit(run, step)
    assign_visit(run, visit, step, preferred_id=preferred_id)
    save_assigned(run, visit)


def open_visit(run: Run, step: GraphStep) -> StepVisit:
    """Insert a visit of the step with its clock."""
    task, graph = run.task, run.graph
    visit = _new_visit(run, step)
    clock = new_clock(
        task=task,
        visit=visit,
        target_seconds=max(1, round(int(graph.sla_seconds[task.priority]) * step.share)),
        at_risk_percent=graph.at_risk_percent,
        calendar=graph.calendar,
        now=run.now,
    )
    _insert(run, visit)
    clock.visit = visit
    run.add(clock)
    run.know_visit(visit, clock)
    task.current_step_id, task.current_visit = step.id, visit
    return visit


def save_assigned(run: Run, visit: StepVisit) -> None:
    """Write who of its role has a visit that was just opened, and the rotations that moved."""
    step = run.graph.steps[visit.step_id]
    if not visit._state.adding and (visit.pooled_at is not None or visit.needs_lead or visit.role_id != step.role_id):
        update((visit, VISIT_FIELDS))
    save_rotations(run.rotations)


def close_visit(run: Run, visit: StepVisit, *, outcome: str, performer_id: int | None, reason: str) -> None:
    """End the visit: its assignment ends, its clock stops with its verdict."""
    visit.closed_at, visit.outcome, visit.performer_id = run.now, outcome, performer_id
    visit.pooled_at, visit.needs_lead, visit.second_escalation_at = None, False, None
    end_assignment(run, visit, reason)
    clock = run.clocks().get(visit.pk)
    if clock is not None:
        stop_clock(run, clock, visit, is_cancelled=outcome == "cancelled")
    update((visit, CLOSED_FIELDS))


def stop_clock(run: Run, clock: SlaClock, visit: StepVisit | None, *, is_cancelled: bool = False) -> None:
    reading = stop(clock, run.task, visit, now=run.now, is_cancelled=is_cancelled)
    if not clock._state.adding:
        update((clock, CLOCK_COLUMNS))
    if reading.breached_at is not None:
        # The sweep may not have come by since.
        fact = SlaFact(clock=clock, kind=SlaFact.Kind.BREACHED, happened_at=reading.breached_at, recorded_at=run.now)
        SlaFact.objects.bulk_create([fact], ignore_conflicts=True)
        if visit is None:
            run.task.is_breached = True


# --- the end -----------------------------------------------------------------------------------------------------


def finish(run: Run, step: GraphStep) -> None:
    """Reach an end step: close the task by the version's end logic, or hand it off."""
    task = run.task
    task.current_step_id, task.current_visit, task.assignee_id = None, None, None
    task_clock = run.clocks().get(None)
    if task_clock is not None:
        stop_clock(run, task_clock, None)
    if step.end_status == Task.Status.REJECTED:
        close(run, REJECT)
    elif run.graph.end_logic in ("asset", "budget"):
        hand_off(run)
    else:
        close(run, COMPLETE)


def hand_off(run: Run) -> None:
    """Queue the ticket for AMS or BMS; the task closes when they have it."""
    is_asset = run.graph.end_logic == "asset"
    run.task.status = HAND_OFF.target or run.task.status
    checkout = AmsCheckout if is_asset else BmsCheckout
    task = run.task
    checkout.for_ticket(run.ticket, task_id=task.pk, cycle=task.cycle, approved=task.approved_data, now=run.now).save()
    system = "AMS" if is_asset else "BMS"
    run.record("handing_off", actor=None, system=system)
    run.audit("task.handing_off", actor=None, new={"system": system})


def close(run: Run, action: Action, *, detail: str | None = None, actor: Actor | None = None) -> None:
    """Close the task for good by `COMPLETE`, `REJECT` or `CANCEL`, and tell the source and the requester."""
    task, ticket, status = run.task, run.ticket, str(action.target)
    task.status, task.closed_at = status, run.now
    task.current_step_id, task.current_visit, task.assignee_id = None, None, None
    reason = {"reason": detail} if detail else {}
    run.record(status, actor=actor, **reason)
    run.audit(f"task.{status}", actor=actor, new={"status": status}, **reason)
    if action is CANCEL:
        run.notify_source("cancelled", detail)
        return
    outcome = "resolved" if action is COMPLETE else "rejected"
    run.notify_source(outcome, detail)
    run.journal.notify(
        *notifications.requester_mail(
            ticket,
            task,
            subject=f"Your ticket {ticket.ticket_number} is {outcome}",
            message=f"Your ticket “{ticket.subject}” ({ticket.ticket_number}) is {outcome}.",
            text=notifications.task_text(task, "ticket_resolved" if action is COMPLETE else "ticket_rejected"),
        )
    )
