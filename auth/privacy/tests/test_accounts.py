"""A requester's accounts are shown; the deactivated ones are erased, the active ones kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from celery.exceptions import Reject
from django.utils import timezone
from rest_framework.test import APIClient

from privacy.tasks import erase_person
from retention.tests.test_people import ago, give_everything, off_since
from scim.models import ClientPerson
from security.models import SecurityEvent
from ticketing_common.inbox.models import DeadLetter
from ticketing_testing.clients import assert_problem, deliver, published_messages
from users.models import AddressChange, User
from users.tests.factories import a_person, client_of

pytestmark = pytest.mark.django_db

PATH = "/api/v1/privacy/person/"
PERSON: dict[str, Any] = {
    "emails": ["Noa.Levi@Example.com"],
    "names": ["Noa Levi"],
    "requesters": [{"source_service": "hdts", "id": "4711"}],
    "tickets": [{"ticket_number": "TX1", "source_service": "hdts", "source_number": "TX1"}],
}


@pytest.fixture
def noa(systems: None) -> User:
    return a_person("Noa", "Levi", tts=["Agent"], phone_number="+4915112345678", now=ago(500))


def erase(**fields: Any) -> None:
    asked: dict[str, Any] = {"erasure_id": 4, "requested_at": timezone.now().isoformat()}
    deliver(erase_person, **(asked | PERSON | fields))


def confirmed() -> dict[str, int]:
    *_, report = published_messages("privacy.tasks.report_erasure")
    assert (report["erasure_id"], report["service"]) == (4, "auth")
    erased: dict[str, int] = report["erased"]
    return erased


class TestReading:
    def test_shows_all_that_belongs_to_the_account_and_no_credential(self, admin: User, noa: User) -> None:
        give_everything(noa)
        a_person("Olga", "Ruiz")

        answer = client_of(admin).post(PATH, PERSON, format="json").json()

        assert answer["data"]["accounts"][0]["phone_number"] == "+4915112345678"
        once = {name: 1 for name in ("accounts", "roles", "linked_identities", "provisioned_as", "passkeys")}
        assert answer["counts"].items() >= (once | {"help_desk_employees": 1, "files": 0}).items()
        assert answer["counts"]["sessions"] >= 1
        assert answer["counts"]["security_events"] >= 1
        text = json.dumps(answer).lower()
        left_out = ("hash", "public_key", "credential", "secret", 'password"', "olga")
        assert [word for word in left_out if word in text] == []

    def test_does_not_show_from_where_somebody_else_acted(self, admin: User, noa: User) -> None:
        client_of(admin).patch(f"/api/v1/users/{noa.pk}/", {"department": "IT"}, format="json")
        SecurityEvent.objects.filter(user_id=noa.pk).update(address="192.0.2.99", actor_id=admin.pk)

        events = client_of(admin).post(PATH, PERSON, format="json").json()["data"]["security_events"]

        assert events
        assert {(event["actor_id"], event["address"]) for event in events} == {(None, None)}

    def test_knows_an_account_by_the_name_of_its_provisioning_not_by_an_unproven_address(
        self, admin: User, noa: User
    ) -> None:
        give_everything(noa)
        User.objects.filter(pk=noa.pk).update(email="noa@example.com")
        ClientPerson.objects.update(user_name_key="noa.levi@example.com")
        assert client_of(admin).post(PATH, PERSON, format="json").json()["counts"]["accounts"] == 1
        assert AddressChange.objects.get().email == "new@example.com"
        asked = PERSON | {"emails": ["new@example.com"]}
        assert client_of(admin).post(PATH, asked, format="json").json()["counts"]["accounts"] == 0

    def test_is_for_administrators(self, noa: User, requester: User) -> None:
        for person in (noa, requester):
            assert_problem(client_of(person).post(PATH, PERSON, format="json"), 403, "permission_denied")
        assert_problem(APIClient().post(PATH, PERSON, format="json"), 401)

    def test_wants_the_whole_description(self, admin: User) -> None:
        assert_problem(client_of(admin).post(PATH, {}, format="json"), 400, "required")


class TestErasing:
    def test_anonymises_a_deactivated_account_and_tells_the_others(self, noa: User) -> None:
        give_everything(noa)
        off_since(noa, 1)

        erase()

        noa.refresh_from_db()
        assert noa.full_name == f"Former member #{noa.pk}"
        assert noa.email.endswith("@anonymised.invalid")
        assert confirmed() == {"accounts": 1, "active_accounts_kept": 0}
        (*_, told) = published_messages("users.tasks.sync_user")
        assert (told["full_name"], told["is_active"]) == (f"Former member #{noa.pk}", False)
        event = SecurityEvent.objects.get(kind="person_erased")
        assert (event.user_id, event.details) == (noa.pk, {"erasure_id": 4})

    def test_keeps_an_active_account_until_it_is_deactivated(self, noa: User) -> None:
        erase()
        noa.refresh_from_db()
        assert (noa.full_name, confirmed()) == ("Noa Levi", {"accounts": 0, "active_accounts_kept": 1})

        off_since(noa, 0)
        erase(pass_number=2)

        noa.refresh_from_db()
        assert noa.anonymised_at is not None
        assert confirmed() == {"accounts": 1, "active_accounts_kept": 0}

    def test_doing_it_again_changes_nothing(self, noa: User) -> None:
        off_since(noa, 1)
        erase()
        before = User.objects.filter(pk=noa.pk).values().get()

        erase(pass_number=2)

        assert User.objects.filter(pk=noa.pk).values().get() == before
        assert confirmed() == {"accounts": 0, "active_accounts_kept": 0}

    def test_a_later_pass_leaves_an_account_that_was_made_since(self, noa: User) -> None:
        off_since(noa, 1)

        erase(pass_number=2, requested_at=ago(600).isoformat())

        noa.refresh_from_db()
        assert (noa.full_name, confirmed()) == ("Noa Levi", {"accounts": 0, "active_accounts_kept": 0})

    def test_touches_nobody_else(self, noa: User) -> None:
        olga = off_since(a_person("Olga", "Ruiz"), 1)
        namesake = off_since(a_person("Noa", "Levi", email="noa.levi@example.org"), 1)

        erase()

        for person in (olga, namesake):
            person.refresh_from_db()
            assert person.anonymised_at is None

    def test_what_cannot_be_read_is_a_dead_letter(self) -> None:
        with pytest.raises(Reject):
            deliver(erase_person, erasure_id=4)
        assert DeadLetter.objects.get().code == "invalid_message"
