"""People, as administrators manage them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from security.models import SecurityEvent
from signin import guard
from signin.models import RateCounter, RefreshSession
from ticketing_testing.clients import assert_problem, published_messages
from users.models import User
from users.tests.factories import PASSWORD, a_person, at_once, client_of, give, signed_in

pytestmark = pytest.mark.django_db

NEW = {"email": "Lena.Fischer@Example.com", "first_name": "Lena", "last_name": "Fischer"}


@pytest.fixture
def desk(admin: User) -> APIClient:
    """The administrator's client."""
    return client_of(admin)


class TestWhoMay:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("get", "/api/v1/users/"),
            ("post", "/api/v1/users/"),
            ("get", "/api/v1/users/{id}/"),
            ("put", "/api/v1/users/{id}/"),
            ("patch", "/api/v1/users/{id}/"),
            ("delete", "/api/v1/users/{id}/"),
            ("post", "/api/v1/users/{id}/activate/"),
            ("post", "/api/v1/users/{id}/deactivate/"),
            ("post", "/api/v1/users/{id}/unlock/"),
        ],
    )
    def test_only_administrators(self, agent: User, requester: User, admin: User, method: str, path: str) -> None:
        where = path.format(id=admin.pk)

        assert_problem(getattr(APIClient(), method)(where, NEW), 401, "not_authenticated")
        for person in (agent, requester):
            assert_problem(getattr(client_of(person), method)(where, NEW), 403, "permission_denied")
        assert User.objects.get(pk=admin.pk).is_active

    def test_an_admin_of_another_system_is_no_admin_here(self, requester: User) -> None:
        give(requester, "Admin", system="hdts")

        assert_problem(client_of(requester).get("/api/v1/users/"), 403)


class TestList:
    def test_shows_people_with_their_roles_in_order_of_name(self, desk: APIClient, agent: User, admin: User) -> None:
        body = desk.get("/api/v1/users/").json()

        assert body["count"] == 2
        assert [row["full_name"] for row in body["results"]] == ["Miriam Castellanos", "Priya Raman"]
        assert body["results"][1]["roles"] == {"tts": ["Agent", "IT Support"]}
        assert "password" not in body["results"][0]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("search=raman", ["Priya Raman"]),
            ("search=priya raman", ["Priya Raman"]),
            ("role=Admin", ["Miriam Castellanos"]),
            ("system=tts&role=IT Support", ["Priya Raman"]),
            ("system=hdts&role=Agent", []),
            ("is_active=false", []),
            ("is_locked=true", []),
            ("department=IT Department", ["Priya Raman"]),
            ("ordering=-first_name", ["Priya Raman", "Miriam Castellanos"]),
        ],
    )
    def test_searches_filters_and_orders(self, desk: APIClient, agent: User, query: str, found: list[str]) -> None:
        User.objects.get_queryset().filter(pk=agent.pk).update(department="IT Department")

        rows = desk.get(f"/api/v1/users/?{query}").json()["results"]

        assert [row["full_name"] for row in rows] == found

    @pytest.mark.parametrize("query", ["rolle=Admin", "ordering=password", "is_active=perhaps", "page=0", "page=x"])
    def test_refuses_what_it_does_not_know(self, desk: APIClient, query: str) -> None:
        response = desk.get(f"/api/v1/users/?{query}")

        assert_problem(response, 404 if query.startswith("page") else 400)

    def test_takes_the_same_few_statements_for_one_and_for_thirty(self, desk: APIClient, systems: None) -> None:
        counts = []
        for number in range(2):
            with CaptureQueriesContext(connection) as queries:
                desk.get("/api/v1/users/?page_size=100")
            counts.append(len(queries))
            if number == 0:
                for index in range(30):
                    a_person("Amara", f"Okafor{index}", tts=["Agent"])

        assert counts[0] == counts[1]
        assert counts[0] <= 6


