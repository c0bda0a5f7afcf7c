"""Where answers to mails go: signed addresses, and what a mail says of them."""

from __future__ import annotations

import re
from email.headerregistry import Address

import pytest
from pytest_django import Settings

from notifications.address_check import check_reply_address
from notifications.models import Notification
from notifications.reply_addresses import BadToken, answer_visibility, notification_of, reply_address, token_in
from notifications.tests.factories import AMARA, KENJI, mail, person
from notifications.tests.smtp_peer import SmtpPeer, html_of, text_of
from notifications.tests.test_delivery import send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def configured(settings: Settings) -> None:
    settings.MAILBOX_REPLY_ADDRESS = "reply@tickets.example.com"
    settings.MAILBOX_REPLY_KEYS = ["key of now"]


def token_of(row: Notification) -> str:
    token = token_in(reply_address(row))
    assert token is not None
    return token


class TestTheMail:
    def test_names_the_signed_address_and_says_what_answering_does(self, smtp: SmtpPeer) -> None:
        person()
        row = mail()

        send()

        (message,) = smtp.mails
        assert message["Reply-To"] == reply_address(row)
        assert Address(addr_spec=message["Reply-To"]).username.startswith("reply+")
        assert "Answer this mail to write an internal note on the ticket." in text_of(message)
        assert "Answer this mail to write an internal note on the ticket." in html_of(message)
        row.refresh_from_db()
        assert "Answer this mail" in row.body_text, "the history shows what was sent"

    def test_names_none_where_the_setting_is_empty(self, smtp: SmtpPeer, settings: Settings) -> None:
        settings.MAILBOX_REPLY_ADDRESS = ""
        person()
        mail()

        send()

        (message,) = smtp.mails
        assert message["Reply-To"] is None
        assert "Answer this mail" not in text_of(message)

    def test_names_none_in_mail_that_is_about_no_ticket(self, smtp: SmtpPeer) -> None:
        person()
        mail(notification_type="system", context={"title": "News", "message": "The system is back."})

        send()

        (message,) = smtp.mails
        assert message["Reply-To"] is None
        assert message["In-Reply-To"] is message["References"] is None
        assert "Answer this mail" not in text_of(message)

    def test_headers_that_answers_repeat_are_never_broken_into_encoded_words(self, smtp: SmtpPeer) -> None:
        person()
        row = mail()
        row.log.all().delete()
        Notification.objects.filter(pk=row.pk).update(id=10**12)  # a billion mails a year for a thousand years

        send()

        (message,) = smtp.mails
        assert len(f"In-Reply-To: {message['Message-ID']}") < 78
        assert b"=?" not in bytes(message["In-Reply-To"], "ascii") + bytes(message["References"], "ascii")


class TestTokens:
    def test_one_leads_to_its_notification_also_in_capitals(self) -> None:
        row = mail()

        assert notification_of(token_of(row)) == row
        assert token_in(reply_address(row).upper()) == token_of(row)

    def test_the_part_before_the_at_is_short_enough_for_mail_servers(self, settings: Settings) -> None:
        settings.MAILBOX_REPLY_ADDRESS = check_reply_address("r" * 23 + "@tickets.example.com")
        row = mail()
        row.pk = 2**63 - 1

        assert len(reply_address(row).partition("@")[0]) == 64

    @pytest.mark.parametrize("change", ["user_id", "ticket", "signature", "number"])
    def test_one_that_was_changed_is_refused(self, change: str) -> None:
        row, other = mail(), mail("e2")
        token = token_of(row)
        if change == "user_id":
            Notification.objects.filter(pk=row.pk).update(user_id=KENJI)
        elif change == "ticket":
            Notification.objects.filter(pk=row.pk).update(context={"ticket_number": "TX2"})
        elif change == "signature":
            token = token[:-1] + ("a" if token[-1] != "a" else "b")
        else:
            token = re.sub("^[^-]+", token_of(other).partition("-")[0], token)

        with pytest.raises(BadToken, match="forged"):
            notification_of(token)

    @pytest.mark.parametrize("token", ["", "x", "1-", "zzzzzzzzzzzzz-" + "a" * 26, "0-" + "a" * 26, "1-" + "ä" * 26])
    def test_one_that_is_none_is_refused(self, token: str) -> None:
        with pytest.raises(BadToken):
            notification_of(token)

    def test_keys_rotate_without_a_gap_and_end_when_they_are_taken_out(self, settings: Settings) -> None:
        row = mail()
        old = token_of(row)

        settings.MAILBOX_REPLY_KEYS = ["key of tomorrow", "key of now"]
        assert notification_of(old) == row
        assert token_of(row) != old

        settings.MAILBOX_REPLY_KEYS = ["key of tomorrow"]
        with pytest.raises(BadToken, match="forged"):
            notification_of(old)

    @pytest.mark.parametrize(
        "address", ["reply@tickets.example.com", "reply+1-a@elsewhere.example.com", "other+1-a@tickets.example.com", ""]
    )
    def test_other_addresses_carry_none(self, address: str) -> None:
        assert token_in(address) is None


class TestVisibility:
    @pytest.mark.parametrize(
        ("changes", "roles", "expected"),
        [
            ({}, ["Agent"], "internal"),
            ({}, ["User"], "public"),
            ({}, ["User", "IT Lead"], "internal"),
            ({"comment_id": 4, "excerpt": "Can you?"}, ["Agent"], "public"),
            ({"comment_id": 4, "excerpt": ""}, ["Agent"], "internal"),
            ({"excerpt": "Of no comment"}, ["Agent"], "internal"),
        ],
    )
    def test_only_an_answer_to_a_public_comment_and_one_of_who_is_no_agent_is_public(
        self, changes: dict[str, object], roles: list[str], expected: str
    ) -> None:
        amara = person(AMARA, roles={"tts": roles})
        row = mail(context={"ticket_number": "TX1", "task_title": "T", "role_name": "R"} | changes)

        assert answer_visibility(row, amara) == expected


@pytest.mark.parametrize(
    "address", ["reply", "a b@example.com", "reply@example", "ü@example.com", "r" * 24 + "@example.com"]
)
def test_an_address_that_cannot_carry_tokens_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"^(must be|may have)"):
        check_reply_address(address)
