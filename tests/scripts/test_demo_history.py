"""The demonstration's month: the same requests every time, in office hours, with believable courses and talk."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from demo_story.conversation import comments_of
from demo_story.plan import TICKETS, Planned, Planner, place_of, service_file, workflow_file
from demo_story.request import AGENT
from demo_story.requests_it import IT_REQUESTS
from demo_story.requests_other import OTHER_REQUESTS

TIMES = {"urgent": 14_400, "high": 28_800, "medium": 172_800, "low": 432_000}
REQUESTS = (*IT_REQUESTS, *OTHER_REQUESTS)
SLA = {(request.category, request.sub_category): TIMES for request in REQUESTS}
WEDNESDAY, SUNDAY = datetime(2026, 3, 4, 14, tzinfo=UTC), datetime(2026, 3, 8, 23, 30, tzinfo=UTC)
MONDAY = datetime(2026, 3, 9, 8, 2, tzinfo=UTC)
STUCK = ("first_step", "second_step")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=[WEDNESDAY, SUNDAY, MONDAY], ids=["Wednesday", "Sunday night", "Monday morning"])
def end(request: pytest.FixtureRequest) -> datetime:
    moment: datetime = request.param
    return moment


@pytest.fixture
def plan(end: datetime) -> list[Planned]:
    return Planner(end, SLA, asker={"id": 15, "name": "Jonas Keller", "email": "jonas.keller@example.com"}).plan()


def test_tickets_come_in_office_hours_of_the_month(plan: list[Planned], end: datetime) -> None:
    assert len(plan) == len({planned.number for planned in plan}) == TICKETS
    assert all(end - timedelta(days=40) < planned.arrives < end for planned in plan)
    ordinary = [
        planned.arrives for planned in plan if planned.course.get("ending") not in ("first_step", "second_step")
    ]
    assert all(8 <= moment.hour < 18 for moment in ordinary)
    assert sum(moment.weekday() < 5 for moment in ordinary) > 0.97 * len(ordinary)


def test_the_mix_is_that_of_a_help_desk(plan: list[Planned]) -> None:
    assert len({planned.ticket["subject"] for planned in plan}) > 90
    assert {planned.ticket["category"] for planned in plan} == {category for category, _ in SLA}
    priorities = Counter(planned.ticket["priority"] for planned in plan)
    assert priorities["medium"] > priorities["low"] > priorities["urgent"] > 5
    endings = Counter(planned.course.get("ending", "") for planned in plan)
    assert endings["first_step"] + endings["second_step"] == 6
    assert (endings["unassigned"], endings["on_hold"], endings["approval"]) == (4, 7, 6)
    late = sum(bool(planned.course.get("is_late")) for planned in plan)
    assert 0.05 <= late / (TICKETS - sum(endings.values()) + endings[""]) <= 0.08
    for act in ("hold", "returned", "rejected", "transferred", "escalated", "released"):
        assert sum(act in planned.course for planned in plan) >= 4


def test_the_same_month_is_planned_again(end: datetime) -> None:
    first, again = (service_file(Planner(end, SLA).plan()) for _ in range(2))
    assert first == again
    later = service_file(Planner(end + timedelta(hours=5), SLA).plan())
    subjects = [[entry["ticket"]["subject"] for entry in entries] for entries in (first, later)]
    assert subjects[0] == subjects[1]


def test_what_an_earlier_plan_has_filed_is_used(plan: list[Planned], end: datetime) -> None:
    filed = [{"ticket_number": f"HX20260201{place:06}"} for place in (2, 3)]
    document = workflow_file(plan, filed, end)
    assert [entry["ticket_data"] for entry in document["tickets"]] == filed
    assert document["tickets"][0]["done"] == plan[1].course["done"]


def record_of(planned: Planned, *, hours: float, is_closed: bool) -> dict[str, Any]:
    """Return what became of a ticket: a first step of an hour, and a second one."""
    opened, turn = planned.arrives, planned.arrives + timedelta(hours=1)
    closed = (opened + timedelta(hours=hours)).isoformat() if is_closed else None
    person = {"user_id": 7, "full_name": "Amara Okafor"}
    first = {"kind": "action", "opened_at": opened.isoformat(), "closed_at": turn.isoformat(), "person": person}
    second = {"kind": "action", "opened_at": turn.isoformat(), "closed_at": closed, "person": person | {"user_id": 8}}
    return {"ticket_number": planned.number, "closed_at": closed, "visits": [first, second]}


def test_talk_is_in_order_and_ends_before_the_month_does(plan: list[Planned], end: datetime) -> None:
    record = [record_of(planned, hours=9, is_closed=planned.arrives < end - timedelta(hours=9)) for planned in plan]
    comments = comments_of(plan, record, end)
    assert 500 < len(comments) < 1000
    assert comments == comments_of(plan, record, end)
    by_number: dict[str, list[dict[str, Any]]] = {}
    for comment in comments:
        by_number.setdefault(comment["ticket_number"], []).append(comment)
    for number, said in by_number.items():
        planned = plan[place_of(number) - 1]
        moments = [datetime.fromisoformat(comment["at"]) for comment in said]
        assert moments == sorted(moments)
        assert planned.arrives < moments[0]
        assert moments[-1] < end
        has_account = planned.ticket["employee"].get("id") is not None
        assert not (has_account and any("requester" in comment for comment in said))
    assert {comment.get("visibility") for comment in comments} == {"public", "internal", None}


def test_every_text_is_filled(plan: list[Planned]) -> None:
    texts = [str(planned.ticket) + str(planned.course) for planned in plan]
    assert not [text for text in texts if re.search(r"\{[a-z]+\}", text)]
    assert all(any(who == AGENT for who, _ in request.talk) for request in REQUESTS)


def test_the_command_knows_its_options() -> None:
    command = [ROOT / ".venv/bin/python", "-m", "demo_story", "--help"]
    done = subprocess.run(command, cwd=ROOT / "scripts", capture_output=True, text=True, check=True)
    assert "--empty" in done.stdout