class TestCreate:
    def test_adds_a_person_and_tells_the_others(self, desk: APIClient, admin: User) -> None:
        response = desk.post("/api/v1/users/", {**NEW, "roles": [{"system": "tts", "role": "agent"}]})

        body = response.json()
        assert response.status_code == 201
        assert (body["email"], body["username"]) == ("lena.fischer@example.com", "lena.fischer")
        assert body["roles"] == {"tts": ["Agent"]}
        assert (body["has_password"], body["can_sign_in"]) == (False, False)
        (hold,) = published_messages("role.tasks.sync_user_system_role")
        assert (hold["user_id"], hold["role_name"], hold["action"]) == (body["id"], "Agent", "upsert")
        last = published_messages("users.tasks.sync_user")[-1]
        assert (last["user_id"], last["roles"], last["version"]) == (body["id"], {"tts": ["Agent"]}, body["version"])
        assert SecurityEvent.objects.get(kind="user_created", user_id=body["id"]).actor_id == admin.pk

    def test_finds_a_free_user_name(self, desk: APIClient) -> None:
        first = desk.post("/api/v1/users/", NEW).json()
        second = desk.post("/api/v1/users/", {**NEW, "email": "lena.fischer@example.org"}).json()

        assert (first["username"], second["username"]) == ("lena.fischer", "lena.fischer2")

    def test_refuses_an_address_that_is_taken_in_any_case(self, desk: APIClient, agent: User) -> None:
        response = desk.post("/api/v1/users/", {**NEW, "email": agent.email.upper()})

        assert_problem(response, 409, "email_taken", attr="email")

    @pytest.mark.django_db(transaction=True)
    def test_of_ten_equal_people_at_once_one_is_added(self, admin: User) -> None:
        access = signed_in(admin).access

        def add(_: int) -> int:
            client = APIClient()
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
            return int(client.post("/api/v1/users/", {**NEW, "username": "lena"}).status_code)

        answers = at_once(add, 10, threads=10)

        assert sorted(answers) == [201] + [409] * 9

    def test_a_retry_with_the_same_key_adds_nobody_twice(self, desk: APIClient) -> None:
        one = desk.post("/api/v1/users/", NEW, HTTP_IDEMPOTENCY_KEY="k1")
        two = desk.post("/api/v1/users/", NEW, HTTP_IDEMPOTENCY_KEY="k1")

        assert one.json() == two.json()
        assert two.status_code == 201

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("email", "no address"),
            ("last_name", ""),
            ("first_name", "\u200b\u3164"),
            ("email", "x@example.com\u200b"),
            ("time_zone", "Mars/Olympus"),
            ("language", "tlh"),
            ("first_name", "Lena\nBcc: x@example.com"),
            ("first_name", "x" * 81),
            ("last_name", "a\x00b"),
            ("username", "Lena Fischer"),
            ("phone_number", "0151"),
            ("password", "short"),
            ("password", "password1234"),
            ("password", "lena.fischer@example"),
            ("is_active", False),
            ("is_demo", True),
            ("version", 7),
            ("token_version", 7),
            ("locked_until", None),
        ],
    )
    def test_refuses_bad_and_foreign_fields(self, desk: APIClient, field: str, value: Any) -> None:
        assert_problem(desk.post("/api/v1/users/", {**NEW, field: value}), 400, attr=field)
        assert User.objects.count() == 1

    def test_refuses_a_role_that_does_not_exist_and_adds_nobody(self, desk: APIClient) -> None:
        response = desk.post("/api/v1/users/", {**NEW, "roles": [{"system": "tts", "role": "Emperor"}]})

        assert_problem(response, 404, attr="roles")
        assert User.objects.count() == 1


class TestChange:
    def test_bumps_the_version_and_tells_names_everywhere(self, desk: APIClient, agent: User) -> None:
        response = desk.patch(f"/api/v1/users/{agent.pk}/", {"last_name": "Raman-Weiss"})

        assert response.json()["full_name"] == "Priya Raman-Weiss"
        assert response.json()["version"] == agent.version + 1
        people = published_messages("users.tasks.sync_user")
        assert [person["full_name"] for person in people] == ["Priya Raman-Weiss"] * 2
        holds = published_messages("role.tasks.sync_user_system_role")
        assert {(hold["user_full_name"], hold["version"]) for hold in holds} == {("Priya Raman-Weiss", 2)}

    def test_without_a_change_says_nothing(self, desk: APIClient, agent: User) -> None:
        desk.patch(f"/api/v1/users/{agent.pk}/", {"last_name": "Raman"})

        assert published_messages() == []

    def test_tells_the_old_address_of_a_new_one(self, desk: APIClient, agent: User) -> None:
        desk.patch(f"/api/v1/users/{agent.pk}/", {"email": "priya@example.org"})

        (mail,) = published_messages("notifications.send_email")
        assert (mail["notification_type"], mail["user_email"]) == ("profile_change", "priya.raman@example.com")

    @pytest.mark.parametrize(
        "field",
        ["id", "is_active", "roles", "version", "token_version", "password", "otp_method", "is_staff", "avatar"],
    )
    def test_refuses_fields_that_are_not_for_writing(self, desk: APIClient, agent: User, field: str) -> None:
        before = User.objects.filter(pk=agent.pk).values().get()

        assert_problem(desk.patch(f"/api/v1/users/{agent.pk}/", {field: 1}), 400, attr=field)
        assert User.objects.filter(pk=agent.pk).values().get() == before

    def test_unknown_people_are_not_found(self, desk: APIClient) -> None:
        for path in ("/api/v1/users/999999/", "/api/v1/users/999999999999999999/"):
            assert_problem(desk.patch(path, {"last_name": "X"}), 404)
            assert_problem(desk.get(path), 404)
            assert_problem(desk.delete(path), 404)


