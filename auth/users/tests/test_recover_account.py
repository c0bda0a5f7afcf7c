"""`manage.py recover_account`: the way back for the last administrator."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from security.models import SecurityEvent
from ticketing_testing.clients import assert_problem, published_messages
from users.models import User
from users.tests.factories import PASSWORD, client_of

pytestmark = pytest.mark.django_db

NEW = "a quite different sentence"


def recover(login: str) -> str:
    out = StringIO()
    call_command("recover_account", login, stdout=out)
    return out.getvalue().splitlines()[-1]


def test_gives_the_account_back_with_nothing_but_the_printed_link(admin: User) -> None:
    session = client_of(admin)
    User.objects.get_queryset().filter(pk=admin.pk).update(
        is_active=False, locked_until=timezone.now() + timedelta(minutes=9), otp_method="email"
    )

    link = recover(admin.email)

    assert link.startswith("https://desk.example.com/reset/")
    assert_problem(APIClient().post("/login/", {"email": admin.email, "password": PASSWORD}), 401)
    assert_problem(session.get("/api/v1/users/me/"), 401, "token_revoked")
    reset = APIClient().post("/api/v1/password/reset/", {"token": link.rsplit("/", 1)[1], "password": NEW})
    assert reset.status_code == 204
    assert APIClient().post("/login/", {"email": admin.email, "password": NEW}).json()["user"]["roles"] == {
        "tts": ["Admin"]
    }
    assert "password_reset" not in {
        mail["notification_type"] for mail in published_messages("notifications.send_email")
    }
    kinds = set(SecurityEvent.objects.filter(user_id=admin.pk, actor_id=None).values_list("kind", flat=True))
    assert kinds >= {"user_activated", "account_unlocked", "otp_changed", "password_reset_requested"}


def test_knows_nobody_else(admin: User) -> None:
    with pytest.raises(CommandError, match="no such person"):
        recover("nobody@example.com")
