"""Help for tests of calendar feeds: make one, fetch it, read it back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from icalendar import Calendar
from rest_framework.test import APIClient

from role.models import Person
from workflowmanager.tests import factories

FEEDS = "/calendar-feeds/"


def new_feed(person: Person, **body: Any) -> Any:
    return factories.as_client(person).post(FEEDS, {"name": "Phone", **body})


def address_of(answer: Any) -> str:
    assert answer.status_code == 201, answer.content
    return str(urlsplit(answer.json()["url"]).path)


def subscribe(person: Person, **body: Any) -> str:
    """Return the path of a new link."""
    return address_of(new_feed(person, **body))


def fetch(address: str, **headers: Any) -> Any:
    """Fetch as a calendar program does: nobody is signed in."""
    return APIClient().get(address, **headers)


def calendar(answer: Any) -> Any:
    assert answer.status_code == 200, answer.content
    return Calendar.from_ical(answer.content)


def events(answer: Any) -> list[Any]:
    return list(calendar(answer).walk("VEVENT"))
