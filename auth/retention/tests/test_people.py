"""People whose accounts have been off for long: who is anonymised, what is left of them, and what is recorded."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from hdts.models import Employee
from oidc.models import Identity
from scim.models import ClientPerson
from security.models import SecurityEvent
from security.services import OPERATOR
from signin.models import LoginChallenge, Passkey, PasskeyOwner, RecoveryCode, RefreshSession, TotpDevice
from ticketing_common.outbox.relay import cleanup
from ticketing_common.retention import services as rules
from ticketing_common.retention.models import RetentionRule
from ticketing_testing.clients import assert_problem, published_messages
from users import services
from users.avatars import path_of
from users.models import AddressChange, PasswordLink, User
from users.tests.factories import a_person, client_of, signed_in

pytestmark = pytest.mark.django_db

PATH = "/api/v1/retention/people/"


def ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def off_since(user: User, days: int) -> User:
    services.set_active(user_id=user.pk, is_active=False, by=OPERATOR, now=ago(days))
    user.refresh_from_db()
    return user


def keep_for(admin: User, days: int | None, version: int = 0) -> Any:
    return client_of(admin).put(PATH, {"days": days, "version": version}, format="json")


def give_everything(user: User) -> None:
    """Give the person one of all that belongs to an account."""
    now = timezone.now()
    signed_in(user, now=ago(400))
    Identity.objects.create(user=user, issuer="https://id.example.com", subject="s-1", linked_at=now, last_used_at=now)
    ClientPerson.objects.create(client="entra", user=user, user_name="noa.levi@example.com", external_id="x-1")
    TotpDevice.objects.create(user=user, secret_encrypted=b"secret", created_at=now)
    RecoveryCode.objects.create(user=user, code_hash="0" * 64)
    PasskeyOwner.objects.create(user=user, handle=b"handle")
    Passkey.objects.create(
        user=user, credential_id=b"id", public_key=b"key", sign_count=0, name="Phone", is_backed_up=True, created_at=now
    )
    LoginChallenge.objects.create(user=user, token_hash="1" * 64, method="email", created_at=now, expires_at=now)
    PasswordLink.objects.create(user=user, purpose="reset", token_hash="2" * 64, created_at=now, expires_at=now)
    AddressChange.objects.create(
        user=user, email="new@example.com", code_hash="3" * 64, created_at=now, expires_at=now + timedelta(days=1)
    )
    Employee.objects.create(user=user, source_id="E-9", status="Approved", created_at=now)


@pytest.fixture
def noa(systems: None) -> User:
    return a_person(
        "Noa",
        "Levi",
        tts=["Agent"],
        phone_number="+4915112345678",
        department="Finance",
        company_id="C-77",
        time_zone="Asia/Jerusalem",
    )


class TestAnonymise:
    def test_nobody_as_long_as_nobody_says_so(self, noa: User) -> None:
        off_since(noa, 4_000)
        rules.run_due(now=timezone.now())
        noa.refresh_from_db()
        assert noa.full_name == "Noa Levi"

    def test_name_address_credentials_and_sessions_go_and_the_id_stays(
        self, admin: User, noa: User, settings: Any, tmp_path: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        settings.MEDIA_ROOT = tmp_path
        give_everything(noa)
        User.objects.filter(pk=noa.pk).update(avatar="0" * 32 + ".webp", otp_method="totp", language="de")
        path_of("0" * 32 + ".webp").parent.mkdir()
        path_of("0" * 32 + ".webp").write_bytes(b"picture")
        off_since(noa, 400)
        keep_for(admin, 365)
        with django_capture_on_commit_callbacks(execute=True):
            assert cleanup(now=timezone.now()) >= 1
        kept = User.objects.get(pk=noa.pk)
        assert kept.full_name == f"Former member #{noa.pk}"
        assert (kept.email, kept.username) == (f"former-{noa.pk}@anonymised.invalid", f"former-{noa.pk}")
        emptied = ("phone_number", "department", "company_id", "time_zone", "language", "avatar", "middle_name")
        assert [getattr(kept, name) for name in emptied] == [""] * len(emptied)
        assert "noa" not in kept.search_text
        assert (kept.otp_method, kept.has_usable_password(), kept.is_active) == ("none", False, False)
        assert kept.anonymised_at is not None
        left = [
            model.__name__
            for model in (
                *(AddressChange, ClientPerson, Employee, LoginChallenge, Passkey, PasskeyOwner, PasswordLink),
                *(Identity, RecoveryCode, TotpDevice),
            )
            if model.objects.exists()
        ]
        assert left == []
        assert not RefreshSession.objects.filter(user=noa).exists()
        assert not path_of("0" * 32 + ".webp").exists()
        assert kept.holds.count() == 1

    def test_every_row_that_belongs_to_a_person_is_looked_at(self) -> None:
        """A new table with a person's data has to be named here: either it goes, or it says why it stays."""
        from retention.people import OWNED
        from system_roles.models import UserSystemRole

        related = {relation.related_model for relation in User._meta.related_objects}
        assert related - set(OWNED) == {UserSystemRole}

    def test_the_others_are_told(self, admin: User, noa: User) -> None:
        off_since(noa, 400)
        keep_for(admin, 365)
        rules.run_due(now=timezone.now())
        (*_, told) = (message for message in published_messages("users.tasks.sync_user"))
        assert (told["full_name"], told["is_active"]) == (f"Former member #{noa.pk}", False)
        (*_, hold) = published_messages("role.tasks.sync_user_system_role")
        assert hold["user_full_name"] == f"Former member #{noa.pk}"
        assert hold["user_email"].endswith(".invalid")

    def test_not_who_is_active_left_lately_or_waits_for_approval(self, admin: User, noa: User) -> None:
        lately = off_since(a_person("Lena", "Brandt"), 10)
        waiting = off_since(a_person("Ugo", "Conti"), 400)
        Employee.objects.create(user=waiting, source_id="E-1", created_at=ago(400))
        keep_for(admin, 365)
        assert rules.run_due(now=timezone.now()) == 0
        for person in (noa, lately, waiting, admin):
            person.refresh_from_db()
            assert person.anonymised_at is None

    def test_coming_back_begins_the_time_anew(self, admin: User, noa: User) -> None:
        off_since(noa, 400)
        services.set_active(user_id=noa.pk, is_active=True, by=OPERATOR, now=ago(300))
        off_since(noa, 100)
        keep_for(admin, 365)
        assert rules.run_due(now=timezone.now()) == 0

    def test_an_anonymised_account_is_not_used_again(self, admin: User, noa: User) -> None:
        off_since(noa, 400)
        keep_for(admin, 365)
        rules.run_due(now=timezone.now())
        client = client_of(admin)
        assert_problem(client.post(f"/api/v1/users/{noa.pk}/activate/"), 409, "person_anonymised")
        answer = client.patch(f"/api/v1/users/{noa.pk}/", {"first_name": "Noa"}, format="json")
        assert_problem(answer, 409, "person_anonymised")
        again = a_person("Noa", "Levi", email="noa.levi@example.com", company_id="C-77")
        assert again.pk != noa.pk

    def test_a_user_name_that_is_taken_stops_nothing(self, admin: User, noa: User) -> None:
        a_person("Funny", "Name", username=f"former-{noa.pk}")
        off_since(noa, 400)
        keep_for(admin, 365)
        assert rules.run_due(now=timezone.now()) == 1


