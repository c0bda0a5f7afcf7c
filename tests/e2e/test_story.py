"""A ticket's whole way: help desk, task, notice and mail, comments, every step, back to the help desk, audit."""

from __future__ import annotations

import json
import statistics
import time
from typing import Any

import pytest
from stack import Person, Stack, eventually, frame

STORIES = {
    "straight": {"department": "IT Department", "category": "IT Support"},
    "approval": {"department": "IT Department", "category": "IT Support", "sub_category": "Access Request"},
    "several roles": {"department": "IT Department", "category": "Software Installation"},
}
ONWARD = ("approve", "forward")


@pytest.mark.parametrize("name", STORIES)
def test_a_ticket_travels_from_the_help_desk_through_every_step_and_back(stack: Stack, name: str) -> None:
    requester = stack.employee
    posted = requester.post(
        f"{stack.ticket}/tickets/",
        {"subject": "A licence for the drawing program", "description": "For two weeks.", "priority": "High"}
        | STORIES[name],
        status=201,
    )
    number = posted["ticket_number"]

    task = stack.task_of(number)
    assert task["status"] in ("pending", "in_progress")
    assert task["sla"]
    assignee = stack.person(task["assignee"]["user_id"])
    _was_told(stack, assignee, number)

    path = _walk(stack, task)

    task = stack.admin.get(f"{stack.workflow}/tasks/{task['id']}/")
    assert task["status"] == "completed"
    _help_desk_says(stack, requester, number, "resolved")
    trail = stack.admin.everything(f"{stack.workflow}/audit/", ticket_number=number)
    actors = {row["actor"]["user_id"] for row in trail if row["actor"]}
    assert actors >= {person for person, _ in path}, "everyone who acted is in the trail"
    assert len(trail) > len(path)
    verified = stack.admin.get(f"{stack.workflow}/audit/verify/")
    assert verified["valid"] is True, verified


def _was_told(stack: Stack, person: Person, number: str) -> None:
    def notice() -> list[Any]:
        rows = person.get(f"{stack.notification}/api/v2/notifications/inapp/", page_size=50)["results"]
        return [row for row in rows if number in json.dumps(row)]

    eventually(f"a notice about {number}", notice)
    eventually(f"a mail about {number}", lambda: stack.mails_to(person, number))


def _walk(stack: Stack, task: dict[str, Any]) -> list[tuple[int, str]]:
    """Let each assignee take the step's way on until the task ends; return who did what."""
    address = f"{stack.workflow}/tasks/{task['id']}/"
    path: list[tuple[int, str]] = []
    for _ in range(12):
        task = eventually(
            "an assignee or an end",
            lambda: next(
                (
                    found
                    for found in [stack.admin.get(address)]
                    if found["assignee"] or found["status"] not in ("pending", "in_progress")
                ),
                None,
            ),
        )
        if task["status"] not in ("pending", "in_progress"):
            return path
        agent = stack.person(task["assignee"]["user_id"])
        seen = agent.get(address)
        way = next(entry for entry in seen["available_transitions"] if entry["outcome"] in ONWARD)
        agent.post(
            f"{stack.workflow}/transitions/",
            {
                "task_id": task["id"],
                "transition_id": way["id"],
                "comment": "Looks right to me.",
                "expected_version": seen["version"],
            },
        )
        path.append((agent.account.user_id, way["name"]))
    raise AssertionError(f"no end after {path}")


def _help_desk_says(stack: Stack, requester: Person, number: str, status: str) -> None:
    eventually(
        f"the help desk's record says {status}",
        lambda: requester.get(f"{stack.ticket}/tickets/{number}/")["status"] == status,
    )
    history = requester.get(f"{stack.ticket}/tickets/{number}/status-history/", page_size=100)["results"]
    assert [row["new_status"] for row in history].count(status) == 1


def test_a_comment_is_in_the_other_browser_in_well_under_a_second(stack: Stack) -> None:
    number = stack.new_number()
    stack.publish(json.dumps(stack.ticket_data(number)).encode())
    task = stack.task_of(number)
    agent = stack.person(task["assignee"]["user_id"])
    second = stack.colleague_of(agent, task["current_step"]["role"])

    def may_read() -> bool:
        url = f"{stack.messaging}/comments/?ticket_id={number}"
        return all(person.http.get(url, timeout=10).status_code == 200 for person in (agent, second))

    eventually("messaging knows who may read the ticket", may_read)
    with agent.socket(f"ws/comments/{number}/") as one, second.socket(f"ws/comments/{number}/") as other:
        frame(one, "connection_established")
        frame(other, "connection_established")
        delays = []
        for turn in range(10):
            text = f"Line {turn} of {number}"
            began = time.monotonic()
            one.send(
                json.dumps(
                    {"type": "comment_create", "text": text, "visibility": "internal", "client_id": f"{number}-{turn}"}
                )
            )
            seen = frame(other, "comment_update", containing=text)
            delays.append(time.monotonic() - began)
            assert seen["action"] == "create"
            assert seen["comment"]["author"]["user_id"] == agent.account.user_id

    assert statistics.median(delays) < 1, delays
    stored = agent.everything(f"{stack.messaging}/comments/", ticket_id=number)
    assert sorted(row["text"] for row in stored) == [f"Line {turn} of {number}" for turn in range(10)]


def test_a_stranger_reads_nothing(stack: Stack) -> None:
    number = stack.new_number()
    stack.publish(json.dumps(stack.ticket_data(number)).encode())
    task = stack.task_of(number)

    answer = stack.employee.http.get(f"{stack.workflow}/tasks/{task['id']}/", timeout=10)

    assert answer.status_code in (403, 404)
    assert number not in answer.text
