"""Believable history: tickets walk the deployed workflows by the engine's own code, under a clock that is moved.

People act at their own pace, return, refuse, hold, escalate, hand over, go away and come back; some are late. Nobody
is told of it: history must not reach mailboxes. The same seed over the same definitions gives the same story.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from role.models import Person, RoleMember
from task.guards import holds
from task.models import Task
from ticketing_common.errors import Refusal
from tickets.models import Ticket
from workflow.graph import GraphTransition, version_graph
from workflow.models import Workflow
from workflowmanager import intake, pooling, timing, transitions, verbs
from workflowmanager.running import as_run
from workflowmanager.writing import Actor, Change, quietly

PREFIX = "SX"
SWEEP_EVERY = timedelta(minutes=30)
BATCH = 200
HOURS = tuple(range(8, 18))
PRIORITIES = (("low", 20), ("medium", 50), ("high", 22), ("urgent", 8))
REQUESTERS = (
    "Noor Haddad",
    "Elias Brandt",
    "Wei Zhang",
    "Sofia Marino",
    "Tom Okonkwo",
    "Greta Lindqvist",
    "Pablo Ruiz",
    "Hana Suzuki",
    "Milan Novotny",
    "Aisha Rahman",
    "Lars Holm",
    "Chloe Martin",
)
SUBJECTS = {
    "asset": ("Projector for the fair", "Laptop for a new colleague", "Camera for the workshop", "Spare monitor"),
    "budget": ("Training for the team", "New shelves for the archive", "Licences for next year", "Team offsite"),
    "software": ("Drawing program for the design team", "Newer spreadsheet version", "Screen recorder", "VPN client"),
    "access": ("Access to the finance share", "Door badge for building B", "Write access to the wiki", "Mail group"),
    "other": (
        "Laptop does not start",
        "Printer on floor 3 jams",
        "Mail arrives late",
        "Screen flickers",
        "Password forgotten again",
        "Meeting room screen stays dark",
        "No network at the window desks",
        "Phone does not ring",
    ),
}
COMMENTS = {
    "forward": ("Done as agreed.", "Checked and handed on.", "All there.", ""),
    "approve": ("Looks right to me.", "Approved.", ""),
    "reject": ("Not within the policy.", "No budget left for this.", "We have a shared one."),
    "return": ("Please name the reason.", "The amount is missing.", "Which building?"),
}
REASONS = {
    "hold": ("Waiting for a part.", "Waiting for an answer.", "On leave until Monday."),
    "transfer": ("I am away from tomorrow.", "You know this system better."),
    "escalate": ("Beyond what I may decide.", "Nobody answers."),
    "release": ("Wrong queue for me.",),
}
# What happens when somebody looks at their task, in percent.
HABITS = (("act", 82), ("hold", 6), ("transfer", 4), ("escalate", 3), ("release", 3), ("priority", 2))


@dataclass
class Simulation:
    """A story under way. `run` tells it to the end."""

    tickets: int
    days: int
    seed: int
    end: datetime
    say: Callable[[str], None] = lambda _text: None
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311 -- a story, not a secret
        self.order = itertools.count()
        self.events: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self.start = self.end - timedelta(days=self.days)
        self.next_sweep = self.start
        self.pace = {
            user_id: self.dice.lognormvariate(0, 0.35)
            for user_id in Person.objects.order_by("user_id").values_list("user_id", flat=True)
        }

    def at(self, moment: datetime, act: Callable[[datetime], None]) -> None:
        heapq.heappush(self.events, (moment, next(self.order), act))

    def run(self) -> Counter[str]:
        """Tell the story; return what happened how often."""
        self._plan_arrivals()
        self._plan_absences()
        with quietly():
            while self.events and self.events[0][0] < self.end:
                with transaction.atomic():
                    for _ in range(BATCH):
                        if not self.events or self.events[0][0] >= self.end:
                            break
                        self._next()
                if self.counts["steps"] % (BATCH * 25) < BATCH:
                    self.say(f"{self.counts['tickets']} tickets, {self.counts['steps']} events")
            with transaction.atomic():
                timing.sweep_clocks(now=self.end, most=10**9)
        return self.counts

    def _next(self) -> None:
        moment, _, act = heapq.heappop(self.events)
        self.counts["steps"] += 1
        if moment >= self.next_sweep:
            self.counts["facts"] += timing.sweep_clocks(now=moment, most=10**9)
            self.next_sweep = moment + SWEEP_EVERY
        act(moment)

    # --- tickets come --------------------------------------------------------------------------------------------

    def _plan_arrivals(self) -> None:
        served = list(Workflow.objects.deployed().filter(is_archived=False).order_by("id"))
        if not served:
            raise ValueError("No workflow is deployed.")
        first = Ticket.objects.filter(ticket_number__startswith=PREFIX).count()
        seconds = int((self.end - self.start).total_seconds())
        moments = sorted(self._office_moment(seconds) for _ in range(self.tickets))
        for number, moment in enumerate(moments, start=first + 1):
            workflow = self.dice.choice(served)
            body = self._ticket(f"{PREFIX}{moment:%Y%m%d}{number:06}", workflow, moment)
            self.at(moment, lambda now, body=body: self._arrive(body, now))  # type: ignore[misc]

    def _office_moment(self, seconds: int) -> datetime:
        """Return a moment in the period: mostly on working days, mostly in office hours."""
        moment = self.start + timedelta(seconds=self.dice.randrange(seconds))
        if self.dice.random() < 0.9:
            moment = moment.replace(hour=self.dice.choice(HOURS))
            if moment.weekday() >= 5:
                moment -= timedelta(days=moment.weekday() - 4)
        return min(max(moment, self.start), self.end - timedelta(seconds=1))

    def _ticket(self, number: str, workflow: Workflow, moment: datetime) -> dict[str, Any]:
        dice = self.dice
        words = f"{workflow.name} {workflow.end_logic}".casefold()
        kind = next((name for name in SUBJECTS if name in words), "other")
        name = dice.choice(REQUESTERS)
        (priority,) = dice.choices([word for word, _ in PRIORITIES], [weight for _, weight in PRIORITIES])
        body: dict[str, Any] = {
            "ticket_number": number,
            "subject": dice.choice(SUBJECTS[kind]),
            "description": "As discussed on the phone.",
            "category": workflow.category or "General",
            "sub_category": workflow.sub_category,
            "department": workflow.department or "Operations",
            "priority": priority,
            "status": "Open",
            "source_version": 1,
            "employee": {"name": name, "email": f"{name.lower().replace(' ', '.')}@example.com"},
            "submitted_at": moment.astimezone(UTC).isoformat(),
        }
        if kind == "asset":
            body |= {"asset_name": body["subject"], "serial_number": f"SN-{dice.randrange(10**6):06}"}
        if kind == "budget":
            body |= {"requested_budget": f"{dice.randrange(200, 20_000)}.00"}
        return body

    def _arrive(self, body: dict[str, Any], now: datetime) -> None:
        record = intake.receive(body, origin=intake.Origin("simulation", message_id=body["ticket_number"]), now=now)
        self.counts["tickets"] += 1
        self.counts[str(record.verdict)] += 1
        task_id = Task.objects.filter(ticket_number=record.ticket_number).values_list("pk", flat=True).first()
        if task_id is not None:
            self._look_later(task_id, now)
            if self.dice.random() < 0.02:
                withdrawn = {**body, "status": "Withdrawn", "source_version": 2}
                self.at(
                    now + timedelta(hours=self.dice.uniform(0.2, 30)),
                    lambda moment: self._withdraw(withdrawn, moment),
                )

    def _withdraw(self, body: dict[str, Any], now: datetime) -> None:
        intake.receive(body, origin=intake.Origin("simulation"), now=now)
        self.counts["withdrawn"] += 1

    # --- people come and go --------------------------------------------------------------------------------------

    def _plan_absences(self) -> None:
        held = RoleMember.objects.active().order_by("person_id").values_list("person_id", flat=True).distinct()
        for user_id in held:
            day = self.start
            while day < self.end:
                day += timedelta(days=self.dice.expovariate(1 / 20))
                back = day + timedelta(days=self.dice.choice((1, 1, 2, 5)))
                self.at(day, lambda now, user_id=user_id, back=back: self._leave(user_id, now, back))  # type: ignore[misc]
                day = back

    def _leave(self, user_id: int, now: datetime, back: datetime) -> None:
        Person.objects.filter(pk=user_id).update(away_from=now, away_until=back)
        self.counts["absences"] += 1
        self.at(back, lambda moment: self._return(user_id, moment))

    def _return(self, user_id: int, now: datetime) -> None:
        Person.objects.filter(pk=user_id).update(away_from=None, away_until=None)
        pooling.person_changed(user_id, now=now)

    # --- people work ---------------------------------------------------------------------------------------------

    def _look_later(self, task_id: int, now: datetime) -> None:
        """Plan when somebody next looks at the task: a part of the step's time, by the person's pace."""
        task = Task.objects.get(pk=task_id)
        if task.current_step_id is None:
            return
        graph = version_graph(task.workflow_version_id)
        allowed = float(graph.sla_seconds[task.priority]) * float(graph.steps[task.current_step_id].share)
        wait = allowed * min(3.0, self.dice.lognormvariate(-1.1, 0.8)) * self.pace.get(task.assignee_id or 0, 1.0)
        self.at(now + timedelta(seconds=max(60.0, wait)), lambda moment: self._look(task_id, moment))

    def _look(self, task_id: int, now: datetime) -> None:
        task = Task.objects.select_related("ticket", "assignee", "current_visit", "owner").get(pk=task_id)
        if task.status not in (Task.Status.PENDING, Task.Status.IN_PROGRESS, Task.Status.ON_HOLD):
            return
        try:
            with transaction.atomic():
                self._do_something(task, now)
        except Refusal as refusal:
            self.counts[f"refused: {refusal.code}"] += 1
        self._look_later(task_id, now)

    def _do_something(self, task: Task, now: datetime) -> None:
        if task.assignee is None:
            self._claim(task, now)
            return
        actor = Actor(task.assignee.user_id, task.assignee.full_name)
        if task.status == Task.Status.ON_HOLD:
            verbs.resume(task_id=task.pk, actor=actor, now=now)
            self.counts["resume"] += 1
            return
        (habit,) = self.dice.choices([name for name, _ in HABITS], [weight for _, weight in HABITS])
        if habit == "act":
            self._act(task, actor, now)
            return
        fields: dict[str, Any] = {"reason": self.dice.choice(REASONS.get(habit, ("",)))}
        if habit == "transfer":
            fields["user_id"] = self._colleague(task) or actor.user_id
        if habit == "priority":
            fields["priority"] = self.dice.choice([name for name, _ in PRIORITIES])
        verbs.BULK[habit](task_id=task.pk, actor=actor, now=now, **fields)
        self.counts[habit] += 1

    def _members(self, task: Task) -> Iterator[tuple[int, str]]:
        role_id = task.current_visit.role_id if task.current_visit else None
        if role_id is not None:
            members = RoleMember.objects.active().filter(role_id=role_id).order_by("person_id")
            yield from members.values_list("person_id", "person__full_name")

    def _colleague(self, task: Task) -> int | None:
        others = [user_id for user_id, _ in self._members(task) if user_id != task.assignee_id]
        return self.dice.choice(others) if others else None

    def _claim(self, task: Task, now: datetime) -> None:
        people = list(self._members(task))
        if people:
            user_id, name = self.dice.choice(people)
            verbs.claim(task_id=task.pk, actor=Actor(user_id, name), now=now)
            self.counts["claim"] += 1

    def _act(self, task: Task, actor: Actor, now: datetime) -> None:
        chosen = self._choose(task)
        if chosen is None:
            return
        transitions.perform_now(
            actor=actor,
            task_id=task.pk,
            transition_id=chosen.id,
            comment=self.dice.choice(COMMENTS[chosen.outcome]) or ("Done." if chosen.requires_comment else ""),
            expected_version=None,
            now=now,
        )
        self.counts[chosen.outcome] += 1

    def _choose(self, task: Task) -> GraphTransition | None:
        """Return a way on: mostly ahead, sometimes back, seldom out."""
        run = as_run(task, Change(self.end))
        ways = [
            way
            for way in run.graph.outgoing(task.current_step_id or 0)
            if not way.is_automatic and holds(way.condition, run.fields)
        ]
        weights = [{"forward": 80, "approve": 80, "return": 9, "reject": 5}[way.outcome] for way in ways]
        return self.dice.choices(ways, weights)[0] if ways else None
