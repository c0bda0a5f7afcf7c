"""Judge open approvals anew when the people who may vote change: a vote may be decided, or nobody left to decide it.

Each approval in a transaction of its own, the task locked before the rotations, as when a person votes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from task.approvals import barred_from, cannot_pass, is_hopeless
from task.assign import UNDECIDABLE, assign_visit, end_assignment, flag_undecidable, notify_assignee
from task.journal import Journal
from task.models import ApprovalVote, StepVisit, Timeline
from task.one_by_one import one_by_one
from task.perform import move
from task.rotation import save_rotations
from task.run import VISIT_FIELDS, Run, lock_run
from task.state_machine import PERFORM
from task.vote import Tally, deciding_transition, lock_ahead
from workflow.graph import GraphStep

PAGE = 200


def judge_approvals(*, now: datetime, role_ids: Collection[int] | None = None) -> int:
    """Judge the open approvals of these roles, or of all; return how many were decided or escalated."""
    return one_by_one(_open_approvals(role_ids), lambda task_id: _judge(task_id, now), what="approval of a task")


def _open_approvals(role_ids: Collection[int] | None) -> Iterator[int]:
    """Return the tasks whose approval the change may decide, oldest first.

    Those with votes, those that several people decide, and those that wait although a role is above.
    """
    given = ApprovalVote.objects.filter(visit_id=OuterRef("pk"), voided_at__isnull=True)
    second = F("step__version__second_escalation_role_id")
    may_escalate = Q(step__escalate_to__isnull=False) & ~Q(role_id=F("step__escalate_to_id")) & ~Q(role_id=second)
    may_escalate |= Q(step__version__second_escalation_role__isnull=False) & ~Q(role_id=second)
    several = Q(step__approval__mode="percent") | Q(step__approval__required__gt=1)
    if role_ids is None:
        # Without a role above nothing can become of them but by a change of their own role, which names it.
        several &= may_escalate
    visits = StepVisit.objects.filter(
        Exists(given) | several | (may_escalate & Q(pooled_at__isnull=False)),
        closed_at__isnull=True,
        step__kind="approval",
        task__status__in=PERFORM.sources,
        task__current_visit_id=F("pk"),
    )
    if role_ids is not None:
        visits = visits.filter(role_id__in=role_ids)
    last_id = 0
    while page := list(visits.filter(pk__gt=last_id).order_by("pk").values_list("pk", "task_id")[:PAGE]):
        last_id = page[-1][0]
        yield from (task_id for _, task_id in page)


@transaction.atomic
def _judge(task_id: int, now: datetime) -> bool:
    journal = Journal(now)
    run = lock_run(task_id, journal)
    visit, step = run.visit, run.step
    # The task may have moved between the look and the lock.
    if visit is None or step is None or step.kind != "approval" or run.task.status not in PERFORM.sources:
        return False
    lock_ahead(run, visit, step)
    if not judge_again(run, visit, step):
        return False
    run.save()
    journal.write()
    return True


def judge_again(run: Run, visit: StepVisit, step: GraphStep) -> bool:
    """Decide, escalate or flag the approval if those who may vote now make that certain; return whether they did.

    The rotations that `lock_ahead` names are locked; the caller saves the run.
    """
    barred = barred_from(run, visit, step)
    is_changed = (
        _decide(run, visit, step, barred) or _escalate(run, visit, step, barred) or _flag(run, visit, step, barred)
    )
    run.task.version += is_changed
    return is_changed


def _decide(run: Run, visit: StepVisit, step: GraphStep, barred: dict[int, str]) -> bool:
    """Perform the transition that the votes decide by now."""
    tally = Tally.of(run, visit, step, barred)
    decided = deciding_transition(run, step, tally.verdict)
    if decided is None:
        return False
    counts = {"approvals": tally.approvals, "refusals": tally.refusals, "voters": tally.voters}
    run.record("vote_decided", actor=None, outcome=decided.outcome, why="electorate_changed", **counts)
    run.audit("task.vote_decided", actor=None, new={"outcome": decided.outcome, **counts}, reason="electorate_changed")
    move(run, visit, decided, actor=None)
    return True


def _flag(run: Run, visit: StepVisit, step: GraphStep, barred: dict[int, str]) -> bool:
    """Flag what cannot pass and has no role above, and take the flag back once it can."""
    if flag_undecidable(run, visit, step, barred):
        visit.save(update_fields=VISIT_FIELDS)
        return True
    if not visit.needs_lead or run.task.assignee_id is None or cannot_pass(run, visit, step, barred):
        return False
    called = Timeline.objects.filter(task_id=run.task.pk, event="lead_called", at__gte=visit.opened_at)
    last = called.order_by("-seq").values_list("detail", flat=True).first()
    if last is None or last.get("why") != UNDECIDABLE:
        return False
    visit.needs_lead = False
    visit.save(update_fields=VISIT_FIELDS)
    run.record("decidable", actor=None)
    return True


def _escalate(run: Run, visit: StepVisit, step: GraphStep, barred: dict[int, str]) -> bool:
    """Escalate where those who are left can't decide it: it is never passed for want of them."""
    if not is_hopeless(run, visit, step, barred):
        return False
    end_assignment(run, visit, "escalated")
    run.task.assignee_id = None
    assign_visit(run, visit, step)
    notify_assignee(run)
    visit.save(update_fields=VISIT_FIELDS)
    save_rotations(run.rotations)
    return True
