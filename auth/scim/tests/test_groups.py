"""Roles as groups by SCIM, with requests as Entra ID and Okta send them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from roles.models import Role
from roles.tests.workflow_double import WorkflowDouble
from scim import groups
from scim.tests.conftest import assert_scim_error, client_named
from security.models import SecurityEvent
from system_roles.models import UserSystemRole
from ticketing_testing.clients import published_messages
from users.models import User
from users.tests.factories import a_person, a_role, at_once, give, signed_in

pytestmark = pytest.mark.django_db

GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def patch(client: APIClient, role: Role, *operations: dict[str, Any]) -> Any:
    return client.patch(f"/scim/v2/Groups/{role.pk}", {"schemas": [PATCH], "Operations": list(operations)})


def members(role: Role) -> set[int]:
    return set(UserSystemRole.objects.filter(role=role, is_active=True).values_list("user_id", flat=True))


def find(client: APIClient, text: str, **query: str) -> list[str]:
    answer = client.get("/scim/v2/Groups", {"filter": text, **query})
    assert answer.status_code == 200, answer.content
    return [found["displayName"] for found in answer.json().get("Resources", [])]


@pytest.fixture
def role(systems: None) -> Role:
    return a_role("IT Lead")


@pytest.fixture
def bea(systems: None) -> User:
    return a_person("Bea", "Berg")


@pytest.fixture
def cai(systems: None) -> User:
    return a_person("Cai", "Lind")


class TestRead:
    def test_a_role_is_a_group_with_its_holders(self, entra: APIClient, role: Role, bea: User) -> None:
        give(bea, "IT Lead")

        answer = entra.get(f"/scim/v2/Groups/{role.pk}")

        place = f"http://testserver/scim/v2/Users/{bea.pk}"
        assert answer.json() == {
            "schemas": [GROUP],
            "id": str(role.pk),
            "displayName": "tts: IT Lead",
            "members": [{"value": str(bea.pk), "$ref": place, "type": "User"}],
            "meta": {
                "resourceType": "Group",
                "created": answer.json()["meta"]["created"],
                "location": f"http://testserver/scim/v2/Groups/{role.pk}",
            },
        }
        assert entra.get(f"/scim/v2/Users/{bea.pk}").json()["groups"] == [
            {"value": str(role.pk), "display": "tts: IT Lead"}
        ]

    def test_excluded_members_are_not_even_read(self, entra: APIClient, role: Role, bea: User) -> None:
        give(bea, "IT Lead")

        with CaptureQueriesContext(connection) as queries:
            answer = entra.get(f"/scim/v2/Groups/{role.pk}", {"excludedAttributes": "members"})

        assert "members" not in answer.json()
        assert not [query for query in queries if "user_system_roles" in query["sql"]]

    def test_a_page_costs_the_same_however_many_there_are(self, entra: APIClient, bea: User, cai: User) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                entra.get("/scim/v2/Groups")
                entra.get("/scim/v2/Users")
            return len(queries)

        give(bea, "IT Lead")
        entra.get("/scim/v2/Groups")
        before = cost()
        for name in ("One", "Two", "Three"):
            give(cai, name)
            a_person(name, "More", tts=[name])

        assert cost() == before

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ('displayName eq "tts: IT Lead"', ["tts: IT Lead"]),
            ('displayName eq "TTS: it lead"', ["tts: IT Lead"]),
            ('displayName eq "IT Lead"', ["tts: IT Lead"]),
            ('displayname EQ "hdts: Employee"', ["hdts: Employee"]),
            ('displayName eq "Employee"', []),
            ('displayName sw "ams:"', ["ams: Admin", "ams: Asset Manager"]),
            ('displayName eq "x" or displayName sw "ams:" and displayName ew "manager"', ["ams: Asset Manager"]),
            ("externalId pr", []),
        ],
    )
    def test_filters(self, entra: APIClient, text: str, found: list[str]) -> None:
        assert sorted(find(entra, text)) == found

    def test_filters_by_member_as_entra_asks_for_one(self, entra: APIClient, role: Role, bea: User, cai: User) -> None:
        give(bea, "IT Lead")

        for form in ("members[value eq {}]", "members eq {}", "members.value eq {}"):
            asked = [f'id eq "{role.pk}" and ' + form.format(f'"{user.pk}"') for user in (bea, cai)]
            assert [find(entra, text, excludedAttributes="members") for text in asked] == [["tts: IT Lead"], []]

    def test_what_is_not_there_is_not_found(self, entra: APIClient) -> None:
        for group_id in ("0", "x", "9" * 40):
            assert_scim_error(entra.get(f"/scim/v2/Groups/{group_id}"), 404)
            assert_scim_error(entra.put(f"/scim/v2/Groups/{group_id}", {"displayName": "x"}), 404)
            assert_scim_error(entra.delete(f"/scim/v2/Groups/{group_id}"), 404)
            assert_scim_error(entra.get(f"/scim/v2/Nothing/{group_id}"), 404)


class TestMembers:
    @pytest.mark.parametrize(
        "operation",
        [
            {"op": "Add", "path": "members", "value": [{"value": "BEA"}]},
            {"op": "Add", "path": "members", "value": [{"$ref": None, "value": "BEA"}]},
            {"op": "add", "path": "MEMBERS", "value": [{"Value": "BEA", "display": "Bea"}]},
            {"op": "add", "value": {"members": [{"value": "BEA"}]}},
            {"op": "add", "path": f"{GROUP}:members", "value": {"value": "BEA"}},
            {"op": "replace", "path": "members", "value": [{"value": "BEA", "type": "User"}]},
        ],
    )
    def test_adds_and_tells_everybody_concerned(
        self, entra: APIClient, role: Role, bea: User, operation: dict[str, Any]
    ) -> None:
        session = signed_in(bea)
        filled = json.loads(json.dumps(operation).replace("BEA", str(bea.pk)))

        assert patch(entra, role, filled).status_code == 204

        assert members(role) == {bea.pk}
        (news,) = published_messages("tts.revocations")
        assert (news["user_id"], news["reason"]) == (bea.pk, "roles_changed")
        event = SecurityEvent.objects.get(kind="role_assigned", user_id=bea.pk)
        assert (event.details["role"], event.details["api_key"].split(" ")[0]) == ("IT Lead", "entra")
        assert session.access

    def test_adding_twice_is_no_error(self, entra: APIClient, role: Role, bea: User) -> None:
        add = {"op": "Add", "path": "members", "value": [{"value": str(bea.pk)}, {"value": str(bea.pk)}]}

        assert [patch(entra, role, add, add).status_code, patch(entra, role, add).status_code] == [204, 204]

        assert members(role) == {bea.pk}
        assert SecurityEvent.objects.filter(kind="role_assigned", user_id=bea.pk).count() == 1

    @pytest.mark.parametrize(
        "operation",
        [
            {"op": "Remove", "path": "members", "value": [{"value": "BEA"}]},  # Entra ID
            {"op": "Remove", "path": "members", "value": [{"$ref": None, "value": "BEA"}]},  # so, too
            {"op": "Remove", "path": "members", "value": [{"value": "BEA", "display": "Once called so"}]},
            {"op": "remove", "path": 'members[value eq "BEA"]'},  # Okta, and the standard
            {"op": "remove", "path": 'Members[Value EQ "BEA" or value eq "999999"]'},
            {"op": "remove", "path": 'members[value eq "BEA"].value'},
            {"op": "Remove", "path": "members", "value": [{"value": "BEA"}, {"value": "not-here"}]},
        ],
    )
    def test_removes_those_who_are_named_and_nobody_else(
        self, entra: APIClient, role: Role, bea: User, cai: User, operation: dict[str, Any]
    ) -> None:
        give(bea, "IT Lead")
        give(cai, "IT Lead")
        filled = json.loads(json.dumps(operation).replace("BEA", str(bea.pk)))

        assert [patch(entra, role, filled).status_code for _ in range(2)] == [204, 204]

        assert members(role) == {cai.pk}
        assert SecurityEvent.objects.filter(kind="role_removed", user_id=bea.pk).count() == 1

    def test_removes_all_without_a_selection(self, entra: APIClient, role: Role, bea: User, cai: User) -> None:
        give(bea, "IT Lead")
        give(cai, "IT Lead")

        patch(entra, role, {"op": "remove", "path": "members"})

        assert members(role) == set()

    def test_operations_count_in_their_order(self, entra: APIClient, role: Role, bea: User, cai: User) -> None:
        give(bea, "IT Lead")

        patch(
            entra,
            role,
            {"op": "remove", "path": f'members[value eq "{bea.pk}"]'},
            {"op": "add", "path": "members", "value": [{"value": str(cai.pk)}, {"value": str(bea.pk)}]},
            {"op": "remove", "path": "members", "value": [{"value": str(cai.pk)}]},
        )

        assert members(role) == {bea.pk}

    def test_a_hold_that_is_off_is_switched_on(self, entra: APIClient, role: Role, bea: User) -> None:
        hold = give(bea, "IT Lead")
        UserSystemRole.objects.filter(pk=hold.pk).update(is_active=False)
        assert "members" not in entra.get(f"/scim/v2/Groups/{role.pk}").json()

        patch(entra, role, {"op": "add", "path": "members", "value": [{"value": str(bea.pk)}]})

        assert UserSystemRole.objects.get(role=role).pk == hold.pk
        assert members(role) == {bea.pk}

    def test_a_replacement_names_the_members(self, okta: APIClient, role: Role, bea: User, cai: User) -> None:
        give(bea, "IT Lead")
        body: dict[str, Any] = {"schemas": [GROUP], "displayName": "tts: IT Lead"}
        place = f"/scim/v2/Groups/{role.pk}"

        okta.put(place, body | {"members": [{"value": str(cai.pk), "display": "Cai"}]})
        assert members(role) == {cai.pk}
        okta.put(place, body)
        assert members(role) == {cai.pk}
        answer = okta.put(place, body | {"members": []})
        assert (answer.status_code, members(role)) == (200, set())

    @pytest.mark.parametrize(
        ("operation", "scim_type"),
        [
            ({"op": "add", "path": "members", "value": [{"value": "999999"}]}, "invalidValue"),
            ({"op": "add", "path": "members", "value": [{"value": "x"}]}, "invalidValue"),
            ({"op": "add", "path": "members", "value": [{"value": "3", "type": "Group"}]}, "invalidValue"),
            ({"op": "add", "path": "members", "value": [17.5, None]}, "invalidValue"),
            ({"op": "add", "value": "members"}, "invalidValue"),
            ({"op": "remove", "path": 'members[display eq "Bea"]'}, "invalidFilter"),
            ({"op": "replace", "path": 'members[value eq "1"]', "value": []}, "invalidValue"),
            ({"op": "remove", "path": "displayName"}, "mutability"),
            ({"op": "replace", "path": "displayName", "value": 5}, "invalidValue"),
            ({"op": "replace", "path": "displayName", "value": "ams: IT Lead"}, "invalidValue"),
        ],
    )
    def test_refuses_what_cannot_be(
        self, entra: APIClient, role: Role, bea: User, operation: dict[str, Any], scim_type: str
    ) -> None:
        add = {"op": "add", "path": "members", "value": [{"value": str(bea.pk)}]}

        assert_scim_error(patch(entra, role, add, operation), 400, scim_type)
        assert members(role) == set()

    def test_the_last_administrator_stays(self, entra: APIClient, admin: User) -> None:
        role = Role.objects.get(system__slug="tts", name="Admin")

        answer = patch(entra, role, {"op": "Remove", "path": "members", "value": [{"value": str(admin.pk)}]})

        assert "[last_admin]" in assert_scim_error(answer, 409)["detail"]
        assert members(role) == {admin.pk}

    def test_so_many_change_in_one_request(
        self, entra: APIClient, role: Role, bea: User, cai: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(groups, "MAX_CHANGES", 1)
        both = [{"value": str(user.pk)} for user in (bea, cai)]

        answer = patch(entra, role, {"op": "add", "path": "members", "value": both})

        assert "[too_many_changes]" in assert_scim_error(answer, 400)["detail"]
        assert members(role) == set()


@pytest.mark.django_db(transaction=True)
def test_the_same_member_added_many_times_at_once_is_added_once(systems: None) -> None:
    client, role, bea = client_named("entra"), a_role("IT Lead"), a_person("Bea", "Berg")
    add = {"op": "Add", "path": "members", "value": [{"value": str(bea.pk)}]}

    answers = at_once(lambda _: patch(client, role, add).status_code, 6, threads=6)

    assert answers == [204] * 6
    assert UserSystemRole.objects.filter(role=role, user=bea).count() == 1


class TestDefine:
    def test_makes_the_role_that_the_name_stands_for(self, entra: APIClient, bea: User) -> None:
        body = {"schemas": [GROUP], "displayName": "ams: Auditor", "externalId": "G-1"}
        answer = entra.post("/scim/v2/Groups", body | {"members": [{"value": str(bea.pk)}]})

        assert answer.status_code == 201
        role = Role.objects.get(pk=answer.json()["id"])
        assert (role.system.slug, role.name, role.is_custom, members(role)) == ("ams", "Auditor", True, {bea.pk})
        assert find(entra, 'externalId eq "G-1"') == ["ams: Auditor"]
        assert SecurityEvent.objects.get(kind="role_created", details__role="Auditor").details["api_key"]

    def test_a_plain_name_is_a_role_of_tts_and_stays_as_the_client_wrote_it(
        self, entra: APIClient, okta: APIClient
    ) -> None:
        made = entra.post("/scim/v2/Groups", {"schemas": [GROUP], "displayName": "Sales: Nordics"}).json()

        role = Role.objects.get(pk=made["id"])
        assert (role.system.slug, role.name, made["displayName"]) == ("tts", "Sales: Nordics", "Sales: Nordics")
        assert okta.get(f"/scim/v2/Groups/{role.pk}").json()["displayName"] == "tts: Sales: Nordics"

    def test_the_same_twice_is_a_conflict_and_doubles_nothing(self, entra: APIClient) -> None:
        body = {"schemas": [GROUP], "displayName": "Night shift", "externalId": "G-1"}
        entra.post("/scim/v2/Groups", body)

        for again in (body, body | {"displayName": "TTS: night SHIFT"}, body | {"displayName": "Another"}):
            assert_scim_error(entra.post("/scim/v2/Groups", again), 409, "uniqueness")
        assert Role.objects.filter(name__icontains="night").count() == 1
        assert not Role.objects.filter(name="Another").exists()

    def test_as_okta_renames_a_group(self, okta: APIClient, role: Role) -> None:
        rename = {"op": "replace", "value": {"id": str(role.pk), "displayName": "Team leads"}}

        assert patch(okta, role, rename).status_code == 204

        assert Role.objects.get(pk=role.pk).name == "Team leads"
        assert okta.get(f"/scim/v2/Groups/{role.pk}").json()["displayName"] == "Team leads"

    def test_a_role_that_the_system_relies_on_keeps_its_name(self, entra: APIClient) -> None:
        role = Role.objects.get(system__slug="tts", name="Agent")

        answer = patch(entra, role, {"op": "replace", "path": "displayName", "value": "tts: Worker"})

        assert_scim_error(answer, 409, "mutability")
        assert_scim_error(entra.delete(f"/scim/v2/Groups/{role.pk}"), 409, "mutability")


class TestDelete:
    def test_takes_the_role_from_everybody_first(
        self, entra: APIClient, role: Role, bea: User, workflow_api: WorkflowDouble, settings: Any
    ) -> None:
        settings.SERVICE_API_KEYS = ["services:s3rvice", "old:0ld"]
        give(bea, "IT Lead")

        assert entra.delete(f"/scim/v2/Groups/{role.pk}").status_code == 204

        assert_scim_error(entra.get(f"/scim/v2/Groups/{role.pk}"), 404)
        assert SecurityEvent.objects.filter(kind="role_removed", user_id=bea.pk).exists()
        assert [asked["X-API-Key"] for asked in workflow_api.headers] == ["s3rvice"]

    def test_a_role_that_a_deployed_workflow_needs_stays_with_its_members(
        self, entra: APIClient, role: Role, bea: User, workflow_api: WorkflowDouble
    ) -> None:
        give(bea, "IT Lead")
        workflow_api.used_by[role.pk] = ["Access Request"]

        answer = entra.delete(f"/scim/v2/Groups/{role.pk}")

        assert "Access Request" in assert_scim_error(answer, 409)["detail"]
        assert members(role) == {bea.pk}

    def test_stays_while_nobody_can_say(self, entra: APIClient, role: Role, settings: Any) -> None:
        settings.WORKFLOW_API_URL = "http://127.0.0.1:9"

        assert_scim_error(entra.delete(f"/scim/v2/Groups/{role.pk}"), 503)
        assert Role.objects.filter(pk=role.pk).exists()
