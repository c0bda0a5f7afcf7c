"""Business hours: over both DST changes, with holidays, and that the parts add up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from time import process_time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.business_time import (
    MAX_DAYS,
    MAX_YEARS_OF_A_TARGET,
    Calendar,
    NoWorkingTime,
    after_working,
    before_working,
    is_too_long,
    problem_with_calendar,
    working_day,
    working_day_after,
    working_time,
)
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

    def test_before_an_end_outside_hours_it_is_counted_from_the_last_interval(self) -> None:
        assert before_working(calendar(), berlin("2026-03-08T12:00"), HOUR) == berlin("2026-03-06T16:00")
        assert before_working(calendar(), berlin("2026-03-09T08:00"), 5 * HOUR) == berlin("2026-03-06T11:00")
        assert before_working(None, berlin("2026-03-09T08:00"), HOUR) == berlin("2026-03-09T07:00")

    def test_before_is_a_way_back_over_holidays(self) -> None:
        week = calendar(holidays=["2026-03-09"])
        assert before_working(week, berlin("2026-03-10T09:00"), 2 * HOUR) == berlin("2026-03-06T16:00")

    @pytest.mark.parametrize(
        ("start", "number", "begins"),
        [
            ("2026-03-02T14:00", 1, "2026-03-03T08:00"),  # Monday
            ("2026-03-02T06:00", 1, "2026-03-03T08:00"),
            ("2026-03-06T18:00", 1, "2026-03-10T08:00"),  # Friday, and Monday is a holiday
            ("2026-03-07T12:00", 2, "2026-03-11T08:00"),
            ("2026-03-27T16:00", 1, "2026-03-30T08:00"),  # over the change to summer time
        ],
    )
    def test_a_working_day_after_begins_with_its_first_interval(self, start: str, number: int, begins: str) -> None:
        week = calendar(holidays=["2026-03-09"])
        assert working_day_after(week, berlin(start), number) == berlin(begins)

    def test_without_a_calendar_days_have_24_hours(self) -> None:
        assert working_day_after(None, at("2026-03-07T12:00"), 3) == at("2026-03-10T12:00")

    @given(calendars(), moments, st.integers(1, 3 * 24 * 60))
    def test_before_leaves_exactly_the_amount(self, week: Calendar | None, end: datetime, minutes: int) -> None:
        amount = timedelta(minutes=minutes)
        begins = before_working(week, end, amount)
        assert working_time(week, begins, end) == amount
        assert working_time(week, begins + timedelta(seconds=1), end) < amount

    def test_holidays_without_end_are_an_error_not_a_loop(self) -> None:
        days = [(date(2026, 1, 1) + timedelta(days=number)).isoformat() for number in range(MAX_DAYS + 1)]
        with pytest.raises(NoWorkingTime):
            after_working(calendar(holidays=days), at("2026-01-01T00:00"), HOUR)


class TestExtremeCalendars:
    """A minute a week and a target of ten years: harmless to send, and once a search of three millennia."""

    SPARSE: ClassVar = {"0": [["08:00", "08:01"]]}

    def test_the_search_for_a_deadline_is_bounded(self) -> None:
        began = process_time()
        for minute in range(20):  # a different calendar each time, so that no cache helps
            week = calendar({"0": [["08:00", f"08:{minute + 1:02}"]]}, holidays=["2027-01-04"])
            with pytest.raises(NoWorkingTime):
                after_working(week, at("2026-12-01T00:00"), timedelta(days=3650))
        assert process_time() - began < 20, "one takes a fifth of a second; without a bound, a minute"

    def test_a_long_stretch_is_counted_up_to_the_bound(self) -> None:
        week = calendar(self.SPARSE)
        began = process_time()
        counted = working_time(week, at("1900-01-01T00:00"), at("9998-01-01T00:00"))
        assert process_time() - began < 5
        assert timedelta(minutes=100 * 52) < counted < timedelta(minutes=101 * 53)

    def test_listed_holidays_are_not_searched_again_for_every_day(self) -> None:
        days = [(date(2027, 1, 1) + timedelta(days=2 * number)).isoformat() for number in range(2000)]
        start = at("2026-12-01T00:00")
        due = after_working(calendar(holidays=days), start, timedelta(days=365))
        began = process_time()
        for _ in range(10):
            assert after_working(calendar(holidays=days), start, timedelta(days=365)) == due
        assert process_time() - began < 1

    def test_a_sparse_calendar_is_refused(self) -> None:
        for hours, attr in ((self.SPARSE, "hours"), ({"0": [["08:00", "08:59"]]}, "hours")):
            problem = problem_with_calendar({"hours": hours})
            assert problem is not None
            assert problem.attr == attr
        assert problem_with_calendar({"hours": {"0": [["08:00", "09:00"]]}}) is None

    def test_holidays_that_leave_next_to_nothing_of_a_year_are_refused(self) -> None:
        mondays = [(date(2027, 1, 4) + timedelta(weeks=number)).isoformat() for number in range(50)]
        hours = {"0": [["08:00", "16:00"]]}
        assert problem_with_calendar({"hours": hours, "holidays": mondays[:45]}) is None
        problem = problem_with_calendar({"hours": hours, "holidays": mondays})
        assert problem is not None
        assert (problem.attr, "2027" in problem.detail) == ("holidays", True)

    def test_what_validation_lets_in_always_has_a_deadline(self) -> None:
        hours = {"0": [["08:00", "16:00"]]}
        mondays = [date(2026, 1, 5) + timedelta(weeks=number) for number in range(2300)]
        closed = [day.isoformat() for day in mondays if day.isocalendar().week > 8][:2000]
        assert problem_with_calendar({"hours": hours, "holidays": closed}) is None
        week = calendar(hours, holidays=closed)
        longest = week.week * 52 * MAX_YEARS_OF_A_TARGET
        assert not is_too_long(week, longest)
        assert is_too_long(week, longest + HOUR)
        assert after_working(week, at("2026-01-01T00:00"), longest) < at("2126-01-01T00:00")


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


def by_the_day(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Add up the working stretches of each day: the reference for what is computed by weeks."""
    total, day = timedelta(0), start.date() - timedelta(days=2)
    while day <= end.date() + timedelta(days=2):
        for begin, finish in working_day(calendar, day):
            total += max(min(finish, end) - max(begin, start), timedelta(0))
        day += timedelta(days=1)
    return total


