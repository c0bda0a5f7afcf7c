"""Believable history: tickets walk the deployed workflows by the ordinary acts, with the time passed in.

People act at their own pace, return, refuse, hold, escalate, hand over, go away and come back; some are late. Nobody
is notified: history must not reach mailboxes. The same seed and end over the same definitions give the same history.
"""

from __future__ import annotations

import heapq
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db import Error, connection, transaction

from audit.actor import Actor, PlainActor
from role.models import Person, RoleMember
from task.bulk import ACTS
from task.deadlines import sweep_clocks
from task.journal import Journal
from task.models import Task
from task.perform import perform_transition
from task.run import as_run, with_relations
from task.unassigned_queue import person_changed
from ticketing_common.context import new_request_id, request_id_var
from ticketing_common.errors import Refusal
from ticketing_common.outbox.models import OutboxMessage
from tickets.models import Ticket
from workflow.graph import GraphTransition, version_graph
from workflow.models import Workflow
from workflowmanager import handoffs, intake
from workflowmanager.ledger import Origin
from workflowmanager.schedule import SIMULATING

PREFIX = "SX"
SWEEP_EVERY = timedelta(minutes=30)
REPORT_EVERY_SECONDS = 10
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


Act = Callable[[datetime], None]


class AlreadySimulating(RuntimeError):
    """Another history is being simulated in this database."""


@dataclass(frozen=True, order=True)
class Event:
    """Something that will happen; events of one moment happen in the order of their numbers."""

    moment: datetime
    number: int
    act: Act = field(compare=False, repr=False)


