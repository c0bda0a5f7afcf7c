"""Start a workflow version on a ticket: task, first visit, owner and assignee, clocks, and everyone told."""

from __future__ import annotations

from audit.actor import Actor
from task.assignment import ROUND_ROBIN
from task.clocks import new_clock
from task.models import Assignment, Task
from tickets.models import Ticket
from workflow.graph import GraphStep, version_graph
from workflowmanager.approvals import give_visit
from workflowmanager.rosters import lock_rosters, save_cursors
from workflowmanager.running import Run
from workflowmanager.writing import Change


def start_task(
    change: Change,
    ticket: Ticket,
    *,
    version_id: int,
    rule: str,
    first_seq: int = 0,
    told_status: str = "",
    actor: Actor | None = None,
) -> Run:
    """Start the version on the ticket. The caller writes the change; the ticket's row is locked or new.

    `first_seq` is the last event number of the ticket's earlier tasks.
    """
    graph = version_graph(version_id)
    task = Task(
        ticket=ticket,
        ticket_number=ticket.ticket_number,
        subject=ticket.subject,
        workflow_id=graph.workflow_id,
        workflow_version_id=version_id,
        priority=ticket.priority,
        event_seq=first_seq,
        told_status=told_status,
        created_at=change.now,
    )
    run = Run(change=change, task=task, ticket=ticket, graph=graph, is_new=True)
    chain = run.automatic_chain(graph.start)
    step = graph.steps[chain[-1][1].to_step_id] if chain else graph.start
    (task.id,) = change.new_ids("tasks", 1)
    visit_ids = change.new_ids("step_visits", len(chain) + 1)
    rosters = lock_rosters(
        [graph.coordinator_role_id, step.role_id, step.escalate_to_id if step.kind == "approval" else None],
        change.now,
        strategies=[step.assignment],
    )
    run.note_roster(rosters)
    change.insert(
        new_clock(
            task=task,
            visit=None,
            target_seconds=int(graph.sla_seconds[task.priority]),
            at_risk_percent=graph.at_risk_percent,
            calendar=graph.calendar,
            now=change.now,
        )
    )
    story = run.story("task_created", actor=actor, workflow=graph.as_workflow, version=graph.number, rule=rule)
    run.audit(
        "task.created",
        actor=actor,
        new={"workflow": graph.workflow_name, "version": graph.number, "rule": rule, "priority": task.priority},
    )
    run.pass_through(chain, visit_ids)
    if step.is_end:
        run.finish(step)
        _choose_owner(run, step, None)
    else:
        visit = run.open_visit(step, visit_ids.pop(0))
        give_visit(run, visit, step)
        _choose_owner(run, step, task.assignee_id)
        run.tell_assignee()
        story.detail |= {
            "step": step.as_step,
            "assignee": run.person(task.assignee_id),
            "owner": run.person(task.owner_id),
        }
    save_cursors(rosters, change)
    run.event = "task_created"
    run.save()
    return run


def _choose_owner(run: Run, step: GraphStep, assignee_id: int | None) -> None:
    """Give the ticket its coordinator. Where the first step is the coordinators' own, one turn serves for both."""
    role_id = run.graph.coordinator_role_id
    roster = run.rosters.get(role_id)
    if roster is None:
        return
    if assignee_id is not None and step.role_id == role_id and step.assignment == ROUND_ROBIN:
        owner_id, why = assignee_id, {"strategy": ROUND_ROBIN, "with_first_step": True, "candidates": [assignee_id]}
    else:
        choice = roster.take_turn(ROUND_ROBIN, is_for_owner=True)
        if choice.user_id is None:
            return
        owner_id, why = choice.user_id, choice.why
    run.task.owner_id = owner_id
    run.newcomers.append((owner_id, role_id))
    run.change.insert(
        Assignment(
            task_id=run.task.pk,
            visit=None,
            person_id=owner_id,
            role_id=role_id,
            is_owner=True,
            origin=Assignment.Origin.ROUND_ROBIN,
            why=why,
            started_at=run.now,
        )
    )
