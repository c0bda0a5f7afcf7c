"""Believable history: tickets walk the deployed workflows by the engine's own code, under a clock that is moved.

People act at their own pace, return, refuse, hold, escalate, hand over, go away and come back; some are late. Nobody
is told of it: history must not reach mailboxes. The same seed and end over the same definitions give the same story.

A stretch of the story is one transaction, in which the acts on different tasks are written together (`batching`). A
stretch that meets a deadlock is told again from the dice as they lay before it.
"""

from __future__ import annotations

import copy
import heapq
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db import OperationalError, connection, transaction

from audit.actor import Actor, PlainActor
from role.models import Person, RoleMember
from task.assignment import Member
from task.models import Task
from ticketing_common.errors import Refusal
from tickets.models import Ticket
from workflow.conditions import holds
from workflow.graph import GraphTransition, version_graph
from workflow.models import Workflow
from workflowmanager import intake, pooling, timing, transitions, verbs
from workflowmanager.batching import Batch, Ids, batched
from workflowmanager.rosters import lock_rosters
from workflowmanager.running import as_run
from workflowmanager.ticking import TELLING
from workflowmanager.writing import Change, quietly

PREFIX = "SX"
SWEEP_EVERY = timedelta(minutes=30)
BATCH = 200  # events in a transaction, at most
TRIES = 5
TRANSIENT = ("40P01", "40001")  # deadlock, serialization
SAY_EVERY_SECONDS = 10
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
Due = tuple[datetime, int, int]  # when, of which task, which clock
# What a stretch changes in its teller, beside the dice.
STATE = ("now", "turns", "events", "due", "running", "counts")


class AlreadyTelling(RuntimeError):
    """Another history is being told in this database."""


