"""Lists of tasks as plain rows: a page and how many there are, in a fixed number of statements."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property

from audit.actor import Actor
from role.models import RoleMember
from task.clocks import reading_of
from task.models import SlaClock, Task
from workflow.business_time import working_time
from workflow.graph import GraphStep, VersionGraph, version_graph
from workflowmanager.access import few_seen_by, share_of, visible
from workflowmanager.fixed import Question, question

MOST_COUNTED = 10_000  # nobody pages further, and a full count grows with the table
# A large number need not be new: from how many on it is taken as it is, and for how many seconds. A number that
# somebody may count along is always counted.
FRESH_FOR = ((MOST_COUNTED, 300), (1_000, 60), (100, 10))
# Older ones of so many are shown once more, and counted again when the answer is out. So many seconds they are kept.
STALE_FROM, KEPT_FOR = 1_000, 3_600
# Only what the task, its stay, its ticket and its people say themselves: the other names come from the versions that
# the process knows. With every name joined in, planning the statement costs more than running it.
ROW = (
    "id",
    "ticket_number",
    "subject",
    "status",
    "priority",
    "version",
    "workflow_version_id",
    "current_step_id",
    "role_id",
    "current_visit__needs_lead",
    "current_visit__due_at",
    "current_visit__opened_at",
    "assignee_id",
    "assignee__full_name",
    "owner_id",
    "owner__full_name",
    "ticket__requester_name",
    "ticket__category",
    "ticket__department",
    "due_at",
    "at_risk_at",
    "is_at_risk",
    "is_breached",
    "created_at",
    "updated_at",
    "closed_at",
)


# They may see what they have, and what their roles have.
VISIBLE_ANYWAY = ("mine", "team")
VIEWS_OF_MOST = ("all", "done")


def in_view(view: str, visible: QuerySet[Task, Any], actor: Actor, now: datetime) -> QuerySet[Task, Any]:
    """Return those of the visible tasks that belong to one of the named views."""
    # Closed tasks are nobody's and no role's. Asked for besides, the status would mislead PostgreSQL: it takes the two
    # for independent, expects next to nothing and sorts what the index has in order.
    if view == "mine":
        return Task.objects.filter(assignee_id=actor.user_id)
    if view == "team":
        held = RoleMember.objects.active().filter(person_id=actor.user_id).values("role_id")
        return Task.objects.filter(role_id__in=held)
    tasks = visible
    if view == "unassigned":
        return tasks.filter(status__in=(Task.Status.PENDING, Task.Status.ON_HOLD), assignee_id__isnull=True)
    breached = Q(is_breached=True) | Q(due_at__lt=now)
    if view == "breached":
        return tasks.filter(breached, status__in=Task.OPEN)
    if view == "at_risk":
        return tasks.filter(Q(is_at_risk=True) | Q(at_risk_at__lt=now), status__in=Task.OPEN).exclude(breached)
    if view == "done":
        return tasks.exclude(status__in=Task.OPEN)
    return tasks


class TaskList:
    """The tasks of a view, for a paginator. `refine` filters and orders them as the request wants.

    If it only orders them, by `ordering`, all but who asks, when, and for which page is known beforehand: such
    statements are made and planned once (`workflowmanager.fixed`). With filters they are made for this list.
    """

    ordered = True

    def __init__(
        self,
        view: str,
        actor: Actor,
        now: datetime,
        *,
        refine: Callable[[QuerySet[Task, Any]], QuerySet[Task, Any]],
        ordering: str | None = None,
        is_filtered: bool = False,
    ) -> None:
        self.recount: Callable[[], None] | None = None  # to be called when the answer is out
        self._view, self._actor, self._refine, self._is_filtered = view, actor, refine, is_filtered
        few = None if view in VISIBLE_ANYWAY or actor.is_admin else few_seen_by(actor)
        self._values = {"person": actor.user_id, "now": now, "few": few}
        self._shape = (view, ordering, actor.is_admin, few is None)

    def _asker(self, values: Mapping[str, Any]) -> Actor:
        return Actor(values["person"], "", self._actor.is_admin)

    def _tasks(self, values: Mapping[str, Any]) -> QuerySet[Task, Any]:
        actor = self._asker(values)
        return self._refine(in_view(self._view, visible(actor, values["few"]), actor, values["now"]))

    def _key(self, *rest: Hashable) -> Hashable:
        return None if self._is_filtered else (*self._shape, *rest)

    def __getitem__(self, part: slice) -> list[dict[str, Any]]:
        def page(values: Mapping[str, Any]) -> Any:
            tasks: Any = self._tasks(values)
            if self._is_filtered:  # planned each time, and longer than the rest could save
                return tasks.values(*ROW)[part]
            # Chosen first, joined then: where many are sorted for a page, the page alone is joined.
            chosen = Task.objects.filter(pk__in=tasks.values("id")[part])
            return chosen.order_by(*tasks.query.order_by).values(*ROW)

        key = None if part.start else self._key("page", part.stop)  # further pages are too many, and rarely read
        try:
            found = question(key, page, self._values).ask()
        except EmptyResultSet:  # a filter by nothing
            return []
        return [dict(zip(ROW, row, strict=True)) for row in found]

    def count(self) -> int:
        """Return how many there are, up to the limit."""
        try:
            asked = question(self._key("count"), self._counted, self._values)
        except EmptyResultSet:
            return 0
        # The present moment is in some filters; it must not make every request another question.
        values = ["now" if value == self._values["now"] else value for value in asked.values]
        key = f"task-count-{hashlib.sha256(repr((asked.text, values)).encode()).hexdigest()}"
        kept = cache.get(key)
        if kept is not None:
            number, counted_at = kept
            if time.time() < counted_at + _fresh_for(number):
                return int(number)
            if number >= STALE_FROM:
                self.recount = partial(self._count_again, asked, key)
                return int(number)
        return self._count(asked, key)

    def _count(self, asked: Question, key: str) -> int:
        [(number,)] = asked.ask("SELECT count(*) FROM (", ") AS counted")
        seconds = KEPT_FOR if number >= STALE_FROM else _fresh_for(number)
        if seconds:
            cache.set(key, (number, time.time()), seconds)
        else:
            cache.delete(key)  # what it was when it was large
        return int(number)

    def _count_again(self, asked: Question, key: str) -> None:
        if cache.add(f"{key}-again", True, 30):  # one at a time
            self._count(asked, key)
            cache.delete(f"{key}-again")

    def _counted(self, values: Mapping[str, Any]) -> QuerySet[Any, Any]:
        tasks, actor = self._tasks(values), self._asker(values)
        if self._view in VIEWS_OF_MOST and not (self._is_filtered or actor.is_admin or values["few"] is not None):
            # Most of the many that somebody sees: they are sooner gathered than each task is asked.
            if self._view == "all":
                return share_of(actor, most=MOST_COUNTED)[:MOST_COUNTED]
            tasks = in_view(self._view, Task.objects.filter(pk__in=share_of(actor)), actor, values["now"])
        return tasks.order_by().values("id")[:MOST_COUNTED]


def _fresh_for(number: int) -> int:
    return next((seconds for least, seconds in FRESH_FOR if number >= least), 0)


class ShortPaginator(Paginator):  # type: ignore[type-arg]
    """Counts nothing where the first page is not full: it has them all."""

    @cached_property
    def count(self) -> int:
        counted: Any = self.object_list
        return int(counted.count())

    def page(self, number: Any) -> Any:
        if str(number) != "1":
            return super().page(number)
        rows = list(self.object_list[: self.per_page])
        if len(rows) < self.per_page:
            self.count = len(rows)
        return Page(rows, 1, self)


def rows(tasks: Iterable[Mapping[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Turn a page of `.values(*ROW)` into what the API answers; one more statement where something is paused."""
    page = list(tasks)
    paused = [row["id"] for row in page if row["status"] == Task.Status.ON_HOLD]
    remaining: dict[int, int] = {}
    if paused:
        clocks = SlaClock.objects.filter(task_id__in=paused, visit__isnull=True)
        remaining = {clock.task_id: reading_of(clock, now).remaining_seconds for clock in clocks}
    return [_row(row, now, remaining) for row in page]


