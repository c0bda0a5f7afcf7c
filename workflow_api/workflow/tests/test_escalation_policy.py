"""What a workflow says of escalation and of absence: edited, validated, deployed, compared, exported and imported."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from audit.models import AuditLog
from role.models import Role
from role.services import apply_role
from ticketing_testing.clients import assert_problem, client_for
from workflow.graph import version_graph
from workflow.models import Workflow
from workflow.tests import factories as story
from workflow.versions import RolesGone

pytestmark = pytest.mark.django_db

HEAD = "Head of IT"


@pytest.fixture(autouse=True)
def head() -> Role:
    story.roles()
    return story.role(HEAD, story.DAVOR)


@pytest.fixture
def admin() -> APIClient:
    return client_for(1, full_name="Ines Duarte", roles={"tts": ["Admin"]})


def policy(head: Role) -> dict[str, Any]:
    return {
        "escalation_trigger": "at_risk",
        "second_escalation_role_id": head.pk,
        "second_escalation_after": "PT2H",
        "hand_over_after": "8h",
    }


def shown(answer: dict[str, Any]) -> tuple[Any, ...]:
    names = ("escalation_trigger", "second_escalation_role", "second_escalation_after", "hand_over_after")
    return tuple(answer[name] for name in names)


def codes(workflow: Workflow, admin: APIClient) -> set[tuple[str, str | None]]:
    report = admin.get(f"/workflows/{workflow.pk}/validate/").json()
    return {(found["code"], found["field"]) for found in [*report["errors"], *report["warnings"]]}


def test_is_created_shown_changed_and_audited(admin: APIClient, head: Role) -> None:
    answer = admin.post("/workflows/", {"name": "New", "category": "New", **policy(head)})
    assert answer.status_code == 201, answer.json()
    assert shown(answer.json()) == ("at_risk", {"id": head.pk, "name": HEAD}, 7200, 28800)

    url = f"/workflows/{answer.json()['id']}/"
    body = {"edit_version": answer.json()["edit_version"], "hand_over_after": None, "second_escalation_after": 3600}
    assert shown(admin.patch(url, body).json())[2:] == (3600, None)
    entry = AuditLog.objects.get(action="workflow.updated")
    assert entry.old == {"hand_over_after": 28800, "second_escalation_after": 7200}
    assert entry.new == {"hand_over_after": None, "second_escalation_after": 3600}


def test_says_nothing_by_default(admin: APIClient) -> None:
    workflow = story.deployed()
    assert shown(admin.get(f"/workflows/{workflow.pk}/").json()) == ("breached", None, None, None)
    version = admin.get(f"/workflows/{workflow.pk}/versions/1/").json()
    assert version["escalation_trigger"] == "breached"
    assert version["second_escalation_role_id"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("escalation_trigger", "late"),
        ("second_escalation_role_id", 999_999),
        ("second_escalation_after", "04:00"),
        ("hand_over_after", 0),
        ("hand_over_after", "3 months"),
    ],
)
def test_refuses_what_it_can_not_be(admin: APIClient, field: str, value: Any) -> None:
    problem = assert_problem(admin.post("/workflows/", {"name": "New", "category": "New", field: value}), 400)
    assert problem["errors"][0]["attr"] == field


class TestValidation:
    def test_a_second_escalation_names_a_role_and_a_time(self, admin: APIClient, head: Role) -> None:
        workflow = story.draft(second_escalation_role_id=head.pk)
        assert ("second_escalation_incomplete", "second_escalation_after") in codes(workflow, admin)
        workflow = story.edit(workflow, second_escalation_role_id=None, second_escalation_after=timedelta(hours=1))
        assert ("second_escalation_incomplete", "second_escalation_role_id") in codes(workflow, admin)
        workflow = story.edit(workflow, second_escalation_role_id=head.pk)
        assert codes(workflow, admin) == set()

    def test_its_role_must_be_known(self, admin: APIClient, head: Role) -> None:
        workflow = story.draft(second_escalation_role_id=head.pk, second_escalation_after=timedelta(hours=1))
        gone: dict[str, Any] = {"role_id": head.pk, "name": HEAD, "system": "tts", "description": "", "is_custom": True}
        apply_role(**gone, action="delete", version=9)
        assert ("role_unknown", "second_escalation_role_id") in codes(workflow, admin)
        assert_problem(admin.post(f"/workflows/{workflow.pk}/initialize/", {}), 409)

    def test_warns_of_a_role_without_people_and_of_one_that_has_the_step_before(self, admin: APIClient) -> None:
        empty = story.role("Nobody")
        workflow = story.draft(second_escalation_role_id=empty.pk, second_escalation_after=timedelta(hours=1))
        assert codes(workflow, admin) == {("escalation_without_members", "second_escalation_role_id")}
        support = Role.objects.get(name="IT Support")
        workflow = story.edit(workflow, second_escalation_role_id=support.pk)
        assert ("second_escalation_is_first", None) in codes(workflow, admin)


class TestVersions:
    def test_keep_it_and_differ_by_it(self, admin: APIClient, head: Role) -> None:
        workflow = story.deployed()
        values: dict[str, Any] = {"second_escalation_role_id": head.pk, "second_escalation_after": timedelta(hours=2)}
        workflow = story.edit(workflow, escalation_trigger="at_risk", hand_over_after=timedelta(hours=8), **values)
        assert workflow.has_undeployed_changes
        graph = version_graph(story.deploy(workflow).pk)
        assert (graph.escalation.trigger, graph.escalation.second_role_name) == ("at_risk", HEAD)
        assert (graph.escalation.second_seconds, graph.hand_over_seconds) == (7200, 28800)
        found = admin.get(f"/workflows/{workflow.pk}/versions/compare/", {"from": "1", "to": "2"}).json()
        assert {change["field"]: (change["old"], change["new"]) for change in found["policy"]} == {
            "escalation_trigger": ("breached", "at_risk"),
            "second_escalation_role": (None, HEAD),
            "second_escalation_after": (None, 7200),
            "hand_over_after": (None, 28800),
        }

    def test_an_older_one_is_deployed_again_with_it(self, admin: APIClient, head: Role) -> None:
        workflow = story.deployed(second_escalation_role_id=head.pk, second_escalation_after=timedelta(hours=2))
        story.deploy(story.edit(workflow, second_escalation_role_id=None, second_escalation_after=None))
        assert admin.post(f"/workflows/{workflow.pk}/versions/1/redeploy/", {}).status_code == 201
        version = admin.get(f"/workflows/{workflow.pk}/versions/3/").json()
        assert (version["second_escalation_role_id"], version["second_escalation_after"]) == (head.pk, 7200)

    def test_not_where_its_role_is_gone(self, admin: APIClient, head: Role) -> None:
        workflow = story.deployed(second_escalation_role_id=head.pk, second_escalation_after=timedelta(hours=2))
        story.deploy(story.edit(workflow, second_escalation_role_id=None, second_escalation_after=None))
        Role.objects.filter(pk=head.pk).update(is_active=False)
        problem = assert_problem(admin.post(f"/workflows/{workflow.pk}/versions/1/redeploy/", {}), 409)
        assert problem["errors"][0]["code"] == RolesGone.code


class TestDocument:
    def test_is_exported_and_imported_as_the_same(self, admin: APIClient, head: Role) -> None:
        values: dict[str, Any] = {"second_escalation_role_id": head.pk, "second_escalation_after": timedelta(hours=2)}
        workflow = story.draft(escalation_trigger="at_risk", hand_over_after=timedelta(hours=8), **values)
        document = admin.get(f"/workflows/{workflow.pk}/export/").json()
        assert shown(document) == ("at_risk", HEAD, 7200, 28800)
        answer = admin.post("/workflows/import/", {**document, "name": "Copy"})
        assert answer.status_code == 201, answer.json()
        assert shown(answer.json()) == ("at_risk", {"id": head.pk, "name": HEAD}, 7200, 28800)
        assert admin.get(f"/workflows/{answer.json()['id']}/export/").json() == {**document, "name": "Copy"}

    def test_of_before_it_was_known_says_the_default(self, admin: APIClient) -> None:
        document = admin.get(f"/workflows/{story.draft().pk}/export/").json()
        for name in ("escalation_trigger", "second_escalation_role", "second_escalation_after", "hand_over_after"):
            del document[name]
        answer = admin.post("/workflows/import/", {**document, "name": "Copy"})
        assert shown(answer.json()) == ("breached", None, None, None)

    def test_names_a_role_that_comes_later(self, admin: APIClient) -> None:
        document = admin.get(f"/workflows/{story.draft().pk}/export/").json()
        later = {"name": "Copy", "second_escalation_role": "Chief", "second_escalation_after": 3600}
        copy = admin.post("/workflows/import/", {**document, **later}).json()
        assert copy["second_escalation_role"] == {"id": None, "name": "Chief"}
        workflow = Workflow.objects.get(pk=copy["id"])
        assert ("role_unknown", "second_escalation_role_id") in codes(workflow, admin)
        chief = story.role("Chief", story.DAVOR)
        assert admin.post(f"/workflows/{workflow.pk}/initialize/", {}).status_code == 200
        assert admin.get(f"/workflows/{workflow.pk}/").json()["second_escalation_role"]["id"] == chief.pk
