"""Files of mails: carried to the comment or into the ticket, refused by name, or left out as part of a signature."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from inbound_mail import services
from inbound_mail.doctor import mailbox
from inbound_mail.models import InboundMail, TicketFile
from inbound_mail.parsing import parse
from inbound_mail.tests.factories import answer_to, attached, carry, inline, picture, raw_mail, take_in, with_files
from notifications.reply_addresses import reply_address
from notifications.tests.factories import AMARA, NOON, admin, amara, mail, person, service
from notifications.tests.messaging_peer import MessagingPeer
from ticketing_common.contracts.messages import ReceiveTicket
from ticketing_common.contracts.validation import check
from ticketing_testing.clients import assert_problem, published_messages

pytestmark = pytest.mark.django_db

CORPUS = Path(__file__).parent / "corpus"
COMMENT = "comments.tasks.post_mail_comment"
TICKET = ReceiveTicket.task
NUMBER = "TX20260302000018"


@pytest.fixture(autouse=True)
def people() -> None:
    person(AMARA)


def outcomes(row: InboundMail) -> list[tuple[str, str]]:
    row.refresh_from_db()
    return [(file["name"], file["outcome"]) for file in row.files or []]


class TestComments:
    def test_the_comment_comes_with_the_files_once_they_are_uploaded(self, messaging: MessagingPeer) -> None:
        raw = with_files(answer_to(mail()), attached("log.txt", b"line"), attached("plan.pdf", b"%PDF-1.7"))

        row = take_in(raw)
        assert (row.verdict, published_messages(COMMENT)) == ("waiting", [])
        assert carry() == 1

        (message,) = published_messages(COMMENT)
        assert (message["text"], message["uploads"]) == ("The share belongs to Finance.", [1, 2])
        check(COMMENT, message)
        path, body = messaging.uploads[0]
        assert path == f"/tickets/{NUMBER}/mail-uploads/"
        assert 'filename="log.txt"' in body
        assert "line" in body
        assert f'name="user_id"\r\n\r\n{AMARA}' in body
        assert outcomes(row) == [("log.txt", "attached"), ("plan.pdf", "attached")]
        assert row.verdict == "comment"
        assert carry() == 0

    def test_a_refused_file_is_named_with_the_reason_and_the_rest_arrives(self, messaging: MessagingPeer) -> None:
        messaging.refusals["run.exe"] = "Files of this type are not accepted. Accepted: csv, txt."
        row = take_in(with_files(answer_to(mail()), attached("run.exe", b"MZ"), attached("a.txt", b"a")))

        carry()

        (message,) = published_messages(COMMENT)
        assert message["text"] == (
            "The share belongs to Finance.\n\n"
            "Files of the mail, not attached: run.exe (Files of this type are not accepted.)"
        )
        assert message["uploads"] == [1]
        assert outcomes(row) == [("run.exe", "refused"), ("a.txt", "attached")]

    def test_limits_are_those_of_people(self, messaging: MessagingPeer, settings: Settings) -> None:
        settings.ATTACHMENTS_PER_COMMENT, settings.ATTACHMENT_MAX_BYTES = 1, 2**20
        files = [attached("big.txt", b"x" * (2**20 + 1)), attached("a.txt", b"a"), attached("b.txt", b"b")]
        take_in(with_files(answer_to(mail()), *files))

        carry()

        (message,) = published_messages(COMMENT)
        assert message["uploads"] == [1]
        assert message["text"].endswith("big.txt (At most 1 MiB.), b.txt (A comment has at most 1 files.)")

    def test_while_messaging_is_away_the_mail_waits_and_the_doctor_says_so(self, messaging: MessagingPeer) -> None:
        row = take_in(with_files(answer_to(mail()), attached("a.txt", b"a")))
        messaging.is_away = True

        assert carry() == 0
        row.refresh_from_db()
        assert row.verdict == "waiting"
        assert "inbound_mails_wait" in [finding.code for finding in mailbox()]
        services.delete_old(now=NOON + timedelta(days=1_000))
        messaging.is_away = False

        assert carry() == 1
        assert published_messages(COMMENT)[0]["uploads"] == [1]

    def test_a_fault_is_the_mail_s_and_it_can_be_judged_again(
        self, messaging: MessagingPeer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row = take_in(with_files(answer_to(mail()), attached("a.txt", b"a")))
        with monkeypatch.context() as patched:
            patched.setattr("inbound_mail.services.carry", lambda *_: 1 / 0)
            carry()
        row.refresh_from_db()
        assert (row.verdict, row.detail) == ("failed", "ZeroDivisionError")

        services.retry(mail_id=row.pk, now=NOON)
        carry()

        assert len(published_messages(COMMENT)) == 1

    def test_files_of_apple_mail_come_in_the_order_of_the_mail(self, messaging: MessagingPeer) -> None:
        raw = (CORPUS / "apple-mail-inline-picture.eml").read_bytes()
        raw = raw.replace(b"reply+c-aaaaaaaaaaaaaaaaaaaaaaaaaa@tickets.example.com", reply_address(mail()).encode())
        raw = raw.replace(b"amara@example.com", b"person7@example.com")
        shown = base64.encodebytes(picture()).replace(b"\n", b"\r\n")

        row = take_in(raw.replace(b"iVBORw0KGgo=", shown))
        carry()

        assert outcomes(row) == [("Screenshot 1.png", "attached"), ("Lösung.pdf", "attached")]
        assert published_messages(COMMENT)[0]["text"] == "See the picture: it stops here.\n\nAnd here is the log."

    def test_a_mail_of_files_alone_is_an_answer(self, messaging: MessagingPeer) -> None:
        take_in(with_files(answer_to(mail(), text="> quoted"), attached("a.txt", b"a")))

        carry()

        (message,) = published_messages(COMMENT)
        assert (message["text"], message["uploads"]) == ("", [1])
        check(COMMENT, message)


class TestKinds:
    def test_forwarded_mails_and_invitations_are_files_of_their_kind(self) -> None:
        forwarded, older, notes = parse((CORPUS / "attached-mail-and-msg.eml").read_bytes()).files
        (invitation,) = parse((CORPUS / "invitation-request.eml").read_bytes()).files

        assert forwarded.name == "mail.eml"
        assert b"Subject: Offer" in forwarded.content
        assert b"The price is a secret" in forwarded.content
        assert (older.name, older.content[:4]) == ("older.msg", b"\xd0\xcf\x11\xe0")
        assert (notes.name, notes.content.strip()) == ("notes.txt", b"not part of the text")
        assert invitation.name.endswith(".ics")
        assert b"BEGIN:VCALENDAR" in invitation.content

    def test_a_forwarded_mail_that_is_named_by_its_subject_gets_the_ending_of_its_kind(self) -> None:
        inner = (
            "Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename=Offer",
            b"Subject: Offer\r\n\r\nx",
        )

        (file,) = parse(with_files(raw_mail(to="help@example.com"), inner)).files

        assert file.name == "Offer.eml"


class TestSignatures:
    def html(self, *own: str, quoted: str = "") -> str:
        shown = "".join(f'<img src="cid:{each}">' for each in own)
        return f'<p>Hello</p>{shown}<blockquote>Older<img src="cid:{quoted}"></blockquote>'

    def test_a_picture_in_the_text_is_a_file_and_one_of_the_quoted_mail_is_not(self, messaging: MessagingPeer) -> None:
        raw = with_files(
            answer_to(mail()),
            inline("own.png", picture(seed=1), "own@x"),
            inline("older.png", picture(seed=2), "older@x"),
            html=self.html("own@x", quoted="older@x"),
        )

        row = take_in(raw)
        carry()

        assert outcomes(row) == [("older.png", "signature"), ("own.png", "attached")]

    def test_a_line_or_a_counter_is_no_file(self, messaging: MessagingPeer) -> None:
        dot, line = inline("dot.png", picture(2, 2), "dot@x"), inline("line.png", picture(900, 10), "line@x")

        row = take_in(with_files(answer_to(mail()), dot, line, html=self.html("dot@x", "line@x")))

        assert row.verdict == "comment"
        assert outcomes(row) == [("dot.png", "signature"), ("line.png", "signature")]

    def test_a_logo_is_attached_once_and_an_attached_picture_each_time(self, messaging: MessagingPeer) -> None:
        logo, drawing = inline("logo.png", picture(), "logo@x"), attached("drawing.png", picture(), "image/png")

        first, second = (
            take_in(with_files(answer_to(mail()), logo, drawing, html=self.html("logo@x"))) for _ in range(2)
        )
        carry()

        assert outcomes(first) == [("logo.png", "attached"), ("drawing.png", "attached")]
        assert outcomes(second) == [("logo.png", "signature"), ("drawing.png", "attached")]

    def test_what_was_refused_before_is_not_known(self, messaging: MessagingPeer) -> None:
        logo = inline("logo.png", picture(), "logo@x")
        take_in(with_files(answer_to(mail()).replace(b"reply+", b"reply+1"), logo, html=self.html("logo@x")))

        row = take_in(with_files(answer_to(mail()), logo, html=self.html("logo@x")))
        carry()

        assert outcomes(row) == [("logo.png", "attached")]


class TestTickets:
    @pytest.fixture(autouse=True)
    def taken(self, settings: Settings) -> None:
        settings.MAILBOX_TICKETS = "everyone"

    def ticket(self) -> dict[str, Any]:
        files = [attached("photo.png", picture(), "image/png"), attached("run.exe", b"MZ"), attached("a.txt", b"a")]
        raw = raw_mail(to="help@tickets.example.com", sender="Eve <eve@example.net>", subject="Printer")
        take_in(with_files(raw, *files))
        carry()
        (message,) = published_messages(TICKET)
        return dict(message["ticket_data"])

    def test_the_ticket_names_its_files_and_they_are_kept_here(self) -> None:
        data = self.ticket()

        check("ticket_data", data)
        assert [(file["file_name"], file["content_type"]) for file in data["attachments"]] == [
            ("photo.png", "image/png"),
            ("a.txt", "text/plain"),
        ]
        assert data["description"].endswith("run.exe (Files of this type are not accepted.)")
        assert bytes(TicketFile.objects.get(file_name="a.txt").content) == b"a"

    def test_who_may_read_the_ticket_may_read_its_files(self, messaging: MessagingPeer) -> None:
        data = self.ticket()
        path = data["attachments"][1]["url"].removeprefix("/api/notification")

        assert_problem(amara().get(path), 404, "attachment_not_found")
        messaging.ticket(AMARA, data["ticket_number"])
        answer = amara().get(path)

        assert (answer.status_code, answer.content) == (200, b"a")
        assert answer["Content-Disposition"] == 'attachment; filename="a.txt"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert admin().get(path).status_code == 200
        assert_problem(service().get(path), 401, "not_authenticated")
        assert_problem(admin().get("/api/v1/ticket-files/999999/"), 404, "attachment_not_found")
        messaging.is_away = True
        assert_problem(amara().get(path), 503, "source_away")
