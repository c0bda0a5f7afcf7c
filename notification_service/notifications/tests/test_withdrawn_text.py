"""What was deleted, edited away, or is no longer the person's to read is neither mailed nor shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app import tasks
from notifications import inapp
from notifications.delivery import NOT_READABLE, SOURCE_AWAY, send_due_mail
from notifications.models import InAppNotification, Notification
from notifications.smtp import Outcome
from notifications.sources import READER_GRACE
from notifications.tests.factories import AMARA, NOON, admin, amara, mail, person, seconds
from notifications.tests.messaging_peer import MessagingPeer
from notifications.tests.smtp_peer import SmtpPeer, html_of, text_of
from ticketing_testing.clients import deliver

pytestmark = pytest.mark.django_db

OLD, NEW = "The password is on the note.", "Please name the folder."
INBOX = "/api/v2/notifications/inapp/"
PREFERENCES = "/api/v1/notifications/preferences/"


def send(at: datetime = NOON) -> dict[Outcome, int]:
    return {outcome: count for outcome, count in send_due_mail(clock=lambda: at).items() if count}


def mention(event_id: str = "m1", comment_id: int = 41, **changes: Any) -> Notification:
    context = {"ticket_number": "TX1", "actor_name": "Kenji", "excerpt": OLD, "comment_id": comment_id}
    return mail(event_id, notification_type="mention", context=context, **changes)


class TestMail:
    def test_says_what_the_comment_reads_when_it_leaves(self, smtp: SmtpPeer, messaging: MessagingPeer) -> None:
        person()
        mention()
        messaging.comment(41, excerpt=NEW)

        assert send() == {Outcome.SENT: 1}

        (message,) = smtp.mails
        assert NEW in text_of(message)
        assert OLD not in text_of(message) + html_of(message)

    def test_of_a_comment_that_is_gone_is_not_sent_and_its_text_is_deleted(
        self, smtp: SmtpPeer, messaging: MessagingPeer
    ) -> None:
        person()
        row = mention()
        messaging.comment(41, is_readable=False)

        assert send() == {Outcome.SKIPPED: 1}

        row.refresh_from_db()
        assert (row.status, row.reason) == ("skipped", NOT_READABLE)
        assert OLD not in admin().get(f"/api/v1/notifications/history/{row.pk}/").content.decode()
        assert smtp.taken == []

    def test_waits_while_messaging_is_away_and_holds_up_no_sign_in_code(
        self, smtp: SmtpPeer, messaging: MessagingPeer
    ) -> None:
        person()
        row = mention()
        mail("e2", notification_type="otp_code", context={"code": "492817"})
        messaging.is_away = True

        assert send() == {Outcome.SENT: 1, Outcome.PUT_OFF: 1}
        row.refresh_from_db()
        assert (row.status, row.reason) == ("retrying", SOURCE_AWAY)

        messaging.is_away = False
        messaging.comment(41, excerpt=NEW)
        assert send(NOON + seconds(1)) == {Outcome.SENT: 1}

    def test_of_a_ticket_that_the_person_may_not_read_any_more_is_not_sent(
        self, smtp: SmtpPeer, messaging: MessagingPeer
    ) -> None:
        person()
        row = mail(context={"ticket_number": "TX1", "task_title": OLD})
        messaging.ticket(AMARA, "TX1", is_readable=False)

        assert send() == {Outcome.PUT_OFF: 1}, "messaging may not have heard of the assignment yet"
        assert send(NOON + READER_GRACE) == {Outcome.SKIPPED: 1}

        row.refresh_from_db()
        assert (row.reason, row.context) == (NOT_READABLE, {"ticket_number": "TX1"})

    def test_of_a_new_assignment_leaves_as_soon_as_messaging_has_heard_of_it(
        self, smtp: SmtpPeer, messaging: MessagingPeer
    ) -> None:
        person()
        row = mail(context={"ticket_number": "TX1", "task_title": OLD})
        messaging.ticket(AMARA, "TX1", is_readable=False)
        assert send() == {Outcome.PUT_OFF: 1}

        messaging.ticket(AMARA, "TX1", subject=NEW)
        assert send(NOON + seconds(1)) == {Outcome.SENT: 1}

        row.refresh_from_db()
        assert row.subject == f"New task: TX1 “{NEW}”"

    def test_that_waited_for_quiet_hours_is_asked_for_again(self, smtp: SmtpPeer, messaging: MessagingPeer) -> None:
        person()
        amara().patch(PREFERENCES, {"schedule": {"quiet_from": "11:00", "quiet_to": "13:00"}})
        mention()
        messaging.comment(41, excerpt=OLD)
        assert send() == {Outcome.PUT_OFF: 1}

        messaging.comment(41, is_readable=False)

        assert send(datetime(2026, 3, 2, 13, 0, tzinfo=UTC)) == {Outcome.SKIPPED: 1}

    def test_that_is_retried_is_asked_for_again(self, smtp: SmtpPeer, messaging: MessagingPeer) -> None:
        person()
        mention()
        messaging.comment(41, excerpt=OLD)
        smtp.refuse_recipient = "451 try later"
        assert send() == {Outcome.PUT_OFF: 1}
        smtp.refuse_recipient = ""

        messaging.comment(41, is_readable=False)

        assert send(NOON + seconds(1)) == {Outcome.SKIPPED: 1}


class TestDigest:
    def test_asks_of_each_item_whether_it_is_wanted_and_readable(
        self, smtp: SmtpPeer, messaging: MessagingPeer
    ) -> None:
        person()
        amara().patch(PREFERENCES, {"schedule": {"digest": "hourly"}})
        mail("e1", context={"ticket_number": "TX1"})
        mention("m1", 41)
        mention("m2", 42)
        mail("e2", notification_type="task_transferred", context={"ticket_number": "TX2"})
        assert send() == {Outcome.PUT_OFF: 4}
        amara().patch(PREFERENCES, {"types": [{"notification_type": "task_transferred", "email": False}]})
        messaging.comment(41, excerpt=OLD)
        messaging.comment(42, is_readable=False)

        send(datetime(2026, 3, 2, 13, 0, tzinfo=UTC))

        (message,) = smtp.mails
        assert message["Subject"] == "Ticket Tracking: 2 events"
        assert "Transferred" not in text_of(message)
        reasons = dict(Notification.objects.values_list("event_id", "reason"))
        assert reasons == {"e1": "digest", "m1": "digest", "m2": NOT_READABLE, "e2": "preference"}


class TestInApp:
    def row(self, at: datetime = NOON, **changes: Any) -> InAppNotification:
        values: dict[str, Any] = {
            "user_id": AMARA,
            "notification_type": "mention",
            "subject": "Kenji mentioned you on TX1",
            "message": OLD,
            "event_id": "e1",
            "link": "/tickets/TX1",
            "comment_id": 41,
        } | changes
        (made,) = inapp.create_inapp(notifications=[inapp.NewNotification(**values)], now=at)
        assert made.row is not None
        return made.row

    def test_shows_what_the_comment_reads_now(self, messaging: MessagingPeer) -> None:
        row = self.row()
        messaging.comment(41, excerpt=NEW)

        assert amara().get(INBOX).json()["results"][0]["message"] == NEW
        assert amara().get(f"{INBOX}{row.pk}/").json()["message"] == NEW
        assert amara().post(f"{INBOX}{row.pk}/read/").json()["message"] == NEW

    def test_withdraws_what_is_gone(self, messaging: MessagingPeer) -> None:
        self.row()
        messaging.comment(41, is_readable=False)

        (shown,) = amara().get(INBOX).json()["results"]

        assert (shown["subject"], shown["message"], shown["link"]) == ("No longer available", "", None)

    def test_withdraws_what_is_about_a_ticket_of_others(self, messaging: MessagingPeer) -> None:
        self.row(comment_id=None)
        messaging.ticket(AMARA, "TX1", is_readable=False)

        (shown,) = amara().get(INBOX).json()["results"]

        assert OLD not in str(shown)

    def test_shows_no_words_of_comments_while_messaging_is_away(self, messaging: MessagingPeer) -> None:
        self.row()
        self.row(event_id="e2", comment_id=None, message="TX1 is yours.")
        messaging.is_away = True

        rows = amara().get(INBOX).json()["results"]

        assert sorted(row["message"] for row in rows) == ["", "TX1 is yours."]

    def test_a_deleted_comment_is_taken_out_of_what_is_stored(self, smtp: SmtpPeer, messaging: MessagingPeer) -> None:
        person()
        row, sent = self.row(), mention()
        messaging.comment(41, excerpt=OLD)
        send()

        deliver(tasks.apply_comment_change, comment_id=41, is_deleted=True, excerpt="", event_id="comment-41-changed-9")

        row.refresh_from_db()
        sent.refresh_from_db()
        assert OLD not in f"{row.message}{sent.body_text}{sent.body_html}{sent.context}"

    def test_an_edited_comment_replaces_what_is_stored(self) -> None:
        row = self.row()

        deliver(tasks.apply_comment_change, comment_id=41, is_deleted=False, excerpt=NEW, event_id="c-41-9")

        row.refresh_from_db()
        assert row.message == NEW
