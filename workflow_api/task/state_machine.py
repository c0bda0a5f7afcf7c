"""What may happen to a task: in which statuses, by whom, under which conditions, and the status it leads to.

The acts check what is declared here, and the API offers what passes the same checks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from typing import Any

from audit.actor import Actor
from task.access import holds_role, leads
from task.approvals import barred_by_four_eyes
from task.models import StepVisit, Task, Timeline
from task.refusals import (
    AlreadyOnHold,
    AlreadyTaken,
    CommentRequired,
    ConditionNotMet,
    FourEyes,
    LoopLimit,
    NotAssigned,
    NotAssignee,
    NotOnHold,
    NotVisited,
    StaleVersion,
    TaskClosed,
    TaskOnHold,
    TransitionNotAvailable,
    WithState,
)
from task.run import Run
from ticketing_common.errors import Conflict, Forbidden, Invalid, Refusal
from workflow.graph import GraphStep, GraphTransition

Status = Task.Status
WORKING = frozenset({Status.PENDING, Status.IN_PROGRESS})
ON_HOLD = frozenset({Status.ON_HOLD})
OPEN = frozenset(Task.OPEN)

NEEDS_COMMENT = frozenset({"reject", "return"})
APPROVAL_OUTCOMES = frozenset({"approve", "reject", "return"})
VOTE_OUTCOMES = frozenset({"approve", "reject"})


class Party(Enum):
    """Who may act on a task."""

    ASSIGNEE = auto()
    MEMBER = auto()  # of the role that has the current visit
    LEAD = auto()  # of that role, and every administrator
    SYSTEM = auto()  # the clock, the source help desk, another system; an administrator by an endpoint of their own


@dataclass
class Standing:
    """How a person stands to the current visit. What is not given is read when it is first asked for."""

    actor: Actor
    run: Run
    known_member: bool | None = None
    known_lead: bool | None = None

    @property
    def is_assignee(self) -> bool:
        return self.run.task.assignee_id == self.actor.user_id

    @cached_property
    def is_member(self) -> bool:
        if self.known_member is not None:
            return self.known_member
        return holds_role(self.actor.user_id, self._role_id)

    @cached_property
    def is_lead(self) -> bool:
        return self.actor.is_admin or (
            self.known_lead if self.known_lead is not None else leads(self.actor, self._role_id)
        )

    @property
    def _role_id(self) -> int | None:
        return self.run.visit.role_id if self.run.visit else None

    def is_one_of(self, parties: tuple[Party, ...]) -> bool:
        return (
            (Party.ASSIGNEE in parties and self.is_assignee)
            or (Party.MEMBER in parties and self.is_member)
            or (Party.LEAD in parties and self.is_lead)
        )


@dataclass(frozen=True)
class Action:
    """Something that may happen to a task, beside the transitions of its workflow.

    `sources` are the statuses in which it may happen. `target` is the status it leads to; None leaves the status as
    it is or, for a task that is worked on, as `working_status` says. `assigned` says whether somebody must have the
    task (True), nobody may (False), or either (None).
    """

    name: str
    sources: frozenset[str]
    target: str | None
    who: tuple[Party, ...]
    assigned: bool | None = None
    if_on_hold: type[Conflict] = TaskOnHold
    if_not_on_hold: type[Conflict] = TaskClosed

    def check(self, run: Run, standing: Standing) -> StepVisit:
        """Return the current visit, or refuse with the task's state."""
        with stating(run):
            return self._judge(run, standing)

    def _judge(self, run: Run, standing: Standing) -> StepVisit:
        visit = self.visit_in(run)
        if self.assigned is True and run.task.assignee_id is None:
            raise NotAssigned()
        if self.assigned is False and run.task.assignee is not None:
            raise AlreadyTaken(f"{run.task.assignee.full_name} has the task already.")
        # Of a member, claiming checks more, under the lock of the role's rotation.
        if Party.MEMBER not in self.who and not standing.is_one_of(self.who):
            raise Forbidden("Only the assignee, a lead of the role or an administrator may do this.")
        return visit

    def visit_in(self, run: Run) -> StepVisit:
        """Return the current visit of a task whose status allows the action."""
        status = run.task.status
        if run.visit is not None and status in self.sources:
            return run.visit
        if status == Status.ON_HOLD:
            raise self.if_on_hold()
        raise self.if_not_on_hold(f"The ticket is {status}." if self.if_not_on_hold is TaskClosed else None)

    def is_open_to(self, run: Run, standing: Standing) -> bool:
        """Return whether the person may do it now: what `check` and the act's own first check would say."""
        if run.visit is None or run.task.status not in self.sources:
            return False
        if self.assigned is not None and self.assigned != (run.task.assignee_id is not None):
            return False
        return standing.is_one_of(self.who)


