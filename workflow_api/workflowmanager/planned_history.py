"""A history by plan: each ticket is given, with how its work went; people keep office hours.

The ordinary acts make it, in one transaction: it is there as a whole or not at all. Other services are told what they
keep of a ticket, its last state and what its help desk was told; nobody is notified.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Any

from django.db import transaction

from audit.actor import PlainActor
from role.models import Role
from task.deadlines import sweep_clocks
from task.hold_ends import end_due_holds
from task.hot_sql import CompiledRead
from task.models import Assignment, Task
from task.rotation import lock_rotations
from task.run import running_clocks, task_with_relations, with_relations
from ticketing_common.context import new_request_id, request_id_var
from ticketing_common.contracts.messages import ApplyTicketEvent, SendTicketStatus
from ticketing_common.errors import Refusal
from ticketing_common.outbox.models import OutboxMessage
from tickets.models import Ticket
from workflow.graph import GraphTransition, version_graph
from workflow.models import Workflow
from workflowmanager import intake
from workflowmanager.ledger import Origin
from workflowmanager.simulation import Simulation, simulating

OPENS, CLOSES = 8, 18
SATURDAY = 5
MOMENT = timedelta(seconds=1)
APPROVED = ("Approved.", "Fine with me.", "Agreed.", "", "")
HANDED_ON = ("Checked and complete.", "All there, please go on.", "", "", "")


task_of_ticket = CompiledRead(lambda ticket_id: with_relations().filter(ticket_id=ticket_id))


class PlanError(ValueError):
    """The plan can't be read; the text says where."""


@dataclass
class Course:
    """How the work on one ticket goes. Each act happens once, at the first step that offers it.

    `ending` is where it is left: `unassigned`, `on_hold`, `approval`, `first_step` and `second_step` (as it was when
    it came there); empty goes on as far as the time lasts. `is_late` misses the deadline of the ticket.
    """

    ticket_data: dict[str, Any]
    arrives: datetime
    is_late: bool = False
    ending: str = ""
    hold: dict[str, Any] | None = None
    returned: str = ""
    rejected: str = ""
    transferred: str = ""
    escalated: str = ""
    released: str = ""
    done: str = ""
    happened: set[str] = field(default_factory=set)

    ENDINGS = ("", "unassigned", "on_hold", "approval", "first_step", "second_step")

    @classmethod
    def read(cls, entry: Any, place: int) -> Course:
        try:
            course = cls(arrives=datetime.fromisoformat(entry["ticket_data"]["submitted_at"]), **entry)
            if course.arrives.tzinfo is None or course.ending not in cls.ENDINGS:
                raise ValueError("submitted_at has no offset, or the ending is unknown")
            if course.hold is not None:
                course.hold["hours"], course.hold["reason"] = float(course.hold["hours"]), str(course.hold["reason"])
            str(course.ticket_data["ticket_number"])
        except (KeyError, TypeError, ValueError) as error:
            raise PlanError(f"Ticket {place} of the plan: {type(error).__name__}: {error}") from error
        return course

    @property
    def number(self) -> str:
        return str(self.ticket_data["ticket_number"])

    def first(self, act: str) -> bool:
        """Return whether the act is planned and has not happened; it counts as happened from now on."""
        if not getattr(self, act) or act in self.happened:
            return False
        self.happened.add(act)
        return True


