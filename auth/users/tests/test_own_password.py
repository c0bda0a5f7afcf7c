"""Whoever came by a provider and has no password can ask for the mail by which one is set."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from systems.models import System
from ticketing_testing.clients import assert_problem, published_messages
from users.models import PasswordLink, User
from users.tests.factories import client_of

pytestmark = pytest.mark.django_db

URL = "/api/v1/users/me/password/"


@pytest.fixture
def by_provider(agent: User) -> User:
    agent.set_unusable_password()
    agent.save()
    return agent


def test_a_link_is_mailed_to_the_persons_own_address(by_provider: User) -> None:
    client = client_of(by_provider)
    assert client.get(URL).json() == {"has_password": False, "is_allowed": True}

    answer = client.post(URL)

    assert answer.status_code == 202, answer.content
    link = PasswordLink.objects.get()
    assert (link.user_id, link.purpose) == (by_provider.pk, "reset")
    assert by_provider.email in str(published_messages())
    assert "token" not in answer.content.decode()


def test_who_has_a_password_changes_it_with_the_present_one(agent: User) -> None:
    client = client_of(agent)
    assert client.get(URL).json() == {"has_password": True, "is_allowed": True}
    assert_problem(client.post(URL), 409, "password_set")
    assert not PasswordLink.objects.exists()


def test_none_is_offered_where_it_would_not_let_them_in(by_provider: User) -> None:
    System.objects.filter(slug="tts").update(password_sign_in=False)
    client = client_of(by_provider)
    assert client.get(URL).json() == {"has_password": False, "is_allowed": False}
    assert_problem(client.post(URL), 403, "password_sign_in_off")


def test_the_mails_are_limited(by_provider: User) -> None:
    client = client_of(by_provider)
    assert [client.post(URL).status_code for _ in range(6)] == [202] * 5 + [429]


def test_nobody_asks_without_a_session(by_provider: User) -> None:
    assert APIClient().post(URL).status_code == 401
