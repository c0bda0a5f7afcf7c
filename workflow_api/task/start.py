"""Start a workflow version on a ticket: task, first visit, owner and assignee, clocks, and everyone told."""

from __future__ import annotations

from task.assign import assign_owner, assign_visit, choose_owner, notify_assignee
from task.assignment import ROUND_ROBIN
from task.clocks import new_clock
from task.hot_sql import insert
from task.journal import Journal
from task.models import Assignment, Task
from task.rotation import lock_rotations, save_rotations
from task.run import Run
from task.visits import automatic_chain, end_of, finish, open_visit, pass_through, save_assigned
from tickets.models import Ticket
from workflow.graph import GraphStep, version_graph


def start_task(
    journal: Journal,
    ticket: Ticket,
    *,
    version_id: int,
    rule: str,
    first_seq: int = 0,
    told_status: str = "",
    continues_id: int | None = None,
) -> Run:
    """Start the version on the ticket. The caller writes the journal; the ticket's row is locked or new.

    `first_seq` is the last event number of the ticket's earlier tasks; `continues_id` the one that it goes on from.
    """
    graph, actor = version_graph(version_id), journal.actor
    task = Task(
        ticket=ticket,
        ticket_number=ticket.ticket_number,
        subject=ticket.subject,
        workflow_id=graph.workflow_id,
        workflow_version_id=version_id,
        priority=ticket.priority,
        event_seq=first_seq,
        matched_by=rule,
        continues_id=continues_id,
        told_status=told_status,
        created_at=journal.now,
    )
    insert(task)
    run = Run(journal=journal, task=task, ticket=ticket, graph=graph, is_new=True)
    chain = automatic_chain(run, graph.start)
    step = end_of(run, graph.start, chain)
    above = graph.roles_above(step) if step.kind == "approval" else ()
    roles = [graph.coordinator_role_id, step.role_id, *above]
    run.use_rotations(lock_rotations(roles, run.now, strategies=[step.assignment]))
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
    pass_through(run, chain)
    if step.is_end:
        finish(run, step)
        _choose_first_owner(run, step)
        save_rotations(run.rotations)
    else:
        visit = open_visit(run, step)
        assign_visit(run, visit, step)
        _choose_first_owner(run, step)
        save_assigned(run, visit)
        notify_assignee(run)
        created.detail |= {
            "step": step.as_step,
            "assignee": run.person(task.assignee_id),
            "owner": run.person(task.owner_id),
        }
    run.event = "task_created"
    run.save()
    return run


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
