"""Business hours: over both DST changes, with holidays, and that the parts add up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.business_time import Calendar, NoWorkingTime, after_working, working_time
from workflow.tests.working_hours import HOUR, at, berlin, calendar, calendars, moments


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