@dataclass
class PlannedHistory(Simulation):
    """The history of these courses. `run` plays it to the end, unless their tickets are there already."""

    courses: list[Course] = field(default_factory=list)
    zone: tzinfo = UTC  # of the office

    def __post_init__(self) -> None:
        super().__post_init__()
        self.by_number = {course.number: course for course in self.courses}
        self.watched: dict[int, tuple[datetime, ...]] = {}

    @property
    def numbers(self) -> Collection[str]:
        return self.by_number.keys()

    def run(self) -> Counter[str]:
        with simulating(), transaction.atomic():
            if Ticket.objects.filter(ticket_number__in=self.numbers).exists():
                self.counts["known"] = len(self.courses)
                return self.counts
            if not Workflow.objects.deployed().exists():
                raise PlanError("No workflow is deployed.")
            # Before anything else is locked, in the order of all acts: nobody waits for these while we wait for them.
            lock_rotations(list(Role.objects.values_list("pk", flat=True)), self.start)
            with keeping_news() as request_id:
                self._plan_arrivals()
                while self.events and self.events[0].moment < self.end:
                    event = heapq.heappop(self.events)
                    event.act(event.moment)
                    self.counts["steps"] += 1
            self.counts["messages"] = OutboxMessage.objects.filter(request_id=request_id).count()
        return self.counts

    def _plan_arrivals(self) -> None:
        for course in self.courses:
            self.at(course.arrives, partial(self._arrive, course.ticket_data))

    def _arrive(self, body: dict[str, Any], now: datetime) -> None:
        record = intake.receive(body, origin=Origin("simulation", message_id=body["ticket_number"]), now=now)
        self.counts["tickets"] += 1
        self.counts[str(record.verdict)] += 1
        for task in task_of_ticket(ticket_id=record.ticket_id or 0):
            self._look_later(task, now)

    # --- the clock -----------------------------------------------------------------------------------------------

    def _watch(self, task: Task) -> None:
        """Plan a sweep for when the task's clocks are at risk or breached, unless they are changed before."""
        clocks = running_clocks(task_id=task.pk)
        moments = tuple(sorted({at for clock in clocks for at in (clock.at_risk_at, clock.due_at) if at is not None}))
        if moments == self.watched.get(task.pk):
            return
        self.watched[task.pk] = moments
        for moment in moments:
            self.at(moment + MOMENT, partial(self._sweep, task.pk, moments))

    def _sweep(self, task_id: int, moments: tuple[datetime, ...], now: datetime) -> None:
        if self.watched.get(task_id) == moments:
            self.counts["facts"] += sweep_clocks(now=now)

    # --- people work ---------------------------------------------------------------------------------------------

    def _look_later(self, task: Task, now: datetime) -> None:
        """Plan when somebody looks at the task next, and when its clocks are."""
        self._watch(task)
        visit, course = task.current_visit, self.by_number[task.ticket_number]
        if visit is None:
            return
        if (course.ending, visit.number) in (("first_step", 1), ("second_step", 2)):
            return
        look = partial(self._look, task.pk)
        if task.status == Task.Status.ON_HOLD:
            if course.ending != "on_hold":
                resumes = task.hold_until or now + timedelta(hours=course.hold["hours"] if course.hold else 4)
                self.at(self._at_work(resumes + timedelta(minutes=self.rng.randrange(5, 90))), look)
            return
        if visit.due_at is None or task.due_at is None:
            return
        if course.is_late and visit.number == 2 and course.first("is_late"):
            late = task.due_at + (task.due_at - task.created_at) * self.rng.uniform(0.02, 0.2)
            self.at(self._at_work(late), look)
            return
        latest = visit.due_at
        if not task.is_breached:
            # What is left for the steps after this one: a return has taken time that was not planned.
            latest = min(latest, now + (task.due_at - now) * 0.6)
        wait = max(MOMENT * 240, (latest - now) * min(0.7, self.rng.lognormvariate(-1.3, 0.6)))
        if course.ending:
            wait = min(wait, (self.end - now) * 0.3)
        self.at(self._at_work(now + wait, latest=latest - (latest - now) * 0.2, now=now), look)

    def _at_work(self, moment: datetime, *, latest: datetime | None = None, now: datetime | None = None) -> datetime:
        """Return the moment, or when the office is next open: before it closes where that would be too late."""
        local = moment.astimezone(self.zone)
        if local.weekday() < SATURDAY and OPENS <= local.hour < CLOSES:
            return moment
        later = local if local.hour < OPENS else local + timedelta(days=1)
        while later.weekday() >= SATURDAY:
            later += timedelta(days=1)
        opens = later.replace(hour=OPENS, minute=self.rng.randrange(60), second=self.rng.randrange(60))
        if latest is None or now is None or opens <= latest:
            return opens
        closes = local.replace(hour=CLOSES - 1, minute=self.rng.randrange(15, 60))
        while closes.weekday() >= SATURDAY or closes > local:
            closes -= timedelta(days=1)
        # Nobody is in the office any more: somebody is on call.
        return closes if closes > now + timedelta(minutes=2) else moment

    def _look(self, task_id: int, now: datetime) -> None:
        (task,) = task_with_relations(task_id=task_id)
        if task.status not in (Task.Status.PENDING, Task.Status.IN_PROGRESS, Task.Status.ON_HOLD):
            return
        course = self.by_number[task.ticket_number]
        try:
            with transaction.atomic():
                is_left = self._work(task, course, now)
        except Refusal as refusal:
            self.counts[f"refused: {refusal.code}"] += 1
            is_left = False
        (task,) = task_with_relations(task_id=task_id)
        if is_left:
            self._watch(task)
        else:
            self._look_later(task, now)
        if task.status == Task.Status.HANDING_OFF:
            self.at(now + timedelta(hours=self.rng.uniform(0.1, 3)), partial(self._confirm, task.pk))

    def _work(self, task: Task, course: Course, now: datetime) -> bool:
        """Do what is planned next; return whether the ticket is left as it is then."""
        graph = version_graph(task.workflow_version_id)
        is_approval = graph.steps[task.current_step_id or 0].kind == "approval"
        if course.ending == "approval" and is_approval:
            return True
        if task.assignee is None:
            self._claim(task, now)
            return False
        actor = PlainActor(task.assignee.user_id, task.assignee.full_name)
        if task.status == Task.Status.ON_HOLD:
            self._do("resume", task, actor, now)
            return False
        if is_approval:
            self._act(task, actor, now)
            return False
        if course.first("released"):
            self._do("release", task, actor, now, reason=course.released)
            return course.ending == "unassigned"
        is_transfer = course.transferred and "transferred" not in course.happened
        colleague = self._colleague(task) if is_transfer else None
        if colleague is not None and course.first("transferred"):
            self._do("transfer", task, actor, now, reason=course.transferred, user_id=colleague)
        elif course.first("escalated"):
            self._do("escalate", task, actor, now, reason=course.escalated)
        elif course.first("hold") and course.hold is not None:
            self._hold(task, course, actor, now)
            return course.ending == "on_hold"
        else:
            self._act(task, actor, now)
        return False

    def _hold(self, task: Task, course: Course, actor: PlainActor, now: datetime) -> None:
        hold = course.hold or {}
        begins = max(now, self.end) if course.ending == "on_hold" else now
        until = self._at_work(begins + timedelta(hours=hold["hours"]))
        wait = {"until_answer": True} if hold.get("until_answer") else {"until": until}
        reason = {"reason": hold["reason"], "reason_code": hold["reason_code"]}
        self._do("hold", task, actor, now, **reason, **wait)
        if course.ending != "on_hold" and "until" in wait:
            self.at(until, self._end_holds)

    def _end_holds(self, now: datetime) -> None:
        self.counts["holds ended"] += end_due_holds(now=now)

    def _choose(self, task: Task) -> GraphTransition | None:
        """Return the transition that is planned: back or out once, otherwise ahead."""
        course = self.by_number[task.ticket_number]
        graph = version_graph(task.workflow_version_id)
        found = {each.outcome: each for each in graph.outgoing(task.current_step_id or 0) if not each.is_automatic}
        if "return" in found and course.first("returned"):
            return found["return"]
        if "reject" in found and course.first("rejected"):
            return found["reject"]
        return found.get("approve") or found.get("forward")

    def _comment_on(self, task: Task, transition: GraphTransition) -> str:
        course = self.by_number[task.ticket_number]
        said = {"return": course.returned, "reject": course.rejected, "approve": self.rng.choice(APPROVED)}
        if transition.outcome in said:
            return said[transition.outcome]
        is_last = version_graph(task.workflow_version_id).steps[transition.to_step_id].is_end
        return course.done if is_last else self.rng.choice(HANDED_ON)


