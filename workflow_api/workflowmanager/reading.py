"""Read one task with what the reader may do with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from amscheckout.models import AmsCheckout
from audit.actor import Actor
from bmscheckout.models import BmsCheckout
from task.detail import find, members_of, names_in, task_detail
from task.models import SlaClock
from tickets.checkouts import Checkout
from workflowmanager.running import Run, as_run
from workflowmanager.transitions import available
from workflowmanager.writing import Change


def detail(person: Actor, task_id: int, now: datetime, *, has_acted: bool = False) -> dict[str, Any]:
    """Return everything the ticket page needs of the task, for this person."""
    run = as_run(find(person, task_id, has_acted=has_acted), Change(now, person))
    task, visit = run.task, run.visit
    wanted = Q(visit__isnull=True) | Q(visit_id=visit.pk if visit else 0)
    members = members_of(visit)
    role_id = visit.role_id if visit else None
    held = {role_id} if role_id is not None and person.user_id in members else set()
    led = {role_id} if role_id is not None and visit and visit.role and visit.role.lead_id == person.user_id else set()
    assignment = run.current_turn()
    return task_detail(
        task,
        ticket=run.ticket,
        visit=visit,
        graph=run.graph,
        clocks={clock.visit_id: clock for clock in SlaClock.objects.filter(wanted, task_id=task.pk)},
        assignment=assignment,
        names=names_in([assignment] if assignment else []),
        votes=run.votes() if run.step and run.step.kind == "approval" else [],
        members=members,
        checkout=_checkout(run),
        transitions=available(run, person, member_role_ids=held, led_role_ids=led),
        actions=_actions(run, person, is_member=bool(held), is_lead=bool(led)),
        now=now,
    )


def _actions(run: Run, person: Actor, *, is_member: bool, is_lead: bool) -> list[str]:
    """Return the actions beside transitions that the person may use now."""
    task = run.task
    if run.visit is None or task.status not in ("pending", "in_progress", "on_hold"):
        return []
    is_assignee = task.assignee_id == person.user_id
    decides = person.is_admin or is_lead or is_assignee
    actions = []
    if task.status != task.Status.ON_HOLD:
        if task.assignee_id is None and is_member:
            actions.append("claim")
        if task.assignee_id is not None and decides:
            actions.append("release")
        if decides:
            actions += ["transfer", "escalate", "hold"]
    elif decides:
        actions.append("resume")
    if decides:
        actions.append("priority")
    return actions


CHECKOUTS: dict[str, type[Checkout]] = {"asset": AmsCheckout, "budget": BmsCheckout}


def _checkout(run: Run) -> Checkout | None:
    model = CHECKOUTS.get(run.graph.end_logic)
    if model is None or run.task.status not in ("handing_off", "completed"):
        return None
    checkouts: QuerySet[Any] = model._default_manager.all()
    found: Checkout | None = checkouts.filter(task_id=run.task.pk).first()
    return found
