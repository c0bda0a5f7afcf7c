"""Sign in with a passkey: alone, and as the second step. The answers come from an authenticator in software."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from oidc.providers import create_provider
from security.models import SecurityEvent
from security.services import OPERATOR
from signin import guard, passkey_sign_in
from signin.models import Passkey, PasskeyChallenge, RefreshSession
from signin.tests.authenticator import Authenticator, bytes_of, text_of
from signin.tests.passkey_steps import a_passkey, ask, first_step, give, sign_in
from systems.models import System
from ticketing_testing.clients import assert_problem
from users.models import User
from users.passwords import recovery_link
from users.services import set_active
from users.tests.factories import PASSWORD, a_person, at_once, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


@pytest.fixture
def passkey(agent: User, device: Authenticator) -> Passkey:
    return a_passkey(agent, device)


@pytest.fixture
def careful(agent: User, passkey: Passkey) -> User:
    """Somebody who is asked for a passkey after the password."""
    User.objects.filter(pk=agent.pk).update(otp_method="passkey")
    agent.refresh_from_db()
    return agent


class TestAlone:
    def test_opens_a_session_without_a_name(self, agent: User, passkey: Passkey, device: Authenticator) -> None:
        answer = sign_in(device)

        assert answer.status_code == 200
        assert answer.json()["user"]["user_id"] == agent.pk
        assert answer.cookies["refresh"]["httponly"]
        event = SecurityEvent.objects.filter(kind="signed_in").latest("id")
        assert (event.details["method"], event.details["passkey"]) == ("passkey", passkey.pk)
        passkey.refresh_from_db()
        assert passkey.sign_count == device.count == 2
        assert passkey.last_used_at is not None

    def test_names_nobody_and_asks_for_verification(self, passkey: Passkey) -> None:
        options = ask(APIClient())

        assert (options["rpId"], options["userVerification"]) == ("desk.example.com", "required")
        assert options["allowCredentials"] == []

    def test_stands_for_both_factors(self, agent: User, passkey: Passkey, device: Authenticator) -> None:
        User.objects.filter(pk=agent.pk).update(otp_method="email")

        assert sign_in(device).status_code == 200

    def test_without_verification_of_the_person_it_is_refused(self, passkey: Passkey, device: Authenticator) -> None:
        device.verifies = False

        assert_problem(sign_in(device), 401, "passkey_invalid")
        assert SecurityEvent.objects.filter(kind="sign_in_failed", user_id=passkey.user_id).count() == 1

    @pytest.mark.parametrize(
        "spoil",
        [
            {"origin": "https://desk.example.com.evil.example"},
            {"origin": "http://desk.example.com"},
            {"is_framed": True},
        ],
    )
    def test_from_another_page_it_is_refused(self, passkey: Passkey, device: Authenticator, spoil: Any) -> None:
        for name, value in spoil.items():
            setattr(device, name, value)

        assert_problem(sign_in(device), 401, "passkey_invalid")
        assert RefreshSession.objects.count() == 1  # that of the registration

    def test_a_passkey_that_is_not_known_here_is_refused(self, passkey: Passkey, device: Authenticator) -> None:
        Passkey.objects.all().delete()

        assert_problem(sign_in(device), 401, "passkey_invalid")
        event = SecurityEvent.objects.filter(kind="sign_in_failed").latest("id")
        assert (event.user_id, event.details["reason"]) == (None, "passkey_invalid")

    def test_the_signature_of_another_key_is_refused(self, passkey: Passkey, device: Authenticator) -> None:
        other = Authenticator()
        a_passkey(a_person("Lena", "Fischer", tts=["Agent"]), other)
        device.credentials[0].key = other.credentials[0].key

        assert_problem(sign_in(device), 401, "passkey_invalid")

    def test_the_authenticator_must_keep_it_for_its_owner(self, passkey: Passkey, device: Authenticator) -> None:
        other = Authenticator()
        a_passkey(a_person("Lena", "Fischer", tts=["Agent"]), other)
        device.credentials[0].user_handle = other.credentials[0].user_handle
        assert_problem(sign_in(device), 401, "passkey_invalid")

        browser = APIClient()
        nameless = device.get(ask(browser))
        nameless["response"]["userHandle"] = None
        assert_problem(give(browser, nameless), 401, "passkey_invalid")

    def test_whoever_is_deactivated_stays_out(self, agent: User, passkey: Passkey, device: Authenticator) -> None:
        set_active(user_id=agent.pk, is_active=False, by=OPERATOR, now=timezone.now())

        assert_problem(sign_in(device), 401, "passkey_invalid")

    def test_a_locked_account_opens_only_to_a_browser_that_is_known(
        self, agent: User, passkey: Passkey, device: Authenticator
    ) -> None:
        known = APIClient()
        assert sign_in(device, known).status_code == 200
        User.objects.filter(pk=agent.pk).update(locked_until=timezone.now() + timedelta(minutes=9))

        refused = sign_in(device)
        assert_problem(refused, 423, "account_locked")
        assert int(refused["Retry-After"]) > 500
        assert sign_in(device, known).status_code == 200

    def test_wrong_answers_of_strangers_lock_the_account(
        self, agent: User, passkey: Passkey, device: Authenticator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(guard, "ACCOUNT_LOCK", guard.Limit("account_lock", 3, timedelta(minutes=15)))
        device.verifies = False
        for _ in range(3):
            sign_in(device)

        agent.refresh_from_db()
        assert agent.is_locked(timezone.now())

    def test_wrong_answers_of_one_address_are_limited(
        self, passkey: Passkey, device: Authenticator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        limit = guard.Limit("passkey_answers", 2, timedelta(minutes=15))
        monkeypatch.setattr(passkey_sign_in, "ANSWERS_FROM_ADDRESS", limit)
        for _ in range(4):
            assert sign_in(device).status_code == 200  # right ones do not count
        device.verifies = False
        for _ in range(2):
            sign_in(device)
        device.verifies = True

        refused = sign_in(device)
        assert_problem(refused, 429, "throttled")
        assert int(refused["Retry-After"]) > 0

    def test_beginning_is_limited_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(passkey_sign_in, "STARTS", guard.Limit("passkey_starts", 2, timedelta(minutes=15)))
        ask(APIClient())
        ask(APIClient())

        assert_problem(APIClient().post("/login/passkey/options/", {}), 429, "throttled")


class TestChallenge:
    def test_is_good_once(self, passkey: Passkey, device: Authenticator) -> None:
        browser = APIClient()
        options = ask(browser)
        assert give(browser, device.get(options)).status_code == 200

        assert_problem(give(browser, device.get(options)), 401, "passkey_expired")

    def test_is_used_up_by_a_wrong_answer_too(self, passkey: Passkey, device: Authenticator) -> None:
        browser = APIClient()
        options = ask(browser)
        device.verifies = False
        give(browser, device.get(options))
        device.verifies = True

        assert_problem(give(browser, device.get(options)), 401, "passkey_expired")

    @pytest.mark.django_db(transaction=True)
    def test_of_ten_answers_at_once_one_opens_a_session(self, passkey: Passkey, device: Authenticator) -> None:
        browser = APIClient()
        answer = device.get(ask(browser))
        cookie = browser.cookies["passkey"].value

        def send(_: int) -> int:
            client = APIClient()
            client.cookies["passkey"] = cookie
            return int(give(client, answer).status_code)

        assert sorted(at_once(send, 10)) == [200] + [401] * 9
        assert RefreshSession.objects.count() == 2

    def test_ends_after_five_minutes(self, passkey: Passkey, device: Authenticator) -> None:
        browser = APIClient()
        answer = device.get(ask(browser))
        PasskeyChallenge.objects.update(expires_at=timezone.now())

        assert_problem(give(browser, answer), 401, "passkey_expired")

    def test_is_bound_to_the_browser(self, passkey: Passkey, device: Authenticator) -> None:
        answer = device.get(ask(APIClient()))
        other = APIClient()
        ask(other)

        assert_problem(give(APIClient(), answer), 401, "passkey_expired")
        assert_problem(give(other, answer), 401, "passkey_expired")

    def test_its_cookie_is_for_our_pages_alone_and_survives_another_tab(
        self, passkey: Passkey, device: Authenticator
    ) -> None:
        browser = APIClient()
        first = browser.post("/login/passkey/options/", {})
        cookie = first.cookies["passkey"]
        assert (cookie["httponly"], cookie["samesite"], first["Cache-Control"]) == (True, "Strict", "no-store")
        ask(browser)

        assert give(browser, device.get(first.json()["options"])).status_code == 200

    def test_is_stored_hashed(self, passkey: Passkey) -> None:
        options = ask(APIClient())

        row = PasskeyChallenge.objects.get()
        assert options["challenge"] not in (row.challenge_hash, row.holder_hash)
        assert bytes_of(options["challenge"]).hex() != row.challenge_hash

    def test_of_a_registration_signs_nobody_in(self, agent: User, passkey: Passkey, device: Authenticator) -> None:
        client = client_of(agent)
        answer = client.post("/api/v1/users/me/passkeys/options/", {"current_password": PASSWORD})
        asked = {"challenge": answer.json()["options"]["challenge"], "rpId": "desk.example.com", "allowCredentials": []}

        assert_problem(give(APIClient(), device.get(asked)), 401, "passkey_expired")


class TestCounter:
    def test_a_counter_that_went_back_is_refused_and_recorded(
        self, agent: User, passkey: Passkey, device: Authenticator
    ) -> None:
        for _ in range(3):
            sign_in(device)
        device.count = 1

        assert_problem(sign_in(device), 401, "passkey_count_went_back")
        event = SecurityEvent.objects.get(kind="passkey_count_went_back")
        assert (event.user_id, event.details["passkey"]) == (agent.pk, passkey.pk)
        passkey.refresh_from_db()
        assert passkey.sign_count == 4

    def test_one_that_stops_counting_is_refused(self, passkey: Passkey, device: Authenticator) -> None:
        sign_in(device)
        device.count, device.counts = 0, False

        assert_problem(sign_in(device), 401, "passkey_count_went_back")

    def test_only_the_true_key_can_make_it_look_copied(self, passkey: Passkey, device: Authenticator) -> None:
        sign_in(device)
        device.count = 0
        browser = APIClient()
        answer = device.get(ask(browser))
        answer["response"]["signature"] = text_of(b"not a signature")

        assert_problem(give(browser, answer), 401, "passkey_invalid")
        assert not SecurityEvent.objects.filter(kind="passkey_count_went_back").exists()

    def test_authenticators_that_never_count_are_fine(self, agent: User) -> None:
        synced = Authenticator(counts=False, is_synced=True)
        passkey = a_passkey(agent, synced)

        assert passkey.is_backed_up
        assert [sign_in(synced).status_code for _ in range(2)] == [200, 200]


class TestBadAnswers:
    @pytest.mark.parametrize(
        ("part", "value"),
        [
            ("clientDataJSON", "é"),
            ("clientDataJSON", "a"),
            ("clientDataJSON", text_of(b"[]")),
            ("clientDataJSON", text_of(b'{"type": 5, "challenge": 5, "origin": []}')),
            ("clientDataJSON", text_of(b"[" * 10_000)),
            ("authenticatorData", text_of(b"short")),
            ("authenticatorData", "é"),
            ("signature", "a"),
            ("userHandle", "a"),
            ("userHandle", "é"),
        ],
    )
    def test_what_no_browser_sends_is_refused(
        self, passkey: Passkey, device: Authenticator, part: str, value: str
    ) -> None:
        browser = APIClient()
        answer = device.get(ask(browser))
        answer["response"][part] = value

        refused = give(browser, answer)
        assert refused.status_code == 401
        assert refused.json()["errors"][0]["code"] in {"passkey_invalid", "passkey_expired"}

    @pytest.mark.parametrize("body", [{}, {"credential": 5}, {"credential": {"id": "a", "rawId": "a"}}])
    def test_a_body_of_another_form_is_refused_by_field(self, body: Any) -> None:
        assert_problem(APIClient().post("/login/passkey/", body, format="json"), 400)


class TestSecondStep:
    def test_the_password_asks_for_the_passkey(self, careful: User) -> None:
        body = first_step(careful)

        assert (body["otp_required"], body["method"], body["takes_passkey"]) == (True, "passkey", True)

    def test_finishes_the_sign_in(self, careful: User, passkey: Passkey, device: Authenticator) -> None:
        browser = APIClient()
        challenge = first_step(careful, browser)["challenge"]
        options = ask(browser, challenge)
        assert [bytes_of(one["id"]) for one in options["allowCredentials"]] == [bytes(passkey.credential_id)]
        assert options["allowCredentials"][0]["transports"] == ["hybrid", "internal"]
        assert options["userVerification"] == "preferred"

        answer = give(browser, device.get(options), challenge)
        assert answer.status_code == 200
        assert answer.json()["user"]["user_id"] == careful.pk

    def test_needs_no_verification_of_the_person(self, careful: User, device: Authenticator) -> None:
        browser = APIClient()
        challenge = first_step(careful, browser)["challenge"]
        device.verifies = False

        assert give(browser, device.get(ask(browser, challenge)), challenge).status_code == 200

    @pytest.mark.parametrize("method", ["email", "totp"])
    def test_does_instead_of_a_code(self, careful: User, device: Authenticator, method: str) -> None:
        User.objects.filter(pk=careful.pk).update(otp_method=method)
        browser = APIClient()
        body = first_step(careful, browser)
        assert (body["method"], body["takes_passkey"]) == (method, True)

        answer = give(browser, device.get(ask(browser, body["challenge"])), body["challenge"])
        assert answer.status_code == 200

    def test_an_account_without_a_passkey_is_not_asked_for_one(self, agent: User) -> None:
        User.objects.filter(pk=agent.pk).update(otp_method="email")
        body = first_step(agent)

        assert body["takes_passkey"] is False
        refused = APIClient().post("/login/passkey/options/", {"challenge": body["challenge"]})
        assert_problem(refused, 409, "no_passkey")

    def test_somebody_elses_passkey_does_not_do(self, careful: User, passkey: Passkey) -> None:
        stranger = Authenticator()
        a_passkey(a_person("Lena", "Fischer", tts=["Agent"]), stranger)
        browser = APIClient()
        challenge = first_step(careful, browser)["challenge"]
        options = ask(browser, challenge) | {"allowCredentials": []}

        assert_problem(give(browser, stranger.get(options), challenge), 401, "passkey_invalid")
        event = SecurityEvent.objects.filter(kind="otp_failed").latest("id")
        assert (event.user_id, event.details["method"]) == (careful.pk, "passkey")

    def test_a_challenge_of_one_step_is_good_for_no_other(self, careful: User, device: Authenticator) -> None:
        browser = APIClient()
        first = first_step(careful, browser)["challenge"]
        answer = device.get(ask(browser, first))
        second = first_step(careful, browser)["challenge"]

        assert_problem(give(browser, answer, first), 401, "otp_expired")  # closed by the newer one
        assert_problem(give(browser, answer, second), 401, "passkey_expired")
        assert_problem(give(browser, answer), 401, "passkey_expired")

    def test_dies_after_five_wrong_answers(self, careful: User, device: Authenticator) -> None:
        browser = APIClient()
        challenge = first_step(careful, browser)["challenge"]
        device.origin = "https://elsewhere.example.com"
        for _ in range(5):
            assert_problem(give(browser, device.get(ask(browser, challenge)), challenge), 401, "passkey_invalid")

        again = browser.post("/login/passkey/options/", {"challenge": challenge})
        assert_problem(again, 401, "otp_expired")

    def test_a_code_is_no_answer_and_a_recovery_code_is(self, careful: User) -> None:
        client = client_of(careful)
        chosen = client.post("/api/v1/users/me/otp/recovery-codes/", {"current_password": PASSWORD})
        code = chosen.json()["recovery_codes"][0]
        challenge = first_step(careful)["challenge"]

        wrong = APIClient().post("/login/otp/", {"challenge": challenge, "code": "123456"})
        assert_problem(wrong, 401, "otp_invalid")
        assert APIClient().post("/login/otp/", {"challenge": challenge, "code": code}).status_code == 200

    def test_scripts_get_no_tokens_by_the_password_alone(self, careful: User) -> None:
        refused = APIClient().post("/token/", {"username": careful.email, "password": PASSWORD})
        assert_problem(refused, 401, "otp_required")


class TestPasswordSignInOff:
    @pytest.fixture(autouse=True)
    def _off(self, agent: User, passkey: Passkey) -> None:
        acme = {"slug": "acme", "name": "Acme", "issuer": "http://127.0.0.1:9", "client_id": "tts"}
        create_provider(values=acme, by=OPERATOR, now=timezone.now())
        System.objects.filter(slug="tts").update(password_sign_in=False)

    def test_a_passkey_alone_counts_as_a_password(self, agent: User, device: Authenticator) -> None:
        assert_problem(sign_in(device), 403, "password_sign_in_off")
        event = SecurityEvent.objects.filter(kind="sign_in_failed").latest("id")
        assert (event.user_id, event.details["reason"]) == (agent.pk, "password_sign_in_off")

    def test_an_answer_that_is_wrong_learns_nothing_of_it(self, device: Authenticator) -> None:
        device.verifies = False

        assert_problem(sign_in(device), 401, "passkey_invalid")

    def test_administrators_get_in(self, admin: User) -> None:
        own = Authenticator()
        a_passkey(admin, own)

        assert sign_in(own).status_code == 200


class TestAfterAPasswordReset:
    def test_the_sessions_it_opened_end_and_the_passkey_stays(
        self, agent: User, passkey: Passkey, device: Authenticator
    ) -> None:
        access = sign_in(device).json()["access"]
        link = recovery_link(user_id=agent.pk, by=OPERATOR, now=timezone.now())
        body = {"token": link.rsplit("/", 1)[1], "password": "eleven green bottles stand"}
        assert APIClient().post("/api/v1/password/reset/", body).status_code == 204

        old = APIClient()
        old.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
        assert_problem(old.get("/api/v1/users/me/"), 401, "token_revoked")
        assert sign_in(device).status_code == 200
