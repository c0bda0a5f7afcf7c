"""The clock: calendars over both DST changes, pauses, targets, and that the parts add up."""

from __future__ import annotations

import itertools
import os
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from task.sla import Clock, ClockMisread, Event, Policy, explain, read, replay
from workflow.tests.working_hours import HOUR, at, berlin, calendar, calendars, moments


class TestClock:
    START = at("2026-03-02T08:00")

    def clock(self, *events: Event, seconds: int = 4 * 3600, **policy: Any) -> Clock:
        return replay([Event(self.START, "started"), *events], Policy(seconds, 75, **policy))

    def test_is_due_after_its_target(self) -> None:
        reading = self.clock().read(self.START + HOUR)
        assert reading.due_at == self.START + 4 * HOUR
        assert reading.at_risk_at == self.START + 3 * HOUR
        assert reading.remaining_seconds == 3 * 3600
        assert (reading.risk_at, reading.breached_at) == (None, None)

    def test_exactly_at_its_target_it_is_in_time(self) -> None:
        clock = self.clock()
        assert clock.read(self.START + 4 * HOUR).breached_at is None
        assert clock.read(self.START + 4 * HOUR + timedelta(microseconds=1)).breached_at == self.START + 4 * HOUR

    def test_a_pause_moves_everything_by_itself(self) -> None:
        clock = self.clock(Event(self.START + HOUR, "paused"), Event(self.START + 3 * HOUR, "resumed"))
        assert clock.read(self.START + 3 * HOUR).due_at == self.START + 6 * HOUR

    def test_a_pause_outside_hours_adds_nothing(self) -> None:
        start = berlin("2026-03-02T16:00")
        policy = Policy(3 * 3600, 75, calendar())
        plain = replay([Event(start, "started")], policy)
        paused = replay(
            [
                Event(start, "started"),
                Event(berlin("2026-03-02T18:00"), "paused"),
                Event(berlin("2026-03-03T07:00"), "resumed"),
            ],
            policy,
        )
        now = berlin("2026-03-03T07:30")
        assert plain.read(now).due_at == paused.read(now).due_at == berlin("2026-03-03T10:00")

    def test_a_longer_target_does_not_forget_since_when_it_is_breached(self) -> None:
        start = at("2026-03-02T09:00")
        events = [Event(start, "started"), Event(start + 2 * HOUR, "target_changed", 5 * 3600)]
        for later in (3 * HOUR, 8 * HOUR):  # the new target is missed as well by then
            assert read(events, Policy(3600, 75), start + later).breached_at == start + HOUR

    def test_paused_it_has_no_due_time_and_is_never_newly_breached(self) -> None:
        reading = self.clock(Event(self.START + HOUR, "paused")).read(self.START + timedelta(days=30))
        assert (reading.state, reading.due_at, reading.breached_at) == ("paused", None, None)
        shorter = self.clock(
            Event(self.START + 2 * HOUR, "paused"), Event(self.START + 3 * HOUR, "target_changed", 3600)
        )
        assert shorter.read(self.START + timedelta(days=30)).breached_at is None

    def test_breached_it_stays_breached(self) -> None:
        clock = self.clock(
            Event(self.START + 5 * HOUR, "paused"), Event(self.START + 6 * HOUR, "target_changed", 360_000)
        )
        assert clock.read(self.START + 7 * HOUR).breached_at == self.START + 4 * HOUR

    def test_a_shorter_target_may_breach_at_once(self) -> None:
        clock = self.clock(Event(self.START + 2 * HOUR, "target_changed", 3600))
        reading = clock.read(self.START + 2 * HOUR)
        assert reading.breached_at == self.START + 2 * HOUR
        assert reading.due_at == self.START + 2 * HOUR

    def test_a_longer_target_keeps_the_time_that_was_used(self) -> None:
        clock = self.clock(Event(self.START + 2 * HOUR, "target_changed", 10 * 3600))
        assert clock.read(self.START + 2 * HOUR).due_at == self.START + 10 * HOUR

    def test_is_due_by_the_target_in_force_not_by_one_it_missed_before(self) -> None:
        clock = self.clock(
            Event(self.START + 5 * HOUR, "target_changed", 6 * 3600),
            Event(self.START + 7 * HOUR, "paused"),
            Event(self.START + 8 * HOUR, "resumed"),
        )
        reading = clock.read(self.START + 8 * HOUR)
        assert reading.breached_at == self.START + 4 * HOUR
        assert reading.due_at == self.START + 6 * HOUR

    def test_stopped_it_says_the_same_for_ever(self) -> None:
        clock = self.clock(Event(self.START + HOUR, "stopped"))
        reading = clock.read(self.START + timedelta(days=900))
        assert (reading.state, reading.used, reading.breached_at) == ("stopped", HOUR, None)

    @pytest.mark.parametrize(
        "events",
        [
            [Event(START, "paused")],
            [Event(START, "started"), Event(START, "started")],
            [Event(START, "started"), Event(START - HOUR, "paused")],
            [Event(START, "started"), Event(START, "stopped"), Event(START, "resumed")],
            [Event(START, "started"), Event(START, "melted")],
        ],
    )
    def test_refuses_what_is_no_clock(self, events: list[Event]) -> None:
        with pytest.raises(ClockMisread):
            replay(events, Policy(60, 75))

    def test_explains_every_stretch(self) -> None:
        week = calendar(holidays=["2026-03-03"])
        start = berlin("2026-03-02T11:00")
        events = [
            Event(start, "started"),
            Event(berlin("2026-03-04T09:00"), "paused", reason="Waiting for a part."),
            Event(berlin("2026-03-04T10:00"), "resumed"),
        ]
        told = explain(events, Policy(36000, 75, week), berlin("2026-03-04T11:00"))
        assert [(part.why, part.seconds / 3600) for part in told] == [
            ("running", 1),
            ("outside_hours", 1),
            ("running", 4),
            ("holiday", 39),
            ("running", 1),
            ("paused", 1),
            ("running", 1),
        ]
        assert told[5].reason == "Waiting for a part."


