"""Keep every open visit with somebody who may have it: assign what waits in queues, reassign the work of leavers.

Locks are taken in the order rotations, then tasks without waiting: whoever holds a task and waits for the rotation
comes after. A task that is busy is left to the next sweep.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from role.models import RoleMember
from task import notifications
from task.access import holds_role
from task.approvals import barred_from
from task.assign import (
    assign_by_strategy,
    assign_owner,
    assign_visit,
    choose_owner,
    end_assignment,
    end_ownership,
    notify_assignee,
)
from task.assignment import CLAIM, LEAST_LOADED, ROUND_ROBIN
from task.journal import Journal
from task.models import Assignment, StepVisit, Task
from task.rotation import Rotation, lock_rotations, save_rotations
from task.run import VISIT_FIELDS, Run, lock_free, read_ahead

BATCH = 100


# --- what is to be put right -------------------------------------------------------------------------------------


def waiting_visits() -> QuerySet[StepVisit]:
    """Return the visits that nobody has and that are assigned without being claimed."""
    waiting = StepVisit.objects.filter(
        closed_at__isnull=True,
        pooled_at__isnull=False,
        role_id__isnull=False,
        task__status=Task.Status.PENDING,
        task__assignee_id__isnull=True,
        task__current_visit_id=F("pk"),
    )
    return waiting.exclude(step__assignment=CLAIM)


def with_leavers() -> QuerySet[Task]:
    """Return the tasks whose assignee no longer holds the visit's role."""
    holds = RoleMember.objects.active().filter(
        person_id=OuterRef("assignee_id"), role_id=OuterRef("current_visit__role_id")
    )
    working = [Task.Status.IN_PROGRESS, Task.Status.ON_HOLD]
    assigned = Task.objects.filter(status__in=working, assignee_id__isnull=False, current_visit__role_id__isnull=False)
    return assigned.filter(~Exists(holds))


def without_owner() -> QuerySet[Task]:
    """Return the open tasks whose owner left, or that have none."""
    holds = RoleMember.objects.active().filter(
        person_id=OuterRef("owner_id"), role_id=OuterRef("workflow_version__coordinator_role_id")
    )
    return Task.objects.open().filter(Q(owner_id__isnull=True) | ~Exists(holds))


def roles_to_settle() -> list[int]:
    """Return the roles in which a visit waits, or is with somebody who left, or a ticket has no owner."""
    found = {
        *waiting_visits().values_list("role_id", flat=True).distinct(),
        *with_leavers().values_list("current_visit__role_id", flat=True).distinct(),
        *without_owner().values_list("workflow_version__coordinator_role_id", flat=True).distinct(),
    }
    return sorted(role_id for role_id in found if role_id is not None)


# --- putting it right --------------------------------------------------------------------------------------------


def settle_roles(role_ids: Collection[int], *, now: datetime) -> int:
    """Reassign and assign what a change of people left behind, each role in its own transaction; return how much."""
    done = 0
    for role_id in sorted(set(role_ids)):
        with transaction.atomic():
            lock_rotations([role_id], now)
            journal = Journal(now)
            done += settle(journal, [role_id])
            journal.write()
    return done


def settle(journal: Journal, role_ids: Collection[int]) -> int:
    """Do it for roles whose rotations are locked. The caller writes the journal."""
    return _reassign_visits(journal, role_ids) + _replace_owners(journal, role_ids) + assign_waiting(journal, role_ids)


def person_changed(user_id: int, *, now: datetime | None = None) -> None:
    """A person came back, went away, or got another capacity: assign what waits in their roles.

    Call it after the commit, or in the transaction of the change.
    """
    moment = now or timezone.now()
    with transaction.atomic():
        held = RoleMember.objects.active().filter(person_id=user_id).values_list("role_id", flat=True)
        role_ids = sorted(set(held))
        lock_rotations(role_ids, moment)
        journal = Journal(moment)
        assign_waiting(journal, role_ids)
        journal.write()


def _reassign_visits(journal: Journal, role_ids: Collection[int]) -> int:
    """Take open visits from people who no longer hold their role, and assign them to the next at once."""
    lost = with_leavers().filter(current_visit__role_id__in=role_ids)
    done = 0
    for run in _task_pages(lost, journal):
        visit, old_id = run.visit, run.task.assignee_id
        # The task may have moved between the look and the lock.
        if visit is None or old_id is None or holds_role(old_id, visit.role_id):
            continue
        step = run.graph.steps[visit.step_id]
        end_assignment(run, visit, "role_lost")
        run.use_rotations(lock_rotations([visit.role_id], run.now, strategies=[step.assignment]))
        strategy = ROUND_ROBIN if step.assignment == CLAIM else step.assignment
        assign_by_strategy(run, visit, strategy, excluded=barred_from(run, visit, step))
        run.record("repooled", actor=None, from_person=run.person(old_id), assignee=run.person(run.task.assignee_id))
        run.audit(
            "task.repooled",
            actor=None,
            old={"assignee": old_id},
            new={"assignee": run.task.assignee_id},
            reason="role_lost",
        )
        _notify_lead_of_reassignment(run, visit)
        _save(run, visit)
        done += 1
    return done