@dataclass(frozen=True, order=True)
class Event:
    """Something that will happen. What `is_alone` has a transaction of its own."""

    moment: datetime
    turn: int
    act: Act = field(compare=False, repr=False)
    task_id: int | None = field(compare=False, default=None)
    is_alone: bool = field(compare=False, default=False)


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
        self.turns = 0
        self.events: list[Event] = []
        self.due: list[Due] = []  # when clocks run out, as far as was known once
        self.running: dict[int, tuple[datetime | None, datetime | None]] = {}  # when each clock runs out, known now
        self.start = self.end - timedelta(days=self.days)
        self.now = self.start
        self.ids = Ids()
        self.batch = Batch(self.ids, Change(self.start))
        self.pace = {
            user_id: self.dice.lognormvariate(0, 0.35)
            for user_id in Person.objects.order_by("user_id").values_list("user_id", flat=True)
        }

    def at(self, moment: datetime, act: Act, *, task_id: int | None = None, is_alone: bool = False) -> None:
        self.turns += 1
        heapq.heappush(self.events, Event(moment, self.turns, act, task_id, is_alone))

    def run(self) -> Counter[str]:
        """Tell the story; return what happened how often. Raises `AlreadyTelling`."""
        with telling(), quietly():
            self._plan_arrivals()
            self._plan_absences()
            progress = Progress(self.tickets, self.say)
            while self.events and self.events[0].moment < self.end:
                self._tell()
                progress.note(self.counts)
            with transaction.atomic():
                timing.sweep_clocks(now=self.end, most=10**9)
        return self.counts

    # --- a stretch of the story ----------------------------------------------------------------------------------

    def _tell(self) -> None:
        """Tell what comes next in one transaction; again from the same dice where it met a deadlock."""
        dice, saved = self.dice.getstate(), {name: copy.copy(getattr(self, name)) for name in STATE}
        for is_last in (*[False] * (TRIES - 1), True):
            try:
                self._tell_once()
                return
            except OperationalError as error:
                if is_last or getattr(error.__cause__, "pgcode", "") not in TRANSIENT:
                    raise
                self.dice.setstate(dice)
                for name, value in saved.items():
                    setattr(self, name, copy.copy(value))

    def _tell_once(self) -> None:
        first = self.events[0]
        if first.is_alone and not self._is_tick_before(first.moment):
            with transaction.atomic():
                self._pop().act(first.moment)
            return
        with transaction.atomic(), batched(self._soon(), self.ids, now=first.moment) as batch:
            self.batch = batch
            for number in range(BATCH):
                if not self._tell_next(batch, is_first=number == 0):
                    return

    def _tell_next(self, batch: Batch, *, is_first: bool) -> bool:
        """Tell one event, or one sweep; return False where the batch can't."""
        if not self.events or self.events[0].moment >= self.end:
            return False
        event = self.events[0]
        if self._is_tick_before(event.moment):
            return self._sweep(batch, is_first=is_first)
        if event.is_alone:
            return False
        if event.task_id is not None and batch.peek(event.task_id) is None:
            if not is_first:
                return False
            batch.wait_for([event.task_id])
        self._pop().act(event.moment)
        self._note_clocks(batch)
        return True

    def _note_clocks(self, batch: Batch) -> None:
        """Plan when the sweep finds the clocks that changed."""
        for clock in batch.clocks:
            if clock.stopped_at is not None:
                self.running.pop(clock.pk, None)
                continue
            self.running[clock.pk] = clock.at_risk_at, clock.due_at
            for moment in (clock.at_risk_at, clock.due_at):
                if moment is not None:
                    heapq.heappush(self.due, (moment, clock.task_id, clock.pk))
        batch.clocks.clear()

    def _due_before(self, moment: datetime) -> list[Due]:
        """Take from the heap what is due by then, without what was due once and is not any more."""
        found = []
        while self.due and self.due[0][0] < moment:
            due = heapq.heappop(self.due)
            if due[0] in self.running.get(due[2], ()):
                found.append(due)
        return found

    def _soon(self) -> list[int]:
        """Return the tasks of the next events, and those whose clocks run out by then."""
        ahead = [heapq.heappop(self.events) for _ in range(min(BATCH, len(self.events)))]
        for event in ahead:
            heapq.heappush(self.events, event)
        due = self._due_before(ahead[-1].moment)
        for entry in due:
            heapq.heappush(self.due, entry)
        return [event.task_id for event in ahead if event.task_id is not None] + [task_id for _, task_id, _ in due]

    def _pop(self) -> Event:
        self.counts["steps"] += 1
        event = heapq.heappop(self.events)
        self.now = event.moment
        return event

    def _next_tick(self) -> datetime | None:
        """Return when the next sweep has something to find."""
        while self.due and self.due[0][0] not in self.running.get(self.due[0][2], ()):
            heapq.heappop(self.due)
        if not self.due:
            return None
        # A resumed or more urgent task may be late at once: found by the next sweep, not by one of the past.
        return self.start + ((max(self.due[0][0], self.now) - self.start) // SWEEP_EVERY + 1) * SWEEP_EVERY

    def _is_tick_before(self, moment: datetime) -> bool:
        tick = self._next_tick()
        return tick is not None and tick <= moment

    def _sweep(self, batch: Batch, *, is_first: bool) -> bool:
        """Do the next sweep; return False where the batch does not hold the tasks for it."""
        tick = self._next_tick() or self.end
        entries = self._due_before(tick)
        task_ids = {task_id for _, task_id, _ in entries}
        if not batch.holds(task_ids):
            if not is_first:
                for entry in entries:
                    heapq.heappush(self.due, entry)
                return False
            batch.wait_for(task_ids)
        self.counts["facts"] += timing.sweep_tasks(task_ids, now=tick)
        self._note_clocks(batch)
        return True

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
            self.at(moment, partial(self._arrive, body))

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
        if self.batch.begun:
            task = self.batch.begun.pop()
            self._look_later(task, now)
            if self.dice.random() < 0.02:
                withdrawn = {**body, "status": "Withdrawn", "source_version": 2}
                self.at(
                    now + timedelta(hours=self.dice.uniform(0.2, 30)),
                    partial(self._withdraw, withdrawn),
                    task_id=task.pk,
                )

    def _withdraw(self, body: dict[str, Any], now: datetime) -> None:
        self.batch.flush()
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
                leave = partial(self._leave, user_id, back)
                self.at(day, leave, is_alone=True)
                day = back

    def _leave(self, user_id: int, back: datetime, now: datetime) -> None:
        Person.objects.filter(pk=user_id).update(away_from=now, away_until=back)
        self.counts["absences"] += 1
        self.at(back, partial(self._return, user_id), is_alone=True)

    def _return(self, user_id: int, now: datetime) -> None:
        Person.objects.filter(pk=user_id).update(away_from=None, away_until=None)
        pooling.person_changed(user_id, now=now)

    # --- people work ---------------------------------------------------------------------------------------------

    def _look_later(self, task: Task, now: datetime) -> None:
        """Plan when somebody next looks at the task: a part of the step's time, by the person's pace."""
        if task.current_step_id is None:
            return
        graph = version_graph(task.workflow_version_id)
        allowed = float(graph.sla_seconds[task.priority]) * float(graph.steps[task.current_step_id].share)
        wait = allowed * min(3.0, self.dice.lognormvariate(-1.1, 0.8)) * self.pace.get(task.assignee_id or 0, 1.0)
        self.at(now + timedelta(seconds=max(60.0, wait)), partial(self._look, task.pk), task_id=task.pk)

    def _look(self, task_id: int, now: datetime) -> None:
        task = self.batch.peek(task_id)
        if task is None or task.status not in (Task.Status.PENDING, Task.Status.IN_PROGRESS, Task.Status.ON_HOLD):
            return
        mark = self.batch.mark(task)
        try:
            task = self._do_something(task, now) or task
        except Refusal as refusal:
            self.batch.undo(mark)
            self.counts[f"refused: {refusal.code}"] += 1
        self._look_later(task, now)

    def _do_something(self, task: Task, now: datetime) -> Task | None:
        """Do what somebody does on looking at their task; return it as it is then, None where they leave it."""
        if task.assignee is None:
            return self._claim(task, now)
        actor = PlainActor(task.assignee.user_id, task.assignee.full_name)
        if task.status == Task.Status.ON_HOLD:
            self.counts["resume"] += 1
            return verbs.resume(task_id=task.pk, actor=actor, now=now)
        (habit,) = self.dice.choices([name for name, _ in HABITS], [weight for _, weight in HABITS])
        if habit == "act":
            return self._act(task, actor, now)
        fields: dict[str, Any] = {"reason": self.dice.choice(REASONS.get(habit, ("",)))}
        if habit == "transfer":
            fields["user_id"] = self._colleague(task, now) or actor.user_id
        if habit == "priority":
            fields["priority"] = self.dice.choice([name for name, _ in PRIORITIES])
        after = verbs.BULK[habit](task_id=task.pk, actor=actor, now=now, **fields)
        self.counts[habit] += 1
        return after

    def _members(self, task: Task, now: datetime) -> list[Member]:
        role_id = task.current_visit.role_id if task.current_visit else None
        roster = lock_rosters([role_id], now).get(role_id or 0)
        return roster.members if roster else []

    def _colleague(self, task: Task, now: datetime) -> int | None:
        others = [member.user_id for member in self._members(task, now) if member.user_id != task.assignee_id]
        return self.dice.choice(others) if others else None

    def _claim(self, task: Task, now: datetime) -> Task | None:
        people = self._members(task, now)
        if not people:
            return None
        member = self.dice.choice(people)
        after = verbs.claim(task_id=task.pk, actor=PlainActor(member.user_id, member.full_name), now=now)
        self.counts["claim"] += 1
        return after

    def _act(self, task: Task, actor: Actor, now: datetime) -> Task | None:
        chosen = self._choose(task)
        if chosen is None:
            return None
        after = transitions.perform_now(
            actor=actor,
            task_id=task.pk,
            transition_id=chosen.id,
            comment=self.dice.choice(COMMENTS[chosen.outcome]) or ("Done." if chosen.requires_comment else ""),
            expected_version=None,
            now=now,
        )
        self.counts[chosen.outcome] += 1
        return after

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


class Progress:
    """Says every few seconds how far the story is, how fast it goes, and how long it will take."""

    def __init__(self, tickets: int, say: Callable[[str], None]) -> None:
        self.tickets, self.say = tickets, say
        self.began = self.said = time.monotonic()
        self.told = 0

    def note(self, counts: Counter[str]) -> None:
        now, told = time.monotonic(), counts["tickets"]
        if now - self.said < SAY_EVERY_SECONDS or not told:
            return
        pace = (told - self.told) / (now - self.said)
        left = (self.tickets - told) * (now - self.began) / told
        events = f"{told} of {self.tickets} tickets, {counts['steps']} events"
        self.say(f"{events}, {pace:.1f} tickets/s, {left / 60:.0f} min to go")
        self.said, self.told = now, told


@contextmanager
def telling() -> Iterator[None]:
    """Mark this database as one whose past is being told, for one teller at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [TELLING])
        if not cursor.fetchone()[0]:
            raise AlreadyTelling("Another history is being told in this database.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [TELLING])
