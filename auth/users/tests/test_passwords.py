"""Forgotten, reset, changed passwords; invitations."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from security.models import SecurityEvent
from security.services import OPERATOR
from signin.models import RefreshSession
from ticketing_testing.clients import assert_problem, published_messages
from users import views_passwords
from users.models import PasswordLink, User
from users.services import set_active, update_user
from users.tests.factories import PASSWORD, a_person, at_once, client_of, signed_in

pytestmark = pytest.mark.django_db

NEW = "a quite different sentence"


@pytest.fixture(autouse=True)
def captcha() -> Any:
    with patch("users.passwords.captcha.check_solution") as check:
        yield check


@pytest.fixture
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests for a reset do not take the same quarter of a second, whoever is asked for."""
    monkeypatch.setattr(views_passwords, "FORGOT_SECONDS", 0.0)


def forgot(login: str, **headers: Any) -> Any:
    return APIClient().post("/api/v1/password/forgot/", {"email": login, "captcha": "solved"}, **headers)


def mails(kind: str) -> list[dict[str, Any]]:
    return [mail for mail in published_messages("notifications.send_email") if mail["notification_type"] == kind]


def token_of(kind: str) -> str:
    return str(mails(kind)[-1]["context"]["link"]).rsplit("/", 1)[1]


def reset(token: str, password: str = NEW) -> Any:
    return APIClient().post("/api/v1/password/reset/", {"token": token, "password": password})


def can_sign_in(user: User, password: str) -> bool:
    return bool(APIClient().post("/login/", {"email": user.email, "password": password}).status_code == 200)


class TestForgot:
    @pytest.mark.parametrize("login", ["priya.raman@example.com", "nobody@example.com"])
    def test_takes_its_time_whoever_is_asked_for(self, agent: User, login: str) -> None:
        began = time.monotonic()

        forgot(login)

        assert time.monotonic() - began >= views_passwords.FORGOT_SECONDS

    @pytest.mark.parametrize("who", ["known", "unknown", "inactive"])
    def test_answers_the_same_for_everybody(self, agent: User, who: str) -> None:
        if who == "inactive":
            set_active(user_id=agent.pk, is_active=False, by=OPERATOR, now=timezone.now())

        response = forgot("nobody@example.com" if who == "unknown" else agent.email)

        assert response.status_code == 202
        assert response.json() == {"detail": "If there is such an account, a link is on its way by mail."}
        assert len(mails("password_reset")) == (1 if who == "known" else 0)

    def test_mails_a_link_to_our_own_pages_whatever_the_host_header_says(self, agent: User) -> None:
        forgot(agent.email, HTTP_HOST="evil.example.com", HTTP_X_FORWARDED_HOST="evil.example.com")

        link = mails("password_reset")[0]["context"]["link"]
        assert link.startswith("https://desk.example.com/reset/")
        assert len(link.rsplit("/", 1)[1]) >= 43  # 256 bits

    def test_always_asks_for_a_captcha(self, agent: User, captcha: Any) -> None:
        from signin.captcha import CaptchaRequired

        captcha.side_effect = CaptchaRequired()

        assert_problem(forgot(agent.email), 403, "captcha_required")
        assert mails("password_reset") == []

    def test_sends_at_most_five_mails_an_hour_and_says_nothing_about_it(self, agent: User, no_wait: None) -> None:
        answers = {forgot(agent.email).status_code for _ in range(8)}

        assert answers == {202}
        assert len(mails("password_reset")) == 5

    def test_limits_the_requests_of_one_address(self, db: None, no_wait: None) -> None:
        answers = [forgot(f"person{number}@example.com").status_code for number in range(32)]

        assert answers == [202] * 30 + [429] * 2


