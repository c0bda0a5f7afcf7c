"""An SMTP server for tests: real protocol, real sockets, and as unkind as the test wants."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class SmtpPeer:
    """Listens on a port of its own, which it keeps over `stop()` and `start()`."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.taken: list[Envelope] = []
        self.refuse_recipient = ""
        self.refuse_content = ""
        self.stall_seconds = 0.0
        self.hang_up_after: int | None = None
        self._controller: Controller | None = None

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    @property
    def mails(self) -> list[EmailMessage]:
        parsed = [email.message_from_bytes(_bytes(e.content), policy=email.policy.default) for e in self.taken]
        return [message for message in parsed if isinstance(message, EmailMessage)]

    def raw(self, index: int) -> bytes:
        return _bytes(self.taken[index].content)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse_recipient:
            return self.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.stall_seconds:
            await asyncio.sleep(self.stall_seconds)
        if self.refuse_content:
            return self.refuse_content
        if self.hang_up_after is not None and len(self.taken) >= self.hang_up_after:
            transport: Any = server.transport
            transport.abort()
            return "421 bye"
        self.taken.append(envelope)
        return "250 taken"


def _bytes(content: bytes | str | None) -> bytes:
    return content if isinstance(content, bytes) else (content or "").encode()


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
