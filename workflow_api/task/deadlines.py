"""The sweep: note which clocks are at risk or breached, once, and act on it. Right with several workers.

A clock's rows are found by their stored times and judged again under the task's lock; a task that is busy is left to
the next sweep. A fact has a unique key, so it is recorded and notified once, whoever comes first.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from task import notifications
from task.clocks import clock_of
from task.escalate import escalate_visit
from task.journal import Journal
from task.models import SlaClock, SlaFact, StepVisit, Task
from task.rotation import lock_rotations
from task.run import Run, lock_free

BATCH = 50
AT_RISK, BREACHED = SlaFact.Kind.AT_RISK, SlaFact.Kind.BREACHED


def sweep_clocks(*, now: datetime, limit: int = 5000) -> int:
    """Record every fact that is due, of at most `limit` tasks; return how many."""
    recorded = 0
    seen: set[int] = set()
    while len(seen) < limit:
        task_ids = [task_id for task_id in _due(now) if task_id not in seen][:BATCH]
        if not task_ids:
            return recorded
        seen.update(task_ids)
        recorded += _sweep(task_ids, now)
    return recorded


def _due(now: datetime) -> list[int]:
    """Return some of the tasks with a running clock of which a fact is due and not recorded."""
    facts = SlaFact.objects.filter(clock_id=OuterRef("pk"))
    is_breached = Q(due_at__lt=now) & ~Exists(facts.filter(kind=BREACHED))
    is_at_risk = Q(at_risk_at__lt=now) & ~Exists(facts.filter(kind=AT_RISK))
    due = SlaClock.objects.filter(is_breached | is_at_risk, stopped_at__isnull=True)
    return list(due.order_by("task_id").values_list("task_id", flat=True).distinct()[: BATCH * 4])


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
            roles |= {run.visit.role_id, run.step.escalate_to_id}
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
    recorded = 0
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
            if kind == BREACHED and visit is not None and visit_id == visit.pk:
                _escalate(run, visit)
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
    subject_of = "The ticket" if is_task else f"The step “{run.step.name if run.step else ''}”"
    run.record(f"sla_{kind}", actor=None, clock="task" if is_task else "step", happened_at=happened_at)
    run.audit(f"sla.{kind}", actor=None, new={"clock": "task" if is_task else "step", "happened_at": happened_at})
    people = [user_id for user_id in (task.assignee_id, task.owner_id) if user_id is not None]
    if kind == BREACHED and task.assignee_id is None:
        people += notifications.admin_ids()
    says = "is at risk of missing its deadline" if kind == AT_RISK else "has missed its deadline"
    for user_id in dict.fromkeys(people):
        run.journal.notify(
            *notifications.notification(
                task,
                f"sla_{kind}",
                user_id=user_id,
                subject=f"{task.ticket_number} {says}",
                message=f"{subject_of} {says}: {task.ticket_number} “{task.subject}”.",
                key=f"tts-clock-{clock.pk}-{kind}-{user_id}",
                due_at=f"{clock.due_at:%-d %B %Y, %H:%M} UTC" if clock.due_at else "",
                step_name=run.step.name if run.step else "",
                role_name=run.step.role_name if run.step else "",
            )
        )


def _escalate(run: Run, visit: StepVisit) -> None:
    """Escalate by the clock, unless the role above has the visit already."""
    step = run.step
    if step is None or (step.escalate_to_id is not None and visit.role_id == step.escalate_to_id):
        return
    escalate_visit(run, visit, reason="The step's time is up.", actor=None)
