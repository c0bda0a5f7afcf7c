"""What must be exact when several processes do it at once: turns, and who wins."""

from __future__ import annotations

import json
import threading
from collections import Counter
from typing import Any

import pytest
import requests

from audit.models import AuditLog
from audit.services import verify
from role.models import RoleRotation
from task.assignment import replay
from task.models import Assignment, Task, TaskTransition
from ticketing_testing.clients import published_messages, token_for
from ticketing_testing.processes import Broker
from tickets.models import IntakeRecord
from workflowmanager.ledger import QUEUE
from workflowmanager.tests import factories
from workflowmanager.tests.processes import eventually, web, workers

pytestmark = pytest.mark.django_db(transaction=True)

TICKETS, ROUNDS = 500, 100


def test_five_hundred_tickets_through_four_worker_processes_give_each_of_seven_71_or_72() -> None:
    people = [factories.make_person(number) for number in range(11, 18)]
    support = factories.make_role("IT Support", *people)
    owners = factories.make_role("Ticket Coordinator", factories.make_person(1), factories.make_person(2))
    factories.one_step(support, coordinators=owners)

    with Broker() as broker:
        broker.publish(QUEUE, (json.dumps(factories.ticket_data(f"TX{turn}")).encode() for turn in range(TICKETS)))
        with workers(broker, nodes=2, processes_each=2):
            eventually("a task for every ticket", lambda: Task.objects.count() >= TICKETS)

    turns = list(Assignment.objects.filter(is_owner=False))
    assert set(Counter(turn.person_id for turn in turns).values()) == {71, 72}
    assert set(Counter(Task.objects.values_list("owner_id", flat=True)).values()) == {TICKETS // 2}
    assert all(replay(turn.why) == turn.person_id for turn in turns)
    assert RoleRotation.objects.get(role=support).turns == TICKETS
    assert len(published_messages("task.send_assignment_notification")) == TICKETS
    assert set(IntakeRecord.objects.values_list("verdict", flat=True)) == {"accepted"}
    assert verify().is_valid


def test_of_two_who_press_approve_at_the_same_moment_one_wins_every_time() -> None:
    lead, _admin = factories.make_person(21, "Ines Costa"), factories.make_person(90, "Ada Admin")
    leads = factories.make_role("IT Lead", lead)
    approve = {"kind": "approval", "approval": {"required": 1, "mode": "count"}}
    factories.one_step(leads, outcome="approve", step=approve)
    tokens = [
        token_for(21, full_name="Ines Costa", roles={"tts": ["Agent"]}),
        token_for(90, full_name="Ada Admin", roles={"tts": ["Admin"]}),
    ]
    sessions = []
    for token in tokens:
        session = requests.Session()
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {token}"
        sessions.append(session)

    with Broker() as broker, web(broker, processes=2) as url:
        for round_ in range(ROUNDS):
            factories.take_in(f"TX{round_}")
            task = factories.task_of(f"TX{round_}")
            edge = factories.edge(task, "Work to Done")
            body = {"task_id": task.pk, "transition_id": edge.pk, "expected_version": task.version}
            won, lost = sorted(press_at_once(sessions, f"{url}/transitions/", body), key=lambda a: a.status_code)
            assert (won.status_code, lost.status_code) == (200, 409), lost.text
            refusal = lost.json()
            assert refusal["errors"][0]["code"] == "stale_version"
            assert refusal["current"]["status"] == "completed"
            assert refusal["acted_by"]["full_name"] in ("Ines Costa", "Ada Admin")

    assert TaskTransition.objects.count() == ROUNDS
    assert AuditLog.objects.filter(action="task.transition").count() == ROUNDS
    assert verify().is_valid


def press_at_once(sessions: list[requests.Session], url: str, body: dict[str, Any]) -> list[requests.Response]:
    barrier = threading.Barrier(len(sessions))
    answers: list[requests.Response] = []

    def press(session: requests.Session) -> None:
        barrier.wait()
        answers.append(session.post(url, json=body, timeout=60))

    threads = [threading.Thread(target=press, args=(session,)) for session in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