def _person(row: Mapping[str, Any], role: str) -> dict[str, Any] | None:
    user_id = row[f"{role}_id"]
    return None if user_id is None else {"user_id": user_id, "full_name": row[f"{role}__full_name"]}


def _role_name(step: GraphStep, role_id: int | None) -> str | None:
    """Return the name of the role that has the step now: its own, or the one it was escalated to."""
    if role_id is not None and role_id == step.escalate_to_id != step.role_id:
        return step.escalate_to_name
    return step.role_name or None


def _row(row: Mapping[str, Any], now: datetime, remaining: Mapping[int, int]) -> dict[str, Any]:
    graph = version_graph(row["workflow_version_id"])
    step = graph.steps.get(row["current_step_id"] or 0)
    current = None
    if step is not None:
        current = {"id": step.id, "name": step.name, "role": _role_name(step, row["role_id"])}
    return {
        "id": row["id"],
        "ticket_number": row["ticket_number"],
        "subject": row["subject"],
        "status": row["status"],
        "priority": row["priority"],
        "version": row["version"],
        "workflow": graph.as_workflow,
        "workflow_version": graph.number,
        "current_step": current,
        "assignee": _person(row, "assignee"),
        "owner": _person(row, "owner"),
        "requester": row["ticket__requester_name"],
        "category": row["ticket__category"],
        "department": row["ticket__department"],
        "sla": _sla_of_row(row, now, remaining, graph),
        "step_due_at": row["current_visit__due_at"],
        "step_since": row["current_visit__opened_at"],
        "needs_lead": bool(row["current_visit__needs_lead"]),
        "created_at": row["created_at"],
        "updated_at": row["updated_at"] or row["created_at"],
        "closed_at": row["closed_at"],
    }


def _sla_of_row(
    row: Mapping[str, Any], now: datetime, remaining: Mapping[int, int], graph: VersionGraph
) -> dict[str, Any]:
    due_at, status = row["due_at"], row["status"]
    is_breached = row["is_breached"] or (due_at is not None and due_at < now)
    is_open = status in ("pending", "in_progress", "on_hold")
    if is_breached:
        state = "breached"
    elif status == "cancelled":
        state = "stopped"
    elif not is_open:
        state = "met"
    elif status == "on_hold":
        state = "paused"
    else:
        at_risk = row["is_at_risk"] or (row["at_risk_at"] is not None and row["at_risk_at"] < now)
        state = "at_risk" if at_risk else "on_track"
    seconds = None
    if is_open and due_at is not None:
        calendar = graph.hours
        left = working_time(calendar, now, due_at) if due_at >= now else -working_time(calendar, due_at, now)
        seconds = int(left.total_seconds())
    elif is_open:
        seconds = remaining.get(row["id"])
    return {
        "due_at": due_at,
        "at_risk_at": row["at_risk_at"],
        "state": state,
        "remaining_seconds": seconds,
        "paused": status == "on_hold",
    }
