"""A passkey kept here as the second step after a provider."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from oidc.tests.real_provider import Browser
from signin.models import ProviderSession, RefreshSession
from signin.tests.authenticator import Authenticator
from signin.tests.passkey_steps import a_passkey, ask, give
from systems.models import System
from users.models import User
from users.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def test_finishes_the_sign_in_also_where_passwords_are_off(browser: Browser, configure: Callable[..., None]) -> None:
    browser.sign_in()
    user = User.objects.get()
    user.set_password(PASSWORD)
    user.otp_method = User.OtpMethod.PASSKEY
    user.save()
    device = Authenticator()
    a_passkey(user, device)
    System.objects.update(password_sign_in=False)
    configure(asks_second_factor=True)

    second = Browser()
    response = second.sign_in()
    step = {name: values[0] for name, values in parse_qs(urlsplit(response["Location"]).fragment).items()}
    assert (step["method"], step["passkey"]) == ("passkey", "1")
    answer = give(second.desk, device.get(ask(second.desk, step["challenge"])), step["challenge"])

    assert answer.status_code == 200, answer.content
    latest = RefreshSession.objects.filter(user=user).latest("id")
    assert ProviderSession.objects.get(session=latest).subject == "anna"
