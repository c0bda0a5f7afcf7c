"""What was said on the tickets of a history: the request's usual talk, at the times when people worked on it."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from demo_story.plan import SEED, Planned, place_of
from demo_story.request import NOTE, REQUESTER, filled

SILENT = 0.12  # the part of tickets on which nothing is said
Line = tuple[str, str]


def comments_of(plan: Sequence[Planned], record: Sequence[Mapping[str, Any]], end: datetime) -> list[dict[str, Any]]:
    """Return the comments as `manage.py write_history` of messaging reads them."""
    found = []
    for entry in record:
        planned = plan[place_of(entry["ticket_number"]) - 1]
        found += _talk(planned, entry, end)
    return found


def _talk(planned: Planned, entry: Mapping[str, Any], end: datetime) -> list[dict[str, Any]]:
    rng = random.Random(f"talk-{SEED}-{entry['ticket_number'][-6:]}")
    works = [visit for visit in entry["visits"] if visit["kind"] != "approval" and visit["person"]]
    if not works or rng.random() < SILENT:
        return []
    lines = _lines(planned, is_closed=entry["closed_at"] is not None, visits=len(works), rng=rng)
    own = [line for line in lines if line[0] != REQUESTER]
    written: list[dict[str, Any]] = []
    last = datetime.fromisoformat(works[0]["opened_at"])
    place = 0
    for who, text in lines:
        said: dict[str, Any] = {"ticket_number": entry["ticket_number"], "text": filled(text, planned.chosen)}
        if who == REQUESTER:
            last += timedelta(minutes=rng.uniform(4, 50))
            said["requester"] = planned.ticket["employee"]["name"]
        else:
            visit = works[place * len(works) // len(own)]
            last = max(last + timedelta(minutes=rng.uniform(1, 4)), _moment_in(visit, place == len(own) - 1, end, rng))
            said |= {"author_id": visit["person"]["user_id"], "visibility": "internal" if who == NOTE else "public"}
            place += 1
        if last >= end:
            break
        written.append(said | {"at": last.isoformat()})
    return written


def _lines(planned: Planned, *, is_closed: bool, visits: int, rng: random.Random) -> list[Line]:
    """Return what is said by now, without some of the internal notes."""
    # Who has an account would answer by it, and the help desk would have the words already.
    has_account = planned.ticket["employee"].get("id") is not None
    lines = [
        (who, text)
        for who, text in planned.request.talk
        if not (who == REQUESTER and has_account) and (who != NOTE or rng.random() < 0.7)
    ]
    if is_closed:
        return lines
    return lines[: max(1, math.floor(len(lines) * min(visits, 3) / 4))]


def _moment_in(visit: Mapping[str, Any], is_last: bool, end: datetime, rng: random.Random) -> datetime:
    """Return when the person writes during the visit: soon after it begins, or shortly before it is closed."""
    opened = datetime.fromisoformat(visit["opened_at"])
    closed = datetime.fromisoformat(visit["closed_at"]) if visit["closed_at"] else None
    if closed is not None and is_last:
        return closed - min(timedelta(minutes=rng.uniform(1, 9)), (closed - opened) / 2)
    return opened + min(timedelta(minutes=rng.uniform(6, 45)), ((closed or end) - opened) / 2)
