"""One task under its lock: the rows that an act reads, and what it writes of the task itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from audit.actor import Actor
from role.models import Person
from task import notifications
from task.access import check_visible
from task.hot_sql import CompiledRead, insert
from task.journal import Journal
from task.models import WAIT_COLUMNS, ApprovalVote, Assignment, SlaClock, StepVisit, Task, TaskTransition, Timeline
from task.participants import new_participants, read_participants
from task.rotation import Rotation
from task.webhook_events import webhook_events
from ticketing_common.contracts.messages import ApplyTicketEvent
from ticketing_common.errors import NotFound
from tickets.models import Ticket
from workflow.conditions import Verdict, explain
from workflow.graph import GraphStep, GraphTransition, VersionGraph, version_graph

# What a person does with a visit changes these columns of it.
VISIT_FIELDS = ("role_id", "pooled_at", "needs_lead", "due_at")
TASK_FIELDS = (
    "subject",
    "workflow_version_id",
    "current_step_id",
    "current_visit_id",
    "status",
    "priority",
    "owner_id",
    "assignee_id",
    "role_id",
    "version",
    "cycle",
    "approved_data",
    "move_offer",
    "event_seq",
    "told_status",
    "due_at",
    "at_risk_at",
    "is_at_risk",
    "is_breached",
    "updated_at",
    "closed_at",
    "reopened_at",
    *WAIT_COLUMNS,
)
# What a person may do to a task without dealing with what its requester has answered.
KEEPS_ANSWER = frozenset({"claimed", "released", "transferred", "escalated", "task_migrated", "deadline_moved"})
HISTORY_FIELDS = ("transition_id", "from_step_id", "to_step_id", "actor_id", "on_behalf_of_id", "visit_id")


running_clocks = CompiledRead(lambda task_id: SlaClock.objects.filter(task_id=task_id, stopped_at__isnull=True))
performed = CompiledRead(
    lambda task_id: (
        TaskTransition.objects.filter(task_id=task_id).order_by("performed_at", "id").values_list(*HISTORY_FIELDS)
    )
)
assignments_of = CompiledRead(
    lambda task_id: (
        Assignment.objects.filter(task_id=task_id).select_related("person", "role").order_by("started_at", "id")
    )
)
counting_votes = CompiledRead(
    lambda visit_id: (
        ApprovalVote.objects.filter(visit_id=visit_id, voided_at__isnull=True)
        .select_related("person")
        .order_by("cast_at", "id")
    )
)


@dataclass
class Run:
    """One locked task with its ticket, its version's graph and the role rotations that are locked for it.

    `save` writes the task and the rows added with `add`; the caller writes the journal after that.
    """

    journal: Journal
    task: Task
    ticket: Ticket
    graph: VersionGraph
    rotations: dict[int, Rotation] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)  # those known so far, by id
    names: dict[int, str] = field(default_factory=dict)
    is_new: bool = False
    said: str = ""  # the client's id of the comment that goes with the act
    event: str = ""  # the timeline's last event, which messaging is told
    joined: list[tuple[int, int]] = field(default_factory=list)  # who was assigned or voted, and in which role
    performers: set[int] = field(default_factory=set)  # of the transition under way, and in whose name
    requesters: frozenset[int] | None = None  # who asked for the ticket, of the people known here
    visit_count: int | None = None
    visit_ids: list[int] = field(default_factory=list)  # reserved for visits, so that they are inserted with the rest
    made: Assignment | None = None  # the visit's assignment, of this act
    new_rows: list[Any] = field(default_factory=list)
    _clocks: dict[int | None, SlaClock] | None = None
    _history: list[dict[str, Any]] | None = None
    _assignments: list[Assignment] | None = None
    _votes: list[ApprovalVote] | None = None

    # --- reading -------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self.journal.now

    @property
    def actor(self) -> Actor | None:
        return self.journal.actor

    @property
    def step(self) -> GraphStep | None:
        return self.graph.steps.get(self.task.current_step_id or 0)

    @property
    def visit(self) -> StepVisit | None:
        return self.task.current_visit

    @property
    def fields(self) -> dict[str, Any]:
        """The ticket as conditions see it: what the help desk sent, with our own spelling where there is one."""
        ticket = self.ticket
        return {
            **ticket.data,
            "ticket_number": ticket.ticket_number,
            "subject": ticket.subject,
            "category": ticket.category,
            "sub_category": ticket.sub_category,
            "department": ticket.department,
            "priority": self.task.priority,
        }

    def verdict(self, transition: GraphTransition) -> Verdict:
        """Return whether the ticket fulfils the transition's condition, and why not."""
        return explain(transition.condition, self.fields, self.graph.field_types)

    def fulfils(self, transition: GraphTransition) -> bool:
        return self.verdict(transition).value is True

    def person(self, user_id: int | None) -> dict[str, Any] | None:
        if user_id is None:
            return None
        return {"user_id": user_id, "full_name": self.names.get(user_id, "")}

    def rotation(self, role_id: int | None) -> Rotation | None:
        """Return the role's rotation, None where it is not locked."""
        return self.rotations.get(role_id or 0)

    def use_rotations(self, rotations: Mapping[int, Rotation]) -> None:
        self.rotations |= rotations
        for rotation in rotations.values():
            self.know(*rotation.people)

    def know(self, *people: Person) -> None:
        for person in people:
            self.people[person.user_id] = person
            self.names[person.user_id] = person.full_name

    def clocks(self) -> dict[int | None, SlaClock]:
        """The task's running clocks by their visit; the task's own under None."""
        if self._clocks is None:
            self.use_clocks([] if self.is_new else running_clocks(task_id=self.task.pk))
        return self._clocks or {}

    def use_clocks(self, clocks: Iterable[SlaClock]) -> None:
        """Take these as the task's running clocks."""
        self._clocks = {clock.visit_id: clock for clock in clocks}

    def history(self) -> list[dict[str, Any]]:
        """The transitions performed so far, oldest first, without unsaved ones: of each the `HISTORY_FIELDS`."""
        if self._history is None:
            rows = [] if self.is_new else performed(task_id=self.task.pk)
            self._history = [dict(zip(HISTORY_FIELDS, row, strict=True)) for row in rows]
        return self._history

    def visited_step_ids(self) -> set[int]:
        """The steps that the task has been in, the current one included."""
        visited = {row["from_step_id"] for row in self.history()}
        return visited | ({self.task.current_step_id} if self.task.current_step_id else set())

    def assignments(self) -> list[Assignment]:
        """The assignments of the task so far, oldest first, without unsaved ones, with their people and roles."""
        if self._assignments is None:
            self._assignments = [] if self.is_new else assignments_of(task_id=self.task.pk)
        return self._assignments

    def current_assignment(self) -> Assignment | None:
        """The open assignment of the current visit, with its person and role."""
        visit_id = self.visit.pk if self.visit else None
        rows = [self.made] if self._assignments is None and self.made else self.assignments()
        found = [row for row in rows if row.visit_id == visit_id and not row.is_owner and row.ended_at is None]
        return found[-1] if found else None

    def note_end(self, visit: StepVisit, reason: str) -> None:
        """Note that the visit's open assignment was ended."""
        for row in self._assignments or ():
            if row.visit_id == visit.pk and row.ended_at is None:
                row.ended_at, row.end_reason = self.now, reason

    def votes(self) -> list[ApprovalVote]:
        """The votes of the current visit that count, with their people."""
        if self._votes is None:
            visit = self.visit
            self._votes = [] if visit is None else counting_votes(visit_id=visit.pk)
        return self._votes

    def know_visit(self, visit: StepVisit, clock: SlaClock) -> None:
        """Take in a visit that was just opened: its clock runs, nobody has voted."""
        if self._clocks is not None or self.is_new:
            self._clocks = {**(self._clocks or {}), visit.pk: clock}
        self._votes = []

    def forget_votes(self) -> None:
        """Read the votes anew when they are next asked for."""
        self._votes = None

    # --- recording -----------------------------------------------------------------------------------------------

    def add(self, *rows: StepVisit | SlaClock | Assignment | TaskTransition | Timeline) -> None:
        """Insert these rows with `save`."""
        self.new_rows += rows

    def record(self, event: str, *, actor: Actor | None, **detail: Any) -> Timeline:
        """Add a line to the timeline; the last one of an act names the event that messaging is told."""
        self.task.event_seq += 1
        self.event = event
        if actor is not None and event not in KEEPS_ANSWER:
            self.task.answered_at = None
        if self.said and actor is not None:
            detail["client_id"] = self.said
        line = Timeline(
            task_id=self.task.pk,
            seq=self.task.event_seq,
            event=event,
            actor_id=actor.user_id if actor else None,
            actor_name=actor.full_name if actor else "",
            detail=detail,
            at=self.now,
        )
        self.add(line)
        return line

    def audit(self, action: str, **fields: Any) -> None:
        self.journal.audit(action, "task", self.task.pk, ticket_number=self.task.ticket_number, **fields)

    def notify_source(self, status: str, detail: str | None = None) -> None:
        """Tell the source a state, once until it changes."""
        if self.task.told_status == status:
            return
        self.task.told_status = status
        key = f"{self.task.pk}-{self.task.event_seq}"
        self.journal.notify(notifications.source_status(self.ticket, status, at=self.now, key=key, detail=detail))

    # --- writing -------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Write the task and its new rows, and tell everyone who may read it. The journal is written by the caller."""
        save_all([self])

    def is_saved(self) -> None:
        """Keep what was read so far true, as an answer may be built from it, and tell everyone."""
        rows, self.new_rows = self.new_rows, []
        for row in rows:
            if isinstance(row, Assignment) and self._assignments is not None:
                self._assignments.append(row)
            if isinstance(row, TaskTransition) and self._history is not None:
                self._history.append({name: getattr(row, name) for name in HISTORY_FIELDS})
        self.journal.notify(self._ticket_event(), *webhook_events(self, rows))

    def _ticket_event(self) -> ApplyTicketEvent:
        task = self.task
        role_id = self.visit.role_id if self.visit else None
        if self.is_new:
            rotation = self.rotation(role_id)
            people = new_participants(self.joined, self.names, team=rotation.name if rotation else "")
        else:
            people = read_participants(task.pk, role_id, self.joined)
        step = self.step
        return ApplyTicketEvent(
            ticket_number=task.ticket_number,
            seq=task.event_seq,
            event=self.event,
            participants=people.as_message(owner_id=task.owner_id, assignee_id=task.assignee_id),
            task_state={
                "id": task.pk,
                "status": str(task.status),
                "version": task.version,
                "workflow": self.graph.as_workflow,
                "current_step": step.as_step if step else None,
                "assignee": self.person(task.assignee_id),
                "owner": self.person(task.owner_id),
                "priority": task.priority,
                "subject": task.subject,
            },
            occurred_at=notifications.iso(self.now),
            event_id=f"tts-{task.pk}-{task.event_seq}",
            source={"service": self.ticket.source_service, "number": self.ticket.source_number},
            team_role_id=role_id,
            team_role=people.team or None,
        )