DECIDES = (Party.ASSIGNEE, Party.LEAD)
BY_SYSTEM = (Party.SYSTEM,)

CLAIM = Action("claim", WORKING, Status.IN_PROGRESS, (Party.MEMBER,), assigned=False)
RELEASE = Action("release", WORKING, Status.PENDING, DECIDES, assigned=True)
TRANSFER = Action("transfer", WORKING, Status.IN_PROGRESS, DECIDES)
ESCALATE = Action("escalate", WORKING, None, DECIDES)
HOLD = Action("hold", WORKING, Status.ON_HOLD, DECIDES, if_on_hold=AlreadyOnHold)
RESUME = Action("resume", ON_HOLD, None, DECIDES, if_not_on_hold=NotOnHold)
PRIORITY = Action("priority", WORKING | ON_HOLD, None, DECIDES)
MOVE = Action("move", WORKING | ON_HOLD, Status.CANCELLED, DECIDES)
HAND_OVER = Action("hand_over", WORKING | ON_HOLD, None, DECIDES, assigned=True)
# In the order of the answer's `available_actions`.
OFFERED = (CLAIM, RELEASE, TRANSFER, ESCALATE, HOLD, RESUME, PRIORITY, MOVE)

# A transition of the workflow. It leads to the next step's `working_status` or, at an end step, to one of the three.
PERFORM = Action("perform", WORKING, None, (Party.ASSIGNEE, Party.MEMBER, Party.LEAD))
HAND_OFF = Action("hand_off", WORKING, Status.HANDING_OFF, BY_SYSTEM)
COMPLETE = Action("complete", WORKING | {Status.HANDING_OFF}, Status.COMPLETED, BY_SYSTEM)
REJECT = Action("reject", WORKING, Status.REJECTED, BY_SYSTEM)

CANCEL = Action("cancel", OPEN, Status.CANCELLED, BY_SYSTEM)
MIGRATE = Action("migrate", WORKING | ON_HOLD, None, BY_SYSTEM)
# What a hold waits for has come: its moment, or the requester's answer.
END_HOLD = Action("end_hold", ON_HOLD, None, BY_SYSTEM, if_not_on_hold=NotOnHold)


def working_status(task: Task, *, is_resumed: bool = False) -> str:
    """Return the status of a task that stands in a step: still on hold, or by whether somebody has it."""
    if task.status == Status.ON_HOLD and not is_resumed:
        return Status.ON_HOLD
    return Status.IN_PROGRESS if task.assignee_id is not None else Status.PENDING


def offered_actions(run: Run, standing: Standing) -> list[str]:
    """Return the actions beside transitions that the person may do now."""
    offered = [action.name for action in OFFERED if action.is_open_to(run, standing)]
    if run.task.status in OPEN:
        return [*offered, "cancel"] if standing.actor.is_admin else offered
    return [*offered, "reopen"] if may_reopen(run, standing.actor) else offered


def may_reopen(run: Run, actor: Actor) -> bool:
    """Return whether the person may reopen the closed task: its owner, a lead of its last role, an administrator."""
    if actor.is_admin or run.task.owner_id == actor.user_id:
        return True
    last = run.task.visits.order_by("-number").values_list("role_id", flat=True).first()
    return leads(actor, last) or leads(actor, run.graph.coordinator_role_id)


@contextmanager
def stating(run: Run) -> Iterator[None]:
    """Add the task's state to the refusals that answer with it."""
    try:
        yield
    except Refusal as refusal:
        if isinstance(refusal, WithState):
            refusal.extra |= current_state(run)
        raise


# --- what is asked of every act ----------------------------------------------------------------------------------


def current_state(run: Run) -> dict[str, Any]:
    """Return what a client needs to know after a conflict: the state now, and who made it."""
    task, step = run.task, run.step
    last = (
        Timeline.objects.filter(task_id=task.pk, actor_id__isnull=False)
        .order_by("-seq")
        .values("actor_id", "actor_name", "event", "at")
        .first()
    )
    return {
        "current": {
            "id": task.pk,
            "status": task.status,
            "version": task.version,
            "current_step": step.as_step if step else None,
            "assignee": run.person(task.assignee_id),
        },
        "acted_by": {"user_id": last["actor_id"], "full_name": last["actor_name"]} if last else None,
        "last_event": last["event"] if last else None,
    }


def check_version(run: Run, expected_version: int | None) -> None:
    if expected_version is None or expected_version == run.task.version:
        return
    state = current_state(run)
    by = f" by {state['acted_by']['full_name']}" if state["acted_by"] else ""
    raise StaleVersion(f"The task was changed{by} meanwhile.", **state)


def required_reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid("A reason is needed.", attr="reason")
    return reason.strip()


