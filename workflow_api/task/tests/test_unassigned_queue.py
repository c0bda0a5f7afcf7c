"""The pool: waits with its age, drained oldest first, refilled by who loses a role."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from role.models import Person, Role, RoleMember
from step.models import Step
from task import unassigned_queue
from task.models import Assignment, StepVisit, Task
from ticketing_testing.clients import assert_problem, deliver, published_messages
from workflow.models import Workflow
from workflowmanager import services
from workflowmanager.tasks import sync_role, sync_snapshot, sync_user_system_role
from workflowmanager.tests import factories


def membership(member: RoleMember, **changes: Any) -> dict[str, Any]:
    """Return the message about this hold, one version on."""
    return {
        "user_system_role_id": member.pk,
        "user_id": member.person_id,
        "user_email": member.person.email,
        "user_full_name": member.person.full_name,
        "system": "tts",
        "role_id": member.role_id,
        "role_name": member.role.name,
        "is_active": True,
        "settings": {},
        "assigned_at": "2026-01-01T00:00:00Z",
        "action": "upsert",
        "version": member.version + 1,
        **changes,
    }


def loses(role: Role, person: Person) -> None:
    member = RoleMember.objects.get(role=role, person=person)
    deliver(sync_user_system_role, **membership(member, is_active=False))


@pytest.fixture
def support(db: None) -> Role:
    return factories.make_role("IT Support", factories.make_person(11, "Amara"), factories.make_person(12, "Kenji"))


@pytest.mark.django_db
class TestNobodyEligible:
    def test_waits_in_the_unassigned_queue_and_the_lead_is_notified(self) -> None:
        lead = factories.make_person(20, "Lena Lead")
        empty = factories.make_role("IT Support", lead=lead)
        factories.one_step(empty)
        factories.take_in("TX1")
        task, visit = factories.task_of(), StepVisit.objects.get()
        assert (task.status, task.assignee_id) == ("pending", None)
        assert visit.needs_lead
        assert visit.pooled_at == visit.opened_at
        assert [m["user_id"] for m in published_messages("notifications.create_inapp_notification")] == [20]
        assert published_messages("task.send_assignment_notification") == []

    def test_without_a_lead_the_administrators_are_notified(self) -> None:
        factories.make_role("Admin", factories.make_person(90))
        factories.one_step(factories.make_role("IT Support"))
        factories.take_in("TX1")
        assert [m["user_id"] for m in published_messages("notifications.create_inapp_notification")] == [90]

    def test_a_new_member_gets_what_waits_oldest_first(self) -> None:
        role = factories.make_role("IT Support")
        factories.one_step(role)
        for number in range(3):
            factories.take_in(f"TX{number}")
        person = factories.make_person(11, capacity=2)
        member = RoleMember(id=5000, role=role, person=person, version=0)
        deliver(sync_user_system_role, **membership(member))
        assert [factories.task_of(f"TX{number}").assignee_id for number in range(3)] == [11, 11, None]
        assert [m["ticket_number"] for m in published_messages("task.send_assignment_notification")] == ["TX0", "TX1"]
        assert Task.objects.filter(owner_id=11).count() == 3

    def test_capacity_freed_lets_the_next_in(self, django_capture_on_commit_callbacks: Any) -> None:
        role = factories.make_role("IT Support", factories.make_person(11, capacity=1))
        factories.one_step(role)
        factories.take_in("TX1")
        factories.take_in("TX2")
        task = factories.task_of("TX1")
        body = {
            "task_id": task.pk,
            "transition_id": factories.edge(task, "Work to Done").pk,
            "expected_version": task.version,
        }
        with django_capture_on_commit_callbacks(execute=True):
            assert factories.as_client(Person.objects.get(pk=11)).post("/transitions/", body).status_code == 200
        assert factories.task_of("TX2").assignee_id == 11

    def test_work_on_hold_uses_up_no_capacity(self, django_capture_on_commit_callbacks: Any) -> None:
        person = factories.make_person(11, capacity=1)
        factories.one_step(factories.make_role("IT Support", person))
        factories.take_in("TX1")
        factories.take_in("TX2")
        client = factories.as_client(person)
        url = f"/tasks/{factories.task_of('TX1').pk}/hold/"
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(url, {"reason": "Waiting for a part."}).status_code == 200
        assert factories.task_of("TX2").assignee_id == 11
        factories.take_in("TX3")
        assert factories.task_of("TX3").assignee_id is None

    def test_coming_back_from_away_drains(self) -> None:
        role = factories.make_role("IT Support", factories.make_person(11, away_from=factories.LONG_AGO))
        factories.one_step(role)
        factories.take_in("TX1")
        assert factories.task_of().assignee_id is None
        Person.objects.update(away_until=timezone.now() - timedelta(minutes=1))
        services.person_changed(11)
        assert factories.task_of().assignee_id == 11

    def test_what_is_there_to_be_claimed_waits_for_a_hand(self, support: Role) -> None:
        factories.one_step(support, step={"assignment": "claim"})
        factories.take_in("TX1")
        unassigned_queue.settle_roles([support.pk], now=timezone.now())
        assert factories.task_of().assignee_id is None

    def test_what_was_given_back_is_not_thrown_at_the_next(self, support: Role) -> None:
        factories.one_step(support)
        factories.take_in("TX1")
        task = factories.task_of()
        factories.as_client(Person.objects.get(pk=11)).post(f"/tasks/{task.pk}/release/")
        unassigned_queue.settle_roles([support.pk], now=timezone.now())
        assert factories.task_of().assignee_id is None


@pytest.mark.django_db
class TestRoleLost:
    def test_open_work_goes_to_the_next_is_audited_and_the_lead_is_told(self, support: Role) -> None:
        lead = factories.make_person(20, "Lena Lead")
        Role.objects.filter(pk=support.pk).update(lead=lead)
        factories.one_step(support)
        factories.take_in("TX1")
        due_at = factories.task_of().due_at
        loses(support, Person.objects.get(pk=11))
        task = factories.task_of()
        assert (task.assignee_id, task.owner_id, task.due_at) == (12, 12, due_at)
        assert Assignment.objects.get(person_id=11, is_owner=False).end_reason == "role_lost"
        assert 20 in [m["user_id"] for m in published_messages("notifications.create_inapp_notification")]
        assert published_messages("task.send_assignment_notification")[-1]["user_id"] == 12
        last = published_messages("tickets.tasks.apply_ticket_event")[-1]
        assert last["task"]["assignee"]["user_id"] == 12

    def test_with_nobody_left_it_waits_in_the_pool(self, support: Role) -> None:
        factories.one_step(support)
        factories.take_in("TX1")
        for number in (11, 12):
            loses(support, Person.objects.get(pk=number))
        task = factories.task_of()
        assert (task.status, task.assignee_id) == ("pending", None)
        assert StepVisit.objects.get().pooled_at is not None

    def test_a_deleted_role_empties_its_work_into_the_pool(self, support: Role) -> None:
        factories.one_step(support)
        factories.take_in("TX1")
        message: dict[str, Any] = {
            "role_id": support.pk,
            "name": support.name,
            "system": "tts",
            "description": "",
            "is_custom": False,
            "action": "delete",
            "version": 2,
        }
        deliver(sync_role, **message)
        assert factories.task_of().status == "pending"

    def test_a_snapshot_without_the_hold_takes_it_too(self, support: Role) -> None:
        factories.one_step(support)
        factories.take_in("TX1")
        kept = RoleMember.objects.get(role=support, person_id=12)
        deliver(
            sync_snapshot,
            roles=[
                {
                    "role_id": support.pk,
                    "name": support.name,
                    "system": "tts",
                    "description": "",
                    "is_custom": False,
                    "action": "upsert",
                    "version": 2,
                }
            ],
            members=[membership(kept)],
            snapshot_id="s-1",
            taken_at=timezone.now().isoformat(),
        )
        assert factories.task_of().assignee_id == 12

    def test_work_on_hold_changes_hands_and_stays_on_hold(self, support: Role) -> None:
        factories.one_step(support)
        factories.take_in("TX1")
        task = factories.task_of()
        factories.as_client(Person.objects.get(pk=11)).post(f"/tasks/{task.pk}/hold/", {"reason": "Waiting."})
        loses(support, Person.objects.get(pk=11))
        task.refresh_from_db()
        assert (task.status, task.assignee_id) == ("on_hold", 12)

    def test_the_tick_heals_what_a_message_could_not_reach(self, support: Role) -> None:
        factories.one_step(support)
        factories.take_in("TX1")
        factories.leave(support, Person.objects.get(pk=11))
        assert unassigned_queue.roles_to_settle() == [support.pk]
        unassigned_queue.settle_roles(unassigned_queue.roles_to_settle(), now=timezone.now())
        assert factories.task_of().assignee_id == 12
        assert unassigned_queue.roles_to_settle() == []


def wait_until_blocked(thread: threading.Thread) -> None:
    """Return when a session waits for this one's transaction, or the thread has ended without waiting."""
    deadline = time.monotonic() + 10
    while thread.is_alive() and time.monotonic() < deadline:
        with connection.cursor() as cursor:
            # Not pg_stat_activity, which stays as it was when this transaction first looked.
            cursor.execute(
                "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)) LIMIT 1"
            )
            if cursor.fetchone():
                return
        time.sleep(0.01)
    assert not thread.is_alive(), "the thread neither waits for this transaction nor ends"


