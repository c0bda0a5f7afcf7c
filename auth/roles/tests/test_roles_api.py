"""Roles and systems over the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from roles.models import Role
from roles.tests.workflow_double import WorkflowDouble
from systems.models import System
from ticketing_common.contracts.messages import SyncRole
from ticketing_testing.clients import assert_problem, published_messages
from users.models import User
from users.tests.factories import a_role, client_of, give

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(admin: User) -> APIClient:
    return client_of(admin)


class TestRoles:
    def test_agents_read_them_with_the_number_of_members(self, agent: User) -> None:
        body = client_of(agent).get("/api/v1/roles/?system=tts&search=IT Support").json()

        row = next(row for row in body["results"] if row["name"] == "IT Support")
        assert (row["name"], row["holders"], row["is_protected"]) == ("IT Support", 1, False)

    def test_plain_users_do_not(self, requester: User) -> None:
        assert_problem(client_of(requester).get("/api/v1/roles/"), 403)

    def test_takes_few_statements(self, desk: APIClient) -> None:
        with CaptureQueriesContext(connection) as queries:
            desk.get("/api/v1/roles/?page_size=100")

        assert len(queries) <= 3

    def test_creates_a_custom_role_and_tells_of_it(self, desk: APIClient) -> None:
        response = desk.post("/api/v1/roles/", {"system": "tts", "name": "Network Team", "description": "Cables."})

        (message,) = published_messages("role.tasks.sync_role")
        assert response.status_code == 201
        assert SyncRole.parse(message) == SyncRole(
            role_id=response.json()["id"],
            name="Network Team",
            system="tts",
            description="Cables.",
            is_custom=True,
            action="upsert",
            version=1,
        )

    def test_a_role_of_another_system_stays_here(self, desk: APIClient) -> None:
        desk.post("/api/v1/roles/", {"system": "ams", "name": "Auditor"})

        assert published_messages("role.tasks.sync_role") == []

    def test_refuses_a_second_role_of_the_name_in_any_case(self, desk: APIClient) -> None:
        assert_problem(desk.post("/api/v1/roles/", {"system": "tts", "name": "it support"}), 409, "role_exists")
        assert desk.post("/api/v1/roles/", {"system": "bms", "name": "IT Support"}).status_code == 201

    def test_renaming_tells_roles_people_and_tokens(self, desk: APIClient, agent: User) -> None:
        session = client_of(agent)
        role = a_role("IT Support")

        desk.patch(f"/api/v1/roles/{role.pk}/", {"name": "Service Desk"})

        (message,) = published_messages("role.tasks.sync_role")
        assert (message["name"], message["version"]) == ("Service Desk", 2)
        people = published_messages("users.tasks.sync_user")
        assert [person["roles"]["tts"] for person in people] == [["Agent", "Service Desk"]] * 2
        assert_problem(session.get("/api/v1/users/me/"), 401, "token_revoked")

    def test_protected_roles_keep_name_and_life(self, desk: APIClient) -> None:
        role = a_role("Agent")

        assert_problem(desk.patch(f"/api/v1/roles/{role.pk}/", {"name": "Worker"}), 409, "role_protected")
        assert_problem(desk.delete(f"/api/v1/roles/{role.pk}/"), 409, "role_protected")
        described = desk.patch(f"/api/v1/roles/{role.pk}/", {"description": "Solves."})
        assert described.json()["description"] == "Solves."

    def test_a_role_that_someone_holds_is_not_deleted(self, desk: APIClient, agent: User) -> None:
        role = a_role("IT Support")

        assert assert_problem(desk.delete(f"/api/v1/roles/{role.pk}/"), 409, "role_in_use")["holders"] == 1

    def test_a_role_that_a_deployed_workflow_needs_is_not_deleted(
        self, desk: APIClient, workflow_api: WorkflowDouble
    ) -> None:
        role = a_role("IT Lead")
        workflow_api.used_by[role.pk] = ["Access Request"]

        refused = assert_problem(desk.delete(f"/api/v1/roles/{role.pk}/"), 409, "role_in_use")

        assert refused["workflows"] == ["Access Request"]
        assert Role.objects.filter(pk=role.pk).exists()

    def test_nothing_is_deleted_while_nobody_can_say_what_needs_it(self, desk: APIClient, settings: Any) -> None:
        settings.WORKFLOW_API_URL = "http://127.0.0.1:9"
        role = a_role("IT Lead")

        assert_problem(desk.delete(f"/api/v1/roles/{role.pk}/"), 503, "consumer_unreachable")

        assert Role.objects.filter(pk=role.pk).exists()

    def test_of_another_system_nobody_is_asked(self, desk: APIClient, settings: Any) -> None:
        settings.WORKFLOW_API_URL = "http://127.0.0.1:9"
        role_id = desk.post("/api/v1/roles/", {"system": "ams", "name": "Auditor"}).json()["id"]

        assert desk.delete(f"/api/v1/roles/{role_id}/").status_code == 204

    def test_deletes_an_unused_role_and_tells_of_it(self, desk: APIClient, workflow_api: WorkflowDouble) -> None:
        role = a_role("IT Lead")
        workflow_api.used_by[role.pk] = []

        assert desk.delete(f"/api/v1/roles/{role.pk}/").status_code == 204

        message = published_messages("role.tasks.sync_role")[-1]
        assert (message["role_id"], message["action"], message["version"]) == (role.pk, "delete", 2)

    def test_only_admins_change_them(self, agent: User) -> None:
        client, role = client_of(agent), a_role("IT Lead")

        assert_problem(client.post("/api/v1/roles/", {"system": "tts", "name": "X"}), 403)
        assert_problem(client.patch(f"/api/v1/roles/{role.pk}/", {"name": "X"}), 403)
        assert_problem(client.delete(f"/api/v1/roles/{role.pk}/"), 403)

    def test_the_catalogue_says_what_each_system_relies_on(self, agent: User) -> None:
        rows = client_of(agent).get("/api/v1/system-roles/?needs_holder=true").json()["results"]

        assert [(row["system"], row["name"]) for row in rows] == [("tts", "Admin")]


class TestSystems:
    def test_everybody_reads_them(self, requester: User) -> None:
        rows = client_of(requester).get("/api/v1/systems/").json()["results"]

        assert [row["slug"] for row in rows] == ["tts", "hdts", "ams", "bms"]

    def test_a_new_system_comes_with_an_admin_role(self, desk: APIClient) -> None:
        response = desk.post("/api/v1/systems/", {"slug": "crm", "name": "Customers"})

        assert response.status_code == 201
        assert Role.objects.of_system("crm").get().name == "Admin"

    def test_the_slug_is_for_ever(self, desk: APIClient) -> None:
        system = System.objects.get(slug="bms")

        assert_problem(desk.patch(f"/api/v1/systems/{system.pk}/", {"slug": "x"}), 400, attr="slug")
        assert desk.patch(f"/api/v1/systems/{system.pk}/", {"name": "Budgets"}).json()["name"] == "Budgets"
        assert_problem(desk.delete(f"/api/v1/systems/{system.pk}/"), 405)

    def test_refuses_a_second_one_of_the_name(self, desk: APIClient) -> None:
        assert_problem(desk.post("/api/v1/systems/", {"slug": "tts", "name": "X"}), 409, "system_exists")

    def test_only_admins_change_them(self, agent: User) -> None:
        assert_problem(client_of(agent).post("/api/v1/systems/", {"slug": "x", "name": "X"}), 403)


def test_one_person_may_hold_roles_in_several_systems(agent: User, admin: User) -> None:
    give(agent, "Asset Manager", system="ams")

    body = client_of(admin).get(f"/api/v1/users/{agent.pk}/").json()

    assert body["roles"] == {"ams": ["Asset Manager"], "tts": ["Agent", "IT Support"]}
