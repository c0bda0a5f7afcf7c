"""People choose what they get, where and when; nobody can switch off what is about their safety."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from rest_framework.test import APIClient

from notifications.delivery import send_due_mail
from notifications.digests import unsubscribe_headers
from notifications.models import MailSchedule, Notification, NotificationLog, Preference
from notifications.notification_types import TYPES
from notifications.schedule import next_digest, quiet_until
from notifications.smtp import Outcome
from notifications.tests.factories import AMARA, NOON, amara, kenji, mail, person, seconds
from notifications.tests.smtp_peer import SmtpPeer, text_of
from ticketing_testing.clients import assert_problem

pytestmark = pytest.mark.django_db

URL = "/api/v1/notifications/preferences/"


def choose(**schedule: object) -> None:
    response = amara().patch(URL, {"schedule": schedule})
    assert response.status_code == 200, response.content


def send(at: datetime) -> dict[Outcome, int]:
    return {outcome: count for outcome, count in send_due_mail(clock=lambda: at).items() if count}


class TestPreferences:
    def test_everything_is_on_at_first(self) -> None:
        answer = amara().get(URL).json()

        chosen = [name for name, kind in TYPES.items() if not kind.is_to_requester]
        assert [row["notification_type"] for row in answer["types"]] == chosen
        assert all(row["email"] and row["inapp"] for row in answer["types"])
        assert answer["schedule"]["digest"] == "off"

    def test_a_choice_is_the_person_s_own(self) -> None:
        response = amara().patch(URL, {"types": [{"notification_type": "mention", "email": False}]})

        (mention,) = [row for row in response.json()["types"] if row["notification_type"] == "mention"]
        assert (mention["email"], mention["inapp"]) == (False, True)
        assert all(row["email"] for row in kenji().get(URL).json()["types"])

    @pytest.mark.parametrize("name", [name for name, kind in TYPES.items() if kind.is_security])
    @pytest.mark.parametrize("channel", ["email", "inapp"])
    def test_security_types_are_locked(self, name: str, channel: str) -> None:
        response = amara().patch(URL, {"types": [{"notification_type": name, channel: False}]})

        assert_problem(response, 400, "locked_type", "types")

    def test_more_choices_than_there_are_types_are_not_looked_at(self) -> None:
        """Thirty thousand of them held a thread for minutes."""
        response = amara().patch(URL, {"types": [{"notification_type": "mention", "email": False}] * 101})

        assert_problem(response, 400, "max_length", "types")
        assert not Preference.objects.exists()

    def test_refuses_zones_that_do_not_exist(self) -> None:
        for zone in ("Mars/Olympus", "../etc/passwd", ""):
            assert_problem(amara().patch(URL, {"schedule": {"time_zone": zone}}), 400)

    def test_needs_a_person(self) -> None:
        assert_problem(APIClient().get(URL), 401)


class TestQuietHours:
    def test_hold_mail_back_until_they_end(self, smtp: SmtpPeer) -> None:
        person()
        choose(quiet_from="20:00", quiet_to="07:00", time_zone="Europe/Lisbon")
        row = mail(now=datetime(2026, 3, 2, 22, 0, tzinfo=UTC))

        assert send(datetime(2026, 3, 2, 22, 0, tzinfo=UTC)) == {Outcome.PUT_OFF: 1}
        row.refresh_from_db()
        assert (row.reason, row.due_at) == ("quiet_hours", datetime(2026, 3, 3, 7, 0, tzinfo=UTC))
        assert send(datetime(2026, 3, 3, 6, 59, tzinfo=UTC)) == {}
        assert send(datetime(2026, 3, 3, 7, 0, tzinfo=UTC)) == {Outcome.SENT: 1}

    @pytest.mark.parametrize(
        ("name", "context"), [("sla_breached", {}), ("otp_code", {"code": "1"}), ("login_alert", {})]
    )
    def test_do_not_hold_back_the_urgent(self, smtp: SmtpPeer, name: str, context: dict[str, str]) -> None:
        person()
        choose(quiet_from="00:00", quiet_to="23:59", digest="daily")
        mail(notification_type=name, context=context)

        assert send(NOON) == {Outcome.SENT: 1}

    @pytest.mark.parametrize(
        ("start", "end", "at", "until"),
        [
            (time(20), time(7), "2026-03-02T21:00+00:00", "2026-03-03T07:00+00:00"),
            (time(20), time(7), "2026-03-02T03:00+00:00", "2026-03-02T07:00+00:00"),
            (time(20), time(7), "2026-03-02T07:00+00:00", None),
            (time(12), time(13), "2026-03-02T12:30+00:00", "2026-03-02T13:00+00:00"),
            (time(12), time(13), "2026-03-02T13:00+00:00", None),
            (time(12), time(12), "2026-03-02T12:00+00:00", None),
            (None, time(12), "2026-03-02T11:00+00:00", None),
        ],
    )
    def test_end(self, start: time | None, end: time, at: str, until: str | None) -> None:
        schedule = MailSchedule(user_id=1, quiet_from=start, quiet_to=end)

        assert quiet_until(schedule, datetime.fromisoformat(at)) == (datetime.fromisoformat(until) if until else None)

    def test_follow_the_clocks_of_the_zone(self) -> None:
        schedule = MailSchedule(user_id=1, time_zone="Europe/Berlin", quiet_from=time(20), quiet_to=time(7))
        before = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)  # the night in which summer time begins

        assert quiet_until(schedule, before) == datetime(2026, 3, 29, 5, 0, tzinfo=UTC)


class TestDigest:
    def test_gathers_what_happened_into_one_mail(self, smtp: SmtpPeer) -> None:
        person()
        choose(digest="hourly")
        rows = [mail(f"e{n}", context={"ticket_number": f"TX{n}"}, now=NOON + seconds(n)) for n in range(3)]
        assert send(NOON + seconds(5)) == {Outcome.PUT_OFF: 3}
        assert smtp.taken == []

        send(datetime(2026, 3, 2, 13, 0, tzinfo=UTC))

        (message,) = smtp.mails
        assert message["Subject"] == "Ticket Tracking: 3 events"
        text = text_of(message)
        assert text.index("New task: TX0") < text.index("New task: TX1") < text.index("New task: TX2")
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        for row in rows:
            row.refresh_from_db()
            assert (row.status, row.reason) == ("sent", "digest")
        assert NotificationLog.objects.filter(status="sent").count() == 3

    def test_is_tried_again_as_a_whole(self, smtp: SmtpPeer) -> None:
        person()
        choose(digest="hourly")
        for n in range(3):
            mail(f"e{n}")
        send(NOON)
        smtp.stop()
        at = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
        assert send(at) == {Outcome.SERVER_AWAY: 1}

        smtp.start()
        assert send(at + seconds(1)) == {Outcome.SENT: 1}
        assert len(smtp.taken) == 1
        assert Notification.objects.filter(status="sent").count() == 3

    def test_ends_with_the_choice(self, smtp: SmtpPeer) -> None:
        person()
        choose(digest="daily")
        mail()
        assert send(NOON) == {Outcome.PUT_OFF: 1}

        choose(digest="off")

        assert send(datetime.now(UTC)) == {Outcome.SENT: 1}
        assert "New task" in smtp.mails[0]["Subject"]

    @pytest.mark.parametrize(
        ("digest", "zone", "at", "due"),
        [
            ("hourly", "UTC", "2026-03-02T12:00:01+00:00", "2026-03-02T13:00+00:00"),
            ("daily", "UTC", "2026-03-02T07:59+00:00", "2026-03-02T08:00+00:00"),
            ("daily", "UTC", "2026-03-02T08:00+00:00", "2026-03-03T08:00+00:00"),
            ("daily", "America/New_York", "2026-03-02T08:00+00:00", "2026-03-02T13:00+00:00"),
        ],
    )
    def test_leaves_on_time(self, digest: str, zone: str, at: str, due: str) -> None:
        schedule = MailSchedule(user_id=1, digest=digest, time_zone=zone)

        assert next_digest(schedule, datetime.fromisoformat(at)) == datetime.fromisoformat(due)

    def test_leaves_at_the_time_that_was_chosen(self) -> None:
        schedule = MailSchedule(user_id=1, digest="daily", time_zone="Europe/Lisbon", digest_at=time(17, 30))

        assert next_digest(schedule, NOON) == datetime(2026, 3, 2, 17, 30, tzinfo=UTC)


class TestUnsubscribe:
    def link(self) -> str:
        header = unsubscribe_headers(AMARA)["List-Unsubscribe"]
        return header.strip("<>").split("/api/notification", 1)[1]

    def test_one_click_stops_all_but_the_urgent(self, smtp: SmtpPeer) -> None:
        person()

        clicked = APIClient().post(
            self.link(), "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
        )

        assert clicked.status_code == 204
        mail("e1")
        mail("e2", notification_type="sla_breached")
        assert send(NOON) == {Outcome.SKIPPED: 1, Outcome.SENT: 1}
        assert amara().get(URL).json()["schedule"]["is_unsubscribed"] is True
        choose(is_unsubscribed=False)
        mail("e3")
        assert send(NOON) == {Outcome.SENT: 1}

    def test_a_forged_link_does_nothing(self) -> None:
        link = self.link()

        assert_problem(APIClient().post(f"{link[:-3]}x/"), 404)
        assert_problem(APIClient().get(link), 405)
        assert MailSchedule.objects.count() == 0
