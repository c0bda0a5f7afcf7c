"""A month of a help desk, planned: which tickets come when, and how the work on each goes.

What is asked for depends on the seed alone; when it is asked for depends on when the month ends as well.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from demo_story.request import Request, filled
from demo_story.requests_it import IT_REQUESTS
from demo_story.requests_other import OTHER_REQUESTS

TICKETS, DAYS, SEED = 300, 30, 1
PREFIX = "HX"
OPENS, CLOSES, SATURDAY = 8, 18, 5
WEEKDAYS = (13, 11, 10, 10, 8, 0.3, 0.3)
HOURS = (10, 14, 13, 11, 7, 8, 11, 10, 8, 5)  # from when the office opens
# How many tickets are left in which state, and how old they are then: a part of their time, or hours.
LEFT: tuple[tuple[str, int, tuple[float, float]], ...] = (
    ("at_risk", 3, (0.77, 0.97)),
    ("breached", 3, (1.02, 1.5)),
    ("unassigned", 4, (1, 11)),
    ("on_hold", 7, (10, 110)),
    ("approval", 6, (6, 34)),
)
# Of the others, in percent: what happens beside the way ahead.
INCIDENTS = {"hold": 14, "returned": 9, "rejected": 7, "transferred": 5, "escalated": 3, "released": 3}
LATE_EVERY = 12  # of those that could be closed by now, one is late
TRANSFERS = ("I am away from tomorrow.", "You know this system better.", "As agreed: you have the key.")
ESCALATIONS = ("Beyond what I may decide.", "It needs somebody with access to the main system.")
RELEASES = ("Wrong queue for me, sorry.", "I can't get to it today.", "Somebody with on-site duty should take it.")
# The request weights: IT gets most of the tickets.
REQUESTS: tuple[tuple[Request, int], ...] = tuple(
    [(request, 5 if not request.sub_category else 4) for request in IT_REQUESTS]
    + [(request, 3) for request in OTHER_REQUESTS]
)
PEOPLE = (
    ("Ingrid Solheim", "Sales"),
    ("Mateo Rivas", "Finance"),
    ("Hana Kobayashi", "Marketing"),
    ("Oluwaseun Adeyemi", "Logistics"),
    ("Clara Lindqvist", "Human Resources"),
    ("Dimitri Sokolov", "Production"),
    ("Leila Farouk", "Legal"),
    ("Tomasz Wilk", "Purchasing"),
    ("Aroha Ngata", "Customer Care"),
    ("Gabriel Fontaine", "Research"),
    ("Noor Haddad", "Finance"),
    ("Elias Brandt", "Facilities"),
    ("Wei Zhang", "Production"),
    ("Sofia Marino", "Sales"),
    ("Greta Holm", "Quality"),
    ("Pablo Serrano", "Logistics"),
    ("Milan Horak", "Production"),
    ("Aisha Rahman", "Customer Care"),
)
Sla = Mapping[tuple[str, str], Mapping[str, int]]


@dataclass
class Planned:
    """One ticket of the plan: as the help desk files it, and how it goes."""

    request: Request
    chosen: dict[str, str]
    number: str
    arrives: datetime
    ticket: dict[str, Any]
    course: dict[str, Any] = field(default_factory=dict)


@dataclass
class Planner:
    """Plans a month that ends at `end`, in the office's own time. `sla` has the seconds of each priority."""

    end: datetime
    sla: Sla
    asker: Mapping[str, Any] | None = None  # an employee who has an account, and asks now and then
    tickets: int = TICKETS

    def plan(self) -> list[Planned]:
        endings = self._endings()
        return [self._ticket(place, endings.get(place, ("", (0.0, 0.0)))) for place in range(1, self.tickets + 1)]

    def _endings(self) -> dict[int, tuple[str, tuple[float, float]]]:
        """Return which tickets are left in a state of their own, by their place."""
        wanted = [(name, ages) for name, count, ages in LEFT for _ in range(count)]
        places = random.Random(SEED).sample(range(1, self.tickets + 1), min(len(wanted), self.tickets))
        return dict(zip(places, wanted, strict=False))

    def _ticket(self, place: int, left: tuple[str, tuple[float, float]]) -> Planned:
        rng = random.Random(f"{SEED}-{place}")
        ending, ages = left
        known = [(request, weight) for request, weight in REQUESTS if self._time_of(request)]
        if ending == "approval":
            known = [(request, weight) for request, weight in known if request.category != "IT Support"] or known
        (request,) = rng.choices([request for request, _ in known], [weight for _, weight in known])
        chosen = request.choose(rng)
        (priority,) = rng.choices([*request.priorities], [*request.priorities.values()])
        if ending in ("unassigned", "on_hold", "approval"):
            priority = rng.choice(("medium", "medium", "low"))
        if ending in ("at_risk", "breached"):
            priority, arrives = self._aged(request, ages, rng)
        elif ending:
            arrives = self._worked_before(rng.uniform(*ages))
        else:
            arrives = self._some_moment(rng)
        ticket = {
            "subject": filled(request.subject, chosen),
            "description": filled(request.description, chosen),
            "category": request.category,
            "sub_category": request.sub_category,
            "department": request.department,
            "priority": priority,
            "employee": self._employee(rng, place),
            **self._details(request, chosen, rng, arrives),
        }
        planned = Planned(request, chosen, f"{PREFIX}{arrives:%Y%m%d}{place:06}", arrives, ticket)
        planned.course = self._course(planned, place, ending, rng)
        return planned

    def _time_of(self, request: Request) -> Mapping[str, int]:
        """Return the seconds of each priority in the workflow that takes the request, nothing where there is none."""
        found = self.sla.get((request.category, request.sub_category)) or self.sla.get((request.category, ""))
        return found or {}

    # --- when ----------------------------------------------------------------------------------------------------

    def _some_moment(self, rng: random.Random) -> datetime:
        """Return a moment of the month, more likely on a Monday morning than on a Friday afternoon."""
        days = [self.end - timedelta(days=back) for back in range(DAYS)]
        (day,) = rng.choices(days, [WEEKDAYS[day.weekday()] for day in days])
        (hour,) = rng.choices(range(OPENS, CLOSES), HOURS)
        moment = day.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60), microsecond=0)
        return moment if moment < self.end - timedelta(minutes=3) else moment - timedelta(days=7)

    def _worked_before(self, hours: float) -> datetime:
        """Return a moment in the office that is about so long ago."""
        moment = (self.end - timedelta(hours=hours)).replace(microsecond=0)
        while moment.weekday() >= SATURDAY or not OPENS <= moment.hour < CLOSES:
            moment -= timedelta(minutes=37)
        return moment

    def _aged(self, request: Request, ages: tuple[float, float], rng: random.Random) -> tuple[str, datetime]:
        """Return a priority and a moment so that this part of its time is over now; best one in the office."""
        found = []
        for _ in range(60):
            priority = rng.choice(("low", "medium", "medium", "high"))
            moment = self.end - timedelta(seconds=self._time_of(request)[priority] * rng.uniform(*ages))
            found.append((priority, moment.replace(microsecond=0)))
            if moment.weekday() < SATURDAY and OPENS <= moment.hour < CLOSES:
                return found[-1]
        return found[0]

    # --- what ----------------------------------------------------------------------------------------------------

    def _employee(self, rng: random.Random, place: int) -> dict[str, Any]:
        name, department = rng.choice(PEOPLE)
        if self.asker is not None and place % 14 == 0:
            return dict(self.asker)
        address = f"{name.lower().replace(' ', '.')}@example.com"
        number = 101 + [person for person, _ in PEOPLE].index(name)
        return {"name": name, "email": address, "company_id": f"EMP{number:04}", "department": department}

    def _details(
        self, request: Request, chosen: Mapping[str, str], rng: random.Random, arrives: datetime
    ) -> dict[str, Any]:
        day = arrives.date()
        if request.category == "Asset Check Out":
            name = filled(request.subject.split(" for ")[0].split(" on ")[0], chosen)
            back = day + timedelta(days=rng.randrange(5, 28))
            serial = f"{name[:2].upper()}-{rng.randrange(1000, 9999)}"
            return {"asset_name": name, "serial_number": serial, "expected_return_date": back.isoformat()}
        if request.category == "New Budget Proposal":
            amounts = [rng.randrange(180, 3900, 10) for _ in range(rng.randrange(1, 4))]
            names = ("Offer 1", "Offer 2", "Delivery")
            items = [{"name": name, "amount": f"{amount}.00"} for name, amount in zip(names, amounts, strict=False)]
            start = day + timedelta(days=rng.randrange(30, 90))
            return {
                "requested_budget": f"{sum(amounts)}.00",
                "cost_items": items,
                "performance_start_date": start.isoformat(),
                "performance_end_date": (start + timedelta(days=90)).isoformat(),
            }
        return {}

    # --- how it goes ---------------------------------------------------------------------------------------------

    def _course(self, planned: Planned, place: int, ending: str, rng: random.Random) -> dict[str, Any]:
        request = planned.request
        code, reason = request.hold
        hold = {
            "reason_code": code,
            "reason": reason,
            "hours": rng.uniform(8, 60),
            "until_answer": request.until_answer,
        }
        texts = {
            "hold": hold,
            "returned": filled(request.returned, planned.chosen),
            "rejected": filled(request.rejected, planned.chosen),
            "transferred": rng.choice(TRANSFERS),
            "escalated": rng.choice(ESCALATIONS),
            "released": rng.choice(RELEASES),
        }
        done = filled(request.done, planned.chosen)
        if ending in ("at_risk", "breached"):
            return {"done": done, "ending": rng.choice(("first_step", "second_step"))}
        if ending == "unassigned":
            return {"done": done, "ending": ending, "released": texts["released"]}
        if ending == "on_hold":
            return {"done": done, "ending": ending, "hold": hold | {"hours": rng.uniform(14, 130)}}
        if ending:
            return {"done": done, "ending": ending}
        seconds = self._time_of(request)[planned.ticket["priority"]]
        if place % LATE_EVERY == 0 and planned.arrives < self.end - timedelta(seconds=seconds * 1.3, days=3):
            return {"done": done, "is_late": True}
        return {"done": done} | {
            name: texts[name] for name, percent in INCIDENTS.items() if rng.random() * 100 < percent
        }


def service_file(plan: Sequence[Planned]) -> list[dict[str, Any]]:
    """Return the plan as `manage.py file_history` of the ticket service reads it."""
    return [
        {"number": planned.number, "submitted_at": planned.arrives.isoformat(), "ticket": planned.ticket}
        for planned in plan
    ]


def workflow_file(plan: Sequence[Planned], tickets: Sequence[Mapping[str, Any]], end: datetime) -> dict[str, Any]:
    """Return the plan as `manage.py play_history` of the workflow API reads it, with the tickets as they were filed.

    They may have been filed by an earlier plan, which has the same tickets in the same order, at other times.
    """
    filed = {place_of(ticket["ticket_number"]): ticket for ticket in tickets}
    return {
        "utc_offset_minutes": round((end.utcoffset() or timedelta(0)).total_seconds() / 60),
        "tickets": [
            planned.course | {"ticket_data": filed[place]}
            for place, planned in enumerate(plan, start=1)
            if place in filed
        ],
    }


def place_of(number: str) -> int:
    """Return the place in the plan that a number ends with."""
    return int(number[-6:])
