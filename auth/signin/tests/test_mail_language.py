"""Mails about accounts say in which language they are to be, and their English sentences by code as well."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from ticketing_testing.clients import published_messages
from users.models import User
from users.tests.factories import PASSWORD, a_person, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def german(systems: None) -> User:
    return a_person("Samuel", "Osei", tts=["Agent"], otp_method="email", language="de")


def mails() -> list[dict[str, Any]]:
    return published_messages("notifications.send_email")


def test_a_choice_of_language_is_told_to_those_who_write_to_the_person(german: User) -> None:
    client_of(german).patch("/api/v1/users/me/", {"language": "en"})
    client_of(german).patch("/api/v1/users/me/", {"language": ""})

    assert [message["language"] for message in published_messages("users.tasks.sync_user")] == ["en", "en", "", ""]
    held = published_messages("role.tasks.sync_user_system_role")
    assert [message["user_language"] for message in held] == ["en", ""]
    assert mails() == []


def test_a_code_goes_out_in_the_language_of_the_person(german: User) -> None:
    APIClient().post(
        "/login/",
        {"email": german.email, "password": PASSWORD},
        headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"},
    )

    (mail,) = mails()
    assert (mail["notification_type"], mail["language"]) == ("otp_code", "de")
    assert mail["context"]["device"] == "Firefox on Linux"
    assert mail["context"]["device_text"] == {"code": "device", "params": {"browser": "Firefox", "system": "Linux"}}


def test_without_a_choice_no_language_is_named(systems: None) -> None:
    careful = a_person("Priya", "Raman", tts=["Agent"], otp_method="email")

    APIClient().post("/login/", {"email": careful.email, "password": PASSWORD})

    assert "language" not in mails()[0]


def test_a_change_is_told_by_code_at_an_address_that_nobody_is_known_by_any_more(german: User) -> None:
    admin = client_of(a_person("Ada", "Admin", tts=["Admin"]))

    admin.patch(f"/api/v1/users/{german.pk}/", {"email": "s.osei@example.org", "phone_number": "+4930123456"})

    (mail,) = mails()
    assert (mail["language"], "user_id" in mail) == ("de", False)
    assert mail["context"]["changes"] == "Changed: mail address, phone number."
    assert mail["context"]["changes_text"] == {
        "code": "profile_fields",
        "params": {"fields": ["email", "phone_number"]},
    }
