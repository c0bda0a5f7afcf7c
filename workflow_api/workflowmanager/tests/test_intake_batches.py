"""Messages that are taken in together end as they would one by one."""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from audit.models import AuditLog
from audit.services import verify
from role.models import RoleRotation
from task import clock_checks
from task.assignment import replay
from task.models import Assignment, Task, Timeline
from ticketing_common.inbox.models import DeadLetter, ProcessedMessage
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.clients import deliver, deliver_batch, published_messages
from ticketing_testing.processes import Broker
from tickets.models import IntakeRecord, Ticket
from workflowmanager.ledger import QUEUE
from workflowmanager.tasks import receive_ticket
from workflowmanager.tests import factories
from workflowmanager.tests.processes import eventually, workers

TICKETS = 400
#: What differs between two runs: ids of rows, and moments.
VARYING = frozenset({"id", "task_id", "event_id", "occurred_at", "notification_id", "at", "due_at"})


def batch(*tickets: Mapping[str, Any]) -> list[int]:
    """Deliver these tickets in one batch."""
    return deliver_batch(receive_ticket, {f"m{place}": {"ticket_data": data} for place, data in enumerate(tickets)})


def verdicts() -> dict[str, list[str]]:
    """Return the verdicts by ticket, in the order of the messages."""
    found: dict[str, list[str]] = {}
    for number, verdict in IntakeRecord.objects.order_by("received_at").values_list("ticket_number", "verdict"):
        found.setdefault(number, []).append(verdict)
    return found


def counts() -> Counter[str]:
    return Counter(IntakeRecord.objects.values_list("verdict", flat=True))


def without_varying(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_varying(item) for name, item in value.items() if name not in VARYING}
    return [without_varying(item) for item in value] if isinstance(value, list) else value


def state() -> dict[str, Any]:
    """Return all that the messages left behind, without ids and moments."""
    found: dict[str, Any] = {"verdicts": verdicts()}
    for ticket in Ticket.objects.order_by("ticket_number"):
        number = ticket.ticket_number
        tasks = Task.objects.filter(ticket=ticket).order_by("pk")
        found[number] = without_varying(
            {
                "ticket": [ticket.subject, ticket.intake_state, ticket.unmatched_reason, ticket.data],
                "tasks": list(tasks.values("status", "assignee_id", "owner_id", "event_seq", "version", "priority")),
                "timeline": list(Timeline.objects.filter(task__in=tasks).order_by("seq").values("event", "detail")),
                "assignments": list(
                    Assignment.objects.filter(task__in=tasks)
                    .order_by("is_owner", "started_at")
                    .values("person_id", "role_id", "is_owner", "origin", "why", "end_reason")
                ),
                "audit": list(
                    AuditLog.objects.filter(ticket_number=number).order_by("id").values("action", "new", "request_id")
                ),
            }
        )
        # Messages of one ticket keep their order; those of different tickets have none.
        found[number]["messages"] = [
            (row.task, without_varying(row.kwargs), row.request_id)
            for row in OutboxMessage.objects.order_by("id")
            if row.kwargs.get("ticket_number") == number
        ]
    found["turns"] = list(RoleRotation.objects.order_by("role_id").values_list("role_id", "last_user_id", "turns"))
    return found


