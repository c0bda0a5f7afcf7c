"""What explains one task: who was assigned and why, how its clocks ran, its timeline, its way through the graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from audit.actor import Actor
from role.models import RoleMember
from task.access import check_visible
from task.clocks import describe as describe_clock
from task.clocks import events_of, policy_of
from task.detail import find, names_in, why
from task.models import Assignment, SlaClock, StepVisit, Task, Timeline
from task.sla import explain
from tickets.reasons import code_of
from workflow.graph import GraphStep, version_graph


def assignment(person: Actor, task_id: int) -> dict[str, Any]:
    """Return whose the task is and why, and everyone whose it was before."""
    task = find(person, task_id)
    assignments = list(
        Assignment.objects.filter(task_id=task.pk)
        .select_related("person", "role", "visit")
        .order_by("started_at", "id")
    )
    names = names_in(assignments)
    active = set(
        RoleMember.objects.active()
        .filter(person_id__in={entry.person_id for entry in assignments})
        .values_list("person_id", "role_id")
    )
    steps = version_graph(task.workflow_version_id).steps
    history, current = [], None
    for entry in assignments:
        step = steps.get(entry.visit.step_id) if entry.visit else None
        document = {
            **why(entry, names),
            "step": step.as_step if step else None,
            "is_role_since_removed": (entry.person_id, entry.role_id) not in active,
        }
        history.append(document)
        is_here = entry.visit_id == task.current_visit_id and not entry.is_owner and entry.ended_at is None
        if is_here and current is None:
            current = document
    return {"current": current, "history": history}


def timeline(person: Actor, task_id: int) -> QuerySet[Timeline, Any]:
    check_visible(person, task_id)
    return Timeline.objects.filter(task_id=task_id).order_by("seq")


def sla(person: Actor, task_id: int, now: datetime) -> dict[str, Any]:
    """Return the clock of the task, of its current visit, and of earlier visits, each explained."""
    task = find(person, task_id)
    clocks = list(
        SlaClock.objects.filter(task_id=task.pk)
        .select_related("visit__step")
        .prefetch_related("facts")
        .order_by("cycle", "visit__number")
    )
    explained = {(clock.cycle, clock.visit_id): _explained(clock, now) for clock in clocks}
    submitted_at = task.ticket.submitted_at or task.ticket.received_at
    own = explained.get((task.cycle, None))
    return {
        "task": own,
        "visit": explained.get((task.cycle, task.current_visit_id)) if task.current_visit_id else None,
        "visits": [
            {
                **explained[clock.cycle, clock.visit_id],
                "cycle": clock.cycle,
                "visit": clock.visit.number,
                "step": {"id": clock.visit.step_id, "name": clock.visit.step.name},
            }
            for clock in clocks
            if clock.visit is not None
        ],
        "earlier_cycles": [
            {**explained[clock.cycle, None], "cycle": clock.cycle}
            for clock in clocks
            if clock.visit_id is None and clock.cycle < task.cycle
        ],
        "submitted_at": submitted_at,
        "since_submitted_seconds": _seconds(submitted_at, task.closed_at or now),
        "waited_before_clock_seconds": _seconds(submitted_at, own["started_at"] if own else now),
    }


def _seconds(start: datetime, end: datetime) -> int:
    return max(0, int((end - start).total_seconds()))


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
                "reason_code": code_of(stretch.reason),
                "seconds": int(stretch.seconds),
            }
            for stretch in explain(events, policy_of(clock), now)
        ],
    }


def graph(person: Actor, task_id: int) -> dict[str, Any]:
    """Return the version's graph with where the task has been, where it is, and where it may go next."""
    task = find(person, task_id)
    version = version_graph(task.workflow_version_id)
    visits: dict[int, list[StepVisit]] = {}
    for visit in StepVisit.objects.filter(task_id=task_id).select_related("performer").order_by("number"):
        visits.setdefault(visit.step_id, []).append(visit)
    performed = list(task.performed.values_list("transition_id", "to_step_id"))
    times = Counter(transition_id for transition_id, _ in performed)
    reached = {to_step_id for _, to_step_id in performed}
    following = {edge.to_step_id for edge in version.outgoing(task.current_step_id or 0)}
    return {
        "version": version.number,
        "steps": [
            _graph_step(step, visits.get(step.id, []), _state(step, task, visits, reached, following))
            for step in version.steps.values()
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
                "taken": edge.id in times,
                "times": times[edge.id],
            }
            for edge in version.transitions.values()
        ],
    }


def _state(
    step: GraphStep, task: Task, visits: Collection[int], reached: Collection[int], following: Collection[int]
) -> str:
    if step.id == task.current_step_id:
        return "current"
    if step.id in visits or (step.is_end and step.id in reached):
        return "done"
    return "next" if step.id in following else "ahead"


def _graph_step(step: GraphStep, visits: list[StepVisit], state: str) -> dict[str, Any]:
    last = visits[-1] if visits else None
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
