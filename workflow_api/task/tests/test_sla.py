"""The clock: calendars over both DST changes, pauses, targets, and that the parts add up."""

from __future__ import annotations

import itertools
import os
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from task.sla import (
    Calendar,
    Clock,
    ClockMisread,
    Event,
    NoWorkingTime,
    Policy,
    after_working,
    explain,
    read,
    replay,
    working_time,
)

HOUR = timedelta(hours=1)
OFFICE = {str(day): [["08:00", "12:00"], ["13:00", "17:00"]] for day in range(5)}


def calendar(
    hours: dict[str, Any] | None = None, zone: str = "Europe/Berlin", holidays: list[str] | None = None
) -> Calendar:
    made = Calendar.from_snapshot(
        {"time_zone": zone, "hours": OFFICE if hours is None else hours, "holidays": holidays or []}
    )
    assert made is not None
    return made


def berlin(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"), fold=fold).astimezone(UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestWorkingTime:
    def test_without_a_calendar_every_second_counts(self) -> None:
        assert working_time(None, at("2026-03-01T00:00"), at("2026-03-08T00:00")) == timedelta(days=7)

    def test_counts_office_hours_only(self) -> None:
        week = calendar()
        assert working_time(week, berlin("2026-03-02T11:00"), berlin("2026-03-02T14:00")) == 2 * HOUR
        assert working_time(week, berlin("2026-03-06T16:00"), berlin("2026-03-09T09:00")) == 2 * HOUR

    def test_a_start_outside_hours_begins_with_the_next_interval(self) -> None:
        assert after_working(calendar(), berlin("2026-03-06T20:00"), HOUR) == berlin("2026-03-09T09:00")

    def test_an_end_lies_at_the_end_of_an_interval_not_at_the_start_of_the_next(self) -> None:
        assert after_working(calendar(), berlin("2026-03-02T08:00"), 4 * HOUR) == berlin("2026-03-02T12:00")

    def test_holidays_count_nothing(self) -> None:
        week = calendar(holidays=["2026-03-03"])
        assert after_working(week, berlin("2026-03-02T16:00"), 2 * HOUR) == berlin("2026-03-04T09:00")

    def test_a_day_may_end_at_24(self) -> None:
        late = calendar({str(day): [["22:00", "24:00"]] for day in range(7)})
        assert after_working(late, berlin("2026-03-02T22:00"), 3 * HOUR) == berlin("2026-03-03T23:00")

    def test_overlapping_intervals_count_once(self) -> None:
        week = calendar({"0": [["08:00", "12:00"], ["10:00", "14:00"]]})
        assert working_time(week, berlin("2026-03-02T00:00"), berlin("2026-03-03T00:00")) == 6 * HOUR

    @pytest.mark.parametrize("hours", [{}, {"0": []}, {"0": [["08:00", "08:00"]]}], ids=str)
    def test_no_working_hours_is_an_error_not_a_loop(self, hours: dict[str, Any]) -> None:
        with pytest.raises(NoWorkingTime):
            calendar(hours)

    def test_holidays_without_end_are_an_error_not_a_loop(self) -> None:
        days = [(date(2026, 1, 1) + timedelta(days=number)).isoformat() for number in range(6000)]
        with pytest.raises(NoWorkingTime):
            after_working(calendar(holidays=days), at("2026-01-01T00:00"), HOUR)


class TestDaylightSaving:
    ALL_DAY = {str(day): [["00:00", "24:00"]] for day in range(7)}

    def test_the_skipped_hour_counts_nothing(self) -> None:
        # 29 March 2026: 02:00 becomes 03:00.
        week = calendar(self.ALL_DAY)
        assert working_time(week, berlin("2026-03-29T00:00"), berlin("2026-03-30T00:00")) == 23 * HOUR
        night = calendar({"6": [["01:00", "04:00"]]})
        assert working_time(night, berlin("2026-03-29T00:00"), berlin("2026-03-30T00:00")) == 2 * HOUR
        into_the_gap = calendar({"6": [["01:00", "02:30"]]})
        assert working_time(into_the_gap, berlin("2026-03-29T00:00"), berlin("2026-03-30T00:00")) == HOUR

    def test_the_hour_that_comes_twice_counts_twice(self) -> None:
        # 25 October 2026: 03:00 becomes 02:00.
        week = calendar(self.ALL_DAY)
        assert working_time(week, berlin("2026-10-25T00:00"), berlin("2026-10-26T00:00")) == 25 * HOUR
        night = calendar({"6": [["02:00", "03:00"]]})
        assert working_time(night, berlin("2026-10-25T00:00"), berlin("2026-10-26T00:00")) == 2 * HOUR

    def test_office_hours_keep_their_local_time_over_the_change(self) -> None:
        due = after_working(calendar(), berlin("2026-03-27T16:00"), 2 * HOUR)
        assert due == berlin("2026-03-30T09:00")
        assert (due - berlin("2026-03-27T16:00")) == timedelta(days=2, hours=16)

    def test_a_zone_whose_midnight_is_skipped(self) -> None:
        week = calendar(self.ALL_DAY, zone="Africa/Cairo")
        start = at("2026-04-23T22:00")  # Friday 24 April 2026 begins at 01:00 there
        assert working_time(week, start, start + 23 * HOUR) == 23 * HOUR


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

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Sao_Paulo"]
# When clocks are put forward or back in one of them; half of the histories lie around such a day.
SWITCHES = [
    datetime(2026, month, day, tzinfo=UTC)
    for month, day in ((3, 8), (3, 29), (4, 5), (4, 24), (10, 4), (10, 25), (10, 29), (11, 1))
]
any_moment = st.datetimes(datetime(2026, 1, 1), datetime(2027, 3, 1)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001
moments = any_moment | st.builds(
    lambda switch, minutes: switch + timedelta(minutes=minutes),
    st.sampled_from(SWITCHES),
    st.integers(-4 * 24 * 60, 2 * 24 * 60),
)
holidays = st.dates(date(2026, 1, 1), date(2027, 3, 1)) | st.builds(
    lambda switch, days: (switch + timedelta(days=days)).date(), st.sampled_from(SWITCHES), st.integers(-4, 4)
)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar | None:
    if draw(st.booleans()):
        return None
    hours: dict[str, list[list[str]]] = {}
    for day in range(7):
        bounds = sorted(draw(st.lists(st.integers(0, 48), min_size=0, max_size=4, unique=True)))
        pairs = zip(bounds[::2], bounds[1::2], strict=False)
        hours[str(day)] = [[f"{a // 2:02}:{a % 2 * 30:02}", f"{b // 2:02}:{b % 2 * 30:02}"] for a, b in pairs]
    if not any(hours.values()):
        hours["2"] = [["09:00", "17:00"]]
    days = draw(st.lists(holidays, max_size=12))
    return Calendar.from_snapshot(
        {"time_zone": draw(st.sampled_from(ZONES)), "hours": hours, "holidays": [day.isoformat() for day in days]}
    )


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


def by_the_minute(calendar: Calendar | None, start: datetime, end: datetime) -> timedelta:
    """Count working minutes one by one: slow, and plainly right."""
    if calendar is None:
        return end - start
    zone, total, moment = ZoneInfo(calendar.zone), 0, start
    while moment < end:
        local = moment.astimezone(zone)
        minute = local.hour * 60 + local.minute
        works = any(a <= minute < b for a, b in calendar.hours[local.weekday()])
        total += works and local.date() not in calendar.holidays
        moment += timedelta(minutes=1)
    return timedelta(minutes=total)


class TestProperties:
    @given(calendars(), moments, st.integers(0, 4 * 24 * 60))
    @settings(max_examples=300, deadline=None)
    def test_working_time_is_what_counting_minutes_gives(
        self, calendar: Calendar | None, start: datetime, length: int
    ) -> None:
        start = start.replace(second=0, microsecond=0)
        end = start + timedelta(minutes=length)
        assert working_time(calendar, start, end) == by_the_minute(calendar, start, end)

    @given(calendars(), moments, st.integers(0, 30 * 24 * 3600), st.integers(0, 30 * 24 * 3600))
    @settings(max_examples=200, deadline=None)
    def test_working_time_adds_up(self, calendar: Calendar | None, start: datetime, one: int, two: int) -> None:
        middle, end = start + timedelta(seconds=one), start + timedelta(seconds=one + two)
        parts = working_time(calendar, start, middle) + working_time(calendar, middle, end)
        assert parts == working_time(calendar, start, end)

    @given(calendars(), moments, st.integers(1, 20 * 24 * 3600))
    @settings(max_examples=200, deadline=None)
    def test_the_deadline_is_the_inverse_and_the_earliest(
        self, calendar: Calendar | None, start: datetime, seconds: int
    ) -> None:
        amount = timedelta(seconds=seconds)
        due = after_working(calendar, start, amount)
        assert working_time(calendar, start, due) == amount
        assert working_time(calendar, start, due - timedelta(microseconds=1)) < amount

    @given(histories())
    @settings(max_examples=HISTORIES, deadline=None)
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
    @settings(max_examples=HISTORIES, deadline=None)
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
    @settings(max_examples=HISTORIES, deadline=None)
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
    @settings(max_examples=HISTORIES, deadline=None)
    def test_once_breached_always_breached_and_since_the_same_moment(
        self, history: tuple[list[Event], Policy, datetime], later: int
    ) -> None:
        events, policy, now = history
        first, second = read(events, policy, now), read(events, policy, now + timedelta(seconds=later))
        for name in ("risk_at", "breached_at"):
            if getattr(first, name) is not None:
                assert getattr(second, name) == getattr(first, name)

    @given(histories(), st.integers(60, 24 * 3600), st.integers(60, 24 * 3600))
    @settings(max_examples=HISTORIES, deadline=None)
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
