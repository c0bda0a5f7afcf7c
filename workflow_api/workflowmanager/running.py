"""A task under its lock: leave a step, enter the next, give it to somebody, end. Verbs are built from these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from amscheckout.models import AmsCheckout
from audit.actor import Actor
from bmscheckout.models import BmsCheckout
from task.access import check_visible
from task.assignment import CLAIM, Choice
from task.clocks import CLOCK_COLUMNS, new_clock, stop
from task.models import ApprovalVote, Assignment, SlaClock, StepVisit, Task, TaskTransition, Timeline
from task.participants import new_participants, read_participants
from ticketing_common.contracts.messages import ApplyTicketEvent
from ticketing_common.errors import NotFound
from tickets.models import Ticket
from workflow.conditions import holds
from workflow.graph import GraphStep, GraphTransition, VersionGraph, version_graph
from workflowmanager import notices
from workflowmanager.loading import admin_ids, lock_task, read_clocks, read_history, read_turns
from workflowmanager.rosters import Roster
from workflowmanager.writing import Change, current_collector, iso

FOUR_EYES, VOTED = "four_eyes", "voted"


@dataclass
class Run:
    """One task, locked, in one change. Rows it changed are saved by `save`; new ones are in the change."""

    change: Change
    task: Task
    ticket: Ticket
    graph: VersionGraph
    rosters: dict[int, Roster] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    is_new: bool = False
    event: str = ""
    newcomers: list[tuple[int, int]] = field(default_factory=list)  # who got a turn or voted, and in which role
    performers: set[int] = field(default_factory=set)  # of the transition under way: who acts, and in whose name
    requesters: frozenset[int] | None = None  # who asked for the ticket, of the people known here
    visits_seen: int | None = None
    _clocks: dict[int | None, SlaClock] | None = None
    _history: list[dict[str, Any]] | None = None
    _turns: list[Assignment] | None = None
    _votes: list[ApprovalVote] | None = None

    # --- reading -------------------------------------------------------------------------------------------------

    @property
    def now(self) -> Any:
        return self.change.now

    @property
    def step(self) -> GraphStep | None:
        return self.graph.steps.get(self.task.current_step_id or 0)

    @property
    def visit(self) -> StepVisit | None:
        return self.task.current_visit

    @property
    def fields(self) -> dict[str, Any]:
        """The ticket as guards see it: what the help desk sent, with our own spelling where there is one."""
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

    def person(self, user_id: int | None) -> dict[str, Any] | None:
        if user_id is None:
            return None
        return {"user_id": user_id, "full_name": self.names.get(user_id, "")}

    def clocks(self) -> dict[int | None, SlaClock]:
        """The task's running clocks by their visit; the task's own under None."""
        if self._clocks is None:
            self._clocks = _by_visit(read_clocks([self.task.pk])[self.task.pk])
        return self._clocks

    def know_clocks(self, clocks: Iterable[SlaClock]) -> None:
        """Take them as the task's running clocks."""
        self._clocks = _by_visit(clocks)

    def history(self) -> list[dict[str, Any]]:
        """The transitions performed so far, oldest first, without those of this change."""
        if self._history is None:
            self.settle()
            self._history = [] if self.is_new else read_history(self.task.pk)
        return self._history

    def visited_step_ids(self) -> set[int]:
        """The steps that the task has been in, the current one included."""
        visited = {row["from_step_id"] for row in self.history()}
        return visited | ({self.task.current_step_id} if self.task.current_step_id else set())

    def turns(self) -> list[Assignment]:
        """Everybody's turns at the task's stays so far, oldest first, without those of this change."""
        if self._turns is None:
            self.settle()
            self._turns = [] if self.is_new else read_turns(self.task.pk)
        return self._turns

    def current_turn(self) -> Assignment | None:
        visit_id = self.visit.pk if self.visit else None
        return next(
            (
                turn
                for turn in self.turns()
                if turn.visit_id == visit_id and not turn.is_owner and turn.ended_at is None
            ),
            None,
        )

    def votes(self) -> list[ApprovalVote]:
        """The words given at the current stay that count."""
        if self._votes is None:
            visit = self.visit
            if self.is_new or visit is None or visit._state.adding:
                return []
            self.settle()
            rows = ApprovalVote.objects.filter(visit_id=visit.pk, voided_at__isnull=True).select_related("person")
            self._votes = list(rows.order_by("cast_at", "id"))
        return self._votes

    def settle(self) -> None:
        """Write what was changed of the task so far, here and earlier in a batch: its rows are read next."""
        collector = current_collector()
        if collector is not None:
            collector.write_of(self.task.pk)
        self.change.settle()

    def forget_votes(self) -> None:
        """Read the votes anew when they are next asked for."""
        self._votes = None

    def note_roster(self, rosters: Mapping[int, Roster]) -> None:
        for roster in rosters.values():
            self.rosters[roster.role_id] = roster
            self.names.update({member.user_id: member.full_name for member in roster.members})

    # --- the story -----------------------------------------------------------------------------------------------

    def story(self, event: str, *, actor: Actor | None, **detail: Any) -> Timeline:
        """Add a line to the timeline; the last one of a change names the event that others are told of."""
        self.task.event_seq += 1
        self.event = event
        line = Timeline(
            task_id=self.task.pk,
            seq=self.task.event_seq,
            event=event,
            actor_id=actor.user_id if actor else None,
            actor_name=actor.full_name if actor else "",
            detail=detail,
            at=self.now,
        )
        self.change.insert(line)
        return line

    def audit(self, action: str, **fields: Any) -> None:
        self.change.audit(action, "task", self.task.pk, ticket_number=self.task.ticket_number, **fields)

    def tell_source(self, status: str, detail: str | None = None) -> None:
        """Tell the source a state, once until it changes."""
        if self.task.told_status == status:
            return
        self.task.told_status = status
        if self.change.is_quiet:
            return
        key = f"{self.task.pk}-{self.task.event_seq}"
        self.change.tell(notices.source_status(self.ticket, status, at=self.now, key=key, detail=detail))

    # --- giving it to somebody -----------------------------------------------------------------------------------

    def give(
        self,
        visit: StepVisit,
        strategy: str,
        *,
        excluded: Mapping[int, str] | None = None,
        preferred_id: int | None = None,
        origin: str | None = None,
    ) -> Choice | None:
        """Assign the visit by the strategy, or put it into its role's pool. The role's roster is locked.

        `origin` overrides what the assignment is called.
        """
        roster = self.rosters.get(visit.role_id or 0)
        choice = None
        if roster is not None and (strategy != CLAIM or preferred_id is not None):
            choice = roster.take_turn(strategy, excluded=excluded, preferred_id=preferred_id)
        if choice is None or choice.user_id is None:
            is_for_lead = strategy != CLAIM
            self.pool(visit, needs_lead=is_for_lead)
            if is_for_lead:
                self.tell_lead(visit, choice)
            return choice
        self.assign(visit, choice.user_id, origin=origin or choice.origin, why=choice.why)
        return choice

    def assign(
        self,
        visit: StepVisit,
        user_id: int,
        *,
        origin: str,
        why: Mapping[str, Any],
        given_by: Actor | None = None,
        reason: str = "",
    ) -> None:
        """Give the visit to this person. An earlier assignment must have ended."""
        task = self.task
        self.change.insert(
            Assignment(
                task_id=task.pk,
                visit_id=visit.pk,
                person_id=user_id,
                role_id=visit.role_id or 0,
                origin=origin,
                why=dict(why),
                reason=reason,
                given_by_id=given_by.user_id if given_by else None,
                started_at=self.now,
            )
        )
        visit.needs_lead = False
        visit.pooled_at = None
        task.assignee_id = user_id
        self.newcomers.append((user_id, visit.role_id or 0))
        if task.status != Task.Status.ON_HOLD:
            task.status = Task.Status.IN_PROGRESS
            self.tell_source("in_progress")

    def tell_assignee(self) -> None:
        """Notify the new assignee, unless it was their own doing. Where votes are taken, once a stay."""
        task, actor, step, visit = self.task, self.change.actor, self.step, self.visit
        if self.change.is_quiet or task.assignee_id is None or (actor and actor.user_id == task.assignee_id):
            return
        roster = self.rosters.get((visit.role_id if visit else None) or 0)
        self.change.tell(
            notices.assigned(
                task,
                user_id=task.assignee_id,
                role_name=roster.name if roster else (step.role_name if step else ""),
                step=step,
                workflow_name=self.graph.workflow_name,
                key=notices.stay_key(task, visit.pk) if visit and step and step.takes_votes else "",
            )
        )

    def pool(self, visit: StepVisit, *, needs_lead: bool = False) -> None:
        """Put the visit into its role's pool. Its age there is the stay's, whoever had it in between."""
        visit.pooled_at = visit.opened_at
        visit.needs_lead = needs_lead
        self.task.assignee_id = None
        if self.task.status != Task.Status.ON_HOLD:
            self.task.status = Task.Status.PENDING

    def tell_lead(self, visit: StepVisit, choice: Choice | None) -> None:
        if self.change.is_quiet:
            return
        roster = self.rosters.get(visit.role_id or 0)
        role_name = roster.name if roster else "the role"
        message = f"Nobody of {role_name} can take {self.task.ticket_number} now. It waits in the pool."
        lead_id = roster.lead_id if roster else None
        self.change.tell(
            *notices.to_each(
                [lead_id] if lead_id else admin_ids(),
                self.task,
                "system",
                subject=f"{self.task.ticket_number} waits for somebody",
                message=message,
                with_mail=False,
                key="",
            )
        )

    def end_assignment(self, visit: StepVisit, reason: str) -> None:
        """End the open turn at the visit, if there is one."""
        collector = current_collector()
        if collector is not None:
            for turn in collector.turns_at(visit.pk):
                turn.ended_at, turn.end_reason = self.now, reason
        self.change.run(_END_TURN, self.now, reason, visit.pk)

    # --- steps ---------------------------------------------------------------------------------------------------

    def automatic_chain(self, step: GraphStep) -> list[tuple[GraphStep, GraphTransition]]:
        """Return the automatic transitions that fire from `step` on, to a fixed point; no step comes twice."""
        chain: list[tuple[GraphStep, GraphTransition]] = []
        visited = {step.id}
        fields = self.fields
        while not step.is_end and step.kind != "approval":
            for transition in self.graph.outgoing(step.id):
                is_new = transition.is_automatic and transition.to_step_id not in visited
                if is_new and holds(transition.condition, fields):
                    break
            else:
                return chain
            chain.append((step, transition))
            step = self.graph.steps[transition.to_step_id]
            visited.add(step.id)
        return chain

    def pass_through(self, chain: Iterable[tuple[GraphStep, GraphTransition]], visit_ids: list[int]) -> None:
        """Record the stays in steps that automatic transitions left at once."""
        for step, transition in chain:
            visit = self._new_visit(step, visit_ids.pop(0))
            visit.closed_at, visit.outcome = self.now, transition.outcome
            self.change.insert(visit)
            self.task.current_step_id = step.id
            self.record_transition(visit, transition, actor=None)

    def record_transition(
        self,
        visit: StepVisit,
        transition: GraphTransition,
        *,
        actor: Actor | None,
        comment: str = "",
        on_behalf_of_id: int | None = None,
    ) -> None:
        from_step, to_step = self.graph.steps[transition.from_step_id], self.graph.steps[transition.to_step_id]
        self.change.insert(
            TaskTransition(
                task_id=self.task.pk,
                visit_id=visit.pk,
                transition_id=transition.id,
                from_step_id=from_step.id,
                to_step_id=to_step.id,
                name=transition.name,
                outcome=transition.outcome,
                actor_id=actor.user_id if actor else None,
                actor_name=actor.full_name if actor else "",
                on_behalf_of_id=on_behalf_of_id,
                comment=comment,
                performed_at=self.now,
            )
        )
        detail: dict[str, Any] = {
            "transition": {"id": transition.id, "name": transition.name, "outcome": transition.outcome},
            "from_step": from_step.as_step,
            "to_step": to_step.as_step,
        }
        if comment:
            detail["comment"] = comment
        if on_behalf_of_id:
            detail["on_behalf_of"] = self.person(on_behalf_of_id)
        if actor is None:
            detail["is_automatic"] = True
        self.story("transition", actor=actor, **detail)
        self.audit(
            "task.transition",
            actor=actor,
            on_behalf_of_id=on_behalf_of_id,
            reason=comment,
            old={"step": from_step.name},
            new={"step": to_step.name, "transition": transition.name, "outcome": transition.outcome},
        )

    def _new_visit(self, step: GraphStep, visit_id: int) -> StepVisit:
        if self.visits_seen is None:
            self.visits_seen = self.visit.number if self.visit else 0
        self.visits_seen += 1
        return StepVisit(
            id=visit_id,
            task_id=self.task.pk,
            step_id=step.id,
            role_id=step.role_id,
            number=self.visits_seen,
            opened_at=self.now,
        )

    def open_visit(self, step: GraphStep, visit_id: int) -> StepVisit:
        """Open a stay in the step with its clock; `give` says who gets it."""
        visit = self._new_visit(step, visit_id)
        task = self.task
        total = int(self.graph.sla_seconds[task.priority])
        clock = new_clock(
            task=task,
            visit=visit,
            target_seconds=max(1, round(total * step.share)),
            at_risk_percent=self.graph.at_risk_percent,
            calendar=self.graph.calendar,
            now=self.now,
        )
        self.change.insert(visit, clock)
        task.current_step_id, task.current_visit = step.id, visit
        return visit

    def close_visit(self, visit: StepVisit, *, outcome: str, performer_id: int | None, reason: str) -> None:
        """End the stay: its clock stops with its verdict, its assignment ends."""
        visit.closed_at, visit.outcome, visit.performer_id = self.now, outcome, performer_id
        visit.pooled_at, visit.needs_lead = None, False
        self.end_assignment(visit, reason)
        clock = self.clocks().get(visit.pk)
        if clock is not None:
            self.stop_clock(clock, visit, is_cancelled=outcome == "cancelled")
        self.change.update(visit, ("closed_at", "outcome", "performer_id", "pooled_at", "needs_lead", "due_at"))

    def stop_clock(self, clock: SlaClock, visit: StepVisit | None, *, is_cancelled: bool = False) -> None:
        reading = stop(clock, self.task, visit, now=self.now, is_cancelled=is_cancelled)
        self.change.update(clock, CLOCK_COLUMNS)
        if reading.breached_at is not None:
            # The sweep may not have come by since.
            self.change.run(RECORD_FACT, clock.pk, "breached", reading.breached_at, self.now)
            if visit is None:
                self.task.is_breached = True

    # --- the end -------------------------------------------------------------------------------------------------

    def finish(self, step: GraphStep) -> None:
        """Reach an end step: close the task by the version's end logic, or hand it off."""
        task = self.task
        task.current_step_id, task.current_visit, task.assignee_id = None, None, None
        task_clock = self.clocks().get(None)
        if task_clock is not None:
            self.stop_clock(task_clock, None)
        if step.end_status == Task.Status.REJECTED:
            self.close(Task.Status.REJECTED)
        elif self.graph.end_logic in ("asset", "budget"):
            task.status = Task.Status.HANDING_OFF
            checkout = AmsCheckout if self.graph.end_logic == "asset" else BmsCheckout
            self.change.insert(checkout.for_ticket(self.ticket, task_id=task.pk, now=self.now))
            system = "AMS" if self.graph.end_logic == "asset" else "BMS"
            self.story("handing_off", actor=None, system=system)
            self.audit("task.handing_off", actor=None, new={"system": system})
        else:
            self.close(Task.Status.COMPLETED)

    def close(self, status: str, *, detail: str | None = None) -> None:
        """Close the task for good and tell the source and the requester."""
        task = self.task
        task.status, task.closed_at = status, self.now
        task.current_step_id, task.current_visit, task.assignee_id = None, None, None
        self.story(str(status), actor=None)
        self.audit(f"task.{status}", actor=None, new={"status": str(status)})
        if status == Task.Status.CANCELLED:
            self.tell_source("cancelled", detail)
            return
        word = "resolved" if status == Task.Status.COMPLETED else "rejected"
        self.tell_source(word, detail)
        if self.change.is_quiet:
            return
        self.change.tell(
            *notices.requester_mail(
                self.ticket,
                task,
                subject=f"Your ticket {self.ticket.ticket_number} is {word}",
                message=f"Your ticket “{self.ticket.subject}” ({self.ticket.ticket_number}) is {word}.",
            )
        )

    # --- writing -------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Save the task and tell everyone who may read it. The change itself is written by the caller."""
        self.task.updated_at = self.now
        self.task.role_id = self.visit.role_id if self.visit else None
        if self.is_new:
            self.change.rows.insert(0, self.task)
        else:
            self.change.update(self.task, TASK_COLUMNS)
        if not self.change.is_quiet:
            self.change.tell(self._ticket_event())

    def _ticket_event(self) -> ApplyTicketEvent:
        task = self.task
        role_id = self.visit.role_id if self.visit else None
        if self.is_new:
            roster = self.rosters.get(role_id or 0)
            parts = new_participants(self.newcomers, self.names, team=roster.name if roster else "")
        else:
            parts = read_participants(task.pk, role_id, self.newcomers)
        step = self.step
        return ApplyTicketEvent(
            ticket_number=task.ticket_number,
            seq=task.event_seq,
            event=self.event,
            participants=parts.as_message(owner_id=task.owner_id, assignee_id=task.assignee_id),
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
            occurred_at=iso(self.now),
            event_id=f"tts-{task.pk}-{task.event_seq}",
            source={"service": self.ticket.source_service, "number": self.ticket.source_number},
            team_role_id=role_id,
            team_role=parts.team or None,
        )