# --- transitions of the workflow ---------------------------------------------------------------------------------


def is_loop(run: Run, transition: GraphTransition) -> bool:
    """Return whether the transition goes back or out: the role's lead may perform it for the assignee."""
    return transition.outcome in NEEDS_COMMENT or run.graph.is_in_ring(transition)


def check_transition(run: Run, transition: GraphTransition, standing: Standing, *, comment: str) -> int | None:
    """Return in whose name the person performs the transition, None for their own, or refuse."""
    with stating(run):
        return _judge(run, transition, standing, comment)


def _judge(run: Run, transition: GraphTransition, standing: Standing, comment: str | None) -> int | None:
    """Do it; `comment=None` asks whether the transition may be offered: there is no comment yet."""
    visit = PERFORM.visit_in(run)
    step = run.graph.steps[visit.step_id]
    if transition.from_step_id != step.id or transition.is_automatic:
        raise TransitionNotAvailable()
    if step.kind == "approval" and transition.outcome not in APPROVAL_OUTCOMES:
        raise TransitionNotAvailable("An approval is left by approval, refusal or return only.")
    on_behalf_of_id = _on_behalf_of(run, step, transition, standing)
    if comment == "" and requires_comment(transition):
        raise CommentRequired(attr="comment")
    verdict = run.verdict(transition)
    if verdict.value is not True:
        raise ConditionNotMet(f"{ConditionNotMet.default_detail[:-1]}: {'; '.join(verdict.reasons)}.")
    if step.kind == "approval" and transition.outcome == "approve":
        _check_four_eyes(run, standing.actor, on_behalf_of_id)
    is_return = transition.outcome == "return" and not run.graph.steps[transition.to_step_id].is_end
    if is_return and transition.to_step_id not in run.visited_step_ids():
        raise NotVisited()
    return on_behalf_of_id


def requires_comment(transition: GraphTransition) -> bool:
    return transition.requires_comment or transition.outcome in NEEDS_COMMENT


def _on_behalf_of(run: Run, step: GraphStep, transition: GraphTransition, standing: Standing) -> int | None:
    if standing.is_assignee or (step.takes_votes and standing.is_member):
        return None
    assignee_id = run.task.assignee_id
    if assignee_id is None:
        raise NotAssigned()
    if standing.actor.is_admin or (is_loop(run, transition) and standing.is_lead):
        return assignee_id
    raise NotAssignee()


def _check_four_eyes(run: Run, actor: Actor, on_behalf_of_id: int | None) -> None:
    people = {actor.user_id, on_behalf_of_id or actor.user_id}
    assignment = run.current_assignment()
    if assignment is not None and assignment.person_id in people and assignment.why.get("stands_in_for"):
        people.add(int(assignment.why["stands_in_for"]))
    if people & barred_by_four_eyes(run):
        raise FourEyes()


def check_loop_limit(run: Run, visit: StepVisit, transition: GraphTransition, standing: Standing) -> None:
    """Refuse a transition back that was performed as often as the step allows, but for the role's lead.

    It is offered nevertheless: trying it calls the lead.
    """
    if not is_loop(run, transition) or run.graph.steps[transition.to_step_id].is_end:
        return
    edge = (transition.from_step_id, transition.to_step_id)
    times = sum((row["from_step_id"], row["to_step_id"]) == edge for row in run.history())
    limit = run.graph.steps[visit.step_id].return_cap
    if times >= limit and not standing.is_lead:
        raise LoopLimit(f"The ticket has gone this way {times} times. The role's lead decides now.", limit=limit)


def offered_transitions(run: Run, standing: Standing) -> list[dict[str, Any]]:
    """Return the transitions that the person may perform now, as the API lists them. Takes no lock."""
    step = run.step
    if step is None or run.visit is None or run.task.status not in PERFORM.sources:
        return []
    if step.kind == "approval" and _has_voted(run, step, standing):
        return []
    return [
        {
            "id": transition.id,
            "name": transition.name,
            "outcome": transition.outcome,
            "requires_comment": requires_comment(transition),
            "to_step": run.graph.steps[transition.to_step_id].as_step,
        }
        for transition in run.graph.outgoing(step.id)
        if _is_offered(run, transition, standing)
    ]


def _has_voted(run: Run, step: GraphStep, standing: Standing) -> bool:
    votes_for_themselves = standing.is_assignee or (step.takes_votes and standing.is_member)
    voter_id = standing.actor.user_id if votes_for_themselves else run.task.assignee_id
    return any(vote.person_id == voter_id for vote in run.votes())


def _is_offered(run: Run, transition: GraphTransition, standing: Standing) -> bool:
    try:
        _judge(run, transition, standing, None)
    except (Conflict, Forbidden):
        return False
    return True
