"""Keep every open stay with somebody who may have it: drain pools, take work from those who left.

Locks are taken in the order cursors, then tasks without waiting: whoever holds a task and waits for the cursor comes
after. A task that is busy is left to the next sweep.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from role.models import RoleMember
from task.access import holds_role
from task.assignment import CLAIM, ROUND_ROBIN
from task.models import Assignment, StepVisit, Task
from workflowmanager import notices
from workflowmanager.approvals import barred_from, give_visit, is_hopeless
from workflowmanager.loading import lock_tasks
from workflowmanager.rosters import lock_rosters, save_cursors
from workflowmanager.running import Run, as_run, load_run
from workflowmanager.writing import Change

BATCH = 100


def _runs(change: Change, task_ids: Iterable[int]) -> list[Run]:
    """Lock those of the tasks that nobody works on at this moment, in the order given."""
    wanted = list(task_ids)
    rows = {task.pk: task for task in lock_tasks(wanted)}
    return [as_run(rows[task_id], change) for task_id in wanted if task_id in rows]


def _still_held() -> Exists:
    return Exists(
        RoleMember.objects.active().filter(
            person_id=OuterRef("assignee_id"), role_id=OuterRef("current_visit__role_id")
        )
    )


def take_from_leavers(change: Change, *, role_ids: Collection[int], reason: str = "role_lost") -> int:
    """Take open stays of the roles from people who no longer hold them; the roles' cursors are locked.

    They return to the pool and go to the next in turn at once, where there is one.
    """
    change.flush()
    lost = (
        Task.objects.filter(
            status__in=[Task.Status.IN_PROGRESS, Task.Status.ON_HOLD],
            assignee_id__isnull=False,
            current_visit__role_id__in=list(role_ids),
        )
        .filter(~_still_held())
        .order_by("created_at", "id")
        .values_list("pk", flat=True)[:BATCH]
    )
    runs = _runs(change, list(lost))
    for run in runs:
        visit, old_id = run.visit, run.task.assignee_id
        # The task may have moved between the look and the lock.
        if visit is None or old_id is None or holds_role(old_id, visit.role_id):
            continue
        step = run.graph.steps[visit.step_id]
        rosters = lock_rosters([visit.role_id], change.now, strategies=[step.assignment])
        run.note_roster(_merge(change, rosters))
        run.end_assignment(visit, reason)
        barred = barred_from(run, visit, step)
        run.give(visit, ROUND_ROBIN if step.assignment == CLAIM else step.assignment, excluded=barred)
        roster = run.rosters.get(visit.role_id or 0)
        run.story("repooled", actor=None, from_person=run.person(old_id), assignee=run.person(run.task.assignee_id))
        run.audit(
            "task.repooled",
            actor=None,
            old={"assignee": old_id},
            new={"assignee": run.task.assignee_id},
            reason=reason,
        )
        if roster is not None and roster.lead_id is not None and run.task.assignee_id is not None:
            change.tell(
                *notices.notice(
                    run.task,
                    "system",
                    user_id=roster.lead_id,
                    subject=f"{run.task.ticket_number} has changed hands",
                    message=f"Its holder no longer holds {roster.name}. It went to somebody else of the role.",
                    with_mail=False,
                )
            )
        run.tell_assignee()
        run.task.version += 1
        run.change.update(visit, ("role_id", "pooled_at", "needs_lead"))
        save_cursors(run.rosters, run.change)
        run.save()
    return len(runs)


def _merge(change: Change, rosters: dict) -> dict:  # type: ignore[type-arg]
    """Within one change a role has one roster: turns given, not written yet, count."""
    kept = change.rosters
    for role_id, roster in rosters.items():
        kept.setdefault(role_id, roster)
    return {role_id: kept[role_id] for role_id in rosters}


def replace_owners(change: Change, *, role_ids: Collection[int]) -> int:
    """Give tickets whose coordinator left, or that have none, a new one; the roles' cursors are locked."""
    change.flush()
    held = RoleMember.objects.active().filter(
        person_id=OuterRef("owner_id"), role_id=OuterRef("workflow_version__coordinator_role_id")
    )
    orphans = (
        Task.objects.open()
        .filter(workflow_version__coordinator_role_id__in=list(role_ids))
        .filter(Q(owner_id__isnull=True) | ~Exists(held))
        .order_by("created_at", "id")
        .values_list("pk", flat=True)[:BATCH]
    )
    done = 0
    for run in _runs(change, list(orphans)):
        role_id = run.graph.coordinator_role_id
        if not run.task.is_open or (run.task.owner_id is not None and holds_role(run.task.owner_id, role_id)):
            continue
        run.note_roster(_merge(change, lock_rosters([role_id], change.now)))
        roster = run.rosters.get(role_id)
        choice = roster.take_turn(ROUND_ROBIN, is_for_owner=True) if roster else None
        if choice is None or choice.user_id is None:
            continue
        old_id = run.task.owner_id
        Assignment.objects.filter(task=run.task, is_owner=True, ended_at__isnull=True).update(
            ended_at=change.now, end_reason="role_lost"
        )
        change.insert(
            Assignment(
                task_id=run.task.pk,
                person_id=choice.user_id,
                role_id=role_id,
                is_owner=True,
                origin=choice.origin,
                why=choice.why,
                started_at=change.now,
            )
        )
        run.task.owner_id = choice.user_id
        run.newcomers.append((choice.user_id, role_id))
        run.story("owner_changed", actor=None, from_person=run.person(old_id), to_person=run.person(choice.user_id))
        run.audit("task.owner_changed", actor=None, old={"owner": old_id}, new={"owner": choice.user_id})
        run.task.version += 1
        save_cursors(run.rosters, run.change)
        run.save()
        done += 1
    return done


