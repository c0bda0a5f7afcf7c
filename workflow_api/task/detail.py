"""The page of one task: the document of `/tasks/{id}/`, built from rows in hand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from amscheckout.models import AmsCheckout
from audit.actor import Actor, PlainActor
from bmscheckout.models import BmsCheckout
from role.models import Person, RoleMember
from task.assignment import as_sentence, replay, sentences
from task.clocks import describe as describe_clock
from task.decisions import decision_problem
from task.hot_sql import CompiledRead
from task.journal import Journal
from task.models import ApprovalVote, Assignment, SlaClock, StepVisit, Task
from task.run import Run, as_run
from task.state_machine import Standing, offered_actions, offered_transitions
from task.waiting import hold_as_shown
from ticketing_common.errors import NotFound
from tickets.checkouts import Checkout
from tickets.models import Ticket
from tickets.reasons import code_of
from workflow.graph import GraphStep, VersionGraph

CHECKOUTS: dict[str, type[Checkout]] = {"asset": AmsCheckout, "budget": BmsCheckout}


def _visible_task(task_id: int, user_id: int, is_admin: bool) -> QuerySet[Any, Any]:
    return (
        Task.objects.visible_to(PlainActor(user_id, "", is_admin))
        .select_related("ticket", "owner", "assignee", "current_visit", "current_visit__role")
        .filter(pk=task_id)
    )


task_of_anyone = CompiledRead(lambda task_id: _visible_task(task_id, 0, True))
task_of_person = CompiledRead(lambda task_id, user_id: _visible_task(task_id, user_id, False))


def find(person: Actor, task_id: int) -> Task:
    """Return the task with its near relations, or raise `NotFound`."""
    if person.is_admin:
        found = task_of_anyone(task_id=task_id)
    else:
        found = task_of_person(task_id=task_id, user_id=person.user_id)
    if not found:
        raise NotFound("There is no such task.")
    task: Task = found[0]
    return task


shown_clocks = CompiledRead(
    lambda task_id, visit_id: SlaClock.objects.filter(Q(visit__isnull=True) | Q(visit_id=visit_id), task_id=task_id)
)
active_member_ids = CompiledRead(
    lambda role_id: RoleMember.objects.active().filter(role_id=role_id).values_list("person_id")
)


def read_detail(person: Actor, task_id: int, now: datetime) -> dict[str, Any]:
    """Return the document of a task that the person may see, or raise `NotFound`."""
    run = as_run(find(person, task_id), Journal(now, person))
    visit_id = run.visit.pk if run.visit else 0
    clocks = shown_clocks(task_id=task_id, visit_id=visit_id)
    run.use_clocks(clock for clock in clocks if clock.cycle == run.task.cycle)
    return detail_of(run, person, now)


def detail_of(run: Run, person: Actor, now: datetime) -> dict[str, Any]:
    """Return the document of the run's task, from what an act has in hand; what it has not is read."""
    visit = run.visit
    rotation = run.rotation(visit.role_id) if visit else None
    if visit is not None and rotation is not None:
        visit.role = rotation.cursor.role
        members = {member.user_id for member in rotation.members}
    else:
        members = members_of(visit)
    standing = Standing(
        person,
        run,
        known_member=person.user_id in members,
        known_lead=bool(visit and visit.role and visit.role.lead_id == person.user_id),
    )
    assignment = run.current_assignment()
    return task_detail(
        run.task,
        ticket=run.ticket,
        visit=visit,
        graph=run.graph,
        clocks=run.clocks(),
        assignment=assignment,
        names=names_in([assignment] if assignment else [], known=run.names),
        votes=run.votes() if run.step and run.step.kind == "approval" else [],
        members=_voters_roles(run, visit, members),
        checkout=_checkout(run),
        problem=decision_problem(run),
        transitions=offered_transitions(run, standing),
        actions=offered_actions(run, standing),
        now=now,
    )


def _voters_roles(run: Run, visit: StepVisit | None, members: set[int]) -> set[int]:
    """Return who holds the visit's role, or the step's own, whose votes an escalation keeps."""
    step = run.step
    if visit is None or step is None or step.kind != "approval" or visit.role_id == step.role_id or not run.votes():
        return members
    return members.union(*(members_of_role(role_id) for role_id in (step.role_id, step.escalate_to_id) if role_id))


def _checkout(run: Run) -> Checkout | None:
    model = CHECKOUTS.get(run.graph.end_logic)
    if model is None or run.task.status not in ("handing_off", "completed"):
        return None
    checkouts: QuerySet[Any] = model._default_manager.all()
    found: Checkout | None = checkouts.filter(task_id=run.task.pk).order_by("-cycle").first()
    return found


