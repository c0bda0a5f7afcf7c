"""A reminder on the running system: it comes at its moment, in the application and by mail, and is gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from stack import Stack, eventually


def test_a_reminder_comes_at_its_moment_and_is_gone(stack: Stack) -> None:
    posted = stack.employee.post(
        f"{stack.ticket}/tickets/",
        {"subject": "A licence", "department": "IT Department", "category": "IT Support", "priority": "High"},
        status=201,
    )
    number = posted["ticket_number"]
    agent = stack.person(stack.task_of(number)["assignee"]["user_id"])
    reminders = f"{stack.workflow}/reminders/"
    moment = datetime.now(UTC) + timedelta(seconds=3)
    wanted = {"ticket_number": number, "remind_at": moment.isoformat(), "note": "Call the supplier."}
    assert agent.post(reminders, wanted, status=201)["ticket_number"] == number

    def told() -> list[dict[str, Any]]:
        rows = agent.get(f"{stack.notification}/api/v2/notifications/inapp/", page_size=50)["results"]
        return [row for row in rows if row["subject"] == f"Reminder: {number}"]

    (notice,) = eventually("the reminder", told, seconds=60)
    assert notice["message"].endswith("Call the supplier.")
    assert notice["link"].endswith(f"/tickets/{number}")
    assert agent.everything(reminders, ticket_number=number) == []