def record_of(numbers: Collection[str]) -> list[dict[str, Any]]:
    """Return what happened to the tickets, for those who write down what was said meanwhile.

    Of each its number, the status, when it was closed, and the visits in their order: the step and its kind, from when
    to when, and who did it or has it.
    """
    tasks = Task.objects.filter(ticket_number__in=numbers).order_by("created_at", "id")
    assignees = {
        visit_id: {"user_id": user_id, "full_name": name}
        for visit_id, user_id, name in Assignment.objects.filter(task__in=tasks, visit__isnull=False)
        .order_by("started_at", "id")
        .values_list("visit_id", "person_id", "person__full_name")
    }
    found = []
    for task in tasks.prefetch_related("visits__step", "visits__performer"):
        visits = [
            {
                "step": visit.step.name,
                "kind": visit.step.kind,
                "opened_at": visit.opened_at.isoformat(),
                "closed_at": visit.closed_at.isoformat() if visit.closed_at else None,
                "person": visit.performer.as_person if visit.performer else assignees.get(visit.pk),
            }
            for visit in sorted(task.visits.all(), key=lambda visit: visit.number)
        ]
        closed_at = task.closed_at.isoformat() if task.closed_at else None
        found.append(
            {"ticket_number": task.ticket_number, "status": task.status, "closed_at": closed_at, "visits": visits}
        )
    return found


@contextmanager
def keeping_news() -> Iterator[str]:
    """Leave in the outbox what other services keep of the tickets: the last state of each, and all that its help
    desk was told. Notifications, mails and webhooks are not sent.
    """
    request_id = f"simulation-{new_request_id()}"
    token = request_id_var.set(request_id)
    try:
        with transaction.atomic():
            yield request_id
            mine = OutboxMessage.objects.filter(request_id=request_id)
            mine.exclude(task__in=(ApplyTicketEvent.task, SendTicketStatus.task)).delete()
            states = mine.filter(task=ApplyTicketEvent.task)
            newest = dict(states.order_by("pk").values_list("kwargs__ticket_number", "pk"))
            states.exclude(pk__in=newest.values()).delete()
    finally:
        request_id_var.reset(token)
