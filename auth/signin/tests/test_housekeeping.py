"""What is kept, and what goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from signin import guard, housekeeping
from signin.mails import mail_code
from signin.models import RateCounter, RefreshSession
from ticketing_common.outbox.models import OutboxMessage
from users.models import User
from users.tests.factories import HERE, signed_in

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


def test_codes_do_not_stay_in_the_outbox_once_they_are_sent(agent: User) -> None:
    for number in range(2):
        expires_at = timezone.now()
        mail_code(agent, code=f"48291{number}", event_id=str(number), expires_at=expires_at, origin=HERE)
    waiting, sent = OutboxMessage.objects.order_by("id")
    OutboxMessage.objects.filter(pk=sent.pk).update(published_at=timezone.now())

    housekeeping.tidy(now=timezone.now())

    codes = {row.pk: row.kwargs["context"]["code"] for row in OutboxMessage.objects.all()}
    assert codes == {waiting.pk: "482910", sent.pk: housekeeping.MASK}