def save_all(runs: Sequence[Run]) -> None:
    """Write several runs as `Run.save` does, in one statement."""
    rows: list[Any] = []
    changed = []
    for run in runs:
        run.task.updated_at = run.now
        run.task.forget_wait()
        run.task.role_id = run.visit.role_id if run.visit else None
        if run.task._state.adding:
            rows.append(run.task)
        else:
            changed.append((run.task, TASK_FIELDS))
        rows += run.new_rows
    insert(*rows, after=changed)
    for run in runs:
        run.is_saved()


# --- locking -----------------------------------------------------------------------------------------------------


def with_relations() -> Any:
    """Return the tasks with the rows that every act needs: ticket, current visit, owner and assignee."""
    return Task.objects.select_related("ticket", "current_visit", "owner", "assignee")


locked_task = CompiledRead(
    lambda task_id: Task.objects.select_for_update(no_key=True).filter(pk=task_id).values_list("pk")
)
task_with_relations = CompiledRead(lambda task_id: with_relations().filter(pk=task_id))


def lock_run(task_id: int, journal: Journal) -> Run:
    """Lock the task, waiting for it, and return it as a run; raise `NotFound` when it isn't there."""
    # The lock first, by itself: rows joined to it would be those from before the wait.
    if not locked_task(task_id=task_id):
        raise NotFound("There is no such task.")
    return as_run(task_with_relations(task_id=task_id)[0], journal)


