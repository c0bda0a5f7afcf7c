"""What becomes of a mail, and who is told of it."""

from __future__ import annotations

import base64
import random
import re
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from inbound_mail import services
from inbound_mail.judgement import TOLD
from inbound_mail.models import InboundBody, InboundMail
from inbound_mail.parsing import AUTO_REPLY, BOUNCE, INVITATION, LIST
from inbound_mail.tests.factories import answer_to, raw_mail, take_in
from notifications.models import Notification
from notifications.reply_addresses import reply_address
from notifications.tests.factories import AMARA, KENJI, NOON, mail, person
from ticketing_common.contracts.messages import ReceiveTicket
from ticketing_common.contracts.validation import check
from ticketing_testing.clients import published_messages

pytestmark = pytest.mark.django_db

COMMENT, TICKET = "comments.tasks.post_mail_comment", ReceiveTicket.task
NUMBER = "TX20260302000018"
REASONS = {AUTO_REPLY, BOUNCE, INVITATION, LIST, "loop", services.FAULT}


@pytest.fixture(autouse=True)
def people() -> None:
    person(AMARA)
    person(KENJI)


def told() -> list[Notification]:
    return list(Notification.objects.filter(notification_type="system"))


def outcome(row: InboundMail) -> tuple[str, str]:
    return row.verdict, row.reason


class TestAnswers:
    def test_an_answer_becomes_the_comment_of_the_person_on_the_ticket(self) -> None:
        asked = mail()

        row = take_in(answer_to(asked))

        assert outcome(row) == ("comment", "")
        assert (row.user_id, row.ticket_number, row.notification_id) == (AMARA, NUMBER, asked.pk)
        (message,) = published_messages(COMMENT)
        assert message | {"client_id": ""} == {
            "ticket_number": NUMBER,
            "user_id": AMARA,
            "text": "The share belongs to Finance.",
            "visibility": "internal",
            "client_id": "",
            "subject": "Re: New task",
            "tells_author": True,
        }
        assert told() == []

    def test_the_answer_to_a_public_comment_is_public_and_names_it(self) -> None:
        asked = mail(
            notification_type="requester_reply",
            context={"ticket_number": NUMBER, "comment_id": 41, "excerpt": "Where is it?", "actor_name": "Chloé"},
        )

        take_in(answer_to(asked))

        (message,) = published_messages(COMMENT)
        assert (message["visibility"], message["comment_id"]) == ("public", 41)

    def test_one_mail_is_judged_once_however_often_it_comes(self) -> None:
        raw = answer_to(mail(), message_id="<same@example.com>")

        first, again = take_in(raw), take_in(b"Received: by another way\r\n" + raw)

        assert first == again
        assert len(published_messages(COMMENT)) == 1
        assert bytes(InboundBody.objects.get().raw) == raw

    def test_a_long_text_is_cut_to_what_a_comment_takes(self) -> None:
        take_in(answer_to(mail(), text="word " * 5_000))

        (message,) = published_messages(COMMENT)
        assert len(message["text"]) <= 10_000
        assert message["text"].endswith("The mail is longer; this is its beginning.")

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ("other sender", "sender_mismatch"),
            ("stranger", "sender_mismatch"),
            ("forged", "bad_token"),
            ("gone", "bad_token"),
            ("inactive", "person_inactive"),
            ("empty", "no_text"),
            ("no sender", "no_sender"),
        ],
    )
    def test_each_refusal_has_its_reason_and_makes_no_comment(self, change: str, reason: str) -> None:
        asked = mail()
        senders = {"other sender": "person8@example.com", "stranger": "eve@example.net", "no sender": "nobody"}
        raw = answer_to(
            asked, sender=senders.get(change, "person7@example.com"), text="> quoted" if change == "empty" else "Hi"
        )
        if change == "forged":
            raw = raw.replace(b"reply+", b"reply+1")
        elif change == "gone":
            Notification.objects.all().delete()
        elif change == "inactive":
            person(AMARA, is_active=False, version=2)

        row = take_in(raw)

        assert outcome(row) == ("refused", reason)
        assert published_messages(COMMENT) == []
        # Of a person whom we know; strangers, and who can't sign in, are not answered.
        assert len(told()) == (change in {"other sender", "forged", "gone", "empty"})

    def test_the_notice_names_the_mail_takes_no_answers_and_is_made_once(self) -> None:
        row = take_in(answer_to(mail(), text="> quoted", subject="Re: The dock"))
        services.retry(mail_id=row.pk, now=NOON)

        (notice,) = told()
        assert "Re: The dock" in notice.context["message"]
        assert notice.user_id == AMARA
        assert reply_address(notice) == ""

    def test_who_asks_for_no_automatic_mail_gets_none(self) -> None:
        take_in(answer_to(mail(), text="> quoted", headers="X-Auto-Response-Suppress: All\r\n"))

        assert told() == []

    def test_an_address_of_before_counts_while_the_mail_went_there(self) -> None:
        asked = mail()
        Notification.objects.filter(pk=asked.pk).update(email="amara.before@example.com")

        assert take_in(answer_to(asked, sender="Amara.Before@Example.com")).verdict == "comment"