def one_by_one(tickets: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the state after the tickets came one by one, and undo it."""
    with transaction.atomic():
        for place, data in enumerate(tickets):
            deliver_batch(receive_ticket, {f"m{place}": {"ticket_data": data}})
        found = state()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
class TestOneBatch:
    @pytest.fixture(autouse=True)
    def people(self) -> None:
        self.amara, self.kenji, self.ines = (factories.make_person(number) for number in (11, 12, 13))
        self.support = factories.make_role("IT Support", self.amara, self.kenji, self.ines)
        self.owners = factories.make_role("Ticket Coordinator", factories.make_person(1), factories.make_person(2))

    def test_each_ticket_has_its_own_verdict_ledger_row_and_request(self) -> None:
        factories.one_step(self.support, coordinators=self.owners)
        refused = batch(
            factories.ticket_data("TX1"),
            factories.ticket_data("TX2", category="Travel"),
            factories.ticket_data("TX3", priority="soon"),
            factories.ticket_data("TX4", status="closed"),
            factories.ticket_data("TX1"),
            factories.ticket_data("TX5"),
        )

        assert refused == [2]
        assert verdicts() == {
            "TX1": ["accepted", "duplicate"],
            "TX2": ["unmatched"],
            "TX3": ["invalid"],
            "TX4": ["cancelled"],
            "TX5": ["accepted"],
        }
        assert set(Task.objects.values_list("ticket_number", flat=True)) == {"TX1", "TX5"}
        letter = DeadLetter.objects.get()
        assert (letter.code, letter.message_id, letter.request_id) == ("invalid_ticket", "m2", "request-m2")
        ledger = IntakeRecord.objects.values_list("message_id", "request_id")
        assert sorted(ledger) == [(f"m{place}", f"request-m{place}") for place in range(6)]
        for number, place in (("TX1", 0), ("TX5", 5)):
            audited = set(AuditLog.objects.filter(ticket_number=number).values_list("request_id", flat=True))
            caused = set(
                OutboxMessage.objects.filter(kwargs__ticket_number=number).values_list("request_id", flat=True)
            )
            assert audited == caused == {f"request-m{place}"}

    def test_new_tickets_take_as_many_statements_as_one_of_them(self) -> None:
        factories.one_step(self.support, coordinators=self.owners)
        batch(factories.ticket_data("TX0"))
        counts = []
        for size in (1, 20):
            tickets = [factories.ticket_data(f"TX-{size}-{number}") for number in range(size)]
            calls = {str(ticket["ticket_number"]): {"ticket_data": ticket} for ticket in tickets}
            with CaptureQueriesContext(connection) as queries:
                deliver_batch(receive_ticket, calls)
            counts.append(len(queries))
        assert counts[0] == counts[1]
        assert Task.objects.count() == 22

    def test_ten_deliveries_make_one_task(self) -> None:
        factories.one_step(self.support, coordinators=self.owners)
        batch(*itertools.repeat(factories.ticket_data("TX1"), 10))
        assert Task.objects.count() == 1
        assert verdicts() == {"TX1": ["accepted", *["duplicate"] * 9]}
        assert len(published_messages("task.send_assignment_notification")) == 1

    def test_a_message_that_is_in_it_twice_has_its_effect_once(self) -> None:
        factories.one_step(self.support, coordinators=self.owners)
        call = {"ticket_data": factories.ticket_data("TX1")}
        other = {"ticket_data": factories.ticket_data("TX2")}
        assert deliver_batch(receive_ticket, {"m1": call, "m2": other, "m1 again": call}) == []
        assert deliver_batch(receive_ticket, {"m2": other, "m1": call}) == []
        assert verdicts() == {"TX1": ["accepted"], "TX2": ["accepted"]}
        assert ProcessedMessage.objects.count() == 2

    def test_later_messages_of_a_ticket_end_as_if_one_by_one(self) -> None:
        factories.straight(self.owners, self.support)
        tickets = [
            factories.ticket_data("TX1", subject="No sound"),
            factories.ticket_data("TX2"),
            factories.ticket_data("TX1", subject="No sound at all"),
            factories.ticket_data("TX3", status="on hold"),
            factories.ticket_data("TX2", status="withdrawn"),
            factories.ticket_data("TX1", subject="No sound, no picture", priority="Urgent"),
            factories.ticket_data("TX4"),
            factories.ticket_data("TX3", status="in progress"),
        ]
        expected = one_by_one(tickets)
        assert batch(*tickets) == []
        assert state() == expected
        assert expected["TX1"]["ticket"][0] == "No sound, no picture"
        assert expected["verdicts"]["TX2"] == ["accepted", "cancelled"]

    @pytest.mark.parametrize("strategy", ["round_robin", "least_loaded", "claim"])
    def test_the_same_people_get_the_tasks_as_one_by_one(self, strategy: str) -> None:
        factories.one_step(self.support, coordinators=self.owners, step={"assignment": strategy})
        for number in range(2):
            factories.take_in(f"BEFORE-{number}")
        tickets = [factories.ticket_data(f"TX{number}") for number in range(10)]
        expected = one_by_one(tickets)
        batch(*tickets)
        assert state() == expected
        given = Assignment.objects.filter(is_owner=False)
        assert all(replay(turn.why) == turn.person_id for turn in given)
        assert given.count() == (0 if strategy == "claim" else 12)

    def test_a_capacity_holds_over_the_roles_of_one_batch(self) -> None:
        self.amara.capacity = 2
        self.amara.save()
        desk = factories.make_role("Service Desk", self.amara)
        network = factories.make_role("Network", self.amara)
        factories.one_step(desk, coordinators=self.owners, name="Desk")
        factories.one_step(network, coordinators=self.owners, name="Network", category="Network")
        kinds = itertools.cycle([{}, {"category": "Network"}])
        batch(*(factories.ticket_data(f"TX{number}", **next(kinds)) for number in range(6)))
        assert Assignment.objects.filter(person=self.amara, is_owner=False).count() == 2
        assert Task.objects.filter(status="pending", assignee=None).count() == 4

    def test_automatic_transitions_and_approvals_end_as_if_one_by_one(self) -> None:
        factories.approval(self.support, self.owners, coordinators=self.owners, category="Access")
        factories.make_workflow(
            "Sorted by itself",
            coordinators=self.owners,
            steps=[
                {"name": "Sort", "role": self.owners},
                {"name": "Work", "role": self.support},
                {"name": "Done", "is_end": True, "end_status": "completed"},
            ],
            edges=[
                ("Sort", "Work", "forward", {"is_automatic": True}),
                ("Work", "Done", "forward", {}),
            ],
        )
        tickets = [
            factories.ticket_data(f"TX{number}", category=["Access", "IT Support"][number % 2]) for number in range(6)
        ]
        expected = one_by_one(tickets)
        batch(*tickets)
        assert state() == expected
        assert [line["event"] for line in expected["TX1"]["timeline"]] == ["task_created", "transition"]

    def test_one_that_fails_is_dead_lettered_alone(self) -> None:
        sla = {name: seconds for name, seconds in factories.SLA.items() if name != "urgent"}
        factories.one_step(self.support, coordinators=self.owners, sla=sla)
        tickets = [
            factories.ticket_data(f"TX{number}", priority="Urgent" if number == 5 else "High") for number in range(9)
        ]
        assert batch(*tickets) == [5]
        assert verdicts() == {f"TX{number}": ["unreadable" if number == 5 else "accepted"] for number in range(9)}
        assert Task.objects.count() == 8
        assert set(Counter(Assignment.objects.filter(is_owner=False).values_list("person_id")).values()) == {2, 3}
        letter = DeadLetter.objects.get()
        assert (letter.code, letter.message_id) == ("handler_failed", "m5")
        assert ProcessedMessage.objects.filter(message_id="m5").count() == 0

    def test_what_was_derived_verifies(self) -> None:
        factories.straight(self.owners, self.support)
        batch(*(factories.ticket_data(f"TX{number}") for number in range(12)))
        assert verify().is_valid
        assert clock_checks.verify().is_valid
        each = len(published_messages("tickets.tasks.apply_ticket_event"))
        assert len(published_messages("webhooks.tasks.ticket_event")) == each * 2  # created, assigned
        assert len(published_messages()) == each * 6


@pytest.mark.django_db(transaction=True)
class TestWorkers:
    """Real workers on a real broker."""

    def test_killed_in_mid_batch_they_lose_and_double_nothing(self) -> None:
        people = [factories.make_person(number) for number in range(11, 18)]
        support = factories.make_role("IT Support", *people)
        owners = factories.make_role("Ticket Coordinator", factories.make_person(1), factories.make_person(2))
        factories.one_step(support, coordinators=owners)
        rng = random.Random(7)
        tickets = [json.dumps(factories.ticket_data(f"TX{turn}")).encode() for turn in range(TICKETS)]
        tickets[100:100] = [tickets[99]] * 9

        with Broker() as broker:
            broker.publish(QUEUE, tickets)
            for kill in range(4):
                before = Task.objects.count()
                with workers(broker, nodes=1, processes_each=2) as (node,):
                    eventually("a batch's tasks", lambda: Task.objects.count() > before)  # noqa: B023 -- at once
                    time.sleep(rng.random() * 0.05)
                    if kill % 2:
                        self._kill_children(node.pid)
                        eventually("more", lambda: Task.objects.count() > min(before + 60, TICKETS - 1))  # noqa: B023
                    os.killpg(node.pid, signal.SIGKILL)
            with workers(broker, nodes=1, processes_each=2):
                eventually(
                    "a row for every message", lambda: counts()["accepted"] == TICKETS and counts()["duplicate"] >= 9
                )

        assert Task.objects.count() == Ticket.objects.count() == TICKETS
        # What was committed when its worker was killed, but not acknowledged, comes again: a duplicate more.
        assert counts().keys() == {"accepted", "duplicate"}
        assert counts()["accepted"] == TICKETS
        turns = Assignment.objects.filter(is_owner=False)
        assert set(Counter(turns.values_list("person_id", flat=True)).values()) == {57, 58}
        assert all(replay(turn.why) == turn.person_id for turn in turns)
        assert len(published_messages("task.send_assignment_notification")) == TICKETS
        assert not DeadLetter.objects.exists()
        assert verify().is_valid
        assert clock_checks.verify().is_valid

    @staticmethod
    def _kill_children(pid: int) -> None:
        """Kill the pool's processes; their batches go back to the queue."""
        with open(f"/proc/{pid}/task/{pid}/children") as children:
            for child in children.read().split():
                os.kill(int(child), signal.SIGKILL)

    def test_what_waits_is_taken_in_by_few_transactions_and_a_bad_one_dies_alone(self) -> None:
        support = factories.make_role("IT Support", factories.make_person(11), factories.make_person(12))
        factories.one_step(support)
        tickets = [
            factories.ticket_data(f"TX{turn}", priority="soon" if turn % 100 == 50 else "High") for turn in range(300)
        ]
        updates = [factories.ticket_data(f"TX{turn}", subject="Better now") for turn in range(300) if turn % 50 == 20]

        with Broker() as broker:
            broker.publish(QUEUE, (json.dumps(ticket).encode() for ticket in [*tickets, *updates]))
            with workers(broker, nodes=1, processes_each=2):
                eventually("a row for every message", lambda: IntakeRecord.objects.count() == 306)
                eventually("the dead letters", lambda: DeadLetter.objects.count() == 3)
            dead = broker.count(f"{QUEUE}.dead")

        assert dead == 3
        assert Task.objects.count() == 297
        assert set(DeadLetter.objects.values_list("code", "ticket_number")) == {
            ("invalid_ticket", f"TX{number}") for number in (50, 150, 250)
        }
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT xmin::text) FROM task_timeline WHERE event = 'task_created'")
            assert cursor.fetchone()[0] < 60, "several tasks are made by one transaction"
        assert Ticket.objects.filter(subject="Better now").count() == 6
        assert verify().is_valid


@pytest.mark.django_db
def test_by_itself_a_message_is_answered_as_before() -> None:
    factories.one_step(factories.make_role("IT Support", factories.make_person(11)))
    deliver(receive_ticket, message_id="m1", ticket_data=factories.ticket_data("TX1"))
    deliver(receive_ticket, message_id="m1", ticket_data=factories.ticket_data("TX1"))
    assert verdicts() == {"TX1": ["accepted"]}
