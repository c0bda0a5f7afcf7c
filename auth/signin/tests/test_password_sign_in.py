"""Password sign-in can be switched off for each system; nobody is locked out for good by it."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from oidc.providers import create_provider
from security.models import SecurityEvent
from security.services import OPERATOR
from signin.models import LoginChallenge, RefreshSession
from signin.services import _hash_code
from system_roles.models import UserSystemRole
from systems.models import System
from ticketing_testing.clients import assert_problem
from users.models import User
from users.passwords import recovery_link
from users.tests.factories import PASSWORD, a_person, at_once, client_of, give, signed_in

pytestmark = pytest.mark.django_db

OFF = {"password_sign_in": False}


@pytest.fixture
def provider(systems: None) -> None:
    acme = {"slug": "acme", "name": "Acme", "issuer": "http://127.0.0.1:9", "client_id": "tts"}
    create_provider(values=acme, by=OPERATOR, now=timezone.now())


def url_of(slug: str) -> str:
    return f"/api/v1/systems/{System.objects.get(slug=slug).pk}/"


def switch_off(*slugs: str) -> None:
    System.objects.filter(slug__in=slugs).update(password_sign_in=False)


def log_in(user: User, password: str = PASSWORD) -> Any:
    return APIClient().post("/login/", {"email": user.email, "password": password})


class TestRefusal:
    def test_where_it_is_off_the_right_password_is_refused_and_recorded(self, agent: User) -> None:
        switch_off("tts")

        assert_problem(log_in(agent), 403, "password_sign_in_off")
        body = {"username": agent.email, "password": PASSWORD}
        assert_problem(APIClient().post("/token/", body), 403, "password_sign_in_off")

        assert not RefreshSession.objects.exists()
        event = SecurityEvent.objects.filter(kind="sign_in_failed").latest("id")
        assert (event.user_id, event.details) == (agent.pk, {"reason": "password_sign_in_off"})

    def test_a_wrong_password_learns_nothing_of_it(self, agent: User) -> None:
        switch_off("tts")
        wrong, unknown = (
            log_in(agent, "wrong"),
            APIClient().post("/login/", {"email": "x@example.com", "password": "x"}),
        )

        assert_problem(wrong, 401, "invalid_credentials")
        assert wrong.json() == unknown.json()

    def test_a_role_in_a_system_that_allows_it_is_enough(self, agent: User) -> None:
        switch_off("tts")
        give(agent, "Employee", system="hdts")
        assert log_in(agent).status_code == 200

        switch_off("hdts")
        assert_problem(log_in(agent), 403, "password_sign_in_off")

    def test_a_role_that_is_switched_off_does_not_count(self, agent: User) -> None:
        switch_off("tts")
        hold = give(agent, "Employee", system="hdts")
        hold.is_active = False
        hold.save()

        assert_problem(log_in(agent), 403, "password_sign_in_off")

    def test_administrators_always_get_in_those_of_other_systems_do_not(self, admin: User) -> None:
        other = a_person("Otto", "Other")
        give(other, "Admin", system="ams")
        switch_off("tts", "hdts", "ams", "bms")

        assert log_in(admin).status_code == 200
        assert_problem(log_in(other), 403, "password_sign_in_off")

    def test_a_new_password_is_no_way_round(self, agent: User) -> None:
        switch_off("tts")
        token = recovery_link(user_id=agent.pk, by=OPERATOR, now=timezone.now()).rpartition("/")[2]
        reset = APIClient().post("/api/v1/password/reset/", {"token": token, "password": "another long passphrase 7"})

        assert reset.status_code == 204, reset.content
        assert_problem(log_in(agent, "another long passphrase 7"), 403, "password_sign_in_off")

    def test_a_second_step_that_was_begun_before_is_refused_too(self, agent: User) -> None:
        agent.otp_method = User.OtpMethod.EMAIL
        agent.save()
        challenge = log_in(agent).json()["challenge"]
        row = LoginChallenge.objects.get()
        row.code_hash = _hash_code(row.token_hash, "123456")
        row.save()
        switch_off("tts")

        answer = APIClient().post("/login/otp/", {"challenge": challenge, "code": "123456"})

        assert_problem(answer, 403, "password_sign_in_off")
        assert not RefreshSession.objects.exists()


class TestSwitch:
    def test_an_administrator_switches_it_and_it_is_recorded(self, admin: User, provider: None) -> None:
        answer = client_of(admin).patch(url_of("tts"), OFF)

        assert (answer.status_code, answer.json()["password_sign_in"]) == (200, False)
        event = SecurityEvent.objects.get(kind="password_sign_in_changed")
        assert (event.actor_id, event.details) == (admin.pk, {"system": "tts", "is_on": False})
        again = client_of(admin).patch(url_of("tts"), OFF)
        assert again.status_code == 200
        assert SecurityEvent.objects.filter(kind="password_sign_in_changed").count() == 1

    def test_not_without_a_provider(self, admin: User) -> None:
        assert_problem(client_of(admin).patch(url_of("tts"), OFF), 409, "no_identity_provider", "password_sign_in")
        assert System.objects.get(slug="tts").password_sign_in is True

    def test_not_without_an_administrator_who_has_a_password(self, admin: User, provider: None) -> None:
        client = client_of(admin)
        admin.set_unusable_password()
        admin.save()

        assert_problem(client.patch(url_of("ams"), OFF), 409, "no_local_admin", "password_sign_in")
        assert client.patch(url_of("ams"), {"password_sign_in": True}).status_code == 200

    def test_only_administrators_switch_it(self, agent: User, provider: None) -> None:
        assert_problem(client_of(agent).patch(url_of("tts"), OFF), 403, "permission_denied")

    def test_a_change_of_the_name_leaves_it_as_it_is(self, admin: User) -> None:
        switch_off("ams")
        assert client_of(admin).patch(url_of("ams"), {"name": "Assets"}).json()["password_sign_in"] is False


class TestLocalAdministrator:
    @pytest.mark.parametrize("is_off", [True, False])
    def test_the_last_one_stays_while_others_need_the_provider(self, admin: User, is_off: bool) -> None:
        other = a_person("Grace", "Lindqvist", tts=["Admin"])
        other.set_unusable_password()
        other.save()
        if is_off:
            switch_off("hdts")
        path = f"/api/v1/users/{admin.pk}/"
        desk = client_of(admin)

        if is_off:
            assert_problem(desk.post(f"{path}deactivate/"), 409, "last_local_admin")
            assert_problem(desk.delete(path), 409, "last_local_admin")
            hold = UserSystemRole.objects.get(user=admin, role__name="Admin", system__slug="tts")
            assert_problem(desk.delete(f"/api/v1/user-system-roles/{hold.pk}/"), 409, "last_local_admin")
            assert desk.post(f"/api/v1/users/{other.pk}/deactivate/").status_code == 200
        else:
            assert desk.post(f"{path}deactivate/").status_code == 200

    @pytest.mark.django_db(transaction=True)
    def test_either_the_last_one_goes_or_it_is_switched_off(self, admin: User, provider: None) -> None:
        other = a_person("Grace", "Lindqvist", tts=["Admin"])
        other.set_unusable_password()
        other.save()
        token = signed_in(other).access

        def write(number: int) -> int:
            client = APIClient()
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
            if number == 0:
                return int(client.post(f"/api/v1/users/{admin.pk}/deactivate/").status_code)
            return int(client.patch(url_of("hdts"), OFF).status_code)

        assert sorted(at_once(write, 2, threads=2)) == [200, 409]
        admin.refresh_from_db()
        assert admin.is_active or System.objects.get(slug="hdts").password_sign_in
