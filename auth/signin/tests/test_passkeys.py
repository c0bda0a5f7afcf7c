"""One's passkeys: add, list, rename, remove, and what administrators do about those of others."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest
from django.core.checks import run_checks
from django.utils import timezone
from rest_framework.test import APIClient

from security.models import SecurityEvent
from signin.housekeeping import tidy
from signin.models import Passkey, PasskeyChallenge, RecoveryCode
from signin.tests.authenticator import HAS_CREDENTIAL, Authenticator, bytes_of, text_of
from signin.tests.passkey_steps import OWN, a_passkey, ask, first_step, register, registration_options, sign_in
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.clients import assert_problem, published_messages
from users.models import User
from users.tests.factories import PASSWORD, a_person, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


@pytest.fixture
def client(agent: User) -> APIClient:
    return client_of(agent)


def changes_mailed() -> list[str]:
    mails = published_messages("notifications.send_email")
    return [mail["context"]["changes"] for mail in mails if mail["notification_type"] == "profile_change"]


class TestRegister:
    def test_keeps_the_passkey_and_tells_the_owner(self, agent: User, client: APIClient, device: Authenticator) -> None:
        answer = register(client, device, "  Blue   key ")

        assert answer.status_code == 201
        assert answer.json().keys() == {"id", "name", "is_backed_up", "created_at", "last_used_at"}
        assert (answer.json()["name"], answer.json()["last_used_at"]) == ("Blue key", None)
        row = Passkey.objects.get()
        assert (row.user_id, bytes(row.credential_id)) == (agent.pk, device.credentials[0].id)
        assert row.transports == ["hybrid", "internal"]
        event = SecurityEvent.objects.get(kind="passkey_added")
        assert (event.user_id, event.actor_id, event.details) == (
            agent.pk,
            agent.pk,
            {"passkey": row.pk, "name": "Blue key"},
        )
        assert "Blue key" in changes_mailed()[0]

    def test_asks_for_a_discoverable_one_that_verifies_the_person(self, agent: User, client: APIClient) -> None:
        options = registration_options(client)

        assert options["rp"] == {"name": "Ticket Tracking System", "id": "desk.example.com"}
        assert options["authenticatorSelection"] == {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        }
        assert options["attestation"] == "none"
        assert (options["user"]["name"], options["user"]["displayName"]) == (agent.email, agent.full_name)
        assert str(agent.pk).encode() not in bytes_of(options["user"]["id"])

    def test_needs_the_password(self, client: APIClient) -> None:
        refused = client.post(f"{OWN}options/", {"current_password": "wrong"})

        assert_problem(refused, 403, "password_wrong")
        assert not PasskeyChallenge.objects.exists()

    def test_an_authenticator_that_verifies_nobody_is_refused(self, client: APIClient) -> None:
        assert_problem(register(client, Authenticator(verifies=False)), 400, "passkey_rejected")

    def test_another_origin_is_refused(self, client: APIClient) -> None:
        assert_problem(register(client, Authenticator(origin="https://evil.example")), 400, "passkey_rejected")
        assert_problem(register(client, Authenticator(is_framed=True)), 400, "passkey_rejected")

    def test_the_challenge_is_good_once_and_for_this_session(
        self, agent: User, client: APIClient, device: Authenticator
    ) -> None:
        options = registration_options(client)
        body = {"name": "One", "credential": device.create(options)}
        other_session = client_of(agent).post(OWN, body, format="json")
        assert_problem(other_session, 400, "passkey_expired")
        assert client.post(OWN, body, format="json").status_code == 201

        again = {"name": "Two", "credential": Authenticator().create(options)}
        assert_problem(client.post(OWN, again, format="json"), 400, "passkey_expired")

    def test_sent_twice_under_one_key_it_is_added_once(self, client: APIClient, device: Authenticator) -> None:
        body = {"name": "One", "credential": device.create(registration_options(client))}
        answers = [client.post(OWN, body, format="json", HTTP_IDEMPOTENCY_KEY="once") for _ in range(2)]

        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()
        assert Passkey.objects.count() == 1

    def test_an_authenticator_is_told_what_it_has_and_is_not_taken_twice(
        self, client: APIClient, device: Authenticator
    ) -> None:
        register(client, device)
        with pytest.raises(ValueError, match="InvalidStateError"):
            register(client, device)

        stubborn = registration_options(client) | {"excludeCredentials": []}
        answer = device.create(stubborn)
        Passkey.objects.update(credential_id=device.credentials[-1].id)
        assert_problem(client.post(OWN, {"name": "Again", "credential": answer}, format="json"), 409, "passkey_known")

    def test_the_authenticators_of_a_person_know_them_by_one_name(self, client: APIClient) -> None:
        first, second = Authenticator(), Authenticator()
        register(client, first)
        Passkey.objects.all().delete()
        register(client, second)

        assert first.credentials[0].user_handle == second.credentials[0].user_handle

    def test_there_are_at_most_twenty(
        self, client: APIClient, device: Authenticator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Passkey, "MAX_PER_PERSON", 1)
        late = {"name": "Late", "credential": Authenticator().create(registration_options(client))}
        register(client, device)

        assert_problem(client.post(OWN, late, format="json"), 409, "too_many_passkeys")
        assert_problem(client.post(f"{OWN}options/", {"current_password": PASSWORD}), 409, "too_many_passkeys")

    @pytest.mark.parametrize("name", ["", " ", "\u200b", "x" * 65])
    def test_needs_a_name_that_shows(self, client: APIClient, device: Authenticator, name: str) -> None:
        assert_problem(register(client, device, name), 400)
        assert not Passkey.objects.exists()

    @pytest.mark.parametrize("key", [5, [], {}, "x", {1: 2}, {1: 2, 3: -7, -1: 1, -2: 5, -3: 6}, "off the curve"])
    def test_a_key_that_is_none_is_refused(self, client: APIClient, device: Authenticator, key: Any) -> None:
        if key == "off the curve":
            key = {1: 2, 3: -7, -1: 1, -2: b"\x01" * 32, -3: b"\x02" * 32}
        answer = device.create(registration_options(client))
        data = device._data(device.credentials[0], HAS_CREDENTIAL) + bytes(16) + b"\x00\x01i" + cbor2.dumps(key)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        answer["response"]["attestationObject"] = text_of(attestation)

        refused = client.post(OWN, {"name": "Bad", "credential": answer}, format="json")
        assert_problem(refused, 400, "passkey_rejected")

    @pytest.mark.parametrize(
        ("fmt", "statement"), [("tpm", {}), ("apple", {"x5c": 5}), (["x"], {}), ("none", {"sig": b"1"})]
    )
    def test_an_attestation_that_was_not_asked_for_is_refused(
        self, client: APIClient, device: Authenticator, fmt: Any, statement: Any
    ) -> None:
        answer = device.create(registration_options(client))
        attestation = cbor2.loads(bytes_of(answer["response"]["attestationObject"]))
        attestation |= {"fmt": fmt, "attStmt": statement}
        answer["response"]["attestationObject"] = text_of(cbor2.dumps(attestation))

        refused = client.post(OWN, {"name": "Bad", "credential": answer}, format="json")
        assert_problem(refused, 400, "passkey_rejected")


class TestOwn:
    def test_shows_ones_own_alone(self, agent: User, client: APIClient, device: Authenticator) -> None:
        a_passkey(a_person("Lena", "Fischer", tts=["Agent"]), Authenticator(), "Hers")
        register(client, device, "Mine")
        sign_in(device)

        (row,) = client.get(OWN).json()["results"]
        assert row["name"] == "Mine"
        assert row["last_used_at"] is not None

    def test_renames(self, client: APIClient, device: Authenticator) -> None:
        number = register(client, device).json()["id"]

        answer = client.patch(f"{OWN}{number}/", {"name": "Desk"}, format="json")
        assert answer.json()["name"] == "Desk"
        event = SecurityEvent.objects.get(kind="passkey_renamed")
        assert event.details == {"passkey": number, "name": "Desk", "before": "Telephone"}

    def test_removes_with_the_password_and_tells_the_owner(
        self, agent: User, client: APIClient, device: Authenticator
    ) -> None:
        number = register(client, device).json()["id"]
        wrong = client.post(f"{OWN}{number}/remove/", {"current_password": "wrong"})
        assert_problem(wrong, 403, "password_wrong")

        assert client.post(f"{OWN}{number}/remove/", {"current_password": PASSWORD}).status_code == 204
        assert_problem(sign_in(device), 401, "passkey_invalid")
        event = SecurityEvent.objects.get(kind="passkey_removed")
        assert (event.user_id, event.details["name"]) == (agent.pk, "Telephone")
        assert changes_mailed()[-1] == "Removed: the passkey Telephone."

    def test_those_of_others_are_not_there(self, client: APIClient) -> None:
        hers = a_passkey(a_person("Lena", "Fischer", tts=["Agent"]), Authenticator()).pk

        assert_problem(client.patch(f"{OWN}{hers}/", {"name": "Mine"}, format="json"), 404)
        assert_problem(client.post(f"{OWN}{hers}/remove/", {"current_password": PASSWORD}), 404)
        assert Passkey.objects.filter(pk=hers, name="Telephone").exists()


class TestAsSecondFactor:
    def choose(self, client: APIClient) -> Any:
        body = {"method": "passkey", "current_password": PASSWORD}
        return client.post("/api/v1/users/me/otp/", body, format="json")

    def test_needs_a_passkey(self, client: APIClient) -> None:
        assert_problem(self.choose(client), 409, "no_passkey")

    def test_is_asked_for_from_now_on_and_comes_with_recovery_codes(
        self, agent: User, client: APIClient, device: Authenticator
    ) -> None:
        assert "otp_required" not in first_step(agent)
        register(client, device)

        answer = self.choose(client).json()
        assert (answer["method"], answer["recovery_codes_left"], len(answer["recovery_codes"])) == ("passkey", 10, 10)
        assert first_step(agent)["method"] == "passkey"
        assert SecurityEvent.objects.get(kind="otp_changed").details == {"method": "passkey"}

    def test_the_last_one_stays_as_long_as_it_is_the_second_factor(
        self, agent: User, client: APIClient, device: Authenticator
    ) -> None:
        first = register(client, device).json()["id"]
        second = register(client, Authenticator(), "Other").json()["id"]
        self.choose(client)
        remove = {"current_password": PASSWORD}
        assert client.post(f"{OWN}{first}/remove/", remove).status_code == 204

        assert_problem(client.post(f"{OWN}{second}/remove/", remove), 409, "last_passkey")
        assert client.post("/api/v1/users/me/otp/disable/", remove).status_code == 200
        assert client.post(f"{OWN}{second}/remove/", remove).status_code == 204
        assert not RecoveryCode.objects.exists()


class TestAdministrators:
    def test_see_how_many_there_are(self, agent: User, admin: User, device: Authenticator) -> None:
        a_passkey(agent, device)

        person = client_of(admin).get(f"/api/v1/users/{agent.pk}/").json()
        assert person["passkeys"] == 1

    def test_resetting_the_second_factor_removes_them(self, agent: User, admin: User, device: Authenticator) -> None:
        a_passkey(agent, device, "Stolen")
        User.objects.filter(pk=agent.pk).update(otp_method="passkey")
        OutboxMessage.objects.all().delete()

        answer = client_of(admin).post(f"/api/v1/users/{agent.pk}/reset-otp/")
        assert (answer.json()["otp_method"], answer.json()["passkeys"]) == ("none", 0)
        assert_problem(sign_in(device), 401, "passkey_invalid")
        event = SecurityEvent.objects.get(kind="passkey_removed")
        assert (event.user_id, event.actor_id) == (agent.pk, admin.pk)
        assert "Removed: the passkey Stolen." in changes_mailed()

    def test_whoever_loses_their_only_way_in_is_given_no_work(
        self, agent: User, admin: User, device: Authenticator
    ) -> None:
        a_passkey(agent, device)
        agent.refresh_from_db()
        agent.set_unusable_password()
        agent.save()
        assert agent.can_sign_in
        OutboxMessage.objects.all().delete()

        client_of(admin).post(f"/api/v1/users/{agent.pk}/reset-otp/")
        told = published_messages("role.tasks.sync_user_system_role")
        assert told
        assert not any(message["user_can_sign_in"] for message in told)


def test_a_new_password_names_the_passkeys_that_still_sign_in(
    agent: User, client: APIClient, device: Authenticator
) -> None:
    register(client, device, "Somebody else's")
    body = {"current_password": PASSWORD, "new_password": "eleven green bottles stand"}
    client.post("/api/v1/password/change/", body)

    assert "Somebody else's" in changes_mailed()[-1]
    assert changes_mailed()[-1].startswith("Your password was changed.")


def test_challenges_that_nobody_answered_are_deleted() -> None:
    ask(APIClient())
    PasskeyChallenge.objects.update(expires_at=timezone.now())
    tidy(now=timezone.now())

    assert not PasskeyChallenge.objects.exists()


@pytest.mark.parametrize(
    ("rp_id", "origins", "is_fine"),
    [
        ("desk.example.com", ["https://desk.example.com"], True),
        ("example.com", ["https://desk.example.com", "https://help.example.com:8443"], True),
        ("localhost", ["http://localhost:1000"], True),
        ("192.0.2.7", ["https://192.0.2.7"], False),
        ("desk.example.com", ["http://desk.example.com"], False),
        ("desk.example.com", ["https://desk.example.com/"], False),
        ("ample.com", ["https://example.com"], False),
    ],
)
def test_a_domain_for_which_no_browser_makes_passkeys_is_named(
    rp_id: str, origins: list[str], is_fine: bool, settings: Any
) -> None:
    settings.WEBAUTHN_RP_ID, settings.WEBAUTHN_ORIGINS = rp_id, origins

    found = [message for message in run_checks() if message.id == "signin.W001"]
    assert not found if is_fine else found