class TestReset:
    def test_sets_the_password_and_ends_every_session(self, agent: User) -> None:
        session = signed_in(agent)
        forgot(agent.email)

        assert reset(token_of("password_reset")).status_code == 204

        assert can_sign_in(agent, NEW)
        assert not can_sign_in(agent, PASSWORD)
        assert_problem(APIClient().post("/token/refresh/", {"refresh": session.refresh}), 401, "token_revoked")
        (news,) = published_messages("tts.revocations")
        assert (news["user_id"], news["sid"], news["reason"]) == (agent.pk, None, "password_change")
        assert [mail["context"]["changes"] for mail in mails("profile_change")] == ["Your password was changed."]

    def test_opens_a_locked_account(self, agent: User) -> None:
        User.objects.get_queryset().update(locked_until=timezone.now() + timedelta(minutes=10))
        forgot(agent.email)
        reset(token_of("password_reset"))

        assert can_sign_in(agent, NEW)

    def test_does_not_skip_the_second_factor(self, systems: None) -> None:
        person = a_person("Samuel", "Osei", otp_method="email")
        forgot(person.email)
        reset(token_of("password_reset"))

        body = APIClient().post("/login/", {"email": person.email, "password": NEW}).json()

        assert body["otp_required"] is True

    def test_a_link_is_good_once(self, agent: User) -> None:
        forgot(agent.email)
        token = token_of("password_reset")
        reset(token)

        assert_problem(reset(token, "yet another sentence"), 400, "link_invalid", attr="token")

    @pytest.mark.django_db(transaction=True)
    def test_of_ten_uses_at_once_one_wins(self, agent: User) -> None:
        forgot(agent.email)
        token = token_of("password_reset")

        answers = at_once(lambda number: reset(token, f"sentence number {number}").status_code, 10, threads=10)

        assert sorted(answers) == [204] + [400] * 9

    def test_a_newer_link_replaces_the_older(self, agent: User) -> None:
        forgot(agent.email)
        old = token_of("password_reset")
        forgot(agent.email)

        assert_problem(reset(old), 400, "link_invalid")
        assert reset(token_of("password_reset")).status_code == 204

    def test_ends_after_half_an_hour(self, agent: User) -> None:
        forgot(agent.email)
        link = PasswordLink.objects.get()
        assert link.expires_at - link.created_at == timedelta(minutes=30)
        PasswordLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

        assert_problem(reset(token_of("password_reset")), 400, "link_invalid")

    @pytest.mark.parametrize("event", ["new address", "new password", "switched off"])
    def test_dies_with_a_change_of_the_account(self, agent: User, event: str) -> None:
        forgot(agent.email)
        token = token_of("password_reset")
        if event == "new address":
            update_user(user_id=agent.pk, changes={"email": "p@example.org"}, by=OPERATOR, now=timezone.now())
        elif event == "new password":
            body = {"current_password": PASSWORD, "new_password": "another sentence of mine"}
            client_of(agent).post("/api/v1/password/change/", body)
        else:
            set_active(user_id=agent.pk, is_active=False, by=OPERATOR, now=timezone.now())

        assert_problem(reset(token), 400, "link_invalid")

    def test_is_stored_hashed(self, agent: User) -> None:
        forgot(agent.email)

        assert token_of("password_reset") not in str(PasswordLink.objects.values().get())

    def test_a_weak_password_does_not_use_up_the_link(self, agent: User) -> None:
        forgot(agent.email)
        token = token_of("password_reset")

        assert_problem(reset(token, "short"), 400, "password_too_weak", attr="password")
        assert reset(token).status_code == 204

    def test_an_invitation_is_no_reset(self, agent: User) -> None:
        forgot(agent.email)
        token = token_of("password_reset")

        response = APIClient().post("/api/v1/invitations/accept/", {"token": token, "password": NEW})

        assert_problem(response, 400, "link_invalid")

    def test_guesses_are_limited_for_each_address(self, db: None) -> None:
        answers = [reset(f"guess{number}").status_code for number in range(32)]

        assert answers == [400] * 30 + [429] * 2


class TestPolicy:
    @pytest.mark.parametrize(
        "password",
        [
            "elevenchars",
            "password1234",
            "qwertyuiop123",
            "TicketTracking1",
            "helpdesk-2026",
            "aaaaaaaaaaaaaaaa",
            "priya.raman@example",
            "x" * 129,
        ],
    )
    def test_refuses_what_is_easily_guessed(self, agent: User, password: str) -> None:
        forgot(agent.email)

        assert_problem(reset(token_of("password_reset"), password), 400, "password_too_weak")

    @pytest.mark.parametrize(
        "password", ["lower case only words", "8 Ähren im Wind ☂", "q8Z-" * 16, "n4;K" * 32, "tickets for the opera"]
    )
    def test_accepts_long_ones_of_any_composition(self, agent: User, password: str) -> None:
        forgot(agent.email)

        assert reset(token_of("password_reset"), password).status_code == 204
        assert can_sign_in(agent, password)


