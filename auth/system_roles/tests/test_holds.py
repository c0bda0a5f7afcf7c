"""Who holds which role: messages, tokens, and the last administrator."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from security.models import SecurityEvent
from security.services import OPERATOR
from system_roles.models import UserSystemRole
from system_roles.services import LastMember, remove_hold
from ticketing_common.contracts.messages import SyncUserSystemRole
from ticketing_testing.clients import assert_problem, published_messages
from users.models import User
from users.tests.factories import a_person, a_role, at_once, client_of, give, signed_in

pytestmark = pytest.mark.django_db

HOLDS = "role.tasks.sync_user_system_role"


@pytest.fixture
def desk(admin: User) -> APIClient:
    return client_of(admin)


def hold_of(user: User, role: str) -> UserSystemRole:
    return UserSystemRole.objects.get(user=user, role__name=role)


class TestAssign:
    def assign(self, desk: APIClient, user: User, role: str, *, system: str = "tts", **given: Any) -> Any:
        return desk.post(
            "/api/v1/user-system-roles/", {"user_id": user.pk, "role_id": a_role(role, system=system).pk, **given}
        )

    def test_gives_the_role_and_sends_it_to_the_workflow_api(self, desk: APIClient, agent: User) -> None:
        response = self.assign(desk, agent, "IT Lead", settings={"capacity": 5})

        (message,) = published_messages(HOLDS)
        body = response.json()
        assert response.status_code == 201
        assert (body["user"], body["role_name"]) == ({"user_id": agent.pk, "full_name": "Priya Raman"}, "IT Lead")
        assert SyncUserSystemRole.parse(message).user_system_role_id == body["id"]
        assert (message["is_active"], message["settings"], message["version"]) == (True, {"capacity": 5}, 1)
        assert SecurityEvent.objects.filter(kind="role_assigned", user_id=agent.pk).count() == 3

    def test_roles_of_other_systems_are_not_sent_there(self, desk: APIClient, agent: User) -> None:
        self.assign(desk, agent, "Asset Manager", system="ams")

        assert published_messages(HOLDS) == []
        assert published_messages("users.tasks.sync_user")[-1]["roles"]["ams"] == ["Asset Manager"]

    def test_reaches_the_person_at_once(self, desk: APIClient, agent: User) -> None:
        session = signed_in(agent)
        self.assign(desk, agent, "IT Lead")

        me = APIClient().get("/api/v1/users/me/", HTTP_AUTHORIZATION=f"Bearer {session.access}")

        assert_problem(me, 401, "token_revoked")  # fetch a new one, with the new role
        renewed = APIClient().post("/token/refresh/", {"refresh": session.refresh})
        assert renewed.status_code == 200

    def test_twice_is_a_conflict(self, desk: APIClient, agent: User) -> None:
        self.assign(desk, agent, "IT Lead")

        assert_problem(self.assign(desk, agent, "IT Lead"), 409, "role_already_held")

    @pytest.mark.django_db(transaction=True)
    def test_of_ten_at_once_one_succeeds(self, admin: User, agent: User) -> None:
        access, role = signed_in(admin).access, a_role("IT Lead")

        def assign(_: int) -> int:
            client = APIClient()
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
            answer = client.post("/api/v1/user-system-roles/", {"user_id": agent.pk, "role_id": role.pk})
            return int(answer.status_code)

        assert sorted(at_once(assign, 10, threads=10)) == [201] + [409] * 9

    @pytest.mark.parametrize("given", [{"user_id": 999999}, {"role_id": 999999}])
    def test_unknown_people_and_roles_are_not_found(self, desk: APIClient, agent: User, given: dict[str, int]) -> None:
        body = {"user_id": agent.pk, "role_id": a_role("IT Lead").pk} | given

        assert_problem(desk.post("/api/v1/user-system-roles/", body), 404, attr=next(iter(given)))

    def test_nobody_else_may(self, agent: User, requester: User) -> None:
        for person in (agent, requester):
            response = self.assign(client_of(person), person, "Admin")
            assert_problem(response, 403, "permission_denied")
        assert not UserSystemRole.objects.filter(role__name="Admin").exists()


class TestSwitch:
    def test_off_takes_effect_and_on_gives_back(self, desk: APIClient, agent: User) -> None:
        hold = hold_of(agent, "IT Support")

        off = desk.patch(f"/api/v1/user-system-roles/{hold.pk}/", {"is_active": False}).json()
        on = desk.patch(f"/api/v1/user-system-roles/{hold.pk}/", {"is_active": True}).json()

        assert (off["is_effective"], on["is_effective"]) == (False, True)
        sent = [(message["is_active"], message["version"]) for message in published_messages(HOLDS)]
        assert sent == [(False, 2), (True, 3)]
        people = [person["roles"]["tts"] for person in published_messages("users.tasks.sync_user")]
        assert people == [["Agent"]] * 2 + [["Agent", "IT Support"]] * 2

    def test_settings_alone_leave_tokens_alone(self, desk: APIClient, agent: User) -> None:
        hold, session = hold_of(agent, "IT Support"), client_of(agent)

        desk.patch(f"/api/v1/user-system-roles/{hold.pk}/", {"settings": {"capacity": 3}})

        assert published_messages(HOLDS)[0]["settings"] == {"capacity": 3}
        assert session.get("/api/v1/users/me/").status_code == 200

    def test_refuses_settings_without_measure(self, desk: APIClient, agent: User) -> None:
        hold = hold_of(agent, "IT Support")

        response = desk.patch(f"/api/v1/user-system-roles/{hold.pk}/", {"settings": {"x": "y" * 5000}})

        assert_problem(response, 400, "too_large", attr="settings")

    def test_the_last_admin_stays_switched_on(self, desk: APIClient, admin: User) -> None:
        hold = hold_of(admin, "Admin")

        assert_problem(desk.patch(f"/api/v1/user-system-roles/{hold.pk}/", {"is_active": False}), 409, "last_admin")
        assert_problem(desk.delete(f"/api/v1/user-system-roles/{hold.pk}/"), 409, "last_admin")

    @pytest.mark.django_db(transaction=True)
    def test_of_two_last_admins_who_lose_the_role_at_once_one_keeps_it(self, admin: User) -> None:
        other = a_person("Grace", "Lindqvist", tts=["Admin"])
        holds = [hold_of(person, "Admin").pk for person in (admin, other)]

        def take(number: int) -> None:
            with contextlib.suppress(LastMember):
                remove_hold(hold_id=holds[number], by=OPERATOR, now=timezone.now())

        at_once(take, 2, threads=2)

        assert UserSystemRole.objects.filter(pk__in=holds).count() == 1


class TestRemove:
    def test_a_lost_role_is_lost_at_once(self, desk: APIClient, admin: User) -> None:
        other = a_person("Grace", "Lindqvist", tts=["Admin"])
        session = client_of(other)
        hold = hold_of(other, "Admin")

        assert desk.delete(f"/api/v1/user-system-roles/{hold.pk}/").status_code == 204

        assert_problem(session.get("/api/v1/users/"), 401, "token_revoked")
        (message,) = published_messages(HOLDS)
        assert (message["action"], message["version"]) == ("delete", 2)
        (news,) = published_messages("tts.revocations")
        assert (news["user_id"], news["reason"]) == (other.pk, "roles_changed")

    def test_a_role_given_again_is_a_new_assignment(self, desk: APIClient, agent: User) -> None:
        old = hold_of(agent, "IT Support").pk
        desk.delete(f"/api/v1/user-system-roles/{old}/")

        assert give(agent, "IT Support").pk != old


class TestList:
    def test_filters_by_person_role_and_system(self, desk: APIClient, agent: User) -> None:
        for query in (f"user_id={agent.pk}&role_name=agent", f"role_id={a_role('IT Support').pk}", "search=IT Support"):
            body = desk.get(f"/api/v1/user-system-roles/?{query}").json()
            assert [row["user"]["user_id"] for row in body["results"]] == [agent.pk], query
        assert desk.get("/api/v1/user-system-roles/?system=bms").json()["count"] == 0

    def test_takes_few_statements(self, desk: APIClient, agent: User) -> None:
        with CaptureQueriesContext(connection) as queries:
            desk.get("/api/v1/user-system-roles/")

        assert len(queries) <= 3
