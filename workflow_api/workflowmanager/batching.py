"""Many changes in one transaction: what they need is read together, and what they write is written together.

For history that is told at a stretch. The rules and what they write are those of single changes; only reading,
locking and writing are shared. The order of locks is kept: all tasks first, then the cursors of all roles, the audit
chain last. What changes made of a task stays in memory; whoever reads its rows gets them written before
(`Run.settle`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

from audit import services as audit
from role.models import Person, Role
from task.assignment import LEAST_LOADED
from task.models import Assignment, SlaClock, Task
from ticketing_common import prepared
from ticketing_common.outbox import enqueue
from ticketing_common.rows import insert_many
from workflowmanager.loading import lock_tasks, read_clocks, read_tasks
from workflowmanager.rosters import Roster, moved_cursors, read_rosters
from workflowmanager.running import Run, as_run
from workflowmanager.writing import Change, collecting, next_ids

# How many ids are taken from a sequence at once.
IDS_AT_ONCE = 200


@dataclass
class Ids:
    """Ids taken ahead; those that one batch leaves serve the next one."""

    left: dict[str, list[int]] = field(default_factory=dict)

    def take(self, counts: Mapping[str, int]) -> dict[str, list[int]]:
        found = {}
        for table, count in counts.items():
            ids = self.left.get(table, [])
            if len(ids) < count:
                ids = ids + next_ids({table: max(count, IDS_AT_ONCE)})[table]
            found[table], self.left[table] = ids[:count], ids[count:]
        return found


@dataclass
class Mark:
    """How things stood before a change that may be refused."""

    writings: int
    rosters: dict[int, Roster]
    rows: list[tuple[Model, dict[str, Any]]]


@dataclass
class Batch:
    """Changes that are written together."""

    ids: Ids
    written: Change
    clocks: list[SlaClock] = field(default_factory=list)  # that changes of this batch started, changed or stopped
    begun: list[Task] = field(default_factory=list)  # by changes of this batch
    _loaded: dict[int, tuple[Task, list[SlaClock]]] = field(default_factory=dict)
    _clocks: dict[int, list[SlaClock]] = field(default_factory=dict)  # of tasks that are being changed
    _locked: set[int] = field(default_factory=set)
    _unwritten: set[int] = field(default_factory=set)  # tasks of which something is to be written
    _turns: dict[int, list[Assignment]] = field(default_factory=dict)  # to be written, by stay
    _people: dict[int, Person] = field(default_factory=dict)
    _rosters: dict[int, Roster] = field(default_factory=dict)
    _rosters_until: datetime | None = None
    _writings: int = 0

    # --- what changes ask for ------------------------------------------------------------------------------------

    def take(self, change: Change) -> None:
        written = self.written
        changed = [row for row, _ in change.updates.values()]
        clocks = [row for row in (*change.rows, *changed) if isinstance(row, SlaClock)]
        for clock in clocks:
            if clock._state.adding:  # it may be changed before it is written
                (clock.pk,) = self.ids.take({"sla_clocks": 1})["sla_clocks"]
        self.clocks += clocks
        for row in change.rows:
            if isinstance(row, Assignment) and row.visit_id is not None:
                self._turns.setdefault(row.visit_id, []).append(row)
        for row in (*change.rows, *changed):
            if isinstance(row, Task):
                self._know(row, [clock for clock in clocks if clock.task_id == row.pk])
        self.begun += [row for row in change.rows if isinstance(row, Task)]
        written.rows += change.rows
        written.statements += change.statements
        for key, (row, names) in change.updates.items():
            written.updates.setdefault(key, (row, {}))[1].update(names)
        written.entries += change.entries
        written.messages += change.messages
        change.rows, change.statements, change.updates, change.entries, change.messages = [], [], {}, [], []

    def _know(self, task: Task, clocks: list[SlaClock]) -> None:
        """Keep the task as its change left it: the next one need not read it."""
        self._locked.add(task.pk)
        self._unwritten.add(task.pk)
        for name, user_id in (("owner", task.owner_id), ("assignee", task.assignee_id)):
            task._state.fields_cache[name] = self._person(user_id)
        known = {clock.pk: clock for clock in (*self._clocks.pop(task.pk, ()), *clocks)}
        self._loaded[task.pk] = task, [clock for clock in known.values() if clock.stopped_at is None]

    def _person(self, user_id: int | None) -> Person | None:
        if user_id is not None and user_id not in self._people:
            self._people[user_id] = Person.objects.get(pk=user_id)
        return self._people[user_id] if user_id is not None else None

    def take_ids(self, counts: Mapping[str, int]) -> dict[str, list[int]]:
        return self.ids.take(counts)

    def run_of(self, task_id: int, change: Change) -> Run | None:
        """Return the task as a run of this change; None: the caller locks and reads it, now that all is written."""
        if self.peek(task_id) is None:
            self.flush()
            return None
        task, clocks = self._loaded.pop(task_id)
        self._clocks[task_id] = clocks
        run = as_run(task, change)
        run.know_clocks(clocks)
        return run

    def tasks_of(self, task_ids: Iterable[int]) -> list[Task]:
        """Return those of the tasks that this batch holds, by id, with everything written."""
        wanted = sorted(task_ids)
        if not self._unwritten.isdisjoint(wanted):
            self.flush()
        self._keep(read_tasks([task_id for task_id in wanted if task_id in self._locked - self._loaded.keys()]))
        # They stay here: whether a change of theirs comes of it or not, they are as it leaves them.
        found = {task_id: self._loaded[task_id] for task_id in wanted if task_id in self._loaded}
        self._clocks |= {task_id: clocks for task_id, (_, clocks) in found.items()}
        return [task for task, _ in found.values()]

    def turns_at(self, visit_id: int) -> list[Assignment]:
        """Return the turns at the stay that go on and are not written yet."""
        return [turn for turn in self._turns.get(visit_id, ()) if turn.ended_at is None]

    def write_of(self, task_id: int) -> None:
        """Write what earlier changes of this batch made of the task."""
        if task_id in self._unwritten:
            self.flush()

    def rosters(
        self, role_ids: Collection[int], now: datetime, *, strategies: Collection[str], change: Change | None
    ) -> dict[int, Roster]:
        """Return the rosters of these roles; the cursors of all roles are locked, by the first who asks."""
        if not self._rosters or (self._rosters_until is not None and now >= self._rosters_until):
            self._read_rosters(now)
        wanted = {role_id: self._rosters[role_id] for role_id in role_ids if role_id in self._rosters}
        if LEAST_LOADED in strategies or any(
            member.capacity is not None for roster in wanted.values() for member in roster.members
        ):
            # What everybody has in hand counts: it is counted anew.
            self.flush()
            if change is not None:
                change.settle()
            wanted = read_rosters(sorted(wanted), now, strategies=strategies)
            self._rosters |= wanted
        return wanted

    def _read_rosters(self, now: datetime) -> None:
        self.flush()
        self._rosters = read_rosters(sorted(Role.objects.values_list("pk", flat=True)), now)
        with connection.cursor() as cursor:
            prepared.execute(cursor, _NEXT_ABSENCE, {"now": now})
            (self._rosters_until,) = cursor.fetchone()

    # --- what the teller asks for --------------------------------------------------------------------------------

    def load(self, task_ids: Iterable[int]) -> None:
        """Lock and read those of the tasks that nobody works on."""
        self._keep(lock_tasks(task_ids))

    def holds(self, task_ids: Iterable[int]) -> bool:
        """Return whether all of these tasks are locked by this batch."""
        return self._locked.issuperset(task_ids)

    def peek(self, task_id: int) -> Task | None:
        """Return the task as it is in this batch, None where it is not held by it."""
        if task_id not in self._loaded and task_id in self._locked:
            self.write_of(task_id)
            self._keep(read_tasks([task_id]))
        found = self._loaded.get(task_id)
        return found[0] if found else None

    def wait_for(self, task_ids: Iterable[int]) -> None:
        """Lock these tasks too, waiting for them. Only before a change of this batch locks anything else."""
        rows = Task.objects.select_for_update(no_key=True).filter(pk__in=sorted(set(task_ids) - self._locked))
        self._keep(read_tasks(list(rows.order_by("pk").values_list("pk", flat=True))))

    def _keep(self, tasks: Collection[Task]) -> None:
        clocks = read_clocks([task.pk for task in tasks])
        self._loaded |= {task.pk: (task, clocks[task.pk]) for task in tasks}
        self._locked |= self._loaded.keys()

    def mark(self, task: Task) -> Mark:
        """Return how things stand before a change of this task, for `undo`."""
        rosters = {role_id: replace(roster, given=dict(roster.given)) for role_id, roster in self._rosters.items()}
        rows = [row for row in (task, task.current_visit) if row is not None]
        return Mark(self._writings, rosters, [(row, dict(vars(row))) for row in rows])

    def undo(self, mark: Mark) -> None:
        """Forget what a refused change did: it wrote nothing, but may have taken turns."""
        # What was written since is read again, without the turns that were taken afterwards.
        self._rosters = mark.rosters if mark.writings == self._writings else {}
        for row, kept in mark.rows:
            vars(row).update(kept)

    def flush(self) -> None:
        """Write the rows, for whoever reads them next."""
        self._writings += 1
        written = self.written
        written.statements += moved_cursors(self._rosters)
        written.settle()
        insert_many(written.rows)
        written.rows = []
        self._unwritten.clear()
        self._turns.clear()

    def finish(self) -> None:
        """Write everything, the audit rows last."""
        self.flush()
        if self.written.messages:
            enqueue(*self.written.messages)
        audit.record_many(self.written.entries)
        self.written.messages, self.written.entries = [], []


# Until then nobody comes back or goes away.
_NEXT_ABSENCE = """
SELECT min(moment) FROM people, LATERAL (VALUES (away_from), (away_until)) AS edge (moment)
WHERE moment > %(now)s
"""


@contextmanager
def batched(task_ids: Iterable[int], ids: Ids, *, now: datetime) -> Iterator[Batch]:
    """Collect the changes that are made in this block, in the caller's transaction, and write them at its end."""
    batch = Batch(ids, Change(now))
    batch.load(sorted(set(task_ids)))
    with collecting(batch):
        yield batch
        batch.finish()
