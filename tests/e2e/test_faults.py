"""What breaks is repaired without hands, and no ticket is lost or doubled meanwhile."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
import requests
from stack import Stack, eventually

pytestmark = pytest.mark.usefixtures("healthy_afterwards")


def test_the_status_names_every_process(stack: Stack) -> None:
    processes = stack.processes()

    expected = {f"{name}-web" for name in ("auth", "workflow", "messaging", "notification", "ticket")}
    expected |= {f"{name}-relay" for name in ("auth", "workflow", "messaging", "notification", "ticket")}
    expected |= {"auth-worker", "workflow-worker", "messaging-worker", "notification-worker", "ticket-worker"}
    expected |= {"workflow-beat", "notification-beat", "mail-sink"}
    assert expected <= processes.keys()
    for name, process in processes.items():
        assert set(process) == {"name", "pid", "state", "restarts"}
        assert process["state"] == "RUNNING", name
        assert process["pid"] > 0
        assert process["restarts"] >= 0


def test_tickets_posted_while_the_broker_is_stopped_become_tasks_once_it_is_back(stack: Stack) -> None:
    stack.stop("rabbitmq")
    numbers = []
    for turn in range(20):
        began = time.monotonic()
        posted = stack.employee.post(
            f"{stack.ticket}/tickets/",
            {
                "subject": f"Posted while the broker is away, {turn}",
                "description": "Nothing may be lost.",
                "department": "IT Department",
                "category": "IT Support",
            },
            status=201,
        )
        numbers.append(posted["ticket_number"])
        assert time.monotonic() - began < 5, "a broker that is away must not hold up the help desk"

    stack.start("rabbitmq")

    for number in numbers:
        stack.task_of(number, seconds=90)
    assert {number: len(stack.tasks_of(number)) for number in numbers} == dict.fromkeys(numbers, 1)
    assert stack.processes()["workflow-worker"]["state"] == "RUNNING"


def test_a_worker_killed_in_a_burst_of_300_costs_no_ticket_and_doubles_none(stack: Stack) -> None:
    prefix = stack.new_number()
    numbers = [f"{prefix}-{turn:03}" for turn in range(300)]
    pid = int(stack.processes()["workflow-worker"]["pid"])
    # Halted while the burst comes in, so that it finds all of it waiting and is killed in the middle.
    os.kill(pid, signal.SIGSTOP)
    try:
        stack.publish(*(json.dumps(stack.ticket_data(number)).encode() for number in numbers))
    finally:
        os.kill(pid, signal.SIGCONT)
    eventually("the first tasks of the burst", lambda: _count(stack, prefix) > 0, pause=0.02)
    os.kill(pid, signal.SIGKILL)

    assert _count(stack, prefix) < 300, "the burst was over before the kill"
    eventually("all tasks of the burst", lambda: _count(stack, prefix) >= 300, seconds=120, pause=0.5)
    assert stack.processes()["workflow-worker"]["pid"] != pid
    # One more ticket through the queue: whatever was delivered twice has been handled by then.
    last = stack.new_number()
    stack.publish(json.dumps(stack.ticket_data(last)).encode())
    stack.task_of(last, seconds=60)
    rows = stack.admin.everything(f"{stack.workflow}/tasks/", view="all", search=prefix)
    assert Counter(row["ticket_number"] for row in rows) == Counter(numbers)


def _count(stack: Stack, prefix: str) -> int:
    return int(stack.admin.get(f"{stack.workflow}/tasks/", view="all", search=prefix, page_size=1)["count"])


def test_the_others_go_on_while_auth_is_stopped(stack: Stack) -> None:
    admin = stack.admin
    number = stack.new_number()
    stack.publish(json.dumps(stack.ticket_data(number)).encode())
    task = stack.task_of(number)
    agent = stack.person(task["assignee"]["user_id"])
    comments = f"{stack.messaging}/comments/?ticket_id={number}"
    eventually("messaging knows who may read", lambda: agent.http.get(comments, timeout=10).status_code == 200)

    stack.stop("auth-web")

    with pytest.raises(requests.ConnectionError):
        requests.get(f"{stack.auth}/health/live/", timeout=5)
    for address in (
        f"{stack.workflow}/tasks/",
        f"{stack.messaging}/comments/?ticket_id={number}",
        f"{stack.notification}/api/v2/notifications/inapp/",
        f"{stack.ticket}/tickets/",
    ):
        for person in (admin, agent):
            answer = person.http.get(address, timeout=10)
            assert answer.status_code == 200, f"{address}: {answer.status_code} {answer.text[:300]}"
    forged = requests.get(
        f"{stack.workflow}/tasks/", headers={"Authorization": f"Bearer {admin.token[:-6]}AAAAAA"}, timeout=10
    )
    assert forged.status_code == 401


def test_a_restarted_database_costs_no_request_once_it_is_back(stack: Stack) -> None:
    number = stack.new_number()
    stack.publish(json.dumps(stack.ticket_data(number)).encode())
    stack.task_of(number)
    addresses = (
        f"{stack.auth}/api/v1/users/me/",
        f"{stack.workflow}/tasks/",
        f"{stack.messaging}/comments/?ticket_id={number}",
        f"{stack.notification}/api/v2/notifications/inapp/",
        f"{stack.ticket}/tickets/",
    )

    def ask_often() -> list[int]:
        """Ask every thread of every service, more or less."""
        with ThreadPoolExecutor(max_workers=8) as pool:
            return list(pool.map(lambda address: stack.admin.http.get(address, timeout=20).status_code, addresses * 8))

    assert set(ask_often()) == {200}

    stack.stop("postgresql")
    stack.start("postgresql")
    eventually("the database takes connections", lambda: _takes_connections(stack.env["AUTH_DATABASE_URL"]))

    assert Counter(ask_often()) == {200: 40}


def _takes_connections(url: str) -> bool:
    try:
        psycopg2.connect(url, connect_timeout=2).close()
    except psycopg2.OperationalError:
        return False
    return True


@pytest.mark.parametrize("name", ["workflow-relay", "notification-worker", "messaging-worker", "ticket-worker"])
def test_a_killed_process_is_back_and_the_next_ticket_arrives(stack: Stack, name: str) -> None:
    pid = stack.kill(name)

    eventually(
        f"{name} runs again",
        lambda: (found := stack.processes()[name])["state"] == "RUNNING" and found["pid"] != pid,
        pause=0.5,
    )
    posted = stack.employee.post(
        f"{stack.ticket}/tickets/",
        {
            "subject": "After the kill",
            "description": "Still there?",
            "department": "IT Department",
            "category": "IT Support",
        },
        status=201,
    )
    task = stack.task_of(posted["ticket_number"])
    person = stack.person(task["assignee"]["user_id"])
    eventually(
        "the assignee's notice",
        lambda: [
            row
            for row in person.get(f"{stack.notification}/api/v2/notifications/inapp/", page_size=50)["results"]
            if posted["ticket_number"] in json.dumps(row)
        ],
    )
