"""Sessions and the second factor, as people and administrators manage them."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest
from rest_framework.test import APIClient

from signin.models import RefreshSession, TotpDevice
from ticketing_testing.clients import assert_problem, published_messages
from users.models import User
from users.tests.factories import PASSWORD, a_person, client_of, signed_in

pytestmark = pytest.mark.django_db


def changes_mailed() -> list[str]:
    return [
        mail["context"]["changes"]
        for mail in published_messages("notifications.send_email")
        if mail["notification_type"] == "profile_change"
    ]


class TestSessions:
    def test_lists_the_own_live_ones(self, agent: User, requester: User) -> None:
        signed_in(requester)
        signed_in(agent)
        body = client_of(agent).get("/api/v1/users/me/sessions/").json()

        assert body["count"] == 2
        assert [row["is_current"] for row in body["results"]] == [True, False]
        assert (body["results"][0]["device"], body["results"][0]["address"]) == ("Firefox on Linux", "192.0.2.10")

    def test_ends_one(self, agent: User) -> None:
        other = signed_in(agent)

        assert client_of(agent).delete(f"/api/v1/users/me/sessions/{other.sid}/").status_code == 204

        me = APIClient().get("/api/v1/users/me/", HTTP_AUTHORIZATION=f"Bearer {other.access}")
        assert_problem(me, 401, "token_revoked")
        (news,) = published_messages("tts.revocations")
        assert (news["sid"], news["reason"]) == (other.sid, "revoked_by_owner")

    def test_ends_all_others_and_stays(self, agent: User) -> None:
        others = [signed_in(agent), signed_in(agent)]
        client = client_of(agent)

        assert client.delete("/api/v1/users/me/sessions/").status_code == 204

        assert client.get("/api/v1/users/me/sessions/").json()["count"] == 1
        assert {news["sid"] for news in published_messages("tts.revocations")} == {pair.sid for pair in others}

    def test_somebody_elses_is_not_found(self, agent: User, requester: User) -> None:
        other = signed_in(requester)

        assert_problem(client_of(agent).delete(f"/api/v1/users/me/sessions/{other.sid}/"), 404)
        assert RefreshSession.objects.get(sid=other.sid).revoked_at is None

    def test_admins_see_and_end_those_of_others(self, admin: User, agent: User) -> None:
        one, two = signed_in(agent), signed_in(agent)
        desk = client_of(admin)

        assert desk.get(f"/api/v1/users/{agent.pk}/sessions/").json()["count"] == 2
        assert desk.delete(f"/api/v1/users/{agent.pk}/sessions/{one.sid}/").status_code == 204
        assert desk.delete(f"/api/v1/users/{agent.pk}/sessions/").status_code == 204
        assert_problem(APIClient().post("/token/refresh/", {"refresh": two.refresh}), 401, "token_revoked")
        assert_problem(desk.get("/api/v1/users/999999/sessions/"), 404)

    @pytest.mark.parametrize("path", ["sessions/", "sessions/x/"])
    def test_nobody_else_does(self, admin: User, agent: User, path: str) -> None:
        client = client_of(agent)

        assert_problem(client.delete(f"/api/v1/users/{admin.pk}/{path}"), 403)
        if path == "sessions/":
            assert_problem(client.get(f"/api/v1/users/{admin.pk}/{path}"), 403)


class TestSecondFactor:
    def choose(self, client: APIClient, method: str, password: str = PASSWORD) -> Any:
        return client.post("/api/v1/users/me/otp/", {"method": method, "current_password": password})

    def test_mail_takes_effect_at_once_and_is_notified(self, agent: User) -> None:
        response = self.choose(client_of(agent), "email")

        assert response.json() == {"method": "email", "recovery_codes_left": 0}
        sign_in = APIClient().post("/login/", {"email": agent.email, "password": PASSWORD}).json()
        assert sign_in["method"] == "email"
        assert changes_mailed() == ["Your account now asks for a code that comes by mail."]

    def test_an_app_counts_once_it_is_confirmed(self, agent: User) -> None:
        client = client_of(agent)
        setup = self.choose(client, "totp").json()
        assert setup["method"] == "none"
        assert setup["uri"].startswith("otpauth://totp/")

        assert_problem(client.post("/api/v1/users/me/otp/confirm/", {"code": "000000"}), 401, "otp_invalid")
        confirmed = client.post("/api/v1/users/me/otp/confirm/", {"code": pyotp.TOTP(setup["secret"]).now()}).json()

        assert len(set(confirmed["recovery_codes"])) == 10
        assert client.get("/api/v1/users/me/otp/").json() == {"method": "totp", "recovery_codes_left": 10}
        assert_problem(self.choose(client, "totp"), 409)

    def test_recovery_codes_can_be_renewed(self, agent: User) -> None:
        client = client_of(agent)
        secret = self.choose(client, "totp").json()["secret"]
        first = client.post("/api/v1/users/me/otp/confirm/", {"code": pyotp.TOTP(secret).now()}).json()

        again = client.post("/api/v1/users/me/otp/recovery-codes/", {"current_password": PASSWORD}).json()

        assert not set(first["recovery_codes"]).intersection(again["recovery_codes"])

    def test_without_an_app_there_is_nothing_to_renew_or_confirm(self, agent: User) -> None:
        client = client_of(agent)

        renew = client.post("/api/v1/users/me/otp/recovery-codes/", {"current_password": PASSWORD})
        assert_problem(renew, 409, "no_authenticator")
        assert_problem(client.post("/api/v1/users/me/otp/confirm/", {"code": "1"}), 409, "nothing_to_confirm")

    @pytest.mark.parametrize("path", ["", "disable/", "recovery-codes/"])
    def test_every_change_needs_the_password(self, systems: None, path: str) -> None:
        person = a_person("Samuel", "Osei", otp_method="email")
        body = {"current_password": "wrong"} | ({"method": "totp"} if path == "" else {})

        response = client_of(person).post(f"/api/v1/users/me/otp/{path}", body)

        assert_problem(response, 403, "password_wrong")
        person.refresh_from_db()
        assert person.otp_method == "email"

    def test_giving_up_forgets_the_app(self, agent: User) -> None:
        client = client_of(agent)
        secret = self.choose(client, "totp").json()["secret"]
        client.post("/api/v1/users/me/otp/confirm/", {"code": pyotp.TOTP(secret).now()})

        client.post("/api/v1/users/me/otp/disable/", {"current_password": PASSWORD})

        assert not TotpDevice.objects.exists()
        assert APIClient().post("/login/", {"email": agent.email, "password": PASSWORD}).status_code == 200
        assert "no longer asks" in changes_mailed()[-1]

    def test_an_admin_helps_those_who_lost_it(self, admin: User, systems: None) -> None:
        person = a_person("Samuel", "Osei", otp_method="email")

        body = client_of(admin).post(f"/api/v1/users/{person.pk}/reset-otp/").json()

        assert body["otp_method"] == "none"
        assert_problem(client_of(person).post(f"/api/v1/users/{person.pk}/reset-otp/"), 403)
