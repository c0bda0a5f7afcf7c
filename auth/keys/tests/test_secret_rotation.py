"""A new DJANGO_SECRET_KEY with the old one as a fallback: nothing is lost."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest
from django.utils import timezone

from keys import services
from signin import totp
from signin.services import device_cookie, knows_device
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def protected(agent: User) -> dict[str, Any]:
    secret, _ = totp.begin(user=agent, now=timezone.now())
    totp.confirm(user=agent, code=pyotp.TOTP(secret).now(), now=timezone.now())
    return {
        "codes": totp.new_recovery_codes(user=agent),
        "cookie": device_cookie(agent),
        "kid": services.ensure_signing_key(now=timezone.now())[0].kid,
        "clock": pyotp.TOTP(secret),
    }


def test_with_the_old_secret_as_a_fallback_everything_goes_on(
    agent: User, protected: dict[str, Any], settings: Any
) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new secret"
    now = timezone.now()

    next_code = protected["clock"].at(now, counter_offset=1)
    assert totp.use_code(user_id=agent.pk, code=next_code, now=now) is totp.Verdict.RIGHT
    assert totp.use_code(user_id=agent.pk, code=protected["codes"][0], now=now) is totp.Verdict.RIGHT
    assert knows_device(agent, protected["cookie"])
    assert services.ensure_signing_key(now=now)[0].kid == protected["kid"]


def test_without_it_nothing_that_it_protected_is_accepted(
    agent: User, protected: dict[str, Any], settings: Any
) -> None:
    settings.SECRET_KEY = "a new secret"
    now = timezone.now()

    next_code = protected["clock"].at(now, counter_offset=1)
    assert totp.use_code(user_id=agent.pk, code=next_code, now=now) is totp.Verdict.WRONG
    assert totp.use_code(user_id=agent.pk, code=protected["codes"][0], now=now) is totp.Verdict.WRONG
    assert not knows_device(agent, protected["cookie"])