class TestRecords:
    def test_one_event_for_a_change_and_one_for_a_run(self, admin: User, noa: User) -> None:
        off_since(noa, 400)
        keep_for(admin, 365)
        answer = client_of(admin).post(f"{PATH}run/").json()
        assert (answer["removed"], answer["removed_bytes"], answer["failed"]) == (1, 0, 0)
        changed = SecurityEvent.objects.get(kind="retention_changed")
        assert (changed.actor_id, changed.details) == (admin.pk, {"rule": "people", "old_days": None, "days": 365})
        ran = SecurityEvent.objects.get(kind="retention_ran")
        assert (ran.actor_id, ran.details["rule"], ran.details["removed"]) == (admin.pk, "people", 1)
        assert "Levi" not in str(ran.details)

    def test_the_preview_counts_people(self, admin: User, noa: User) -> None:
        off_since(noa, 400)
        shown = client_of(admin).get(PATH, {"days": 365}).json()
        switched_off = User.objects.get_queryset().filter(is_active=False).count()
        assert (shown["days"], shown["kept"]["rows"]) == (None, switched_off)
        assert shown["due"] == {"rows": 1, "bytes": None}

    def test_is_for_administrators(self, agent: User, requester: User) -> None:
        for person in (agent, requester):
            client = client_of(person)
            assert_problem(client.get("/api/v1/retention/"), 403)
            assert_problem(client.get(PATH), 403)
            assert_problem(client.put(PATH, {"days": 1, "version": 0}, format="json"), 403)
            assert_problem(client.post(f"{PATH}run/"), 403)
        assert not RetentionRule.objects.exists()


def test_an_upgrade_takes_the_day_from_the_event(noa: User) -> None:
    off_since(noa, 50)
    lena = a_person("Lena", "Brandt", is_active=False)
    User.objects.get_queryset().update(deactivated_at=None)
    with connection.cursor() as cursor:
        cursor.execute(import_module("users.migrations.0006_anonymised_people").DEACTIVATED)
    noa.refresh_from_db()
    lena.refresh_from_db()
    event = SecurityEvent.objects.get(kind="user_deactivated", user_id=noa.pk)
    assert (noa.deactivated_at, lena.deactivated_at) == (event.occurred_at, None)
