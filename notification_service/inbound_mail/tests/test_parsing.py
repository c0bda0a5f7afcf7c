"""Mails as the programs of people and servers write them: who, what, and whether a person wrote it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from inbound_mail import parsing
from inbound_mail.html_text import text_of_html
from inbound_mail.parsing import AUTO_REPLY, BOUNCE, INVITATION, LIST, Mail, parse
from inbound_mail.reply_text import written_text

CORPUS = Path(__file__).parent / "corpus"
NAMES = sorted(path.stem for path in CORPUS.glob("*.eml"))
OURS = "<n12.1772452800@tickets.example.com>"


def read(name: str) -> Mail:
    return parse((CORPUS / f"{name}.eml").read_bytes())


#: What each person wrote themselves.
WRITTEN = {
    "gmail-en": "The share belongs to Finance. I have asked Kenji’s team.\n\n"
    "    mount -t cifs //files/finance /mnt\n\nIt works since 9:40.",
    "gmail-html-inline-answers": "> Who owns the share?\nFinance does.\n> Since when?\nSince May 2025 & before.",
    "outlook-de": "Hallo zusammen,\n\ndie Freigabe gehört der Buchhaltung, Kosten 20 €.\n\n"
    "Mit freundlichen Grüßen\nJürgen Müller",
    "outlook-en-html-only": "Please restart it tonight.\n\n- first the database\n- then the web server",
    "outlook-mobile": "On my way.",
    "apple-mail-inline-picture": "See the picture: it stops here.\n\nAnd here is the log.",
    "iphone-de": "Mache ich morgen früh.",
    "android-fr": "Le partage est prêt.",
    "unknown-language": "Hoidan tämän.",
    "thunderbird-below-quote-de": "Die Freigabe ist eingerichtet, und die Gruppe darf jetzt lesen.",
    "thunderbird-between-quotes": "Two answers below.\n\n> Who owns the share?\nFinance.\n> Since when?\nSince May.",
    "pasted-log-lines": "The controller says:\n\nFrom: sensor 12\nTo: controller\nSubject: overload\n\n"
    "and then it stops. Shall I restart it?",
    "attached-mail-and-msg": "Attached is what the supplier wrote.",
    "invitation-request": "Shall we look at it together on Friday?",
    "forwarded-bounce": "Look what came back.",
    "signed-html-and-odd-headers": "Café at noon",
}

AUTOMATIC = {
    "invitation-accepted": INVITATION,
    "out-of-office-exchange": AUTO_REPLY,
    "out-of-office-vacation": AUTO_REPLY,
    "bounce-postfix": BOUNCE,
    "bounce-headers-only": BOUNCE,
    "read-receipt": AUTO_REPLY,
    "mailing-list": LIST,
}


class TestWords:
    @pytest.mark.parametrize("name", sorted(WRITTEN))
    def test_keeps_what_the_person_wrote_and_nothing_of_what_they_answered(self, name: str) -> None:
        assert written_text(read(name).text) == WRITTEN[name]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", ""),
            ("> only quoted", ""),
            ("Yes", "Yes"),
            ("Price: 3\n\nThanks,\nAmara", "Price: 3\n\nThanks,\nAmara"),
            ("Options:\n- one\n- two\n", "Options:\n- one\n- two"),
            ("Done.\n-- \nAmara\nIT", "Done."),
            ("I was sent from my desk to theirs.", "I was sent from my desk to theirs."),
            ("> Why?\n\nBecause.", "Because."),
        ],
    )
    def test_keeps_lists_closings_and_answers_below(self, text: str, expected: str) -> None:
        assert written_text(text) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "On " * 15_000,
            (("On " * 49 + ":\n") * 500)[:60_000],
            "From: a\n" * 7_000,
            "> " * 30_000,
            "Disclaimer: " + "mail " * 10_000,
            "-" * 60_000,
            "\n" * 60_000,
        ],
    )
    def test_a_hostile_text_takes_no_longer_than_a_second(self, text: str) -> None:
        written_text("The patterns are compiled at the first call.")
        began = time.process_time()

        written_text(text)

        assert time.process_time() - began < 1


class TestWhoWroteIt:
    @pytest.mark.parametrize("name", NAMES)
    def test_tells_people_from_programs(self, name: str) -> None:
        assert read(name).automatic == AUTOMATIC.get(name, "")

    def test_a_report_names_the_mail_that_came_back(self) -> None:
        assert read("bounce-postfix").bounced_ids == (OURS,)
        assert read("bounce-headers-only").bounced_ids == (OURS.replace("12.", "13."),)
        assert read("forwarded-bounce").bounced_ids == ()

    def test_reads_senders_in_any_charset(self) -> None:
        assert read("outlook-de").sender_name == "Jürgen Müller"
        assert read("outlook-de").subject == "AW: Neue Aufgabe: TX1"
        assert (read("outlook-en-html-only").sender_name, read("outlook-en-html-only").sender) == (
            "Mori, Kenji",
            "kenji@example.com",
        )

    @pytest.mark.parametrize(
        "value",
        [
            "Amara <amara@example.com>, Eve <eve@example.net>",
            "amara@example.com)eve@example.net",
            "",
            "no address at all",
            f"amara@{'x' * 250}.com",
        ],
    )
    def test_a_sender_that_is_not_one_address_is_nobody(self, value: str) -> None:
        assert parse(f"From: {value}\r\n\r\nHello".encode()).sender == ""

    @pytest.mark.parametrize(
        ("header", "expected"),
        [
            ("Auto-Submitted: no", ""),
            ("Auto-Submitted: auto-replied (vacation)", AUTO_REPLY),
            ("Precedence: Bulk", AUTO_REPLY),
            ("Precedence: first-class", ""),
            ("X-Autoreply: yes", AUTO_REPLY),
            ("List-Id: <a.b>", LIST),
            ("Return-Path: <>", AUTO_REPLY),
            ("X-Auto-Response-Suppress: OOF", ""),
        ],
    )
    def test_each_header_that_programs_are_known_by(self, header: str, expected: str) -> None:
        mail = parse(f"From: a@example.com\r\n{header}\r\n\r\nHello".encode())

        assert mail.automatic == expected
        assert mail.takes_no_answers == (bool(expected) or header.startswith("X-Auto-Response-Suppress"))


class TestParts:
    def test_names_files_and_pictures_and_reads_no_attached_mail(self) -> None:
        assert read("apple-mail-inline-picture").file_names == ("Screenshot 1.png", "Lösung.pdf")
        assert read("attached-mail-and-msg").file_names == ("mail.eml", "older.msg", "notes.txt")
        assert "secret" not in read("attached-mail-and-msg").text
        assert read("invitation-request").file_names == ("invite.ics",)
        assert read("signed-html-and-odd-headers").file_names == ()

    def test_finds_the_ids_of_the_thread_also_as_encoded_words(self) -> None:
        assert read("gmail-en").references == (OURS, "<ticket-TX1@tickets.example.com>", OURS)
        assert read("signed-html-and-odd-headers").message_id == "<verylong.1@mail.example.com>"

    def test_a_mail_without_an_id_is_known_by_its_content(self) -> None:
        first, again, other = (parse(b"From: a@example.com\r\n\r\n" + text) for text in (b"one", b"one", b"two"))

        assert first.message_id == again.message_id != other.message_id

    def test_of_a_text_without_end_the_beginning_is_read(self) -> None:
        mail = parse(b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "Zwölf Räume\n".encode() * 200_000)

        assert len(mail.text) <= parsing.MAX_TEXT
        assert mail.text.startswith("Zwölf Räume\nZwölf Räume")

    @pytest.mark.parametrize("value", ["(" * 20_000, ":" * 20_000])
    def test_addresses_that_nest_without_end_are_nobody_s(self, value: str) -> None:
        mail = parse(f"From: {value}\r\nTo: {value}\r\n\r\nHello".encode())

        assert (mail.sender, mail.recipients, mail.text) == ("", (), "Hello")

    @pytest.mark.parametrize("tags", ["<a ", "<b>x", "<p>x</i>", "<!--", "</a "])
    def test_hostile_html_takes_its_time_and_no_longer(self, tags: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(parsing, "MAX_SECONDS", 0.3)
        began = time.monotonic()

        mail = parse(f"Content-Type: text/html\r\n\r\n<p>Hello</p>{tags * 300_000}".encode())

        assert time.monotonic() - began < 10
        assert mail.text.startswith("Hello")

    def test_finds_its_own_address_where_only_the_server_names_it(self) -> None:
        assert read("signed-html-and-odd-headers").recipients == (
            "reply+c-aaaaaaaaaaaaaaaaaaaaaaaaaa@tickets.example.com",
        )

    @pytest.mark.parametrize("cut", [0, 1, 30, 200, 400, 600])
    @pytest.mark.parametrize("name", NAMES)
    def test_what_is_cut_off_anywhere_is_read_all_the_same(self, name: str, cut: int) -> None:
        mail = parse((CORPUS / f"{name}.eml").read_bytes()[:cut])

        assert mail.message_id.startswith("<")
        written_text(mail.text)

    def test_parts_within_parts_without_end_are_given_up(self) -> None:
        raw = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(500))

        assert parse(raw + b"\nHello").text == ""


def test_html_shows_blocks_lists_and_quotes_as_lines() -> None:
    html = "<p>One<br>two</p><blockquote>Said<blockquote>before</blockquote></blockquote>"
    html += "<pre>a\n  b</pre><style>x</style>"

    assert text_of_html(html) == "One\ntwo\n> Said\n>> before\na\n  b"
