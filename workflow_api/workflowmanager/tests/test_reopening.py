"""Closed after the end, reopened, resubmitted; moved to another workflow, cancelled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from bmscheckout.models import BmsCheckout
from role.models import Person, Role
from task.models import SlaClock, StepVisit, Task, Timeline
from task.perform import perform
from ticketing_testing.clients import published_messages
from tickets.models import IntakeRecord, Ticket
from workflowmanager.tests import factories


def verdicts() -> list[str]:
    return list(IntakeRecord.objects.order_by("id").values_list("verdict", flat=True))


def go(task: Task, name: str, comment: str = "") -> None:
    task.refresh_from_db()
    perform(
        task_id=task.pk,
        transition_id=factories.edge(task, name).pk,
        comment=comment,
        actor=factories.actor(factories.assignee_of(task)),
        expected_version=task.version,
        now=timezone.now(),
    )
    task.refresh_from_db()


def post(task: Task, act: str, *, person: Person | None = None, **body: Any) -> Any:
    client = factories.as_client(person) if person else factories.admin_client()
    return client.post(f"/tasks/{task.pk}/{act}/", {"reason": "It is not done.", **body}, format="json")


@pytest.fixture
def people(db: None) -> list[Person]:
    return [factories.make_person(number) for number in (11, 12)]


@pytest.fixture
def support(people: list[Person]) -> Role:
    role = factories.make_role("IT Support", *people)
    factories.one_step(role)
    return role


@pytest.fixture
def done(support: Role) -> Task:
    factories.take_in("TX1", source_version=1)
    task = factories.task_of()
    go(task, "Work to Done")
    assert task.status == "completed"
    return task


@pytest.fixture
def rejected(people: list[Person]) -> Task:
    role = factories.make_role("IT Support", *people)
    leads = factories.make_role("Leads", factories.make_person(21))
    factories.approval(role, leads, coordinators=role)
    factories.take_in("TX1", description="No reason given")
    task = factories.task_of()
    go(task, "Review to Approve")
    go(task, "Approve to Rejected", comment="Why?")
    assert task.status == "rejected"
    return task


def age(task: Task, days: float) -> None:
    Task.objects.filter(pk=task.pk).update(closed_at=timezone.now() - timedelta(days=days))


class TestClosedAfterTheEnd:
    @pytest.mark.parametrize("status", ["Closed", "withdrawn", "Cancelled"])
    def test_it_changes_nothing(self, done: Task, status: str) -> None:
        factories.take_in("TX1", status=status, source_version=2)
        done.refresh_from_db()
        assert done.status == "completed"
        assert Ticket.objects.get().intake_state == "matched"
        assert verdicts() == ["accepted", "updated"]

    def test_of_a_rejected_task_neither(self, rejected: Task) -> None:
        factories.take_in("TX1", status="Closed")
        assert Ticket.objects.get().intake_state == "matched"
        assert Task.objects.get().status == "rejected"


class TestReopenedBySource:
    @pytest.mark.parametrize("status", ["Reopened", "re-opened", "REOPENED"])
    def test_within_the_window_it_is_the_next_cycle(self, done: Task, status: str) -> None:
        first_clock = SlaClock.objects.get(task=done, visit__isnull=True)
        owner_id = done.owner_id
        factories.take_in("TX1", status="Closed", source_version=2)
        factories.take_in("TX1", status=status, source_version=3)
        assert verdicts() == ["accepted", "updated", "reopened"]
        task = Task.objects.get()
        assert (task.cycle, task.status, task.owner_id, task.closed_at) == (2, "in_progress", owner_id, None)
        numbers = list(StepVisit.objects.order_by("number").values_list("number", "cycle", "step__name"))
        assert numbers == [(1, 1, "Work"), (2, 2, "Work")]
        second_clock = SlaClock.objects.get(task=task, visit__isnull=True, cycle=2)
        assert (first_clock.verdict, second_clock.verdict) == ("met", "")
        assert Timeline.objects.filter(event="reopened").get().detail["cycle"] == 2
        assert published_messages("send_ticket_status")[-1]["new_status"] == "in_progress"
        explained = factories.admin_client().get(f"/tasks/{task.pk}/sla/").json()
        assert [clock["cycle"] for clock in explained["earlier_cycles"]] == [1]
        assert [clock["cycle"] for clock in explained["visits"]] == [1, 2]
        assert explained["task"]["stopped_at"] is None

    def test_the_same_reopening_twice_is_one_cycle(self, done: Task) -> None:
        for _ in range(2):
            factories.take_in("TX1", status="Reopened", source_version=3)
        assert Task.objects.get().cycle == 2
        assert verdicts() == ["accepted", "reopened", "duplicate"]

    def test_later_than_the_window_a_new_task_goes_on_from_the_old(self, done: Task) -> None:
        age(done, 15)
        factories.take_in("TX1", status="Reopened", source_version=3)
        old, new = Task.objects.order_by("id")
        assert (old.status, old.cycle) == ("completed", 1)
        assert (new.status, new.continues_id, new.cycle) == ("in_progress", old.pk, 1)
        assert verdicts() == ["accepted", "reopened"]

    def test_the_window_is_the_versions(self, people: list[Person]) -> None:
        factories.one_step(factories.make_role("IT Support", *people), reopen_days=30)
        factories.take_in("TX1")
        done = factories.task_of()
        go(done, "Work to Done")
        age(done, 15)
        factories.take_in("TX1", status="Reopened")
        assert Task.objects.get().cycle == 2

    def test_a_corrected_resubmission_of_a_rejected_ticket_reopens(self, rejected: Task) -> None:
        factories.take_in("TX1", description="The old one is broken")
        task = Task.objects.get()
        assert (task.cycle, task.status) == (2, "in_progress")
        assert verdicts() == ["accepted", "reopened"]
        assert StepVisit.objects.get(task=task, closed_at__isnull=True).step.name == "Review"

    def test_the_version_names_the_step(self, people: list[Person]) -> None:
        role = factories.make_role("IT Support", *people)
        leads = factories.make_role("Leads", factories.make_person(21))
        factories.approval(role, leads, coordinators=role, approve={"is_reopen": True})
        factories.take_in("TX1", description="No reason given")
        task = factories.task_of()
        go(task, "Review to Approve")
        go(task, "Approve to Rejected", comment="Why?")
        factories.take_in("TX1", description="The old one is broken")
        visit = StepVisit.objects.get(closed_at__isnull=True)
        assert (visit.step.name, visit.number) == ("Approve", 3)

    def test_another_update_of_a_completed_ticket_reopens_nothing(self, done: Task) -> None:
        factories.take_in("TX1", description="Thanks", status="Resolved", source_version=2)
        assert Task.objects.get().status == "completed"

    def test_withdrawn_and_reopened_without_versions_has_a_way_back(self, support: Role) -> None:
        factories.take_in("TX1")
        factories.take_in("TX1", status="Withdrawn")
        factories.take_in("TX1", status="Reopened")
        task = Task.objects.get()
        assert (task.status, task.cycle) == ("in_progress", 2)
        assert Ticket.objects.get().intake_state == "matched"

    def test_a_ticket_that_came_withdrawn_starts_when_it_is_reopened(self, support: Role) -> None:
        factories.take_in("TX1", status="Withdrawn")
        factories.take_in("TX1", status="Reopened")
        assert Task.objects.get().status == "in_progress"

    def test_a_cycle_is_counted_once_and_handed_off_once(self, people: list[Person]) -> None:
        role = factories.make_role("IT Support", *people)
        factories.one_step(role, end_logic="budget")
        factories.take_in("TX1", requested_budget="10")
        task = factories.task_of()
        go(task, "Work to Done")
        Task.objects.update(status="completed", closed_at=timezone.now())
        factories.take_in("TX1", status="Reopened", requested_budget="20")
        go(task, "Work to Done")
        payloads = list(BmsCheckout.objects.order_by("cycle").values_list("cycle", "payload__requested_budget"))
        assert payloads == [(1, "10"), (2, "20")]
        Task.objects.update(status="completed", closed_at=timezone.now())
        report = factories.admin_client().get("/analytics/sla/").json()["results"]
        assert [row["closed"] for row in report if row["closed"]] == [2]


class TestReopenedByPeople:
    def test_owner_reopens_with_a_reason(self, done: Task, people: list[Person]) -> None:
        owner = next(person for person in people if person.user_id == done.owner_id)
        answer = post(done, "reopen", person=owner)
        assert answer.status_code == 200
        assert (answer.json()["cycle"], answer.json()["status"]) == (2, "in_progress")
        assert Timeline.objects.get(event="reopened").detail["reason"] == "It is not done."

    def test_others_may_not(self, done: Task, people: list[Person]) -> None:
        other = next(person for person in people if person.user_id != done.owner_id)
        assert post(done, "reopen", person=other).status_code in (403, 404)

    def test_reopen_is_offered_of_closed_tasks_only(self, done: Task) -> None:
        client = factories.admin_client()
        assert client.get(f"/tasks/{done.pk}/").json()["available_actions"] == ["reopen"]
        post(done, "reopen")
        assert "reopen" not in client.get(f"/tasks/{done.pk}/").json()["available_actions"]
        assert post(done, "reopen").status_code == 409

    def test_after_the_window_the_answer_is_a_new_task(self, done: Task) -> None:
        age(done, 15)
        answer = post(done, "reopen").json()
        assert answer["continues_task_id"] == done.pk
        assert post(done, "reopen").json()["errors"][0]["code"] == "not_reopenable"

    def test_reroute_says_that_the_task_has_ended(self, done: Task) -> None:
        answer = factories.admin_client().post("/tickets/TX1/reroute/")
        error = answer.json()["errors"][0]
        assert (answer.status_code, error["code"]) == (409, "already_finished")
        assert "completed" in error["detail"]


class TestCancel:
    def test_administrators_cancel_with_a_reason(self, support: Role) -> None:
        factories.take_in("TX1")
        task = factories.task_of()
        answer = post(task, "cancel")
        assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
        assert Timeline.objects.get(event="cancelled").detail["reason"] == "It is not done."
        assert set(SlaClock.objects.values_list("verdict", flat=True)) == {"cancelled"}
        assert post(task, "cancel").status_code == 409

    def test_others_may_not_and_a_reason_is_needed(self, support: Role) -> None:
        factories.take_in("TX1")
        task = factories.task_of()
        assert post(task, "cancel", person=factories.assignee_of(task)).status_code == 403
        assert factories.admin_client().post(f"/tasks/{task.pk}/cancel/", {}, format="json").status_code == 400


class TestMove:
    def test_the_task_goes_on_on_the_other_workflow_with_its_age(self, support: Role) -> None:
        other = factories.one_step(support, name="Facilities", category="Facilities")
        factories.take_in("TX1")
        task = factories.task_of()
        started = SlaClock.objects.get(visit__isnull=True).events[0]["at"]
        preview = factories.admin_client().get(f"/tasks/{task.pk}/move-preview/?workflow_id={other.workflow_id}")
        assert preview.status_code == 200, preview.json()
        answer = post(task, "move", workflow_id=other.workflow_id, person=factories.assignee_of(task))
        assert answer.status_code == 200, answer.json()
        old, new = Task.objects.order_by("id")
        assert (old.status, new.status, new.continues_id) == ("cancelled", "in_progress", old.pk)
        assert (new.workflow_id, new.matched_by) == (other.workflow_id, "moved")
        clock = SlaClock.objects.get(task=new, visit__isnull=True)
        assert clock.events[0]["at"] == started
        assert preview.json()["due_at"] == answer.json()["sla"]["due_at"]
        assert "cancelled" not in [m["new_status"] for m in published_messages("send_ticket_status")]
        assert "moved" in Timeline.objects.get(task=old, event="cancelled").detail["reason"]

    @pytest.mark.parametrize("kind", ["same", "unknown", "draft"])
    def test_only_another_deployed_workflow_will_do(self, support: Role, kind: str) -> None:
        draft = factories.one_step(support, name="Draft", category="Draft", status="draft")
        factories.take_in("TX1")
        task = factories.task_of()
        workflow_id = {"same": task.workflow_id, "unknown": 10**9, "draft": draft.workflow_id}[kind]
        answer = post(task, "move", workflow_id=workflow_id)
        assert (answer.status_code, Task.objects.count()) == (400, 1)


class TestSaysSo:
    def test_a_ticket_that_only_the_default_workflow_took(self, people: list[Person]) -> None:
        role = factories.make_role("IT Support", *people)
        factories.one_step(role, category="", department="", is_default=True)
        factories.take_in("TX1", category="Something else")
        client = factories.admin_client()
        assert client.get("/tickets/TX1/").json()["task"]["matched_by"] == "default"
        assert client.get(f"/tasks/{factories.task_of().pk}/").json()["matched_by"] == "default"

    def test_time_since_submitted_beside_time_on_the_clock(self, support: Role) -> None:
        submitted = timezone.now() - timedelta(hours=5)
        factories.take_in("TX1", submitted_at=submitted.isoformat())
        answer = factories.admin_client().get(f"/tasks/{factories.task_of().pk}/sla/").json()
        assert answer["since_submitted_seconds"] >= 5 * 3600
        assert answer["waited_before_clock_seconds"] >= 5 * 3600 - 5
        assert answer["task"]["used_seconds"] < 60


class TestRepair:
    def test_tickets_withdrawn_after_completion_are_matched_again(self, done: Task, capsys: Any) -> None:
        Ticket.objects.update(intake_state="withdrawn")
        factories.take_in("TX2", status="Withdrawn")
        call_command("repair_withdrawn")
        assert "TX1" in capsys.readouterr().out
        assert dict(Ticket.objects.values_list("ticket_number", "intake_state")) == {
            "TX1": "matched",
            "TX2": "withdrawn",
        }
        call_command("repair_withdrawn")
        assert "0 tickets repaired" in capsys.readouterr().out
