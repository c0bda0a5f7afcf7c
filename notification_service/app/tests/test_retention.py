"""What settings delete is shown to administrators, and not changed here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from notifications.models import Notification
from notifications.tests.factories import admin, amara, mail
from ticketing_testing.clients import assert_problem

pytestmark = pytest.mark.django_db

PATH = "/api/v1/retention/"


def test_says_the_days_and_the_variable_of_each_kind(settings: Any) -> None:
    settings.KEEP_MAILS_DAYS = 90
    shown = {row["kind"]: row for row in admin().get(PATH).json()}
    assert {kind: row["setting"] for kind, row in shown.items()} == {
        "mails": "KEEP_MAILS_DAYS",
        "notices": "KEEP_NOTICES_DAYS",
        "webhook-deliveries": "KEEP_WEBHOOK_DELIVERIES_DAYS",
        "inbound-mails": "KEEP_INBOUND_MAILS_DAYS",
    }
    assert (shown["mails"]["days"], shown["mails"]["next_run_at"]) == (90, None)


def test_counts_what_is_there_and_what_would_go() -> None:
    first, _ = mail("e1"), mail("e2")
    Notification.objects.filter(pk=first.pk).update(closed_at=timezone.now() - timedelta(days=100))
    shown = admin().get(f"{PATH}mails/", {"days": 90}).json()
    assert (shown["kept"]["rows"], shown["due"]["rows"]) == (2, 1)
    assert 0 < shown["due"]["bytes"] < shown["kept"]["bytes"]
    for kind in ("notices", "webhook-deliveries", "inbound-mails"):
        assert admin().get(f"{PATH}{kind}/", {"days": 90}).json()["due"]["rows"] == 0


def test_a_variable_is_not_overruled() -> None:
    assert_problem(admin().put(f"{PATH}mails/", {"days": 1, "version": 0}, format="json"), 409, "set_by_environment")
    assert_problem(admin().post(f"{PATH}mails/run/"), 409, "set_by_environment")


def test_is_for_administrators() -> None:
    assert_problem(amara().get(PATH), 403)
    assert_problem(amara().get(f"{PATH}mails/"), 403)
    assert_problem(amara().put(f"{PATH}mails/", {"days": 1, "version": 0}, format="json"), 403)
    assert_problem(amara().post(f"{PATH}mails/run/"), 403)
