"""Four eyes for deployments: who asks, who may do it, and what an edit in between means."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from audit.models import AuditLog
from audit.services import verify
from ticketing_testing.clients import assert_problem, client_for, published_messages
from workflow.models import DeployRequest, Workflow, WorkflowVersion
from workflow.tests import factories as story
from workflow.tests.factories import AMARA, BENEDIKT, Somebody

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _second_person_needed(settings: Any) -> None:
    settings.DEPLOY_NEEDS_SECOND_PERSON = True
    story.roles()
    story.role("Admin", AMARA, BENEDIKT)


def as_admin(person: Somebody) -> APIClient:
    return client_for(person.user_id, full_name=person.full_name, roles={"tts": ["Admin"]})


@pytest.fixture
def amara() -> APIClient:
    return as_admin(AMARA)


@pytest.fixture
def benedikt() -> APIClient:
    return as_admin(BENEDIKT)


@pytest.fixture
def edited(settings: Any) -> Workflow:
    """A deployed workflow with changes that are not deployed."""
    settings.DEPLOY_NEEDS_SECOND_PERSON = False
    workflow = story.deployed()
    settings.DEPLOY_NEEDS_SECOND_PERSON = True
    return story.edit(workflow, at_risk_percent=60)


def post(client: APIClient, workflow: Workflow, what: str, **body: Any) -> Any:
    return client.post(f"/workflows/{workflow.pk}/{what}/", body, format="json")


def request(client: APIClient, workflow: Workflow, **body: Any) -> Any:
    answer = post(client, workflow, "deploy-request", **body)
    assert answer.status_code == 200, answer.json()
    return answer.json()


def previewed(client: APIClient, workflow: Workflow) -> dict[str, Any]:
    body: dict[str, Any] = client.get(f"/workflows/{workflow.pk}/deploy-preview/").json()
    return body


def actions(workflow: Workflow) -> list[str]:
    rows = AuditLog.objects.filter(object_type="workflow", object_id=str(workflow.pk)).order_by("id")
    return list(rows.values_list("action", flat=True))


class TestDeploying:
    def test_nobody_deploys_what_nobody_asked_for(self, amara: APIClient, edited: Workflow) -> None:
        assert_problem(post(amara, edited, "deploy"), 409, "second_person_needed")
        assert WorkflowVersion.objects.filter(workflow=edited).count() == 1

    def test_who_asks_can_not_do_it(self, amara: APIClient, edited: Workflow) -> None:
        request(amara, edited)

        assert_problem(post(amara, edited, "deploy"), 409, "second_person_needed")

    def test_another_person_deploys_it_with_the_reason_of_who_asked(
        self, amara: APIClient, benedikt: APIClient, edited: Workflow
    ) -> None:
        assert request(amara, edited, reason="Earlier warnings")["is_deploy_requested"] is True

        answer = post(benedikt, edited, "deploy")

        assert (answer.status_code, answer.json()["is_deploy_requested"]) == (200, False), answer.json()
        version = WorkflowVersion.objects.get(workflow=edited, number=2)
        assert (version.requested_by_id, version.deployed_by_id) == (AMARA.user_id, BENEDIKT.user_id)
        assert version.reason == "Earlier warnings"
        row = amara.get(f"/workflows/{edited.pk}/versions/").json()["results"][0]
        assert row["requested_by"] == {"user_id": AMARA.user_id, "full_name": "Amara Okafor"}
        assert row["deployed_by"]["full_name"] == "Benedikt Ivers"
        assert actions(edited)[-2:] == ["workflow.deploy_requested", "workflow.deployed"]
        assert verify().is_valid

    def test_an_edit_makes_the_request_out_of_date(
        self, amara: APIClient, benedikt: APIClient, edited: Workflow
    ) -> None:
        request(amara, edited)
        story.edit(edited, at_risk_percent=50)

        assert previewed(benedikt, edited)["deploy_request"]["is_current"] is False
        assert_problem(post(benedikt, edited, "deploy"), 409, "second_person_needed")
        request(benedikt, edited)
        assert post(amara, edited, "deploy").status_code == 200

    def test_a_first_deployment_needs_two_as_well(self, amara: APIClient, benedikt: APIClient) -> None:
        workflow = story.draft()
        request(amara, workflow)
        post(benedikt, workflow, "initialize")

        assert post(benedikt, workflow, "deploy").status_code == 200
        assert not DeployRequest.objects.exists()

    def test_an_older_version_is_deployed_again_by_one(
        self, amara: APIClient, benedikt: APIClient, edited: Workflow
    ) -> None:
        request(amara, edited)
        post(benedikt, edited, "deploy")

        assert post(benedikt, edited, "versions/1/redeploy").status_code == 201

    def test_a_file_is_applied_and_not_deployed_by_one(self, amara: APIClient, edited: Workflow) -> None:
        document = amara.get(f"/workflows/{edited.pk}/export/").json()
        body = {"document": {**document, "at_risk_percent": 40}, "edit_version": story.fresh(edited).edit_version}

        refused = amara.post("/workflows/import/apply/", {**body, "deploy": True}, format="json")

        assert_problem(refused, 409, "second_person_needed")
        assert story.fresh(edited).at_risk_percent == 60
        assert amara.post("/workflows/import/apply/", body, format="json").status_code == 200

    def test_one_person_is_enough_without_the_setting(self, amara: APIClient, edited: Workflow, settings: Any) -> None:
        settings.DEPLOY_NEEDS_SECOND_PERSON = False

        assert previewed(amara, edited)["needs_second_person"] is False
        assert post(amara, edited, "deploy").status_code == 200


class TestAsking:
    def test_shows_who_asked_and_why(self, amara: APIClient, benedikt: APIClient, edited: Workflow) -> None:
        request(amara, edited, reason="Earlier warnings")

        body = previewed(benedikt, edited)

        assert body["needs_second_person"] is True
        assert body["deploy_request"]["requested_by"] == {"user_id": AMARA.user_id, "full_name": "Amara Okafor"}
        assert (body["deploy_request"]["reason"], body["deploy_request"]["is_current"]) == ("Earlier warnings", True)

    def test_notifies_the_other_administrators_and_then_who_asked(
        self, amara: APIClient, benedikt: APIClient, edited: Workflow
    ) -> None:
        request(amara, edited, reason="Earlier warnings")
        request(amara, edited, reason="Earlier warnings")
        post(benedikt, edited, "deploy")

        sent = [each for each in published_messages() if str(each.get("link", "")).startswith("/admin/workflows/")]
        told = {(each["user_id"], each["subject"].split(":")[0], each["event_id"]) for each in sent}
        assert {each[:2] for each in told} == {
            (BENEDIKT.user_id, "Deployment requested"),
            (AMARA.user_id, "Deployed"),
        }
        assert len(told) == 2  # the same request once more has the same key, which notifies once

    def test_notifies_of_each_request_that_says_something_new(self, amara: APIClient, edited: Workflow) -> None:
        request(amara, edited, reason="Earlier warnings")
        amara.delete(f"/workflows/{edited.pk}/deploy-request/")
        request(amara, edited, reason="Earlier warnings")
        request(amara, edited, reason="As the auditors ask")
        request(amara, edited, reason="Earlier warnings")

        sent = [each for each in published_messages() if each.get("user_id") == BENEDIKT.user_id]
        assert len({each["event_id"] for each in sent}) == len(sent) == 4
        assert actions(edited).count("workflow.deploy_requested") == 4

    def test_is_withdrawn(self, amara: APIClient, benedikt: APIClient, edited: Workflow) -> None:
        request(amara, edited)
        url = f"/workflows/{edited.pk}/deploy-request/"

        assert [amara.delete(url).status_code, amara.delete(url).status_code] == [204, 204]

        assert previewed(amara, edited)["deploy_request"] is None
        assert_problem(post(benedikt, edited, "deploy"), 409, "second_person_needed")
        assert actions(edited).count("workflow.deploy_request_withdrawn") == 1

    def test_is_refused_like_the_deploy(self, amara: APIClient, edited: Workflow) -> None:
        assert_problem(post(amara, edited, "deploy-request", edit_version=1), 409, "stale_edit_version")
        story.edit(edited, low_sla=None)
        assert_problem(post(amara, edited, "deploy-request"), 409, "definition_invalid")
        amara.post(f"/workflows/{edited.pk}/versions/1/load/", {"edit_version": story.fresh(edited).edit_version})
        assert_problem(post(amara, edited, "deploy-request"), 409, "nothing_to_deploy")

    def test_is_for_administrators(self, edited: Workflow) -> None:
        agent = client_for(BENEDIKT.user_id, roles={"tts": ["Agent"]})

        assert_problem(post(agent, edited, "deploy-request"), 403, "permission_denied")
        assert agent.delete(f"/workflows/{edited.pk}/deploy-request/").status_code == 403
