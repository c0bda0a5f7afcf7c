"""Mail leaves once, is never lost, and says why when it does not leave."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from django.db import connections
from pytest_django import Settings

from notifications.delivery import send_due_mail
from notifications.models import Notification, NotificationLog
from notifications.smtp import Outcome
from notifications.tests.factories import AMARA, KENJI, NOON, mail, person, seconds
from notifications.tests.smtp_peer import SmtpPeer, html_of, text_of

pytestmark = pytest.mark.django_db


def send(at: datetime = NOON) -> dict[Outcome, int]:
    return {outcome: count for outcome, count in send_due_mail(clock=lambda: at).items() if count}


def states(row: Notification) -> list[tuple[str, str]]:
    return list(NotificationLog.objects.filter(notification=row).order_by("id").values_list("status", "reason"))


class TestSendDueMail:
    def test_sends_text_and_html_to_the_person_s_address(self, smtp: SmtpPeer, settings: Settings) -> None:
        settings.FRONTEND_URL = "https://desk.example.com"
        person()
        row = mail()

        assert send() == {Outcome.SENT: 1}

        (message,) = smtp.mails
        assert smtp.taken[0].rcpt_tos == ["person7@example.com"]
        assert message["Subject"].strip() == "New task: TX20260302000018 “Access to the share”"
        assert "Hello Amara," in text_of(message)
        assert "Role: IT Lead" in text_of(message)
        assert "https://desk.example.com/tickets/TX20260302000018" in text_of(message)
        assert 'href="https://desk.example.com/tickets/TX20260302000018"' in html_of(message)
        assert "<style" not in html_of(message)
        row.refresh_from_db()
        assert (row.status, row.sent_at, row.attempts, row.template_version) == ("sent", NOON, 1, 1)
        assert row.subject == message["Subject"].strip()
        assert states(row) == [("queued", ""), ("sent", "")]

    def test_marks_the_mail_as_automatic_and_names_it_by_its_row(self, smtp: SmtpPeer) -> None:
        person()
        row = mail()

        send()

        (message,) = smtp.mails
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Message-ID"] == f"<n{row.pk}.1772452800@tickets.example.com>"
        assert message["In-Reply-To"] == message["References"] == "<ticket-TX20260302000018@tickets.example.com>"
        assert message["X-Notification-Type"] == "task_assignment"

    def test_sends_one_mail_however_often_it_runs(self, smtp: SmtpPeer) -> None:
        person()
        mail()
        mail()

        for _ in range(3):
            send()

        assert len(smtp.taken) == 1

    def test_a_line_break_in_a_value_adds_no_header(self, smtp: SmtpPeer) -> None:
        person(full_name="Amara\r\nBcc: thief@example.com Okafor")
        mail(
            context={
                "ticket_number": "TX1\r\nX-Evil: 1",
                "task_title": "Hello\r\nBcc: thief@example.com\r\n\r\n<script>alert(1)</script>",
            }
        )

        assert send() == {Outcome.SENT: 1}

        (message,) = smtp.mails
        assert smtp.taken[0].rcpt_tos == ["person7@example.com"]
        assert message["Bcc"] is None
        assert message["X-Evil"] is None
        assert message["To"] == "person7@example.com"
        assert "<script>" not in html_of(message)
        assert "&lt;script&gt;" in html_of(message)

    def test_a_link_of_a_strange_scheme_is_not_sent(self, smtp: SmtpPeer, settings: Settings) -> None:
        row = mail(notification_type="system", context={"message": "Hi"}, user_id=None, user_email="a@example.com")
        row.context["link"] = "javascript:alert(1)"
        row.save()

        send()

        assert "javascript:" not in smtp.raw(0).decode()

    def test_goes_to_an_address_without_a_person(self, smtp: SmtpPeer) -> None:
        mail(
            notification_type="invitation",
            context={"link": "https://desk.example.com/invite/x"},
            user_id=None,
            user_email="New.Person@example.com",
        )

        assert send() == {Outcome.SENT: 1}
        assert smtp.taken[0].rcpt_tos == ["New.Person@example.com"]
        assert text_of(smtp.mails[0]).startswith("Hello,\r\n")

    def test_the_urgent_leave_first(self, smtp: SmtpPeer) -> None:
        person()
        for n in range(3):
            mail(f"e{n}")
        mail("code", notification_type="otp_code", context={"code": "1"}, now=NOON + seconds(1))

        send(NOON + seconds(1))

        assert [message["X-Notification-Type"] for message in smtp.mails] == ["otp_code"] + ["task_assignment"] * 3


class TestAPersonNotYetKnown:
    def test_waits_and_gets_the_mail_as_soon_as_auth_tells_of_them(self, smtp: SmtpPeer) -> None:
        row = mail()
        assert send() == {Outcome.PUT_OFF: 1}
        assert send(NOON + seconds(0.5)) == {}
        assert send(NOON + seconds(1)) == {Outcome.PUT_OFF: 1}
        row.refresh_from_db()
        assert (row.status, row.reason) == ("queued", "person_unknown")

        person()

        assert send(NOON + seconds(1.1)) == {Outcome.SENT: 1}
        row.refresh_from_db()
        assert row.attempts == 1
        assert states(row) == [("queued", ""), ("queued", "person_unknown"), ("sent", "")]

    def test_is_asked_for_again_for_ever(self, smtp: SmtpPeer) -> None:
        row = mail()
        at = NOON
        for _ in range(30):
            send(at)
            row.refresh_from_db()
            assert row.due_at - at <= seconds(300)
            at = row.due_at

        person()
        assert send(at) == {Outcome.SENT: 1}


class TestSkipping:
    def test_what_the_person_refuses(self, smtp: SmtpPeer) -> None:
        from notifications.models import Preference

        person()
        Preference.objects.create(user_id=AMARA, notification_type="task_assignment", channel="email", is_enabled=False)
        row = mail()

        assert send() == {Outcome.SKIPPED: 1}
        assert states(row)[-1] == ("skipped", "preference")
        assert smtp.taken == []

    def test_the_inactive(self, smtp: SmtpPeer) -> None:
        person(is_active=False)
        row = mail()

        assert send() == {Outcome.SKIPPED: 1}
        assert states(row)[-1] == ("skipped", "person_inactive")

    def test_one_s_own_action(self, smtp: SmtpPeer) -> None:
        person()
        row = mail(context={"ticket_number": "TX1", "actor_id": AMARA})

        assert send() == {}
        assert states(row)[-1] == ("skipped", "own_action")

    def test_never_what_is_about_security(self, smtp: SmtpPeer) -> None:
        from notifications.models import Preference

        person()
        Preference.objects.create(user_id=AMARA, notification_type="login_alert", channel="email", is_enabled=False)
        mail(notification_type="login_alert", context={"actor_id": AMARA, "device": "Firefox"})

        assert send() == {Outcome.SENT: 1}


class TestAMailServerInTrouble:
    def test_that_is_away_delays_mail_and_loses_none(self, smtp: SmtpPeer) -> None:
        person()
        rows = [mail(f"e{n}") for n in range(5)]
        smtp.stop()

        assert send() == {Outcome.SERVER_AWAY: 1}
        assert send(NOON + seconds(0.5)) == {Outcome.SERVER_AWAY: 1}
        rows[0].refresh_from_db()
        assert (rows[0].status, rows[0].reason) == ("retrying", "mail_server_away")
        assert "Error" in rows[0].last_error

        smtp.start()
        assert send(NOON + seconds(60)) == {Outcome.SENT: 5}
        assert len({message["Message-ID"] for message in smtp.mails}) == 5
        assert states(rows[0]) == [("queued", ""), ("retrying", "mail_server_away"), ("sent", "")]

    def test_that_stalls_is_given_up_on_after_a_while(self, smtp: SmtpPeer) -> None:
        person()
        row = mail()
        smtp.stall_seconds = 3

        assert send() == {Outcome.SERVER_AWAY: 1}

        row.refresh_from_db()
        assert row.status == "retrying"
        assert (row.due_at - NOON).total_seconds() <= 5

        smtp.stall_seconds = 0
        assert send(row.due_at) == {Outcome.SENT: 1}

    def test_that_hangs_up_after_some_mails_gets_the_rest_later(self, smtp: SmtpPeer) -> None:
        person()
        for n in range(5):
            mail(f"e{n}")
        smtp.hang_up_after = 2

        assert send() == {Outcome.SENT: 2, Outcome.SERVER_AWAY: 1}

        smtp.hang_up_after = None
        assert send(NOON + seconds(2)) == {Outcome.SENT: 3}
        assert len(smtp.taken) == 5

    def test_waits_longer_each_time_but_never_more_than_a_minute(self, smtp: SmtpPeer) -> None:
        person()
        row = mail()
        smtp.stop()
        waits, at = [], NOON
        for _ in range(9):
            send(at)
            row.refresh_from_db()
            waits.append((row.due_at - at).total_seconds())
            at = row.due_at

        assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]

    def test_that_refuses_the_address_for_good_ends_the_mail(self, smtp: SmtpPeer) -> None:
        person()
        row = mail()
        mail("e2", user_id=None, user_email="other@example.com")
        smtp.refuse_recipient = "550 no such mailbox"

        assert send() == {Outcome.FAILED: 2}

        row.refresh_from_db()
        assert (row.status, row.reason) == ("failed", "refused")
        assert "no such mailbox" in row.last_error
        assert send(NOON + seconds(10_000)) == {}

    @pytest.mark.parametrize("where", ["refuse_recipient", "refuse_content"])
    def test_that_refuses_for_now_is_asked_again(self, smtp: SmtpPeer, where: str) -> None:
        person()
        row = mail()
        setattr(smtp, where, "451 try later")

        assert send() == {Outcome.PUT_OFF: 1}
        row.refresh_from_db()
        assert (row.status, row.reason) == ("retrying", "mailbox_unavailable")

        setattr(smtp, where, "")
        assert send(NOON + seconds(1)) == {Outcome.SENT: 1}

    def test_that_refuses_the_content_ends_the_mail(self, smtp: SmtpPeer) -> None:
        person()
        row = mail()
        smtp.refuse_content = "554 looks like spam"

        assert send() == {Outcome.FAILED: 1}
        row.refresh_from_db()
        assert "spam" in row.last_error


class TestSecrets:
    @pytest.mark.parametrize(
        ("notification_type", "name", "secret"),
        [
            ("otp_code", "code", "492817"),
            ("password_reset", "link", "https://desk.example.com/reset/s3cret"),
            ("invitation", "link", "https://desk.example.com/invite/s3cret"),
        ],
    )
    @pytest.mark.parametrize("is_refused", [False, True])
    def test_are_sent_and_forgotten(
        self, smtp: SmtpPeer, notification_type: str, name: str, secret: str, is_refused: bool
    ) -> None:
        person()
        row = mail(notification_type=notification_type, context={name: secret, "ip_address": "203.0.113.7"})
        smtp.refuse_recipient = "550 no" if is_refused else ""

        send()

        if not is_refused:
            assert secret in text_of(smtp.mails[0])
            assert secret in html_of(smtp.mails[0])
        row.refresh_from_db()
        stored = f"{row.subject}{row.body_text}{row.body_html}{row.context}{row.last_error}"
        assert secret not in stored
        assert "•••" in row.body_text
        assert row.context == {"ip_address": "203.0.113.7"}


@pytest.mark.django_db(transaction=True)
def test_several_senders_send_each_mail_once(smtp: SmtpPeer) -> None:
    person()
    person(KENJI)
    for n in range(40):
        mail(f"e{n}", user_id=(AMARA, KENJI)[n % 2])

    def run(_: int) -> dict[Outcome, int]:
        try:
            return send()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(run, range(4)))

    assert sum(count.get(Outcome.SENT, 0) for count in counts) == 40
    ids = [message["Message-ID"] for message in smtp.mails]
    assert len(ids) == len(set(ids)) == 40
    assert not Notification.objects.exclude(status="sent").exists()


@pytest.mark.django_db(transaction=True)
def test_a_sender_that_dies_before_its_commit_leaves_the_mail_to_the_next(smtp: SmtpPeer, monkeypatch: Any) -> None:
    from notifications import delivery
    from notifications import smtp as smtp_module

    person()
    mail()

    really_transmit = smtp_module.transmit

    def die(*arguments: Any) -> None:
        really_transmit(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "transmit", die)
        with pytest.raises(KeyboardInterrupt):
            send()

    assert send() == {Outcome.SENT: 1}
    first, second = smtp.mails
    assert first["Message-ID"] == second["Message-ID"], "who gets it twice can tell"