# --- properties ---------------------------------------------------------------------------------------------------

# How many random histories each property is tried on; `CLOCK_HISTORIES=10000` is the thorough run.
HISTORIES = int(os.environ.get("CLOCK_HISTORIES", "300"))


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Event], Policy, datetime]:
    moment = draw(moments)
    policy = Policy(draw(st.integers(60, 20 * 24 * 3600)), draw(st.integers(1, 99)), draw(calendars()))
    events = [Event(moment, "started")]
    is_paused = False
    for _ in range(draw(st.integers(0, 8))):
        moment += timedelta(seconds=draw(st.integers(0, 4 * 24 * 3600)))
        kind = draw(st.sampled_from(["toggle", "target_changed"]))
        if kind == "toggle":
            is_paused = not is_paused
            events.append(Event(moment, "paused" if is_paused else "resumed"))
        else:
            events.append(Event(moment, kind, draw(st.integers(60, 20 * 24 * 3600))))
    if draw(st.booleans()):
        moment += timedelta(seconds=draw(st.integers(0, 24 * 3600)))
        events.append(Event(moment, "stopped"))
    return events, policy, moment + timedelta(seconds=draw(st.integers(0, 6 * 24 * 3600)))


@st.composite
def tasks_with_returns(draw: st.DrawFn) -> tuple[list[Event], list[list[Event]], Policy, datetime]:
    """A task's events, and those of each of its stays: it moves on and comes back, and is held and made urgent."""
    moment = draw(moments)
    policy = Policy(draw(st.integers(60, 20 * 24 * 3600)), draw(st.integers(1, 99)), draw(calendars()))
    task, stays = [Event(moment, "started")], [[Event(moment, "started")]]
    is_paused = False
    for _ in range(draw(st.integers(1, 12))):
        moment += timedelta(seconds=draw(st.integers(0, 2 * 24 * 3600)))
        kind = draw(st.sampled_from(["toggle", "target_changed", "move", "move"]))
        if kind == "move" and not is_paused:  # nothing moves while it is held
            stays[-1].append(Event(moment, "stopped"))
            stays.append([Event(moment, "started")])
        elif kind == "target_changed":
            seconds = draw(st.integers(60, 20 * 24 * 3600))
            task.append(Event(moment, kind, seconds))
            stays[-1].append(Event(moment, kind, max(1, seconds // 3)))
        elif kind == "toggle":
            is_paused = not is_paused
            event = Event(moment, "paused" if is_paused else "resumed")
            task.append(event)
            stays[-1].append(event)
    return task, stays, policy, moment + timedelta(seconds=draw(st.integers(0, 6 * 24 * 3600)))


class TestProperties:
    @given(histories())
    @settings(max_examples=HISTORIES)
    def test_one_event_at_a_time_says_what_a_full_replay_says(
        self, history: tuple[list[Event], Policy, datetime]
    ) -> None:
        events, policy, now = history
        clock = Clock(policy)
        for number, event in enumerate(events, start=1):
            clock.feed(event)
            clock.read(event.at + HOUR)  # reading changes nothing
            assert clock.read(event.at) == read(events[:number], policy, event.at)
        assert clock.read(now) == read(events, policy, now)

    @given(tasks_with_returns())
    @settings(max_examples=HISTORIES)
    def test_a_return_opens_a_stay_and_the_stays_add_up_to_the_task(
        self, story: tuple[list[Event], list[list[Event]], Policy, datetime]
    ) -> None:
        task, stays, policy, now = story
        for events in [task, *stays]:
            clock = Clock(policy)
            for number, event in enumerate(events, start=1):
                clock.feed(event)
                assert clock.read(event.at) == read(events[:number], policy, event.at)
        spent = sum((read(events, policy, now).used for events in stays), timedelta(0))
        assert spent == read(task, policy, now).used

    @given(histories())
    @settings(max_examples=HISTORIES)
    def test_the_explained_parts_follow_each_other_and_add_up(
        self, history: tuple[list[Event], Policy, datetime]
    ) -> None:
        events, policy, now = history
        told = explain(events, policy, now)
        for one, two in itertools.pairwise(told):
            assert one.end == two.start
        counted = sum((part.end - part.start for part in told if part.is_counted), timedelta(0))
        assert counted == read(events, policy, now).used

    @given(histories(), st.integers(0, 48 * 3600))
    @settings(max_examples=HISTORIES)
    def test_once_breached_always_breached_and_since_the_same_moment(
        self, history: tuple[list[Event], Policy, datetime], later: int
    ) -> None:
        events, policy, now = history
        first, second = read(events, policy, now), read(events, policy, now + timedelta(seconds=later))
        for name in ("risk_at", "breached_at"):
            if getattr(first, name) is not None:
                assert getattr(second, name) == getattr(first, name)

    @given(histories(), st.integers(60, 24 * 3600), st.integers(60, 24 * 3600))
    @settings(max_examples=HISTORIES)
    def test_a_pause_only_ever_makes_things_later(
        self, history: tuple[list[Event], Policy, datetime], wait: int, length: int
    ) -> None:
        events, policy, _now = history
        if events[-1].kind == "stopped" or replay(events, policy).state != "running":
            return
        last = events[-1].at
        paused = [
            *events,
            Event(last + timedelta(seconds=wait), "paused"),
            Event(last + timedelta(seconds=wait + length), "resumed"),
        ]
        later = last + timedelta(seconds=wait + length)
        before, after = read(events, policy, later), read(paused, policy, later)
        assert after.used <= before.used
        if before.due_at is not None and after.due_at is not None:
            assert after.due_at >= before.due_at
