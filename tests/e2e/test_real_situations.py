"""What happens at other help desks, published as their messages and read through the public interfaces."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from stack import Person, Stack, eventually

CASES = Path(__file__).parent / "cases"
SLA = {"low": "5d", "medium": "P2D", "high": "08:00:00", "urgent": "4h"}
REVIEW = {"ref": "review", "name": "Review", "role": "Ticket Coordinator", "is_start": True, "instruction": "Look."}
APPROVE = {
    "ref": "approve",
    "name": "Approve",
    "kind": "approval",
    "role": "IT Support",
    "instruction": "Decide.",
    "approval": {"required": 2, "mode": "count"},
}
GRANTED = {"ref": "granted", "name": "Granted", "is_end": True, "end_status": "completed"}
REJECTED = {"ref": "rejected", "name": "Rejected", "is_end": True, "end_status": "rejected"}
FINANCE = {"ref": "finance", "name": "Finance", "role": "Finance Lead", "instruction": "Check the sum."}
APPROVAL = {
    "steps": [REVIEW, APPROVE, GRANTED, REJECTED],
    "transitions": [
        {"from": "review", "to": "approve", "name": "Submit", "outcome": "forward"},
        {"from": "approve", "to": "granted", "name": "Grant", "outcome": "approve"},
        {"from": "approve", "to": "rejected", "name": "Refuse", "outcome": "reject"},
    ],
}
BY_AMOUNT = {
    "steps": [REVIEW, FINANCE, GRANTED],
    "transitions": [
        {"from": "review", "to": to, "name": name, "is_automatic": True, "condition": condition}
        for to, name, condition in (
            ("finance", "Much", {"field": "requested_budget", "op": "gte", "value": 5000}),
            ("granted", "Little", {"field": "requested_budget", "op": "lt", "value": 5000}),
        )
    ]
    + [{"from": "finance", "to": "granted", "name": "Paid", "outcome": "forward"}],
}


@dataclass(frozen=True)
class Workflow:
    stack: Stack
    kind: str  # its category and its department

    def publish(self, case: str, number: str, *lines: int, **words: str) -> None:
        """Publish lines of a case, all unless told. Several workers read the queue: what follows is published after."""
        text = (CASES / f"{case}.jsonl").read_text()
        for word, value in {"NUMBER": number, "KIND": self.kind, **words}.items():
            text = text.replace(f"@{word}@", value)
        rows = text.splitlines()
        chosen = [rows[line] for line in lines] if lines else rows
        self.stack.publish(*(row.encode() for row in chosen), content_type="application/json; charset=utf-8")

    def ledger(self, number: str, count: int) -> list[dict[str, Any]]:
        """Return the ledger rows of the ticket, oldest first, once there are so many."""

        def look() -> list[dict[str, Any]] | None:
            rows = self.stack.admin.everything(f"{self.stack.workflow}/intake/", ticket_number=number)
            return sorted(rows, key=lambda row: int(row["id"])) if len(rows) >= count else None

        return eventually(f"{count} messages about {number}", look) or []

    def task(self, number: str) -> dict[str, Any]:
        (row,) = self.stack.tasks_of(number)
        task: dict[str, Any] = self.stack.admin.get(f"{self.stack.workflow}/tasks/{row['id']}/")
        return task

    def ticket(self, number: str) -> dict[str, Any]:
        ticket: dict[str, Any] = self.stack.admin.get(f"{self.stack.workflow}/tickets/{number}/")
        return ticket

    def press(self, number: str, name: str, person: Person | None = None, *, status: int = 200) -> Any:
        """Perform a transition as its assignee, or as this person."""
        task = self.task(number)
        who = person or self.stack.person(task["assignee"]["user_id"])
        graph = self.stack.admin.get(f"{self.stack.workflow}/tasks/{task['id']}/graph/")
        edge = next(each for each in graph["transitions"] if each["name"] == name)
        body = {"task_id": task["id"], "transition_id": edge["id"], "expected_version": task["version"]}
        return who.post(f"{self.stack.workflow}/transitions/", body, status=status)


def _deployed(stack: Stack, document: dict[str, Any], **policy: Any) -> Iterator[Workflow]:
    kind = f"SITUATION {secrets.token_hex(4)}"
    url = f"{stack.workflow}/workflows/"
    whole = {"format": "ticket-tracking-workflow/1", "name": kind, "category": kind, "department": kind, **policy}
    made = stack.admin.post(f"{url}import/", {**whole, "sla_seconds": SLA, **document}, status=201)
    for move, status in (("initialize", 200), ("deploy", 201)):
        answer = stack.admin.http.post(f"{url}{made['id']}/{move}/", json={}, timeout=20)
        assert answer.status_code in (200, status), answer.text
    yield Workflow(stack, kind)
    for move in ("pause", "archive"):
        stack.admin.post(f"{url}{made['id']}/{move}/", {})


@pytest.fixture(scope="module")
def approval(stack: Stack) -> Iterator[Workflow]:
    yield from _deployed(stack, APPROVAL)


@pytest.fixture(scope="module")
def budget(stack: Stack) -> Iterator[Workflow]:
    yield from _deployed(stack, APPROVAL, end_logic="budget")


@pytest.fixture(scope="module")
def by_amount(stack: Stack) -> Iterator[Workflow]:
    yield from _deployed(stack, BY_AMOUNT)


def test_an_update_is_a_patch(stack: Stack, approval: Workflow) -> None:
    number = stack.new_number()
    account = next(each for each in stack.accounts.values() if "IT Support" in each.roles)
    words = {"USER": str(account.user_id), "NAME": "An Approver", "EMAIL": account.email}
    approval.publish("patch", number, 0, **words)
    approval.ledger(number, 1)
    approval.publish("patch", number, 1, **words)

    assert [row["verdict"] for row in approval.ledger(number, 2)] == ["accepted", "updated"]
    ticket = approval.ticket(number)
    assert (ticket["priority"], ticket["description"], ticket["sub_category"]) == (
        "urgent",
        "The arm sags.",
        "Hardware",
    )
    assert ticket["requester"]["email"] == account.email
    assert [file["file_name"] for file in ticket["attachments"]] == ["arm.png"]
    assert ticket["source_status"] == "In Progress"

    approval.press(number, "Submit")
    approval.press(number, "Grant", stack.person(account.user_id), status=403)
    approval.publish("patch", number, 2, **words)
    approval.ledger(number, 3)
    assert approval.ticket(number)["description"] == ""
    approval.press(number, "Grant", stack.person(account.user_id), status=403)


def test_a_changed_amount_voids_the_vote_and_the_hand_off_carries_what_was_approved(
    stack: Stack, budget: Workflow
) -> None:
    number = stack.new_number()
    budget.publish("amount", number, 0)
    budget.ledger(number, 1)
    budget.press(number, "Submit")
    first, second = [each for each in stack.accounts.values() if "IT Support" in each.roles][:2]
    budget.press(number, "Grant", stack.person(first.user_id))
    assert len(budget.task(number)["approval"]["votes"]) == 1
    budget.publish("amount", number, 1)
    budget.ledger(number, 2)

    assert budget.task(number)["approval"]["votes"] == []
    audit = stack.admin.everything(f"{stack.workflow}/audit/", ticket_number=number, action="ticket.updated")
    assert (audit[0]["old"], audit[0]["new"]) == (
        {"requested_budget": "1000.00"},
        {"requested_budget": "900000.00"},
    )
    inapp = f"{stack.notification}/api/v2/notifications/inapp/"
    told = stack.person(first.user_id)
    eventually("the notice", lambda: [r for r in told.everything(inapp) if f"vote on {number} is void" in r["subject"]])

    budget.press(number, "Grant", stack.person(second.user_id))
    assert budget.task(number)["status"] == "in_progress"
    budget.press(number, "Grant", stack.person(first.user_id))
    checkouts = stack.admin.everything(f"{stack.workflow}/bms/checkouts/", search=number)
    assert [row["payload"]["requested_budget"] for row in checkouts] == ["900000.00"]


def test_an_amount_that_is_no_number_stays_with_a_person(stack: Stack, by_amount: Workflow) -> None:
    number = stack.new_number()
    by_amount.publish("spellings", number)
    url = f"{stack.workflow}/tasks/"
    rows = eventually(
        "ten tasks",
        lambda: len(found := stack.admin.everything(url, view="all", search=number)) == 10 and found,
    )
    for row in rows or []:
        index = int(row["ticket_number"].rpartition("-")[2])
        task = stack.admin.get(f"{url}{row['id']}/")
        if index <= 3:
            assert (task["current_step"]["name"], task["decision_problem"]) == ("Finance", None), index
        else:
            assert (task["status"], task["current_step"]["name"]) == ("in_progress", "Review"), index
            assert "requested_budget" in task["decision_problem"], index


def test_a_corrected_priority_is_one_value_and_a_corrected_category_an_offer(
    stack: Stack, approval: Workflow, by_amount: Workflow
) -> None:
    number = stack.new_number()
    approval.publish("corrected", number, 0)
    approval.ledger(number, 1)
    low = approval.task(number)
    approval.publish("corrected", number, 1, OTHER=by_amount.kind)
    approval.ledger(number, 2)

    task = approval.task(number)
    assert task["priority"] == approval.ticket(number)["priority"] == "urgent"
    urgent = stack.admin.everything(f"{stack.workflow}/tasks/", view="all", priority="urgent", ticket_number=number)
    assert [row["id"] for row in urgent] == [task["id"]]
    assert task["sla"]["target_seconds"] == 4 * 3600
    assert task["sla"]["due_at"] < low["sla"]["due_at"]
    assert task["move_offer"]["name"] == by_amount.kind
    told = stack.person(task["assignee"]["user_id"])
    inapp = f"{stack.notification}/api/v2/notifications/inapp/"
    eventually("the notice", lambda: [r for r in told.everything(inapp) if f"{number} was changed" in r["subject"]])


def test_what_its_source_holds_is_held_until_the_source_goes_on(stack: Stack, approval: Workflow) -> None:
    number = stack.new_number()
    approval.publish("held", number, 0)
    approval.ledger(number, 1)
    approval.publish("held", number, 1)
    approval.ledger(number, 2)
    task = approval.task(number)
    assert (task["status"], task["sla"]["paused"]) == ("on_hold", True)
    assert approval.ticket(number)["submitted_at"] == "2026-11-30T08:00:00Z"
    used = task["sla"]["used_seconds"]
    time.sleep(1.1)
    assert approval.task(number)["sla"]["used_seconds"] == used

    approval.publish("held", number, 2)
    approval.ledger(number, 3)
    task = approval.task(number)
    assert (task["status"], task["sla"]["paused"]) == ("in_progress", False)
    timeline = stack.admin.get(f"{stack.workflow}/tasks/{task['id']}/timeline/")
    lines = timeline["results"] if isinstance(timeline, dict) else timeline
    assert [line["event"] for line in lines if line["event"] in ("held", "resumed")] == ["held", "resumed"]


def test_a_closed_ticket_is_reopened_as_the_next_cycle(stack: Stack, approval: Workflow) -> None:
    number = stack.new_number()
    approval.publish("reopened", number, 0)
    approval.ledger(number, 1)
    approval.press(number, "Submit")
    for account in [each for each in stack.accounts.values() if "IT Support" in each.roles][:2]:
        approval.press(number, "Grant", stack.person(account.user_id))
    first = approval.task(number)
    assert first["status"] == "completed"

    approval.publish("reopened", number, 1)
    approval.ledger(number, 2)
    assert approval.task(number)["status"] == "completed"
    assert approval.ticket(number)["intake_state"] == "matched"

    approval.publish("reopened", number, 2)
    assert approval.ledger(number, 3)[-1]["verdict"] == "reopened"
    again = approval.task(number)
    assert (again["id"], again["cycle"], again["status"]) == (first["id"], 2, "in_progress")
    assert again["owner"] == first["owner"]
    today = {"from": again["created_at"][:10], "workflow": again["workflow"]["id"]}
    closed = [row["closed"] for row in stack.admin.get(f"{stack.workflow}/analytics/sla/", **today)["results"]]
    assert sum(closed) >= 1, "the first cycle's closing is still counted"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_csv_of_people_is_read_as_it_is_written(stack: Stack, encoding: str, separator: str) -> None:
    tag = f"t{secrets.token_hex(5)}"
    rows = (CASES / "people.csv").read_text().replace("@TAG@", f"@{tag}").replace(";", separator).splitlines()
    content = "\r\n".join(rows).encode(encoding)
    answer = stack.admin.http.post(
        f"{stack.auth}/api/v1/users/import/",
        files={"file": ("people.csv", content, "text/csv")},
        data={"skip_faulty": "true"},
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["is_imported"], found["good"], found["failed"]) == (True, 2, 1)
    assert found["ignored_columns"] == ["whenCreated"]
    (faulty,) = [row for row in found["rows"] if row["errors"]]
    assert (faulty["row"], faulty["errors"][0]["column"]) == (4, "email")
    people = stack.admin.everything(f"{stack.auth}/api/v1/users/", search=tag)
    assert {person["full_name"] for person in people} == {"Inge Ström", "Suharto"}


def test_an_unreadable_message_is_replayed_from_the_ledger(stack: Stack, approval: Workflow) -> None:
    number = stack.new_number()
    body = json.dumps(
        {
            "ticket_number": number,
            "subject": "Gerät fällt aus",
            "category": approval.kind,
            "department": approval.kind,
        },
        ensure_ascii=False,
    )
    stack.publish(body.encode("windows-1252"))
    (record,) = approval.ledger(number, 1)
    assert record["verdict"] == "unreadable"

    replay = f"{stack.workflow}/intake/{record['id']}/replay/"
    refused = stack.admin.post(replay, {}, status=400)
    assert refused["errors"][0]["code"] == "still_unreadable"
    assert stack.admin.post(replay, {"charset": "windows-1252"})["verdict"] == "accepted"
    assert approval.ticket(number)["subject"] == "Gerät fällt aus"
