"""Lists of tasks: a page as plain rows, and how many there are, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

from audit.actor import Actor, PlainActor
from role.models import is_between
from task.clocks import reading_of
from task.hot_sql import MAX_SHAPES, CompiledRead, gather_visible
from task.models import SlaClock, Task, TaskQuerySet, Timeline
from task.waiting import hold_as_shown
from workflow.business_time import working_time
from workflow.graph import GraphStep, VersionGraph, version_graph

MAX_COUNT = 10_000  # nobody pages further, and a full count grows with the table
# Of somebody who sees at most so many tasks, pages are chosen from these; else in the order of the list, one by one.
MAX_GATHERED = 500
# What the task, its visit, its ticket and its people say themselves; other names come from the version's graph, which
# the process keeps.
COLUMNS = (
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
    "assignee__away_from",
    "assignee__away_until",
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
    "hold_reason",
    "hold_until",
    "is_until_answer",
    "answered_at",
)
CLOSING = ("transition", "cancelled")  # events that close a task, if they are its last of somebody
VIEWS = ("mine", "team", "unassigned", "at_risk", "breached", "all", "done")


_plans: dict[tuple[Any, ...], dict[Any, Any]] = {}  # of first pages without filters


class TaskList:
    """The tasks of one of the named views that the person may see, as a paginator's list of plain rows.

    `narrow` applies the filters and the order of the request.
    """

    # `key` names the order of a list without filters: the statement of its first page is compiled once a process.
    ordered = True

    def __init__(
        self,
        view: str,
        person: Actor,
        now: datetime,
        narrow: Callable[[QuerySet[Task]], QuerySet[Task]],
        key: str | None = None,
    ) -> None:
        everything = _in_view(view, Task.objects.all(), person, now)
        self._page = self._counted = everything
        self._view, self._person, self._now, self._key = view, person, now, key
        self._ids: list[int] | None = None
        # "mine" and "team" may be seen by their own condition.
        if not person.is_admin and view not in ("mine", "team"):
            ids = gather_visible(person, MAX_GATHERED + 1)
            if len(ids) <= MAX_GATHERED:
                self._page = self._counted = everything.filter(pk__in=ids)
                self._ids = ids
            else:
                self._page = everything.visible_to(person)
                self._counted = everything.visible_to(person, is_gathered=True)
        self._narrow = narrow

    def __getitem__(self, part: slice) -> list[dict[str, Any]]:
        if self._key is None or part.start or self._ids == []:
            return list(self._narrow(self._page).values(*COLUMNS)[part])
        values: dict[str, Any] = {"user_id": self._person.user_id, "now": self._now}
        if self._ids is not None:
            # Padded, so that lists of many lengths share a few statements.
            values["ids"] = self._ids + self._ids[-1:] * ((1 << len(self._ids).bit_length()) - len(self._ids))
        shape = (self._view, self._key, self._person.is_admin, part.stop, self._ids is None)
        plans = _plans.setdefault(shape, {}) if len(_plans) < MAX_SHAPES or shape in _plans else {}
        rows = CompiledRead(lambda **given: self._unfiltered(**given)[part], plans)(**values)
        return [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    def _unfiltered(self, user_id: int, now: datetime, ids: list[int] | None = None) -> Any:
        person = PlainActor(user_id, "", self._person.is_admin)
        tasks = _in_view(self._view, Task.objects.all(), person, now)
        if ids is not None:
            tasks = tasks.filter(pk__in=ids)
        elif not person.is_admin and self._view not in ("mine", "team"):
            tasks = tasks.visible_to(person)
        return self._narrow(tasks).values_list(*COLUMNS)

    def everything(self) -> Any:
        """Return all of them as a queryset in the order of the list."""
        return self._narrow(self._counted)

    def ids(self, limit: int) -> list[int]:
        """Return the ids of all of them in the order of the list, at most `limit`."""
        return list(self.everything().values_list("id", flat=True)[:limit])

    def selection(self, limit: int) -> list[dict[str, Any]]:
        """Return `id` and `ticket_number` of all of them in the order of the list, at most `limit`."""
        rows = self.everything().values("id", "ticket_number")
        return list(rows[:limit])

    def count(self) -> int:
        """Return how many there are, up to `MAX_COUNT`."""
        return int(self.everything().order_by()[:MAX_COUNT].count())


def _in_view(view: str, tasks: TaskQuerySet, person: Actor, now: datetime) -> TaskQuerySet:
    # Closed tasks are nobody's and no role's. Asked for besides, the status would mislead PostgreSQL: it takes the two
    # for independent, expects next to nothing and sorts what the index has in order.
    if view == "mine":
        return tasks.filter(assignee_id=person.user_id)
    if view == "team":
        return tasks.of_team(person)
    if view == "unassigned":
        return tasks.unassigned()
    if view == "breached":
        return tasks.breached(now)
    if view == "at_risk":
        return tasks.at_risk(now)
    if view == "done":
        return tasks.closed()
    return tasks


class TaskPaginator(Paginator):  # type: ignore[type-arg]
    """Counts nothing where the first page is not full: it has them all."""

    @cached_property
    def count(self) -> int:
        tasks: Any = self.object_list
        return int(tasks.count())

    def page(self, number: Any) -> Any:
        if str(number) != "1":
            return super().page(number)
        rows = list(self.object_list[: self.per_page])
        if len(rows) < self.per_page:
            self.count = len(rows)
        return Page(rows, 1, self)


def list_rows(page: Iterable[Mapping[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Return the answer's rows of a page of `COLUMNS`.

    One more statement where a clock is paused, and one where a task is closed.
    """
    found = list(page)
    paused = [row["id"] for row in found if row["status"] == Task.Status.ON_HOLD]
    remaining: dict[int, int] = {}
    if paused:
        clocks = SlaClock.objects.filter(task_id__in=paused, visit__isnull=True, stopped_at__isnull=True)
        remaining = {clock.task_id: reading_of(clock, now).remaining_seconds for clock in clocks}
    closers = _closers([row["id"] for row in found if row["closed_at"] is not None])
    return [_row(row, now, remaining, closers) for row in found]


