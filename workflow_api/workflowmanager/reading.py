"""Read tasks for the API: lists as plain rows in a fixed number of statements, one task with all about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from amscheckout.models import AmsCheckout
from audit.actor import Actor
from bmscheckout.models import BmsCheckout
from role.models import Person, RoleMember
from task import approvals
from task.assignment import in_words, replay
from task.clocks import describe as describe_clock
from task.clocks import events_of, policy_of
from task.journal import Journal
from task.models import Assignment, SlaClock, StepVisit, Task, Timeline
from task.run import Run, as_run
from task.sla import explain
from task.state_machine import Standing, offered_actions, offered_transitions
from ticketing_common.errors import NotFound
from workflow.graph import version_graph
from workflowmanager.access import seen_by

# --- one task -----------------------------------------------------------------------------------------------------


def find(actor: Actor, task_id: int, *, has_acted: bool = False) -> Task:
    """Return the task with its near relations, or raise `NotFound`.

    Who has just acted on it gets their answer, even where the act took it out of their sight.
    """
    task: Task | None = (
        (Task.objects.all() if has_acted else seen_by(actor))
        .select_related("ticket", "owner", "assignee", "current_visit", "current_visit__role")
        .filter(pk=task_id)
        .first()
    )
    if task is None:
        raise NotFound("There is no such task.")
    return task


def detail(actor: Actor, task_id: int, now: datetime, *, has_acted: bool = False) -> dict[str, Any]:
    """Return everything the ticket page needs of the task, for this person."""
    run = as_run(find(actor, task_id, has_acted=has_acted), Journal(now, actor))
    task, visit, step, graph = run.task, run.visit, run.step, run.graph
    wanted = Q(visit__isnull=True) | Q(visit_id=visit.pk if visit else 0)
    clocks = {clock.visit_id: clock for clock in SlaClock.objects.filter(wanted, task_id=task.pk)}
    role_name = visit.role.name if visit and visit.role else (step.role_name if step else None)
    members = _members_of(visit)
    standing = Standing(
        actor,
        run,
        known_member=actor.user_id in members,
        known_lead=bool(visit and visit.role and visit.role.lead_id == actor.user_id),
    )
    turn = run.current_assignment()
    names = _names([turn] if turn else [])
    task_clock = clocks.get(None)
    visit_clock = clocks.get(visit.pk) if visit else None
    current_step = None
    if step is not None:
        current_step = {
            **step.as_step,
            "role": role_name,
            "role_id": visit.role_id if visit else step.role_id,
            "kind": step.kind,
            "key": step.key,
        }
    ticket = run.ticket
    return {
        "id": task.pk,
        "ticket_number": task.ticket_number,
        "subject": task.subject,
        "status": task.status,
        "priority": task.priority,
        "version": task.version,
        "workflow": graph.as_workflow,
        "workflow_version": graph.number,
        "workflow_version_id": graph.version_id,
        "current_step": current_step,
        "instruction": step.instruction if step else None,
        "assignee": task.assignee.as_person if task.assignee else None,
        "owner": task.owner.as_person if task.owner else None,
        "sla": describe_clock(task_clock, now) if task_clock else None,
        "visit_sla": describe_clock(visit_clock, now) if visit_clock else None,
        "available_transitions": offered_transitions(run, standing),
        "available_actions": offered_actions(run, standing),
        "why": why(turn, names) if turn else None,
        "approval": approvals.describe(run, members),
        "needs_lead": bool(visit and visit.needs_lead),
        "in_pool_since": visit.pooled_at if visit else None,
        "step_since": visit.opened_at if visit else None,
        "handoff": _handoff(run),
        "ticket": {
            "id": ticket.pk,
            "ticket_number": ticket.ticket_number,
            "subject": ticket.subject,
            "description": ticket.description,
            "category": ticket.category,
            "sub_category": ticket.sub_category,
            "department": ticket.department,
            "priority": ticket.priority,
            "requester": {
                "id": ticket.requester_id,
                "name": ticket.requester_name,
                "email": ticket.requester_email,
            },
            "source_service": ticket.source_service,
            "source_status": ticket.source_status,
            "submitted_at": ticket.submitted_at,
            "received_at": ticket.received_at,
        },
        "created_at": task.created_at,
        "updated_at": task.updated_at or task.created_at,
        "closed_at": task.closed_at,
    }


def _members_of(visit: StepVisit | None) -> set[int]:
    if visit is None or visit.role_id is None:
        return set()
    return set(RoleMember.objects.active().filter(role_id=visit.role_id).values_list("person_id", flat=True))


def _handoff(run: Run) -> dict[str, Any] | None:
    if run.graph.end_logic not in ("asset", "budget") or run.task.status not in ("handing_off", "completed"):
        return None
    model = AmsCheckout if run.graph.end_logic == "asset" else BmsCheckout
    checkout = model._default_manager.filter(task_id=run.task.pk).first()
    if checkout is None:
        return None
    return {
        "system": "ams" if run.graph.end_logic == "asset" else "bms",
        "id": checkout.pk,
        "status": checkout.status,
        "attempts": checkout.attempts,
        "last_error": checkout.last_error,
        "external_reference": checkout.external_reference,
    }


def _names(turns: Iterable[Assignment]) -> dict[int, str]:
    """Return the names of everybody that stored reasons mention, in one statement."""
    wanted: set[int] = set()
    for turn in turns:
        reasons = turn.why
        wanted |= {int(user_id) for user_id in reasons.get("candidates", [])}
        wanted |= {int(entry["user_id"]) for entry in reasons.get("passed_over", [])}
        wanted |= {int(reasons[key]) for key in ("cursor_before", "stands_in_for") if reasons.get(key)}
        if reasons.get("previous_performer"):
            wanted.add(int(reasons["previous_performer"]["user_id"]))
    return dict(Person.objects.filter(user_id__in=wanted).values_list("user_id", "full_name")) if wanted else {}


def why(turn: Assignment, names: Mapping[int, str]) -> dict[str, Any]:
    """Return why the person has it: the stored facts, and the same in plain words."""

    def person(user_id: Any) -> dict[str, Any]:
        return {"user_id": int(user_id), "full_name": names.get(int(user_id), "")}

    reasons = turn.why
    return {
        "person": turn.person.as_person,
        "role": turn.role.name,
        "is_owner": turn.is_owner,
        "origin": turn.origin,
        "reason": turn.reason,
        "explanation": in_words(turn.origin, reasons, names, turn.role.name),
        "strategy": reasons.get("strategy"),
        "candidates": [person(user_id) for user_id in reasons.get("candidates", [])],
        "passed_over": [
            {"person": person(entry["user_id"]), "why": entry["why"]} for entry in reasons.get("passed_over", [])
        ],
        "cursor_before": reasons.get("cursor_before"),
        "cursor_after": reasons.get("cursor_after"),
        "replayed_user_id": replay(reasons),
        "started_at": turn.started_at,
        "ended_at": turn.ended_at,
        "end_reason": turn.end_reason,
    }


def assignment(actor: Actor, task_id: int, now: datetime) -> dict[str, Any]:
    """Return who has the task and why, and everyone who had it before."""
    run = as_run(find(actor, task_id), Journal(now, actor))
    turns = run.assignments()
    names = _names(turns)
    active = set(
        RoleMember.objects.active()
        .filter(person_id__in={turn.person_id for turn in turns})
        .values_list("person_id", "role_id")
    )
    current = run.current_assignment()
    history = []
    for turn in turns:
        entry = why(turn, names)
        entry["step"] = None
        entry["is_role_since_removed"] = (turn.person_id, turn.role_id) not in active
        history.append(entry)
    steps = dict(StepVisit.objects.filter(task_id=task_id).values_list("id", "step_id"))
    for turn, entry in zip(turns, history, strict=True):
        step = run.graph.steps.get(steps.get(turn.visit_id or 0, 0))
        entry["step"] = step.as_step if step else None
    return {
        "current": next((entry for turn, entry in zip(turns, history, strict=True) if turn is current), None),
        "history": history,
    }


def timeline(actor: Actor, task_id: int) -> QuerySet[Timeline, Any]:
    if not seen_by(actor).filter(pk=task_id).exists():
        raise NotFound("There is no such task.")
    return Timeline.objects.filter(task_id=task_id).order_by("seq")


def sla(actor: Actor, task_id: int, now: datetime) -> dict[str, Any]:
    """Return the task's clock, its current stay's, and those of earlier stays, each explained."""
    task = find(actor, task_id)
    clocks = list(
        SlaClock.objects.filter(task_id=task.pk)
        .select_related("visit__step")
        .prefetch_related("facts")
        .order_by("visit__number")
    )
    explained = {clock.visit_id: _explained(clock, now) for clock in clocks}
    return {
        "task": explained.get(None),
        "visit": explained.get(task.current_visit_id) if task.current_visit_id else None,
        "visits": [
            {
                **explained[clock.visit_id],
                "visit": clock.visit.number,
                "step": {"id": clock.visit.step_id, "name": clock.visit.step.name},
            }
            for clock in clocks
            if clock.visit is not None
        ],
    }


def _explained(clock: SlaClock, now: datetime) -> dict[str, Any]:
    events = events_of(clock)
    described = describe_clock(clock, now)
    return {
        **described,
        "elapsed_seconds": described["used_seconds"],
        "started_at": events[0].at,
        "stopped_at": clock.stopped_at,
        "at_risk_percent": clock.at_risk_percent,
        "calendar": clock.calendar,
        "events": [event.as_json() for event in events],
        "facts": [
            {"kind": fact.kind, "happened_at": fact.happened_at, "recorded_at": fact.recorded_at}
            for fact in clock.facts.all()
        ],
        "intervals": [
            {
                "from": stretch.start,
                "to": stretch.end,
                "counted": stretch.is_counted,
                "why": stretch.why,
                "reason": stretch.reason,
                "seconds": int(stretch.seconds),
            }
            for stretch in explain(events, policy_of(clock), now)
        ],
    }


def graph(actor: Actor, task_id: int) -> dict[str, Any]:
    """Return the version's graph with what the task has done in it, is doing, and may do next."""
    task = find(actor, task_id)
    version = version_graph(task.workflow_version_id)
    visits = list(StepVisit.objects.filter(task_id=task_id).select_related("performer").order_by("number"))
    performed = list(task.performed.order_by("performed_at", "id").values("transition_id", "to_step_id"))
    taken: dict[int, int] = {}
    for entry in performed:
        taken[entry["transition_id"]] = taken.get(entry["transition_id"], 0) + 1
    by_step: dict[int, list[StepVisit]] = {}
    for visit in visits:
        by_step.setdefault(visit.step_id, []).append(visit)
    reached = {entry["to_step_id"] for entry in performed}
    following = {edge.to_step_id for edge in version.outgoing(task.current_step_id or 0)}
    return {
        "version": version.number,
        "steps": [
            _graph_step(step, by_step.get(step.id, []), task, reached, following) for step in version.steps.values()
        ],
        "transitions": [
            {
                "id": edge.id,
                "name": edge.name,
                "outcome": edge.outcome,
                "requires_comment": edge.requires_comment,
                "is_automatic": edge.is_automatic,
                "from_step": edge.from_step_id,
                "to_step": edge.to_step_id,
                "taken": edge.id in taken,
                "times": taken.get(edge.id, 0),
            }
            for edge in version.transitions.values()
        ],
    }


def _graph_step(
    step: Any, visits: list[StepVisit], task: Task, reached: set[int], following: set[int]
) -> dict[str, Any]:
    last = visits[-1] if visits else None
    if step.id == task.current_step_id:
        state = "current"
    elif visits or (step.is_end and step.id in reached):
        state = "done"
    else:
        state = "next" if step.id in following else "ahead"
    return {
        "id": step.id,
        "key": step.key,
        "name": step.name,
        "kind": step.kind,
        "role": step.role_name or None,
        "escalate_to": step.escalate_to_name or None,
        "share": float(step.share),
        "instruction": step.instruction,
        "is_start": step.is_start,
        "is_end": step.is_end,
        "end_status": step.end_status,
        "position": step.position,
        "state": state,
        "visits": len(visits),
        "entered_at": last.opened_at if last else None,
        "left_at": last.closed_at if last else None,
        "performer": last.performer.as_person if last and last.performer else None,
    }