def _task_pages(tasks: QuerySet[Task], journal: Journal) -> Iterator[Run]:
    """Lock and return the tasks, oldest first, by the page."""
    after = Q()
    while page := list(tasks.filter(after).order_by("created_at", "id").values_list("created_at", "id")[:BATCH]):
        created_at, last_id = page[-1]
        after = Q(created_at__gt=created_at) | Q(created_at=created_at, id__gt=last_id)
        yield from lock_free([task_id for _, task_id in page], journal)


def _notify_lead_of_reassignment(run: Run, visit: StepVisit) -> None:
    rotation = run.rotation(visit.role_id)
    if rotation is None or rotation.lead_id is None or run.task.assignee_id is None:
        return
    run.journal.notify(
        *notifications.notification(
            run.task,
            "system",
            user_id=rotation.lead_id,
            subject=f"{run.task.ticket_number} has changed hands",
            message=f"Its holder no longer holds {rotation.name}. It went to somebody else of the role.",
            text=notifications.task_text(run.task, "reassigned_in_role", role=rotation.name),
            with_mail=False,
        )
    )


def _replace_owners(journal: Journal, role_ids: Collection[int]) -> int:
    """Give tickets whose coordinator left, or that have none, a new one."""
    orphans = without_owner().filter(workflow_version__coordinator_role_id__in=role_ids)
    done = 0
    for run in _task_pages(orphans, journal):
        old_id, role_id = run.task.owner_id, run.graph.coordinator_role_id
        if not run.task.is_open or (old_id is not None and holds_role(old_id, role_id)):
            continue
        run.use_rotations(lock_rotations([role_id], run.now))
        choice = choose_owner(run)
        if choice is None or choice.user_id is None:
            continue
        end_ownership(run, "role_lost")
        assign_owner(run, choice.user_id, origin=choice.origin, why=choice.why)
        new = run.person(choice.user_id)
        run.record("owner_changed", actor=None, from_person=run.person(old_id), to_person=new)
        run.audit("task.owner_changed", actor=None, old={"owner": old_id}, new={"owner": choice.user_id})
        run.task.version += 1
        save_rotations(run.rotations)
        run.save()
        done += 1
    return done


def assign_waiting(journal: Journal, role_ids: Collection[int]) -> int:
    """Assign what waits in the roles' queues to whoever may have it now, oldest first; the rotations are locked.

    What somebody released, and what is there to be claimed, waits to be claimed. What nobody may take is passed over,
    page by page, until the roles have nobody left who takes work.
    """
    rotations = lock_rotations(role_ids, journal.now, strategies=[LEAST_LOADED])
    assigned = 0
    for run in _pages(_waiting_in(rotations), journal, rotations):
        visit = run.visit
        if visit is None or run.task.assignee_id is not None or run.task.status != Task.Status.PENDING:
            continue
        rotation = rotations.get(visit.role_id or 0)
        step = run.graph.steps[visit.step_id]
        run.use_rotations(rotations)
        if rotation is None or not rotation.can_choose(barred_from(run, visit, step)):
            continue
        messages, entries = len(journal.messages), len(journal.entries)
        assign_visit(run, visit, step)
        if not run.joined:
            # Another role gave them work meanwhile; the lead was notified when it came here.
            del journal.messages[messages:], journal.entries[entries:]
            continue
        run.record("assigned", actor=None, assignee=run.person(run.task.assignee_id), from_pool=True)
        run.audit("task.assigned", actor=None, new={"assignee": run.task.assignee_id}, reason="drained")
        _save(run, visit)
        assigned += 1
    return assigned


def _waiting_in(rotations: Mapping[int, Rotation]) -> QuerySet[StepVisit]:
    """Return what waits in the roles for an assignment, but for what somebody released."""
    released = Assignment.objects.filter(visit_id=OuterRef("pk"), is_owner=False, end_reason="released")
    return waiting_visits().filter(~Exists(released), role_id__in=rotations)


def _pages(waiting: QuerySet[StepVisit], journal: Journal, rotations: Mapping[int, Rotation]) -> Iterator[Run]:
    """Lock and return what waits, oldest first, by the page: only of roles in which somebody takes work."""
    after = Q()
    while able := [role_id for role_id, rotation in rotations.items() if rotation.can_choose()]:
        rows = (
            waiting.filter(after, role_id__in=able)
            .order_by("pooled_at", "id")
            .values_list("pooled_at", "id", "task_id")
        )
        page = list(rows[:BATCH])
        if not page:
            return
        pooled_at, last_id, _ = page[-1]
        after = Q(pooled_at__gt=pooled_at) | Q(pooled_at=pooled_at, id__gt=last_id)
        runs = lock_free([task_id for *_, task_id in page], journal)
        read_ahead(runs)
        yield from runs


def _save(run: Run, visit: StepVisit) -> None:
    notify_assignee(run)
    run.task.version += 1
    visit.save(update_fields=VISIT_FIELDS)
    save_rotations(run.rotations)
    run.save()
