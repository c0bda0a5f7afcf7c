"""The workflow API as a client sees it: rights, refusals, pages, numbers of statements."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from audit.models import AuditLog
from ticketing_testing.clients import assert_problem, client_for
from workflow.models import Workflow
from workflow.tests import factories as story

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _roles() -> None:
    story.roles()


@pytest.fixture
def admin() -> APIClient:
    return client_for(1, full_name="Ines Duarte", roles={"tts": ["Admin"]})


@pytest.fixture
def agent() -> APIClient:
    return client_for(7, full_name="Amara Okafor", roles={"tts": ["Agent", "IT Support"]})


@pytest.fixture
def requester() -> APIClient:
    return client_for(90, full_name="Rui Prata", roles={"tts": ["User"], "hdts": ["Employee"]})


READS = [
    "/workflows/",
    "/workflows/{id}/",
    "/workflows/{id}/graph/",
    "/workflows/{id}/validate/",
    "/workflows/{id}/deploy-preview/",
    "/workflows/{id}/export/",
    "/workflows/{id}/versions/",
    "/workflows/{id}/versions/1/",
    "/workflows/{id}/versions/compare/?from=1&to=draft",
    "/steps/",
    "/categories/",
    "/roles/",
    "/calendars/",
]
WRITES = [
    ("post", "/workflows/"),
    ("post", "/workflows/import/"),
    ("post", "/workflows/import/preview/"),
    ("post", "/workflows/import/apply/"),
    ("put", "/workflows/{id}/"),
    ("patch", "/workflows/{id}/"),
    ("delete", "/workflows/{id}/"),
    ("put", "/workflows/{id}/graph/"),
    ("post", "/workflows/{id}/initialize/"),
    ("post", "/workflows/{id}/deploy/"),
    ("post", "/workflows/{id}/deploy-request/"),
    ("delete", "/workflows/{id}/deploy-request/"),
    ("post", "/workflows/{id}/pause/"),
    ("post", "/workflows/{id}/resume/"),
    ("post", "/workflows/{id}/archive/"),
    ("post", "/workflows/{id}/restore/"),
    ("post", "/workflows/{id}/versions/1/load/"),
    ("post", "/workflows/{id}/versions/1/redeploy/"),
    ("post", "/steps/"),
    ("post", "/categories/"),
    ("post", "/calendars/"),
]


class TestRights:
    @pytest.mark.parametrize("path", READS)
    def test_let_agents_read_and_nobody_else(self, path: str, agent: APIClient, requester: APIClient) -> None:
        url = path.format(id=story.deployed().pk)

        assert agent.get(url).status_code == 200
        assert_problem(requester.get(url), 403, "permission_denied")
        assert_problem(APIClient().get(url), 401, "not_authenticated")

    @pytest.mark.parametrize(("method", "path"), WRITES)
    def test_let_only_admins_write(self, method: str, path: str, agent: APIClient) -> None:
        workflow = story.deployed()
        rows = AuditLog.objects.count()

        answer = getattr(agent, method)(path.format(id=workflow.pk), {})

        assert_problem(answer, 403, "permission_denied")
        assert AuditLog.objects.count() == rows


class TestWorkflows:
    def test_go_from_nothing_to_deployed_over_http(self, admin: APIClient) -> None:
        made = admin.post(
            "/workflows/",
            {
                "name": "Printer Repair",
                "category": "Printing",
                "low_sla": 432000,
                "medium_sla": "2 00:00:00",
                "high_sla": "PT8H",
                "urgent_sla": "04:00:00",
            },
        )
        assert made.status_code == 201, made.json()
        workflow = made.json()
        assert (workflow["status"], workflow["edit_version"], workflow["current_version"]) == ("draft", 1, None)
        assert (workflow["medium_sla"], workflow["high_sla"], workflow["urgent_sla"]) == (172800, 28800, 14400)
        assert workflow["coordinator_role"]["name"] == "Ticket Coordinator"
        url = f"/workflows/{workflow['id']}/"

        saved = admin.put(
            f"{url}graph/", {"edit_version": 1, "steps": story.STRAIGHT_STEPS, "transitions": story.STRAIGHT_EDGES}
        )
        assert saved.status_code == 200, saved.json()
        assert saved.json()["edit_version"] == 2
        assert [step["share"] for step in saved.json()["steps"]] == ["0.25000000", "0.75000000", "0.00000000"]

        assert_problem(admin.post(f"{url}deploy/", {}), 409, "illegal_move")
        report = admin.post(f"{url}validate/").json()
        assert (report["is_valid"], report["errors"], report["warnings"]) == (True, [], [])
        assert admin.post(f"{url}initialize/", {}).json()["status"] == "initialized"
        live = admin.post(f"{url}deploy/", {"edit_version": 2}).json()
        assert (live["status"], live["current_version"], live["legal_moves"]) == ("deployed", 1, ["pause"])

    def test_refuse_a_definition_with_errors_by_naming_each_place(self, admin: APIClient) -> None:
        workflow = story.draft(steps=story.STRAIGHT_STEPS[:2], edges=story.STRAIGHT_EDGES[:1], low_sla=None)

        body = assert_problem(admin.post(f"/workflows/{workflow.pk}/initialize/", {}), 409, "definition_invalid")

        assert {finding["code"] for finding in body["findings"]} == {"no_end", "sla_missing"}
        assert next(f for f in body["findings"] if f["code"] == "sla_missing")["field"] == "low_sla"

    def test_tell_a_stale_editor_the_current_edit_version(self, admin: APIClient) -> None:
        workflow = story.draft()
        first = {"edit_version": workflow.edit_version, "description": "By the first."}
        assert admin.patch(f"/workflows/{workflow.pk}/", first).status_code == 200

        answer = admin.patch(f"/workflows/{workflow.pk}/", {**first, "description": "By the second."})

        body = assert_problem(answer, 409, "stale_edit_version")
        assert body["edit_version"] == workflow.edit_version + 1

    def test_want_the_edit_version_of_an_edit(self, admin: APIClient) -> None:
        workflow = story.draft()

        assert_problem(admin.patch(f"/workflows/{workflow.pk}/", {"description": "x"}), 400, attr="edit_version")

    @pytest.mark.parametrize(
        ("values", "attr"),
        [
            ({"low_sla": 0}, "low_sla"),
            ({"low_sla": "soon"}, "low_sla"),
            ({"low_sla": 10**12}, "low_sla"),
            ({"at_risk_percent": 100}, "at_risk_percent"),
            ({"calendar_id": 999}, "calendar_id"),
            ({"coordinator_role_id": 999}, "coordinator_role_id"),
            ({"end_logic": "fireworks"}, "end_logic"),
            ({"name": "x" * 129}, "name"),
        ],
    )
    def test_refuse_values_that_make_no_sense(self, values: dict[str, Any], attr: str, admin: APIClient) -> None:
        answer = admin.post("/workflows/", {"name": "Any", **values})

        assert_problem(answer, 400, attr=attr)
        assert not Workflow.objects.filter(name="Any").exists()

    def test_create_once_for_one_idempotency_key(self, admin: APIClient) -> None:
        headers = {"Idempotency-Key": "one"}

        first = admin.post("/workflows/", {"name": "Once"}, headers=headers)
        again = admin.post("/workflows/", {"name": "Once"}, headers=headers)

        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json()["id"] == again.json()["id"]

    def test_are_archived_by_delete(self, admin: APIClient) -> None:
        workflow = story.draft()

        assert admin.delete(f"/workflows/{workflow.pk}/").status_code == 204

        assert admin.get("/workflows/").json()["count"] == 0
        assert admin.get("/workflows/?is_archived=true").json()["count"] == 1
        assert admin.get(f"/workflows/{workflow.pk}/").json()["is_archived"] is True
        running = story.deployed("Running", sub_category="Other")
        body = assert_problem(admin.delete(f"/workflows/{running.pk}/"), 409, "illegal_move")
        assert body["legal_moves"] == ["pause"]

    def test_are_filtered_searched_and_ordered(self, agent: APIClient) -> None:
        story.deployed("Access Request", sub_category="Access Request")
        story.draft("Printing", category="Printing", end_logic="asset")

        def names(query: str) -> list[str]:
            return [row["name"] for row in agent.get(f"/workflows/?{query}").json()["results"]]

        assert names("") == ["Access Request", "Printing"]
        assert names("ordering=-name") == ["Printing", "Access Request"]
        assert names("status=deployed") == ["Access Request"]
        assert names("category=printing") == ["Printing"]
        assert names("end_logic=asset") == ["Printing"]
        assert names("search=access") == ["Access Request"]
        assert_problem(agent.get("/workflows/?colour=red"), 400, "unknown_filter")
        assert_problem(agent.get("/workflows/?ordering=colour"), 400, "unknown_ordering")

    def test_are_listed_in_a_fixed_number_of_statements(self, agent: APIClient) -> None:
        counts = []
        for number in range(6):
            story.deployed(f"Number {number}", sub_category=str(number))
            if number in (0, 5):
                with CaptureQueriesContext(connection) as queries:
                    rows = agent.get("/workflows/").json()["results"]
                counts.append(len(queries))
        assert len(rows) == 6
        assert counts == [2, 2]

    def test_answer_404_to_what_is_not_there(self, admin: APIClient) -> None:
        for path in ("", "graph/", "validate/", "versions/", "versions/1/", "export/", "deploy-preview/"):
            assert_problem(admin.get(f"/workflows/999999/{path}"), 404, "not_found")
        assert_problem(admin.post("/workflows/999999/deploy/", {}), 404, "not_found")


class TestVersions:
    def test_are_listed_and_shown_with_their_graph(self, agent: APIClient) -> None:
        workflow = story.deployed()
        story.edit(workflow, at_risk_percent=60)
        story.deploy(workflow)

        rows = agent.get(f"/workflows/{workflow.pk}/versions/").json()["results"]
        assert [(row["number"], row["is_current"], row["at_risk_percent"]) for row in rows] == [
            (2, True, 60),
            (1, False, 75),
        ]
        detail = agent.get(f"/workflows/{workflow.pk}/versions/1/").json()
        assert [step["name"] for step in detail["steps"]] == ["Triage", "Resolve", "Done"]
        assert [step["role"] for step in detail["steps"]] == ["Ticket Coordinator", "IT Support", None]
        assert len(detail["transitions"]) == 3
        assert_problem(agent.get(f"/workflows/{workflow.pk}/versions/9/"), 404, "not_found")

    def test_are_compared_by_policy_steps_and_transitions(self, agent: APIClient) -> None:
        workflow = story.deployed()
        resolve = workflow.steps.get(name="Resolve")
        triage = workflow.steps.get(name="Triage")
        story.store(
            workflow,
            [
                {"id": triage.pk, "name": "Triage", "role": "IT Lead"},
                {"id": resolve.pk, "name": "Fix"},
                {"id": "closed", "name": "Closed", "is_end": True},
            ],
            [
                {"id": "h", "from_step": triage.pk, "to_step": resolve.pk, "name": "Hand over"},
                {"id": "c", "from_step": resolve.pk, "to_step": "closed", "name": "Close"},
            ],
        )
        story.edit(workflow, high_sla=story.SLA["urgent_sla"] * 1.5)
        story.deploy(workflow)

        body = agent.get(f"/workflows/{workflow.pk}/versions/compare/?from=1&to=2").json()

        assert body["is_same"] is False
        assert body["policy"] == [{"field": "high_sla", "old": 28800, "new": 21600}]
        assert [step["name"] for step in body["steps"]["added"]] == ["Closed"]
        assert [step["name"] for step in body["steps"]["removed"]] == ["Done"]
        changed = {step["key"]: {c["field"]: c["new"] for c in step["changes"]} for step in body["steps"]["changed"]}
        assert changed == {triage.pk: {"role": "IT Lead"}, resolve.pk: {"name": "Fix"}}
        assert {edge["name"] for edge in body["transitions"]["added"]} == {
            "Triage → Fix: Hand over",
            "Fix → Closed: Close",
        }
        assert agent.get(f"/workflows/{workflow.pk}/versions/compare/?from=2&to=draft").json()["is_same"] is True

    def test_a_renamed_step_changes_none_of_its_transitions(self, agent: APIClient) -> None:
        workflow = story.deployed()
        steps = [{"id": row.pk, "name": row.name} for row in workflow.steps.order_by("order")]
        edges = [
            {"id": row.pk, "name": row.name, "from_step": row.from_step_id, "to_step": row.to_step_id}
            for row in workflow.transitions.order_by("id")
        ]
        steps[0] |= {"name": "First look", "weight": "5.00"}
        story.store(workflow, steps, edges)

        body = agent.get(f"/workflows/{workflow.pk}/versions/compare/?from=1&to=draft").json()

        (step,) = body["steps"]["changed"]
        assert {change["field"] for change in step["changes"]} == {"name", "weight"}
        assert body["transitions"] == {"added": [], "removed": [], "changed": []}

    def test_a_transition_that_leads_elsewhere_is_named_by_its_steps(self, agent: APIClient) -> None:
        workflow = story.deployed()
        steps = {row.name: row.pk for row in workflow.steps.all()}
        edges = [
            {"id": row.pk, "name": row.name, "from_step": row.from_step_id, "to_step": row.to_step_id}
            for row in workflow.transitions.order_by("id")
        ]
        edges[0]["to_step"] = steps["Done"]
        story.store(workflow, [{"id": key, "name": name} for name, key in steps.items()], edges)

        body = agent.get(f"/workflows/{workflow.pk}/versions/compare/?from=1&to=draft").json()

        assert body["transitions"]["changed"] == [
            {
                "key": edges[0]["id"],
                "name": "Triage → Done: Hand over",
                "changes": [{"field": "to_step", "old": "Resolve", "new": "Done"}],
            }
        ]

    def test_want_both_sides_of_a_comparison(self, agent: APIClient) -> None:
        workflow = story.deployed()

        url = f"/workflows/{workflow.pk}/versions/compare/"
        assert_problem(agent.get(f"{url}?from=1"), 400, attr="to")
        assert_problem(agent.get(f"{url}?from=live&to=1"), 400, attr="from")
        assert_problem(agent.get(f"{url}?from=1&to=7"), 404)

    def test_are_deployed_again_over_http(self, admin: APIClient) -> None:
        workflow = story.deployed()
        story.edit(workflow, at_risk_percent=60)
        story.deploy(workflow)

        answer = admin.post(f"/workflows/{workflow.pk}/versions/1/redeploy/")

        assert answer.status_code == 201, answer.json()
        assert (answer.json()["number"], answer.json()["redeployed_from"]) == (3, 1)
        assert_problem(admin.post(f"/workflows/{workflow.pk}/versions/3/redeploy/"), 409, "nothing_to_deploy")


class TestPreview:
    def test_shows_what_would_change_and_that_nothing_runs(self, agent: APIClient) -> None:
        workflow = story.deployed()
        story.edit(workflow, at_risk_percent=60)

        body = agent.get(f"/workflows/{workflow.pk}/deploy-preview/").json()

        assert (body["live_version"], body["next_version"], body["has_changes"]) == (1, 2, True)
        assert body["changes"]["policy"] == [{"field": "at_risk_percent", "old": 75, "new": 60}]
        assert (body["running_tasks"], body["running"]) == (0, [])
        assert body["report"]["is_valid"] is True

    def test_has_nothing_to_compare_before_the_first_deploy(self, agent: APIClient) -> None:
        workflow = story.draft()

        body = agent.get(f"/workflows/{workflow.pk}/deploy-preview/").json()

        assert (body["live_version"], body["next_version"], body["changes"]) == (None, 1, None)


class TestSchema:
    def test_is_served_with_its_page(self) -> None:
        assert APIClient().get("/schema/", HTTP_ACCEPT="application/json").status_code == 200
        assert APIClient().get("/docs/").status_code == 200