class TestPrograms:
    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("out-of-office-exchange", "auto_reply"),
            ("out-of-office-vacation", "auto_reply"),
            ("invitation-accepted", "invitation"),
            ("mailing-list", "list"),
            ("read-receipt", "auto_reply"),
        ],
    )
    def test_what_no_person_wrote_is_ignored_and_not_answered(self, name: str, reason: str) -> None:
        person(KENJI, email="kenji@example.com", version=2)

        row = take_in((Path(__file__).parent / "corpus" / f"{name}.eml").read_bytes())

        assert outcome(row) == ("ignored", reason)
        assert told() == []
        assert published_messages(COMMENT) == published_messages(TICKET) == []

    def test_a_bounce_names_the_notification_that_came_back(self) -> None:
        raw = (Path(__file__).parent / "corpus" / "bounce-postfix.eml").read_bytes()
        asked = mail()

        row = take_in(raw.replace(b"<n12.1772452800@tickets.example.com>", asked.message_id.encode()))

        assert (*outcome(row), row.notification_id) == ("ignored", "bounce", asked.pk)

    @pytest.mark.parametrize("way", ["id", "former id", "header", "sender"])
    def test_mail_of_ours_that_comes_back_is_a_loop(self, way: str) -> None:
        asked = mail()
        ids = {"id": asked.message_id, "former id": f"<notification-{asked.pk}.20260302120000@tickets.example.com>"}
        raw = answer_to(
            asked,
            message_id=ids.get(way, "<other@example.com>"),
            headers="X-Notification-Type: mention\r\n" if way == "header" else "",
            sender="no-reply@tickets.example.com" if way == "sender" else "person7@example.com",
        )

        assert outcome(take_in(raw)) == ("ignored", "loop")

    def test_a_sender_who_sends_too_much_is_refused_without_a_word_until_an_hour_later(
        self, settings: Settings
    ) -> None:
        settings.MAILBOX_PER_SENDER_AND_HOUR = 3
        asked = mail()

        verdicts = [outcome(take_in(answer_to(asked))) for _ in range(5)]
        later = take_in(answer_to(asked), now=NOON + timedelta(hours=1, seconds=1))

        assert verdicts == [("comment", "")] * 3 + [("refused", "rate_limited")] * 2
        assert told() == []
        assert later.verdict == "comment"


