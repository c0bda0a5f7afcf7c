"""The tables of docs/access on the running stack: whom they do not let in gets nothing, by either way in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from stack import ROOT, Stack

SERVICES = {
    "auth": "auth",
    "workflow": "workflow_api",
    "messaging": "messaging",
    "notification": "notification_service",
    "ticket": "ticket_service",
}
#: Nothing has this id, so nobody is let in for what is their own.
NOBODYS = "99999"
#: What these operations want to be told before they look for what they are about.
QUERY = {"GET /comments/": "ticket_id", "POST /comments/": "ticket_id", "GET /transitions/": "task"}
NOTE = {"text": "Not mine."}
BODIES: dict[str, dict[str, object]] = {
    "calendar-feeds": {"name": "Not mine."},
    "cancel": {"reason": "Not mine."},
    "canned-replies": {"title": "Not mine.", "version": 1},
    "comments": NOTE,
    "escalate": {"reason": "Not mine."},
    "hold": {"reason": "Not mine."},
    "inapp": {"is_read": True},
    "move": {"workflow_id": 1, "reason": "Not mine."},
    "priority": {"priority": "low"},
    "rating": {"value": "up"},
    "read-state": {"seq": 1},
    "reminders": {"ticket_number": NOBODYS, "remind_at": "2096-03-02T09:00:00Z"},
    "reopen": {"reason": "Not mine."},
    "replies": NOTE,
    "transfer": {"to_user_id": 1, "reason": "Not mine."},
    "transitions": {"task_id": int(NOBODYS), "transition_id": 1, "expected_version": 1},
    "views": {"name": "Not mine"},
    "waive": {"reason": "Not mine."},
}
#: What an agent without a part in anything is called in the table of each service.
AGENT_COLUMNS = {
    "auth": "Agent",
    "workflow": "elsewhere",
    "messaging": "elsewhere",
    "notification": "other agent",
    "ticket": "other agent",
}


def refused(service: str, column: str) -> Iterator[tuple[str, str]]:
    """Yield method and path of each operation that the column of the service's table does not let in."""
    lines = (ROOT / "docs" / "access" / f"{SERVICES[service]}.md").read_text().splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    index = rows[0].index(column)
    for row in rows[2:]:
        method, template = row[0].strip("`").split()
        if row[index] == "no" and method.isupper():  # sockets have tests of their own
            yield method, re.sub(r"\{\w+\}", NOBODYS, template)


def ways_in(stack: Stack, service: str) -> list[str]:
    return [getattr(stack, service), f"{stack.frontend}/api/{service}"]


@pytest.mark.parametrize("service", SERVICES)
def test_without_an_account_nothing_answers_but_what_is_public(stack: Stack, service: str) -> None:
    answers: Counter[int] = Counter()
    for base in ways_in(stack, service):
        for method, path in refused(service, "anonymous"):
            answer = requests.request(method, f"{base}{path}", json={}, timeout=20)
            assert answer.status_code == 401, f"{method} {base}{path}: {answer.status_code} {answer.text[:200]}"
            answers[answer.status_code] += 1
    print(f"\n  {service} for an outsider: {dict(answers)}")
    assert answers.total() > 10


@pytest.mark.parametrize("who", ["agent", "requester"])
@pytest.mark.parametrize("service", SERVICES)
def test_people_get_nothing_that_their_column_refuses(stack: Stack, service: str, who: str) -> None:
    agents = [each for each in stack.accounts.values() if "Agent" in each.roles and "Admin" not in each.roles]
    person = stack.employee if who == "requester" else stack.person(agents[-1].user_id)
    column = "User" if who == "requester" else AGENT_COLUMNS[service]
    answers: Counter[int] = Counter()
    for base in ways_in(stack, service):
        for method, path in refused(service, column):
            named = QUERY.get(f"{method} {path}")
            body = next((BODIES[part] for part in reversed(path.split("/")) if part in BODIES), {})
            query = {named: NOBODYS} if named else {}
            sent: dict[str, object] = {"json": body}
            if path.endswith(("/attachments/", "/uploads/")):
                sent = {"files": {"file": ("note.txt", b"Not mine.")}}
            answer = person.http.request(method, f"{base}{path}", params=query, timeout=20, **sent)
            # 401: for service keys alone, so that a token is no credential there.
            assert answer.status_code in {401, 403, 404}, (
                f"{method} {base}{path}: {answer.status_code} {answer.text[:200]}"
            )
            answers[answer.status_code] += 1
    print(f"\n  {service} for the {who}: {dict(answers)}")


@pytest.mark.parametrize("service", SERVICES)
def test_metrics_are_no_business_of_the_gateway(stack: Stack, service: str) -> None:
    for spelling in ("metrics", "metrics/", "%6detrics", "./metrics", "x/../metrics"):
        address = f"{stack.frontend}/api/{service}/{spelling}"
        request = requests.Request("GET", address).prepare()
        request.url = address  # as it is spelled
        answer = requests.Session().send(request, timeout=10)
        assert answer.status_code in {400, 404}, f"{spelling}: {answer.status_code}"
        assert "python_info" not in answer.text


@pytest.mark.parametrize("place", [*SERVICES, "frontend"])
def test_a_long_address_is_refused_at_once_and_holds_up_nobody(stack: Stack, place: str) -> None:
    base = getattr(stack, place)
    answer = requests.get(f"{base}/{'reset-token-' * 5000}", timeout=20)
    assert answer.status_code in {400, 404, 414}, answer.status_code
    assert answer.elapsed.total_seconds() < 2  # a mask that is quadratic in the length takes longer
    if urlsplit(base).netloc != urlsplit(stack.frontend).netloc:
        assert answer.json()["errors"][0]["code"]
    healthy = requests.get(f"{base}/health/", timeout=20)
    assert (healthy.status_code, healthy.elapsed.total_seconds() < 2) == (200, True)
