"""Hand over the open work of one person: to their substitute, else to the next of each role.

In one act by a person, and by the rule of a workflow once an absence has lasted for so long.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Value

from audit.actor import Actor
from role.availability import leads_one_of_their_roles
from role.models import Person
from task.access import leads
from task.approvals import barred_from
from task.assign import assign_by_strategy, assign_to, call_lead, end_assignment, notify_of_move
from task.assignment import AWAY, CLAIM, ROUND_ROBIN
from task.bulk import DoPart, in_each
from task.journal import Journal
from task.models import Assignment, Task
from task.one_by_one import one_by_one
from task.refusals import NotAssigned, NotEligible
from task.rotation import lock_rotations, save_rotations
from task.run import VISIT_FIELDS, Run, lock_run, lock_visible
from task.state_machine import HAND_OVER, required_reason, stating
from ticketing_common.errors import Forbidden, NotFound, Refusal
from tickets.reasons import SENTENCES

BY_RULE = SENTENCES["away_too_long"]
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


def hand_over_absent(*, now: datetime) -> int:
    """Hand over the work of people who are away for longer than its workflow waits, oldest first; return how much.

    What nobody can take stays, flagged for the lead, and is tried again by the next sweep.
    """
    waits = ExpressionWrapper(
        F("workflow_version__hand_over_seconds") * Value(timedelta(seconds=1)), output_field=DurationField()
    )
    due = (
        Task.objects.filter(
            status__in=HAND_OVER.sources,
            workflow_version__hand_over_seconds__isnull=False,
            assignee_id__in=Person.objects.away(now).values("pk"),
        )
        .alias(handed_over_at=ExpressionWrapper(F("assignee__away_from") + waits, output_field=DateTimeField()))
        .filter(handed_over_at__lte=now)
        .order_by("created_at", "id")
    )
    full: set[int] = set()  # roles in which nobody takes work now

    def hand_over(row: tuple[int, int, int, str, bool]) -> int:
        task_id, user_id, role_id, kind, is_flagged = row
        if role_id in full and is_flagged:
            return 0
        try:
            return _hand_over_by_rule(task_id, user_id, now=now)
        except NotEligible:
            # Who may not decide one approval may decide the next.
            full.update({role_id} if kind != "approval" else ())
        except Refusal:
            pass  # somebody was faster
        return 0

    columns = ("pk", "assignee_id", "role_id", "current_step__kind", "current_visit__needs_lead")
    return one_by_one(due.values_list(*columns), hand_over, what="work of who is away")


@transaction.atomic
def _hand_over_by_rule(task_id: int, user_id: int, *, now: datetime) -> int:
    person = Person.objects.filter(pk=user_id).first()
    if person is None or not person.is_away(now):
        return 0
    try:
        _hand_over_one(task_id, person, reason=BY_RULE, actor=None, now=now)
    except NotEligible:
        if _flag(task_id, now):
            return 0
        raise
    return 1


def _flag(task_id: int, now: datetime) -> bool:
    """Flag work that nobody can take for its role's lead, once."""
    journal = Journal(now)
    run = lock_run(task_id, journal)
    visit = run.visit
    if visit is None or visit.needs_lead:
        return False
    run.use_rotations(lock_rotations([visit.role_id], now))
    call_lead(run, visit, "assignee_away")
    visit.save(update_fields=["needs_lead"])
    run.save()
    journal.write()
    return True


def _is_theirs(person: Person, actor: Actor, now: datetime) -> bool:
    """Return whether the actor is the person, or stands in for them now."""
    return actor.user_id == person.user_id or (person.is_away(now) and person.substitute_id == actor.user_id)


@transaction.atomic
def _hand_over_one(task_id: int, person: Person, *, reason: str, actor: Actor | None, now: datetime) -> Run:
    journal = Journal(now, actor)
    run = lock_visible(task_id, journal)
    with stating(run):
        visit = HAND_OVER.visit_in(run)
        if run.task.assignee_id != person.user_id:
            raise NotAssigned(f"{person.full_name} does not have the task any more.")
    if actor is not None and not (_is_theirs(person, actor, now) or leads(actor, visit.role_id)):
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
        actor=actor,
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
