"""What the help desk sends becomes a ticket and its task, once, whatever comes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import AuditLog
from role.models import Role
from task.models import Assignment, SlaClock, Task
from ticketing_common.contracts.messages import examples
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.clients import deliver, published_messages
from tickets.models import IntakeRecord, Ticket
from workflow.graph import version_graph
from workflowmanager import intake
from workflowmanager.ledger import Origin
from workflowmanager.tasks import receive_ticket
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinators() -> Role:
    return factories.make_role(
        "Ticket Coordinator", factories.make_person(1, "Mara Lindt"), factories.make_person(2, "Jonas Weber")
    )


@pytest.fixture
def support() -> Role:
    people = [factories.make_person(number, f"Support {number}") for number in (11, 12, 13)]
    return factories.make_role("IT Support", *people)


class TestReceive:
    def test_makes_ticket_task_visit_clocks_and_tells_everyone(self, coordinators: Role, support: Role) -> None:
        factories.straight(coordinators, support, first_role=support)
        factories.take_in("TX1", priority="High", source_version=1)

        ticket, task = Ticket.objects.get(), Task.objects.get()
        assert ticket.intake_state == "matched"
        assert (task.ticket_number, task.status, task.priority, task.version) == ("TX1", "in_progress", "high", 1)
        assert task.assignee_id == 11
        assert task.owner_id == 1
        assert SlaClock.objects.count() == 2
        assert task.due_at == task.created_at + timedelta(hours=8)
        record = IntakeRecord.objects.get()
        assert (record.verdict, record.rule, record.ticket_number) == ("accepted", "category+department", "TX1")
        (notice,) = published_messages("task.send_assignment_notification")
        assert (notice["user_id"], notice["task_id"], notice["role_name"]) == (11, task.pk, "IT Support")
        assert [m["new_status"] for m in published_messages("send_ticket_status")] == ["received", "in_progress"]
        (event,) = published_messages("tickets.tasks.apply_ticket_event")
        assert event["event"] == "task_created"
        relations = {person["user_id"]: person["relation"] for person in event["participants"]}
        assert relations == {11: "assignee", 1: "owner"}, "the team is whoever holds the role"
        roles = {person["user_id"]: person["role_ids"] for person in event["participants"]}
        assert roles == {11: [support.pk], 1: [coordinators.pk]}
        assert (event["team_role_id"], event["team_role"]) == (support.pk, "IT Support")
        actions = set(AuditLog.objects.filter(ticket_number="TX1").values_list("action", flat=True))
        assert actions >= {"ticket.received", "task.created"}

    @pytest.mark.django_db(transaction=True)
    def test_what_fails_midway_leaves_nothing_behind(
        self, coordinators: Role, support: Role, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The database goes away after the ticket was written: the message comes again, to a clean desk."""
        factories.straight(coordinators, support)

        def gone(_entries: object) -> None:
            raise OperationalError("the connection is gone")

        monkeypatch.setattr("audit.services.record_many", gone)
        origin = Origin("TICKET_TASKS_PRODUCTION")
        with pytest.raises(OperationalError):
            intake.receive(factories.ticket_data("TX1"), origin=origin, now=timezone.now())
        for model in (Ticket, Task, IntakeRecord, OutboxMessage, Assignment):
            assert model._default_manager.count() == 0

    def test_costs_at_most_sixteen_statements(self, coordinators: Role, support: Role) -> None:
        version = factories.straight(coordinators, support, first_role=support)
        version_graph(version.pk)
        factories.take_in("TX0")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            factories.take_in("TX1")
        statements = [query["sql"] for query in queries.captured_queries if "SAVEPOINT" not in query["sql"]]
        assert len(statements) <= 16, "\n".join(statements)

    @pytest.mark.parametrize("name", sorted(examples("ticket_data")))
    def test_takes_each_example_of_the_contract_and_its_repetition(
        self, name: str, coordinators: Role, support: Role
    ) -> None:
        factories.straight(coordinators, support, category="", department="", is_default=True)
        for _ in range(2):
            deliver(receive_ticket, ticket_data=examples("ticket_data")[name])
        assert Task.objects.count() == 1
        assert list(IntakeRecord.objects.order_by("id").values_list("verdict", flat=True)) == ["accepted", "duplicate"]
        assert len(published_messages("task.send_assignment_notification")) == 1

    def test_gives_the_first_step_and_the_ticket_to_one_coordinator_in_one_turn(
        self, coordinators: Role, support: Role
    ) -> None:
        factories.straight(coordinators, support)
        for number in range(6):
            factories.take_in(f"TX{number}")
        assert all(task.owner_id == task.assignee_id for task in Task.objects.all())
        turns = Assignment.objects.filter(is_owner=False).values_list("person_id", flat=True)
        assert sorted(turns) == [1, 1, 1, 2, 2, 2]
