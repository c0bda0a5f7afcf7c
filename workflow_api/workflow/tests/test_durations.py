"""SLA targets as people write them: what is taken, and what is refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from ticketing_testing.clients import assert_problem, client_for
from workflow.durations import InvalidDuration, parse_duration
from workflow.tests import factories as story

ADMIN_TOKEN: dict[str, Any] = {"full_name": "Ines Duarte", "roles": {"tts": ["Admin"]}}
TAKEN = [
    (14400, 14400),
    ("PT4H", 14400),
    ("pt4h30m", 16200),
    ("P1D", 86400),
    ("P1W", 604800),
    ("P1DT12H", 129600),
    ("PT0.5H", 1800),
    ("04:00:00", 14400),
    ("100:00:00", 360000),
    ("2 00:00:00", 172800),
    ("4h", 14400),
    (" 30 min ", 1800),
    ("1.5h", 5400),
    ("2d", 172800),
    ("1w", 604800),
    ("2d 4h", 187200),
    ("3 days", 259200),
]
REFUSED: list[Any] = [
    *("04:00", "24:00", "1.9", "3 months", "3 mon", "1y", "14400", "", "P", "PT", "P1M", "P1Y", "4 fortnights"),
    *("1:2:3", "04:60:00", "-4h", "4h-1m", "four hours", "٤h", "0s", "P4000D", "PT0.3S", "99999999999h", "1D2"),
    *("1h 1h", "2h 30m 1 hour"),
    *(0, -1, True, 1.5, None, [], 10**12),
]


@pytest.mark.parametrize(("given", "seconds"), TAKEN, ids=str)
def test_a_duration_is_taken(given: Any, seconds: int) -> None:
    assert parse_duration(given).total_seconds() == seconds


@pytest.mark.parametrize("given", REFUSED, ids=str)
def test_what_could_be_misread_is_refused(given: Any) -> None:
    with pytest.raises(InvalidDuration):
        parse_duration(given)


@pytest.mark.parametrize(
    ("given", "said"),
    [("04:00", "hours or minutes"), ("1.9", "no unit"), ("3 months", "months"), ("P1M", "no fixed length")],
)
def test_a_refusal_names_the_fault_and_how_to_write_it(given: str, said: str) -> None:
    with pytest.raises(InvalidDuration, match=said) as refusal:
        parse_duration(given)
    assert "PT4H" in str(refusal.value)


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["04:00", "24:00", "1.9", "3 months"])
def test_the_api_and_the_import_refuse_alike(given: str) -> None:
    story.roles()
    client = client_for(1, **ADMIN_TOKEN)

    assert_problem(
        client.post("/workflows/", {"name": "W", "category": "X", "low_sla": given}), 400, "invalid_duration", "low_sla"
    )
    document = client.get(f"/workflows/{story.draft().pk}/export/").json()
    changed = {**document, "name": "Copy", "sla_seconds": {**document["sla_seconds"], "low": given}}
    assert_problem(client.post("/workflows/import/", changed), 400, "invalid_duration", "sla_seconds.low")


@pytest.mark.django_db
def test_the_api_and_the_import_take_alike() -> None:
    story.roles()
    client = client_for(1, **ADMIN_TOKEN)

    made = client.post("/workflows/", {"name": "W", "category": "X", "low_sla": "P1W", "urgent_sla": "4h"})
    assert (made.json()["low_sla"], made.json()["urgent_sla"]) == (604800, 14400)
    document = client.get(f"/workflows/{story.draft().pk}/export/").json()
    copy = client.post("/workflows/import/", {**document, "name": "Copy", "sla_seconds": {"low": "P1W", "high": 3600}})
    assert (copy.json()["low_sla"], copy.json()["high_sla"]) == (604800, 3600)
