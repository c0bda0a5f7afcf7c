"""Mails of the tests."""

from __future__ import annotations

import base64
import io
import itertools
import random
from datetime import datetime

from PIL import Image

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


def with_files(raw: bytes, *parts: tuple[str, bytes], html: str = "") -> bytes:
    """Return the mail with parts: the headers of each, and its content."""
    head, _, text = raw.partition(b"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n")
    written = [("Content-Type: text/plain; charset=utf-8", text)]
    if html:
        written.append(("Content-Type: text/html; charset=utf-8", html.encode()))
    body = multipart("alternative", written)
    every = [('Content-Type: multipart/alternative; boundary="alternative"', body), *parts]
    return (
        head
        + b'\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="mixed"\r\n\r\n'
        + multipart("mixed", every)
    )


def multipart(boundary: str, parts: list[tuple[str, bytes]]) -> bytes:
    lines = [f"--{boundary}\r\n{headers}\r\n\r\n".encode() + content + b"\r\n" for headers, content in parts]
    return b"".join(lines) + f"--{boundary}--\r\n".encode()


def attached(name: str, content: bytes, kind: str = "application/octet-stream") -> tuple[str, bytes]:
    headers = f'Content-Type: {kind}; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"'
    return f"{headers}\r\nContent-Transfer-Encoding: base64", base64.encodebytes(content)


def inline(name: str, content: bytes, content_id: str) -> tuple[str, bytes]:
    headers = f'Content-Type: image/png; name="{name}"\r\nContent-ID: <{content_id}>'
    return f"{headers}\r\nContent-Transfer-Encoding: base64", base64.encodebytes(content)


def picture(width: int = 120, height: int = 90, seed: int = 1) -> bytes:
    """Return a PNG that does not compress, as a screenshot."""
    made = io.BytesIO()
    noise = random.Random(seed).randbytes(width * height * 3)
    Image.frombytes("RGB", (width, height), noise).save(made, "PNG")
    return made.getvalue()


def carry(now: datetime = NOON) -> int:
    return services.carry_waiting(keep_going=lambda: True, clock=lambda: now)


def take_in(raw: bytes, now: datetime = NOON) -> InboundMail:
    row, _ = services.take_in(raw=raw, now=now)
    return row
