"""Transitions: who may, when, in what way, and what comes of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from audit.models import AuditLog
from role.models import Person, Role
from task.models import StepVisit, Task, TaskTransition
from task.perform import perform
from ticketing_testing.clients import assert_problem, published_messages
from workflow.models import VersionStep
from workflowmanager.tests import factories


def press(
    person: Person, task: Task, name: str, *roles: str, headers: Mapping[str, str] | None = None, **fields: Any
) -> Any:
    """Press the button of that name on the newest state of the task."""
    task.refresh_from_db()
    body = {"task_id": task.pk, "transition_id": factories.edge(task, name).pk, "expected_version": task.version}
    return factories.as_client(person, *roles).post("/transitions/", {**body, **fields}, headers=headers)


@pytest.fixture
def people(db: None) -> dict[str, Person]:
    names = {"mara": 1, "amara": 11, "kenji": 12, "ines": 21, "otto": 22}
    return {name: factories.make_person(number, name.title()) for name, number in names.items()}


@pytest.fixture
def roles(people: dict[str, Person]) -> dict[str, Role]:
    return {
        "coordinators": factories.make_role("Ticket Coordinator", people["mara"]),
        "support": factories.make_role("IT Support", people["amara"], people["kenji"]),
        "leads": factories.make_role("IT Lead", people["ines"], people["otto"]),
    }


@pytest.fixture
def access(roles: dict[str, Role]) -> None:
    factories.approval(roles["support"], roles["leads"], coordinators=roles["coordinators"])
    factories.take_in("TX1")


class TestWho:
    def test_only_the_assignee(self, people: dict[str, Person], access: None) -> None:
        task = factories.task_of()
        assert_problem(press(people["kenji"], task, "Review to Approve"), 403, "not_assignee")
        assert press(people["amara"], task, "Review to Approve").status_code == 200

    def test_an_admin_acts_in_the_assignees_name_and_it_is_recorded_so(
        self, people: dict[str, Person], access: None
    ) -> None:
        task = factories.task_of()
        admin = factories.make_person(90, "Ada Admin")
        assert press(admin, task, "Review to Approve", "Admin").status_code == 200
        performed = TaskTransition.objects.get()
        assert (performed.actor_id, performed.on_behalf_of_id) == (90, 11)
        row = AuditLog.objects.get(action="task.transition")
        assert (row.actor_id, row.on_behalf_of_id) == (90, 11)

    def test_nobody_while_it_waits_in_the_unassigned_queue(self, people: dict[str, Person], access: None) -> None:
        task = factories.task_of()
        factories.as_client(people["amara"]).post(f"/tasks/{task.pk}/release/")
        assert_problem(press(people["amara"], task, "Review to Approve"), 409, "not_assigned")

    def test_a_plain_user_is_refused(self, access: None) -> None:
        user = factories.make_person(99)
        assert_problem(press(user, factories.task_of(), "Review to Approve", "User"), 403, "permission_denied")


class TestLegal:
    def test_only_from_the_current_step(self, people: dict[str, Person], access: None) -> None:
        task = factories.task_of()
        assert_problem(press(people["amara"], task, "Approve to Granted"), 409, "transition_not_available")

    def test_only_in_the_pinned_version(self, people: dict[str, Person], roles: dict[str, Role], access: None) -> None:
        task = factories.task_of()
        newer = factories.approval(roles["support"], roles["leads"], coordinators=roles["coordinators"])
        other = newer.transitions.get(name="Review to Approve")
        body = {"task_id": task.pk, "transition_id": other.pk, "expected_version": task.version}
        answer = factories.as_client(people["amara"]).post("/transitions/", body)
        assert_problem(answer, 400, "invalid", attr="transition_id")

    def test_nobody_presses_an_automatic_one(self, people: dict[str, Person], roles: dict[str, Role]) -> None:
        guard = {"field": "priority", "op": "eq", "value": "urgent"}
        factories.make_workflow(
            "Sorted",
            coordinators=roles["coordinators"],
            steps=[
                {"name": "Sort", "role": roles["support"]},
                {"name": "Done", "is_end": True, "end_status": "completed"},
            ],
            edges=[("Sort", "Done", "forward", {"is_automatic": True, "condition": guard})],
        )
        factories.take_in("TX1", priority="low")
        assert_problem(press(people["amara"], factories.task_of(), "Sort to Done"), 409, "transition_not_available")

    def test_expected_version_is_required(self, people: dict[str, Person], access: None) -> None:
        task = factories.task_of()
        body = {"task_id": task.pk, "transition_id": factories.edge(task, "Review to Approve").pk}
        assert_problem(factories.as_client(people["amara"]).post("/transitions/", body), 400, attr="expected_version")

    def test_a_closed_task_stays_closed(self, people: dict[str, Person], access: None) -> None:
        task = factories.task_of()
        press(people["amara"], task, "Review to Approve")
        press(people["ines"], task, "Approve to Granted")
        assert_problem(press(people["ines"], task, "Approve to Granted"), 409, "task_closed")

    def test_a_guard_on_the_tickets_fields_opens_and_shuts(
        self, people: dict[str, Person], roles: dict[str, Role]
    ) -> None:
        factories.make_workflow(
            "Budget",
            coordinators=roles["coordinators"],
            steps=[
                {"name": "Review", "role": roles["support"]},
                {"name": "Small", "is_end": True, "end_status": "completed"},
                {"name": "Large", "role": roles["leads"]},
            ],
            edges=[
                (
                    "Review",
                    "Small",
                    "forward",
                    {"condition": {"field": "requested_budget", "op": "lt", "value": 1000}},
                ),
                (
                    "Review",
                    "Large",
                    "forward",
                    {"condition": {"field": "requested_budget", "op": "gte", "value": 1000}},
                ),
                ("Large", "Small", "forward", {}),
            ],
        )
        factories.take_in("TX1", requested_budget="12500.00")
        task = factories.task_of()
        offered = factories.as_client(people["amara"]).get(f"/tasks/{task.pk}/").json()["available_transitions"]
        assert [transition["name"] for transition in offered] == ["Review to Large"]
        assert_problem(press(people["amara"], task, "Review to Small"), 409, "condition_not_met")
        assert press(people["amara"], task, "Review to Large").json()["current_step"]["name"] == "Large"

    def test_automatic_transitions_run_to_a_fixed_point(
        self, people: dict[str, Person], roles: dict[str, Role]
    ) -> None:
        factories.make_workflow(
            "Chained",
            coordinators=roles["coordinators"],
            steps=[
                {"name": "Start", "role": roles["support"]},
                {"name": "Sort", "role": roles["support"]},
                {"name": "Loop", "role": roles["support"]},
                {"name": "Work", "role": roles["leads"]},
                {"name": "Done", "is_end": True, "end_status": "completed"},
            ],
            edges=[
                ("Start", "Sort", "forward", {}),
                ("Sort", "Loop", "forward", {"is_automatic": True}),
                ("Loop", "Sort", "forward", {"is_automatic": True}),
                (
                    "Loop",
                    "Work",
                    "forward",
                    {"is_automatic": True, "condition": {"field": "priority", "op": "eq", "value": "urgent"}},
                ),
                ("Work", "Done", "forward", {}),
            ],
        )
        factories.take_in("TX1", priority="critical")
        answer = press(people["amara"], factories.task_of(), "Start to Sort").json()
        assert answer["current_step"]["name"] == "Work"
        assert answer["assignee"]["user_id"] == 21
        actors = TaskTransition.objects.order_by("id").values_list("name", "actor_id")
        assert list(actors) == [("Start to Sort", 11), ("Sort to Loop", None), ("Loop to Work", None)]
        assert StepVisit.objects.filter(closed_at__isnull=True).count() == 1
        # Where nothing leads out of the ring, it stops instead of turning for ever.
        factories.take_in("TX2")
        answer = press(people["kenji"], factories.task_of("TX2"), "Start to Sort").json()
        assert answer["current_step"]["name"] == "Loop"


class TestReturn:
    def test_needs_a_comment_and_so_does_reject(self, people: dict[str, Person], access: None) -> None:
        task = factories.task_of()
        press(people["amara"], task, "Review to Approve")
        for name in ("Approve to Review", "Approve to Rejected"):
            assert_problem(press(people["ines"], task, name), 400, "comment_required", attr="comment")
            assert_problem(press(people["ines"], task, name, comment="   "), 400, "comment_required")

    def test_goes_back_to_the_previous_performer(self, people: dict[str, Person], access: None) -> None:
        task = factories.task_of()
        press(people["amara"], task, "Review to Approve")
        answer = press(people["ines"], task, "Approve to Review", comment="Name the share.").json()
        assert answer["assignee"]["user_id"] == 11
        assert answer["why"]["origin"] == "return"
        told = [m for m in published_messages("notifications.create_inapp_notification") if m["user_id"] == 11]
        assert told[-1]["notification_type"] == "task_returned"
        # The next ticket is Kenji's: a return takes no turn.
        factories.take_in("TX2")
        assert factories.task_of("TX2").assignee_id == 12

    def test_goes_to_somebody_else_when_the_performer_may_not_have_it(
        self, people: dict[str, Person], roles: dict[str, Role], access: None
    ) -> None:
        task = factories.task_of()
        press(people["amara"], task, "Review to Approve")
        factories.leave(roles["support"], people["amara"])
        answer = press(people["ines"], task, "Approve to Review", comment="Name the share.").json()
        assert answer["assignee"]["user_id"] == 12
        assert answer["why"]["origin"] == "round_robin"

    def test_opens_a_new_visit_and_leaves_the_tasks_clock_alone(self, people: dict[str, Person], access: None) -> None:
        task = factories.task_of()
        due_at = task.due_at
        press(people["amara"], task, "Review to Approve")
        press(people["ines"], task, "Approve to Review", comment="Again.")
        task.refresh_from_db()
        assert task.due_at == due_at
        assert StepVisit.objects.filter(task=task).count() == 3

    @pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "once"}], ids=["plain", "with a key"])
    def test_is_capped_and_then_the_lead_decides(
        self, people: dict[str, Person], roles: dict[str, Role], headers: dict[str, str]
    ) -> None:
        factories.approval(
            roles["support"], roles["leads"], coordinators=roles["coordinators"], approve={"return_cap": 2}
        )
        roles["leads"].lead = people["otto"]
        roles["leads"].save()
        factories.take_in("TX1")
        task = factories.task_of()
        for _ in range(2):
            press(people["amara"], task, "Review to Approve")
            holder = factories.assignee_of(task)
            assert press(holder, task, "Approve to Review", comment="Again.").status_code == 200
        press(people["amara"], task, "Review to Approve")
        task.refresh_from_db()
        assert task.assignee_id == 21
        refused = press(people["ines"], task, "Approve to Review", comment="Again.", headers=headers)
        assert_problem(refused, 409, "loop_limit")
        task.refresh_from_db()
        assert StepVisit.objects.get(task=task, closed_at__isnull=True).needs_lead
        assert 22 in [m["user_id"] for m in published_messages("notifications.create_inapp_notification")]
        offered = factories.as_client(people["otto"]).get(f"/tasks/{task.pk}/").json()["available_transitions"]
        assert [transition["outcome"] for transition in offered] == ["reject", "return"]
        assert press(people["otto"], task, "Approve to Review", comment="Last time.").status_code == 200
        assert TaskTransition.objects.latest("id").on_behalf_of_id == 21

    def test_a_ring_without_returns_is_capped_too(self, people: dict[str, Person], roles: dict[str, Role]) -> None:
        factories.make_workflow(
            "Ring",
            coordinators=roles["coordinators"],
            steps=[
                {"name": "One", "role": roles["coordinators"], "return_cap": 2},
                {"name": "Two", "role": roles["coordinators"], "return_cap": 2},
                {"name": "Done", "is_end": True, "end_status": "completed"},
            ],
            edges=[("One", "Two", "forward", {}), ("Two", "One", "forward", {}), ("Two", "Done", "forward", {})],
        )
        factories.take_in("TX1")
        task = factories.task_of()
        for _ in range(2):
            assert press(people["mara"], task, "One to Two").status_code == 200
            assert press(people["mara"], task, "Two to One").status_code == 200
        assert_problem(press(people["mara"], task, "One to Two"), 409, "loop_limit")

    def test_never_to_a_step_the_task_has_not_been_in(self, people: dict[str, Person], roles: dict[str, Role]) -> None:
        factories.make_workflow(
            "Odd",
            coordinators=roles["coordinators"],
            steps=[
                {"name": "One", "role": roles["support"]},
                {"name": "Two", "role": roles["leads"]},
                {"name": "Done", "is_end": True, "end_status": "completed"},
            ],
            edges=[("One", "Two", "return", {}), ("One", "Done", "forward", {}), ("Two", "Done", "forward", {})],
        )
        factories.take_in("TX1")
        answer = press(people["amara"], factories.task_of(), "One to Two", comment="Back.")
        assert_problem(answer, 409, "step_not_visited")


class TestOwner:
    def test_is_told_at_every_step_and_at_the_end_but_not_of_their_own_doing(
        self, people: dict[str, Person], access: None
    ) -> None:
        task = factories.task_of()
        assert task.owner_id == 1

        press(people["amara"], task, "Review to Approve")
        press(people["ines"], task, "Approve to Review", comment="Name the share.")
        press(people["amara"], task, "Review to Approve")
        press(factories.assignee_of(task), task, "Approve to Granted")

        told = [m for m in published_messages("notifications.create_inapp_notification") if m["user_id"] == 1]
        steps = ["Approve", "Review", "Approve", "Granted"]
        assert [m["subject"] for m in told] == [f"TX1 is now in “{step}”" for step in steps]

    def test_is_not_told_of_their_own_doing(self, access: None) -> None:
        task = factories.task_of()
        owner = Person.objects.get(pk=1)

        assert press(owner, task, "Review to Approve", "Admin").status_code == 200

        told = published_messages("notifications.create_inapp_notification")
        assert [m for m in told if m["user_id"] == owner.pk] == []


class TestReject:
    def test_ends_rejected_and_the_source_hears_of_it(self, people: dict[str, Person], access: None) -> None:
        task = factories.task_of()
        press(people["amara"], task, "Review to Approve")
        answer = press(people["ines"], task, "Approve to Rejected", comment="Not needed.")
        assert answer.json()["status"] == "rejected"
        assert published_messages("send_ticket_status")[-1]["new_status"] == "rejected"


class TestCost:
    def test_a_transition_costs_at_most_twenty_statements(
        self, people: dict[str, Person], roles: dict[str, Role]
    ) -> None:
        factories.straight(roles["coordinators"], roles["support"])
        factories.take_in("TX0")
        press(people["mara"], factories.task_of("TX0"), "Triage to Resolve")
        factories.take_in("TX1")
        task = factories.task_of("TX1")
        with CaptureQueriesContext(connection) as queries:
            perform(
                actor=factories.actor(people["mara"]),
                task_id=task.pk,
                transition_id=factories.edge(task, "Triage to Resolve").pk,
                expected_version=task.version,
                now=timezone.now(),
            )
        statements = [query["sql"] for query in queries.captured_queries if "SAVEPOINT" not in query["sql"]]
        assert len(statements) <= 20, "\n".join(statements)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_of_two_who_press_approve_at_once_exactly_one_wins_every_time(self) -> None:
        lead, admin = factories.make_person(21, "Ines Costa"), factories.make_person(90, "Ada Admin")
        leads = factories.make_role("IT Lead", lead)
        factories.one_step(
            leads, outcome="approve", step={"kind": "approval", "approval": {"required": 1, "mode": "count"}}
        )
        clients = [factories.as_client(lead), factories.as_client(admin, "Admin")]
        for round_ in range(30):
            factories.take_in(f"TX{round_}")
            task = factories.task_of(f"TX{round_}")
            edge = factories.edge(task, "Work to Done")
            body = {"task_id": task.pk, "transition_id": edge.pk, "expected_version": task.version}
            answers = at_once(clients, body)
            assert sorted(answer.status_code for answer in answers) == [200, 409]
            (loser,) = [answer.json() for answer in answers if answer.status_code == 409]
            assert loser["errors"][0]["code"] == "stale_version"
            assert loser["acted_by"]["user_id"] in (21, 90)
            assert loser["current"]["status"] == "completed"
        assert TaskTransition.objects.count() == 30
        assert AuditLog.objects.filter(action="task.transition").count() == 30

    def test_words_that_lead_into_each_others_role_wait_for_each_other(self) -> None:
        """One decides in a role and leads to the other's, and the other way round: none is a deadlock's victim."""
        people = [factories.make_person(number) for number in (11, 12, 21, 22)]
        first, second = factories.make_role("First", *people[:2]), factories.make_role("Second", *people[2:])
        both = {"kind": "approval", "approval": {"required": 2, "mode": "count"}}
        names = ["One", "Two", "Three"]
        factories.make_workflow(
            "Words",
            coordinators=factories.make_role("Ticket Coordinator", factories.make_person(1)),
            steps=[
                *(
                    {"name": name, "role": role, **both}
                    for name, role in zip(names, (first, second, first), strict=True)
                ),
                {"name": "Done", "is_end": True, "end_status": "completed"},
            ],
            edges=[(one, two, "approve", {}) for one, two in zip(names, [*names[1:], "Done"], strict=True)],
        )
        for round_ in range(15):
            ahead, behind = f"A{round_}", f"B{round_}"
            factories.take_in(ahead)
            factories.take_in(behind)
            for number, word in ((ahead, 11), (ahead, 12), (ahead, 21), (behind, 11)):
                answer = press(Person.objects.get(pk=word), factories.task_of(number), self._approval(number))
                assert answer.status_code == 200
            pressed = []
            for number, word in ((ahead, 22), (behind, 12)):
                task = factories.task_of(number)
                edge = factories.edge(task, self._approval(number))
                body = {"task_id": task.pk, "transition_id": edge.pk, "expected_version": task.version}
                pressed.append((factories.as_client(Person.objects.get(pk=word)), body))
            assert [answer.status_code for answer in all_at_once(pressed)] == [200, 200]
            assert (self._step(ahead), self._step(behind)) == ("Three", "Two")

    def _step(self, number: str) -> str:
        step = factories.task_of(number).current_step
        assert step is not None
        return step.name

    def _approval(self, number: str) -> str:
        step = self._step(number)
        return f"{step} to {dict(One='Two', Two='Three', Three='Done')[step]}"


def at_once(clients: list[APIClient], body: dict[str, Any]) -> list[Any]:
    """Let everybody press at the same moment."""
    return all_at_once([(client, body) for client in clients])


def all_at_once(pressed: list[tuple[APIClient, dict[str, Any]]]) -> list[Any]:
    """Let each press their own at the same moment."""
    barrier = threading.Barrier(len(pressed))
    answers: list[Any] = []

    def press_it(client: APIClient, body: dict[str, Any]) -> None:
        client.raise_request_exception = False
        try:
            barrier.wait()
            answers.append(client.post("/transitions/", body))
        finally:
            connection.close()

    threads = [threading.Thread(target=press_it, args=each) for each in pressed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_steps_know_their_share(db: None) -> None:
    role = factories.make_role("IT Support", factories.make_person(11))
    factories.straight(role, role)
    assert {str(step.share) for step in VersionStep.objects.filter(is_end=False)} == {"0.50000000"}
