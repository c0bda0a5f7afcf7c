"""A version loaded into the draft, archived workflows brought back, and who deployed what and why."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from audit.models import AuditLog
from role.services import apply_role
from ticketing_testing.clients import assert_problem, client_for
from workflow.models import Calendar, Workflow
from workflow.tests import factories as story

pytestmark = pytest.mark.django_db

HOURS = {"0": [["08:00", "12:00"]], "1": [["08:00", "12:00"]]}


@pytest.fixture(autouse=True)
def _roles() -> None:
    story.roles()


@pytest.fixture
def admin() -> APIClient:
    return client_for(story.AMARA.user_id, full_name="Amara Okafor", roles={"tts": ["Admin"]})


def load(admin: APIClient, workflow: Workflow, number: int, **body: Any) -> Any:
    given = {"edit_version": story.fresh(workflow).edit_version, **body}
    return admin.post(f"/workflows/{workflow.pk}/versions/{number}/load/", given)


class TestLoading:
    def test_the_deployed_version_discards_every_change_of_the_draft(self, admin: APIClient) -> None:
        workflow = story.deployed()
        graph = admin.get(f"/workflows/{workflow.pk}/graph/").json()
        triage, resolve = (workflow.steps.get(name=name) for name in ("Triage", "Resolve"))
        story.store(
            workflow,
            [{"id": triage.pk, "name": "Sort"}, {"id": "new", "name": "Elsewhere"}],
            [{"id": "t", "from_step": triage.pk, "to_step": "new", "name": "On"}],
        )
        story.edit(workflow, name="Renamed", at_risk_percent=40, high_sla=None, reopen_days=3)

        answer = load(admin, workflow, 1)

        assert answer.status_code == 200, answer.json()
        assert answer.json()["has_undeployed_changes"] is False
        assert (answer.json()["name"], answer.json()["at_risk_percent"]) == ("IT Support Request", 75)
        now = admin.get(f"/workflows/{workflow.pk}/graph/").json()
        assert [now["steps"], now["transitions"]] == [graph["steps"], graph["transitions"]]
        assert resolve.pk in {step["id"] for step in now["steps"]}
        row = AuditLog.objects.filter(action="workflow.version_loaded").get()
        assert row.new is not None
        assert row.old is not None
        assert row.new["version"] == 1
        assert {step["name"] for step in row.old["steps"]} == {"Sort", "Elsewhere"}

    def test_an_older_version_becomes_the_draft_and_can_be_deployed(self, admin: APIClient) -> None:
        workflow = story.deployed()
        story.edit(workflow, at_risk_percent=40)
        story.deploy(workflow)

        body = load(admin, workflow, 1).json()

        assert (body["at_risk_percent"], body["has_undeployed_changes"]) == (75, True)
        assert story.deploy(workflow).at_risk_percent == 75

    def test_what_is_served_stays(self, admin: APIClient) -> None:
        workflow = story.deployed()
        story.edit(workflow, category="Network")

        assert load(admin, workflow, 1).json()["category"] == "Network"

    def test_a_step_made_afterwards_gets_an_id_of_its_own(self, admin: APIClient) -> None:
        workflow = story.deployed()
        load(admin, workflow, 1)
        kept = [{"id": step.pk, "name": step.name} for step in workflow.steps.all()]

        made = story.store(workflow, [*kept, {"id": "new", "name": "New"}], [])

        assert made["new"] not in {step["id"] for step in kept}

    def test_refuses_a_stale_editor_an_unknown_version_and_an_archived_workflow(self, admin: APIClient) -> None:
        workflow = story.deployed()

        assert_problem(load(admin, workflow, 1, edit_version=1), 409, "stale_edit_version")
        assert_problem(load(admin, workflow, 9), 404, "not_found")
        assert_problem(admin.post(f"/workflows/{workflow.pk}/versions/1/load/", {}), 400, attr="edit_version")
        for move in ("pause", "archive"):
            admin.post(f"/workflows/{workflow.pk}/{move}/", {})
        assert_problem(load(admin, workflow, 1), 409, "illegal_move")

    def test_refuses_a_name_that_another_workflow_has_by_now(self, admin: APIClient) -> None:
        workflow = story.deployed()
        story.edit(workflow, name="Renamed")
        story.draft("IT support request", category="Other")

        assert_problem(load(admin, workflow, 1), 409, "name_taken", "name")
        assert story.fresh(workflow).name == "Renamed"

    def test_takes_the_calendar_by_its_name_and_says_when_it_was_deleted(self, admin: APIClient) -> None:
        office = Calendar.objects.create(name="Office", hours=HOURS)
        workflow = story.deployed(calendar_id=office.pk)
        story.edit(workflow, calendar_id=None)

        assert load(admin, workflow, 1).json()["calendar"] == {"id": office.pk, "name": "Office"}

        story.edit(workflow, calendar_id=None)
        office.delete()
        body = assert_problem(load(admin, workflow, 1), 409, "calendar_gone")
        assert body["calendar"] == "Office"

    def test_a_role_that_was_deleted_is_a_finding(self, admin: APIClient) -> None:
        workflow = story.deployed()
        story.edit(workflow, at_risk_percent=40)
        support = story.role("IT Support")
        apply_role(
            role_id=support.pk,
            name="IT Support",
            system="tts",
            description="",
            is_custom=True,
            action="delete",
            version=2,
        )

        assert load(admin, workflow, 1).status_code == 200
        report = admin.get(f"/workflows/{workflow.pk}/validate/").json()
        assert report["is_valid"] is False


class TestArchived:
    def test_are_found_searched_exported_and_restored(self, admin: APIClient) -> None:
        workflow = story.deployed()
        for move in ("pause", "archive"):
            assert admin.post(f"/workflows/{workflow.pk}/{move}/", {}).status_code == 200

        found = admin.get("/workflows/?is_archived=true&search=support").json()["results"]
        assert [(row["name"], row["legal_moves"]) for row in found] == [("IT Support Request", ["restore"])]
        assert admin.get(f"/workflows/{workflow.pk}/export/").json()["name"] == "IT Support Request"

        body = admin.post(f"/workflows/{workflow.pk}/restore/", {"reason": "Needed again"}).json()

        assert (body["is_archived"], body["status"], body["legal_moves"]) == (False, "paused", ["resume", "archive"])
        assert admin.post(f"/workflows/{workflow.pk}/resume/").status_code == 200
        assert AuditLog.objects.filter(action="workflow.restored").get().reason == "Needed again"


class TestVersions:
    def test_say_who_deployed_them_and_why(self, admin: APIClient) -> None:
        workflow = story.draft()
        admin.post(f"/workflows/{workflow.pk}/initialize/", {})
        admin.post(f"/workflows/{workflow.pk}/deploy/", {"reason": "First rules"})
        story.edit(workflow, at_risk_percent=40)
        admin.post(f"/workflows/{workflow.pk}/deploy/", {})
        admin.post(f"/workflows/{workflow.pk}/versions/1/redeploy/", {"reason": "Too many alerts"})

        rows = admin.get(f"/workflows/{workflow.pk}/versions/").json()["results"]

        amara = {"user_id": story.AMARA.user_id, "full_name": "Amara Okafor"}
        assert [(row["number"], row["deployed_by"], row["reason"]) for row in rows] == [
            (3, amara, "Too many alerts"),
            (2, amara, ""),
            (1, amara, "First rules"),
        ]
        assert admin.get(f"/workflows/{workflow.pk}/versions/3/").json()["reason"] == "Too many alerts"
        reasons = AuditLog.objects.filter(action__startswith="workflow.").order_by("id").values_list("action", "reason")
        assert ("workflow.redeployed", "Too many alerts") in list(reasons)

    def test_of_somebody_unknown_have_no_author(self, admin: APIClient) -> None:
        workflow = story.deployed()

        assert story.ADMIN.user_id not in {person.user_id for person in (story.AMARA, story.BENEDIKT)}
        assert admin.get(f"/workflows/{workflow.pk}/versions/1/").json()["deployed_by"] is None
