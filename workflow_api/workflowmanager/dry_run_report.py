"""What a dry run shows of its walk: steps with assignee, clock, conditions and messages, and what may follow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any

from audit.actor import PlainActor
from role.models import Person
from task.approvals import barred_from
from task.assignment import WORDS, Member
from task.clocks import events_of, policy_of
from task.decisions import decision_problem
from task.detail import names_in, why
from task.models import ApprovalVote, Assignment, SlaClock, StepVisit, Task, TaskTransition
from task.rotation import Rotation, lock_rotations
from task.sla import replay
from task.state_machine import Standing, check_loop_limit, check_transition, requires_comment
from ticketing_common.contracts.messages import (
    ApplyTicketEvent,
    CreateInAppNotification,
    DeliverTicketEvent,
    Message,
    SendAssignmentNotification,
    SendEmail,
    SendTicketStatus,
)
from ticketing_common.errors import Refusal
from workflow.conditions import comparisons_of, explain, values_at
from workflow.graph import GraphStep, GraphTransition
from workflow.matching import Match
from workflow.models import Workflow
from workflowmanager.dry_run import MAX_CHOICES, Walk
from workflowmanager.routing import match_of

MAX_PEOPLE = 50  # that one transition is offered for


def report(walk: Walk) -> dict[str, Any]:
    """Return the document of the walk; its transaction is still open."""
    return _Report(walk).document


class _Report:
    def __init__(self, walk: Walk) -> None:
        self.walk, self.run, self.graph = walk, walk.run, walk.graph
        self.task: Task = walk.run.task
        of_task = {"task_id": self.task.pk}
        self.visits = list(StepVisit.objects.filter(**of_task).order_by("number"))
        self.assignments = list(
            Assignment.objects.filter(**of_task).select_related("person", "role").order_by("started_at", "id")
        )
        self.performed = list(TaskTransition.objects.filter(**of_task).order_by("performed_at", "id"))
        self.clocks = {clock.visit_id: clock for clock in SlaClock.objects.filter(**of_task)}
        votes = ApprovalVote.objects.filter(visit__task_id=self.task.pk).select_related("person", "transition")
        self.votes = list(votes.order_by("cast_at", "id"))
        self.names = names_in(self.assignments)
        self.names |= dict(Person.objects.filter(pk__in=self._mentioned).values_list("user_id", "full_name"))

    @property
    def _mentioned(self) -> set[int]:
        told = {getattr(message, "user_id", None) for _, messages in self.walk.acts for message in messages}
        return {user_id for user_id in (*told, *(row.actor_id for row in self.performed)) if user_id is not None}

    @property
    def document(self) -> dict[str, Any]:
        owner = next((row for row in reversed(self.assignments) if row.is_owner), None)
        choices = self._choices()
        ticket = self.walk.ticket
        return {
            "version": self.walk.number,
            "edit_version": self.walk.workflow.edit_version,
            "at": self.walk.at,
            "ticket": {
                "ticket_number": self.walk.shown_number,
                **{
                    name: getattr(ticket, name)
                    for name in ("subject", "category", "sub_category", "department", "priority")
                },
            },
            "served_by": self._served_by(),
            "status": self.task.status,
            "due_at": self._clock(None)["due_at"],
            "owner": why(owner, self.names) if owner else None,
            "steps": self._steps(),
            "choices": choices,
            "stopped": self._stopped(choices),
        }

    def _served_by(self) -> dict[str, Any] | None:
        found = match_of(self.walk.ticket)
        if not isinstance(found, Match):
            return None
        name = Workflow.objects.values_list("name", flat=True).get(pk=found.workflow_id)
        return {"id": found.workflow_id, "name": name}

    # --- the steps -----------------------------------------------------------------------------------------------

    def _steps(self) -> list[dict[str, Any]]:
        steps = [self._visit(visit) for visit in self.visits]
        if not self.task.is_open or self.task.status == Task.Status.HANDING_OFF:
            steps.append(self._end())
        for entry, messages in zip(self._told_at(steps), (messages for _, messages in self.walk.acts), strict=True):
            entry["notifications"] += self._notifications(messages)
        return steps

    def _told_at(self, steps: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
        """Yield for each act the step that it led to."""
        for index, (visits, _) in enumerate(self.walk.acts):
            is_last = index == len(self.walk.acts) - 1
            yield steps[-1] if is_last else steps[visits - 1]

    def _choices_before(self, number: int) -> int:
        """Return how many choices were made before the visit was opened."""
        return next(index for index, (visits, _) in enumerate(self.walk.acts) if visits >= number)

    def _visit(self, visit: StepVisit) -> dict[str, Any]:
        step = self.graph.steps[visit.step_id]
        own = [row for row in self.assignments if row.visit_id == visit.pk]
        left_by = next((row for row in reversed(self.performed) if row.visit_id == visit.pk), None)
        is_here = visit.pk == self.task.current_visit_id
        return {
            "step": _step(step),
            "visit": visit.number,
            "choices_before": self._choices_before(visit.number),
            "assignments": [why(row, self.names) for row in own],
            "unassigned": self._unassigned(visit, step) if is_here and self.task.assignee_id is None else None,
            **self._clock(visit.pk),
            "conditions": [
                self._condition(item) for item in self.graph.outgoing(step.id) if item.condition is not None
            ],
            "votes": [
                {"person": vote.person.as_person, "outcome": vote.outcome}
                for vote in self.votes
                if vote.visit_id == visit.pk
            ],
            "left_by": self._left_by(left_by) if left_by else None,
            "status": None,
            "notifications": [],
        }

    def _end(self) -> dict[str, Any]:
        last = self.performed[-1]
        return {
            "step": _step(self.graph.steps[last.to_step_id]),
            "visit": None,
            "choices_before": len(self.walk.acts) - 1,
            "assignments": [],
            "unassigned": None,
            "due_at": None,
            "at_risk_at": None,
            "target_seconds": None,
            "conditions": [],
            "votes": [],
            "left_by": None,
            "status": self.task.status,
            "notifications": [],
        }

    def _clock(self, visit_id: int | None) -> dict[str, Any]:
        """Return when the clock is due as it was when it started: one that has stopped says nothing any more."""
        clock = self.clocks.get(visit_id)
        if clock is None:
            return {"due_at": None, "at_risk_at": None, "target_seconds": None}
        first = events_of(clock)[:1]
        reading = replay(first, policy_of(clock)).read(first[0].at)
        return {
            "due_at": reading.due_at,
            "at_risk_at": reading.at_risk_at,
            "target_seconds": clock.target_seconds,
        }

    def _unassigned(self, visit: StepVisit, step: GraphStep) -> dict[str, Any]:
        """Say why the visit waits in the unassigned queue: the strategy, or what keeps each member from it."""
        rotation = self._rotation
        barred = barred_from(self.run, visit, step)
        members = rotation.members if rotation else []
        reasons = [(member, member.why_not() or barred.get(member.user_id, "")) for member in members]
        return {
            "role": rotation.name if rotation else step.role_name,
            "is_by_claim": step.assignment == "claim" and any(not reason for _, reason in reasons),
            "members": len(members),
            "passed_over": [
                {"person": member.as_person, "why": reason, "detail": WORDS.get(reason, reason)}
                for member, reason in reasons[:MAX_PEOPLE]
                if reason
            ],
        }

    def _condition(self, transition: GraphTransition) -> dict[str, Any]:
        fields, types = self.run.fields, self.graph.field_types
        verdict = self.run.verdict(transition)
        return {
            "transition": _transition(transition),
            "to_step": _step(self.graph.steps[transition.to_step_id]),
            "is_automatic": transition.is_automatic,
            "value": verdict.value,
            "reasons": list(verdict.reasons),
            "checks": [
                {
                    "field": part["field"],
                    "op": part["op"],
                    "expected": part.get("value"),
                    "actual": _actual(values_at(part["field"], fields)),
                    "value": explain(part, fields, types).value,
                }
                for part in comparisons_of(transition.condition)
            ],
        }

    def _left_by(self, row: TaskTransition) -> dict[str, Any]:
        transition = self.graph.transitions[row.transition_id]
        person = None
        if row.actor_id is not None:
            person = {"user_id": row.actor_id, "full_name": self.names.get(row.actor_id, row.actor_name)}
        return {**_transition(transition), "is_automatic": row.actor_id is None, "by": person}

    # --- messages ------------------------------------------------------------------------------------------------

    def _notifications(self, messages: Iterable[Message]) -> list[dict[str, Any]]:
        """Return the messages, those that differ by their recipient only as one."""
        found: dict[tuple[str, str, str], dict[str, Any]] = {}
        for message in messages:
            if isinstance(message, DeliverTicketEvent):  # goes to programs, and only where somebody asked for it
                continue
            channel, kind, subject = self._kind_of(message)
            one = {"channel": channel, "type": kind, "subject": subject, "recipients": []}
            found.setdefault((channel, kind, subject), one)["recipients"].append(self._recipient(message))
        return list(found.values())

    def _kind_of(self, message: Message) -> tuple[str, str, str]:
        match message:
            case SendAssignmentNotification():
                is_vote = message.step_kind == "approval"
                return "mail_and_in_app", "approval_requested" if is_vote else "task_assignment", message.task_title
            case CreateInAppNotification():
                return "in_app", message.notification_type, self._shown(message.subject)
            case SendEmail():
                return "mail", message.notification_type, self._shown(str(message.context.get("title", "")))
            case SendTicketStatus():
                return "help_desk", message.new_status, message.detail or ""
            case ApplyTicketEvent():
                return "ticket_event", message.event, ""
        return "other", message.task, ""

    def _recipient(self, message: Message) -> dict[str, Any]:
        user_id = getattr(message, "user_id", None)
        address = getattr(message, "user_email", None)
        if isinstance(message, SendTicketStatus):
            address = self.walk.ticket.source_service
        name = self.names.get(user_id, f"Person {user_id}") if user_id else address or ""
        return {"user_id": user_id, "name": name}

    def _shown(self, text: str) -> str:
        return text.replace(self.walk.ticket.ticket_number, self.walk.shown_number)

    # --- what may follow -----------------------------------------------------------------------------------------

    @cached_property
    def _rotation(self) -> Rotation | None:
        visit = self.run.visit
        if visit is None or visit.role_id is None:
            return None
        self.run.use_rotations(lock_rotations([visit.role_id], self.walk.now))
        return self.run.rotation(visit.role_id)

    def _choices(self) -> list[dict[str, Any]]:
        step = self.run.step
        if step is None or self.run.visit is None:
            return []
        people = self._people(self.run.visit, step)
        found = []
        for item in self.graph.outgoing(step.id):
            if item.is_automatic:
                continue
            refusals = {member.user_id: self._refusal(item, member) for member in people}
            first = next((refusal for refusal in refusals.values() if refusal), None)
            able = [member.as_person for member in people if refusals[member.user_id] is None]
            if not people:
                first = self._refusal_of_all(item)
            found.append(
                {
                    "transition": _transition(item),
                    "to_step": _step(self.graph.steps[item.to_step_id]),
                    "requires_comment": requires_comment(item),
                    "is_fulfilled": self.run.verdict(item).value,
                    "by": able,
                    "refusal": None if able else first,
                }
            )
        return found

    def _people(self, visit: StepVisit, step: GraphStep) -> list[Member]:
        """Return who might perform a transition: the assignee, or whoever may vote or claim."""
        rotation, assignee_id = self._rotation, self.task.assignee_id
        members = rotation.members if rotation else []
        if step.takes_votes:
            voted = {vote.person_id for vote in self.run.votes()}
            return [member for member in members if member.user_id not in voted][:MAX_PEOPLE]
        if assignee_id is not None:
            known = rotation.member(assignee_id) if rotation else None
            return [known or Member(assignee_id, self.names.get(assignee_id, ""))]
        barred = barred_from(self.run, visit, step)
        return [member for member in members if not member.why_not() and member.user_id not in barred][:MAX_PEOPLE]

    def _refusal(self, transition: GraphTransition, member: Member) -> dict[str, str] | None:
        """Return why the person can't perform the transition now, as the engine says it; None: they can."""
        run, visit = self.run, self.run.visit
        rotation = self._rotation
        standing = Standing(
            PlainActor(member.user_id, member.full_name),
            run,
            known_member=bool(rotation and rotation.member(member.user_id)),
            known_lead=bool(rotation and rotation.lead_id == member.user_id),
        )
        assignee_id = run.task.assignee_id
        is_claimed = assignee_id is None and run.step is not None and not run.step.takes_votes
        try:
            if is_claimed:  # as it will be when they have claimed it
                run.task.assignee_id = member.user_id
            check_transition(run, transition, standing, comment="Dry run")
            if visit is not None:
                check_loop_limit(run, visit, transition, standing)
        except Refusal as error:
            return {"code": error.code, "detail": error.detail}
        finally:
            run.task.assignee_id = assignee_id
        return None

    def _refusal_of_all(self, transition: GraphTransition) -> dict[str, str]:
        verdict = self.run.verdict(transition)
        if verdict.value is not True:
            return {"code": "condition_not_met", "detail": f"The condition is not met: {'; '.join(verdict.reasons)}."}
        return {"code": "nobody_eligible", "detail": "Nobody of the role can take the ticket now."}

    def _stopped(self, choices: Collection[Mapping[str, Any]]) -> dict[str, str] | None:
        """Say why the walk can't go on; None where it can, or has come to an end."""
        run, step = self.run, self.run.step
        if step is None or not run.task.is_open:
            return None
        if len(self.walk.acts) > MAX_CHOICES:
            return {"code": "walk_limit", "detail": f"A dry run takes at most {MAX_CHOICES} choices."}
        if any(choice["by"] for choice in choices):
            return None
        if run.task.status == Task.Status.ON_HOLD:
            return {"code": "on_hold", "detail": "The ticket is on hold from the start, as its status says."}
        if all(choice["is_fulfilled"] is not True for choice in choices):
            detail = decision_problem(run) or "No transition fits."
            return {"code": "no_transition_fits", "detail": detail}
        refusals = [choice["refusal"] for choice in choices if choice["is_fulfilled"] and choice["refusal"]]
        return dict(refusals[0]) if refusals else {"code": "no_choice", "detail": "Nobody can do anything here."}


def _step(step: GraphStep) -> dict[str, Any]:
    return {
        "id": step.key,
        "name": step.name,
        "role": step.role_name,
        "kind": step.kind,
        "is_end": step.is_end,
    }


def _transition(transition: GraphTransition) -> dict[str, Any]:
    return {"id": transition.key, "name": transition.name, "outcome": transition.outcome}


def _actual(values: list[Any]) -> Any:
    """Return what a path leads to: its value, or of a list those of all entries."""
    return values[0] if len(values) == 1 else values or None
