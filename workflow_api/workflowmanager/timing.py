"""The sweep: note which clocks are at risk or breached, once, and act on it. Right with several workers.

A clock's rows are found by their stored times and judged again under the task's lock; a task that is busy is left to
the next sweep. A fact has a unique key, so it is recorded and told once, whoever comes first.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from task.clocks import clock_of
from task.models import VISIT_COLUMNS, SlaClock, SlaFact, StepVisit, Task
from ticketing_common import prepared
from workflowmanager import notices
from workflowmanager.loading import admin_ids, lock_tasks, read_clocks
from workflowmanager.rosters import lock_rosters, save_cursors
from workflowmanager.running import RECORD_FACT, Run, as_run
from workflowmanager.verbs import escalate_visit
from workflowmanager.writing import Change, in_transaction

BATCH = 50
AT_RISK, BREACHED = SlaFact.Kind.AT_RISK, SlaFact.Kind.BREACHED

_DUE = """
SELECT c.task_id FROM sla_clocks c
WHERE c.stopped_at IS NULL AND (
    (c.due_at < %(now)s AND NOT EXISTS (
        SELECT 1 FROM sla_facts f WHERE f.clock_id = c.id AND f.kind = 'breached'))
    OR (c.at_risk_at < %(now)s AND NOT EXISTS (
        SELECT 1 FROM sla_facts f WHERE f.clock_id = c.id AND f.kind = 'at_risk')))
GROUP BY c.task_id ORDER BY c.task_id LIMIT %(limit)s
"""


def sweep_clocks(*, now: datetime, most: int = 5000) -> int:
    """Record every fact that is due; return how many."""
    recorded = 0
    seen: set[int] = set()
    while len(seen) < most:
        task_ids = [task_id for task_id in _due(now) if task_id not in seen][:BATCH]
        if not task_ids:
            return recorded
        seen.update(task_ids)
        recorded += _sweep(task_ids, now)
    return recorded


def _due(now: datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"now": now, "limit": BATCH * 4})
        return [task_id for (task_id,) in cursor.fetchall()]


def sweep_tasks(task_ids: Collection[int], *, now: datetime) -> int:
    """Record what is due of these tasks; return how many facts. A busy task is left out."""
    wanted = sorted(task_ids)
    return sum(_sweep(wanted[start : start + BATCH], now) for start in range(0, len(wanted), BATCH))


@in_transaction
def _sweep(task_ids: list[int], now: datetime) -> int:
    change = Change(now)
    runs = [as_run(task, change) for task in lock_tasks(task_ids)]
    clocks, known = read_clocks([run.task.pk for run in runs]), _known([run.task.pk for run in runs])
    # Every cursor that an escalation may need, at once and in order, before anything else is locked.
    roles: set[int | None] = set()
    for run in runs:
        if run.visit is not None and run.step is not None:
            roles |= {run.visit.role_id, run.step.escalate_to_id}
    rosters = lock_rosters(roles, now)
    recorded = 0
    for run in runs:
        run.rosters = rosters
        run.names.update({member.user_id: member.full_name for roster in rosters.values() for member in roster.members})
        run.know_clocks(clocks[run.task.pk])
        recorded += _sweep_task(run, known)
    save_cursors(rosters, change)
    change.write()
    return recorded


def _known(task_ids: list[int]) -> set[tuple[int, str]]:
    """Return the facts that are recorded of the tasks' clocks, as clock and kind."""
    with connection.cursor() as cursor:
        prepared.execute(cursor, _KNOWN, [task_ids])
        return set(cursor.fetchall())


_KNOWN = (
    "SELECT f.clock_id, f.kind FROM sla_facts f JOIN sla_clocks c ON c.id = f.clock_id"
    " WHERE c.task_id = ANY(%s::bigint[])"
)


def _sweep_task(run: Run, known: set[tuple[int, str]]) -> int:
    task, now = run.task, run.now
    if task.status in (Task.Status.ON_HOLD,) or not task.is_open:
        return 0
    recorded = 0
    visit = run.visit
    for visit_id, clock in sorted(run.clocks().items(), key=lambda item: item[0] is None):
        reading = clock_of(clock).read(now)
        for kind, happened_at in ((AT_RISK, reading.risk_at), (BREACHED, reading.breached_at)):
            if happened_at is None or (clock.pk, kind) in known:
                continue
            run.change.run(RECORD_FACT, clock.pk, kind, happened_at, now)
            recorded += 1
            _note(run, clock, kind, happened_at)
            if kind == BREACHED and visit is not None and visit_id == visit.pk:
                _escalate(run, visit)
    if recorded:
        run.save()
    return recorded


def _note(run: Run, clock: SlaClock, kind: str, happened_at: datetime) -> None:
    """Put the fact into the story and tell who has the task and who owns it: once for the task, once for a step."""
    task = run.task
    is_task = clock.visit_id is None
    if is_task:
        task.is_at_risk = True
        task.is_breached = task.is_breached or kind == BREACHED
    subject_of = "The ticket" if is_task else f"The step “{run.step.name if run.step else ''}”"
    run.story(f"sla_{kind}", actor=None, clock="task" if is_task else "step", happened_at=happened_at)
    run.audit(f"sla.{kind}", actor=None, new={"clock": "task" if is_task else "step", "happened_at": happened_at})
    if run.change.is_quiet:
        return
    told = [user_id for user_id in (task.assignee_id, task.owner_id) if user_id is not None]
    if kind == BREACHED and task.assignee_id is None:
        told += admin_ids()
    word = "is at risk of missing its deadline" if kind == AT_RISK else "has missed its deadline"
    for user_id in dict.fromkeys(told):
        run.change.tell(
            *notices.notice(
                task,
                f"sla_{kind}",
                user_id=user_id,
                subject=f"{task.ticket_number} {word}",
                message=f"{subject_of} {word}: {task.ticket_number} “{task.subject}”.",
                key=f"tts-clock-{clock.pk}-{kind}-{user_id}",
                due_at=f"{clock.due_at:%-d %B %Y, %H:%M} UTC" if clock.due_at else "",
                step_name=run.step.name if run.step else "",
                role_name=run.step.role_name if run.step else "",
            )
        )


def _escalate(run: Run, visit: StepVisit) -> None:
    """By the clock, once: to the role above, else to the role's lead, else administrators are told."""
    step = run.step
    if step is None or (step.escalate_to_id is not None and visit.role_id == step.escalate_to_id):
        return
    escalate_visit(run, visit, reason="The step's time is up.", actor=None)
    run.task.version += 1
    run.change.update(visit, VISIT_COLUMNS)
