"""Simulated history is made by the ordinary acts, notifies nobody, and is the same for the same seed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from amscheckout.models import AmsCheckout
from audit.models import AuditLog
from audit.services import verify
from role.models import RoleRotation
from task.clocks import reading_of
from task.models import Assignment, SlaClock, SlaFact, StepVisit, Task, TaskTransition, Timeline
from task.perform import perform
from task.unassigned_queue import settle_roles
from ticketing_testing.clients import published_messages
from workflowmanager import simulation
from workflowmanager.schedule import tick
from workflowmanager.simulation import AlreadySimulating, Simulation, simulating
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db
END = datetime(2026, 3, 2, 12, tzinfo=UTC)


def found_the_desk() -> None:
    support = factories.make_role("IT Support", *(factories.make_person(number) for number in (11, 12, 13)))
    leads = factories.make_role("IT Lead", *(factories.make_person(number) for number in (21, 22)))
    factories.approval(support, leads, coordinators=support, approve={"escalate_to": None})


def simulated(seed: int, **fields: Any) -> list[Any]:
    """Simulate, roll back, and return all that was written, but for the ids."""
    with transaction.atomic():
        Simulation(**{"tickets": 8, "days": 3, "seed": seed, "end": END, **fields}).run()
        tasks = Task.objects.order_by("ticket_number")
        facts = SlaFact.objects.order_by("clock__task__ticket_number", "happened_at", "clock__visit__number", "kind")
        rows_written: list[Any] = [
            list(rows)
            for rows in (
                tasks.values_list("ticket_number", "status", "assignee_id", "owner_id", "version", "event_seq"),
                tasks.values_list("ticket_number", "told_status", "due_at", "is_breached", "created_at", "closed_at"),
                by_ticket(
                    StepVisit, "number", "role_id", "opened_at", "closed_at", "outcome", "performer_id", "due_at"
                ),
                by_ticket(Assignment, "started_at", "is_owner", "person_id", "origin", "why", "ended_at", "end_reason"),
                by_ticket(TaskTransition, "performed_at", "name", "actor_id", "comment"),
                by_ticket(SlaClock, "visit__number", "events", "due_at", "at_risk_at", "stopped_at", "verdict"),
                by_ticket(Timeline, "seq", "event", "actor_id", "at"),
                facts.values_list("clock__task__ticket_number", "kind", "happened_at", "recorded_at"),
                AuditLog.objects.order_by("id").values_list("action", "ticket_number", "actor_id", "at", "reason"),
                RoleRotation.objects.order_by("role_id").values_list("role_id", "last_user_id", "turns"),
            )
        ]
        transaction.set_rollback(True)
    return rows_written


def by_ticket(model: Any, *columns: str) -> Any:
    return model.objects.order_by("task__ticket_number", *columns[:2]).values_list("task__ticket_number", *columns)


class TestSimulation:
    def test_writes_what_the_ordinary_acts_write(self) -> None:
        found_the_desk()
        counts = Simulation(tickets=25, days=6, seed=3, end=END).run()
        assert counts["tickets"] == Task.objects.count() == 25
        statuses = set(Task.objects.values_list("status", flat=True))
        assert {"completed", "in_progress"} <= statuses
        assert TaskTransition.objects.count() > 25
        assert SlaFact.objects.exists()
        assert Task.objects.filter(created_at__lt=END - timedelta(days=2)).exists()
        assert not Task.objects.filter(created_at__gt=END).exists()
        assert verify().is_valid
        for clock in SlaClock.objects.select_related("visit", "task"):
            reading = reading_of(clock, END)
            assert (clock.due_at, clock.at_risk_at) == (reading.due_at, reading.at_risk_at)
            if clock.stopped_at is None:
                assert clock.due_at == (clock.visit or clock.task).due_at
            elif clock.verdict != "cancelled":
                assert clock.verdict == ("breached" if reading.breached_at else "met")

    def test_the_other_system_confirms_what_is_handed_off(self) -> None:
        support = factories.make_role("Asset Manager", factories.make_person(11), factories.make_person(12))
        factories.one_step(support, end_logic="asset")
        counts = Simulation(tickets=12, days=6, seed=3, end=END).run()
        confirmed = AmsCheckout.objects.filter(status="acknowledged")
        assert counts["handoffs"] == confirmed.count() > 0
        assert {checkout.task.status for checkout in confirmed} == {"completed"}
        waiting = Task.objects.filter(status="handing_off")
        assert not waiting.annotate(left=Max("visits__closed_at")).filter(left__lt=END - timedelta(hours=9)).exists()
        assert verify().is_valid

    def test_nobody_is_notified(self) -> None:
        found_the_desk()
        Simulation(tickets=8, days=3, seed=1, end=END).run()
        assert published_messages() == []

    def test_the_same_seed_gives_the_same_history(self) -> None:
        found_the_desk()
        assert simulated(seed=7) == simulated(seed=7)
        assert simulated(seed=7) != simulated(seed=8)

    def test_rotations_have_no_gap_and_visits_have_one_assignee(self) -> None:
        found_the_desk()
        Simulation(tickets=30, days=3, seed=2, end=END).run()
        for task in Task.objects.filter(status="in_progress"):
            (turn,) = Assignment.objects.filter(task=task, is_owner=False, ended_at=None)
            assert (turn.person_id, turn.visit_id) == (task.assignee_id, task.current_visit_id)
            assert task.event_seq == Timeline.objects.filter(task=task).count()
        for cursor in RoleRotation.objects.all():
            turns = Assignment.objects.filter(role_id=cursor.role_id, why__has_key="cursor_after").order_by("id")
            last = None
            for why in turns.values_list("why", flat=True):
                assert why["cursor_before"] == last or why.get("with_first_step")
                last = why.get("cursor_after", last)
            assert last == cursor.last_user_id

    def test_reports_its_progress(self, monkeypatch: Any) -> None:
        found_the_desk()
        monkeypatch.setattr(simulation, "REPORT_EVERY_SECONDS", 0)
        said: list[str] = []
        Simulation(tickets=8, days=3, seed=1, end=END, report=said.append).run()
        assert any("tickets/s" in line and "to go" in line for line in said)

    @pytest.mark.parametrize("until", ["tomorrow", "2026-03-02T12:00:00"])
    def test_an_end_needs_its_offset(self, until: str) -> None:
        with pytest.raises(CommandError):
            call_command("simulate_history", "--until", until)

    def test_needs_a_deployed_workflow(self) -> None:
        with pytest.raises(CommandError):
            call_command("simulate_history", tickets=5, days=5)


@pytest.mark.django_db(transaction=True)
class TestBesideAWorker:
    def test_history_and_work_of_today_do_not_deadlock(self) -> None:
        found_the_desk()
        stop = threading.Event()

        def work() -> int:
            """What a worker and a web process do: take tickets in, and move them on; return how many."""
            done = 0
            try:
                while not stop.is_set() or not done:
                    factories.take_in(f"TX{done}")
                    task = factories.task_of(f"TX{done}")
                    edge = factories.edge(task, "Review to Approve")
                    holder = factories.actor(factories.assignee_of(task))
                    perform(
                        actor=holder, task_id=task.pk, transition_id=edge.pk, expected_version=1, now=timezone.now()
                    )
                    settle_roles(list(RoleRotation.objects.values_list("pk", flat=True)), now=timezone.now())
                    done += 1
            finally:
                connection.close()
            return done

        with ThreadPoolExecutor(1) as pool:
            working = pool.submit(work)
            try:
                Simulation(tickets=25, days=3, seed=6, end=END).run()
            finally:
                stop.set()
        done = working.result()
        assert Task.objects.filter(ticket_number__startswith="SX").count() == 25
        assert Task.objects.filter(ticket_number__startswith="TX").count() == done
        assert verify().is_valid

    def test_the_tick_leaves_a_database_alone_while_it_is_simulated(self) -> None:
        found_the_desk()
        factories.take_in()
        Task.objects.update(created_at=factories.LONG_AGO)
        SlaClock.objects.update(events=[{"at": factories.LONG_AGO.isoformat(), "kind": "started"}], due_at=END)
        found = []

        def tick_elsewhere() -> None:
            tick()
            found.append(SlaFact.objects.count())
            connection.close()

        with simulating():
            in_thread(tick_elsewhere)
        in_thread(tick_elsewhere)
        assert found[0] == 0
        assert found[1] > 0

    def test_one_history_at_a_time(self) -> None:
        found_the_desk()
        refused = []

        def simulate_another() -> None:
            try:
                Simulation(tickets=1, days=1, seed=1, end=END).run()
            except AlreadySimulating as error:
                refused.append(error)
            connection.close()

        with simulating():
            in_thread(simulate_another)
        assert len(refused) == 1
        in_thread(simulate_another)
        assert len(refused) == 1


def in_thread(work: Callable[[], None]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()