def task_detail(
    task: Task,
    *,
    ticket: Ticket,
    visit: StepVisit | None,
    graph: VersionGraph,
    clocks: Mapping[int | None, SlaClock],
    assignment: Assignment | None,
    names: Mapping[int, str],
    votes: Iterable[ApprovalVote],
    members: Collection[int],
    checkout: Checkout | None,
    transitions: list[dict[str, Any]],
    actions: list[str],
    now: datetime,
    problem: str = "",
) -> dict[str, Any]:
    """Return everything that the ticket page shows of the task. Asks the database nothing.

    `clocks` are the task's by their visit, its own under None; `assignment` is the current one, with its person and
    role; `names` are of everybody that its reasons mention (`names_in`); `votes` are those that count at the visit;
    `members` hold a role now that may vote, or could before an escalation; `transitions` and `actions` are what the
    reader may do.
    """
    step = graph.steps.get(task.current_step_id or 0)
    task_clock, visit_clock = clocks.get(None), clocks.get(visit.pk) if visit else None
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
        "current_step": _current_step(step, visit) if step else None,
        "instruction": step.instruction if step else None,
        "assignee": task.assignee.as_person if task.assignee else None,
        "is_assignee_away": bool(task.assignee and task.assignee.is_away(now)),
        "owner": task.owner.as_person if task.owner else None,
        "sla": describe_clock(task_clock, now) if task_clock else None,
        "visit_sla": describe_clock(visit_clock, now) if visit_clock else None,
        "available_transitions": transitions,
        "available_actions": actions,
        "why": why(assignment, names) if assignment else None,
        "approval": _approval(step, votes, members) if step and step.kind == "approval" else None,
        "decision_problem": problem or None,
        "needs_lead": bool(visit and visit.needs_lead),
        "in_pool_since": visit.pooled_at if visit else None,
        "step_since": visit.opened_at if visit else None,
        "handoff": checkout.as_handoff if checkout else None,
        "cycle": task.cycle,
        "continues_task_id": task.continues_id,
        "matched_by": task.matched_by or None,
        "move_offer": task.move_offer,
        "ticket": _ticket(ticket),
        "created_at": task.created_at,
        "updated_at": task.updated_at or task.created_at,
        "closed_at": task.closed_at,
        "hold": hold_as_shown(task.status, task.hold_reason, task.hold_until, task.is_until_answer),
        "answered_at": task.answered_at,
    }


def _current_step(step: GraphStep, visit: StepVisit | None) -> dict[str, Any]:
    return {
        **step.as_step,
        "role": visit.role.name if visit and visit.role else step.role_name,
        "role_id": visit.role_id if visit else step.role_id,
        "kind": step.kind,
        "key": step.key,
    }


def _approval(step: GraphStep, votes: Iterable[ApprovalVote], members: Collection[int]) -> dict[str, Any]:
    return {
        "required": int(step.approval.get("required") or 1),
        "mode": str(step.approval.get("mode") or "count"),
        "votes": [
            {
                "person": vote.person.as_person,
                "outcome": vote.outcome,
                "comment": vote.comment,
                "cast_at": vote.cast_at,
                "is_role_since_removed": vote.person_id not in members,
            }
            for vote in votes
        ],
    }


def _ticket(ticket: Ticket) -> dict[str, Any]:
    return {
        "id": ticket.pk,
        "ticket_number": ticket.ticket_number,
        "subject": ticket.subject,
        "description": ticket.description,
        "category": ticket.category,
        "sub_category": ticket.sub_category,
        "department": ticket.department,
        "priority": ticket.priority,
        "requester": {"id": ticket.requester_id, "name": ticket.requester_name, "email": ticket.requester_email},
        "source_service": ticket.source_service,
        "source_status": ticket.source_status,
        "submitted_at": ticket.submitted_at,
        "received_at": ticket.received_at,
    }


def members_of(visit: StepVisit | None) -> set[int]:
    """Return the ids of the active people who hold the visit's role now."""
    return members_of_role(visit.role_id) if visit is not None else set()


def members_of_role(role_id: int | None) -> set[int]:
    """Return the ids of the active people who hold the role now."""
    if role_id is None:
        return set()
    return {user_id for (user_id,) in active_member_ids(role_id=role_id)}


def names_in(assignments: Iterable[Assignment], *, known: Mapping[int, str] | None = None) -> dict[int, str]:
    """Return the names of everybody that stored reasons mention; those not `known` are read in one statement."""
    wanted: set[int] = set()
    for assignment in assignments:
        reasons = assignment.why
        wanted |= {int(user_id) for user_id in reasons.get("candidates", [])}
        wanted |= {int(entry["user_id"]) for entry in reasons.get("passed_over", [])}
        wanted |= {int(reasons[key]) for key in ("cursor_before", "stands_in_for") if reasons.get(key)}
        if reasons.get("previous_performer"):
            wanted.add(int(reasons["previous_performer"]["user_id"]))
    names = dict(known or {})
    if missing := wanted - names.keys():
        names |= dict(Person.objects.filter(user_id__in=missing).values_list("user_id", "full_name"))
    return names


def why(assignment: Assignment, names: Mapping[int, str]) -> dict[str, Any]:
    """Return why the person was assigned: the stored facts, and the same in plain words."""

    def person(user_id: Any) -> dict[str, Any]:
        return {"user_id": int(user_id), "full_name": names.get(int(user_id), "")}

    reasons = assignment.why
    return {
        "person": assignment.person.as_person,
        "role": assignment.role.name,
        "is_owner": assignment.is_owner,
        "origin": assignment.origin,
        "reason": assignment.reason,
        "reason_code": code_of(assignment.reason),
        "explanation": as_sentence(assignment.origin, reasons, names, assignment.role.name),
        "explanation_parts": [
            {"code": code, "params": params}
            for code, params in sentences(assignment.origin, reasons, names, assignment.role.name)
        ],
        "strategy": reasons.get("strategy"),
        "candidates": [person(user_id) for user_id in reasons.get("candidates", [])],
        "passed_over": [
            {"person": person(entry["user_id"]), "why": entry["why"]} for entry in reasons.get("passed_over", [])
        ],
        "cursor_before": reasons.get("cursor_before"),
        "cursor_after": reasons.get("cursor_after"),
        "replayed_user_id": replay(reasons),
        "started_at": assignment.started_at,
        "ended_at": assignment.ended_at,
        "end_reason": assignment.end_reason,
    }
