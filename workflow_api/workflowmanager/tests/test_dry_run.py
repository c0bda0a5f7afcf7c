"""Dry runs: the walk is the engine's own, and nothing of it stays."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, connections, transaction
from rest_framework.test import APIClient

from audit.services import record
from role.models import Person, Role, RoleRotation
from task.rotation import lock_rotations
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.clients import assert_problem
from workflow.graph import _kept
from workflow.models import Workflow
from workflow.tests import factories as story
from workflowmanager.dry_run import Walk, dry_run
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db
AT = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0)
SAMPLE = {
    "subject": "Two screens",
    "category": "Nobody's",
    "department": "IT Department",
    "priority": "High",
    "employee": {"name": "Rita Marsh", "email": "rita.marsh@example.com"},
}
# Sort by budget: small ones go on by themselves, large ones to an approval by two, others wait at Sort.
STEPS: list[dict[str, Any]] = [
    {"id": "sort", "name": "Sort", "role": "Ticket Coordinator", "is_start": True, "instruction": "Sort it."},
    {"id": "order", "name": "Order", "role": "IT Support", "instruction": "Order it.", "assignment": "claim"},
    {
        "id": "approve",
        "name": "Approve",
        "role": "IT Lead",
        "kind": "approval",
        "instruction": "Decide.",
        "approval": {"required": 2, "mode": "count"},
    },
    {"id": "done", "name": "Done", "is_end": True},
    {"id": "refused", "name": "Refused", "is_end": True, "end_status": "rejected"},
]
EDGES: list[dict[str, Any]] = [
    {
        "id": "small",
        "from_step": "sort",
        "to_step": "order",
        "name": "Small",
        "is_automatic": True,
        "condition": {"field": "requested_budget", "op": "lt", "value": 500},
    },
    {
        "id": "large",
        "from_step": "sort",
        "to_step": "approve",
        "name": "Large",
        "condition": {
            "all": [
                {"field": "requested_budget", "op": "gte", "value": 500},
                {"field": "dynamic_data.cost_centre", "op": "exists"},
            ]
        },
    },
    {"id": "yes", "from_step": "approve", "to_step": "order", "name": "Approve", "outcome": "approve"},
    {"id": "no", "from_step": "approve", "to_step": "refused", "name": "Refuse", "outcome": "reject"},
    {"id": "ordered", "from_step": "order", "to_step": "done", "name": "Ordered"},
    {"id": "back", "from_step": "order", "to_step": "sort", "name": "Back", "outcome": "return"},
]


@pytest.fixture(autouse=True)
def people(db: None) -> None:
    story.roles()


def budget_draft(**fields: Any) -> Workflow:
    return story.draft("Purchases", category="Purchase", steps=STEPS, edges=EDGES, **fields)


def walk(workflow: Workflow, *choices: tuple[str, int | None], client: APIClient | None = None, **body: Any) -> Any:
    """Ask for a dry run, the transitions by their names."""
    ids = {item.name: item.pk for item in workflow.transitions.all()}
    given = [{"transition": ids[name], "by": by} for name, by in choices]
    ticket = {} if "ticket_number" in body else {"ticket": {**SAMPLE, **body.pop("ticket", {})}}
    sent = {"at": AT.isoformat(), "choices": given, **ticket, **body}
    return (client or factories.admin_client()).post(f"/workflows/{workflow.pk}/dry-run/", sent)


def walked(workflow: Workflow, *choices: tuple[str, int | None], **body: Any) -> dict[str, Any]:
    answer = walk(workflow, *choices, **body)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def opened(workflow: Workflow) -> AbstractContextManager[Walk]:
    """Return a walk whose transaction is open inside the block."""
    return dry_run(
        workflow_id=workflow.pk,
        number=None,
        sample=SAMPLE,
        ticket_number=None,
        choices=[],
        actor=story.ADMIN,
        at=AT,
    )


def names(document: dict[str, Any]) -> list[str]:
    return [step["step"]["name"] for step in document["steps"]]


def offered(document: dict[str, Any]) -> dict[str, list[int]]:
    return {item["transition"]["name"]: [who["user_id"] for who in item["by"]] for item in document["choices"]}


def everything() -> dict[str, Any]:
    """Return the content of every table of the service, beside what Django keeps for itself."""
    rows: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            rows_of = f'SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t'  # noqa: S608
            cursor.execute(rows_of)
            rows[table] = cursor.fetchone()
    return rows


class TestWalk:
    def test_begins_with_the_first_step_its_assignee_and_why(self) -> None:
        document = walked(story.deployed("Straight"))
        (first,) = document["steps"]
        assert (first["step"]["name"], first["choices_before"], first["unassigned"]) == ("Triage", 0, None)
        (assignment,) = first["assignments"]
        assert assignment["person"]["full_name"] == "Amara Okafor"
        assert "turn" in assignment["explanation"]
        assert document["owner"]["person"]["full_name"] == "Amara Okafor"
        assert (document["status"], document["stopped"], document["version"]) == ("in_progress", None, None)
        assert offered(document) == {"Hand over": [story.AMARA.user_id]}

    def test_shows_the_deadlines_that_the_clocks_compute(self) -> None:
        document = walked(story.deployed("Straight"))
        # High is 8 hours; Triage has 1 of 4 parts of them.
        assert datetime.fromisoformat(document["due_at"]) == AT + timedelta(hours=8)
        assert datetime.fromisoformat(document["steps"][0]["due_at"]) == AT + timedelta(hours=2)
        document = walked(story.fresh(Workflow.objects.get()), ("Hand over", None))
        due = [datetime.fromisoformat(step["due_at"]) for step in document["steps"]]
        assert due[0] == AT + timedelta(hours=2)
        assert timedelta(0) <= due[1] - (AT + timedelta(hours=6)) < timedelta(seconds=1)

    def test_goes_to_the_end_by_the_choices_and_says_how_it_ends(self) -> None:
        document = walked(story.deployed("Straight"), ("Hand over", None), ("Resolved", None))
        assert names(document) == ["Triage", "Resolve", "Done"]
        assert [step["choices_before"] for step in document["steps"]] == [0, 1, 2]
        triage, _, end = document["steps"]
        assert triage["left_by"]["name"] == "Hand over"
        assert triage["left_by"]["by"]["full_name"] == "Amara Okafor"
        assert (end["visit"], end["status"], document["status"]) == (None, "completed", "completed")
        assert (document["choices"], document["stopped"]) == ([], None)
        told = {(each["channel"], each["type"]) for each in end["notifications"]}
        assert {("help_desk", "resolved"), ("mail", "system")} <= told
        mail = next(each for each in end["notifications"] if each["channel"] == "mail")
        assert mail["recipients"] == [{"user_id": None, "name": "rita.marsh@example.com"}]
        assert mail["subject"] == "Your ticket SAMPLE is resolved"

    def test_tells_whom_each_step_would_notify(self) -> None:
        (first,) = walked(story.deployed("Straight"))["steps"]
        notices = {(each["channel"], each["type"]): each["recipients"] for each in first["notifications"]}
        assert notices["mail_and_in_app", "task_assignment"] == [
            {"user_id": story.AMARA.user_id, "name": "Amara Okafor"}
        ]
        assert notices["help_desk", "received"] == [{"user_id": None, "name": "hdts"}]

    def test_takes_automatic_transitions_whose_conditions_hold(self) -> None:
        document = walked(budget_draft(), ticket={"requested_budget": 120})
        assert names(document) == ["Sort", "Order"]
        sort = document["steps"][0]
        assert (sort["left_by"]["name"], sort["left_by"]["is_automatic"], sort["left_by"]["by"]) == (
            "Small",
            True,
            None,
        )
        small, large = sort["conditions"]
        assert (small["value"], small["is_automatic"], large["value"]) == (True, True, False)
        assert small["checks"] == [
            {"field": "requested_budget", "op": "lt", "expected": 500, "actual": 120, "value": True}
        ]
        assert [(each["field"], each["actual"], each["value"]) for each in large["checks"]] == [
            ("requested_budget", 120, False),
            ("dynamic_data.cost_centre", None, False),
        ]

    def test_says_what_is_unknown_and_that_no_transition_fits(self) -> None:
        document = walked(budget_draft(), ticket={"dynamic_data": {"cost_centre": "K7"}})
        (sort,) = document["steps"]
        assert [each["value"] for each in sort["conditions"]] == [None, None]
        assert document["stopped"]["code"] == "no_transition_fits"
        assert "requested_budget is not given" in document["stopped"]["detail"]
        (large,) = document["choices"]
        assert (large["by"], large["is_fulfilled"], large["refusal"]["code"]) == ([], None, "condition_not_met")

    def test_an_approval_by_two_takes_two_votes(self) -> None:
        workflow = budget_draft()
        large = {"requested_budget": 900, "dynamic_data": {"cost_centre": "K7"}}
        chiyo, davor = story.CHIYO.user_id, story.DAVOR.user_id
        document = walked(workflow, ("Large", None), ticket=large)
        assert offered(document) == {"Approve": [chiyo, davor], "Refuse": [chiyo, davor]}
        asked = {each["type"] for each in document["steps"][1]["notifications"]}
        assert "approval_requested" in asked
        document = walked(workflow, ("Large", None), ("Approve", chiyo), ticket=large)
        assert names(document) == ["Sort", "Approve"]
        assert offered(document) == {"Approve": [davor], "Refuse": [davor]}
        document = walked(workflow, ("Large", None), ("Approve", chiyo), ("Approve", davor), ticket=large)
        assert names(document) == ["Sort", "Approve", "Order"]
        assert [(vote["person"]["user_id"], vote["outcome"]) for vote in document["steps"][1]["votes"]] == [
            (chiyo, "approve"),
            (davor, "approve"),
        ]

    def test_who_asked_may_not_approve(self) -> None:
        large = {
            "requested_budget": 900,
            "dynamic_data": {"cost_centre": "K7"},
            "employee": {"name": "Davor Lukic", "email": "davor.lukic@example.com"},
        }
        document = walked(budget_draft(), ("Large", None), ticket=large)
        assert offered(document) == {
            "Approve": [story.CHIYO.user_id],
            "Refuse": [story.CHIYO.user_id, story.DAVOR.user_id],
        }

    def test_a_step_to_claim_is_offered_to_everyone_who_may_take_it(self) -> None:
        workflow = budget_draft()
        both = [story.BENEDIKT.user_id, story.CHIYO.user_id]
        document = walked(workflow, ticket={"requested_budget": 1})
        assert offered(document)["Ordered"] == both
        assert document["steps"][-1]["unassigned"]["is_by_claim"] is True
        assert document["status"] == "pending"
        document = walked(workflow, ("Ordered", both[1]), ticket={"requested_budget": 1})
        order = document["steps"][1]
        assert (order["assignments"][0]["origin"], order["left_by"]["by"]["user_id"]) == ("claim", both[1])
        assert document["status"] == "completed"

    def test_says_why_nobody_can_take_it(self) -> None:
        workflow = story.deployed("Straight")
        Person.objects.filter(pk=story.BENEDIKT.user_id).update(away_from=AT - timedelta(days=1))
        Person.objects.filter(pk=story.CHIYO.user_id).update(capacity=0)
        document = walked(workflow, ("Hand over", None))
        waits = document["steps"][1]["unassigned"]
        assert (waits["role"], waits["is_by_claim"], waits["members"]) == ("IT Support", False, 2)
        assert {(each["person"]["user_id"], each["why"]) for each in waits["passed_over"]} == {
            (story.BENEDIKT.user_id, "away"),
            (story.CHIYO.user_id, "at_capacity"),
        }
        assert document["stopped"]["code"] == "nobody_eligible"
        # The same people, when both are back.
        Person.objects.update(away_from=None, capacity=None)
        assert walked(workflow, ("Hand over", None))["stopped"] is None

    def test_goes_back_to_who_had_the_step(self) -> None:
        document = walked(story.deployed("Straight"), ("Hand over", None), ("Back", None))
        assert names(document) == ["Triage", "Resolve", "Triage"]
        assert document["steps"][2]["assignments"][0]["origin"] == "return"

    def test_takes_the_payload_of_a_ticket_and_leaves_the_ticket_alone(self) -> None:
        story.deployed("Desk", category="Desk")
        factories.take_in("TX77", category="Desk", requested_budget=200)
        workflow = story.draft("Purchases", category="Purchase", steps=STEPS, edges=EDGES)
        document = walked(workflow, ticket_number="TX77")
        assert document["ticket"]["ticket_number"] == "TX77"
        assert names(document) == ["Sort", "Order"]
        assert document["served_by"]["name"] == "Desk"
        assert factories.task_of("TX77").current_step.name == "Triage"  # type: ignore[union-attr]

    def test_walks_a_version_as_it_was_deployed(self) -> None:
        workflow = story.deployed("Straight")
        steps = deepcopy(story.STRAIGHT_STEPS)
        steps[0]["name"] = "Look at it"
        story.store(workflow, steps, story.STRAIGHT_EDGES)
        assert names(walked(workflow)) == ["Look at it"]
        assert names(walked(workflow, version=1)) == ["Triage"]

    def test_a_ticket_that_comes_on_hold_is_held(self) -> None:
        document = walked(story.deployed("Straight"), ticket={"status": "On Hold"})
        assert (document["status"], document["stopped"]["code"]) == ("on_hold", "on_hold")


class TestRefusals:
    def test_a_draft_with_errors_names_them(self) -> None:
        workflow = story.draft(steps=story.STRAIGHT_STEPS[:2], edges=story.STRAIGHT_EDGES[:1])
        body = assert_problem(walk(workflow), 400, "definition_invalid", "version")
        assert "no_end" in {finding["code"] for finding in body["findings"]}

    def test_a_choice_that_the_engine_refuses_says_why(self) -> None:
        workflow = story.deployed("Straight")
        body = assert_problem(
            walk(workflow, ("Hand over", story.BENEDIKT.user_id)), 400, "choice_not_possible", "choices.0"
        )
        assert body["because"] == "not_assignee"
        assert_problem(
            walk(workflow, ("Hand over", None), ("Hand over", None)), 400, "choice_not_possible", "choices.1"
        )
        assert_problem(walk(workflow, ("Hand over", 99)), 400, "choice_not_possible", "choices.0")
        unknown = [{"transition": 2**62}]
        assert_problem(walk(workflow, choices=unknown), 400, "choice_not_possible", "choices.0")

    @pytest.mark.parametrize(
        ("body", "code", "attr"),
        [
            ({"ticket_number": "TX404"}, "not_found", "ticket_number"),
            ({"ticket_number": "TX1", "ticket": {}}, "one_ticket", "ticket"),
            ({"ticket": {"priority": "shouting"}}, "invalid", "ticket.priority"),
            ({"ticket": {"subject": " "}}, "invalid", "ticket.subject"),
            ({"at": "1999-01-01T00:00:00Z"}, "at_too_far", "at"),
            ({"choices": [{"transition": 1}] * 51}, "max_length", "choices"),
            ({"version": 9}, "not_found", None),
            ({"tiket": {}}, "unknown_field", "tiket"),
        ],
    )
    def test_bad_input_is_named(self, body: dict[str, Any], code: str, attr: str | None) -> None:
        workflow = story.deployed("Straight")
        both = {"ticket": SAMPLE} if body.get("ticket") == {} else {}
        answer = walk(workflow, **{**body, **both}) if "ticket" not in both else _post(workflow, {**body, **both})
        assert_problem(answer, 404 if code == "not_found" else 400, code, attr)

    def test_an_unknown_workflow_is_not_found(self) -> None:
        assert_problem(factories.admin_client().post("/workflows/4711/dry-run/", {"ticket": SAMPLE}), 404)

    def test_a_person_may_start_sixty_in_a_minute(self, settings: Any) -> None:
        settings.API_REQUESTS_PER_MINUTE = 3000
        admin = factories.admin_client(4711)
        answers = [admin.post("/workflows/4711/dry-run/", {"ticket": SAMPLE}).status_code for _ in range(130)]
        assert set(answers) == {404, 429}
        # Another minute may begin while they are counted.
        assert 60 <= answers.count(404) <= 120


def _post(workflow: Workflow, body: dict[str, Any]) -> Any:
    return factories.admin_client().post(f"/workflows/{workflow.pk}/dry-run/", body)


class TestNothingStays:
    def test_no_row_of_any_table_changes(self) -> None:
        workflow = budget_draft()
        factories.take_in("TX77", category="Nobody's")
        large = {"requested_budget": 900, "dynamic_data": {"cost_centre": "K7"}}
        votes = (("Large", None), ("Approve", story.CHIYO.user_id), ("Approve", story.DAVOR.user_id))
        before = everything()
        for _ in range(2):
            document = walked(workflow, *votes, ("Ordered", story.CHIYO.user_id), ticket=large)
            assert document["status"] == "completed"
            assert walk(workflow, ("Large", 99), ticket=large).status_code == 400
            walked(workflow, ticket_number="TX77")
        assert everything() == before
        assert OutboxMessage.objects.count() == before[OutboxMessage._meta.db_table][0]

    def test_the_turn_of_a_role_stays_where_it_was(self) -> None:
        workflow = story.deployed("Straight")
        first = walked(workflow)["steps"][0]["assignments"][0]["person"]
        assert walked(workflow)["steps"][0]["assignments"][0]["person"] == first
        assert not RoleRotation.objects.exclude(turns=0).exists()
        factories.take_in("TX1")
        assert factories.assignee_of(factories.task_of()).user_id == first["user_id"]
        second = walked(workflow)["steps"][0]["assignments"][0]["person"]
        assert second != first

    def test_the_version_of_a_draft_is_forgotten(self) -> None:
        workflow = budget_draft()
        kept = set(_kept)
        walked(workflow)
        assert set(_kept) == kept
        assert workflow.versions.count() == 0

    def test_nothing_runs_after_the_commit(self, django_capture_on_commit_callbacks: Any) -> None:
        workflow = story.deployed("Straight")
        with django_capture_on_commit_callbacks() as callbacks, opened(workflow) as made:
            transaction.on_commit(lambda: None)
            assert made.run.task.pk
        assert callbacks == []


@pytest.mark.django_db(transaction=True)
class TestBesideOthers:
    def test_locks_no_audit_trail_and_nobody_else_sees_the_version(self) -> None:
        """While a walk is open, another connection writes to the audit trail, and sees nothing of the walk."""
        workflow = story.deployed("Straight")
        seen: dict[str, Any] = {}

        def other() -> None:
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '5s'")
                    record(actor=None, action="test", object_type="test", object_id=1, at=story.NOW)
                seen["versions"] = workflow.versions.count()
                seen["tickets"] = apps.get_model("tickets", "Ticket").objects.count()
            finally:
                connections.close_all()

        with opened(workflow) as made:
            assert made.graph.number == 2
            thread = threading.Thread(target=other)
            thread.start()
            thread.join(timeout=60)
        assert seen == {"versions": 1, "tickets": 0}

    def test_gives_up_soon_where_a_role_is_busy(self) -> None:
        workflow = story.deployed("Straight")
        is_locked, may_end = threading.Event(), threading.Event()

        def busy() -> None:
            try:
                with transaction.atomic():
                    lock_rotations(list(Role.objects.values_list("id", flat=True)), story.NOW)
                    is_locked.set()
                    may_end.wait(60)
            finally:
                connections.close_all()

        lock_in_place = threading.Thread(target=busy)
        with transaction.atomic():
            lock_rotations(list(Role.objects.values_list("id", flat=True)), story.NOW)
        lock_in_place.start()
        assert is_locked.wait(60)
        try:
            assert_problem(walk(workflow), 409, "dry_run_busy")
        finally:
            may_end.set()
            lock_in_place.join(60)
        assert walk(workflow).status_code == 200
