"""Claim, release, transfer, escalate, hold, resume, priority, bulk."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from audit.models import AuditLog
from role.models import Person, Role
from task.escalate import escalate
from task.hold import hold, resume
from task.models import Assignment, SlaClock, StepVisit, Task, Timeline
from task.priority import set_priority
from task.transfer import transfer
from ticketing_common.errors import Invalid
from ticketing_testing.clients import assert_problem, published_messages
from workflowmanager.tests import factories

NOON = factories.LONG_AGO + timedelta(hours=12)


def do(person: Person, task: Task, verb: str, *roles: str, **body: Any) -> Any:
    return factories.as_client(person, *roles).post(f"/tasks/{task.pk}/{verb}/", body)


@pytest.fixture
def pooled(support: Role) -> Task:
    factories.one_step(support, step={"assignment": "claim"})
    factories.take_in("TX1")
    return factories.task_of()


@pytest.fixture
def held(support: Role) -> Task:
    factories.one_step(support)
    factories.take_in("TX1")
    return factories.task_of()


class TestClaim:
    def test_takes_it_from_the_unassigned_queue_without_notifying_oneself(self, pooled: Task, kenji: Person) -> None:
        assert (pooled.status, pooled.assignee_id) == ("pending", None)
        assert published_messages("task.send_assignment_notification") == []
        answer = do(kenji, pooled, "claim")
        assert answer.status_code == 200, answer.json()
        assert answer.json()["assignee"]["user_id"] == 12
        assert Assignment.objects.get(is_owner=False).origin == "claim"
        assert published_messages("task.send_assignment_notification") == []
        assert [m["new_status"] for m in published_messages("send_ticket_status")] == ["received", "in_progress"]

    def test_the_second_is_told_who_was_faster(self, pooled: Task, kenji: Person, amara: Person) -> None:
        do(kenji, pooled, "claim")
        problem = assert_problem(do(amara, pooled, "claim", expected_version=1), 409, "already_taken")
        assert "Kenji Mori" in problem["errors"][0]["detail"]
        assert problem["current"]["assignee"]["user_id"] == 12

    def test_is_for_members_who_may_have_it(self, pooled: Task, kenji: Person) -> None:
        stranger = factories.make_person(50)
        assert_problem(do(stranger, pooled, "claim"), 404)
        Person.objects.filter(pk=12).update(away_from=factories.LONG_AGO)
        assert_problem(do(kenji, pooled, "claim"), 400, "not_eligible")
        admin = factories.make_person(90)
        assert_problem(do(admin, pooled, "claim", "Admin"), 400, "not_eligible")


@pytest.mark.django_db(transaction=True)
class TestClaimAtOnce:
    def test_exactly_one_of_five_wins(self) -> None:
        people = [factories.make_person(number) for number in range(11, 16)]
        factories.one_step(factories.make_role("IT Support", *people), step={"assignment": "claim"})
        factories.take_in("TX1")
        task = factories.task_of()
        barrier = threading.Barrier(5)
        answers: list[int] = []

        def work(person: Person) -> None:
            try:
                client = factories.as_client(person)
                barrier.wait()
                answers.append(client.post(f"/tasks/{task.pk}/claim/").status_code)
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=(person,)) for person in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == [200, 409, 409, 409, 409]
        assert Assignment.objects.filter(is_owner=False).count() == 1


class TestRelease:
    def test_puts_it_back_without_losing_its_age(self, held: Task, amara: Person) -> None:
        opened_at = StepVisit.objects.get().opened_at
        answer = do(amara, held, "release", reason="Not mine.")
        assert (answer.json()["status"], answer.json()["assignee"]) == ("pending", None)
        assert StepVisit.objects.get().pooled_at == opened_at
        turn = Assignment.objects.get(is_owner=False)
        assert turn.end_reason == "released"
        listed = factories.as_client(amara).get("/tasks/", {"view": "unassigned"}).json()
        assert listed["count"] == 1

    def test_is_for_its_holder_a_lead_or_an_admin(self, held: Task, kenji: Person, support: Role) -> None:
        assert_problem(do(kenji, held, "release"), 403)
        Role.objects.filter(pk=support.pk).update(lead=kenji)
        assert do(kenji, held, "release").status_code == 200


class TestTransfer:
    def test_needs_a_reason_and_keeps_clock_and_history(self, held: Task, amara: Person) -> None:
        due_at = held.due_at
        assert_problem(do(amara, held, "transfer", to_user_id=12), 400, attr="reason")
        answer = do(amara, held, "transfer", to_user_id=12, reason="On leave from tomorrow.")
        assert answer.status_code == 200, answer.json()
        assert answer.json()["assignee"]["user_id"] == 12
        held.refresh_from_db()
        assert held.due_at == due_at
        assert [turn.person_id for turn in Assignment.objects.filter(is_owner=False).order_by("id")] == [11, 12]
        told = published_messages("notifications.create_inapp_notification")
        assert [(m["user_id"], m["notification_type"]) for m in told] == [(12, "task_transferred")]

    @pytest.mark.parametrize(
        "spoil", [{"away_from": factories.LONG_AGO}, {"capacity": 0}, {"is_active": False}], ids=str
    )
    def test_needs_an_eligible_target(self, held: Task, amara: Person, spoil: dict[str, Any]) -> None:
        Person.objects.filter(pk=12).update(**spoil)
        answer = do(amara, held, "transfer", to_user_id=12, reason="Please.")
        assert_problem(answer, 400, "not_eligible", attr="user_id")

    def test_not_to_somebody_outside_the_role(self, held: Task, amara: Person) -> None:
        factories.make_person(50)
        assert_problem(do(amara, held, "transfer", to_user_id=50, reason="Please."), 400, "not_eligible")

    def test_is_not_for_colleagues(self, held: Task, kenji: Person) -> None:
        assert_problem(do(kenji, held, "transfer", to_user_id=12, reason="Mine."), 403)

    def test_an_admin_may(self, held: Task) -> None:
        admin = factories.make_person(90)
        assert do(admin, held, "transfer", "Admin", to_user_id=12, reason="Balance.").status_code == 200


class TestEscalate:
    def test_moves_the_visit_up_and_keeps_the_clock_and_both_turns(self, support: Role, amara: Person) -> None:
        leads = factories.make_role("IT Lead", factories.make_person(21, "Ines Costa"))
        factories.one_step(support, step={"escalate_to": leads})
        factories.take_in("TX1")
        task = factories.task_of()
        answer = do(amara, task, "escalate", reason="Beyond me.")
        assert answer.status_code == 200, answer.json()
        assert answer.json()["assignee"]["user_id"] == 21
        assert answer.json()["current_step"]["role"] == "IT Lead"
        turns = list(Assignment.objects.filter(is_owner=False).order_by("id"))
        assert [(turn.origin, turn.ended_at is None) for turn in turns] == [
            ("round_robin", False),
            ("escalation", True),
        ]
        clock = SlaClock.objects.get(visit__isnull=False)
        assert len(clock.events) == 1
        told = [(m["user_id"], m["notification_type"]) for m in published_messages() if "notification_type" in m]
        assert (21, "task_escalated") in told

    def test_without_a_role_above_it_goes_to_the_lead(self, held: Task, amara: Person, support: Role) -> None:
        Role.objects.filter(pk=support.pk).update(lead_id=12)
        assert do(amara, held, "escalate", reason="Beyond me.").json()["assignee"]["user_id"] == 12

    def test_a_lead_who_sends_it_out_of_their_sight_gets_the_answer(self, support: Role, amara: Person) -> None:
        lead = factories.make_person(13, "Lena Lead")
        factories.join(support, lead)
        Role.objects.filter(pk=support.pk).update(lead=lead)
        leads = factories.make_role("IT Lead", factories.make_person(21, "Ines Costa"))
        factories.one_step(support, step={"escalate_to": leads}, coordinators=leads)
        factories.take_in("TX1")
        task = factories.task_of()
        answer = do(lead, task, "escalate", reason="Beyond us.")
        assert (answer.status_code, answer.json()["assignee"]["user_id"]) == (200, 21)
        assert_problem(factories.as_client(lead).get(f"/tasks/{task.pk}/"), 404)

    def test_with_nobody_above_the_admins_are_told(self, held: Task, amara: Person) -> None:
        factories.make_role("Admin", factories.make_person(90))
        answer = do(amara, held, "escalate", reason="Beyond me.").json()
        assert (answer["assignee"]["user_id"], answer["needs_lead"]) == (11, True)
        assert [m["user_id"] for m in published_messages("notifications.create_inapp_notification")] == [90]


class TestHold:
    def test_pauses_both_clocks_and_resume_lets_them_go_on(self, support: Role, amara: Person) -> None:
        with time_machine.travel(NOON, tick=False) as clock:
            factories.one_step(support)
            factories.take_in("TX1")
            task = factories.task_of()
            clock.shift(timedelta(hours=1))
            answer = do(amara, task, "hold", reason="Waiting for a part.").json()
            assert (answer["status"], answer["sla"]["state"], answer["sla"]["due_at"]) == ("on_hold", "paused", None)
            assert answer["sla"]["remaining_seconds"] == 47 * 3600
            clock.shift(timedelta(hours=5))
            listed = factories.as_client(amara).get("/tasks/", {"view": "mine"}).json()["results"][0]
            assert listed["sla"]["remaining_seconds"] == 47 * 3600
            answer = do(amara, task, "resume").json()
            assert answer["status"] == "in_progress"
            assert answer["sla"]["remaining_seconds"] == 47 * 3600
            task.refresh_from_db()
            assert task.due_at == NOON + timedelta(hours=53)
            assert StepVisit.objects.get().due_at == NOON + timedelta(hours=53)
        statuses = [m["new_status"] for m in published_messages("send_ticket_status")]
        assert statuses == ["received", "in_progress", "on_hold", "in_progress"]

    def test_refuses_transitions_and_a_second_hold(self, held: Task, amara: Person) -> None:
        do(amara, held, "hold", reason="Waiting.")
        held.refresh_from_db()
        body = {
            "task_id": held.pk,
            "transition_id": factories.edge(held, "Work to Done").pk,
            "expected_version": held.version,
        }
        assert_problem(factories.as_client(amara).post("/transitions/", body), 409, "task_on_hold")
        assert_problem(do(amara, held, "hold", reason="Waiting."), 409, "already_on_hold")
        do(amara, held, "resume")
        assert_problem(do(amara, held, "resume"), 409, "not_on_hold")

    def test_needs_a_reason(self, held: Task, amara: Person) -> None:
        assert_problem(do(amara, held, "hold"), 400, attr="reason")


class TestPriority:
    def test_keeps_the_start_and_takes_the_new_target(self, support: Role, amara: Person) -> None:
        with time_machine.travel(NOON, tick=False) as clock:
            factories.one_step(support)
            factories.take_in("TX1", priority="medium")
            task = factories.task_of()
            clock.shift(timedelta(hours=1))
            answer = do(amara, task, "priority", priority="urgent").json()
            assert answer["priority"] == "urgent"
            assert answer["sla"]["remaining_seconds"] == 3 * 3600
            events = SlaClock.objects.get(visit__isnull=True).events
            assert [event["kind"] for event in events] == ["started", "target_changed"]

    def test_the_old_priority_and_target_stay_in_the_log(self, held: Task, amara: Person) -> None:
        do(amara, held, "priority", priority="urgent", reason="The whole floor waits.")
        clock = SlaClock.objects.get(visit__isnull=True)
        assert clock.target_seconds == 48 * 3600
        assert clock.events[-1]["seconds"] == 4 * 3600
        line = Timeline.objects.get(event="priority_changed")
        assert (line.detail["old"], line.detail["new"]) == ("medium", "urgent")
        row = AuditLog.objects.get(action="task.priority_changed")
        assert (row.old, row.new) == ({"priority": "medium"}, {"priority": "urgent"})
        assert row.reason == "The whole floor waits."

    def test_may_breach_at_once(self, support: Role, amara: Person) -> None:
        with time_machine.travel(NOON, tick=False) as clock:
            factories.one_step(support)
            factories.take_in("TX1", priority="medium")
            clock.shift(timedelta(hours=5))
            answer = do(amara, factories.task_of(), "priority", priority="urgent").json()
            assert answer["sla"]["state"] == "breached"

    def test_unknown_priority_is_refused(self, held: Task, amara: Person) -> None:
        assert_problem(do(amara, held, "priority", priority="now"), 400, attr="priority")


class TestReasons:
    @pytest.mark.parametrize("verb", [transfer, escalate, hold])
    def test_are_needed_by_whoever_calls(self, verb: Any, held: Task, amara: Person) -> None:
        receiver = {"user_id": 12} if verb is transfer else {}
        with pytest.raises(Invalid, match="reason"):
            verb(task_id=held.pk, reason="  ", actor=factories.actor(amara), now=timezone.now(), **receiver)


class TestOrder:
    def test_who_waited_for_the_other_comes_later_whatever_their_clock_said(self, held: Task, amara: Person) -> None:
        actor, asked_at = factories.actor(amara), timezone.now()
        hold(task_id=held.pk, reason="Waiting.", actor=actor, now=asked_at + timedelta(milliseconds=5))
        set_priority(task_id=held.pk, priority="urgent", actor=actor, now=asked_at)
        resume(task_id=held.pk, actor=actor, now=asked_at)

        for clock in SlaClock.objects.all():
            times = [event["at"] for event in clock.events]
            assert times == sorted(times)
        assert factories.assignee_of(held) == amara


class TestBulk:
    def test_answers_for_each_item(self, support: Role, amara: Person) -> None:
        factories.one_step(support)
        for number in range(3):
            factories.take_in(f"TX{number}")
        ids = [factories.task_of(f"TX{number}").pk for number in range(3)]
        body = {"action": "hold", "task_ids": [*ids, 999_999], "reason": "Stocktaking."}
        results = factories.as_client(amara).post("/tasks/bulk/", body).json()["results"]
        assert [(entry["ok"], entry["status"]) for entry in results] == [
            (True, 200),
            (False, 403),
            (True, 200),
            (False, 404),
        ]
        assert Task.objects.filter(status="on_hold").count() == 2

    def test_refuses_what_the_verb_needs(self, held: Task, amara: Person) -> None:
        answer = factories.as_client(amara).post("/tasks/bulk/", {"action": "hold", "task_ids": [held.pk]})
        assert_problem(answer, 400, attr="reason")


class TestRetry:
    def test_the_same_idempotency_key_has_one_effect(self, pooled: Task, kenji: Person) -> None:
        client = factories.as_client(kenji)
        first = client.post(f"/tasks/{pooled.pk}/claim/", headers={"Idempotency-Key": "k-1"})
        again = client.post(f"/tasks/{pooled.pk}/claim/", headers={"Idempotency-Key": "k-1"})
        assert first.status_code == again.status_code == 200
        assert Assignment.objects.filter(is_owner=False).count() == 1

    def test_a_bulk_act_is_done_once_an_item(self, support: Role, amara: Person) -> None:
        factories.one_step(support)
        for number in range(3):
            factories.take_in(f"TX{number}")
        ids = [factories.task_of(f"TX{number}").pk for number in range(3)]
        body = {"action": "hold", "task_ids": ids, "reason": "Stocktaking."}
        client = factories.as_client(amara)

        first = client.post("/tasks/bulk/", body, headers={"Idempotency-Key": "k-1"}).json()["results"]
        again = client.post("/tasks/bulk/", body, headers={"Idempotency-Key": "k-1"}).json()["results"]
        other = client.post("/tasks/bulk/", {**body, "reason": "Else."}, headers={"Idempotency-Key": "k-1"}).json()

        assert [entry["status"] for entry in first] == [200, 403, 200]
        assert again == first
        codes = [entry["error"]["code"] for entry in other["results"]]
        assert codes == ["idempotency_key_reused", "permission_denied", "idempotency_key_reused"]
