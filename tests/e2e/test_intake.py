"""Both kinds of message become a task, once; what is no ticket is kept with its reason, and work goes on."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from celery import Celery
from kombu import Exchange, Queue
from stack import INTAKE, Stack, eventually


def _plain(stack: Stack) -> Celery:
    """Celery as it comes: it declares the queue that it is told to send to."""
    return Celery(broker=stack.env["RABBITMQ_URL"], set_as_current=False)


def _typed(stack: Stack) -> Celery:
    """Celery that names the queue's type."""
    app = _plain(stack)
    app.conf.task_queues = [Queue(INTAKE, Exchange(""), routing_key=INTAKE, queue_arguments={"x-queue-type": "quorum"})]
    return app


@pytest.mark.parametrize("make", [_plain, _typed], ids=["plain", "typed"])
def test_a_celery_task_becomes_a_task(stack: Stack, make: Callable[[Stack], Celery]) -> None:
    number = stack.new_number()
    with make(stack) as app:
        app.send_task("tickets.tasks.receive_ticket", kwargs={"ticket_data": stack.ticket_data(number)}, queue=INTAKE)

    task = stack.task_of(number)

    assert task["ticket_number"] == number
    assert task["workflow"]["name"] == "IT Support Request"
    assert task["current_step"]["role"] == "Ticket Coordinator"


@pytest.mark.parametrize("properties", [{"content_type": "application/json"}, {}], ids=["typed", "untyped"])
def test_plain_json_becomes_a_task(stack: Stack, properties: dict[str, Any]) -> None:
    number = stack.new_number()
    stack.publish(json.dumps(stack.ticket_data(number)).encode(), **properties)

    assert stack.task_of(number)["ticket_number"] == number


def test_the_same_ticket_ten_times_at_once_is_one_task_and_one_notification(stack: Stack) -> None:
    number = stack.new_number()
    body = json.dumps(stack.ticket_data(number)).encode()
    senders = [threading.Thread(target=stack.publish, args=(body,)) for _ in range(10)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    task = stack.task_of(number)
    # A ticket that came later is through as well: all ten were handled before it.
    last = stack.new_number()
    stack.publish(json.dumps(stack.ticket_data(last)).encode())
    later = stack.task_of(last)

    assert len(stack.tasks_of(number)) == 1
    told = stack.person(task["assignee"]["user_id"])
    later_told = stack.person(later["assignee"]["user_id"])
    eventually("the later notice", lambda: _notices(stack, later_told, last))
    assert len(_notices(stack, told, number)) == 1
    eventually("the mail", lambda: stack.mails_to(told, number))
    assert len(stack.mails_to(told, number)) == 1


def _notices(stack: Stack, person: Any, number: str) -> list[dict[str, Any]]:
    rows = person.everything(f"{stack.notification}/api/v2/notifications/inapp/")
    return [row for row in rows if row["notification_type"] == "task_assignment" and number in json.dumps(row)]


MALFORMED = {
    "broken JSON": b'{"ticket_number": "TX',
    "a list": b"[1, 2]",
    "no subject": json.dumps({"ticket_number": "E2E-1", "category": "x", "department": "y"}).encode(),
    "a bad number": json.dumps(
        {"ticket_number": "no spaces!", "subject": "s", "category": "c", "department": "d"}
    ).encode(),
    "not text": b"\xff\xfe\x00",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_no_ticket_is_dead_with_its_reason_and_work_goes_on(stack: Stack, name: str) -> None:
    message_id = f"e2e-{uuid.uuid4()}"
    stack.publish(MALFORMED[name], message_id=message_id)

    def look() -> list[dict[str, Any]]:
        return list(stack.admin.get(f"{stack.workflow}/intake/", message_id=message_id)["results"])

    [record] = eventually(f"{name} in the ledger", look)
    assert record["reason"]
    assert record["verdict"] in {"invalid", "unreadable"}
    dead = eventually(
        "the message among the dead",
        lambda: [
            row
            for row in stack.dead_letters()
            if message_id in (row["properties"].get("message_id"), row["properties"].get("headers", {}).get("id"))
        ],
    )
    assert len(dead) == 1
    assert stack.processes()["workflow-worker"]["state"] == "RUNNING"
    number = stack.new_number()
    stack.publish(json.dumps(stack.ticket_data(number)).encode())
    assert stack.task_of(number)


def test_a_worker_is_not_restarted_by_any_of_it(stack: Stack) -> None:
    before = stack.processes()["workflow-worker"]
    for body in MALFORMED.values():
        stack.publish(body)
    stack.publish(b"{}", headers={"task": "tickets.tasks.receive_ticket"}, content_type="application/json")
    stack.publish(b"[[], {}]", headers={"task": "no.such.task", "id": "x"}, content_type="application/json")
    number = stack.new_number()
    stack.publish(json.dumps(stack.ticket_data(number)).encode())
    stack.task_of(number)

    after = stack.processes()["workflow-worker"]
    assert (after["pid"], after["restarts"]) == (before["pid"], before["restarts"])
