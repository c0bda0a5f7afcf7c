"""Calendars and moments that the tests of business hours and of clocks share."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from workflow.business_time import Calendar

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