class TestProperties:
    @given(calendars(), moments, st.integers(0, 3 * 366 * 24 * 3600))
    @settings(max_examples=100)
    def test_weeks_give_what_their_days_give(self, calendar: Calendar | None, start: datetime, seconds: int) -> None:
        end = start + timedelta(seconds=seconds)
        worked = working_time(calendar, start, end)
        if calendar is None:
            assert worked == end - start
            return
        assert worked == by_the_day(calendar, start, end)
        if worked:
            due = after_working(calendar, start, worked)
            assert due <= end
            assert by_the_day(calendar, start, due) == worked
            assert by_the_day(calendar, start, due - timedelta(microseconds=1)) < worked

    def test_weeks_are_right_where_the_clocks_change_twice_within_ten_days(self) -> None:
        night = calendar({str(day): [["00:00", "03:00"]] for day in range(7)}, zone="Asia/Gaza")
        start, end = at("2040-10-10T00:00"), at("2040-11-10T00:00")
        assert working_time(night, start, end) == by_the_day(night, start, end)

    @given(calendars(), moments, st.integers(0, 4 * 24 * 60))
    @settings(max_examples=300)
    def test_working_time_is_what_counting_minutes_gives(
        self, calendar: Calendar | None, start: datetime, length: int
    ) -> None:
        start = start.replace(second=0, microsecond=0)
        end = start + timedelta(minutes=length)
        assert working_time(calendar, start, end) == by_the_minute(calendar, start, end)

    @given(calendars(), moments, st.integers(0, 30 * 24 * 3600), st.integers(0, 30 * 24 * 3600))
    @settings(max_examples=200)
    def test_working_time_adds_up(self, calendar: Calendar | None, start: datetime, one: int, two: int) -> None:
        middle, end = start + timedelta(seconds=one), start + timedelta(seconds=one + two)
        parts = working_time(calendar, start, middle) + working_time(calendar, middle, end)
        assert parts == working_time(calendar, start, end)

    @given(calendars(), moments, st.integers(1, 20 * 24 * 3600))
    @settings(max_examples=200)
    def test_the_deadline_is_the_inverse_and_the_earliest(
        self, calendar: Calendar | None, start: datetime, seconds: int
    ) -> None:
        amount = timedelta(seconds=seconds)
        due = after_working(calendar, start, amount)
        assert working_time(calendar, start, due) == amount
        assert working_time(calendar, start, due - timedelta(microseconds=1)) < amount
