"""No code or link outlives its mail anywhere; times are read in the person's zone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from celery.exceptions import Reject
from rest_framework.test import APIClient

from app import tasks
from notifications import digests
from notifications.delivery import send_due_mail
from notifications.models import MailSchedule, Notification, NotificationLog, Person
from notifications.tests.factories import AMARA, NOON, amara, mail, person
from notifications.tests.smtp_peer import SmtpPeer, text_of
from ticketing_common.contracts.messages import examples
from ticketing_common.inbox.models import DeadLetter
from ticketing_testing.clients import assert_problem, deliver

pytestmark = pytest.mark.django_db

SECRET = "492817"


class TestDeadLetters:
    @pytest.mark.parametrize(
        "changes",
        [
            {"context": SECRET},
            {"context": {"code": SECRET, "link": "http://[bad"}},
            {"context": {"code": SECRET, "nested": "\x00"}},
            {"context": {"code": SECRET}, "event_id": 5},
            {"context": {"code": SECRET}, "user_email": f"{SECRET}\n@"},
            {"notification_type": "unknown_type", "context": {"code": SECRET}},
            {"notification_type": ["otp_code"], "context": {"code": SECRET}},
            {"context": {"code": SECRET}, "user_id": None},
        ],
    )
    def test_of_security_types_hold_no_payload(self, changes: dict[str, Any]) -> None:
        message: dict[str, Any] = {"notification_type": "otp_code", "user_id": AMARA, "event_id": "e1"} | changes

        with structlog.testing.capture_logs() as logs, pytest.raises(Reject):
            deliver(tasks.send_email, queue="notification-queue-default", **message)

        letter = DeadLetter.objects.get()
        assert SECRET not in f"{letter.reason}{letter.body}{letter.headers}"
        assert SECRET not in json.dumps(logs, default=str)


def test_what_the_mail_server_says_of_a_code_is_not_quoted(smtp: SmtpPeer) -> None:
    person()
    row = mail(notification_type="otp_code", context={"code": SECRET})
    smtp.refuse_content = f"554 spam: {SECRET}"

    send_due_mail(clock=lambda: NOON)

    row.refresh_from_db()
    assert row.status == "failed"
    assert SECRET not in row.last_error + "".join(NotificationLog.objects.values_list("detail", flat=True))


def test_unsubscribe_links_expire(monkeypatch: pytest.MonkeyPatch) -> None:
    link = digests.unsubscribe_headers(AMARA)["List-Unsubscribe"].strip("<>").split("/api/notification", 1)[1]
    monkeypatch.setattr(digests, "TOKEN_LIFETIME", timedelta(seconds=-1))

    assert_problem(APIClient().post(link), 404)
    assert MailSchedule.objects.count() == 0


class TestZones:
    DUE = "2026-07-02T16:00:00+00:00"

    def text(self, smtp: SmtpPeer, **context: Any) -> str:
        mail(context={"ticket_number": "TX1", **context})
        send_due_mail(clock=lambda: NOON)
        return text_of(smtp.mails[-1])

    def test_the_zone_of_the_profile_reaches_the_mail(self, smtp: SmtpPeer) -> None:
        agent = examples("users.tasks.sync_user")["agent"]
        deliver(tasks.sync_user, **agent, time_zone="Europe/Lisbon")
        assert Person.objects.get().time_zone == "Europe/Lisbon"

        assert "2 July 2026, 17:00 WEST" in self.text(smtp, due_at=self.DUE, user_id=agent["user_id"])

    def test_a_message_without_a_zone_keeps_the_known_one(self) -> None:
        agent = examples("users.tasks.sync_user")["agent"]
        deliver(tasks.sync_user, **agent, time_zone="Europe/Lisbon")
        deliver(tasks.sync_user, **{**agent, "version": agent["version"] + 1})

        assert Person.objects.get().time_zone == "Europe/Lisbon"

    def test_the_zone_of_the_mail_settings_comes_first(self, smtp: SmtpPeer) -> None:
        person(time_zone="Europe/Lisbon")
        amara().patch("/api/v1/notifications/preferences/", {"schedule": {"time_zone": "Asia/Singapore"}})

        assert "3 July 2026, 00:00 UTC+08" in self.text(smtp, due_at=self.DUE)

    def test_a_time_that_a_service_wrote_out_in_utc_is_shown_in_the_zone(self, smtp: SmtpPeer) -> None:
        person(time_zone="Europe/Lisbon")

        assert "2 July 2026, 17:00 WEST" in self.text(smtp, due_at="2 July 2026, 16:00 UTC")

    def test_without_a_zone_times_are_utc(self, smtp: SmtpPeer) -> None:
        person()

        assert "2 July 2026, 16:00 UTC" in self.text(smtp, due_at=self.DUE)

    def test_a_digest_says_when_in_the_zone(self, smtp: SmtpPeer) -> None:
        person(time_zone="Asia/Singapore")
        amara().patch("/api/v1/notifications/preferences/", {"schedule": {"digest": "hourly"}})
        mail()
        send_due_mail(clock=lambda: NOON)
        send_due_mail(clock=lambda: datetime(2026, 3, 2, 13, 0, tzinfo=UTC))

        assert "02 Mar 20:00 UTC+08" in text_of(smtp.mails[0])
        assert Notification.objects.get().status == "sent"
