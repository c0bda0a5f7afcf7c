"""Lock and read what a change of a task needs, by statements that are planned once a connection."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection, models

from role.models import Person, Role
from task.models import Assignment, SlaClock, StepVisit, Task
from ticketing_common import prepared
from ticketing_common.rows import listed, stored, width_of
from tickets.models import Ticket
from workflowmanager.writing import current_collector


def lock_task(task_id: int) -> Task | None:
    """Lock the task, waiting for it, and return it as `read_tasks` does; None where it isn't there."""
    with connection.cursor() as cursor:
        # The lock first, by itself: rows joined to it would be those from before the wait.
        prepared.execute_together(cursor, [(_LOCK, [task_id]), (_READ, [[task_id]])])
        found = cursor.fetchone()
    return _task_of(found) if found is not None else None


def lock_tasks(task_ids: Iterable[int]) -> list[Task]:
    """Lock those of the tasks that nobody works on at this moment, and return them by id."""
    collector = current_collector()
    if collector is not None:
        return list(collector.tasks_of(task_ids))
    with connection.cursor() as cursor:
        prepared.execute(cursor, _LOCK_FREE, [list(task_ids)])
        locked = [task_id for (task_id,) in cursor.fetchall()]
    return read_tasks(locked)


def read_tasks(task_ids: Sequence[int]) -> list[Task]:
    """Return the tasks by id, each with its ticket, its open stay and who has and who owns it, in one statement."""
    if not task_ids:
        return []
    with connection.cursor() as cursor:
        prepared.execute(cursor, _READ, [list(task_ids)])
        return [_task_of(values) for values in cursor.fetchall()]


def read_clocks(task_ids: Collection[int]) -> dict[int, list[SlaClock]]:
    """Return the running clocks of each task, in one statement."""
    found: dict[int, list[SlaClock]] = {task_id: [] for task_id in task_ids}
    with connection.cursor() as cursor:
        prepared.execute(cursor, _CLOCKS, [list(found)])
        for values in cursor.fetchall():
            clock = stored(SlaClock, values)
            if isinstance(clock, SlaClock):
                found[clock.task_id].append(clock)
    return found


def read_turns(task_id: int) -> list[Assignment]:
    """Return everybody's turns at the task, oldest first, with the people and their roles."""
    turns = []
    width, of_person = width_of(Assignment), width_of(Person)
    with connection.cursor() as cursor:
        prepared.execute(cursor, _TURNS, [task_id])
        for values in cursor.fetchall():
            turn = stored(Assignment, values[:width])
            if isinstance(turn, Assignment):
                person, role = values[width : width + of_person], values[width + of_person :]
                turn._state.fields_cache |= {"person": stored(Person, person), "role": stored(Role, role)}
                turns.append(turn)
    return turns


def read_history(task_id: int) -> list[dict[str, Any]]:
    """Return the transitions performed so far, oldest first: of each the `HISTORY_COLUMNS`."""
    with connection.cursor() as cursor:
        prepared.execute(cursor, _HISTORY, [task_id])
        return [dict(zip(HISTORY_COLUMNS, values, strict=True)) for values in cursor.fetchall()]


def admin_ids() -> list[int]:
    """Return the people who administer the system, as far as auth told us."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.person_id FROM role_members m JOIN roles r ON r.id = m.role_id JOIN people p"
            " ON p.user_id = m.person_id WHERE r.system = 'tts' AND r.name = 'Admin' AND r.is_active"
            " AND m.is_active AND p.is_active ORDER BY m.person_id"
        )
        return [user_id for (user_id,) in cursor.fetchall()]


def _task_of(values: tuple[Any, ...]) -> Task:
    task, ticket, visit, owner, assignee = (stored(model, values[start:end]) for model, start, end in _PARTS)
    if not isinstance(task, Task) or not isinstance(ticket, Ticket):
        raise TypeError("A task was read without its row.")
    task.ticket = ticket
    # Set in the cache, as `select_related` does: the columns say the same.
    task._state.fields_cache |= {"current_visit": visit, "owner": owner, "assignee": assignee}
    return task


HISTORY_COLUMNS = ("transition_id", "from_step_id", "to_step_id", "actor_id", "on_behalf_of_id", "visit_id")
_HISTORY = f"SELECT {', '.join(HISTORY_COLUMNS)} FROM task_transitions WHERE task_id = %s ORDER BY performed_at, id"  # noqa: S608
_TURNS = (
    f"SELECT {listed(Assignment, 'x')}, {listed(Person, 'p')}, {listed(Role, 'r')} FROM assignments x"  # noqa: S608
    " JOIN people p ON p.user_id = x.person_id JOIN roles r ON r.id = x.role_id"
    " WHERE x.task_id = %s ORDER BY x.started_at, x.id"
)
_LOCK = "SELECT id FROM tasks WHERE id = %s FOR NO KEY UPDATE"
_LOCK_FREE = "SELECT id FROM tasks WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
_CLOCKS = (
    f"SELECT {listed(SlaClock, 'c')} FROM sla_clocks c WHERE c.task_id = ANY(%s::bigint[]) AND c.stopped_at IS NULL"  # noqa: S608
)
_JOINED: tuple[tuple[type[models.Model], str], ...] = (
    (Task, "t"),
    (Ticket, "k"),
    (StepVisit, "v"),
    (Person, "o"),
    (Person, "a"),
)
_READ = (
    f"SELECT {', '.join(listed(model, alias) for model, alias in _JOINED)} FROM tasks t"  # noqa: S608 -- our own names
    " JOIN tickets k ON k.id = t.ticket_id LEFT JOIN step_visits v ON v.id = t.current_visit_id"
    " LEFT JOIN people o ON o.user_id = t.owner_id LEFT JOIN people a ON a.user_id = t.assignee_id"
    " WHERE t.id = ANY(%s::bigint[]) ORDER BY t.id"
)
_ENDS = list(itertools.accumulate(width_of(model) for model, _ in _JOINED))
_PARTS = tuple((model, start, end) for (model, _), start, end in zip(_JOINED, [0, *_ENDS], _ENDS, strict=False))