def drain(change: Change, *, role_ids: Collection[int]) -> int:
    """Give what waits in the roles' pools to whoever may have it now, oldest first; the cursors are locked.

    What somebody gave back, and what is there to be claimed, waits for a hand to take it.
    """
    change.flush()
    released = Assignment.objects.filter(visit_id=OuterRef("pk"), is_owner=False, end_reason="released")
    waiting = (
        StepVisit.objects.filter(
            role_id__in=list(role_ids),
            closed_at__isnull=True,
            pooled_at__isnull=False,
            task__status=Task.Status.PENDING,
            task__assignee_id__isnull=True,
            task__current_visit_id=F("pk"),
        )
        .exclude(step__assignment=CLAIM)
        .filter(~Exists(released))
        .order_by("pooled_at", "id")
        .values_list("task_id", flat=True)[:BATCH]
    )
    given = 0
    for run in _runs(change, list(waiting)):
        visit = run.visit
        if visit is None or run.task.assignee_id is not None or run.task.status != Task.Status.PENDING:
            continue
        step = run.graph.steps[visit.step_id]
        run.note_roster(_merge(change, lock_rosters([visit.role_id], change.now, strategies=[step.assignment])))
        if not _anybody(run, visit):
            continue
        messages, entries = len(change.messages), len(change.entries)
        give_visit(run, visit, step)
        if not run.newcomers:
            # Still nobody: the lead has been told when it came here.
            del change.messages[messages:], change.entries[entries:]
            continue
        run.story("assigned", actor=None, assignee=run.person(run.task.assignee_id), from_pool=True)
        run.audit("task.assigned", actor=None, new={"assignee": run.task.assignee_id}, reason="drained")
        run.tell_assignee()
        run.task.version += 1
        run.change.update(visit, ("role_id", "pooled_at", "needs_lead"))
        save_cursors(run.rosters, run.change)
        run.save()
        given += 1
    return given


def escalate_hopeless(*, now: datetime) -> int:
    """Escalate approvals that wait in a role that can't decide them any more; return how many. Own transactions."""
    waiting = StepVisit.objects.filter(
        closed_at__isnull=True,
        pooled_at__isnull=False,
        step__kind="approval",
        step__escalate_to__isnull=False,
        task__status=Task.Status.PENDING,
    ).exclude(role_id=F("step__escalate_to_id"))
    done = 0
    for task_id in list(waiting.order_by("pooled_at", "id").values_list("task_id", flat=True)[:BATCH]):
        with transaction.atomic():
            done += _escalate_if_hopeless(Change(now), task_id)
    return done


def _escalate_if_hopeless(change: Change, task_id: int) -> bool:
    run = load_run(task_id, change)
    visit = run.visit
    if visit is None or visit.pooled_at is None or run.task.status != Task.Status.PENDING:
        return False
    step = run.graph.steps[visit.step_id]
    run.note_roster(lock_rosters([visit.role_id, step.escalate_to_id], change.now, strategies=[step.assignment]))
    if not is_hopeless(run, visit, step, barred_from(run, visit, step)):
        return False
    give_visit(run, visit, step)
    run.tell_assignee()
    run.task.version += 1
    run.change.update(visit, ("role_id", "pooled_at", "needs_lead"))
    save_cursors(run.rosters, run.change)
    run.save()
    change.write()
    return True


def _anybody(run: Run, visit: StepVisit) -> bool:
    roster = run.rosters.get(visit.role_id or 0)
    return roster is not None and any(not member.why_not() for member in roster.members)


def settle_roles(role_ids: Collection[int], *, now: datetime) -> int:
    """Put right what a change of people left behind in these roles. Own transaction."""
    done = 0
    for role_id in sorted(set(role_ids)):
        with transaction.atomic():
            change = Change(now)
            lock_rosters([role_id], now)
            done += take_from_leavers(change, role_ids=[role_id])
            done += replace_owners(change, role_ids=[role_id])
            done += drain(change, role_ids=[role_id])
            change.write()
    return done


def roles_to_settle() -> list[int]:
    """Return the roles in which something waits or is with somebody who left."""
    waiting = StepVisit.objects.filter(
        closed_at__isnull=True, pooled_at__isnull=False, task__status=Task.Status.PENDING, role_id__isnull=False
    ).exclude(step__assignment=CLAIM)
    found = set(waiting.values_list("role_id", flat=True).distinct())
    lost = Task.objects.filter(
        status__in=[Task.Status.IN_PROGRESS, Task.Status.ON_HOLD],
        assignee_id__isnull=False,
        current_visit__role_id__isnull=False,
    ).filter(~_still_held())
    found |= set(lost.values_list("current_visit__role_id", flat=True).distinct())
    held = RoleMember.objects.active().filter(
        person_id=OuterRef("owner_id"), role_id=OuterRef("workflow_version__coordinator_role_id")
    )
    orphans = Task.objects.open().filter(Q(owner_id__isnull=True) | ~Exists(held))
    found |= set(orphans.values_list("workflow_version__coordinator_role_id", flat=True).distinct())
    return sorted(role_id for role_id in found if role_id is not None)


def person_changed(user_id: int, *, now: datetime | None = None) -> None:
    """A person came back, went away, or got another capacity: give them what waits in their roles.

    Call it after the commit, or in the transaction of the change.
    """
    moment = now or timezone.now()
    with transaction.atomic():
        held = RoleMember.objects.active().filter(person_id=user_id).values_list("role_id", flat=True)
        role_ids = sorted(set(held))
        lock_rosters(role_ids, moment)
        change = Change(moment)
        drain(change, role_ids=role_ids)
        change.write()
