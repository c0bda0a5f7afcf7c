"""What comes about a ticket that is known: repetitions, updates, stale messages, withdrawals, other sources."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from role.models import Role
from task.models import SlaClock, Task, Timeline
from ticketing_testing.clients import deliver, published_messages
from tickets.models import IntakeRecord, Ticket
from workflowmanager import intake
from workflowmanager.ledger import Origin
from workflowmanager.tasks import receive_ticket
from workflowmanager.tests import factories


def verdicts() -> list[str]:
    return list(IntakeRecord.objects.order_by("id").values_list("verdict", flat=True))


@pytest.fixture
def support(db: None) -> Role:
    people = [factories.make_person(number) for number in (11, 12)]
    role = factories.make_role("IT Support", *people)
    factories.one_step(role)
    return role


class TestMeetAgain:
    def test_same_payload_is_a_duplicate(self, support: Role) -> None:
        for _ in range(3):
            factories.take_in("TX1")
        assert verdicts() == ["accepted", "duplicate", "duplicate"]
        assert Task.objects.count() == 1

    def test_the_same_message_twice_has_one_effect(self, support: Role) -> None:
        for _ in range(2):
            factories.take_in("TX1", message_id="m-1")
        assert verdicts() == ["accepted"]

    def test_update_changes_the_description_only(self, support: Role) -> None:
        factories.take_in("TX1", priority="low", source_version=1)
        before = factories.task_of()
        factories.take_in("TX1", subject="Laptop is on fire", source_version=2)
        after = factories.task_of()
        assert verdicts() == ["accepted", "updated"]
        assert Ticket.objects.get().priority == "low"
        assert after.subject == "Laptop is on fire"
        for name in ("version", "current_step_id", "owner_id", "assignee_id", "priority", "due_at"):
            assert getattr(after, name) == getattr(before, name)
        assert Timeline.objects.filter(event="ticket_updated").count() == 1

    def test_smaller_source_version_is_stale(self, support: Role) -> None:
        factories.take_in("TX1", source_version=5)
        factories.take_in("TX1", subject="Older", source_version=4)
        assert verdicts() == ["accepted", "stale"]
        assert Ticket.objects.get().subject != "Older"

    def test_echo_of_our_own_status_is_ignored(self, support: Role) -> None:
        factories.take_in("TX1")
        told = published_messages("send_ticket_status")[-1]["event_id"]
        factories.take_in("TX1", status="In Progress", event_id=told)
        assert verdicts() == ["accepted", "duplicate"]
        assert Ticket.objects.get().source_status == ""

    @pytest.mark.parametrize("status", ["Closed", "withdrawn", "CANCELLED"])
    def test_withdrawal_cancels_the_task_and_stops_its_clocks(self, support: Role, status: str) -> None:
        factories.take_in("TX1")
        owner_id = factories.task_of().owner_id
        factories.take_in("TX1", status=status)
        task = Task.objects.get()
        assert (task.status, task.assignee_id, task.due_at) == ("cancelled", None, None)
        assert verdicts() == ["accepted", "cancelled"]
        assert set(SlaClock.objects.values_list("verdict", flat=True)) == {"cancelled"}
        notices = published_messages("notifications.create_inapp_notification")
        assert owner_id in [notice["user_id"] for notice in notices]
        assert published_messages("send_ticket_status")[-1]["new_status"] == "cancelled"

    def test_a_withdrawal_that_waited_for_its_ticket_comes_after_it(self, support: Role) -> None:
        """Two workers have the two messages at once; the second had looked at its clock before the first."""
        origin, came_at = Origin("TICKET_TASKS_PRODUCTION"), timezone.now()
        withdrawn = factories.ticket_data("TX1", status="Withdrawn")
        intake.receive(factories.ticket_data("TX1"), origin=origin, now=came_at + timedelta(milliseconds=5))
        intake.receive(withdrawn, origin=origin, now=came_at)
        task = Task.objects.get()
        assert task.status == "cancelled"
        assert task.closed_at == task.created_at

    def test_a_ticket_that_comes_withdrawn_starts_nothing(self, support: Role) -> None:
        factories.take_in("TX1", status="Withdrawn")
        assert Ticket.objects.get().intake_state == "withdrawn"
        assert Task.objects.count() == 0

    def test_reopened_at_the_source_starts_afresh_and_counts_events_on(self, support: Role) -> None:
        factories.take_in("TX1", source_version=1)
        factories.take_in("TX1", source_version=2, status="Withdrawn")
        factories.take_in("TX1", source_version=3, status="Open")
        statuses = list(Task.objects.order_by("id").values_list("status", flat=True))
        assert statuses == ["cancelled", "in_progress"]
        seqs = [event["seq"] for event in published_messages("tickets.tasks.apply_ticket_event")]
        assert seqs == sorted(set(seqs))

    def test_an_old_message_does_not_reopen_a_withdrawn_ticket(self, support: Role) -> None:
        factories.take_in("TX1")
        factories.take_in("TX1", status="Withdrawn")
        factories.take_in("TX1", subject="Another wording")
        assert Task.objects.open().count() == 0

    def test_number_of_another_source_is_kept_with_its_source(self, support: Role) -> None:
        factories.take_in("TX1")
        factories.take_in("TX1", source_service="facilities")
        factories.take_in("TX1", source_service="facilities")
        numbers = list(Task.objects.order_by("id").values_list("ticket_number", flat=True))
        assert numbers == ["TX1", "facilities-TX1"]
        assert verdicts() == ["accepted", "accepted", "duplicate"]
        assert {m["ticket_number"] for m in published_messages("tickets.tasks.apply_ticket_event")} == set(numbers)

    def test_even_the_number_with_its_source_may_be_taken(self, support: Role) -> None:
        factories.take_in("facilities-TX1")
        factories.take_in("TX1")
        for _ in range(2):
            factories.take_in("TX1", source_service="facilities")
        numbers = list(Task.objects.order_by("id").values_list("ticket_number", flat=True))
        assert numbers == ["facilities-TX1", "TX1", "facilities-TX1-2"]
        assert verdicts() == ["accepted", "accepted", "accepted", "duplicate"]


@pytest.mark.django_db(transaction=True)
class TestParallel:
    def test_ten_deliveries_at_once_make_one_task_and_one_notice(self) -> None:
        role = factories.make_role("IT Support", factories.make_person(11), factories.make_person(12))
        factories.one_step(role)
        barrier = threading.Barrier(10)

        def work() -> None:
            try:
                barrier.wait()
                deliver(receive_ticket, ticket_data=factories.ticket_data("TX1"))
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Ticket.objects.count() == Task.objects.count() == 1
        assert sorted(verdicts()) == ["accepted"] + ["duplicate"] * 9
        assert len(published_messages("task.send_assignment_notification")) == 1

    def test_two_sources_with_one_number_at_once_both_become_tasks(self) -> None:
        factories.one_step(factories.make_role("IT Support", factories.make_person(11)))
        barrier = threading.Barrier(6)

        def work(source: str) -> None:
            try:
                barrier.wait()
                deliver(receive_ticket, ticket_data=factories.ticket_data("TX1", source_service=source))
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=(f"s{number % 3}",)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Task.objects.count() == 3
        assert len(set(Task.objects.values_list("ticket_number", flat=True))) == 3