@pytest.mark.django_db(transaction=True)
class TestLosingARoleWhileTicketsCome:
    def test_who_leaves_waits_for_the_turn_that_is_being_given(self) -> None:
        leaver = factories.make_person(11)
        support = factories.make_role("IT Support", leaver, factories.make_person(12))
        factories.one_step(support)

        def sync() -> None:
            try:
                loses(support, leaver)
            finally:
                connection.close()

        leaving = threading.Thread(target=sync)
        with transaction.atomic():
            factories.take_in("TX1")
            assert factories.task_of().assignee_id == leaver.pk
            leaving.start()
            wait_until_blocked(leaving)
        leaving.join()
        assert factories.task_of().assignee_id == 12

    def test_nothing_stays_with_who_left(self) -> None:
        people = [factories.make_person(number) for number in (11, 12, 13)]
        support = factories.make_role("IT Support", *people)
        factories.one_step(support)
        start = threading.Barrier(3)

        def intake(prefix: str) -> None:
            try:
                start.wait()
                for number in range(25):
                    factories.take_in(f"{prefix}{number}")
            finally:
                connection.close()

        def sync() -> None:
            try:
                start.wait()
                loses(support, people[0])
            finally:
                connection.close()

        threads = [
            threading.Thread(target=intake, args=("A",)),
            threading.Thread(target=intake, args=("B",)),
            threading.Thread(target=sync),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        unassigned_queue.settle_roles(unassigned_queue.roles_to_settle(), now=timezone.now())
        assert Task.objects.count() == 50
        assert Task.objects.filter(assignee_id=11).count() == 0
        assert Task.objects.filter(assignee_id__isnull=True).count() == 0


@pytest.mark.django_db
class TestPassedOver:
    """What nobody may take keeps nothing behind it waiting."""

    @staticmethod
    def approvals(number: int, *, capacity: int | None = None) -> tuple[Role, Person]:
        """Return a role whose only member asked for everything that waits in it, and is away."""
        asker = factories.make_person(21, away_from=factories.LONG_AGO, capacity=capacity)
        leads = factories.make_role("IT Lead", asker)
        factories.make_workflow(
            "Approval",
            coordinators=leads,
            category="Approval",
            steps=[
                {"name": "Approve", "role": leads, "kind": "approval", "approval": {"required": 1, "mode": "count"}},
                {"name": "Done", "is_end": True, "end_status": "completed"},
                {"name": "Rejected", "is_end": True, "end_status": "rejected"},
            ],
            edges=[("Approve", "Done", "approve", {}), ("Approve", "Rejected", "reject", {})],
        )
        employee = {"name": asker.full_name, "email": asker.email}
        for index in range(number):
            factories.take_in(f"AP{index}", category="Approval", employee=employee)
        factories.one_step(leads)
        return leads, asker

    def test_a_hundred_approvals_that_their_only_member_may_not_decide(self) -> None:
        leads, asker = self.approvals(unassigned_queue.BATCH)
        factories.take_in("TX1")
        assert factories.task_of("TX1").assignee_id is None
        Person.objects.update(away_from=None)
        assert unassigned_queue.settle_roles([leads.pk], now=timezone.now()) > 0
        assert factories.task_of("TX1").assignee_id == asker.pk
        assert factories.task_of("AP0").assignee_id is None

    def test_pages_end_where_nobody_has_room(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(unassigned_queue, "BATCH", 2)
        leads, _ = self.approvals(3, capacity=2)
        for index in range(5):
            factories.take_in(f"TX{index}")
        Person.objects.update(away_from=None)
        unassigned_queue.settle_roles([leads.pk], now=timezone.now())
        assert [factories.task_of(f"TX{index}").assignee_id for index in range(5)] == [21, 21, None, None, None]

    def test_the_work_of_leavers_and_tickets_without_owner_are_paged(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(unassigned_queue, "BATCH", 2)
        role = factories.make_role("IT Support", factories.make_person(11))
        factories.one_step(role)
        for index in range(5):
            factories.take_in(f"TX{index}")
        factories.join(role, factories.make_person(12))
        loses(role, Person.objects.get(pk=11))
        assert set(Task.objects.values_list("assignee_id", "owner_id")) == {(12, 12)}


@pytest.mark.django_db
class TestInvited:
    """Who has not accepted their invitation can't sign in."""

    def test_get_no_tickets_until_they_have_accepted(self) -> None:
        role = factories.make_role("IT Support")
        factories.one_step(role)
        person = factories.make_person(11)
        member = RoleMember(id=5000, role=role, person=person, version=0)
        deliver(sync_user_system_role, **membership(member, user_version=1, user_can_sign_in=False))
        factories.take_in("TX1")
        task = factories.task_of()
        assert (task.status, task.assignee_id, task.owner_id) == ("pending", None, None)
        answer = factories.admin_client().post(f"/tasks/{task.pk}/transfer/", {"to_user_id": 11, "reason": "Please."})
        assert_problem(answer, 400, "not_eligible")
        member.version = 1
        deliver(sync_user_system_role, **membership(member, user_version=2, user_can_sign_in=True))
        assert (factories.task_of().assignee_id, factories.task_of().owner_id) == (11, 11)

    def test_the_deploy_preview_counts_only_who_can_work(self) -> None:
        role = factories.make_role("IT Support", factories.make_person(11, can_sign_in=False))
        version = factories.one_step(role)
        workflow = Workflow.objects.get(pk=version.workflow_id)
        Step.objects.create(workflow=workflow, name="Work", role=role, is_start=True)
        url = f"/workflows/{workflow.pk}/deploy-preview/"
        report = factories.admin_client().get(url).json()["report"]
        assert "role_without_members" in [finding["code"] for finding in report["warnings"]]
        Person.objects.update(can_sign_in=True)
        report = factories.admin_client().get(url).json()["report"]
        assert "role_without_members" not in [finding["code"] for finding in report["warnings"]]
