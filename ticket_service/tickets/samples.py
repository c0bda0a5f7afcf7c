"""Believable tickets: what people of an ordinary company ask their help desk for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any


@dataclass(frozen=True)
class Sample:
    """A kind of request. `{…}` in the texts is filled from `choices`."""

    category: str
    department: str
    subject: str
    description: str
    sub_category: str = ""
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)


IT, ASSETS, BUDGETS = "IT Department", "Asset Department", "Budget Department"
ROOMS = ("Room 2.14", "Room 3.07", "Hall 2", "the reception", "the warehouse office")

SAMPLES: tuple[Sample, ...] = (
    Sample(
        "IT Support",
        IT,
        "{device} does not start",
        "Since this morning the {device} in {room} stays dark. I have tried another socket.",
        choices={"device": ("Laptop", "Docking station", "Monitor", "Desk phone"), "room": ROOMS},
    ),
    Sample(
        "IT Support",
        IT,
        "Printer in {room} jams on every second page",
        "The tray was refilled yesterday. Turning it off and on helps for ten minutes.",
        choices={"room": ROOMS},
    ),
    Sample(
        "IT Support",
        IT,
        "No network at {room}",
        "The wall sockets are dead and the wireless network drops every few minutes. {count} people are affected.",
        choices={"room": ROOMS, "count": ("Three", "Six", "About a dozen")},
    ),
    Sample(
        "IT Support",
        IT,
        "Mail to {partner} comes back",
        "The answer says the message was refused by policy. We have an offer to send before noon.",
        choices={"partner": ("the auditors", "our landlord", "a new supplier")},
    ),
    Sample(
        "IT Support",
        IT,
        "Access to {share}",
        "I joined the team this week and need to read and write there. {boss} has agreed.",
        sub_category="Access Request",
        choices={
            "share": ("the finance share", "the personnel files", "the sales dashboard", "the building plans"),
            "boss": ("My team lead", "The department head"),
        },
    ),
    Sample(
        "IT Support",
        IT,
        "VPN account for {reason}",
        "I need to reach the intranet from outside from {weekday} on.",
        sub_category="Access Request",
        choices={
            "reason": ("home office", "the Lisbon fair", "on-call duty"),
            "weekday": ("Monday", "Thursday", "next week"),
        },
    ),
    Sample(
        "Software Installation",
        IT,
        "Please install {program}",
        "I need it for {purpose}. A licence is {licence}.",
        choices={
            "program": ("the diagram editor", "the PDF suite", "the statistics package", "the CAD viewer"),
            "purpose": ("the quarterly report", "the tender documents", "the customer survey"),
            "licence": ("still to be bought", "available in our team"),
        },
    ),
    Sample(
        "Asset Check Out",
        ASSETS,
        "{asset} for {event}",
        "We need it for about a week and bring it back on the date given.",
        choices={
            "asset": ("Projector", "Loan laptop", "Conference microphone", "Camera"),
            "event": ("the customer day", "the Lisbon fair", "an offsite workshop", "training new colleagues"),
        },
    ),
    Sample(
        "New Budget Proposal",
        BUDGETS,
        "Budget for {thing}",
        "The offers are attached to the cost items. We would like to start next quarter.",
        choices={"thing": ("a first aid course", "new office chairs", "a trade fair stand", "test devices")},
    ),
)

EMPLOYEES: tuple[tuple[str, str], ...] = (
    ("Ingrid Solheim", "Sales"),
    ("Mateo Rivas", "Finance"),
    ("Hana Kobayashi", "Marketing"),
    ("Oluwaseun Adeyemi", "Logistics"),
    ("Clara Lindqvist", "Human Resources"),
    ("Dimitri Petrov", "Production"),
    ("Leila Farouk", "Legal"),
    ("Tomasz Nowak", "Purchasing"),
    ("Aroha Ngata", "Customer Care"),
    ("Gabriel Fontaine", "Research"),
    ("Priya Raman", "Finance"),
    ("Samuel Osei", "Facilities"),
)

PRIORITIES = ("Low", "Medium", "Medium", "Medium", "High", "High", "Urgent", "Critical")


def sample_tickets(*, seed: int, today: date) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield (ticket fields, employee) without end; the same seed tells the same tickets."""
    random = Random(seed)  # noqa: S311 -- for samples, not for secrets
    while True:
        sample = random.choice(SAMPLES)
        chosen = {name: random.choice(options) for name, options in sample.choices.items()}
        values: dict[str, Any] = {
            "category": sample.category,
            "department": sample.department,
            "sub_category": sample.sub_category,
            "subject": _sentence(sample.subject.format(**chosen)),
            "description": _sentence(sample.description.format(**chosen)),
            "priority": random.choice(PRIORITIES),
        }
        if sample.category == "Asset Check Out":
            values |= _asset(random, chosen["asset"], today)
        elif sample.category == "New Budget Proposal":
            values |= _budget(random, chosen["thing"], today)
        yield values, _employee(random)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _employee(random: Random) -> dict[str, Any]:
    """Employees of the help desk have no account here: a name and an address, no user id."""
    index = random.randrange(len(EMPLOYEES))
    name, department = EMPLOYEES[index]
    return {
        "name": name,
        "email": f"{name.lower().replace(' ', '.')}@example.com",
        "company_id": f"EMP{index + 101:04d}",
        "department": department,
    }


def _asset(random: Random, asset: str, today: date) -> dict[str, Any]:
    return {
        "asset_name": asset,
        "serial_number": f"{asset[:2].upper()}-{random.randrange(1000, 9999)}",
        "location": random.choice(ROOMS),
        "expected_return_date": today + timedelta(days=random.randrange(5, 20)),
    }


def _budget(random: Random, thing: str, today: date) -> dict[str, Any]:
    amounts = [random.randrange(200, 4000) for _ in range(random.randrange(1, 4))]
    start = today + timedelta(days=random.randrange(30, 90))
    return {
        "requested_budget": f"{sum(amounts)}.00",
        "cost_items": [
            {"name": f"{_sentence(thing)}, part {part}", "amount": f"{amount}.00"}
            for part, amount in enumerate(amounts, start=1)
        ],
        "performance_start_date": start,
        "performance_end_date": start + timedelta(days=90),
    }