class TestChange:
    def change(self, client: APIClient, current: str = PASSWORD, new: str = NEW) -> Any:
        return client.post("/api/v1/password/change/", {"current_password": current, "new_password": new})

    def test_ends_all_sessions_and_opens_a_fresh_one_here(self, agent: User) -> None:
        other, here = signed_in(agent), client_of(agent)

        response = self.change(here)

        assert response.status_code == 200
        bearer: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {response.json()['access']}"}
        assert APIClient().get("/api/v1/users/me/", **bearer).status_code == 200
        assert_problem(here.get("/api/v1/users/me/"), 401, "token_revoked")
        assert_problem(APIClient().post("/token/refresh/", {"refresh": other.refresh}), 401, "token_revoked")
        assert can_sign_in(agent, NEW)

    def test_needs_the_present_password(self, agent: User) -> None:
        client = client_of(agent)

        assert_problem(self.change(client, current="wrong"), 403, "password_wrong", attr="current_password")
        assert can_sign_in(agent, PASSWORD)

    def test_the_new_one_must_fit_the_policy(self, agent: User) -> None:
        assert_problem(self.change(client_of(agent), new="short"), 400, "password_too_weak", attr="new_password")

    def test_is_for_people_who_are_signed_in(self, db: None) -> None:
        assert_problem(self.change(APIClient()), 401)


class TestAdminReset:
    def test_mails_a_link_and_leaves_the_rest(self, admin: User, agent: User) -> None:
        response = client_of(admin).post(f"/api/v1/users/{agent.pk}/reset-password/")

        assert response.status_code == 202
        assert len(mails("password_reset")) == 1
        assert can_sign_in(agent, PASSWORD)

    def test_on_request_the_old_password_is_dead_at_once(self, admin: User, agent: User) -> None:
        signed_in(agent)
        client_of(admin).post(f"/api/v1/users/{agent.pk}/reset-password/", {"expire": True})

        assert not can_sign_in(agent, PASSWORD)
        assert not RefreshSession.objects.filter(user=agent, revoked_at=None).exists()
        assert reset(token_of("password_reset")).status_code == 204

    def test_only_admins(self, agent: User) -> None:
        assert_problem(client_of(agent).post(f"/api/v1/users/{agent.pk}/reset-password/"), 403)


class TestInvitation:
    GUEST = {
        "email": "Lena.Fischer@example.com",
        "first_name": "Lena",
        "last_name": "Fischer",
        "roles": [{"system": "tts", "role": "Agent"}],
    }

    def invite(self, admin: User) -> Any:
        return client_of(admin).post("/api/v1/invitations/", self.GUEST)

    def accept(self, token: str, password: str = NEW) -> Any:
        return APIClient().post("/api/v1/invitations/accept/", {"token": token, "password": password})

    def test_adds_the_person_and_mails_a_link(self, admin: User) -> None:
        response = self.invite(admin)

        (mail,) = mails("invitation")
        assert response.status_code == 201
        assert mail["user_email"] == "lena.fischer@example.com"
        assert mail["context"]["invited_by"] == "Miriam Castellanos"
        assert mail["context"]["link"].startswith("https://desk.example.com/invite/")
        assert "token" not in response.json()

    def test_the_person_sees_whom_it_is_for_and_sets_a_password(self, admin: User) -> None:
        self.invite(admin)
        token = token_of("invitation")

        seen = APIClient().post("/api/v1/invitations/lookup/", {"token": token}).json()
        assert (seen["email"], seen["full_name"]) == ("lena.fischer@example.com", "Lena Fischer")
        assert self.accept(token).status_code == 204

        user = User.objects.get(email="lena.fischer@example.com")
        assert can_sign_in(user, NEW)
        assert_problem(self.accept(token), 400, "link_invalid")
        assert SecurityEvent.objects.filter(kind="invitation_accepted", user_id=user.pk, actor_id=user.pk).exists()

    def test_inviting_again_replaces_the_link(self, admin: User) -> None:
        self.invite(admin)
        old = token_of("invitation")
        assert self.invite(admin).status_code == 201

        assert_problem(self.accept(old), 400, "link_invalid")
        assert self.accept(token_of("invitation")).status_code == 204
        assert User.objects.filter(email="lena.fischer@example.com").count() == 1

    def test_people_with_a_password_are_not_invited(self, admin: User) -> None:
        self.invite(admin)
        self.accept(token_of("invitation"))

        assert_problem(self.invite(admin), 409, "already_registered")

    def test_can_be_seen_and_withdrawn(self, admin: User) -> None:
        link = self.invite(admin).json()
        desk = client_of(admin)

        (row,) = desk.get("/api/v1/invitations/").json()["results"]
        assert (row["id"], row["invited_by_id"]) == (link["id"], admin.pk)
        assert desk.delete(f"/api/v1/invitations/{link['id']}/").status_code == 204
        assert_problem(self.accept(token_of("invitation")), 400, "link_invalid")

    def test_only_admins_invite(self, agent: User) -> None:
        assert_problem(client_of(agent).post("/api/v1/invitations/", self.GUEST), 403)
        assert_problem(client_of(agent).get("/api/v1/invitations/"), 403)