class TestActivation:
    def test_deactivation_ends_everything_at_once(self, desk: APIClient, agent: User) -> None:
        session = client_of(agent)

        response = desk.post(f"/api/v1/users/{agent.pk}/deactivate/")

        assert response.json()["is_active"] is False
        assert_problem(session.get("/api/v1/users/me/"), 401, "token_revoked")
        assert not RefreshSession.objects.filter(user=agent, revoked_at=None).exists()
        (news,) = published_messages("tts.revocations")
        agent.refresh_from_db()
        assert (news["user_id"], news["sid"]) == (agent.pk, None)
        assert news["min_version"] == agent.token_version
        holds = published_messages("role.tasks.sync_user_system_role")
        assert [(hold["is_active"], hold["version"]) for hold in holds] == [(False, 2)] * 2
        assert {person["is_active"] for person in published_messages("users.tasks.sync_user")} == {False}

    def test_activation_brings_the_holds_back(self, desk: APIClient, agent: User) -> None:
        desk.post(f"/api/v1/users/{agent.pk}/deactivate/")
        desk.post(f"/api/v1/users/{agent.pk}/activate/")

        holds = published_messages("role.tasks.sync_user_system_role")[-2:]
        assert [(hold["is_active"], hold["version"]) for hold in holds] == [(True, 3)] * 2
        sign_in = APIClient().post("/login/", {"email": agent.email, "password": PASSWORD})
        assert sign_in.status_code == 200

    def test_the_last_admin_stays(self, desk: APIClient, admin: User) -> None:
        assert_problem(desk.post(f"/api/v1/users/{admin.pk}/deactivate/"), 409, "last_admin")
        assert_problem(desk.delete(f"/api/v1/users/{admin.pk}/"), 409, "last_admin")

    def test_an_inactive_admin_does_not_count(self, desk: APIClient, admin: User) -> None:
        other = a_person("Grace", "Lindqvist", tts=["Admin"])
        desk.post(f"/api/v1/users/{other.pk}/deactivate/")

        assert_problem(desk.post(f"/api/v1/users/{admin.pk}/deactivate/"), 409, "last_admin")

    @pytest.mark.django_db(transaction=True)
    def test_two_admins_who_remove_each_other_do_not_both_succeed(self, admin: User) -> None:
        other = a_person("Grace", "Lindqvist", tts=["Admin"])
        tokens = [signed_in(admin).access, signed_in(other).access]
        targets = [other.pk, admin.pk]

        def remove(number: int) -> int:
            client = APIClient()
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens[number]}")
            return int(client.post(f"/api/v1/users/{targets[number]}/deactivate/").status_code)

        answers = at_once(remove, 2, threads=2)

        assert User.objects.active().filter(pk__in=targets).count() == 1
        assert 200 in answers


class TestUnlock:
    def test_ends_the_lock_and_forgets_the_tries(self, desk: APIClient, agent: User) -> None:
        for _ in range(5):
            APIClient().post("/login/", {"email": agent.email, "password": "wrong"})

        assert desk.post(f"/api/v1/users/{agent.pk}/unlock/").json()["is_locked"] is False

        assert not RateCounter.objects.filter(scope=guard.ACCOUNT_AT_ADDRESS.scope).exists()
        assert APIClient().post("/login/", {"email": agent.email, "password": PASSWORD}).status_code == 200


class TestDelete:
    def test_takes_the_roles_back_before_the_person_goes(self, desk: APIClient, agent: User) -> None:
        session = client_of(agent)

        assert desk.delete(f"/api/v1/users/{agent.pk}/").status_code == 204

        holds = published_messages("role.tasks.sync_user_system_role")
        assert [(hold["action"], hold["version"]) for hold in holds] == [("delete", 2)] * 2
        people = published_messages("users.tasks.sync_user")
        assert {(person["is_active"], person["version"] > agent.version) for person in people} == {(False, True)}
        assert_problem(session.get("/api/v1/users/me/"), 401, "token_revoked")
        assert SecurityEvent.objects.filter(kind="user_deleted", user_id=agent.pk).exists()


class TestMe:
    def test_shows_oneself(self, requester: User) -> None:
        body = client_of(requester).get("/api/v1/users/me/").json()

        assert (body["user_id"], body["roles"]) == (requester.pk, {"tts": ["User"]})

    def test_changes_the_own_name_and_nothing_more(self, requester: User) -> None:
        client = client_of(requester)

        assert client.patch("/api/v1/users/me/", {"first_name": "Jon"}).json()["first_name"] == "Jon"
        for field in ("roles", "department", "company_id", "is_active"):
            assert_problem(client.patch("/api/v1/users/me/", {field: "x"}), 400, attr=field)
