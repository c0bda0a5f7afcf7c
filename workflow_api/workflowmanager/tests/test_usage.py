"""Which workflows need a role: it can't be deleted in auth while one does."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from role.models import Role
from task.models import Task
from workflow.models import Workflow
from workflowmanager.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def roles() -> dict[str, Role]:
    names = ("Coordinators", "Support", "Second level", "New support")
    return {
        name: factories.make_role(name, factories.make_person(number, name)) for number, name in enumerate(names, 10)
    }


def users_of(role: Role) -> list[str]:
    answer: list[str] = factories.admin_client().get(f"/roles/{role.pk}/").json()["used_by"]
    return answer


def deploy(roles: dict[str, Role], support: str = "Support") -> None:
    factories.straight(roles["Coordinators"], roles[support], escalate_to=roles["Second level"], name="Requests")


def test_a_deployed_workflow_needs_its_roles_also_those_that_it_escalates_to(roles: dict[str, Role]) -> None:
    deploy(roles)

    assert {name: users_of(role) for name, role in roles.items()} == {
        "Coordinators": ["Requests"],
        "Support": ["Requests"],
        "Second level": ["Requests"],
        "New support": [],
    }


def test_an_older_version_needs_its_roles_while_tasks_run_on_it(roles: dict[str, Role]) -> None:
    deploy(roles)
    factories.take_in("TX1")
    deploy(roles, support="New support")

    assert users_of(roles["Support"]) == ["Requests"]

    Task.objects.update(status="cancelled")
    assert users_of(roles["Support"]) == []
    assert users_of(roles["New support"]) == ["Requests"]


def test_an_archived_workflow_needs_its_roles_while_tasks_run_on_it(roles: dict[str, Role]) -> None:
    deploy(roles)
    Workflow.objects.update(is_archived=True, status="paused")
    assert users_of(roles["Second level"]) == []
    Workflow.objects.update(is_archived=False, status="deployed")

    factories.take_in("TX1")
    Workflow.objects.update(is_archived=True, status="paused")

    assert users_of(roles["Second level"]) == ["Requests"]


def test_the_services_own_key_reads_roles_and_changes_nothing(settings: Any) -> None:
    settings.SERVICE_API_KEYS = ["services:s3rvice"]
    role = factories.make_role("IT Support", factories.make_person(11))
    own, other = APIClient(), APIClient()
    own.credentials(HTTP_X_API_KEY="s3rvice")
    other.credentials(HTTP_X_API_KEY="key-of-ams")

    assert own.get(f"/roles/{role.pk}/").json()["used_by"] == []
    assert own.put(f"/roles/{role.pk}/lead/", {"user_id": 11}).status_code == 403
    assert other.get(f"/roles/{role.pk}/").status_code in {401, 403}