def _closers(task_ids: list[int]) -> dict[int, dict[str, Any]]:
    """Return who closed the tasks: who performed the last transition, or cancelled the task; no system, no rule."""
    if not task_ids:
        return {}
    acts = Timeline.objects.filter(task_id__in=task_ids, event__in=CLOSING, actor_id__isnull=False)
    last = acts.order_by("task_id", "-seq").distinct("task_id").values_list("task_id", "actor_id", "actor_name")
    return {task_id: {"user_id": actor_id, "full_name": name} for task_id, actor_id, name in last}


def _person(row: Mapping[str, Any], role: str) -> dict[str, Any] | None:
    user_id = row[f"{role}_id"]
    return None if user_id is None else {"user_id": user_id, "full_name": row[f"{role}__full_name"]}


def _role_name(graph: VersionGraph, step: GraphStep, role_id: int | None) -> str | None:
    """Return the name of the role that has the step now: its own, or one that it was escalated to."""
    for role in (step.role, step.escalate_to, graph.escalation.second_role):
        if role is not None and role.id == role_id:
            return role.name
    return step.role_name or None


def _row(
    row: Mapping[str, Any], now: datetime, remaining: Mapping[int, int], closers: Mapping[int, dict[str, Any]]
) -> dict[str, Any]:
    graph = version_graph(row["workflow_version_id"])
    step = graph.steps.get(row["current_step_id"] or 0)
    current = None
    if step is not None:
        current = {"id": step.id, "name": step.name, "role": _role_name(graph, step, row["role_id"])}
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
        "is_assignee_away": is_between(row["assignee__away_from"], row["assignee__away_until"], now),
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
        "closed_by": closers.get(row["id"]),
        "hold": hold_as_shown(row["status"], row["hold_reason"], row["hold_until"], row["is_until_answer"]),
        "answered_at": row["answered_at"],
    }


def _sla_of_row(
    row: Mapping[str, Any], now: datetime, remaining: Mapping[int, int], graph: VersionGraph
) -> dict[str, Any]:
    due_at, status = row["due_at"], row["status"]
    is_open = status in (*Task.RUNNING, Task.Status.ON_HOLD)
    is_late = row["is_breached"] or (status in Task.RUNNING and due_at is not None and due_at < now)
    is_warned = row["is_at_risk"] or (row["at_risk_at"] is not None and row["at_risk_at"] < now)
    if status == Task.Status.ON_HOLD:
        state = "paused"
    elif status == Task.Status.CANCELLED:
        state = "stopped"
    elif is_late:
        state = "breached"
    elif not is_open:
        state = "met"
    elif status in Task.RUNNING and due_at is None:
        state = "no_deadline"
    else:
        state = "at_risk" if is_warned else "on_track"
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
        "paused": status == Task.Status.ON_HOLD,
    }