@dataclass
class Simulation:
    """A history under way. `run` plays it to the end."""

    tickets: int
    days: int
    seed: int
    end: datetime
    report: Callable[[str], None] = lambda _text: None
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311 -- not a secret
        self.planned = 0
        self.events: list[Event] = []
        self.start = self.end - timedelta(days=self.days)
        self.next_sweep = self.start + SWEEP_EVERY
        self.pace = {
            user_id: self.rng.lognormvariate(0, 0.35)
            for user_id in Person.objects.order_by("user_id").values_list("user_id", flat=True)
        }

    def at(self, moment: datetime, act: Act) -> None:
        self.planned += 1
        heapq.heappush(self.events, Event(moment, self.planned, act))

    def run(self) -> Counter[str]:
        """Play the history; return what happened how often. Raises `AlreadySimulating`."""
        with simulating():
            self._plan_arrivals()
            self._plan_absences()
            progress = Progress(self.tickets, self.report)
            while self.events and self.events[0].moment < self.end:
                event = heapq.heappop(self.events)
                self._sweep_until(event.moment)
                with unsent():
                    event.act(event.moment)
                self.counts["steps"] += 1
                progress.note(self.counts)
            self._sweep_until(self.end)
        return self.counts

    def _sweep_until(self, moment: datetime) -> None:
        while self.next_sweep <= moment:
            with unsent():
                self.counts["facts"] += sweep_clocks(now=self.next_sweep)
            self.next_sweep += SWEEP_EVERY

    # --- tickets come --------------------------------------------------------------------------------------------

    def _plan_arrivals(self) -> None:
        served = list(Workflow.objects.deployed().filter(is_archived=False).order_by("id"))
        if not served:
            raise ValueError("No workflow is deployed.")
        first = Ticket.objects.filter(ticket_number__startswith=PREFIX).count()
        seconds = int((self.end - self.start).total_seconds())
        moments = sorted(self._office_moment(seconds) for _ in range(self.tickets))
        for number, moment in enumerate(moments, start=first + 1):
            workflow = self.rng.choice(served)
            body = self._ticket(f"{PREFIX}{moment:%Y%m%d}{number:06}", workflow, moment)
            self.at(moment, partial(self._arrive, body))

    def _office_moment(self, seconds: int) -> datetime:
        """Return a moment in the period: mostly on working days, mostly in office hours."""
        moment = self.start + timedelta(seconds=self.rng.randrange(seconds))
        if self.rng.random() < 0.9:
            moment = moment.replace(hour=self.rng.choice(HOURS))
            if moment.weekday() >= 5:
                moment -= timedelta(days=moment.weekday() - 4)
        return min(max(moment, self.start), self.end - timedelta(seconds=1))

    def _ticket(self, number: str, workflow: Workflow, moment: datetime) -> dict[str, Any]:
        rng = self.rng
        words = f"{workflow.name} {workflow.end_logic}".casefold()
        kind = next((name for name in SUBJECTS if name in words), "other")
        name = rng.choice(REQUESTERS)
        (priority,) = rng.choices([word for word, _ in PRIORITIES], [weight for _, weight in PRIORITIES])
        body: dict[str, Any] = {
            "ticket_number": number,
            "subject": rng.choice(SUBJECTS[kind]),
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
            body |= {"asset_name": body["subject"], "serial_number": f"SN-{rng.randrange(10**6):06}"}
        if kind == "budget":
            body |= {"requested_budget": f"{rng.randrange(200, 20_000)}.00"}
        return body

    def _arrive(self, body: dict[str, Any], now: datetime) -> None:
        origin = Origin("simulation", message_id=body["ticket_number"])
        record = intake.receive(body, origin=origin, now=now)
        self.counts["tickets"] += 1
        self.counts[str(record.verdict)] += 1
        task = Task.objects.filter(ticket_id=record.ticket_id or 0).open().first()
        if task is None:
            return
        self._look_later(task, now)
        if self.rng.random() < 0.02:
            withdrawn = {**body, "status": "Withdrawn", "source_version": 2}
            self.at(now + timedelta(hours=self.rng.uniform(0.2, 30)), partial(self._withdraw, withdrawn))

    def _withdraw(self, body: dict[str, Any], now: datetime) -> None:
        intake.receive(body, origin=Origin("simulation"), now=now)
        self.counts["withdrawn"] += 1

    # --- people come and go --------------------------------------------------------------------------------------

    def _plan_absences(self) -> None:
        held = RoleMember.objects.active().order_by("person_id").values_list("person_id", flat=True).distinct()
        for user_id in held:
            day = self.start
            while day < self.end:
                day += timedelta(days=self.rng.expovariate(1 / 20))
                back = day + timedelta(days=self.rng.choice((1, 1, 2, 5)))
                leave = partial(self._leave, user_id, back)
                self.at(day, leave)
                day = back

    def _leave(self, user_id: int, back: datetime, now: datetime) -> None:
        Person.objects.filter(pk=user_id).update(away_from=now, away_until=back)
        self.counts["absences"] += 1
        self.at(back, partial(self._return, user_id))

    def _return(self, user_id: int, now: datetime) -> None:
        Person.objects.filter(pk=user_id).update(away_from=None, away_until=None)
        person_changed(user_id, now=now)

    # --- people work ---------------------------------------------------------------------------------------------

    def _look_later(self, task: Task, now: datetime) -> None:
        """Plan when somebody next looks at the task: a part of the step's time, by the person's pace."""
        if task.current_step_id is None:
            return
        graph = version_graph(task.workflow_version_id)
        allowed = float(graph.sla_seconds[task.priority]) * float(graph.steps[task.current_step_id].share)
        wait = allowed * min(3.0, self.rng.lognormvariate(-1.1, 0.8)) * self.pace.get(task.assignee_id or 0, 1.0)
        self.at(now + timedelta(seconds=max(60.0, wait)), partial(self._look, task.pk))

    def _look(self, task_id: int, now: datetime) -> None:
        task = with_relations().get(pk=task_id)
        if task.status not in (Task.Status.PENDING, Task.Status.IN_PROGRESS, Task.Status.ON_HOLD):
            return
        try:
            with transaction.atomic():
                self._do_something(task, now)
        except Refusal as refusal:
            self.counts[f"refused: {refusal.code}"] += 1
        task.refresh_from_db()
        self._look_later(task, now)
        if task.status == Task.Status.HANDING_OFF:
            self.at(now + timedelta(hours=self.rng.uniform(0.1, 8)), partial(self._confirm, task.pk))

    def _confirm(self, task_id: int, now: datetime) -> None:
        """The other system acknowledges the hand-off, which closes the task."""
        for system in handoffs.SYSTEMS:
            for checkout_id in system.checkouts.filter(task_id=task_id).values_list("pk", flat=True):
                handoffs.acknowledge(
                    system, checkout_id, reference=f"{PREFIX}-{checkout_id}", actor=None, service="simulation", now=now
                )
                self.counts["handoffs"] += 1

    def _do_something(self, task: Task, now: datetime) -> None:
        """Do what somebody does on looking at their task."""
        if task.assignee is None:
            self._claim(task, now)
            return
        actor = PlainActor(task.assignee.user_id, task.assignee.full_name)
        if task.status == Task.Status.ON_HOLD:
            self._do("resume", task, actor, now)
            return
        (habit,) = self.rng.choices([name for name, _ in HABITS], [weight for _, weight in HABITS])
        if habit == "act":
            self._act(task, actor, now)
            return
        fields: dict[str, Any] = {"reason": self.rng.choice(REASONS.get(habit, ("",)))}
        if habit == "transfer":
            fields["user_id"] = self._colleague(task) or actor.user_id
        if habit == "priority":
            fields["priority"] = self.rng.choice([name for name, _ in PRIORITIES])
        self._do(habit, task, actor, now, **fields)

    def _do(self, name: str, task: Task, actor: Actor, now: datetime, **fields: Any) -> None:
        ACTS[name](task_id=task.pk, actor=actor, now=now, **fields)
        self.counts[name] += 1

    def _members(self, task: Task) -> list[Person]:
        role_id = task.current_visit.role_id if task.current_visit else None
        held = RoleMember.objects.active().filter(role_id=role_id or 0).select_related("person").order_by("person_id")
        return [member.person for member in held]

    def _colleague(self, task: Task) -> int | None:
        others = [person.user_id for person in self._members(task) if person.user_id != task.assignee_id]
        return self.rng.choice(others) if others else None

    def _claim(self, task: Task, now: datetime) -> None:
        people = self._members(task)
        if people:
            person = self.rng.choice(people)
            self._do("claim", task, PlainActor(person.user_id, person.full_name), now)

    def _act(self, task: Task, actor: Actor, now: datetime) -> None:
        chosen = self._choose(task)
        if chosen is None:
            return
        _, freed_id = perform_transition(
            actor=actor,
            task_id=task.pk,
            transition_id=chosen.id,
            comment=self._comment_on(task, chosen) or ("Done." if chosen.requires_comment else ""),
            expected_version=None,
            now=now,
        )
        self.counts[chosen.outcome] += 1
        if freed_id is not None:
            person_changed(freed_id, now=now)

    def _comment_on(self, _task: Task, chosen: GraphTransition) -> str:
        return self.rng.choice(COMMENTS[chosen.outcome])

    def _choose(self, task: Task) -> GraphTransition | None:
        """Return a transition: mostly ahead, sometimes back, seldom out."""
        run = as_run(task, Journal(self.end))
        found = [
            transition
            for transition in run.graph.outgoing(task.current_step_id or 0)
            if not transition.is_automatic and run.fulfils(transition)
        ]
        weights = {"forward": 80, "approve": 80, "return": 9, "reject": 5}
        return self.rng.choices(found, [weights[each.outcome] for each in found])[0] if found else None


class Progress:
    """Reports every few seconds how far the history is, how fast it goes, and how long it will take."""

    def __init__(self, tickets: int, report: Callable[[str], None]) -> None:
        self.tickets, self.report = tickets, report
        self.began = self.reported = time.monotonic()
        self.done = 0

    def note(self, counts: Counter[str]) -> None:
        now, done = time.monotonic(), counts["tickets"]
        if now - self.reported < REPORT_EVERY_SECONDS or not done:
            return
        pace = (done - self.done) / (now - self.reported)
        left = (self.tickets - done) * (now - self.began) / done
        events = f"{done} of {self.tickets} tickets, {counts['steps']} events"
        self.report(f"{events}, {pace:.1f} tickets/s, {left / 60:.0f} min to go")
        self.reported, self.done = now, done


@contextmanager
def unsent() -> Iterator[None]:
    """Run an act in a transaction of its own, and leave none of its messages in the outbox."""
    request_id = f"simulation-{new_request_id()}"
    token = request_id_var.set(request_id)
    try:
        with transaction.atomic():
            yield
            OutboxMessage.objects.unpublished().filter(request_id=request_id).delete()
    finally:
        request_id_var.reset(token)


@contextmanager
def simulating() -> Iterator[None]:
    """Mark this database as one whose past is being simulated, by one process at a time.

    The lock is that of a transaction on a connection of its own, so that no pooler hands it to somebody else.
    """
    lock = connection.copy()
    try:
        with lock.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SIMULATING])
            if not cursor.fetchone()[0]:
                raise AlreadySimulating("Another history is being simulated in this database.")
            yield
    finally:
        # Given back before the connection goes: the server notices a closed one only some time later.
        with suppress(Error), lock.cursor() as cursor:
            cursor.execute("ROLLBACK")
        lock.close()
