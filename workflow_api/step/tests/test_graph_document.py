"""The draft graph as one document: temporary ids, deletions, guards against stale editors."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditLog
from step import services as graphs
from step.models import Step, Transition
from step.queries import graph_document
from step.serializers import GraphOut
from ticketing_testing.clients import assert_problem, client_for
from workflow import services
from workflow.models import Workflow
from workflow.tests import factories as story
from workflow.tests.factories import ADMIN, NOW

ADMIN_TOKEN: dict[str, Any] = {"full_name": "Ines Duarte", "roles": {"tts": ["Admin"]}}


@pytest.mark.django_db
class TestSaveGraph:
    @pytest.fixture(autouse=True)
    def _roles(self) -> None:
        story.roles()

    def test_says_what_became_of_each_temporary_id(self) -> None:
        workflow = story.draft(steps=[], edges=[])

        id_map = story.store(workflow, story.STRAIGHT_STEPS, story.STRAIGHT_EDGES)

        assert set(id_map) == {"triage", "resolve", "done", "hand", "back", "finish"}
        assert Step.objects.get(pk=id_map["resolve"]).name == "Resolve"
        hand = Transition.objects.get(pk=id_map["hand"])
        assert (hand.from_step_id, hand.to_step_id) == (id_map["triage"], id_map["resolve"])

    def test_keeps_rows_that_stay_and_deletes_what_is_missing(self) -> None:
        workflow = story.draft()
        ids = {step.name: step.pk for step in workflow.steps.all()}
        steps = [
            {"id": ids["Triage"], "name": "First look"},
            {"id": "closed", "name": "Closed", "is_end": True},
        ]
        edges = [{"id": "shut", "from_step": ids["Triage"], "to_step": "closed", "name": "Close"}]

        story.store(workflow, steps, edges)

        triage = Step.objects.get(pk=ids["Triage"])
        assert (triage.name, triage.is_start, triage.role.name) == ("First look", True, "Ticket Coordinator")  # type: ignore[union-attr]
        assert set(workflow.steps.values_list("name", flat=True)) == {"First look", "Closed"}
        assert list(workflow.transitions.values_list("name", flat=True)) == ["Close"]

    def test_lets_a_transition_lead_elsewhere_while_its_old_step_goes(self) -> None:
        workflow = story.draft()
        steps = {step.name: step.pk for step in workflow.steps.all()}
        hand = workflow.transitions.get(name="Hand over")

        story.store(
            workflow,
            [{"id": steps["Triage"], "name": "Triage"}, {"id": steps["Done"], "name": "Done"}],
            [{"id": hand.pk, "from_step": steps["Triage"], "to_step": steps["Done"], "name": "Close"}],
        )

        hand.refresh_from_db()
        assert (hand.to_step_id, hand.name) == (steps["Done"], "Close")

    def test_takes_roles_by_id_or_name_and_keeps_an_unknown_name_for_later(self) -> None:
        workflow = story.draft(steps=[], edges=[])
        lead = story.role("IT Lead")

        story.store(
            workflow,
            [
                {"id": "a", "name": "By id", "role_id": lead.pk, "role": "IT Support"},
                {"id": "b", "name": "By name", "role": "IT Support", "escalate_to": "IT Lead"},
                {"id": "c", "name": "Unknown", "role": "Astronaut"},
            ],
            [],
        )

        rows = {step.name: step for step in workflow.steps.select_related("role", "escalate_to")}
        assert rows["By id"].role == lead
        assert (rows["By name"].role.name, rows["By name"].escalate_to) == ("IT Support", lead)  # type: ignore[union-attr]
        assert (rows["Unknown"].role, rows["Unknown"].role_name) == (None, "Astronaut")

    def test_takes_back_what_it_gave_and_changes_nothing(self) -> None:
        workflow = story.deployed()
        document = GraphOut(graph_document(workflow_id=workflow.pk)).data

        answer = client_for(1, **ADMIN_TOKEN).put(f"/workflows/{workflow.pk}/graph/", document)

        assert answer.status_code == 200, answer.json()
        body = answer.json()
        assert body["id_map"] == {}
        assert (body["steps"], body["transitions"]) == (document["steps"], document["transitions"])
        assert body["edit_version"] == document["edit_version"] + 1
        assert body["has_undeployed_changes"] is False

    def test_writes_into_the_trail_only_what_changed(self) -> None:
        workflow = story.draft()
        steps = {step.name: step.pk for step in workflow.steps.all()}
        edges = [
            {"id": row.pk, "name": row.name, "from_step": row.from_step_id, "to_step": row.to_step_id}
            for row in workflow.transitions.exclude(name="Back")
        ]

        story.store(
            workflow,
            [
                {"id": steps["Triage"], "name": "First look"},
                {"id": steps["Resolve"], "name": "Resolve"},
                {"id": steps["Done"], "name": "Done"},
            ],
            edges,
        )

        row = AuditLog.objects.filter(action="workflow.graph_saved").order_by("-id")[0]
        assert row.old is not None
        assert row.new is not None
        assert [step["name"] for step in row.old["steps"]] == ["Triage"]
        assert [step["name"] for step in row.new["steps"]] == ["First look"]
        assert [edge["name"] for edge in row.old["transitions"]] == ["Back"]
        assert row.new["transitions"] == []

    @pytest.mark.parametrize(
        ("condition", "code", "attr"),
        [
            ({"field": "requested_budget", "op": "gte", "value": "5,000"}, "condition_value", "condition.value"),
            ({"not": {"field": "location", "op": "lt", "value": "Z"}}, "condition_operator", "condition.not.op"),
            ({"any": []}, "condition_invalid", "condition.any"),
        ],
    )
    def test_refuses_a_condition_that_can_not_be_evaluated(
        self, condition: dict[str, Any], code: str, attr: str
    ) -> None:
        workflow = story.draft(steps=[], edges=[])
        document = {
            "edit_version": workflow.edit_version,
            "steps": [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}],
            "transitions": [{"id": "t", "from_step": "a", "to_step": "b", "name": "T", "condition": condition}],
        }

        answer = client_for(1, **ADMIN_TOKEN).put(f"/workflows/{workflow.pk}/graph/", document)

        assert_problem(answer, 400, code, f"transitions.0.{attr}")

    def test_makes_refusals_ask_for_a_comment(self) -> None:
        workflow = story.draft()

        assert workflow.transitions.get(outcome="return").requires_comment

    @pytest.mark.parametrize(
        ("steps", "edges", "attr"),
        [
            ([{"id": "a", "name": "A"}, {"id": "a", "name": "B"}], [], "steps.1.id"),
            ([{"id": 999999, "name": "A"}], [], "steps.0.id"),
            ([{"id": "a", "name": "A", "role_id": 999999}], [], "steps.0.role_id"),
            (
                [{"id": "a", "name": "A"}],
                [{"id": "t", "from_step": "a", "to_step": "b", "name": "T"}],
                "transitions.0.to_step",
            ),
            (
                [{"id": "a", "name": "A"}],
                [{"id": "t", "from_step": "a", "to_step": "a", "name": "T"}],
                "transitions.0.to_step",
            ),
        ],
    )
    def test_refuses_a_document_that_contradicts_itself_and_stores_nothing(
        self, steps: list[dict[str, Any]], edges: list[dict[str, Any]], attr: str
    ) -> None:
        workflow = story.draft()

        with pytest.raises(graphs.GraphInvalid) as refusal:
            story.store(workflow, steps, edges)

        assert refusal.value.attr == attr
        assert workflow.steps.count() == 3
        assert story.fresh(workflow).edit_version == workflow.edit_version

    def test_refuses_steps_and_transitions_of_another_workflow(self) -> None:
        other = story.draft("Other", sub_category="Other")
        workflow = story.draft()
        foreign_step, foreign_edge = other.steps.first(), other.transitions.first()
        assert foreign_step is not None
        assert foreign_edge is not None

        with pytest.raises(graphs.GraphInvalid, match="not of this workflow"):
            story.store(workflow, [{"id": foreign_step.pk, "name": "Mine"}], [])
        steps = [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}]
        with pytest.raises(graphs.GraphInvalid, match="not of this workflow"):
            story.store(workflow, steps, [{"id": foreign_edge.pk, "from_step": "a", "to_step": "b", "name": "Mine"}])

        assert other.steps.count() == 3

    def test_takes_the_same_number_of_statements_for_ten_times_the_steps(self) -> None:
        counts = []
        for size in (3, 30):
            workflow = story.draft(f"Chain of {size}", steps=[], edges=[], sub_category=str(size))
            steps = [{"id": f"s{n}", "name": f"S{n}", "role": "IT Support"} for n in range(size)]
            edges = [
                {"id": f"e{n}", "from_step": f"s{n}", "to_step": f"s{n + 1}", "name": "On"} for n in range(size - 1)
            ]
            with CaptureQueriesContext(connection) as queries:
                story.store(workflow, steps, edges)
            counts.append(len(queries))

        assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
class TestTwoEditors:
    def test_only_the_first_of_two_who_save_at_once_wins(self) -> None:
        story.roles()
        workflow = story.draft()
        outcomes: list[str] = []
        barrier = threading.Barrier(2)

        def save(number: int) -> None:
            try:
                barrier.wait()
                graphs.save_graph(
                    workflow_id=workflow.pk,
                    edit_version=workflow.edit_version,
                    steps=[{"id": "only", "name": f"Step of {number}"}],
                    transitions=[],
                    actor=ADMIN,
                    now=NOW,
                )
                outcomes.append("saved")
            except services.StaleEdit as refusal:
                outcomes.append(f"stale, now {refusal.extra['edit_version']}")
            finally:
                connection.close()

        threads = [threading.Thread(target=save, args=(number,)) for number in (1, 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(outcomes) == ["saved", f"stale, now {workflow.edit_version + 1}"]
        assert Workflow.objects.get(pk=workflow.pk).edit_version == workflow.edit_version + 1


@pytest.mark.django_db
class TestStepsApi:
    @pytest.fixture(autouse=True)
    def _roles(self) -> None:
        story.roles()

    def test_adds_changes_and_removes_one_step(self) -> None:
        workflow = story.draft()
        client = client_for(1, **ADMIN_TOKEN)

        made = client.post(
            "/steps/",
            {
                "workflow": workflow.pk,
                "edit_version": workflow.edit_version,
                "name": "Second look",
                "role": "IT Lead",
            },
        )
        assert made.status_code == 201, made.json()
        step = made.json()
        assert (step["name"], step["role"], step["workflow"]) == ("Second look", "IT Lead", workflow.pk)

        assert_problem(
            client.patch(f"/steps/{step['id']}/", {"edit_version": workflow.edit_version, "name": "Late"}),
            409,
            "stale_edit_version",
        )
        version = story.fresh(workflow).edit_version
        changed = client.patch(f"/steps/{step['id']}/", {"edit_version": version, "weight": "2.50"})
        assert (changed.status_code, changed.json()["weight"]) == (200, "2.50")

        assert_problem(client.delete(f"/steps/{step['id']}/"), 400, attr="edit_version")
        gone = client.delete(f"/steps/{step['id']}/?edit_version={version + 1}")
        assert gone.status_code == 204
        assert_problem(client.get(f"/steps/{step['id']}/"), 404, "not_found")

    def test_asks_for_the_edit_version(self) -> None:
        workflow = story.draft()
        step = workflow.steps.first()
        assert step is not None

        answer = client_for(1, **ADMIN_TOKEN).patch(f"/steps/{step.pk}/", {"name": "Other"})

        assert_problem(answer, 400, "required", "edit_version")

    def test_lists_the_steps_of_a_workflow(self) -> None:
        story.draft("Other", sub_category="Other")
        workflow = story.draft()

        answer = client_for(7).get(f"/steps/?workflow={workflow.pk}")

        assert [row["name"] for row in answer.json()["results"]] == ["Triage", "Resolve", "Done"]
