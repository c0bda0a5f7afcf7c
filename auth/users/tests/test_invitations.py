"""Inviting again means it; a corrected address gets the invitation; a switched-off account says what to do."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from system_roles.models import UserSystemRole
from ticketing_testing.clients import assert_problem, published_messages
from users.models import PasswordLink, User
from users.tests.factories import client_of

pytestmark = pytest.mark.django_db

INVITATIONS = "/api/v1/invitations/"


@pytest.fixture
def desk(admin: User) -> APIClient:
    return client_of(admin)


def invite(desk: APIClient, **fields: Any) -> Any:
    body = {"email": "lena@example.com", "first_name": "Lena", "last_name": "Fischer", **fields}
    return desk.post(INVITATIONS, body, format="json")


def tts(*roles: str) -> list[dict[str, str]]:
    return [{"system": "tts", "role": role} for role in roles]


def held() -> list[str]:
    holds = UserSystemRole.objects.filter(user__email="lena@example.com")
    return sorted(holds.values_list("role__name", flat=True))


def test_a_repeated_invitation_takes_the_new_roles_and_name(desk: APIClient) -> None:
    invite(desk, roles=tts("Admin", "Agent"))

    assert invite(desk, first_name="Helena", roles=tts("Agent", "IT Support")).status_code == 201

    assert held() == ["Agent", "IT Support"]
    assert User.objects.get(email="lena@example.com").first_name == "Helena"
    assert PasswordLink.objects.count() == 1


def test_a_repeated_invitation_without_roles_keeps_them(desk: APIClient) -> None:
    invite(desk, roles=tts("Agent"))

    invite(desk)

    assert held() == ["Agent"]


def test_a_corrected_address_gets_the_invitation(desk: APIClient) -> None:
    user_id = invite(desk).json()["user_id"]

    desk.patch(f"/api/v1/users/{user_id}/", {"email": "lena.fischer@example.com"})

    mails = [
        mail for mail in published_messages("notifications.send_email") if mail["notification_type"] == "invitation"
    ]
    assert [mail["user_email"] for mail in mails] == ["lena@example.com", "lena.fischer@example.com"]
    assert PasswordLink.objects.get().user_id == user_id


def test_a_changed_name_sends_no_second_invitation(desk: APIClient) -> None:
    user_id = invite(desk).json()["user_id"]
    link = PasswordLink.objects.get().pk

    desk.patch(f"/api/v1/users/{user_id}/", {"first_name": "Helena"})

    assert PasswordLink.objects.get().pk == link


def test_an_invitation_of_a_switched_off_account_says_what_to_do(desk: APIClient) -> None:
    user_id = invite(desk).json()["user_id"]
    desk.post(f"/api/v1/users/{user_id}/deactivate/")

    body = assert_problem(invite(desk), 409, "person_inactive", "email")

    assert "Switch it on" in body["errors"][0]["detail"]


def test_holds_say_that_the_person_can_sign_in_once_the_invitation_is_accepted(desk: APIClient) -> None:
    invite(desk, roles=tts("Agent"))
    before = published_messages("role.tasks.sync_user_system_role")[-1]
    assert (before["is_active"], before["user_can_sign_in"]) == (True, False)
    mail = published_messages("notifications.send_email")[-1]
    token = mail["context"]["link"].rsplit("/", 1)[-1]

    accepted = APIClient().post(f"{INVITATIONS}accept/", {"token": token, "password": "correct horse 7 battery"})

    assert accepted.status_code == 204
    after = published_messages("role.tasks.sync_user_system_role")[-1]
    assert after["user_can_sign_in"] is True
    assert after["version"] > before["version"]
    assert after["user_version"] > before["user_version"]