class TestTickets:
    def test_other_mail_is_refused_by_default_and_a_known_sender_is_told(self) -> None:
        assert outcome(take_in(raw_mail(to="reply@tickets.example.com"))) == ("refused", "tickets_off")
        assert len(told()) == 1

    def test_a_known_sender_s_mail_is_handed_in_as_a_ticket(self, settings: Settings) -> None:
        settings.MAILBOX_TICKETS = "known"
        settings.MAILBOX_TICKET_CATEGORY, settings.MAILBOX_TICKET_DEPARTMENT = "IT", "Service desk"

        row = take_in(raw_mail(to="help@tickets.example.com", subject="Printer", text="It burns.\n\n-- \nAmara"))

        assert outcome(row) == ("ticket", "")
        (message,) = published_messages(TICKET)
        data = message["ticket_data"]
        check("ticket_data", data)
        assert data == {
            "ticket_number": f"ML20260302{row.pk:06d}",
            "subject": "Printer",
            "description": "It burns.",
            "category": "IT",
            "department": "Service desk",
            "source_service": "mail",
            "employee": {"name": "Amara Okafor", "email": "person7@example.com"},
            "submitted_at": "2026-03-02T12:00:00+00:00",
        }

    @pytest.mark.parametrize(
        ("mode", "expected"), [("known", ("refused", "unknown_sender")), ("everyone", ("ticket", ""))]
    )
    def test_a_stranger_s_mail_is_refused_unless_everyone_may(
        self, settings: Settings, mode: str, expected: tuple[str, str]
    ) -> None:
        settings.MAILBOX_TICKETS = mode

        assert outcome(take_in(raw_mail(to="help@tickets.example.com", sender="Eve <eve@example.net>"))) == expected
        assert told() == []

    def test_an_answer_without_its_address_makes_no_ticket(self, settings: Settings) -> None:
        settings.MAILBOX_TICKETS = "known"
        headers = f"In-Reply-To: {mail().message_id}\r\n"

        row = take_in(raw_mail(to="help@tickets.example.com", headers=headers))

        assert outcome(row) == ("refused", "no_reply_address")
        assert published_messages(TICKET) == []


class TestKeeping:
    def test_a_fault_of_ours_loses_nothing_and_the_mail_can_be_judged_again(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        raw = answer_to(mail())
        with monkeypatch.context() as patched:
            patched.setattr("inbound_mail.judgement.written_text", lambda _text: 1 / 0)
            row = take_in(raw)
        assert (*outcome(row), row.detail) == ("failed", "fault", "ZeroDivisionError")
        assert published_messages(COMMENT) == []

        row = services.retry(mail_id=row.pk, now=NOON)

        assert outcome(row) == ("comment", "")
        assert len(published_messages(COMMENT)) == 1

    def test_a_mail_that_can_not_even_be_read_is_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as patched:
            patched.setattr("inbound_mail.services.parse", lambda _raw: 1 / 0)
            row = take_in(b"From: x\r\n\r\nHello")

        assert outcome(row) == ("failed", "fault")
        assert bytes(row.body.raw) == b"From: x\r\n\r\nHello"

    def test_what_was_taken_is_not_judged_again(self) -> None:
        row = take_in(answer_to(mail()))

        with pytest.raises(services.NotRetryable):
            services.retry(mail_id=row.pk, now=NOON)

    def test_contents_go_after_their_time_and_rows_after_theirs(self, settings: Settings) -> None:
        settings.KEEP_INBOUND_MAILS_DAYS, settings.KEEP_MAILS_DAYS = 30, 180
        ages = {"young": 29, "without content": 31, "gone": 181}
        for name, days in ages.items():
            take_in(answer_to(mail(name), subject=name), now=NOON - timedelta(days=days))

        assert services.delete_old(now=NOON) == 1

        kept = {row.subject: (bool(row.text), hasattr(row, "body")) for row in InboundMail.objects.all()}
        assert kept == {"young": (True, True), "without content": (False, False)}


def test_an_id_that_the_index_can_not_hold_keeps_no_mail_away() -> None:
    numbers = random.Random(1)
    words = "".join(chr(numbers.randrange(0x20000, 0x2A000)) for _ in range(880))
    encoded = base64.b64encode(f"<{words}@example.com>".encode()).decode()
    raw = raw_mail(to="help@example.com", message_id=f"=?utf-8?b?{encoded}?=")

    row = take_in(raw)

    assert (row.verdict, row.reason) == ("refused", "tickets_off")
    assert take_in(raw) == row, "it is known when it comes again"


def test_every_reason_is_documented() -> None:
    source = Path(services.__file__).with_name("judgement.py").read_text()
    raised = set(re.findall(r'RefusedMail\("([a-z_]+)"\)', source)) | set(TOLD)

    guide = (Path(__file__).resolve().parents[3] / "docs" / "mail.md").read_text()

    assert len(raised) > 8
    assert {reason for reason in {*raised, *REASONS} if f"`{reason}`" not in guide} == set()
