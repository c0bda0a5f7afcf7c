"""What is kept, and what goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from signin import guard, housekeeping
from signin.models import RateCounter, RefreshSession
from users.models import User
from users.tests.factories import signed_in

pytestmark = pytest.mark.django_db


def test_counters_go_when_their_window_is_over(db: None) -> None:
    now = timezone.now()
    guard.count(guard.ADDRESS_CAPTCHA, "192.0.2.1", now=now - timedelta(hours=1))
    guard.count(guard.ADDRESS_CAPTCHA, "192.0.2.2", now=now)

    housekeeping.tidy(now=now)

    assert list(RateCounter.objects.values_list("key", flat=True)) == ["192.0.2.2"]


def test_sessions_stay_for_months_and_then_go(agent: User) -> None:
    signed_in(agent)
    now = timezone.now()

    housekeeping.tidy(now=now + timedelta(days=100))
    assert RefreshSession.objects.count() == 1
    housekeeping.tidy(now=now + timedelta(days=130))
    assert RefreshSession.objects.count() == 0


def test_happens_now_and_then_only(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []
    monkeypatch.setattr(housekeeping, "_done_at", float("-inf"))
    monkeypatch.setattr(housekeeping, "tidy", lambda *, now: done.append(1))

    for _ in range(3):
        housekeeping.tidy_now_and_then(now=timezone.now())

    assert done == [1]
