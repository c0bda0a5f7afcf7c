"""Check that what is stored of clocks is what the replay of their events says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from task.clocks import STOPPED, clock_of
from task.models import SlaClock, SlaFact
from task.sla import ClockMisread, Reading

CHUNK = 2000
WITH_NEAR_ROWS = ("task", "visit")


@dataclass(frozen=True)
class Misstatement:
    """One clock whose row does not say what its events say."""

    clock_id: int
    ticket_number: str
    problem: str


@dataclass(frozen=True)
class Verification:
    checked: int
    wrong: tuple[Misstatement, ...]

    @property
    def is_valid(self) -> bool:
        return not self.wrong


def verify(*, most: int = 20) -> Verification:
    """Replay every clock; return how many were checked and the first `most` that are misstated."""
    checked, wrong = 0, []
    for clock, facts in _clocks():
        checked += 1
        problem = problem_of(clock, facts)
        if problem:
            wrong.append(Misstatement(clock.pk, clock.task.ticket_number, problem))
            if len(wrong) >= most:
                break
    return Verification(checked, tuple(wrong))


def _clocks() -> Iterator[tuple[SlaClock, dict[str, datetime]]]:
    clocks = SlaClock.objects.select_related(*WITH_NEAR_ROWS).prefetch_related("facts").order_by("id")
    for clock in clocks.iterator(chunk_size=CHUNK):
        yield clock, {fact.kind: fact.happened_at for fact in clock.facts.all()}


def problem_of(clock: SlaClock, facts: Mapping[str, datetime]) -> str:
    """Return what the clock's row, its near rows or its facts say that its events do not; empty if nothing."""
    try:
        replayed = clock_of(clock)
    except (ClockMisread, KeyError, ValueError) as error:
        return f"its events can't be replayed: {error}"
    if replayed.since is None:
        return "it has no events"
    reading = replayed.read(replayed.since)
    return _ending(clock, replayed.since, reading) or _due_times(clock, reading) or _facts(clock, facts, reading)


def _ending(clock: SlaClock, last: datetime, reading: Reading) -> str:
    has_stopped = reading.state == "stopped"
    if has_stopped != (clock.stopped_at is not None) or has_stopped != bool(clock.verdict):
        return f"its events say {reading.state}, its row {STOPPED if clock.stopped_at else 'running'}"
    if not has_stopped:
        return ""
    if clock.stopped_at != last:
        return f"it stopped at {last}, its row says {clock.stopped_at}"
    missed = clock.verdict == SlaClock.Verdict.BREACHED
    if clock.verdict != SlaClock.Verdict.CANCELLED and missed != (reading.breached_at is not None):
        return f"its verdict is {clock.verdict}, its deadline was {'missed' if reading.breached_at else 'met'}"
    return ""


def _due_times(clock: SlaClock, reading: Reading) -> str:
    if (clock.due_at, clock.at_risk_at) != (reading.due_at, reading.at_risk_at):
        return f"it is due at {reading.due_at}, its row says {clock.due_at}"
    # A clock that has stopped may leave the due time of its end on the visit and the task: nobody acts on it.
    if reading.state == "stopped":
        return ""
    holder = clock.task if clock.visit is None else clock.visit
    if holder.due_at != reading.due_at:
        return f"it is due at {reading.due_at}, its {'task' if clock.visit is None else 'visit'} says {holder.due_at}"
    return ""


def _facts(clock: SlaClock, facts: Mapping[str, datetime], reading: Reading) -> str:
    """A fact is recorded by a sweep or at the end, so one may be missing while the clock runs, none may differ."""
    kinds = SlaFact.Kind
    for kind, happened_at in ((kinds.AT_RISK, reading.risk_at), (kinds.BREACHED, reading.breached_at)):
        # What the sweep has seen of a running clock lies after its last event.
        if kind in facts and happened_at is None and reading.state == "running":
            mark = reading.due_at if kind == kinds.BREACHED else reading.at_risk_at
            happened_at = mark
        if kind in facts and facts[kind] != happened_at:
            return f"it was {kind} at {happened_at}, the fact says {facts[kind]}"
    if clock.verdict == SlaClock.Verdict.BREACHED and kinds.BREACHED not in facts:
        return "it was breached, and no fact says so"
    return ""
