"""Who an account is to the other services when its person signs in at a provider only."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from oidc.tests.real_provider import ANNA, Browser
from security.services import OPERATOR
from ticketing_testing.clients import published_messages
from tts.sync import send_snapshot
from users.models import User
from users.tests.factories import a_person, client_of

pytestmark = pytest.mark.django_db

HOLDS = "role.tasks.sync_user_system_role"


def test_a_person_without_a_password_is_given_work_from_the_first_sign_in_on(browser: Browser) -> None:
    browser.sign_in()

    user = User.objects.get(email=ANNA["email"])
    assert (user.has_usable_password(), user.can_sign_in) == (False, True)
    holds = {message["role_name"]: message for message in published_messages(HOLDS)}
    assert {name: hold["user_can_sign_in"] for name, hold in holds.items()} == {"Agent": True, "User": True}


def test_an_invited_person_who_signs_in_at_a_provider_is_given_work_without_accepting(
    browser: Browser, configure: Callable[..., None]
) -> None:
    user = a_person("Anna", "Lind", email=ANNA["email"], password=None, tts=["Agent"])
    configure(links_accounts=True, creates_accounts=False, roles=[])
    assert not user.can_sign_in

    browser.sign_in()

    (hold,) = published_messages(HOLDS)
    assert (hold["role_name"], hold["user_can_sign_in"]) == ("Agent", True)
    assert (hold["version"], hold["user_version"]) > (1, user.version)


def test_another_link_of_a_person_who_could_sign_in_already_is_no_news(
    browser: Browser, configure: Callable[..., None]
) -> None:
    a_person("Anna", "Lind", email=ANNA["email"], tts=["Agent"])
    configure(links_accounts=True, creates_accounts=False, roles=[])

    browser.sign_in()

    assert published_messages(HOLDS) == []


def test_a_snapshot_and_the_list_of_people_say_it_too(browser: Browser) -> None:
    browser.sign_in()
    admin = a_person("Ines", "Costa", tts=["Admin"])

    send_snapshot(by=OPERATOR, now=timezone.now())

    (snapshot,) = published_messages("role.tasks.sync_snapshot")
    anna = User.objects.get(email=ANNA["email"])
    members = [member for member in snapshot["members"] if member["user_id"] == anna.pk]
    assert [member["user_can_sign_in"] for member in members] == [True, True]
    shown = client_of(admin).get(f"/api/v1/users/{anna.pk}/").json()
    assert (shown["has_password"], shown["can_sign_in"]) == (False, True)