def lock_ticket_of(task_id: int) -> None:
    """Lock the task's ticket, for acts that change it too: the ticket comes before the task."""
    Ticket.objects.select_for_update(no_key=True).filter(tasks__pk=task_id).values_list("pk").first()


def lock_visible(task_id: int, journal: Journal) -> Run:
    """Lock and return the task as `lock_run` does; for a person who may not see it, it isn't there."""
    run = lock_run(task_id, journal)
    actor = journal.actor
    if actor is not None and actor.user_id not in (run.task.assignee_id, run.task.owner_id):
        check_visible(actor, task_id)
    return run


def read_ahead(runs: Collection[Run]) -> None:
    """Read what is asked of approvals for all of the runs at once: history, assignments and votes."""
    by_task = {run.task.pk: run for run in runs}
    for run in runs:
        run._history, run._assignments, run._votes = [], [], []
    rows = TaskTransition.objects.filter(task_id__in=by_task).order_by("performed_at", "id")
    for row in rows.values("task_id", *HISTORY_FIELDS):
        by_task[row.pop("task_id")].history().append(row)
    assignments = Assignment.objects.filter(task_id__in=by_task).select_related("person", "role")
    for assignment in assignments.order_by("started_at", "id"):
        by_task[assignment.task_id].assignments().append(assignment)
    by_visit = {run.visit.pk: run for run in runs if run.visit is not None}
    votes = ApprovalVote.objects.filter(visit_id__in=by_visit, voided_at__isnull=True).select_related("person")
    for vote in votes.order_by("cast_at", "id"):
        by_visit[vote.visit_id].votes().append(vote)


def lock_free(task_ids: Iterable[int], journal: Journal) -> list[Run]:
    """Lock those of the tasks that nobody works on at this moment, and return them in the order given."""
    wanted = list(task_ids)
    free = Task.objects.select_for_update(no_key=True, skip_locked=True).filter(pk__in=wanted)
    locked = list(free.order_by("pk").values_list("pk", flat=True))
    tasks = {task.pk: task for task in with_relations().filter(pk__in=locked)} if locked else {}
    return [as_run(tasks[task_id], journal) for task_id in wanted if task_id in tasks]


def as_run(task: Task, journal: Journal) -> Run:
    """Return the run of a task read with its relations.

    The journal's moment is not before the task's last change, whoever waited for the lock.
    """
    journal.now = max(journal.now, task.updated_at or task.created_at)
    run = Run(journal=journal, task=task, ticket=task.ticket, graph=version_graph(task.workflow_version_id))
    run.know(*(person for person in (task.owner, task.assignee) if person is not None))
    if journal.actor is not None:
        run.names.setdefault(journal.actor.user_id, journal.actor.full_name)
    return run
