"""A new address of one's own: the password, and a code that is mailed to that address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from security.models import SecurityEvent
from security.services import OPERATOR
from signin import housekeeping
from signin.services import OTP_LIFETIME, RESEND_PAUSE
from ticketing_common.outbox.models import OutboxMessage
from ticketing_testing.clients import assert_problem, published_messages
from users import profile
from users.models import AddressChange, User
from users.tests.factories import PASSWORD, at_once, client_of

pytestmark = pytest.mark.django_db

ME = "/api/v1/users/me/"
NEW = "jon@example.org"


def change(client: APIClient, **given: Any) -> Any:
    return client.patch(ME, {"email": NEW, "current_password": PASSWORD, **given})


def mailed_codes(address: str = NEW) -> list[str]:
    mails = published_messages("notifications.send_email")
    return [
        mail["context"]["code"]
        for mail in mails
        if (mail["notification_type"], mail["user_email"], mail.get("user_id")) == ("address_code", address, None)
    ]


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def later(**by: float) -> None:
    """Let this much time pass for the open codes."""
    for row in AddressChange.objects.all():
        row.created_at -= timedelta(**by)
        row.expires_at -= timedelta(**by)
        row.save()


class TestAsking:
    def test_mails_a_code_to_the_new_address_and_changes_nothing(self, requester: User) -> None:
        response = change(client_of(requester), first_name="Jon", email="Jon@Example.org")

        assert response.status_code == 202
        assert response.json() == {
            "email_code_required": True,
            "email": NEW,
            "expires_in": int(OTP_LIFETIME.total_seconds()),
        }
        (code,) = mailed_codes()
        assert len(code) == 6
        assert published_messages("users.tasks.sync_user") == []
        before = (requester.email, requester.first_name, requester.version)
        requester.refresh_from_db()
        assert (requester.email, requester.first_name, requester.version) == before
        assert SecurityEvent.objects.get(kind="otp_sent").details == {"purpose": "email_change"}

    def test_needs_the_password(self, requester: User) -> None:
        client = client_of(requester)
        for given in ({"current_password": ""}, {"current_password": "wrong"}):
            refused = client.patch(ME, {"email": NEW, **given})
            assert refused.status_code in {400, 403}
        assert_problem(client.patch(ME, {"email": NEW}), 403, "password_wrong", attr="current_password")
        assert mailed_codes() == []

        assert change(client).status_code == 202
        (code,) = mailed_codes()
        assert_problem(change(client, current_password="wrong", email_code=code), 403, "password_wrong")
        assert_problem(client.patch(ME, {"email": NEW, "email_code": code}), 403, "password_wrong")

    def test_the_password_can_not_be_guessed_here(self, requester: User) -> None:
        client = client_of(requester)
        answers = [change(client, current_password="wrong").status_code for _ in range(7)]

        assert answers == [403] * 5 + [429] * 2

    def test_the_code_is_not_stored(self, requester: User) -> None:
        change(client_of(requester))

        (code,) = mailed_codes()
        row = AddressChange.objects.get(user=requester)
        assert code not in repr(vars(row))
        assert len(row.code_hash) == 64

    def test_the_code_does_not_stay_in_the_outbox_once_it_is_sent(self, requester: User) -> None:
        change(client_of(requester))
        OutboxMessage.objects.update(published_at=timezone.now())

        housekeeping.tidy(now=timezone.now())

        assert mailed_codes() == [housekeeping.MASK]

    def test_an_address_that_somebody_has_is_refused(self, requester: User, agent: User) -> None:
        response = change(client_of(requester), email=agent.email.upper())

        assert_problem(response, 409, "email_taken", attr="email")
        assert mailed_codes(agent.email) == []

    def test_the_present_address_needs_no_code(self, requester: User) -> None:
        response = change(client_of(requester), email=requester.email.upper(), first_name="Jon")

        assert (response.status_code, response.json()["first_name"]) == (200, "Jon")
        assert mailed_codes(requester.email) == []

    def test_another_code_voids_the_first_after_a_pause(self, requester: User) -> None:
        client = client_of(requester)
        change(client)
        assert_problem(change(client), 429, "throttled")
        assert change(client).headers["Retry-After"]
        later(seconds=RESEND_PAUSE.total_seconds())
        assert change(client).status_code == 202

        first, second = mailed_codes()
        if first != second:
            assert_problem(change(client, email_code=first), 400, "email_code_invalid")
        assert change(client, email_code=second).status_code == 200

    def test_codes_are_limited_for_each_person(self, requester: User) -> None:
        client = client_of(requester)

        answers = [change(client, email=f"jon{number}@example.org").status_code for number in range(12)]

        assert answers == [202] * 10 + [429] * 2

    def test_codes_are_limited_for_each_address(self, requester: User, agent: User) -> None:
        clients = [client_of(requester), client_of(agent)]
        answers = []
        for number in range(7):
            answers.append(change(clients[number % 2]).status_code)
            later(seconds=RESEND_PAUSE.total_seconds())

        assert answers == [202] * 5 + [429] * 2
        assert len(mailed_codes()) == 5


class TestConfirming:
    @pytest.fixture
    def client(self, requester: User) -> APIClient:
        return client_of(requester)

    @pytest.fixture
    def code(self, client: APIClient) -> str:
        change(client)
        (code,) = mailed_codes()
        return code

    def test_changes_the_address_and_tells_the_old_one(self, client: APIClient, requester: User, code: str) -> None:
        OutboxMessage.objects.all().delete()

        response = change(client, email_code=f" {code[:3]} {code[3:]} ", first_name="Jon")

        assert response.status_code == 200
        assert (response.json()["email"], response.json()["first_name"]) == (NEW, "Jon")
        (mail,) = published_messages("notifications.send_email")
        assert (mail["notification_type"], mail["user_email"], mail.get("user_id")) == (
            "profile_change",
            requester.email,
            None,
        )
        assert "mail address" in mail["context"]["changes"]
        assert published_messages("users.tasks.sync_user")[0]["email"] == NEW

    def test_a_code_is_good_once(self, client: APIClient, requester: User, code: str) -> None:
        assert change(client, email_code=code).status_code == 200
        User.objects.filter(pk=requester.pk).update(email=requester.email)

        assert_problem(change(client, email_code=code), 400, "email_code_expired", attr="email_code")

    @pytest.mark.django_db(transaction=True)
    def test_of_ten_right_answers_at_once_one_counts(self, requester: User) -> None:
        change(client_of(requester))
        (code,) = mailed_codes()

        def confirm(_: int) -> str:
            try:
                profile.confirm(
                    user_id=requester.pk,
                    email=NEW,
                    code=code,
                    changes={"email": NEW},
                    by=OPERATOR,
                    now=timezone.now(),
                )
            except profile.EmailCodeExpired as error:
                return error.code
            return "changed"

        assert sorted(at_once(confirm, 10, threads=10)) == ["changed"] + ["email_code_expired"] * 9

    def test_a_code_belongs_to_its_address(self, client: APIClient, code: str) -> None:
        refused = change(client, email="other@example.org", email_code=code)

        assert_problem(refused, 400, "email_code_expired")
        assert change(client, email_code=code).status_code == 200

    def test_a_code_belongs_to_its_person(self, client: APIClient, agent: User, code: str) -> None:
        other = client_of(agent)
        assert_problem(change(other, email_code=code), 400, "email_code_expired")
        change(other)
        if mailed_codes()[-1] != code:
            assert_problem(change(other, email_code=code), 400, "email_code_invalid")
        # Nor does the same code for the same address of another person have the same hash.
        AddressChange.objects.filter(user=agent).update(
            code_hash=AddressChange.objects.exclude(user=agent).get().code_hash
        )
        assert_problem(change(other, email_code=code), 400, "email_code_invalid")

    def test_a_code_expires(self, client: APIClient, code: str) -> None:
        later(seconds=OTP_LIFETIME.total_seconds())

        assert_problem(change(client, email_code=code), 400, "email_code_expired")
        housekeeping.tidy(now=timezone.now())
        assert not AddressChange.objects.exists()

    def test_five_tries_are_compared(self, client: APIClient, requester: User, code: str) -> None:
        for _ in range(AddressChange.MAX_ATTEMPTS):
            assert_problem(change(client, email_code=another(code)), 400, "email_code_invalid", attr="email_code")

        assert_problem(change(client, email_code=code), 400, "email_code_expired")
        requester.refresh_from_db()
        assert requester.email != NEW
        assert SecurityEvent.objects.filter(kind="otp_failed").count() == AddressChange.MAX_ATTEMPTS

    def test_wrong_tries_add_up_over_codes(self, client: APIClient) -> None:
        answers = []
        for number in range(4):
            address = f"jon{number}@example.org"
            change(client, email=address)
            (code,) = mailed_codes(address)
            answers += [change(client, email=address, email_code=another(code)).status_code for _ in range(5)]

        assert answers == [400] * 15 + [429] * 5

    @pytest.mark.parametrize("code", ["", "x", "1" * 33, "\u0661\u0662\u0663\u0664\u0665\u0666", 12, None, ["1"]])
    def test_odd_codes_are_refused(self, client: APIClient, requester: User, code: Any) -> None:
        change(client)

        response = client.patch(ME, {"email": NEW, "current_password": PASSWORD, "email_code": code}, format="json")

        assert_problem(response, 400, attr="email_code")
        requester.refresh_from_db()
        assert requester.email != NEW

    def test_what_else_can_not_be_changed_leaves_the_code_good(self, client: APIClient, agent: User, code: str) -> None:
        assert_problem(change(client, email_code=code, username=agent.username), 409, "username_taken")

        assert change(client, email_code=code).status_code == 200

    def test_an_address_that_somebody_took_meanwhile_is_refused(
        self, client: APIClient, agent: User, code: str
    ) -> None:
        User.objects.filter(pk=agent.pk).update(email=NEW)

        assert_problem(change(client, email_code=code), 409, "email_taken", attr="email")
