"""One mail as SMTP takes it, and what the mail server's answer means."""

from __future__ import annotations

import re
import smtplib
from enum import Enum
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from notifications.models import Notification, mail_domain
from notifications.renderer import Rendered
from notifications.reply_addresses import reply_address, ticket_number_of

_MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,250}>")


class MailServer(Protocol):
    """Django's mail backend, as far as it is used here."""

    def open(self) -> bool | None: ...

    def close(self) -> None: ...

    def send_messages(self, messages: list[EmailMultiAlternatives]) -> int | None: ...


class Outcome(Enum):
    """What became of the mail that was due first."""

    SENT = "sent"
    SKIPPED = "skipped"
    PUT_OFF = "put_off"
    FAILED = "failed"
    FAULTY = "faulty"
    SERVER_AWAY = "server_away"


def message_of(
    mail: Notification, rendered: Rendered, address: str, *, is_digest: bool = False
) -> EmailMultiAlternatives:
    """Return the mail; one that is about one ticket belongs to that ticket's thread and names where answers go."""
    headers = {
        "Message-ID": mail.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "X-Notification-Type": mail.notification_type,
    }
    thread = "" if is_digest else _thread_of(mail)
    if thread:
        answered = _answered_ids(mail)
        headers |= {"In-Reply-To": answered[-1] if answered else thread, "References": " ".join([thread, *answered])}
    answers_to = "" if is_digest else reply_address(mail)
    message = EmailMultiAlternatives(
        subject=rendered.subject,
        body=rendered.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
        reply_to=[answers_to] if answers_to else None,
        headers=headers,
    )
    message.attach_alternative(rendered.html, "text/html")
    return message


def _thread_of(mail: Notification) -> str:
    """Return the Message-ID under which mail programs gather the mails of one ticket; no mail has it."""
    ticket_number = ticket_number_of(mail)
    if not ticket_number or not ticket_number.isascii() or not ticket_number.isprintable():
        return ""
    return f"<ticket-{''.join(ticket_number.split())[:64]}@{mail_domain()}>"


def _answered_ids(mail: Notification) -> list[str]:
    """Return the Message-IDs of the requester's mails that this one goes on from, the newest last.

    Ids that headers can't bear are left out: longer lines are folded, and their readers take the parts for words.
    """
    given = mail.context.get("answered_ids")
    ids = given if isinstance(given, list) else []
    return [each for each in ids if isinstance(each, str) and _MESSAGE_ID.fullmatch(each)][-3:]


def transmit(server: MailServer, message: EmailMultiAlternatives) -> Exception | None:
    """Return what went wrong, None when the server has taken the mail."""
    try:
        server.open()
        server.send_messages([message])
    except (smtplib.SMTPException, OSError, ValueError) as error:
        return error
    return None


def outcome_of(error: Exception | None) -> Outcome:
    """Tell a mail that can't be delivered from a server that can't deliver just now."""
    if error is None:
        return Outcome.SENT
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return Outcome.FAILED if all(code >= 500 for code in codes) else Outcome.PUT_OFF
    if isinstance(error, smtplib.SMTPDataError):
        return Outcome.FAILED if error.smtp_code >= 500 else Outcome.PUT_OFF
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Outcome.FAILED  # an address that this server can never take
    if isinstance(error, smtplib.SMTPException | OSError):
        return Outcome.SERVER_AWAY
    return Outcome.FAILED  # the mail itself can't be built: a header or an address that is no good


def reason_text(error: Exception, *, is_secret: bool) -> str:
    """Return why a try failed. Of a mail with a secret nothing is quoted that the server or the code said."""
    name = type(error).__name__
    if is_secret:
        code = getattr(error, "smtp_code", None)
        return f"{name}: {code}" if isinstance(code, int) else name
    return f"{name}: {error}"[:1000].replace("\x00", "")
