"""Mails of the tests."""

from __future__ import annotations

import itertools
from datetime import datetime

from inbound_mail import services
from inbound_mail.models import InboundMail
from notifications.models import Notification
from notifications.reply_addresses import reply_address
from notifications.tests.factories import NOON

_numbers = itertools.count(1)


def raw_mail(
    *,
    to: str,
    sender: str = "Amara Okafor <person7@example.com>",
    text: str = "The share belongs to Finance.",
    subject: str = "Re: New task",
    message_id: str | None = None,
    headers: str = "",
) -> bytes:
    message_id = message_id or f"<mail.{next(_numbers)}@example.com>"
    head = f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: {message_id}\r\n{headers}"
    return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()


def answer_to(row: Notification, **values: str) -> bytes:
    return raw_mail(**({"to": reply_address(row)} | values))


def take_in(raw: bytes, now: datetime = NOON) -> InboundMail:
    row, _ = services.take_in(raw=raw, now=now)
    return row
