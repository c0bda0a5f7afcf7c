"""The sweep: facts once, told once, right with several workers and after downtime."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from role.models import Person, Role
from task.deadlines import sweep_clocks
from task.models import Assignment, SlaFact, Task
from ticketing_testing.clients import published_messages
from workflowmanager import doctor
from workflowmanager.tasks import sweep_clocks as sweep_clocks_task
from workflowmanager.tests import factories

NOON = factories.LONG_AGO + timedelta(hours=12)
HOUR = timedelta(hours=1)


def kinds() -> list[tuple[str, str]]:
    facts = SlaFact.objects.order_by("id").select_related("clock")
    return [(fact.kind, "step" if fact.clock.visit_id else "task") for fact in facts]


@pytest.fixture
def support(db: None) -> Role:
    return factories.make_role("IT Support", factories.make_person(11), factories.make_person(12))


def start(support: Role, **fields: object) -> Task:
    owners = factories.make_role("Ticket Coordinator", factories.make_person(1))
    factories.straight(owners, support, first_role=support, **fields)
    with time_machine.travel(NOON, tick=False):
        factories.take_in("TX1", priority="urgent")
    return factories.task_of()


def test_the_beat_sweeps_often_enough_for_a_fact_to_be_a_minute_late_at_most(settings: Any) -> None:
    (entry,) = [e for e in settings.BEAT_SCHEDULE.values() if e["task"] == sweep_clocks_task.name]
    assert entry["schedule"] <= 30  # one sweep may be missed


class TestSweep:
    def test_notes_at_risk_and_breached_once_and_notifies_assignee_and_owner_once(self, support: Role) -> None:
        task = start(support)
        assert sweep_clocks(now=NOON + timedelta(minutes=89)) == 0
        assert sweep_clocks(now=NOON + timedelta(minutes=91)) == 1  # 75 % of the step's two hours
        assert kinds() == [("at_risk", "step")]
        assert sweep_clocks(now=NOON + timedelta(minutes=92)) == 0
        sweep_clocks(now=NOON + timedelta(hours=2, minutes=1))
        sweep_clocks(now=NOON + timedelta(hours=3, minutes=1))
        sweep_clocks(now=NOON + timedelta(hours=4, minutes=1))
        assert kinds() == [("at_risk", "step"), ("breached", "step"), ("at_risk", "task"), ("breached", "task")]
        task.refresh_from_db()
        assert task.is_at_risk
        assert task.is_breached
        notices = published_messages("notifications.create_inapp_notification")
        assert sorted((m["user_id"], m["notification_type"]) for m in notices) == sorted(
            [(11, "sla_at_risk"), (1, "sla_at_risk"), (11, "sla_breached"), (1, "sla_breached")] * 2
        )
        mails = published_messages("notifications.send_email")
        assert len({m["event_id"] for m in mails}) == len(mails) == 8

    def test_happened_when_it_happened_even_after_downtime(self, support: Role) -> None:
        start(support)
        assert sweep_clocks(now=NOON + timedelta(days=3)) == 4
        happened = {(fact.kind, bool(fact.clock.visit_id)): fact.happened_at for fact in SlaFact.objects.all()}
        assert happened[("breached", False)] == NOON + 4 * HOUR
        assert happened[("at_risk", False)] == NOON + 3 * HOUR

    def test_exactly_on_time_is_in_time(self, support: Role) -> None:
        start(support)
        sweep_clocks(now=NOON + 4 * HOUR)
        assert ("breached", "task") not in kinds()

    def test_a_paused_task_is_never_newly_breached(self, support: Role) -> None:
        task = start(support)
        with time_machine.travel(NOON + HOUR, tick=False):
            client = factories.as_client(Person.objects.get(pk=11))
            client.post(f"/tasks/{task.pk}/hold/", {"reason": "Waiting."})
        assert sweep_clocks(now=NOON + timedelta(days=9)) == 0

    def test_a_stopped_clock_keeps_its_verdict(self, support: Role) -> None:
        task = start(support)
        with time_machine.travel(NOON + 5 * HOUR, tick=False):
            factories.take_in("TX1", status="Withdrawn", source_version=2)
        assert sweep_clocks(now=NOON + timedelta(days=9)) == 0
        task.refresh_from_db()
        assert task.is_breached  # it was late already when it was withdrawn

    def test_in_the_lists_at_once_not_only_after_the_sweep(self, support: Role) -> None:
        start(support)
        with time_machine.travel(NOON + 5 * HOUR, tick=False):
            admin = factories.admin_client()
            assert admin.get("/tasks/", {"view": "breached"}).json()["count"] == 1
            row = admin.get("/tasks/").json()["results"][0]
            assert row["sla"]["state"] == "breached"
            assert row["sla"]["remaining_seconds"] == -3600
        with time_machine.travel(NOON + 3 * HOUR + timedelta(minutes=5), tick=False):
            assert factories.admin_client().get("/tasks/", {"view": "at_risk"}).json()["count"] == 1

    def test_without_a_role_above_the_clock_escalates_to_the_lead_once(self, support: Role) -> None:
        Role.objects.filter(pk=support.pk).update(lead_id=12)
        factories.one_step(support)
        with time_machine.travel(NOON, tick=False):
            factories.take_in("TX1", priority="urgent")
        assert factories.task_of().assignee_id == 11
        for hours in (5, 6):
            sweep_clocks(now=NOON + hours * HOUR)
        assert factories.task_of().assignee_id == 12
        assert Assignment.objects.filter(origin="escalation").count() == 1

    def test_with_nobody_above_the_clock_tells_the_admins_once(self, support: Role) -> None:
        factories.make_role("Admin", factories.make_person(90))
        factories.one_step(support)
        with time_machine.travel(NOON, tick=False):
            factories.take_in("TX1", priority="urgent")
        for hours in (5, 6):
            sweep_clocks(now=NOON + hours * HOUR)
        assert factories.task_of().assignee_id == 11
        told = [m for m in published_messages("notifications.create_inapp_notification") if m["user_id"] == 90]
        assert [m["notification_type"] for m in told] == ["task_escalated"]

    def test_a_breached_step_is_escalated_by_the_clock_once(self, support: Role) -> None:
        leads = factories.make_role("IT Lead", factories.make_person(21))
        factories.one_step(support, step={"escalate_to": leads})
        with time_machine.travel(NOON, tick=False):
            factories.take_in("TX1", priority="urgent")
        for hours in (5, 6, 7):
            sweep_clocks(now=NOON + hours * HOUR)
        task = factories.task_of()
        assert task.assignee_id == 21
        assert Assignment.objects.filter(origin="escalation").count() == 1
        assert "task_escalated" in [m["notification_type"] for m in published_messages("notifications.send_email")]


@pytest.mark.django_db(transaction=True)
class TestSeveralWorkers:
    def test_four_sweeps_at_once_note_and_tell_each_fact_once(self) -> None:
        support = factories.make_role("IT Support", factories.make_person(11), factories.make_person(12))
        factories.one_step(support)
        with time_machine.travel(NOON, tick=False):
            for number in range(30):
                factories.take_in(f"TX{number}", priority="urgent")
        barrier = threading.Barrier(4)

        def work(_: int) -> None:
            try:
                barrier.wait()
                sweep_clocks(now=NOON + 5 * HOUR)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))  # nobody fails, either
        sweep_clocks(now=NOON + 5 * HOUR)
        assert SlaFact.objects.count() == 30 * 4
        mails = [m["event_id"] for m in published_messages("notifications.send_email")]
        assert len(mails) == len(set(mails)) == 30 * 4


class TestDoctor:
    """What `manage.py doctor` says of clocks and roles."""

    def test_names_clocks_that_nobody_has_swept(self, support: Role) -> None:
        start(support)  # it was due long ago
        (finding,) = doctor.clocks()
        assert finding.code == "clocks_not_swept"

        sweep_clocks_task()
        assert list(doctor.clocks()) == []

    def test_names_a_role_that_nobody_fills(self, support: Role) -> None:
        start(support)
        assert list(doctor.roles()) == []
        support.members.update(is_active=False)

        (finding,) = doctor.roles()

        assert (finding.code, finding.severity) == ("roles_without_members", "warning")
        assert "IT Support" in finding.detail
