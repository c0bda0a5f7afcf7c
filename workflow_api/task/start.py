"""Start a workflow version on a ticket: task, first visit, owner and assignee, clocks, and everyone told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from task.assign import assign_owner, assign_visit, choose_owner, notify_assignee
from task.assignment import ROUND_ROBIN
from task.clocks import new_clock
from task.hot_sql import reserve_ids
from task.journal import Journal
from task.models import Assignment, StepVisit, Task
from task.rotation import lock_rotations, save_rotations
from task.run import Run, save_all
from task.visits import Chain, automatic_chain, end_of, finish, open_visit, pass_through
from tickets.models import Ticket
from workflow.graph import GraphStep, version_graph


@dataclass(kw_only=True)
class Start:
    """A version to start on a ticket; its row is locked or new.

    `first_seq` is the last event number of the ticket's earlier tasks; `continues_id` the one that it goes on from.
    """

    journal: Journal
    ticket: Ticket
    version_id: int
    rule: str
    first_seq: int = 0
    told_status: str = ""
    continues_id: int | None = None

    def new_run(self) -> Run:
        """Return the run of a task that has no id yet."""
        graph, ticket = version_graph(self.version_id), self.ticket
        task = Task(
            ticket=ticket,
            ticket_number=ticket.ticket_number,
            subject=ticket.subject,
            workflow_id=graph.workflow_id,
            workflow_version_id=self.version_id,
            priority=ticket.priority,
            event_seq=self.first_seq,
            matched_by=self.rule,
            continues_id=self.continues_id,
            told_status=self.told_status,
            created_at=self.journal.now,
        )
        return Run(journal=self.journal, task=task, ticket=ticket, graph=graph, is_new=True)


def start_task(journal: Journal, ticket: Ticket, *, version_id: int, rule: str, **fields: Any) -> Run:
    """Start one. The caller writes the journal."""
    return start_tasks([Start(journal=journal, ticket=ticket, version_id=version_id, rule=rule, **fields)])[0]


def start_tasks(starts: Sequence[Start]) -> list[Run]:
    """Start all of them in this order, as if one by one. The caller writes their journals.

    The rotations of all roles are locked at once and shared, and the rows of all are written by one statement. Tasks
    and visits have ids beforehand, by which the other rows name them.
    """
    if not starts:
        return []
    runs = [start.new_run() for start in starts]
    entries = [_Entry.of(run, run.graph.start) for run in runs]
    ids = iter(reserve_ids(sum(len(entry.chain) + 1 for entry in entries), Task, StepVisit))
    for run, entry in zip(runs, entries, strict=True):
        own = [next(ids) for _ in range(len(entry.chain) + 1)]
        run.task.pk, run.visit_ids = own[0][0], [visit_id for _, visit_id in own]
    roles = {role_id for entry in entries for role_id in entry.role_ids}
    rotations = lock_rotations(roles, runs[0].now, strategies={entry.step.assignment for entry in entries})
    for start, run, entry in zip(starts, runs, entries, strict=True):
        run.use_rotations({role_id: rotations[role_id] for role_id in entry.role_ids if role_id in rotations})
        _start(run, entry, rule=start.rule)
    save_rotations(rotations)
    save_all(runs)
    return runs


@dataclass(frozen=True)
class _Entry:
    """Where a task comes to rest at its start, and whose rotations that takes."""

    chain: Chain
    step: GraphStep
    role_ids: frozenset[int]

    @classmethod
    def of(cls, run: Run, start: GraphStep) -> _Entry:
        chain = automatic_chain(run, start)
        step = end_of(run, start, chain)
        above = run.graph.roles_above(step) if step.kind == "approval" else ()
        role_ids = {run.graph.coordinator_role_id, step.role_id, *above} - {None}
        return cls(chain, step, frozenset(role_ids))


def _start(run: Run, entry: _Entry, *, rule: str) -> None:
    task, graph, step, actor = run.task, run.graph, entry.step, run.actor
    clock = new_clock(
        task=task,
        visit=None,
        target_seconds=int(graph.sla_seconds[task.priority]),
        at_risk_percent=graph.at_risk_percent,
        calendar=graph.calendar,
        now=run.now,
    )
    run.add(clock)
    run.use_clocks([clock])
    created = run.record("task_created", actor=actor, workflow=graph.as_workflow, version=graph.number, rule=rule)
    run.audit(
        "task.created",
        actor=actor,
        new={"workflow": graph.workflow_name, "version": graph.number, "rule": rule, "priority": task.priority},
    )
    pass_through(run, entry.chain)
    if step.is_end:
        run.visit_ids = []
        finish(run, step)
        _choose_first_owner(run, step)
    else:
        visit = open_visit(run, step)
        assign_visit(run, visit, step)
        _choose_first_owner(run, step)
        notify_assignee(run)
        created.detail |= {
            "step": step.as_step,
            "assignee": run.person(task.assignee_id),
            "owner": run.person(task.owner_id),
        }
    run.event = "task_created"


def _choose_first_owner(run: Run, step: GraphStep) -> None:
    """Choose the ticket's owner. Where the first step is the coordinators' own, one choice serves for both."""
    assignee_id = run.task.assignee_id
    is_theirs = step.role_id == run.graph.coordinator_role_id and step.assignment == ROUND_ROBIN
    if assignee_id is not None and is_theirs and run.rotation(step.role_id) is not None:
        why = {"strategy": ROUND_ROBIN, "with_first_step": True, "candidates": [assignee_id]}
        assign_owner(run, assignee_id, origin=Assignment.Origin.ROUND_ROBIN, why=why)
        return
    choice = choose_owner(run)
    if choice is not None and choice.user_id is not None:
        assign_owner(run, choice.user_id, origin=Assignment.Origin.ROUND_ROBIN, why=choice.why)
