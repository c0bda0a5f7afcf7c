"""A workflow as one file, out and in again."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from role.models import Role
from ticketing_testing.clients import assert_problem, client_for
from workflow.models import Calendar, Workflow
from workflow.tests import factories as story

pytestmark = pytest.mark.django_db

HOURS = {"0": [["08:00", "12:00"], ["13:00", "17:00"]], "4": [["08:00", "24:00"]]}


@pytest.fixture(autouse=True)
def _roles() -> None:
    story.roles()


@pytest.fixture
def admin() -> APIClient:
    return client_for(1, full_name="Ines Duarte", roles={"tts": ["Admin"]})


def exported(admin: APIClient, workflow_id: int) -> dict[str, Any]:
    document: dict[str, Any] = admin.get(f"/workflows/{workflow_id}/export/").json()
    return document


def drawn(admin: APIClient, workflow_id: int) -> list[dict[str, Any]]:
    """Return the steps and transitions of the draft, in their order, with names where it has ids."""
    graph = admin.get(f"/workflows/{workflow_id}/graph/").json()
    names = {step["id"]: step["name"] for step in graph["steps"]}
    ends = ("from_step", "to_step")
    edges = [{**edge, **{end: names[edge[end]] for end in ends}} for edge in graph["transitions"]]
    return [
        {name: value for name, value in part.items() if name not in ("id", "workflow", "order")}
        for part in [*graph["steps"], *edges]
    ]


class TestImport:
    def test_gives_back_what_export_gave(self, admin: APIClient) -> None:
        calendar = Calendar.objects.create(
            name="Office", time_zone="Europe/Lisbon", hours=HOURS, holidays=["2026-12-25"]
        )
        steps = [{**step, "position": {"x": 10.5, "y": -3.0}} for step in story.APPROVAL_STEPS]
        edges = [
            {**edge, "condition": {"field": "priority", "op": "eq", "value": "high"}} for edge in story.APPROVAL_EDGES
        ]
        workflow = story.draft(
            steps=steps, edges=edges, sub_category="Access Request", calendar_id=calendar.pk, at_risk_percent=60
        )
        document = exported(admin, workflow.pk)

        answer = admin.post("/workflows/import/", {**document, "name": "Copy"})

        assert answer.status_code == 201, answer.json()
        copy = answer.json()
        assert (copy["status"], copy["calendar"]["name"], copy["coordinator_role"]["name"]) == (
            "draft",
            "Office",
            "Ticket Coordinator",
        )
        assert exported(admin, copy["id"]) == {**document, "name": "Copy"}
        assert drawn(admin, copy["id"]) == drawn(admin, workflow.pk)
        assert admin.post(f"/workflows/{copy['id']}/validate/").json()["is_valid"] is True

    def test_keeps_the_names_of_roles_it_does_not_know(self, admin: APIClient) -> None:
        document = exported(admin, story.draft().pk)
        Role.objects.filter(name="IT Support").update(name="Service Desk")

        copy = admin.post("/workflows/import/", {**document, "name": "Copy"}).json()

        step = next(s for s in admin.get(f"/workflows/{copy['id']}/graph/").json()["steps"] if s["name"] == "Resolve")
        assert (step["role"], step["role_id"]) == ("IT Support", None)
        report = admin.post(f"/workflows/{copy['id']}/validate/").json()
        assert [(f["code"], f["step_id"]) for f in report["errors"]] == [("role_unknown", step["id"])]

    def test_leaves_another_calendar_of_the_same_name_alone(self, admin: APIClient) -> None:
        calendar = Calendar.objects.create(name="Office", hours=HOURS)
        document = exported(admin, story.draft(calendar_id=calendar.pk).pk)
        document |= {"format": "ticket-tracking-workflow/1", "calendar": {"name": "Office", "hours": HOURS}}
        Calendar.objects.update(hours={"1": [["09:00", "10:00"]]})

        copy = admin.post("/workflows/import/", {**document, "name": "Copy"}).json()

        assert copy["calendar"]["name"] == "Office 2"
        assert Calendar.objects.get(name="Office").hours == {"1": [["09:00", "10:00"]]}

    @pytest.mark.parametrize(
        ("change", "status", "code"),
        [
            ({"format": "something else"}, 400, "document_invalid"),
            ({"name": "IT Support Request"}, 409, "name_taken"),
            ({"steps": "none"}, 400, "not_a_list"),
            ({"calendar": {"name": "Never", "hours": {}}}, 400, "document_invalid"),
            ({"transitions": [{"from": "step-1", "to": "step-9", "name": "Nowhere"}]}, 400, "graph_invalid"),
        ],
    )
    def test_refuses_a_file_it_can_not_store_and_stores_nothing(
        self, change: dict[str, Any], status: int, code: str, admin: APIClient
    ) -> None:
        document = exported(admin, story.draft().pk)

        answer = admin.post("/workflows/import/", {**document, "name": "Copy", **change})

        assert_problem(answer, status, code)
        assert Workflow.objects.count() == 1
