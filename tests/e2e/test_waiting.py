"""Holds that end by themselves on the running system: with the requester's answer, and when their moment comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from stack import Person, Stack, eventually


def _ticket(stack: Stack) -> tuple[str, int, Person]:
    """File a ticket at the help desk; return its number, its task, and who works on it."""
    posted = stack.employee.post(
        f"{stack.ticket}/tickets/",
        {"subject": "A licence", "department": "IT Department", "category": "IT Support", "priority": "High"},
        status=201,
    )
    number = posted["ticket_number"]
    task = stack.task_of(number)
    agent = stack.person(task["assignee"]["user_id"])
    url = f"{stack.messaging}/comments/?ticket_id={number}"
    eventually("messaging knows the ticket", lambda: agent.http.get(url, timeout=10).status_code == 200)
    return number, task["id"], agent


def _notices(stack: Stack, agent: Person, number: str, kind: str) -> list[dict[str, Any]]:
    rows = agent.get(f"{stack.notification}/api/v2/notifications/inapp/", page_size=50)["results"]
    return [row for row in rows if row["notification_type"] == kind and number in row["subject"]]


def _events(stack: Stack, agent: Person, task_id: int) -> list[str]:
    return [line["event"] for line in agent.everything(f"{stack.workflow}/tasks/{task_id}/timeline/")]


def test_an_answer_of_the_requester_ends_the_hold_that_waits_for_it(stack: Stack) -> None:
    number, task_id, agent = _ticket(stack)
    address = f"{stack.workflow}/tasks/{task_id}/"
    asked = {"text": "Which version?", "visibility": "public", "client_id": f"wait-{number}"}
    held = agent.post(
        f"{address}hold/",
        {"reason_code": "waiting_for_requester", "until_answer": True, "with_comment": asked},
    )
    assert (held["status"], held["hold"]["until_answer"]) == ("on_hold", True)

    comments = f"{stack.ticket}/tickets/{number}/comments/"
    (there,) = eventually("the question at the help desk", lambda: stack.employee.everything(comments))
    assert agent.get(address)["status"] == "on_hold", "the agent's own comment answers nothing"
    stack.employee.post(comments, {"text": "The 9.2.", "parent_id": there["id"]}, status=201)

    def resumed() -> dict[str, Any] | None:
        task: dict[str, Any] = agent.get(address)
        return task if task["status"] == "in_progress" else None

    task = eventually("the task goes on", resumed)
    assert (task["hold"], task["sla"]["paused"]) == (None, False)
    assert task["answered_at"] is not None
    assert [row["ticket_number"] for row in agent.everything(f"{stack.workflow}/tasks/", answered="true")].count(
        number
    ) == 1
    assert _events(stack, agent, task_id)[-3:] == ["held", "answered", "resumed"]
    eventually("the notice of the answer", lambda: _notices(stack, agent, number, "requester_reply"))

    agent.post(
        f"{stack.messaging}/comments/?ticket_id={number}", {"text": "Thank you.", "visibility": "public"}, status=201
    )
    eventually("the answer is dealt with", lambda: agent.get(address)["answered_at"] is None)


def test_a_hold_ends_when_its_moment_comes(stack: Stack) -> None:
    number, task_id, agent = _ticket(stack)
    address = f"{stack.workflow}/tasks/{task_id}/"
    until = datetime.now(UTC) + timedelta(seconds=3)
    held = agent.post(f"{address}hold/", {"reason_code": "waiting_for_date", "until": until.isoformat()})
    assert held["hold"]["until"] is not None

    eventually("the task goes on", lambda: agent.get(address)["status"] == "in_progress", seconds=60)
    assert _events(stack, agent, task_id)[-2:] == ["held", "resumed"]
    (notice,) = eventually("the notice", lambda: _notices(stack, agent, number, "system"))
    assert notice["subject"] == f"{number} is no longer on hold"
