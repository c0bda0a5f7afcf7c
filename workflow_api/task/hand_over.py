"""Hand over the open work of one person in one act: to their substitute, else to the next of each role."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from audit.actor import Actor
from role.availability import leads_one_of_their_roles
from role.models import Person
from task.access import leads
from task.approvals import barred_from
from task.assign import assign_by_strategy, assign_to, end_assignment, notify_of_move
from task.assignment import AWAY, CLAIM, ROUND_ROBIN
from task.bulk import DoPart, in_each
from task.journal import Journal
from task.models import Assignment, Task
from task.refusals import NotAssigned, NotEligible
from task.rotation import lock_rotations, save_rotations
from task.run import VISIT_FIELDS, Run, lock_visible
from task.state_machine import HAND_OVER, required_reason, stating
from ticketing_common.errors import Forbidden, NotFound

WHO = "Only the person, their substitute while they are away, a lead of the role or an administrator may do this."


def hand_over(*, user_id: int, reason: str, actor: Actor, now: datetime, do: DoPart) -> list[dict[str, Any]]:
    """Hand over all that the person has in hand, oldest first; return what came of each task.

    For the person, their substitute while they are away, a lead of the task's role, and administrators.
    """
    person = Person.objects.filter(pk=user_id).first()
    if person is None:
        raise NotFound("There is no such person here.")
    if not (actor.is_admin or _is_theirs(person, actor, now) or leads_one_of_their_roles(actor, user_id)):
        raise Forbidden(WHO)
    reason = required_reason(reason)
    tasks = Task.objects.visible_to(actor).filter(assignee_id=user_id, status__in=HAND_OVER.sources)
    return in_each(
        list(tasks.order_by("created_at", "id").values_list("pk", flat=True)),
        lambda task_id: _hand_over_one(task_id, person, reason=reason, actor=actor, now=now),
        do,
    )


def _is_theirs(person: Person, actor: Actor, now: datetime) -> bool:
    """Return whether the actor is the person, or stands in for them now."""
    return actor.user_id == person.user_id or (person.is_away(now) and person.substitute_id == actor.user_id)


@transaction.atomic
def _hand_over_one(task_id: int, person: Person, *, reason: str, actor: Actor, now: datetime) -> Run:
    journal = Journal(now, actor)
    run = lock_visible(task_id, journal)
    with stating(run):
        visit = HAND_OVER.visit_in(run)
        if run.task.assignee_id != person.user_id:
            raise NotAssigned(f"{person.full_name} does not have the task any more.")
    if not (_is_theirs(person, actor, now) or leads(actor, visit.role_id)):
        raise Forbidden(WHO)
    step = run.graph.steps[visit.step_id]
    run.use_rotations(lock_rotations([visit.role_id], now, strategies=[step.assignment]))
    rotation = run.rotation(visit.role_id)
    excluded = {**barred_from(run, visit, step), person.user_id: AWAY}
    if rotation is None or not rotation.can_choose(excluded):
        raise NotEligible("Nobody of the role is available; the task stays.")
    old = run.person(person.user_id)
    end_assignment(run, visit, "handed_over")
    stand_in = rotation.member(person.substitute_id)
    if stand_in is not None and not stand_in.why_not() and stand_in.user_id not in excluded:
        why = {
            "strategy": "hand_over",
            "candidates": [stand_in.user_id],
            "passed_over": [],
            "stands_in_for": person.user_id,
        }
        origin = Assignment.Origin.SUBSTITUTE
        assign_to(run, visit, stand_in.user_id, origin=origin, why=why, given_by=actor, reason=reason)
    else:
        strategy = ROUND_ROBIN if step.assignment == CLAIM else step.assignment
        assign_by_strategy(run, visit, strategy, excluded=excluded)
    new = run.person(run.task.assignee_id)
    run.record("transferred", actor=actor, from_person=old, to_person=new, reason=reason, handed_over=True)
    run.audit(
        "task.handed_over",
        old={"assignee": person.user_id},
        new={"assignee": run.task.assignee_id},
        reason=reason,
    )
    notify_of_move(run, "task_transferred", old=old, new=new, reason=reason)
    run.task.version += 1
    visit.save(update_fields=VISIT_FIELDS)
    save_rotations(run.rotations)
    run.save()
    journal.write()
    return run
