"""The first administrator of an installation."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from system_roles.models import UserSystemRole
from ticketing_testing.clients import published_messages
from users.models import User
from users.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
NAME = ["--first-name", "Ada", "--last-name", "Adler"]


def test_makes_a_person_with_a_good_password(systems: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", PASSWORD)

    call_command("create_admin", "ada@example.org", *NAME)

    user = User.objects.get(email="ada@example.org")
    assert user.check_password(PASSWORD)
    assert UserSystemRole.objects.get(user=user).role.name == "Admin"


def test_refuses_a_weak_password_and_makes_nobody(systems: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", "admin")

    with pytest.raises(CommandError):
        call_command("create_admin", "ada@example.org", *NAME)
    assert not User.objects.exists()


def test_can_invite_instead(systems: None) -> None:
    call_command("create_admin", "ada@example.org", *NAME, "--invite")

    assert not User.objects.get().has_usable_password()
    assert [mail["notification_type"] for mail in published_messages("notifications.send_email")] == ["invitation"]


def test_makes_an_existing_person_one(agent: User) -> None:
    call_command("create_admin", agent.email)

    assert UserSystemRole.objects.filter(user=agent, role__name="Admin").exists()
    with pytest.raises(CommandError, match="holds this role"):
        call_command("create_admin", agent.email)


def test_needs_a_name_and_the_roles(db: None, systems: None) -> None:
    with pytest.raises(CommandError, match="--first-name"):
        call_command("create_admin", "ada@example.org")
