"""Who asked for a ticket, and what else they asked for, as far as the reader may see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from audit.actor import Actor
from task.models import Task
from ticketing_common.errors import NotFound

MAX_SHOWN = 5  # of each, open and closed

COLUMNS = ("id", "ticket_number", "subject", "status", "assignee_id", "assignee__full_name", "created_at", "closed_at")


def requester_card(*, person: Actor, task_id: int, now: datetime) -> dict[str, Any]:
    """Return `requester`, `department`, and `open` and `closed`: `{"count", "tasks"}` of their other tickets.

    A requester is known by their id within the source, or by their address there where it gives no id; never by name.
    Reads four statements at most. Raises `NotFound` for a task that the person may not see.
    """
    task = Task.objects.visible_to(person).select_related("ticket").filter(pk=task_id).first()
    if task is None:
        raise NotFound("There is no such task.")
    ticket = task.ticket
    card = {"requester": ticket.requester, "department": ticket.department}
    same = Q(ticket__source_service=ticket.source_service)
    if ticket.requester_id:
        same &= Q(ticket__requester_id=ticket.requester_id)
    elif ticket.requester_email:
        same &= Q(ticket__requester_id="", ticket__requester_email__iexact=ticket.requester_email)
    else:
        return {**card, "open": {"count": 0, "tasks": []}, "closed": {"count": 0, "tasks": []}}
    others = Task.objects.visible_to(person).filter(same, continued_by=None).exclude(ticket_id=ticket.pk)
    is_open = Q(status__in=Task.OPEN)
    counts = others.aggregate(open=Count("id", filter=is_open), closed=Count("id", filter=~is_open))
    return {
        **card,
        "open": {"count": counts["open"], "tasks": _rows(others.filter(is_open).order_by("-created_at", "-id"), now)},
        "closed": {
            "count": counts["closed"],
            "tasks": _rows(others.exclude(is_open).order_by("-closed_at", "-id"), now),
        },
    }


def _rows(tasks: Any, now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "id": row["id"],
            "ticket_number": row["ticket_number"],
            "subject": row["subject"],
            "status": row["status"],
            "assignee": row["assignee_id"] and {"user_id": row["assignee_id"], "full_name": row["assignee__full_name"]},
            "created_at": row["created_at"],
            "closed_at": row["closed_at"],
            "age_seconds": max(0, int((now - row["created_at"]).total_seconds())),
        }
        for row in tasks.values(*COLUMNS)[:MAX_SHOWN]
    ]
