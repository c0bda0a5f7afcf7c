"""What fails because of one row stays with that row: the others go on, in every loop of this service."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from celery.exceptions import Reject
from django.db import connection

from app import tasks
from notifications import cleanup, delivery
from notifications.delivery import FAULT, MAX_FAULTS, send_due_mail
from notifications.models import InAppNotification, MailSchedule, Notification, NotificationTemplate
from notifications.smtp import Outcome
from notifications.tests.factories import AMARA, KENJI, NOON, admin, amara, mail, person, seconds
from notifications.tests.smtp_peer import SmtpPeer
from ticketing_common.inbox.models import DeadLetter
from ticketing_testing.clients import assert_problem, deliver

pytestmark = pytest.mark.django_db

HISTORY = "/api/v1/notifications/history/"
BROKEN_STYLE = "<p style=':::'>{{ greeting }}</p>"


def send(at: datetime = NOON) -> dict[Outcome, int]:
    return {outcome: count for outcome, count in send_due_mail(clock=lambda: at).items() if count}


def poisoned(event_id: str = "poison", **changes: Any) -> Notification:
    """A mail that was stored before contexts were checked, and can't be rendered: its type exists no more."""
    row = mail(event_id, **changes)
    Notification.objects.filter(pk=row.pk).update(notification_type="retired_type", is_urgent=True)
    return row


def break_template(notification_type: str = "task_assignment") -> None:
    NotificationTemplate.objects.filter(notification_type=notification_type).update(body_html=BROKEN_STYLE)


class TestMailer:
    def test_a_mail_that_can_not_be_rendered_does_not_stop_the_sign_in_code_behind_it(self, smtp: SmtpPeer) -> None:
        person()
        row = poisoned()
        mail("code", notification_type="otp_code", context={"code": "492817"})

        assert send() == {Outcome.FAULTY: 1, Outcome.SENT: 1}

        row.refresh_from_db()
        assert (row.status, row.reason, row.faults) == ("retrying", FAULT, 1)

    @pytest.mark.parametrize(
        "context",
        [{"link": "http://[bad"}, {"link": "https://example.com:port/"}, {"due_at": "0001-01-01T00:00:00+14:00"}],
    )
    def test_stored_links_and_times_that_can_not_be_read_are_sent_without_them(
        self, smtp: SmtpPeer, context: dict[str, str]
    ) -> None:
        person()
        row = mail()
        Notification.objects.filter(pk=row.pk).update(context={"ticket_number": "TX1", **context})

        assert send() == {Outcome.SENT: 1}

    def test_a_template_whose_style_the_inliner_refuses_stops_only_its_type(self, smtp: SmtpPeer) -> None:
        person()
        break_template()
        row = mail("e1")
        mail("e2", notification_type="mention")

        assert send() == {Outcome.FAULTY: 1, Outcome.SENT: 1}
        row.refresh_from_db()
        assert "style" in row.last_error

    def test_is_retried_with_back_off_then_parked_and_listed(self, smtp: SmtpPeer) -> None:
        person()
        break_template()
        row, at, waits = mail(), NOON, []
        for _ in range(MAX_FAULTS):
            assert send(at) == {Outcome.FAULTY: 1}
            row.refresh_from_db()
            waits.append((row.due_at - at).total_seconds())
            at = row.due_at

        assert waits[:-1] == [10, 20, 40, 80]
        assert row.status == "parked"
        assert send(at + seconds(100_000)) == {}
        (listed,) = admin().get(f"{HISTORY}?status=parked").json()["results"]
        assert (listed["id"], listed["reason"]) == (row.pk, FAULT)
        log = admin().get(f"{HISTORY}{row.pk}/").json()["log"]
        assert [entry["status"] for entry in log] == ["queued", *["retrying"] * 4, "parked"]

    def test_an_administrator_retries_a_parked_mail(self, smtp: SmtpPeer) -> None:
        person()
        row = mail()
        Notification.objects.filter(pk=row.pk).update(status="parked", faults=MAX_FAULTS, closed_at=NOON)

        assert_problem(amara().post(f"{HISTORY}{row.pk}/retry/"), 403)
        assert admin().post(f"{HISTORY}{row.pk}/retry/").json()["status"] == "queued"

        assert send(datetime.now(NOON.tzinfo)) == {Outcome.SENT: 1}

    def test_an_administrator_discards_a_mail(self, smtp: SmtpPeer) -> None:
        person()
        row = mail()

        assert_problem(amara().post(f"{HISTORY}{row.pk}/discard/"), 403)
        answer = admin().post(f"{HISTORY}{row.pk}/discard/").json()

        assert (answer["status"], answer["reason"]) == ("skipped", "discarded_by_hand")
        assert send() == {}
        assert_problem(admin().post(f"{HISTORY}{row.pk}/discard/"), 409, "not_discardable")

    def test_the_secret_of_a_parked_code_is_forgotten(self, smtp: SmtpPeer) -> None:
        person()
        break_template("otp_code")
        row, at = mail(notification_type="otp_code", context={"code": "492817"}), NOON
        for _ in range(MAX_FAULTS):
            send(at)
            row.refresh_from_db()
            at = row.due_at

        assert (row.status, row.context) == ("parked", {})
        assert "492817" not in f"{row.body_text}{row.body_html}{row.last_error}"
        assert_problem(admin().post(f"{HISTORY}{row.pk}/retry/"), 409, "not_retryable")

    def test_an_address_that_this_server_can_not_take_ends_that_mail_alone(self, smtp: SmtpPeer) -> None:
        person()
        person(KENJI)
        row = mail("e1", user_id=KENJI)
        Notification.objects.filter(pk=row.pk).update(given_address="no address\nat all")
        mail("e2")

        assert send() == {Outcome.FAILED: 1, Outcome.SENT: 1}


