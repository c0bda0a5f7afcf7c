"""The requester of a ticket that came by mail is answered by mail, in their thread, and may answer that."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest
from pytest_django import Settings

from app.tasks import apply_comment_change, send_email
from inbound_mail.models import MailTicket
from inbound_mail.tests.factories import attached, carry, raw_mail, take_in, with_files
from notifications.delivery import send_due_mail
from notifications.models import Notification
from notifications.preferences import preferences_of
from notifications.tests.factories import AMARA, NOON, person
from notifications.tests.messaging_peer import MessagingPeer
from notifications.tests.smtp_peer import SmtpPeer
from ticketing_common.contracts.messages import ReceiveReply
from ticketing_common.contracts.validation import check
from ticketing_testing.clients import deliver, published_messages

pytestmark = pytest.mark.django_db

REPLY, COMMENT, TICKET = ReceiveReply.task, "comments.tasks.post_mail_comment", "tickets.tasks.receive_ticket"
FIRST_ID = "<CAF1+first.mail.of.the.requester.with.a.long.name.0123456789.0123456789@mail.gmail.example>"


@pytest.fixture(autouse=True)
def ticket(settings: Settings) -> MailTicket:
    settings.MAILBOX_TICKETS = "everyone"
    take_in(
        raw_mail(
            to="help@tickets.example.com",
            sender="Chloe Martin <chloe@example.net>",
            subject="Printer",
            text="It burns.",
            message_id=FIRST_ID,
        )
    )
    return MailTicket.objects.get()


def answered(ticket: MailTicket, event_id: str = "c1", **context: Any) -> None:
    given = {"ticket_number": ticket.number, "message": "Kenji Mori wrote:\n\nWhich printer?\nThe big one?", **context}
    deliver(send_email, notification_type="ticket_answer", context=given, event_id=event_id, message_id=f"m-{event_id}")


def sent(smtp: SmtpPeer) -> EmailMessage:
    send_due_mail(clock=lambda: NOON.replace(year=2030))
    (message,) = smtp.mails
    return message


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


class TestAnswers:
    def test_goes_to_the_requester_in_the_thread_of_their_mail_with_an_address_for_answers(
        self, ticket: MailTicket, smtp: SmtpPeer
    ) -> None:
        answered(ticket, comment_id=41)

        message = sent(smtp)

        assert message["To"] == "chloe@example.net"
        assert message["Subject"] == "Re: Printer"
        assert message["In-Reply-To"].strip() == FIRST_ID
        assert FIRST_ID in message["References"]
        assert message["Reply-To"].startswith("reply+")
        assert message["Auto-Submitted"] == "auto-generated"
        text = text_of(message)
        assert "Which printer?\nThe big one?" in text
        assert ticket.number in text
        assert "Answer this mail to write to us about it." in text
        assert "profile" not in text
        html = text_of(message, "html")
        assert "Which printer?" in html
        assert "Choose what you get" not in html

    def test_long_ids_are_not_encoded_as_words(self, ticket: MailTicket, smtp: SmtpPeer) -> None:
        answered(ticket)
        send_due_mail(clock=lambda: NOON.replace(year=2030))

        raw = smtp.raw(0).partition(b"\r\n\r\n")[0]
        assert f"\r\n {FIRST_ID}".encode() in raw
        assert b"=?" not in raw

    def test_once_per_event(self, ticket: MailTicket) -> None:
        for _ in range(2):
            answered(ticket)

        assert Notification.objects.count() == 1

    def test_who_wrote_it_themselves_is_not_told(self, ticket: MailTicket) -> None:
        person(AMARA, email="Chloe@example.net")

        answered(ticket, actor_id=AMARA)

        assert not Notification.objects.exists()

    def test_a_ticket_that_did_not_come_from_here_is_left_alone(self) -> None:
        deliver(
            send_email, notification_type="ticket_answer", context={"ticket_number": "X1", "message": "M"}, event_id="e"
        )

        assert not Notification.objects.exists()

    def test_a_comment_that_is_deleted_before_it_leaves_does_not_leave(
        self, ticket: MailTicket, smtp: SmtpPeer
    ) -> None:
        answered(ticket, "c1", comment_id=41)
        answered(ticket, "c2", comment_id=42)

        deliver(apply_comment_change, comment_id=41, is_deleted=True, excerpt="", event_id="x1")
        deliver(apply_comment_change, comment_id=42, is_deleted=False, excerpt="Which one?", event_id="x2")

        assert Notification.objects.get(comment_id=41).reason == "comment_deleted"
        assert "Which one?" in text_of(sent(smtp))

    def test_people_have_no_choice_about_it(self) -> None:
        person(AMARA)

        assert "ticket_answer" not in {kind["notification_type"] for kind in preferences_of(AMARA)["types"]}


class TestTheirAnswers:
    def reply(self, ticket: MailTicket, smtp: SmtpPeer, **values: str) -> bytes:
        answered(ticket, comment_id=41)
        given = {"to": str(sent(smtp)["Reply-To"]), "sender": "chloe@example.net", "text": "The one on floor 3."}
        return raw_mail(**(given | values))

    def test_an_answer_goes_into_the_conversation_as_the_requester_s(self, ticket: MailTicket, smtp: SmtpPeer) -> None:
        row = take_in(self.reply(ticket, smtp, message_id="<second@example.net>"))

        assert (row.verdict, row.ticket_number, row.user_id) == ("comment", ticket.number, None)
        (message,) = published_messages(REPLY)
        check(REPLY, message)
        assert message["reply"] | {"reply_id": ""} == {
            "ticket_number": ticket.number,
            "source_service": "mail",
            "reply_id": "",
            "author": {"name": "Chloe Martin"},
            "text": "The one on floor 3.",
            "occurred_at": "2026-03-02T12:00:00+00:00",
            "parent_id": 41,
        }
        assert published_messages(COMMENT) == []
        assert len(published_messages(TICKET)) == 1, "the first mail's"
        ticket.refresh_from_db()
        assert ticket.message_ids == [FIRST_ID, "<second@example.net>"]

    def test_with_files(self, ticket: MailTicket, smtp: SmtpPeer, messaging: MessagingPeer) -> None:
        take_in(with_files(self.reply(ticket, smtp), attached("photo.txt", b"x")))
        carry()

        (message,) = published_messages(REPLY)
        assert message["reply"]["uploads"] == [1]
        path, body = messaging.uploads[0]
        assert path == f"/tickets/{ticket.number}/mail-uploads/"
        assert "user_id" not in body

    def test_files_alone_are_an_answer(self, ticket: MailTicket, smtp: SmtpPeer, messaging: MessagingPeer) -> None:
        take_in(with_files(self.reply(ticket, smtp, text="> quoted"), attached("photo.txt", b"x")))
        carry()

        (message,) = published_messages(REPLY)
        check(REPLY, message)
        assert message["reply"]["text"] == "Files: photo.txt"

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"sender": "eve@example.net"}, ("refused", "sender_mismatch")),
            ({"headers": "Auto-Submitted: auto-replied\r\n"}, ("ignored", "auto_reply")),
            ({"text": "> quoted"}, ("refused", "no_text")),
        ],
    )
    def test_what_is_not_theirs_or_no_answer_is_not_taken_and_nobody_is_answered(
        self, ticket: MailTicket, smtp: SmtpPeer, change: dict[str, str], expected: tuple[str, str]
    ) -> None:
        row = take_in(self.reply(ticket, smtp, **change))

        assert (row.verdict, row.reason) == expected
        assert published_messages(REPLY) == []
        assert Notification.objects.count() == 1

    def test_an_address_for_another_ticket_is_forged(self, ticket: MailTicket, smtp: SmtpPeer) -> None:
        raw = self.reply(ticket, smtp)
        mail = Notification.objects.get()
        Notification.objects.filter(pk=mail.pk).update(context=mail.context | {"ticket_number": "ML9"})

        row = take_in(raw)

        assert (row.verdict, row.reason, row.detail) == ("refused", "bad_token", "forged")
