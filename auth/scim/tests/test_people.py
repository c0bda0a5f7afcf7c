"""People by SCIM: created, found, changed and switched off, with requests as Entra ID and Okta send them."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from scim.tests.conftest import assert_scim_error, client_named
from security.models import SecurityEvent
from signin.models import RefreshSession
from ticketing_common.contracts.messages import SyncUser
from ticketing_testing.clients import published_messages
from users.models import User
from users.tests.factories import a_person, at_once, client_of, signed_in

pytestmark = pytest.mark.django_db

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"

# What Entra ID sends with its default mappings.
FROM_ENTRA: dict[str, Any] = {
    "schemas": [USER, ENTERPRISE],
    "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
    "userName": "Anna.Lind@corp.onmicrosoft.com",
    "active": True,
    "displayName": "Lind, Anna (Sales)",
    "emails": [{"primary": True, "type": "work", "value": "anna.lind@example.com"}],
    "meta": {"resourceType": "User"},
    "name": {"formatted": "Anna Lind", "familyName": "Lind", "givenName": "Anna"},
    "title": "Account Manager",
    "preferredLanguage": "sv-SE",
    "addresses": [{"primary": True, "type": "work", "country": "Sweden"}],
    ENTERPRISE: {"department": "Sales", "employeeNumber": "701984", "manager": {"value": "1"}},
}
# What Okta sends; the password is random where it does not sync one.
FROM_OKTA: dict[str, Any] = {
    "schemas": [USER],
    "userName": "test.user@okta.example.com",
    "name": {"givenName": "Test", "familyName": "User"},
    "emails": [{"primary": True, "value": "test.user@okta.example.com", "type": "work"}],
    "displayName": "Test User",
    "locale": "en-US",
    "externalId": "00ujl29u0le5T6Aj10h7",
    "groups": [],
    "password": "1mz050nq",
    "active": True,
}


def find(client: APIClient, text: str) -> list[str]:
    """Return the user names that a filter finds."""
    answer = client.get("/scim/v2/Users", {"filter": text})
    assert answer.status_code == 200, answer.content
    return [found["userName"] for found in answer.json()["Resources"]]


def patch(client: APIClient, user: User | str, *operations: dict[str, Any]) -> Any:
    user_id = user if isinstance(user, str) else user.pk
    return client.patch(f"/scim/v2/Users/{user_id}", {"schemas": [PATCH], "Operations": list(operations)})


class TestCreate:
    def test_as_entra_sends_it(self, entra: APIClient) -> None:
        answer = entra.post("/scim/v2/Users", FROM_ENTRA)

        assert answer.status_code == 201
        assert answer["Content-Type"] == "application/scim+json"
        made = answer.json()
        user = User.objects.get(pk=made["id"])
        assert answer["Location"] == made["meta"]["location"] == f"http://testserver/scim/v2/Users/{user.pk}"
        assert {name: made[name] for name in ("userName", "externalId", "displayName", "active", "emails")} == {
            name: FROM_ENTRA[name] for name in ("userName", "externalId", "displayName", "active", "emails")
        }
        assert made[ENTERPRISE] == {"department": "Sales"}
        assert (user.email, user.full_name, user.username) == ("anna.lind@example.com", "Anna Lind", "anna.lind")
        assert not user.has_usable_password()

    def test_as_okta_sends_it_without_taking_its_password(self, okta: APIClient) -> None:
        made = okta.post("/scim/v2/Users", FROM_OKTA).json()

        assert "password" not in made
        assert not User.objects.get(pk=made["id"]).has_usable_password()

    def test_tells_the_other_services_and_records_the_key(self, entra: APIClient) -> None:
        user_id = int(entra.post("/scim/v2/Users", FROM_ENTRA).json()["id"])

        message = published_messages(SyncUser.task)[0]
        event = SecurityEvent.objects.get(kind="user_created")
        assert (message["user_id"], message["full_name"], message["is_active"]) == (user_id, "Anna Lind", True)
        assert (event.user_id, event.actor_id) == (user_id, None)
        assert event.details["api_key"].startswith("entra (")

    def test_the_same_twice_is_a_conflict_and_doubles_nothing(self, entra: APIClient) -> None:
        entra.post("/scim/v2/Users", FROM_ENTRA)
        before = User.objects.get_queryset().count()

        assert_scim_error(entra.post("/scim/v2/Users", FROM_ENTRA), 409, "uniqueness")
        assert User.objects.get_queryset().count() == before

    @pytest.mark.parametrize("field", ["userName", "externalId"])
    def test_what_another_person_has_is_a_conflict(self, entra: APIClient, field: str) -> None:
        entra.post("/scim/v2/Users", FROM_ENTRA)
        other = FROM_ENTRA | {
            "userName": "other@corp.example.com",
            "externalId": "other",
            "emails": [{"value": "other@example.com"}],
            field: FROM_ENTRA[field].upper() if field == "userName" else FROM_ENTRA[field],
        }

        assert_scim_error(entra.post("/scim/v2/Users", other), 409, "uniqueness")
        assert not User.objects.get_queryset().filter(email="other@example.com").exists()

    def test_an_address_alone_is_enough(self, entra: APIClient) -> None:
        made = entra.post("/scim/v2/Users", {"schemas": [USER], "USERNAME": "li.na@example.com"}).json()

        user = User.objects.get(pk=made["id"])
        assert (user.email, user.full_name, user.is_active) == ("li.na@example.com", "li.na", True)

    @pytest.mark.parametrize("active", [False, "False", "false"])
    def test_can_be_made_switched_off(self, entra: APIClient, active: Any) -> None:
        made = entra.post("/scim/v2/Users", FROM_ENTRA | {"active": active}).json()

        assert made["active"] is False
        assert not User.objects.get(pk=made["id"]).is_active

    @pytest.mark.parametrize(
        ("given", "scim_type"),
        [
            ({}, "invalidSyntax"),
            ([], "invalidSyntax"),
            ({"userName": ""}, "invalidValue"),
            ({"userName": "alind"}, "invalidValue"),
            ({"userName": 17}, "invalidValue"),
            ({"userName": "a\u0000b@example.com"}, "invalidValue"),
            ({"userName": "x" * 300 + "@example.com"}, "invalidValue"),
            (FROM_ENTRA | {"emails": [{"value": "nobody"}]}, "invalidValue"),
            (FROM_ENTRA | {"emails": "nobody"}, "invalidValue"),
            (FROM_ENTRA | {"active": "perhaps"}, "invalidValue"),
            (FROM_ENTRA | {"externalId": "\u0000"}, "invalidValue"),
            (FROM_ENTRA | {"name": {"familyName": "\u0000"}}, "invalidValue"),
            (FROM_ENTRA | {"name": {"familyName": "x" * 81}}, "invalidValue"),
        ],
    )
    def test_refuses_nonsense(self, entra: APIClient, given: Any, scim_type: str) -> None:
        assert_scim_error(entra.post("/scim/v2/Users", given), 400, scim_type)
        assert User.objects.get_queryset().count() == 0

    def test_a_body_that_is_no_json_is_refused(self, entra: APIClient) -> None:
        answer = entra.generic("POST", "/scim/v2/Users", "{", content_type="application/scim+json")

        assert_scim_error(answer, 400, "invalidSyntax")
        xml = entra.generic("POST", "/scim/v2/Users", "<a/>", content_type="text/xml")
        assert_scim_error(xml, 415)


@pytest.mark.django_db(transaction=True)
def test_the_same_create_many_times_at_once_makes_one_person(systems: None) -> None:
    client = client_named("entra")

    answers = at_once(lambda _: client.post("/scim/v2/Users", FROM_ENTRA).status_code, 8, threads=8)

    assert sorted(answers) == [201] + [409] * 7
    assert User.objects.get_queryset().filter(email="anna.lind@example.com").count() == 1


class TestFind:
    @pytest.fixture
    def people(self, entra: APIClient) -> None:
        entra.post("/scim/v2/Users", FROM_ENTRA)
        a_person("Bea", "Berg", email="bea@example.com")
        a_person("Cai", "Lind", email="cai@example.com", is_active=False)

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ('userName eq "anna.lind@CORP.onmicrosoft.com"', ["Anna.Lind@corp.onmicrosoft.com"]),
            ('USERNAME Eq "bea@example.com"', ["bea@example.com"]),
            ('userName eq "anna.lind@example.com"', []),
            (f'{USER}:userName eq "bea@example.com"', ["bea@example.com"]),
            ('externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"', ["Anna.Lind@corp.onmicrosoft.com"]),
            ('emails[type eq "work"].value eq "bea@example.com"', ["bea@example.com"]),
            ('emails[type eq "work" and value eq "bea@example.com"]', ["bea@example.com"]),
            ('emails.value sw "CAI"', ["cai@example.com"]),
            ('emails eq "cai@example.com"', ["cai@example.com"]),
            ('emails[type eq "home"].value eq "bea@example.com"', []),
            ('active eq "False"', ["cai@example.com"]),
            ("active eq false", ["cai@example.com"]),
            ("not (active eq true)", ["cai@example.com"]),
            ("externalId pr", ["Anna.Lind@corp.onmicrosoft.com"]),
            ('name.familyName eq "lind" and active eq true', ["Anna.Lind@corp.onmicrosoft.com"]),
            (f'{ENTERPRISE}:department eq "sales"', ["Anna.Lind@corp.onmicrosoft.com"]),
            ('userName ne "bea@example.com" and active eq true', ["Anna.Lind@corp.onmicrosoft.com"]),
            # `and` binds tighter than `or`, whichever comes first.
            (
                'userName eq "bea@example.com" or name.familyName eq "Lind" and active eq false',
                ["bea@example.com", "cai@example.com"],
            ),
            (
                'active eq false and name.familyName eq "Lind" or userName eq "bea@example.com"',
                ["bea@example.com", "cai@example.com"],
            ),
            (
                '(userName eq "bea@example.com" or name.familyName eq "Lind") and active eq false',
                ["cai@example.com"],
            ),
            ('userName eq "a\\u0000b"', []),
            ('userName eq "a\\ud800b"', []),
            ('externalId co "\\udfff" or userName eq "bea@example.com"', ["bea@example.com"]),
            ('id eq "nonsense"', []),
        ],
    )
    def test_filters(self, entra: APIClient, people: None, text: str, found: list[str]) -> None:
        assert find(entra, text) == found

    @pytest.mark.parametrize(
        "text",
        [
            "userName eq",
            "userName eq 'x'",
            'shoeSize eq "44"',
            'userName eq "x" and',
            'active gt "x"',
            "id gt 1",
            "(((",
            "active eq 5",
            "userName eq 5",
            'urn:x:1.0:User:userName eq "x"',
            "x" * 5000,
        ],
    )
    def test_a_filter_that_cannot_be_used_is_refused(self, entra: APIClient, text: str) -> None:
        assert_scim_error(entra.get("/scim/v2/Users", {"filter": text}), 400, "invalidFilter")

    def test_what_one_client_says_is_its_own(self, entra: APIClient, okta: APIClient, people: None) -> None:
        assert find(okta, 'externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"') == []
        assert find(okta, 'userName eq "anna.lind@example.com"') == ["anna.lind@example.com"]

    def test_pages(self, entra: APIClient, people: None) -> None:
        def page(**query: Any) -> tuple[int, int, int, list[str]]:
            body = entra.get("/scim/v2/Users", query).json()
            names = [found["userName"] for found in body.get("Resources", [])]
            return body["totalResults"], body["startIndex"], body["itemsPerPage"], names

        everybody = ["Anna.Lind@corp.onmicrosoft.com", "bea@example.com", "cai@example.com"]
        assert page() == (3, 1, 3, everybody)
        assert page(startIndex=2, count=1) == (3, 2, 1, everybody[1:2])
        assert page(startIndex=0, count=2) == (3, 1, 2, everybody[:2])
        assert page(startIndex=9) == (3, 9, 0, [])
        assert page(count=0) == page(count=-3) == (3, 1, 0, [])
        assert page(aadOptscim062020="") == (3, 1, 3, everybody)
        assert_scim_error(entra.get("/scim/v2/Users", {"count": "many"}), 400, "invalidValue")

    def test_shows_what_is_asked_for(self, entra: APIClient, people: None) -> None:
        (only,) = entra.get("/scim/v2/Users", {"filter": "externalId pr", "attributes": "userName"}).json()["Resources"]
        (all_but,) = entra.get("/scim/v2/Users", {"filter": "externalId pr", "excludedAttributes": "emails"}).json()[
            "Resources"
        ]

        assert set(only) == {"schemas", "id", "userName"}
        assert "emails" not in all_but
        assert "name" in all_but

    def test_searches_by_post(self, entra: APIClient, people: None) -> None:
        schemas = ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]
        body = {"schemas": schemas, "filter": 'userName sw "bea"', "startIndex": 1, "count": 10}

        assert entra.post("/scim/v2/Users/.search", body).json()["totalResults"] == 1

    @pytest.mark.parametrize("user_id", ["0", "x", "9" * 30, "-1", "%00"])
    def test_who_is_not_there_is_not_found(self, entra: APIClient, user_id: str) -> None:
        assert_scim_error(entra.get(f"/scim/v2/Users/{user_id}"), 404)
        assert_scim_error(patch(entra, user_id, {"op": "replace", "path": "active", "value": False}), 404)
        assert_scim_error(entra.put(f"/scim/v2/Users/{user_id}", FROM_OKTA), 404)
        assert_scim_error(entra.delete(f"/scim/v2/Users/{user_id}"), 404)


class TestChange:
    @pytest.mark.parametrize(
        "operation",
        [
            {"op": "Replace", "path": "active", "value": "False"},
            {"op": "replace", "path": "active", "value": False},
            {"op": "Replace", "path": "ACTIVE", "value": "false"},
            {"op": "replace", "value": {"active": False}},
            {"op": "Add", "value": {"Active": "False"}},
            {"op": "replace", "path": f"{USER}:active", "value": False},
        ],
    )
    def test_switches_off_at_once(self, entra: APIClient, agent: User, operation: dict[str, Any]) -> None:
        session = signed_in(agent)
        browser = APIClient()
        browser.credentials(HTTP_AUTHORIZATION=f"Bearer {session.access}")
        assert browser.get("/api/v1/users/me/").status_code == 200

        assert patch(entra, agent, operation).json()["active"] is False

        assert browser.get("/api/v1/users/me/").status_code == 401
        (news,) = published_messages("tts.revocations")
        assert (news["user_id"], news["reason"]) == (agent.pk, "deactivated")
        assert SecurityEvent.objects.get(kind="user_deactivated").details["api_key"].startswith("entra (")

    def test_switches_on_again(self, entra: APIClient) -> None:
        cai = a_person("Cai", "Lind", is_active=False)

        assert patch(entra, cai, {"op": "Replace", "path": "active", "value": "True"}).json()["active"] is True

    def test_as_entra_changes_a_person(self, entra: APIClient) -> None:
        user_id = entra.post("/scim/v2/Users", FROM_ENTRA).json()["id"]

        changed = patch(
            entra,
            user_id,
            {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "anna.berg@example.com"},
            {"op": "Replace", "path": "name.familyName", "value": "Berg"},
            {"op": "Replace", "path": "name.formatted", "value": "Anna Berg"},
            {"op": "Add", "path": f"{ENTERPRISE}:department", "value": "Support"},
            {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "17"},
            {"op": "Add", "path": 'phoneNumbers[type eq "work"].value', "value": "030 123"},
            {"op": "Replace", "path": "displayName", "value": "Berg, Anna"},
        ).json()

        user = User.objects.get(pk=user_id)
        assert (user.email, user.full_name, user.department) == ("anna.berg@example.com", "Anna Berg", "Support")
        assert (changed["displayName"], changed["userName"]) == ("Berg, Anna", FROM_ENTRA["userName"])

    def test_without_a_path_dotted_names_are_attributes(self, entra: APIClient) -> None:
        bea = a_person("Bea", "Berg")

        patch(entra, bea, {"op": "Replace", "value": {"name.givenName": "Beata", f"{ENTERPRISE}:department": "IT"}})

        bea.refresh_from_db()
        assert (bea.full_name, bea.department) == ("Beata Berg", "IT")

    def test_as_okta_names_the_id_beside_the_change(self, okta: APIClient) -> None:
        bea = a_person("Bea", "Berg")

        answer = patch(okta, bea, {"op": "replace", "value": {"id": str(bea.pk), "active": False}})

        assert (answer.status_code, answer.json()["active"]) == (200, False)

    def test_as_okta_replaces_a_person(self, okta: APIClient) -> None:
        made = okta.post("/scim/v2/Users", FROM_OKTA).json()
        body = made | {"name": {"givenName": "Another", "familyName": "User"}, "active": False}
        answer = okta.put(f"/scim/v2/Users/{made['id']}", body)

        user = User.objects.get(pk=made["id"])
        assert answer.status_code == 200
        assert (user.full_name, user.is_active) == ("Another User", False)
        assert user.email == "test.user@okta.example.com"

    def test_what_a_replacement_leaves_out_stays(self, entra: APIClient) -> None:
        user_id = entra.post("/scim/v2/Users", FROM_ENTRA).json()["id"]

        after = entra.put(f"/scim/v2/Users/{user_id}", {"schemas": [USER], "userName": FROM_ENTRA["userName"]}).json()

        assert after[ENTERPRISE] == {"department": "Sales"}
        assert (after["active"], after["externalId"]) == (True, FROM_ENTRA["externalId"])

    def test_the_address_follows_a_name_that_was_the_address(self, okta: APIClient) -> None:
        made = okta.post("/scim/v2/Users", FROM_OKTA).json()

        patch(okta, made["id"], {"op": "replace", "path": "userName", "value": "renamed@okta.example.com"})

        assert User.objects.get(pk=made["id"]).email == "renamed@okta.example.com"

    @pytest.mark.parametrize("by_patch", [False, True])
    def test_an_address_that_the_request_names_does_not_follow(self, okta: APIClient, by_patch: bool) -> None:
        made = okta.post("/scim/v2/Users", FROM_OKTA).json()
        named = {"userName": "renamed@okta.example.com", "emails": FROM_OKTA["emails"]}
        if by_patch:
            answer = patch(okta, made["id"], {"op": "replace", "value": named})
        else:
            answer = okta.put(f"/scim/v2/Users/{made['id']}", FROM_OKTA | named)

        assert answer.json()["userName"] == "renamed@okta.example.com"
        assert User.objects.get(pk=made["id"]).email == "test.user@okta.example.com"

    def test_without_an_address_the_name_must_be_one(self, okta: APIClient) -> None:
        made = okta.post("/scim/v2/Users", FROM_OKTA).json()

        assert_scim_error(patch(okta, made["id"], {"op": "remove", "path": "emails"}), 400, "mutability")
        alone = {"op": "replace", "path": "userName", "value": "tuser"}
        assert patch(okta, made["id"], alone).json()["userName"] == "tuser"
        assert User.objects.get(pk=made["id"]).email == "test.user@okta.example.com"

    def test_taking_over_a_person_who_is_here_already(self, entra: APIClient) -> None:
        bea = a_person("Bea", "Berg", email="bea@example.com")
        assert find(entra, 'userName eq "bea@example.com"') == ["bea@example.com"]

        patch(
            entra,
            bea,
            {"op": "Add", "path": "externalId", "value": "B-1"},
            {"op": "Replace", "path": "userName", "value": "BBerg@corp.example.com"},
            {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "bea@example.com"},
        )

        bea.refresh_from_db()
        assert bea.has_usable_password()
        assert find(entra, 'externalId eq "B-1"') == ["BBerg@corp.example.com"]
        assert find(entra, 'userName eq "bberg@corp.example.com"') == ["BBerg@corp.example.com"]

    @pytest.mark.parametrize(
        ("operation", "status", "scim_type"),
        [
            ({"op": "Replace", "path": "id", "value": "5"}, 400, "mutability"),
            ({"op": "Remove", "path": "userName"}, 400, "mutability"),
            ({"op": "remove"}, 400, "noTarget"),
            ({"op": "destroy", "path": "active"}, 400, "invalidValue"),
            ({"op": "replace", "path": "active", "value": "perhaps"}, 400, "invalidValue"),
            ({"op": "replace", "path": "emails[", "value": "x"}, 400, "invalidPath"),
            ({"op": "replace", "path": 'emails[type eq "work"].value', "value": "x"}, 400, "invalidValue"),
            (
                {"op": "replace", "path": 'emails[type eq "work"].value', "value": "taken@example.com"},
                409,
                "uniqueness",
            ),
            ({"op": "replace", "path": "name.familyName", "value": "\u0000"}, 400, "invalidValue"),
        ],
    )
    def test_refuses_what_cannot_be(
        self, entra: APIClient, operation: dict[str, Any], status: int, scim_type: str
    ) -> None:
        a_person("Tia", "Taken", email="taken@example.com")
        bea = a_person("Bea", "Berg")
        before = entra.get(f"/scim/v2/Users/{bea.pk}").json()

        assert_scim_error(
            patch(entra, bea, {"op": "replace", "path": "externalId", "value": "B-1"}, operation), status, scim_type
        )
        assert entra.get(f"/scim/v2/Users/{bea.pk}").json() == before

    def test_saying_the_same_again_changes_nothing(self, entra: APIClient) -> None:
        user_id = entra.post("/scim/v2/Users", FROM_ENTRA).json()["id"]
        before = User.objects.get(pk=user_id).version, SecurityEvent.objects.count()

        assert entra.put(f"/scim/v2/Users/{user_id}", FROM_ENTRA).status_code == 200
        assert patch(entra, user_id, {"op": "Replace", "path": "active", "value": "True"}).status_code == 200

        assert (User.objects.get(pk=user_id).version, SecurityEvent.objects.count()) == before

    def test_the_last_administrator_stays(self, entra: APIClient, admin: User) -> None:
        session = signed_in(admin)

        off = patch(entra, admin, {"op": "Replace", "path": "active", "value": "False"})
        gone = entra.delete(f"/scim/v2/Users/{admin.pk}")

        for answer in (off, gone):
            assert "[last_admin]" in assert_scim_error(answer, 409)["detail"]
        assert User.objects.get(pk=admin.pk).is_active
        assert RefreshSession.objects.live(timezone.now()).filter(sid=session.sid).exists()


class TestDelete:
    def test_ends_sessions_and_frees_the_names(self, entra: APIClient) -> None:
        user_id = entra.post("/scim/v2/Users", FROM_ENTRA).json()["id"]
        browser = client_of(User.objects.get(pk=user_id))

        assert entra.delete(f"/scim/v2/Users/{user_id}").status_code == 204

        assert browser.get("/api/v1/users/me/").status_code == 401
        assert [news["user_id"] for news in published_messages("tts.revocations")] == [int(user_id)]
        assert SecurityEvent.objects.get(kind="user_deleted").details["api_key"].startswith("entra (")
        assert_scim_error(entra.get(f"/scim/v2/Users/{user_id}"), 404)
        assert entra.post("/scim/v2/Users", FROM_ENTRA).status_code == 201