class TestDigest:
    def test_an_item_that_can_not_be_rendered_is_left_out(self, smtp: SmtpPeer) -> None:
        person()
        assert (
            amara().patch("/api/v1/notifications/preferences/", {"schedule": {"digest": "hourly"}}).status_code == 200
        )
        rows = [mail(f"e{n}", context={"ticket_number": f"TX{n}"}, now=NOON + seconds(n)) for n in range(3)]
        assert send(NOON + seconds(5)) == {Outcome.PUT_OFF: 3}
        Notification.objects.filter(pk=rows[0].pk).update(notification_type="retired_type")

        at = datetime(2026, 3, 2, 13, 0, tzinfo=NOON.tzinfo)
        assert send(at) == {Outcome.FAULTY: 1, Outcome.SENT: 1}

        (message,) = smtp.mails
        assert message["Subject"] == "Ticket Tracking: 2 events"
        states = Notification.objects.order_by("id").values_list("status", flat=True)
        assert list(states) == ["retrying", "sent", "sent"]


class TestQuietHours:
    def test_a_zone_that_exists_no_more_counts_as_utc(self, smtp: SmtpPeer) -> None:
        person()
        MailSchedule.objects.create(user_id=AMARA, time_zone="Mars/Olympus", quiet_from="11:00", quiet_to="13:00")
        person(KENJI)
        row = mail("e1")
        mail("e2", user_id=KENJI)

        assert send() == {Outcome.PUT_OFF: 1, Outcome.SENT: 1}
        row.refresh_from_db()
        assert row.due_at == datetime(2026, 3, 2, 13, 0, tzinfo=NOON.tzinfo)


class TestCleanup:
    def test_a_table_that_refuses_does_not_stop_the_others(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;"
                "CREATE TRIGGER refuse BEFORE DELETE ON notifications FOR EACH ROW EXECUTE FUNCTION refuse()"
            )
        Notification.objects.create(
            event_id="old", recipient="user:7", notification_type="system", due_at=NOON, created_at=NOON, closed_at=NOON
        )
        InAppNotification.objects.create(
            user_id=AMARA, event_id="old", notification_type="system", subject="Old", created_at=NOON
        )

        done = cleanup.delete_old(now=NOON + seconds(3_650 * 86_400))

        assert (done["mails"], done["notifications"]) == (-1, 1)


class TestTicks:
    def test_one_that_raises_is_logged_and_does_not_reach_the_worker(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(**_: Any) -> None:
            raise RuntimeError("This tick is broken.")

        monkeypatch.setattr(delivery, "send_due_mail", fail)
        monkeypatch.setattr(cleanup, "delete_old", fail)

        tasks.send_due_mail()
        tasks.clean_up()


class TestBulk:
    @pytest.mark.parametrize(
        "bad",
        [
            {"link": "http://[bad"},
            {"link": "javascript:alert(1)"},
            {"subject": "NUL \x00"},
            {"message": "half a pair \ud800"},
            {"user_id": 2**70},
        ],
    )
    def test_one_bad_entry_at_the_head_does_not_keep_the_others_out(self, bad: dict[str, Any]) -> None:
        good = {"user_id": AMARA, "notification_type": "system", "subject": "News", "message": "…", "event_id": "e1"}

        with pytest.raises(Reject):
            deliver(tasks.bulk_create_notifications, notifications=[{**good, "event_id": "e0", **bad}, good])

        assert list(InAppNotification.objects.values_list("event_id", flat=True)) == ["e1"]
        assert DeadLetter.objects.get().reason.startswith("1 of 2 entries are not valid: 0: ")


class TestInbox:
    @pytest.mark.parametrize("link", ["http://[bad", "javascript:alert(1)", "https://example.com:port/"])
    def test_a_stored_link_that_can_not_be_read_is_shown_as_none(self, link: str) -> None:
        for number, stored in enumerate([link, "/tickets/TX1"]):
            InAppNotification.objects.create(
                user_id=AMARA,
                event_id=f"e{number}",
                notification_type="system",
                subject="News",
                link=stored,
                created_at=NOON + seconds(number),
            )

        rows = amara().get("/api/v2/notifications/inapp/").json()["results"]

        assert [row["link"] for row in rows] == ["/tickets/TX1", None]
