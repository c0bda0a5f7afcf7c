"""The sweep: note which clocks are at risk or breached, once, and act on it. Right with several workers.

A clock's rows are found by their stored times and judged again under the task's lock; a task that is busy is left to
the next sweep. A fact has a unique key, so it is recorded and notified once, whoever comes first. What stands after
its escalation is escalated a second time where the workflow says so, when the step's clock has gone on for that long.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef, Q

from task import notifications
from task.clocks import clock_of, reading_of
from task.escalate import escalate_visit
from task.journal import Journal
from task.models import SlaClock, SlaFact, StepVisit, Task
from task.one_by_one import one_by_one
from task.rotation import lock_rotations
from task.run import Run, lock_free
from tickets.reasons import SENTENCES

BATCH = 50
AT_RISK, BREACHED = SlaFact.Kind.AT_RISK, SlaFact.Kind.BREACHED


def sweep_clocks(*, now: datetime, limit: int = 5000) -> int:
    """Record every fact that is due, of at most `limit` tasks; return how many."""
    recorded = seen = last_id = 0
    while seen < limit and (task_ids := _due(now, last_id)):
        last_id, seen = task_ids[-1], seen + len(task_ids)
        try:
            recorded += _sweep(task_ids, now)
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # noqa: BLE001 -- the one that it was is logged now, and the others are swept
            recorded += one_by_one(task_ids, lambda task_id: _sweep([task_id], now), what="clocks of a task")
    return recorded


def _due(now: datetime, after_id: int) -> list[int]:
    """Return the next tasks with a running clock of which a fact is due and not recorded."""
    facts = SlaFact.objects.filter(clock_id=OuterRef("pk"))
    is_breached = Q(due_at__lt=now) & ~Exists(facts.filter(kind=BREACHED))
    is_at_risk = Q(at_risk_at__lt=now) & ~Exists(facts.filter(kind=AT_RISK))
    due = SlaClock.objects.filter(is_breached | is_at_risk, stopped_at__isnull=True)
    second = StepVisit.objects.filter(
        second_escalation_at__lt=now, closed_at__isnull=True, task__status__in=Task.RUNNING
    )
    found = due.filter(task_id__gt=after_id).values_list("task_id")
    found = found.union(second.filter(task_id__gt=after_id).values_list("task_id"))
    return [task_id for (task_id,) in found.order_by("task_id")[:BATCH]]


@transaction.atomic
def _sweep(task_ids: list[int], now: datetime) -> int:
    journal = Journal(now)
    runs = lock_free(task_ids, journal)
    clocks: dict[int, list[SlaClock]] = {run.task.pk: [] for run in runs}
    for clock in SlaClock.objects.filter(task_id__in=clocks, stopped_at__isnull=True).prefetch_related("facts"):
        clocks[clock.task_id].append(clock)
    # Every rotation that an escalation may need, at once and in order, before anything else is locked.
    roles: set[int | None] = set()
    for run in runs:
        if run.visit is not None and run.step is not None:
            roles |= {run.visit.role_id, *run.graph.roles_above(run.step)}
    rotations = lock_rotations(roles, now)
    recorded = 0
    for run in runs:
        run.use_rotations(rotations)
        run.use_clocks(clocks[run.task.pk])
        recorded += _sweep_task(run)
    journal.write()
    return recorded


def _sweep_task(run: Run) -> int:
    task, now, visit = run.task, run.now, run.visit
    if task.status == Task.Status.ON_HOLD or not task.is_open:
        return 0
    recorded = _escalate_again(run, visit) if visit is not None else 0
    for visit_id, clock in sorted(run.clocks().items(), key=lambda item: item[0] is None):
        reading = clock_of(clock).read(now)
        known = {fact.kind for fact in clock.facts.all()}
        for kind, happened_at in ((AT_RISK, reading.risk_at), (BREACHED, reading.breached_at)):
            if happened_at is None or kind in known:
                continue
            fact = SlaFact(clock=clock, kind=kind, happened_at=happened_at, recorded_at=now)
            SlaFact.objects.bulk_create([fact], ignore_conflicts=True)
            recorded += 1
            _note(run, clock, kind, happened_at)
            if kind == run.graph.escalation.trigger and visit is not None and visit_id == visit.pk:
                _escalate(run, visit, clock)
    if recorded:
        run.save()
    return recorded


def _note(run: Run, clock: SlaClock, kind: str, happened_at: datetime) -> None:
    """Put the fact into the timeline and notify the assignee and the owner: once for the task, once for a step."""
    task = run.task
    is_task = clock.visit_id is None
    if is_task:
        task.is_at_risk = True
        task.is_breached = task.is_breached or kind == BREACHED
    step_name = run.step.name if run.step else ""
    subject_of = "The ticket" if is_task else f"The step “{step_name}”"
    run.record(f"sla_{kind}", actor=None, clock="task" if is_task else "step", happened_at=happened_at)
    run.audit(f"sla.{kind}", actor=None, new={"clock": "task" if is_task else "step", "happened_at": happened_at})
    people = [user_id for user_id in (task.assignee_id, task.owner_id) if user_id is not None]
    if kind == BREACHED and task.assignee_id is None:
        people += notifications.admin_ids()
    says = "is at risk of missing its deadline" if kind == AT_RISK else "has missed its deadline"
    if is_task:
        text = notifications.task_text(task, "sla_at_risk_ticket" if kind == AT_RISK else "sla_breached_ticket")
    else:
        text = notifications.task_text(
            task, "sla_at_risk_step" if kind == AT_RISK else "sla_breached_step", step=step_name
        )
    for user_id in dict.fromkeys(people):
        run.journal.notify(
            *notifications.notification(
                task,
                f"sla_{kind}",
                user_id=user_id,
                subject=f"{task.ticket_number} {says}",
                message=f"{subject_of} {says}: {task.ticket_number} “{task.subject}”.",
                text=text,
                key=f"tts-clock-{clock.pk}-{kind}-{user_id}",
                due_at=f"{clock.due_at:%-d %B %Y, %H:%M} UTC" if clock.due_at else "",
                step_name=step_name,
                role_name=run.step.role_name if run.step else "",
            )
        )


REASONS = {AT_RISK: SENTENCES["step_at_risk"], BREACHED: SENTENCES["step_breached"]}
STILL_OPEN = SENTENCES["still_not_done"]


def _escalate(run: Run, visit: StepVisit, clock: SlaClock) -> None:
    """Escalate by the clock, unless a role above has the visit already, and note when it comes a second time."""
    step, policy = run.step, run.graph.escalation
    if step is None:
        return
    second = run.graph.second_role_of(step)
    if visit.role_id not in _above(step.escalate_to_id, second.id if second else None):
        escalate_visit(run, visit, reason=REASONS[SlaFact.Kind(policy.trigger)], actor=None)
    if second is None or second.id == visit.role_id or policy.second_seconds is None:
        return
    used = reading_of(clock, run.now).used.total_seconds()
    visit.second_escalation_used = math.ceil(used) + policy.second_seconds
    visit.second_escalation_at = _second_at(run, visit)
    visit.save(update_fields=["second_escalation_used", "second_escalation_at"])


def _above(*role_ids: int | None) -> set[int]:
    return {role_id for role_id in role_ids if role_id is not None}


def _escalate_again(run: Run, visit: StepVisit) -> int:
    """Escalate a second time what is due for it; return 1 if it was, 0 if the clock stood still meanwhile."""
    if visit.second_escalation_at is None or visit.second_escalation_at >= run.now or run.step is None:
        return 0
    due_at = _second_at(run, visit)
    is_due = due_at is not None and due_at < run.now
    visit.second_escalation_at = None if is_due else due_at
    visit.save(update_fields=["second_escalation_at"])
    second = run.graph.second_role_of(run.step)
    if not is_due or second is None or second.id == visit.role_id:
        return 0
    escalate_visit(run, visit, reason=STILL_OPEN, actor=None, is_second=True)
    return 1


def _second_at(run: Run, visit: StepVisit) -> datetime | None:
    """Return when the visit's clock, left alone, has used what the second escalation waits for."""
    clock = run.clocks().get(visit.pk)
    if clock is None or visit.second_escalation_used is None:
        return None
    return clock_of(clock).reaches(timedelta(seconds=visit.second_escalation_used))
