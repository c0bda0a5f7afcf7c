"""What the beat's tick does: each part by itself, so that one that fails does not keep the others from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.db.models import Max

from task.deadlines import sweep_clocks
from task.electorate import judge_approvals
from task.hand_over import hand_over_absent
from task.hold_ends import end_due_holds, remind_of_holds
from task.one_by_one import one_by_one
from task.unassigned_queue import roles_to_settle, settle_roles
from ticketing_common.database import database_now
from ticketing_common.logs import logger
from tickets.models import Ticket
from workflow.models import Workflow
from workflowmanager.intake import reroute_unmatched
from workflowmanager.reminders import send_due_reminders

log = logger(__name__)


# The advisory lock of who simulates history in this database (`manage.py simulate_history`).
SIMULATING = 7_405_226


def tick() -> None:
    """Sweep the clocks, settle the roles, and route what a deploy has made routable."""
    if is_simulating():
        log.info("tick_left_out", reason="simulate_history is at work")
        return
    for name, part in PARTS.items():
        try:
            count = part()
        except Exception:
            log.exception("tick_failed", part=name)
            continue
        if count:
            log.info("tick", part=name, count=count)


def is_simulating() -> bool:
    """Return whether `simulate_history` is at work: the present must not change tasks of its past."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = %s"
            " AND classid = 0 AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [SIMULATING],
        )
        (is_held,) = cursor.fetchone()
    return bool(is_held)


def sweep() -> int:
    return sweep_clocks(now=database_now())


def end_holds() -> int:
    return end_due_holds(now=database_now())


def remind() -> int:
    return remind_of_holds(now=database_now())


def send_reminders() -> int:
    return send_due_reminders(now=database_now())


def settle() -> int:
    now = database_now()
    settled = one_by_one(roles_to_settle(), lambda role_id: settle_roles([role_id], now=now), what="role")
    return settled + judge_approvals(now=now)


def hand_over() -> int:
    return hand_over_absent(now=database_now())


def catch_up_unmatched() -> int:
    """Route tickets that came in while a workflow was being deployed: neither saw the other."""
    changed_at = Workflow.objects.deployed().aggregate(at=Max("updated_at"))["at"]
    if changed_at is None:
        return 0
    unmatched = Ticket.objects.filter(intake_state=Ticket.IntakeState.UNMATCHED)
    if not unmatched.filter(updated_at__lt=changed_at + timedelta(minutes=1)).exists():
        return 0
    return reroute_unmatched(now=database_now())


def name_roles() -> int:
    """Copy the role of the current visit to each task that says another; return how many were changed.

    While a new version is rolled out, workers of the old one may move tasks without writing the column, which they did
    not know yet. Nothing else makes the two differ.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NAME_ROLES)
        return int(cursor.rowcount)


# Of the tasks that have a role or should have one, by the indexes of those: closed tasks are many.
_NAME_ROLES = """
UPDATE tasks SET role_id = wrong.role_id
FROM (
    SELECT t.id, v.role_id FROM tasks t LEFT JOIN step_visits v ON v.id = t.current_visit_id AND v.closed_at IS NULL
    WHERE (t.current_visit_id IS NOT NULL OR t.role_id IS NOT NULL) AND t.role_id IS DISTINCT FROM v.role_id
    ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED
) wrong
WHERE tasks.id = wrong.id
"""


PARTS: dict[str, Callable[[], int]] = {
    "holds": end_holds,
    "reminders of holds": remind,
    "reminders": send_reminders,
    "clocks": sweep,
    "roles": settle,
    "absent": hand_over,
    "unmatched": catch_up_unmatched,
    "names of roles": name_roles,
}