TASK_COLUMNS = (
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
    "event_seq",
    "told_status",
    "due_at",
    "at_risk_at",
    "is_at_risk",
    "is_breached",
    "updated_at",
    "closed_at",
)

_END_TURN = (
    "UPDATE assignments SET ended_at = %s, end_reason = %s WHERE visit_id = %s AND NOT is_owner AND ended_at IS NULL"
)
RECORD_FACT = (
    "INSERT INTO sla_facts (clock_id, kind, happened_at, recorded_at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"
)


def load_run(task_id: int, change: Change) -> Run:
    """Lock the task, waiting for it, and return it as a run; raise `NotFound` when it isn't there."""
    collector = current_collector()
    if collector is not None and (run := collector.run_of(task_id, change)) is not None:
        return run  # type: ignore[no-any-return]
    task = lock_task(task_id)
    if task is None:
        raise NotFound("There is no such task.")
    return as_run(task, change)


def load_visible(task_id: int, change: Change) -> Run:
    """Lock and return the task as `load_run` does; to who may not see it, it isn't there."""
    run = load_run(task_id, change)
    actor = change.actor
    if actor is not None and actor.user_id not in (run.task.assignee_id, run.task.owner_id):
        run.settle()
        check_visible(actor, task_id)
    return run


def _by_visit(clocks: Iterable[SlaClock]) -> dict[int | None, SlaClock]:
    return {clock.visit_id: clock for clock in clocks}


def as_run(task: Task, change: Change) -> Run:
    """Return the run of a locked task. Who waited for the lock comes after whoever held it, also by the clock."""
    change.now = max(change.now, task.updated_at or task.created_at)
    run = Run(change=change, task=task, ticket=task.ticket, graph=version_graph(task.workflow_version_id))
    for person in (task.owner, task.assignee):
        if person is not None:
            run.names[person.user_id] = person.full_name
    if change.actor is not None:
        run.names.setdefault(change.actor.user_id, change.actor.full_name)
    return run
