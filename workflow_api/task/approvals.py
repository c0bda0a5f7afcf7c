"""Approval steps: who may vote, how many votes it takes, and when a rejection is certain."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from role.models import Person
from task import notifications
from task.models import Assignment, StepVisit
from task.run import Run
from tickets.models import Requester, Ticket
from workflow.graph import GraphStep

FOUR_EYES, VOTED = "four_eyes", "voted"


@dataclass(frozen=True)
class Rule:
    """What the step asks for: a number of approvals, or a share of those who may approve."""

    required: int
    mode: str  # count, percent

    @classmethod
    def of(cls, step: GraphStep) -> Rule:
        return cls(int(step.approval.get("required") or 1), str(step.approval.get("mode") or "count"))

    def verdict(self, *, approvals: int, refusals: int, voters: int) -> str:
        """Return `approve`, `reject` or, while both are possible, nothing. `voters` are all who may vote."""
        if self.mode == "percent":
            if voters and approvals * 100 >= self.required * voters:
                return "approve"
            return "reject" if refusals * 100 + self.required * voters > 100 * voters else ""
        if approvals >= self.required:
            return "approve"
        return "reject" if refusals and voters - refusals < self.required else ""

    def can_pass(self, left: int, approvals: int = 0) -> bool:
        """Return whether those who have not voted yet can still decide it."""
        return left > 0 if self.mode == "percent" else left > 0 and approvals + left >= self.required


def is_requester(requester: Requester, *, user_id: int, email: str, full_name: str) -> bool:
    """Return whether this is the person who asked: by mail address, else by id and name together."""
    if requester["email"]:
        return requester["email"].strip().casefold() == email.strip().casefold()
    same_name = requester["name"].strip().casefold() == full_name.strip().casefold()
    return bool(requester["name"]) and same_name and requester["id"] == str(user_id)


def barred_by_four_eyes(run: Run) -> set[int]:
    """Return who may not approve this task now: who asked for it, and who did what is to be approved."""
    return {*requesters_of(run), *(run.performers or _just_performed(run))}


def requesters_of(run: Run) -> frozenset[int]:
    """Return who of the people known here was ever the ticket's requester."""
    if run.requesters is None:
        run.requesters = _requesters(run.ticket)
    return run.requesters


def _requesters(ticket: Ticket) -> frozenset[int]:
    """Return who of the people known here was ever the ticket's requester, whatever was corrected since."""
    known = ticket.known_requesters
    wanted = Q()
    for requester in known:
        if requester["email"]:
            wanted |= Q(email__iexact=requester["email"].strip())
        elif requester["name"]:
            wanted |= Q(full_name__iexact=requester["name"].strip())
    if not wanted:
        return frozenset()
    return frozenset(
        person.user_id
        for person in Person.objects.only("user_id", "email", "full_name").filter(wanted)
        if any(
            is_requester(each, user_id=person.user_id, email=person.email, full_name=person.full_name) for each in known
        )
    )


def _just_performed(run: Run) -> set[int]:
    """Return who performed the transition that led here, whoever pressed the button and in whose name."""
    step_id = run.visit.step_id if run.visit else None
    by_people = [row for row in run.history() if row["actor_id"] is not None and row["to_step_id"] == step_id]
    if not by_people:
        return set()
    last = by_people[-1]
    people = {user_id for user_id in (last["actor_id"], last["on_behalf_of_id"]) if user_id is not None}
    for row in run.assignments():
        if row.visit_id == last["visit_id"] and row.origin == Assignment.Origin.SUBSTITUTE:
            people.add(int(row.why["stands_in_for"]))
    return people


def barred_from(run: Run, visit: StepVisit, step: GraphStep) -> dict[int, str]:
    """Return who of the role may not have this visit, and why: four eyes, and who has voted already."""
    if step.kind != "approval":
        return {}
    barred = dict.fromkeys(barred_by_four_eyes(run), FOUR_EYES)
    rotation = run.rotation(visit.role_id)
    for member in rotation.members if rotation else ():
        # A stand-in decides in the name of the absent: what binds one binds the other.
        if member.is_away and member.substitute_id and member.user_id in barred:
            barred.setdefault(member.substitute_id, FOUR_EYES)
    return barred | dict.fromkeys((vote.person_id for vote in run.votes()), VOTED)


def may_vote(run: Run, visit: StepVisit, barred: dict[int, str]) -> list[int]:
    """Return the members of the visit's role whose vote counts, whether they have voted or not."""
    rotation = run.rotation(visit.role_id)
    members = rotation.members if rotation else []
    return [member.user_id for member in members if barred.get(member.user_id) != FOUR_EYES]


def is_hopeless(run: Run, visit: StepVisit, step: GraphStep, barred: dict[int, str]) -> bool:
    """Return whether the role that has the approval can't decide it any more, and another is above it."""
    if step.kind != "approval" or run.graph.role_above(step, visit.role_id) is None:
        return False
    return cannot_pass(run, visit, step, barred)


def cannot_pass(run: Run, visit: StepVisit, step: GraphStep, barred: dict[int, str]) -> bool:
    """Return whether those of the visit's role who have not voted yet can't decide the approval any more."""
    left = [user_id for user_id in may_vote(run, visit, barred) if user_id not in barred]
    approvals = sum(vote.outcome == "approve" for vote in run.votes())
    return not Rule.of(step).can_pass(len(left), approvals)


def request_votes(run: Run, visit: StepVisit, step: GraphStep, barred: dict[int, str]) -> None:
    """Ask everyone who may vote, once a visit; the assignee is asked with the assignment."""
    if not step.takes_votes:
        return
    actor_id = run.actor.user_id if run.actor else None
    wanted = [
        user_id
        for user_id in may_vote(run, visit, barred)
        if user_id not in barred and user_id not in (actor_id, run.task.assignee_id)
    ]
    run.journal.notify(
        *notifications.to_each(
            wanted,
            run.task,
            "approval_requested",
            key=notifications.vote_request_key(run.task, visit.pk),
            mail_key=notifications.vote_request_key(run.task, visit.pk),
            subject=f"{run.task.ticket_number} waits for your decision",
            message=f"{run.task.ticket_number} “{run.task.subject}” waits for approval in “{step.name}”.",
            text=notifications.task_text(run.task, "approval_requested", step=step.name),
            step_name=step.name,
            role_name=step.role_name,
            workflow_name=run.graph.workflow_name,
            **({"actor_name": run.actor.full_name} if run.actor else {}),
        )
    )
